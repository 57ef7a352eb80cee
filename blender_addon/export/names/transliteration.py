"""Names of any script in Latin letters, by Unicode's own names of the characters.

Kana, Hangul, Cyrillic and Greek read as they sound (Hepburn for kana, BGN/PCGN for Cyrillic, without diacritics). An
ideograph has no one reading; it becomes its code point, so that two names stay two.
"""

from __future__ import annotations

import unicodedata

_HEPBURN = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu"}
_SILENT = "ーっッ々ъьЪЬ"
_CYRILLIC = (
    "а=a б=b в=v г=g д=d е=e ё=yo ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh "
    "щ=shch ы=y э=e ю=yu я=ya і=i ї=yi є=ye ґ=g ў=u ј=j љ=lj њ=nj ћ=c ђ=dj џ=dz"
)
_GREEK = "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o"
_LATIN = "ß=ss æ=ae œ=oe ø=o ł=l đ=d ð=d þ=th ı=i"
_LETTERS = dict(pair.split("=") for pair in f"{_CYRILLIC} {_GREEK} {_LATIN}".split())


def latin(text: str) -> str:
    """``text`` with every letter in ASCII; other characters than letters and digits stay."""
    return "".join(_character(one) for one in unicodedata.normalize("NFC", text))


def _character(one: str) -> str:
    if one.isascii():
        return one
    plain = "".join(part for part in unicodedata.normalize("NFKD", one) if part.isascii() and part.isprintable())
    if plain:
        return plain
    if one in _SILENT:
        return ""
    lower = one.lower()
    for letter in (lower, unicodedata.normalize("NFD", lower)[0]):  # with its accent, else without
        if letter in _LETTERS:
            return _LETTERS[letter].capitalize() if one != lower else _LETTERS[letter]
    words = unicodedata.name(one, "").split()
    if words[:2] in (["HIRAGANA", "LETTER"], ["KATAKANA", "LETTER"]):
        sound = words[-1].lower()
        return _HEPBURN.get(sound, sound)
    if words[:2] == ["HANGUL", "SYLLABLE"]:
        return words[-1].lower()
    if "LETTER" in words and words[0] not in ("CJK", "MODIFIER"):
        return words[-1].lower()
    return f"_u{ord(one):04X}_" if one.isalnum() else "_"
