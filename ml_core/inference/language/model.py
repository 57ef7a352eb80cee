"""One line of English or Chinese: a person described, or commands for a scene.

Two readers share the work. The rules (a grammar over the word tables) read what they know as a whole; where they would
refuse or leave words over, the trained tagger (:mod:`.understanding`) marks what each part is, and every value is
looked up in the registries. A command is understood as a whole or refused; the words of a description that are not
understood are listed.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from ml_core.errors import InputError
from ml_core.vocabulary.commands import SceneCommand
from ml_core.vocabulary.traits import AvatarTraits
from ml_core.vocabulary.words import descriptions_en, people_en, people_zh

from .commands import commands_of
from .describing.ancestries import ancestry_in
from .describing.descriptions import Description, described_by_rules
from .describing.hair_tones import tones_in
from .describing.measures import kilograms_in, spoken_height, weight_of
from .folders import in_folder, without_folder
from .named_nouns import nouns_of_names
from .rephrasing import named_by_letters, plainly, plainly_commanded
from .understanding.commands.objects import Vocabulary
from .understanding.commands.step_values import cleared
from .understanding.constructions.reading import FIRST, read_constructions
from .understanding.reader import MOST_CHARACTERS, Reader, Reading, bare_names
from .understanding.tagging.pieces import plain
from .understanding.tagging.tagger import SHIPPED

__all__ = ["Description", "LanguageModel", "Reading"]


class LanguageModel:
    """Reads descriptions and commands.

    Example:
        >>> LanguageModel.load().describe("a tall woman in a navy suit, dark skin, blond hair").outfit
        'business'
        >>> LanguageModel.load().read_description("an elf with blue eyes").ignored
        ('elf',)
    """

    def __init__(self, reader: Reader | None = None) -> None:
        """Without a ``reader``, only the rules are used."""
        self._reader = reader

    @classmethod
    def load(cls, path: Path | str = SHIPPED) -> LanguageModel:
        """With the shipped weights, or those at ``path``.

        Raises:
            InputError: the weights or their card are missing or damaged.
        """
        return cls(Reader.load(path))

    def describe(self, text: str) -> AvatarTraits:
        """The traits that a description names; what it leaves open stays ``None``.

        Raises:
            InputError: the text is too long.
        """
        return self.read_description(text).traits

    def read_description(self, text: str) -> Description:
        """As :meth:`describe`, with the words that were not understood.

        Raises:
            InputError: the text is too long.
        """
        has_noun = "clothes" in text.casefold()
        text, tones = tones_in(_IN_A_COLOR.sub(r"\g<0> clothes", plainly(text)))
        text, ancestry = ancestry_in(text)
        text, words, kilograms = kilograms_in(text)
        read = self._read(text)
        if not has_noun and "clothes" in read.ignored:  # nobody has said it
            read = dataclasses.replace(read, ignored=tuple(word for word in read.ignored if word != "clothes"))
        traits = read.traits
        if kilograms:
            weighed = _weighing(traits, kilograms)
            if weighed is None:
                read = dataclasses.replace(read, ignored=(*read.ignored, words))
            traits = weighed or traits
        if tones:
            traits = traits.replace(hair_tones=tones)
        if ancestry is not None:
            traits = traits.replace(ancestry=ancestry.shares, skin=traits.skin or ancestry.skin)
        said = [item for item in ("age", "height") if getattr(traits, item) is not None]
        changes = tuple(change for change in read.changes if change.trait not in said or change.absolute is not None)
        if changes != read.changes:  # "younger, around 18" is 18
            read = dataclasses.replace(read, changes=changes)
        if (baby := _BABY.search(text)) is not None:  # the youngest that there is, is no baby
            read = dataclasses.replace(read, ignored=(*read.ignored, baby.group()))
        return read if traits is read.traits else dataclasses.replace(read, traits=traits)

    def _read(self, text: str) -> Description:
        read = described_by_rules(text)
        if self._reader is not None and any(word in text.casefold() for word in (*people_en.SAME[1:], *people_zh.SAME)):
            return self._reader.describe(text)  # the rules know no avatar that is there
        if self._reader is None or not text.strip() or not (read.ignored or _may_compare(read, text)):
            return read
        tagged = self._reader.describe(text)
        return tagged if _reads_more(tagged, read) else read

    def command(self, text: str, labels: Collection[str] = (), names: Collection[str] = ()) -> list[SceneCommand]:
        """The steps that a sentence requests, in order.

        Args:
            labels: what objects may be labeled beside the learned labels, such as those that the artist taught.
            names: of the objects in the scene, which the sentence may name.

        Raises:
            InputError: a word is not understood, or what the sentence asks is not clear; nothing of it may be done
                then. The message lists the words.
        """
        return self.read_command(text, labels, names).steps

    def read_command(
        self,
        text: str,
        labels: Collection[str] = (),
        names: Collection[str] = (),
        collections: Collection[str] = (),
        marks: bool = False,
    ) -> Reading:
        """As :meth:`command`, with the interpretation of each part of the sentence.

        Args:
            collections: names of the scene's collections. marks: say what parts were taken for also where the rules
                read the sentence, which takes as long again.

        Raises:
            InputError: as there.
        """
        text = re.sub(r"\b(show(?: me)?) just\b|\bjust (show)\b", r"\1\2 only", text, flags=re.IGNORECASE)
        text = re.sub(r"\bas (?:an? )?(?:glb|gltf|fbx)(?: files?)? (?=(?:for|to) )", "", text, flags=re.IGNORECASE)
        text = plainly_commanded(_AS_FILES.sub(r"\1", text))
        text, folder = without_folder(text)
        reading = self._named_read(text, labels, names, collections)
        if marks and not reading.spans:
            nouns = (*labels, *nouns_of_names(text, names))
            marked = self._constructed(text, nouns, names, collections)
            if marked is not None and marked.steps == reading.steps:
                reading = marked
        return dataclasses.replace(reading, steps=in_folder(reading.steps, folder)) if folder else reading

    def _named_read(
        self, text: str, labels: Collection[str], names: Collection[str], collections: Collection[str]
    ) -> Reading:
        text = named_by_letters(text, names)
        nouns = nouns_of_names(text, names)
        try:
            reading = self._command_read(text, (*labels, *nouns), names, collections)
        except InputError:
            respelled = self._respelled(text, labels, names, collections)
            if respelled is None:
                raise
            text, reading = respelled
        _check_clauses(text, reading.steps)
        return dataclasses.replace(reading, steps=cleared(text, reading.steps))

    def _respelled(
        self, text: str, labels: Collection[str], names: Collection[str], collections: Collection[str]
    ) -> tuple[str, Reading] | None:
        """A sentence that was refused in the spelling that was meant: "make teh sofa bleu"; ``None`` where it stays
        so."""
        if self._reader is None or len(text) > MOST_CHARACTERS:
            return None
        fixed, corrections = self._reader.respelled(text, (*labels, *names, *collections))
        if not corrections:
            return None
        try:
            reading = self._command_read(fixed, (*labels, *nouns_of_names(fixed, names)), names, collections)
        except InputError:
            return None
        return fixed, dataclasses.replace(reading, corrections=corrections)

    def _command_read(
        self, text: str, labels: Collection[str], names: Collection[str], collections: Collection[str]
    ) -> Reading:
        first = self._constructed(text, labels, names, collections, FIRST)
        if first is not None:
            return first
        try:
            return Reading(commands_of(text, _unread_by_rules, labels, names))
        except InputError as error:
            if self._reader is None or not _may_be_tagged(error):
                raise
            refusal = error
        constructed = self._constructed(text, labels, names, collections)
        if constructed is not None:
            return constructed
        try:
            return self._reader.command(text, self._unread, labels, names, collections)
        except InputError as error:
            raise (error if _says_more(error, refusal) else refusal) from None

    def _constructed(
        self,
        text: str,
        labels: Collection[str],
        names: Collection[str],
        collections: Collection[str],
        which: Collection[str] = (),
    ) -> Reading | None:
        """The reading of a sentence of known constructions only; ``None`` for any other."""
        if self._reader is None or not text.strip():
            return None
        text = plain(text)
        vocabulary = Vocabulary(tuple(sorted(labels)), tuple(sorted(collections)))
        found = read_constructions(text, vocabulary, bare_names(text, names), self._unread, which, names)
        return Reading(*found) if found is not None else None

    def _unread(self, text: str) -> Sequence[str]:
        description = self.read_description(text)
        if description.changes:
            raise InputError(
                "{text!r}: compares with an avatar; say whose looks to change, such as: make her taller", text=text
            )
        if not description.ignored and not description.has_person:
            raise InputError(
                "{text!r}: names no person; only avatars can be added, such as: create a tall woman", text=text
            )
        return description.ignored


def _weighing(traits: AvatarTraits, kilograms: float) -> AvatarTraits | None:
    """Traits with the weight of ``kilograms`` and the height assumed for it; ``None`` if beyond our bodies."""
    presentation = 0.5 if traits.presentation is None else traits.presentation
    height = traits.height or spoken_height(0.0, round(2 * presentation) / 2, traits.age)
    weight = weight_of(kilograms, height, presentation, traits.age)
    return None if weight is None else traits.replace(weight=weight, build=None, height=height)


_CLAUSE = re.compile(
    r"\b(?:who|which|that)(?: is| are|'s|'re) (?:not )?\w+ing\b|(?:坐|站|躺|睡|走|跑|笑|跪)着的", re.IGNORECASE
)


def _check_clauses(text: str, steps: Sequence[SceneCommand]) -> None:
    """What people do is no place: "delete all the people who are sitting" must not delete the others.

    Raises:
        InputError: such a clause left no trace in what is understood.
    """
    clause = _CLAUSE.search(text)
    terms = [term for step in steps for term in (*step.terms, *step.excluded, *step.anchors)]
    if clause is None or any(step.action in ("generate", "act") for step in steps):
        return
    if not any(term.is_narrowed or term.among for term in terms):
        raise InputError(
            "{sentence}: not understood: {words}; nothing was done", sentence=repr(text), words=clause.group()
        )


_BABY = re.compile(r"\b(?:baby|infant|newborn)\b(?!['’]s| (?:blue|pink|face|hair))|婴儿|新生儿", re.IGNORECASE)
_IN_A_COLOR = re.compile(
    rf"\b(?:in|wearing|wears)(?: all| only| nothing but)*[ -](?:(?:light|dark|bright|pale) )?"
    rf"(?:{'|'.join(sorted(descriptions_en.COLORS, key=len, reverse=True))})(?=\s*$|\s*[,.;]"
    r"| (?:with|who|but)\b| and (?:an?|has|with|her|his)\b)",
    re.IGNORECASE,
)
""" "A woman in black": in clothes of that color."""


_AS_FILES = re.compile(r"(\b(?:for|to) \w+(?: and \w+)*) as (?:an? )?(?:glb|gltf|fbx)(?: files?)?", re.IGNORECASE)
"""The kind of file that an engine gets, after the engine: it is not a target."""


def _unread_by_rules(text: str) -> Sequence[str]:
    bare, _, _ = kilograms_in(_IN_A_COLOR.sub(r"\g<0> clothes", text))
    description = described_by_rules(bare)
    if not description.ignored and not description.has_person:
        raise InputError(
            "{text!r}: names no person; only avatars can be added, such as: create a tall woman", text=text
        )
    return description.ignored


def _characters(words: Sequence[str]) -> int:
    return sum(map(len, words))


def _reads_more(tagged: Description, read: Description) -> bool:
    """Whether the tagger understands more than the rules, and contradicts them in nothing.

    What the rules found to be about somebody else, or no longer true, no tag may apply to the person.
    """
    if read.is_about_others or not (_characters(tagged.ignored) < _characters(read.ignored) or tagged.changes):
        return False
    said, known = tagged.traits.to_dict(), read.traits.to_dict()
    loose = {"face", "garments", "outfit", "height", "build", "hair_style"}
    cloths, known_cloths = said.get("cloths", {}), known.get("cloths", {})
    if all(cloth.items() <= cloths.get(name, {}).items() for name, cloth in known_cloths.items()):
        loose.add("cloths")
    if said.get("age") and known.get("age") in (people_en.AGES["girl"], people_en.AGES["boy"]):
        loose.add("age")  # a boy is as old as the noun says unless another word, such as toddler, says it better
    return bool(tagged.changes) or all(said.get(name) == value for name, value in known.items() if name not in loose)


def _may_compare(read: Description, text: str) -> bool:
    """Whether the rules took nothing at all from a sentence, or perhaps a comparative for a plain adjective."""
    if read.has_person:
        return False
    words = set(text.casefold().replace(",", " ").split())
    chinese = (*people_zh.MORE, *people_zh.TAILS)
    return read.traits == AvatarTraits() or bool(words & _COMPARATIVES) or any(word in text for word in chinese)


_COMPARATIVES = {
    *people_en.COMPARATIVES,
    *people_en.SIZE_COMPARATIVES,
    *people_en.COLOR_COMPARATIVES,
    *people_en.MORE,
    "less",
}


_NOT_FINAL = (
    "no known verb", "not understood", "names and collections are made", "only a new avatar", "say whom to make",
    "names no person", "name something first", "put a comma or a full stop",
)  # fmt: skip
"""Refusals of the rules for lack of words; every other refusal is about known words that are unclear, and is final."""


def _may_be_tagged(refusal: InputError) -> bool:
    return any(part in str(refusal) for part in _NOT_FINAL)


def _says_more(error: InputError, refusal: InputError) -> bool:
    """Whether the tagger found a verb where the rules had none."""
    return (
        bool(refusal.values)
        and "no known verb" in refusal.template
        and "is empty" not in error.template
        and "not understood as a command" not in error.template
    )
