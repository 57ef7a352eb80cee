"""Parts of the grammar that come from the registries: labels, colors, garments, numbers, names and the like."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ml_core.geometry.garments.pieces import PIECES
from ml_core.inference.language.lexicon import is_chinese, plural
from ml_core.inference.language.understanding.tagging.gazetteer import noun_terms
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.color_names import chinese_colors, english_colors
from ml_core.vocabulary.scene.labels import FIRST_GROUPS, FIRST_LABELS, SURFACES
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.words import (
    commands_en,
    commands_zh,
    descriptions_en,
    descriptions_zh,
    people_en,
    people_zh,
    scene_en,
    scene_zh,
)

if TYPE_CHECKING:
    from .grammar import Draft

_LABELS = (*FIRST_LABELS, *SURFACES)
"""The nouns of sentences to learn from; those of further labels are read by the word tables alone."""
_COMMON = {
    "en": ("red", "blue", "green", "white", "black", "brown", "yellow", "gray", "dark blue", "light gray", "orange",
           "pink", "purple", "navy", "beige", "dark green", "bright red", "turquoise", "light blue", "gold"),
    "zh": ("红色", "蓝色", "绿色", "白色", "黑色", "棕色", "黄色", "灰色", "深蓝色", "浅灰色", "橙色", "粉色", "紫色",
        "红", "蓝",
           "白", "黑", "绿", "米色", "金色", "天蓝色", "深绿色", "粉红", "淡蓝色", "亮红色"),
}  # fmt: skip
_SYLLABLES = ("zor", "blim", "tak", "vel", "qua", "mi", "dro", "fen", "gar", "po", "lix", "shu", "ran", "ket", "oba")
_ZH_NEW = "琅玖曜翊琮珂霖璟骁箸瓯罍砚匾屏榻几架鼎炉瓮"
_STEMS = (
    "Cube",
    "Chair",
    "Table",
    "Lamp",
    "Sofa",
    "SM_Door",
    "Tree",
    "Hero",
    "Plane",
    "Wall",
    "Prop",
    "Oak",
    "Kitchen",
)


@cache
def _nouns(language: str, kind: str, number: str) -> tuple[str, ...]:
    """Words for labels or groups; narrower ones among them."""
    wants_chinese = language == "zh"
    found = []
    for word, (term, count, _) in noun_terms().items():
        if term.value not in (*_LABELS, *FIRST_GROUPS):
            continue
        if term.kind == kind and is_chinese(word) == wants_chinese and (wants_chinese or count in ("", number)):
            found.append(word)
    return tuple(found)


def _words(language: str, english: object, chinese: object, table: str) -> list[str]:
    tables = getattr(english if language == "en" else chinese, table)
    return [word for names in tables.values() for word in names]


class Fillers:
    """A method for each part, which returns a random word of the language for it."""

    def __init__(self, language: str, rng: np.random.Generator, draft: Draft) -> None:
        self._language, self._rng, self._draft = language, rng, draft
        self._scene = scene_en if language == "en" else scene_zh
        self._is_chinese = language == "zh"

    def _pick(self, options: list[str] | tuple[str, ...]) -> str:
        return str(options[self._rng.integers(len(options))])

    def _chance(self, share: float) -> bool:
        return bool(self._rng.random() < share)

    def _taught(self, kind: str) -> str:
        """A word that is in no table, as a file or a later registry may bring it."""
        if self._is_chinese:
            word = "".join(self._pick(list(_ZH_NEW)) for _ in range(2))
        else:
            word = "".join(self._pick(_SYLLABLES) for _ in range(int(self._rng.integers(2, 4))))
        self._draft.taught[word] = kind
        return word

    def label(self) -> str:
        if self._chance(0.06):
            return self._taught("label")
        common = self._chance(0.35)
        words = [word for label in _LABELS for word in commands_zh.LABELS[label]] if self._is_chinese else None
        if common:
            return self._pick(words) if words else self._pick(_LABELS).replace("_", " ")
        return self._pick(_nouns(self._language, "label", "one"))

    def labels(self) -> str:
        if self._is_chinese:
            return self.label()
        if self._chance(0.05):
            return self._taught("label")
        if self._chance(0.35):
            return plural(self._pick(_LABELS).replace("_", " "))
        return self._pick(_nouns(self._language, "label", "many"))

    def group(self) -> str:
        return self._pick(_nouns(self._language, "group", "one"))

    def groups(self) -> str:
        return self._pick(_nouns(self._language, "group", "many"))

    def avatar(self) -> str:
        return self._pick(commands_zh.AVATARS if self._is_chinese else commands_en.AVATARS)

    def type(self) -> str:
        return self._pick([names[0] for names in self._scene.TYPES.values()])

    def types(self) -> str:
        if self._is_chinese:
            return self.type()
        return self._pick([names[1] if len(names) > 1 else names[0] for names in self._scene.TYPES.values()])

    def color(self) -> str:
        if self._chance(0.02):
            return "#" + "".join(self._pick(list("0123456789abcdef")) for _ in range(6))
        if self._chance(0.7):
            return self._pick(_COMMON[self._language])
        return self._pick(tuple(chinese_colors() if self._is_chinese else english_colors()))

    def name(self) -> str:
        stem = self._pick(_STEMS)
        forms = (
            f"{stem}.{self._rng.integers(1, 30):03}",
            f"{stem}_{self._rng.integers(1, 99):02}",
            f"{stem}{self._rng.integers(1, 9)}",
        )
        name = self._pick(forms)
        self._draft.names.append(name)
        return name if self._chance(0.7) else name.lower()

    def quoted(self) -> str:
        word = self._pick((*_STEMS, "my thing", "left wall", "主角", "大厅", "Hero Prop"))
        return f"“{word}”" if self._is_chinese else f'"{word}"'

    def collection(self) -> str:
        if self._is_chinese:
            return self._pick(("厨房", "家具", "灯光", "道具", "背景", "角色", "植物", "客厅", "临时"))
        return self._pick(("kitchen", "furniture", "lights", "props", "background", "characters", "set dressing",
            "temp",
                           "interior", "high poly"))  # fmt: skip

    def new_name(self) -> str:
        if self._chance(0.3):
            return self.quoted()
        if self._is_chinese:
            return self._pick(("主桌", "餐桌一号", "背景", "厨房", "道具", "主角", "吧台", "家具", "临时", "客厅",
                "旧物", "Hero",
                               "灯光组", "前景", "王座", "左墙"))  # fmt: skip
        return self._pick(("hero", "main table", "throne", "SM_Chair_A", "kitchen", "props", "old stuff", "background",
                           "Furniture", "left wall", "lamp_02", "Bob", "dining set", "foreground", "temp", "archive",
                           "table_final", "the throne", "Environment", "clutter"))  # fmt: skip

    def number(self) -> str:
        if self._is_chinese:
            return self._pick(("两", "三", "四", "五", "2", "3", "六", "10", "十", "八", "一"))
        return self._pick(("two", "three", "four", "five", "2", "3", "six", "10", "ten", "5", "eight", "20"))

    def ordinal(self) -> str:
        if self._is_chinese:
            return self._pick(("第一", "第二", "第三", "第四", "最后一", "第五", "第2"))
        return self._pick([word for key, words in scene_en.ORDINALS.items() for word in words if abs(key) < 6])

    def sup(self) -> str:
        options = [
            names[0].removesuffix("的")
            for key, names in self._scene.SUPERLATIVES.items()
            if key not in ("big", "small")
        ]
        return self._pick(
            [*options, *options, *(names[-1].removesuffix("的") for names in self._scene.SUPERLATIVES.values())]
        )

    def cl(self) -> str:
        return self._pick(list("个把张盏个台只件个棵"))

    def _quantity(self) -> str:
        small = self._rng.integers(1, 10)
        forms = (
            str(small),
            str(self._rng.integers(1, 300)),
            f"{self._rng.random() * 5:.1f}",
            f"0.{small}",
            str(small * 10),
        )
        if self._chance(0.3):
            return (
                self._pick(("一", "两", "三", "五", "十", "半", "二十", "五十"))
                if self._is_chinese
                else self._pick(("one", "two", "three", "half a", "ten", "a", "five", "twenty", "one and a half"))
            )
        return self._pick(forms)

    def length(self) -> str:
        if self._is_chinese:
            unit = self._pick(("米", "厘米", "公分", "米", "cm", "m", "毫米", "个单位", "英尺"))
            if self._chance(0.06):
                return self._pick(("一米五", "两米二", "半米", "一米二"))
            return f"{self._quantity()}{unit}"
        unit = self._pick(("m", "cm", "meters", "meter", "feet", "inches", "units", "metres", "centimeters", "ft", "mm",
                           "m", "unit"))  # fmt: skip
        space = "" if unit in ("m", "cm", "mm") and self._chance(0.6) else " "
        quantity = self._quantity()
        return f"{quantity}{space if quantity[-1].isdigit() else ' '}{unit}"

    def signed_length(self) -> str:
        return f"-{self.length()}" if self._chance(0.4) else self.length()

    def angle(self) -> str:
        value = self._pick(("90", "45", "30", "180", "15", "60", "10", str(self._rng.integers(1, 359))))
        if self._is_chinese:
            return self._pick((f"{value}度", f"{value}°", "九十度", "四十五度", "三十度", "一圈", "半圈", "180度"))
        return self._pick((f"{value} degrees", f"{value}°", f"{value} deg", "ninety degrees", "forty-five degrees",
            value,
                           f"{value} degrees", "a quarter turn", "half a turn"))  # fmt: skip

    def factor(self) -> str:
        value = self._pick(("2", "1.5", "0.5", "3", "1.2", "0.8", "10"))
        if self._is_chinese:
            return self._pick((f"{value}倍", "两倍", "百分之五十", "一半", "三倍", "百分之二十", "一倍",
                f"到{value}倍", "150%",
                               "20%", "一点五倍"))  # fmt: skip
        return self._pick((value, f"{value}x", "50%", "20 percent", "half", "two", "a factor of 2",
            f"a factor of {value}",
                           "150%", "10%", "1.5", "three times"))  # fmt: skip

    def factor_to(self) -> str:
        return self._pick(("half", "50%", "150%", "half the size", "twice the size", "80 percent", "200%", "half size",
                           "a third", "double", "10%"))  # fmt: skip

    def factor_pct(self) -> str:
        return self._pick(("20%", "10 percent", "50%", "30%", "two times", "3 times", "three times"))

    def target(self) -> str:
        words = scene_words(self._language)
        return self._pick(words)

    def years(self) -> str:
        return str(self._rng.integers(6, 95))

    def years_zh(self) -> str:
        digits = "一二三四五六七八九"
        tens, ones = self._pick(list(" 二三四五六七八")).strip(), self._pick(list(" " + digits)).strip()
        return f"{tens}十{ones}"

    def decade(self) -> str:
        return str(10 * self._rng.integers(2, 9))

    def decade_zh(self) -> str:
        return self._pick(list("二三四五六七八")) + "十"

    def cm(self) -> str:
        return str(self._rng.integers(110, 210))

    def cm2(self) -> str:
        return str(self._rng.integers(2, 25))

    def meters(self) -> str:
        return f"{self._rng.integers(110, 210) / 100:.2f}"

    def feet(self) -> str:
        return self._pick(("5", "6", "five", "six", "4"))

    def inches(self) -> str:
        return self._pick(("2", "11", "4", "10", "two", "ten", "6", "one", "8"))

    def d9(self) -> str:
        return self._pick(list("五六七八九"))

    def garment(self) -> str:
        if self._chance(0.05):
            return self._taught("garment")
        words = [word for piece in PIECES for word in piece.words if is_chinese(word) == self._is_chinese]
        words += (descriptions_zh if self._is_chinese else descriptions_en).NOUNS["top"]
        return self._pick(words)

    def fabric(self) -> str:
        fabrics = FABRIC_KINDS.values()
        return self._pick([word for kind in fabrics for word in (kind.words_zh if self._is_chinese else kind.words_en)])

    def hairstyle(self) -> str:
        styles = [style.words_zh if self._is_chinese else style.words_en for style in HAIR_STYLES.values()]
        words = [word for names in styles for word in names if not word.endswith(" hair")]
        return self._taught("hair") if self._chance(0.05) else self._pick(words)

    def job(self) -> str:
        looks = people_zh if self._is_chinese else people_en
        words = [word for names in looks.JOBS.values() for word in names]
        people = [outfit.words_zh if self._is_chinese else outfit.words_en for outfit in OUTFIT_KINDS.values()]
        known = {"doctor", "nurse", "surgeon", "soldier", "worker", "mechanic", "engineer", "technician", "builder",
                 "manager", "banker", "lawyer", "医生", "护士", "士兵", "军人", "工人", "技工", "工程师", "经理",
                 "律师"}  # fmt: skip
        words += [word for names in people for word in names if word in known] * 2
        return self._pick([*words, *looks.JOB_NOUNS])


@cache
def scene_words(language: str) -> tuple[str, ...]:
    """Words for export targets."""
    targets = [target.words_en if language == "en" else target.words_zh for target in TARGETS.values()]
    english = [target.words_en for target in TARGETS.values()]
    words = [word for names in targets for word in names]
    return tuple(words + ([names[0] for names in english] if language == "zh" else []))
