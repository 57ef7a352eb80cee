"""Phrases of descriptions in plainer words, before they are read: "a shirt with stripes" as "a striped shirt"."""

from __future__ import annotations

import re

_HAIR_TO = r"hair\s+(?:that\s+)?(?:(?:goes|falls|falling|reaches|reaching|all the way|down|to)\s+)*"
_PAINTED = "red|pink|purple|black|blue|orange|burgundy|crimson|scarlet"
_PERSONS = r"(?:her|his|their|the)\s+"

_PLAINER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(source, re.IGNORECASE), plainer)
    for source, plainer in (
        # What is said around a change of the avatar that is there: "make the nose smaller"; and that hair is dyed.
        (r"^\s*(?:please\s+)?make (?=(?:the|his|her|their)\b)|还可以(?=再)|染[着了成有]?", ""),
        (r"\b(hair|cut|bob|ponytail|buns?|braids|locks|mohawk)(?: that is| which is)? dyed (?=\w)", r"\1 "),
        (r"([\w-]+) with (?:\w+ )?stripes\b", r"striped \1"),
        (r"([\w-]+) with (?:\w+ )?(?:checks|a check(?:ed)? pattern)\b", r"checked \1"),
        (r"\bhigh[- ]heel(?:s|ed shoes)\b|\bstilettos?\b", "pumps"),
        (rf"\b((?:(?:dark|bright|light) )?(?:{_PAINTED})) lips\b", r"\1 lipstick"),
        (r"\blatina\b(?! (?:woman|girl|lady))", "latin american woman"),
        (r"\blatino\b(?! (?:man|woman|guy|boy|girl|lady))", "latin american man"),
        (r"([红粉紫黑])(?:色的?)?(?:嘴唇|唇)", r"\1色口红"),
        (rf"\b{_HAIR_TO}{_PERSONS}(?:waist|hips|lower back|bottom)\b", "very long straight hair"),
        (rf"\b{_HAIR_TO}{_PERSONS}shoulders\b", "shoulder-length hair"),
        (r"\bneither (?:an? )?(\w+) nor (?:an? )?(\w+)\b", r"without \1 and without \2"),
        (r"\bwith without\b", "without"),
        (r"(?:光着?脚丫?|赤着?脚)的?(?=[男女人小老孩])", "没穿鞋的"),
        (r"皮衣|皮夹克", "皮革夹克"),
    )
)  # fmt: skip
_BAREFOOT = re.compile(r"\s*\b(?:barefoot(?:ed)?|shoeless)\b", re.IGNORECASE)


def plainly(text: str) -> str:
    """The same description in words that the readers know."""
    for pattern, plainer in _PLAINER:
        text = pattern.sub(plainer, text)
    if _BAREFOOT.search(text):
        text = f"{_BAREFOOT.sub('', text).strip(' ,')} without shoes"
    return text


_FAULT = (
    r"(?:(?:just |still |way |much |far |a bit |a little |really )*(?:too \w+|wrong|ugly|boring|misplaced|crooked"
    r"|in (?:the|my|her|his|their|our|everyone's) way|in the wrong (?:place|spot)))"
)
_WHAT = r"(?P<what>(?:the|that|this|these|those|my) [^,.;:!?]+?)"
_REMEDY = r"\s*[,.;:!]+\s*(?:so |please |can you |could you |just )*(?P<rest>.+)$"
_COMPLAINTS = tuple(
    re.compile(source, re.IGNORECASE)
    for source in (
        rf"^{_WHAT} (?:is|are|looks?|seems?|hangs?|stands?|sits?|feels?) {_FAULT}{_REMEDY}",
        rf"^i (?:don't|do not|dont) (?:like|want) {_WHAT}(?: like that| there| any ?more)?{_REMEDY}",
    )
)
_IT = re.compile(r"\b(?:it|them|that one)\b", re.IGNORECASE)
_COMPLAINT_ZH = re.compile(
    r"^(?P<what>[^，,。；;]+?)(?:有点|实在|也|稍微)?"
    r"(?:太[高低大小长短宽窄矮近远暗亮旧丑厚薄]了?|挡路了?|碍事了?|不好看|不对)[，,。；;！!]\s*"
    r"(?:请|麻烦)?(?:把)?(?:它们?|他们?|她们?)?(?P<rest>.+)$"
)
_SERIES = re.compile(
    r"(?P<to>\b(?:to|as|into) |[成为叫]\s*)(?P<stem>[^\W\d][\w-]*?)[_ -]?0*1"
    r"(?:(?:\s*[,，、]\s*|\s+and\s+)(?P=stem)[_ -]?\d+)+"
    r"(?:[,，]?\s*(?:and so (?:on|forth)|etc\.?|\.{2,}|…+|等等?|依此类推|以此类推))*\s*$",
    re.IGNORECASE,
)


def plainly_commanded(text: str) -> str:
    """A command without what only comes along: what is wrong now, and the numbers of a series of names ("to lamp_01,
    lamp_02 and so on"), which several things get anyway."""
    return _SERIES.sub(r"\g<to>\g<stem>", without_complaints(text))


def without_complaints(text: str) -> str:
    """A command without what is wrong now: "the lamp hangs too low, raise it 20 cm" as "raise the lamp 20 cm"."""
    bare = text.strip()
    for pattern in _COMPLAINTS:
        found = pattern.match(bare)
        it = _IT.search(found["rest"]) if found is not None else None
        if found is not None and it is not None:
            rest = found["rest"]
            return f"{rest[: it.start()]}{found['what']}{rest[it.end() :]}"
    found = _COMPLAINT_ZH.match(bare)
    if found is not None and not found["what"].startswith(("把", "将", "不要", "别")):
        return f"把{found['what']}{found['rest']}"
    return text
