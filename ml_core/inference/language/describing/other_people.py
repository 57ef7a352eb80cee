"""Words of a description about somebody else: "a man next to a blond woman", "a girl like her tall father"."""

from __future__ import annotations

from collections.abc import Sequence

from .description_words import DescriptionLexicon, Word


def words_of_others(words: Sequence[Word], lexicon: DescriptionLexicon) -> set[int]:
    """Indices of the words that belong to a second person or to an unknown subject.

    A second person counts as the first one in an apposition ("a woman, a doctor"), after a copula ("he is a doctor"),
    after "as" ("dressed as a doctor"), and as a pronoun. What is said of anybody else goes on to the next comma.
    """
    tables = lexicon.tables
    others: set[int] = set()
    first: int | None = None
    for place, word in enumerate(words):
        if place in others:
            continue
        span: range | None = None
        if word.noun == "person" and (first is not None or word.key not in tables.ANY_PERSON):
            if first is not None and (span := _relative_clause(words, first, place, lexicon)) is not None:
                first = place
            elif first is not None and (start := _start_of_another(words, place, lexicon)) is not None:
                span = range(start, _end_of_clause(words, place, lexicon))
            first = place if first is None else first
        elif first is not None and (word.role == "copula" or word.key in tables.DEGREES):
            start = _start_of_unknown_subject(words, place, lexicon)
            span = None if start is None else range(start, _end_of_clause(words, place, lexicon))
        others |= set(span or ())
    return others


def _relative_clause(words: Sequence[Word], first: int, place: int, lexicon: DescriptionLexicon) -> range | None:
    """The clause about somebody else that stands before its Chinese noun: 站在男人旁边的, of 站在男人旁边的女人."""
    between = range(first + 1, place)
    marks = [number for number in between if words[number].key == "的"]
    if lexicon.is_spaced or not marks or any(words[number].role in ("comma", "article") for number in between):
        return None
    if not any(not words[number].is_known for number in range(first + 1, marks[-1])):
        return None
    start = first
    while start > 0 and words[start - 1].role not in ("comma", "article"):
        start -= 1
    return range(start, marks[-1] + 1)


def _start_of_another(words: Sequence[Word], place: int, lexicon: DescriptionLexicon) -> int | None:
    """Where the phrase around a second person begins, or ``None`` when the noun refers to the first person again."""
    tables = lexicon.tables
    if words[place].key in tables.PRONOUNS:
        return None
    start = _start_of_phrase(words, place, lexicon)
    before = words[start - 1] if start else None
    if before is None or before.role == "and":
        return None  # "a man and doctor"
    if before.key in tables.POSSESSIVES:
        return start - 1
    if before.noun == "person":
        is_relation = not lexicon.is_spaced and before.key in tables.PRONOUNS  # 她父亲
        is_apart = any(not word.is_known for word in words[start:place])
        return start - 1 if is_relation else start if is_apart else None
    if before.role == "article":
        start -= 1
        before = words[start - 1] if start else None
    if before is None or before.role in ("comma", "copula") or before.key in tables.GUISES:
        return None
    return start


def _start_of_unknown_subject(words: Sequence[Word], place: int, lexicon: DescriptionLexicon) -> int | None:
    """Where "his friend" begins, of "his friend is blond"; ``None`` when the copula follows a known noun."""
    end = place
    while end > 0 and words[end - 1].role in ("silent", "copula"):
        end -= 1
    if end == 0 or words[end - 1].role != "word" or words[end - 1].is_known:
        return None
    start = _start_of_phrase(words, end, lexicon)
    before = words[start - 1] if start else None
    is_subject = before is not None and (
        before.key in lexicon.tables.POSSESSIVES
        or before.role == "article"
        or (not lexicon.is_spaced and before.noun == "person")
    )
    return start if is_subject else None


def _start_of_phrase(words: Sequence[Word], end: int, lexicon: DescriptionLexicon) -> int:
    """Where the words begin that stand before a noun and belong to it."""
    tables = lexicon.tables
    start = end
    while start > 0:
        word = words[start - 1]
        is_modifier = word.role in ("word", "measure", "silent") or (
            # A Chinese phrase may hold a clause: 穿西装的女人.
            not lexicon.is_spaced and word.role in ("noun", "break") and word.noun != "person"
        )
        if not is_modifier or word.key in tables.POSSESSIVES or word.key in tables.GUISES:
            break
        start -= 1
    return start


def _end_of_clause(words: Sequence[Word], place: int, lexicon: DescriptionLexicon) -> int:
    end = place
    while end < len(words) and words[end].role != "comma":
        end += 1
    if not lexicon.is_spaced:  # 像她父亲的女孩: the noun after 的 is who is described
        for number in range(place + 1, end - 1):
            if words[number].key == "的" and words[number + 1].noun == "person":
                return number + 1
    return end
