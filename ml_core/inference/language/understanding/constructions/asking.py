"""What each question does: its slots as steps that count, measure and name things."""

from __future__ import annotations

from dataclasses import replace

from ml_core.inference.language.understanding.constructions.common import BESIDE, EVERYTHING, Values, command
from ml_core.inference.language.understanding.constructions.noun_phrases import NounPhrase, sized
from ml_core.vocabulary.commands import SceneCommand, Term


def count_at(values: Values) -> list[SceneCommand] | None:
    """ "What is on the table": everything that stands there."""
    if values["relation"] not in BESIDE:
        return None
    return [SceneCommand("count", (Term("everything", relation=values["relation"], anchors=values["anchors"].terms),))]


def count_related(values: Values) -> list[SceneCommand] | None:
    """ "Which chairs are near the window"."""
    objects: NounPhrase = values["objects"]
    if values["relation"] not in BESIDE or any(term.is_narrowed for term in objects.terms):
        return None
    anchors = values["anchors"].terms
    terms = tuple(
        replace(term, relation=values["relation"], anchors=anchors, is_single=False) for term in objects.terms
    )
    return [SceneCommand("count", terms, objects.excluded)]


def count_sized(values: Values) -> list[SceneCommand] | None:
    """ "Which objects are taller than 1 m": their names and number."""
    terms = sized(values["objects"].terms, values["comparative"], values["length"])
    return [SceneCommand("count", terms, values["objects"].excluded)] if terms else None


def count_elements(values: Values) -> list[SceneCommand]:
    terms = values["objects"].terms if "objects" in values else EVERYTHING
    return [SceneCommand("count", terms, text=values["element"])]


def which_most(values: Values) -> list[SceneCommand] | None:
    """ "Which is the tallest chair": its name and size. Other questions with "which" are not answered."""
    terms = values["objects"].terms
    if "superlative" in values:
        if len(terms) != 1 or terms[0].superlative:
            return None
        terms = (replace(terms[0], superlative=values["superlative"], is_single=False),)
    if len(terms) != 1 or not terms[0].superlative:
        return None
    return [SceneCommand("measure", terms, values["objects"].excluded)]


def color_of(values: Values) -> list[SceneCommand]:
    return [command("measure", values["objects"], text="color")]


def apart(values: Values) -> list[SceneCommand] | None:
    """ "How far apart are the two sofas", "the distance between the bed and the door"."""
    objects: NounPhrase = values["objects"]
    if "anchors" in values:
        return [command("measure", objects, relation="between", anchors=values["anchors"].terms)]
    terms = objects.terms
    if len(terms) == 2:
        return [SceneCommand("measure", terms[:1], relation="between", anchors=terms[1:])]
    is_pair = len(terms) == 1 and terms[0].count == 2
    return [SceneCommand("measure", terms, relation="between")] if is_pair else None


def compare(values: Values) -> list[SceneCommand] | None:
    """ "Is the table wider than the bed": both sizes, and whether it is so."""
    axis, sign = values["comparative"]
    objects, anchors = values["objects"], values["anchors"]
    if any(len(phrase.terms) != 1 or phrase.excluded for phrase in (objects, anchors)):
        return None
    relation = "more" if sign > 0 else "less"
    return [command("measure", objects, relation=relation, anchors=anchors.terms, direction=axis)]


def which_of_two(values: Values) -> list[SceneCommand]:
    """ "Which is wider, the table or the bed": both sizes."""
    return [SceneCommand("measure", (*values["objects"].terms, *values["anchors"].terms))]


def compare_numbers(values: Values) -> list[SceneCommand]:
    """ "Are there more chairs than tables": how many there are of each."""
    return [command("count", values["objects"]), SceneCommand("count", values["anchors"].terms)]


def who_is_most(values: Values) -> list[SceneCommand]:
    return [SceneCommand("measure", (Term("avatar", superlative=values["superlative"]),))]
