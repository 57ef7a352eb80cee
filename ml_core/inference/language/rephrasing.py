"""Phrases of descriptions in plainer words, before they are read: "a shirt with stripes" as "a striped shirt"."""

from __future__ import annotations

import re
from collections.abc import Collection

from ml_core.inference.language.understanding.words import number_of
from ml_core.vocabulary.words import descriptions_en

_HAIR_TO = r"hair\s+(?:that\s+)?(?:(?:goes|falls|falling|reaches|reaching|all the way|down|to)\s+)*"
_HIS = r"(?:(?:the|his|her|their|my)\s+)"
_PAINTED = "red|pink|purple|black|blue|orange|burgundy|crimson|scarlet"
_PERSONS = r"(?:her|his|their|the)\s+"
_SHADE = r"(?:(?:light|dark|bright|pale|deep)[- ])?"
_COLOR = (
    rf"{_SHADE}(?:{'|'.join(sorted(descriptions_en.COLORS, key=len, reverse=True))}|brown|hazel|amber|blond|blonde)"
)
_COLOR_ZH = r"[深浅淡亮暗]?[红橙黄绿青蓝紫黑白灰棕褐粉金银]色?"
_A_BIT_ZH = r"再?[^，,。\s]{1,2}一?[点些]"
_OFF_ZH = "(?:摘掉|摘下|脱掉|脱下|去掉|拿掉|取下|摘了|脱了)"

_WORN = (
    r"(?:t-?shirt|shirt|top|blouse|sweater|hoodie|jacket|coat|blazer|suit|trousers|pants|jeans|shorts|skirt|dress|shoes|"
    r"boots|sneakers|heels|hat|cap|scarf|tie|belt|socks|gloves|glasses|sunglasses|vest|cardigan|leggings)"
)

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
        # What is so instead: "not blue but green", "change the trousers to jeans", "hair like before but red".
        (rf"\bnot {_COLOR} but (?=(?:rather )?{_COLOR}\b)", ""),
        (rf"不是{_COLOR_ZH}的?[，,]?(?:而是|是)(?={_COLOR_ZH})", "是"),
        (rf"\b(?:(?:change|turn|dye|make) {_HIS}?)?({_WORN}) (?:in)?to ({_COLOR})\b", r"\2 \1"),
        (rf"\b(?:change|swap|switch|exchange|replace) {_HIS}?{_WORN} (?:to|into|for|with|by) ", ""),
        (rf"\b(?:the same )?hair (?:(?:like|as) (?:before|now|it is)|the same),? but ({_COLOR})\b", r"\1 hair"),
        (rf"\bsame hair,? but ({_COLOR})\b", r"\1 hair"),
        (rf"\bone ({_COLOR}) eye and (?:one|the other) {_COLOR}(?: (?:eye|one))?", r"\1 eyes, mismatched"),
        # What goes: "remove the glasses and give him a hat", 摘掉眼镜.
        (rf"\b(?:remove|take off|lose|get rid of|drop) {_HIS}?(?={_WORN}\b)", "without "),
        (r"\bgive (?:him|her|them) (?=(?:an?|some)\b)(?!an? (?:bit|little)|an? \w+er\b)", "with "),
        (rf"{_OFF_ZH}(?=眼镜|墨镜|帽子|外套|夹克|领带|围巾|手套|鞋|袜子|腰带)", "不要"),
        # Two comparisons of one part.
        (r"\b(hair|skin|nose|lips|eyes|chin) (\w+er) and (\w+er)\b", r"\1 \2, \1 \3"),
        (rf"(头发|皮肤|鼻子|嘴唇|眼睛)({_A_BIT_ZH})({_A_BIT_ZH})(?=[，,。]|$)", r"\1\2，\1\3"),
        (r"\b(?:light|pale)(?:[- ]colou?red)? eyes\b", "gray eyes"),
        (r"浅色(?:的)?(?:眼睛|眼珠)|眼睛(?:颜色)?(?:很|比较)?浅(?:色)?(?=[，,。]|$)", "灰色眼睛"),
        (r"\bbusiness(man|woman)\b", r"business \1"),
        # Ages as they are typed: "8 yrs old", "35 yo", "mid 30s".
        (r"\b(\d{1,2})[ -]?(?:yrs?|y\.?/?o\.?)(?:[ -]old)?(?![a-z])", r"\1 years old"),
        (r"\b(?:in (?:his|her|their) )?mid[- ](?:to[- ]late[- ])?([2-9])0'?s\b", r"\g<1>5 years old"),
        (r"\b(?:in (?:his|her|their) )?early[- ]([2-9])0'?s\b", r"\g<1>2 years old"),
        (r"\b(?:in (?:his|her|their) )?late[- ]([2-9])0'?s\b", r"\g<1>8 years old"),
        (r"\bw/ ?(?=\w)", "with "),
        # Clothes and people by everyday words.
        (r"\b(?:gym|sports?|workout|training|running) (?:clothes|gear|outfit|wear)\b|\bsportswear\b",
         "a tank top, shorts and sneakers"),
        (r"\ba tuxedo with a bow ?tie\b|\ba (?:tuxedo|tux)\b", "a black suit, a white shirt and a bow tie"),
        (r"\boffice workers?\b", "clerk"),
        (r"\bschool ?girl\b", "girl, 14 years old"),
        (r"\bschool ?boy\b", "boy, 14 years old"),
        (r"\bbride\b", "woman"),
        (r"\bsquare (?:face|chin|jaw)d?\b", "strong jaw"),
        (r"\b(?:an? )?(?:deep|dark|light|slight|nice|golden)? ?\btan(?=$|[,.;]| and\b| with\b)", "tanned skin"),
        (r"\bcurly shoulder[- ]length hair\b", "shoulder-length curly hair"),
        # The same in Chinese: 女兵, 外卖小哥, 有点秃顶, 嘴唇涂成红色.
        (r"([女男])兵(?!装)", r"\1士兵"),
        (r"小哥(?!哥)|帅哥", "年轻男人"),
        (r"美女|小姐姐", "年轻女人"),
        (r"(?:有点|有些|略微|微微|稍微)秃(?:顶|头)?", "发际线后移"),
        (r"嘴唇(?:涂|抹|画)(?:成|得|着|了)?([红粉紫黑])色?的?(?:口红)?", r"\1色口红"),
        (r"长裤(?!脚)", "裤子"),
    )
)  # fmt: skip
_BAREFOOT = re.compile(r"\s*\b(?:barefoot(?:ed)?|shoeless)\b", re.IGNORECASE)


_WEIGHT_ZH = re.compile(r"体重(?:大?约|是|为)?(?P<number>[一二两三四五六七八九十百零]+)(?P<unit>公斤|千克|斤)")


def _weight_in_digits(found: re.Match[str]) -> str:
    number = number_of(found["number"])
    return found[0] if number is None else f"体重{number:g}{found['unit']}"


def plainly(text: str) -> str:
    """The same description in words that the readers understand."""
    text = _WEIGHT_ZH.sub(_weight_in_digits, text)
    for pattern, plainer in _PLAINER:
        text = pattern.sub(plainer, text)
    if _BAREFOOT.search(text):
        text = f"{_BAREFOOT.sub('', text).strip(' ,')} without shoes"
    return text


_FAULT = (
    r"(?:(?:just |still |way |much |far |a bit |a little |really )*(?:too \w+|wrong|ugly|boring|misplaced|crooked"
    r"|useless|broken|in (?:the|my|her|his|their|our|everyone's) way|in the wrong (?:place|spot)))"
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
    r"(?P<to>\b(?:to|as|into) |[成为叫]\s*|^(?:please )?(?:name|call) [a-z ]+? )(?P<stem>[^\W\d][\w-]*?)[_ -]?0*1"
    r"(?:(?:\s*[,，、]\s*|\s+and\s+)(?P=stem)[_ -]?\d+)+"
    r"(?:[,，]?\s*(?:and so (?:on|forth)|etc\.?|\.{2,}|…+|等等?|依此类推|以此类推))*\s*$",
    re.IGNORECASE,
)

_MEANT = {"teh": "the", "hte": "the", "adn": "and", "thats": "that is", "bleu": "blue", "rde": "red", "wiht": "with"}
"""Typos of words that are too short for the speller."""
_SLOPPY = re.compile(rf"\b(?:{'|'.join(_MEANT)})\b", re.IGNORECASE)
_AGED = re.compile(r"\b(?:older|younger),? (?:like|about|around|maybe|say) (\d{1,3})\b(?: years old)?", re.IGNORECASE)
_UNTOUCHED = re.compile(r"\b(?:don't|dont|do not|never) (?:touch|change)\b", re.IGNORECASE)
_OTHERS = (
    (
        re.compile(
            r"\b(?:everything|anything|all(?: of)?(?: the)? (?:objects|things))(?: that| which)?"
            r"(?:'s not| is not| isn't| are not| aren't) (?:an? |the )?"
            r"(?!selected|visible|hidden|shown|named|called|label|used|needed|on\b|in\b|at\b|under|over|near|next|beside|behind)",
            re.IGNORECASE,
        ),
        "everything except ",
    ),
    (
        re.compile(r"(?:所有|全部)?(?<!是)不是(?P<what>[^的，,。；;\s]+)的(?:东西|物体|物品|物件)"),
        r"除了\g<what>以外的所有东西",
    ),
)
"""What is not something, and the same as an exception."""


def plainly_commanded(text: str) -> str:
    """A command without its asides: complaints about the present state, and the numbers of a series of names ("to
    lamp_01, lamp_02 and so on"), which several things get anyway; and "everything that is not a chair" as an
    exception."""
    text = _SLOPPY.sub(lambda found: _MEANT[found[0].casefold()], text)
    text = _AGED.sub(r"\1 years old", text)
    text = _UNTOUCHED.sub("keep", text)
    text = _SERIES.sub(r"\g<to>\g<stem>", without_complaints(text))
    for pattern, plainer in _OTHERS:
        text = pattern.sub(plainer, text)
    return text


def named_by_letters(text: str, names: Collection[str]) -> str:
    """Names that end in a capital letter as they are written: "building A" is building_A."""
    for name in names:
        found = re.fullmatch(r"([^\W\d_]+(?:[ _.-][^\W\d_]+)*?)[ _.-]?([A-Z])", name)
        if found is None:
            continue
        words = re.sub(
            r"[ _.-]", "[ _.-]", re.escape(found[1]).replace(r"\ ", " ").replace(r"\.", ".").replace(r"\-", "-")
        )
        text = re.sub(rf"\b(?i:{words})[ ]{found[2]}\b", name, text)
    return text


def without_complaints(text: str) -> str:
    """A command without its complaint: "the lamp hangs too low, raise it 20 cm" as "raise the lamp 20 cm"."""
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
