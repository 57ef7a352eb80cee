"""Transliterates names of any script to Latin letters, by Unicode's own names of the characters.

Kana, Hangul, Cyrillic and Greek are romanized by sound (Hepburn for kana, BGN/PCGN for Cyrillic, without diacritics).
An ideograph has no single reading; it becomes its code point, so that different names stay different.
"""

from __future__ import annotations

import unicodedata

_HEPBURN = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu"}
_SILENT = "ъьЪЬ"
_VOWELS = "aeiou"
_CYRILLIC = (
    "а=a б=b в=v г=g д=d е=e ё=yo ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh "
    "щ=shch ы=y э=e ю=yu я=ya і=i ї=yi є=ye ґ=g ў=u ј=j љ=lj њ=nj ћ=c ђ=dj џ=dz"
)
_GREEK = "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o"
_LATIN = "ß=ss æ=ae œ=oe ø=o ł=l đ=d ð=d þ=th ı=i"
_LETTERS = dict(pair.split("=") for pair in f"{_CYRILLIC} {_GREEK} {_LATIN}".split())


def latin(text: str) -> str:
    """``text`` with every letter in ASCII; characters other than letters and digits stay."""
    if text.isascii():
        return text
    parts: list[str] = []
    doubles = False  # after a small tsu
    for item in unicodedata.normalize("NFKC", text):  # which also makes half-width kana and their marks whole
        last = parts[-1] if parts else ""
        if item == "ー":  # a long vowel
            sound = last[-1:] if last[-1:] in _VOWELS else ""
        elif item in "々ゝヽ":
            sound = last
        elif item in "っッ":
            doubles = True
            continue
        elif (small := _small_kana(item)) and last[-1:] in _VOWELS:
            parts[-1], sound = _joined(last, small), ""
        else:
            sound = _character(item)
        if doubles:
            sound = ("t" if sound.startswith("ch") else sound[:1] if sound[:1].isalpha() else "tsu") + sound
            doubles = False
        parts += [sound] if sound else []
    return "".join(parts) + ("tsu" if doubles else "")


def _small_kana(character: str) -> str:
    """The sound of a small vowel, ya, yu, yo or wa, which belongs to the syllable before it."""
    words = unicodedata.name(character, "").split()
    is_kana = words[:1] in (["HIRAGANA"], ["KATAKANA"]) and words[1:3] == ["LETTER", "SMALL"]
    sound = words[-1].lower() if is_kana else ""
    return sound if sound in ("a", "i", "u", "e", "o", "ya", "yu", "yo", "wa") else ""


def _joined(syllable: str, small: str) -> str:
    """Two kana of one syllable: ki + ya = kya, shi + ya = sha, fu + a = fa, u + i = wi."""
    head = syllable[:-1]
    if small[0] == "y":
        return head + (small[1:] if head.endswith(("sh", "ch", "j")) else small)
    return (head or "w") + small


def _character(character: str) -> str:
    if character.isascii():
        return character
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if part.isascii() and part.isprintable())
    if plain:
        return plain
    if character in _SILENT:
        return ""
    lower = character.lower()
    for letter in (lower, unicodedata.normalize("NFD", lower)[0]):  # with its accent, else without
        if letter in _LETTERS:
            return _LETTERS[letter].capitalize() if character != lower else _LETTERS[letter]
    words = unicodedata.name(character, "").split()
    if words[:2] in (["HIRAGANA", "LETTER"], ["KATAKANA", "LETTER"]):
        sound = words[-1].lower()
        return _HEPBURN.get(sound, sound)
    if words[:2] == ["HANGUL", "SYLLABLE"]:
        return words[-1].lower()
    if "LETTER" in words and words[0] not in ("CJK", "MODIFIER"):
        return words[-1].lower()
    return f"_u{ord(character):04X}_" if character.isalnum() else "_"
