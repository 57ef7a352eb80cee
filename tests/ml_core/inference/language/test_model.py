"""Descriptions of people: what they name, and what of them is not understood."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from ml_core import InputError, LanguageModel
from ml_core.color import hex_to_srgb
from ml_core.geometry.body.measures import body_mass
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.people.prior import neutral
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.pieces import PIECES
from ml_core.inference.language.describing.measures import weight_of
from ml_core.inference.textures.layer_kinds import default_layer
from ml_core.vocabulary.avatar.face_shapes import SHAPES
from ml_core.vocabulary.traits import ANCESTRIES, FACE_SLIDERS
from ml_core.vocabulary.words.people_en import ANCESTRY_SKIN

MODEL = LanguageModel.load()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a tall woman in a navy suit, dark skin, blond hair", {"outfit": "business", "presentation": 1.0}),
        ("an old soldier with green eyes", {"outfit": "military"}),
        ("a nurse in blue scrubs", {"outfit": "medical"}),
        ("一位穿藏青色西装的高个女人,深色皮肤", {"outfit": "business", "presentation": 1.0}),
        ("穿白大褂的男医生,黑头发", {"outfit": "medical", "presentation": 0.0}),
    ],
)
def test_traits_of_a_sentence(text: str, wanted: dict) -> None:
    traits = MODEL.describe(text).to_dict()
    assert {name: traits.get(name) for name in wanted} == wanted


def test_colors_go_to_their_nouns() -> None:
    traits = MODEL.describe("a man with brown hair in a red shirt and black trousers")
    red, dark = traits.top, traits.bottom
    assert red is not None
    assert dark is not None
    assert int(red[1:3], 16) > 2 * int(red[3:5], 16)
    assert int(dark[1:3], 16) < 60
    assert traits.skin is None


def test_height_follows_presentation() -> None:
    tall, short = MODEL.describe("a tall woman").height, MODEL.describe("a short woman").height
    assert tall is not None
    assert short is not None
    assert tall > short


def test_an_empty_sentence_asks_for_nothing() -> None:
    assert MODEL.describe("").to_dict() == {}


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("a woman with a ponytail", "ponytail"),
        ("a man in a suit with short black hair", "short_crop"),
        ("a long-haired woman", "long_straight"),
        ("a girl with long, wavy blond hair", "long_wavy"),
        ("a bald man", "none"),
        ("a woman with a bob and blue eyes", "bob"),
        ("a soldier with a buzz cut", "buzz"),
        ("curly hair", "curly_short"),
        ("her hair is in a bun", "bun"),
        ("a tall man in a coat", None),
        ("黑色马尾的女人", "ponytail"),
        ("短发男人", "short_crop"),
        ("金色长发的女孩", "long_straight"),
        ("留着长长的黑发的女人", "long_straight"),
        ("光头男士", "none"),
        ("丸子头", "top_knot"),
        ("一个高个子男人", None),
    ],
)
def test_hair_styles_by_their_words(text, style):
    assert MODEL.describe(text).hair_style == style


@pytest.mark.parametrize(
    ("text", "hair"),
    [
        ("a woman with a red ponytail in a blue shirt", "#8a3a1c"),
        ("a man with a grey buzz cut", "#8b8986"),
        ("扎红色马尾的女人", "#8a3a1c"),
        ("a man with a green mohawk", "#2e6b3e"),
        ("a girl with pink braids", "#e49ab0"),
        ("染着粉色头发的年轻女人", "#e49ab0"),
        ("a woman in a red sari", None),
    ],
)
def test_a_hair_style_takes_the_color_before_it(text, hair):
    assert MODEL.describe(text).hair == hair


def test_a_crop_top_is_no_hair():
    traits = MODEL.describe("a woman in a red crop top")
    assert (traits.hair, traits.hair_style, traits.top) == (None, None, "#b22222")


def test_short_hair_makes_nobody_short():
    traits = MODEL.describe("a woman with short blond hair")
    assert (traits.height, traits.hair_style, traits.hair) == (None, "short_crop", "#b8935c")
    assert MODEL.describe("a short woman with a ponytail").height is not None


READ = {
    "an elf with wings and a sword": ({}, ["elf", "wings", "sword"]),
    "a tall elf": ({"height": 1.79}, ["elf"]),
    "a man without a beard": ({"presentation": 0.0, "beard": "none"}, []),
    "a woman with no glasses, blue eyes": ({"presentation": 1.0, "eye": "#5d7992"}, []),
    "a man, not tall": ({"presentation": 0.0, "height": 1.73}, []),
    "a man, never in a suit": ({"presentation": 0.0}, ["never", "suit"]),
    "a man not in a suit with blond hair": ({"presentation": 0.0, "hair": "#b8935c"}, ["not", "suit"]),
    "a woman who doesn't have blond hair but has blue eyes": (
        {"presentation": 1.0, "eye": "#5d7992"},
        ["doesn't", "blond", "hair"],
    ),
    "a woman who won’t wear red": ({"presentation": 1.0}, ["won't", "wear", "red"]),
    "a woman in anything but a suit": ({"presentation": 1.0}, ["anything but", "suit"]),
    "a woman rather than a man": ({"presentation": 1.0}, ["rather than", "man"]),
    "she used to have red hair": ({"presentation": 1.0}, ["used to", "red", "hair"]),
    "并非金发的女人": ({"presentation": 1.0}, ["并非", "金", "发"]),
    "从不穿西装的男人": ({"presentation": 0.0}, ["从不", "西装"]),
    "以前是黑发的女人": ({"presentation": 1.0}, ["以前", "黑", "发"]),
    "没有戴眼镜的金发女人": ({"presentation": 1.0, "hair": "#b8935c"}, []),
    "a not very tall man": ({"presentation": 0.0, "height": 1.73}, []),
    "a man with a short beard": ({"presentation": 0.0, "beard": "short_beard"}, []),
    "a man with a short beard and thin lips": (
        {"presentation": 0.0, "beard": "short_beard", "face": {"lip_fullness": -0.7}},
        [],
    ),
    "一位一米六的老奶奶": ({"presentation": 1.0, "height": 1.6, "face": {"age": 0.8}}, []),
    "a man with a thin mustache": ({"presentation": 0.0, "beard": "moustache"}, ["thin"]),
    "thin lips": ({"face": {"lip_fullness": -0.7}}, []),
    "a small nose": ({"face": {"nose_length": -0.5, "nose_width": -0.6}}, []),
    "big eyes, a wide jaw": ({"face": {"eye_size": 0.7, "jaw_width": 0.7}}, []),
    "a muscular man with big arms": ({"presentation": 0.0, "build": 0.7}, ["big", "arms"]),
    "a 1.60 m tall man": ({"presentation": 0.0, "height": 1.6}, []),
    "a man of 1,75 m": ({"presentation": 0.0, "height": 1.75}, []),
    "a 5'11\" man": ({"presentation": 0.0, "height": 1.8}, []),
    "a six foot two man": ({"presentation": 0.0, "height": 1.88}, []),
    "a woman, 165 cm": ({"presentation": 1.0, "height": 1.65}, []),
    "a 2.50 m tall man": ({"presentation": 0.0}, ["2.50 m tall"]),
    "a man with a 150 cm sword": ({"presentation": 0.0}, ["150 cm", "sword"]),
    "a 30-year-old man": ({"presentation": 0.0, "age": 30.0}, []),
    "a girl of 8 in a pink dress": ({"presentation": 1.0, "age": 8.0, "top": "#e49ab0", "bottom": "#e49ab0"}, []),
    "an old man of 70": ({"presentation": 0.0, "age": 70.0}, []),
    "a tall 8-year-old boy": ({"presentation": 0.0, "age": 8.0, "height": 1.34}, []),
    "a woman in her 60s": ({"presentation": 1.0, "age": 65.0}, []),
    "a man of 70": ({"presentation": 0.0, "age": 70.0}, []),
    "a man of 175 cm": ({"presentation": 0.0, "height": 1.75}, []),
    "a boy of ten": ({"presentation": 0.0, "age": 10.0}, []),
    "a 3 year old child": ({"age": 6.0}, ["3 year old"]),  # the youngest that there is
    # The noun alone says about how old somebody is; years and most adjectives say it better.
    "a child": ({"age": 9.0}, []),
    "a boy in a green shirt": ({"presentation": 0.0, "age": 11.0, "top": "#2e6b3e"}, []),
    "a little girl": ({"presentation": 1.0, "age": 11.0, "height": 1.37}, []),
    "a young boy": ({"presentation": 0.0, "age": 11.0}, []),
    "a teenage girl": ({"presentation": 1.0, "face": {"age": -0.4}}, []),
    "a toddler boy": ({"presentation": 0.0, "age": 6.0}, []),
    "an adolescent girl": ({"presentation": 1.0, "age": 15.0}, []),
    "a girl of 25": ({"presentation": 1.0, "age": 25.0}, []),
    "an old grandmother": ({"presentation": 1.0, "face": {"age": 0.8}}, []),
    "a man with a child": ({"presentation": 0.0}, ["child"]),
    "一个孩子": ({"age": 9.0}, []),
    "小女孩": ({"presentation": 1.0, "age": 8.0}, []),
    "一个八岁的女孩": ({"presentation": 1.0, "age": 8.0}, []),
    "三十五岁的男人": ({"presentation": 0.0, "age": 35.0}, []),
    "零岁的男孩": ({"presentation": 0.0, "age": 6.0}, ["零岁的"]),
    "an old woman": ({"presentation": 1.0, "face": {"age": 0.8}}, []),
    "a black and white striped shirt": ({"cloths": {"shirt": {"fabric": "striped"}}}, ["black", "white"]),
    "a light blue shirt": ({"top": "#728abe"}, []),
    "a dark blue dress": ({"top": "#182b57", "bottom": "#182b57"}, []),
    "a navy blue suit and a white shirt": (
        {"top": "#1d2a4d", "bottom": "#1d2a4d", "outfit": "business", "cloths": {"shirt": {"color": "#e8e8e8"}}},
        [],
    ),
    "a white dress shirt": ({"top": "#e8e8e8"}, []),
    "a red-haired, blue-eyed woman": ({"presentation": 1.0, "hair": "#8a3a1c", "eye": "#5d7992"}, []),
    "a dark-skinned doctor in a white coat": ({"skin": "#5c3823", "top": "#e8e8e8", "outfit": "medical"}, []),
    "green eyes and a green shirt": ({"eye": "#66784f", "top": "#2e6b3e"}, []),
    "a woman with a black eye patch": ({"presentation": 1.0}, ["black", "eye", "patch"]),
    "brown boots and a green jacket": ({"top": "#2e6b3e", "cloths": {"boots": {"color": "#6b4a30"}}}, []),
    # What garments are made of, and the colors of those that are neither top nor bottom.
    "a brown tweed jacket": ({"top": "#6b4a30", "cloths": {"blazer": {"fabric": "tweed"}}}, []),
    "an elderly man in tweed": (
        {
            "presentation": 0.0,
            "face": {"age": 0.9},
            "outfit": "business",
            "cloths": {"blazer": {"fabric": "tweed"}, "trousers": {"fabric": "tweed"}},
        },
        [],
    ),
    "corduroy pants": ({"cloths": {"trousers": {"fabric": "corduroy"}}}, []),
    "a man in leather": ({"presentation": 0.0}, ["leather"]),
    "a man in camouflage trousers": ({"presentation": 0.0, "cloths": {"trousers": {"fabric": "camouflage"}}}, []),
    "一个穿黑色皮夹克的男人": (
        {"presentation": 0.0, "top": "#1a1a1a", "cloths": {"field_jacket": {"fabric": "leather"}}},
        [],
    ),
    "穿格子衬衫的女人": ({"presentation": 1.0, "cloths": {"shirt": {"fabric": "checked"}}}, []),
    "a black woman": ({"presentation": 1.0, "skin": "#43281a", "ancestry": [1.0, 0.0, 0.0]}, []),
    "her eyes are blue and her hair is red": ({"eye": "#5d7992", "hair": "#8a3a1c"}, []),
    "a woman without hair": ({"presentation": 1.0, "hair_style": "none"}, []),
    "a man and a woman": ({"presentation": 0.0}, ["woman"]),
    "没有胡子的男人": ({"presentation": 0.0, "beard": "none"}, []),
    "不高的男人": ({"presentation": 0.0, "height": 1.73}, []),
    "短胡子的男人": ({"presentation": 0.0, "beard": "short_beard"}, ["短"]),
    "戴黑眼镜的女人": ({"presentation": 1.0, "cloths": {"glasses": {"color": "#1a1a1a"}}}, []),
    "一个一米六的女人": ({"presentation": 1.0, "height": 1.6}, []),
    "身高165厘米的女人": ({"presentation": 1.0, "height": 1.65}, []),
    "小鼻子厚嘴唇的女人": (
        {"presentation": 1.0, "face": {"nose_length": -0.5, "nose_width": -0.6, "lip_fullness": 0.7}},
        [],
    ),
    "皮肤很白,眼睛很大": ({"skin": "#e8c3aa", "face": {"eye_size": 0.7}}, []),
    "穿深蓝色襯衫的男人": ({"presentation": 0.0, "top": "#1d2a4d"}, []),
    "有翅膀的女孩": ({"presentation": 1.0, "age": 11.0}, ["翅膀"]),
    "an elf with wings and a sword, 一个高个子女人": ({"presentation": 1.0, "height": 1.73}, ["elf", "wings", "sword"]),
    # What is said of somebody else changes nothing.
    "a man whose friend is a tall blond woman": ({"presentation": 0.0}, ["friend", "tall", "blond", "woman"]),
    "a girl like her tall father": ({"presentation": 1.0, "age": 11.0}, ["like", "tall", "father"]),
    "a nurse who looks after an old man": ({"outfit": "medical"}, ["looks", "after", "old", "man"]),
    "a woman, her husband is fat": ({"presentation": 1.0}, ["husband", "fat"]),
    "a woman with a bald man, wearing a red shirt": ({"presentation": 1.0, "top": "#b22222"}, ["bald", "man"]),
    "一个男人，他的朋友很高": ({"presentation": 0.0}, ["朋友", "高"]),
    "站在高个子男人旁边的金发女人": (
        {"presentation": 1.0, "hair": "#b8935c"},
        ["站在", "高个子", "男人", "旁边"],
    ),
    "一个像她父亲的女孩": ({"presentation": 1.0, "age": 11.0}, ["像", "她", "父亲"]),
    # Named twice, and still one person.
    # Each garment has its own color; "top" is what shows on the torso.
    "a man in a black suit, white shirt and a red tie": (
        {
            "presentation": 0.0,
            "outfit": "business",
            "top": "#1a1a1a",
            "bottom": "#1a1a1a",
            "cloths": {"shirt": {"color": "#e8e8e8"}, "tie": {"color": "#b22222"}},
        },
        [],
    ),
    "穿黑色西装、白色衬衫、打红领带的男人": (
        {
            "presentation": 0.0,
            "outfit": "business",
            "top": "#1a1a1a",
            "bottom": "#1a1a1a",
            "cloths": {"shirt": {"color": "#e8e8e8"}, "tie": {"color": "#b22222"}},
        },
        [],
    ),
    "a business woman in red shoes": (
        {"presentation": 1.0, "outfit": "business", "cloths": {"shoes": {"color": "#b22222"}}},
        [],
    ),
    "a man in a brown leather jacket and a white t-shirt": (
        {
            "presentation": 0.0,
            "outfit": "casual",
            "top": "#6b4a30",
            "cloths": {"field_jacket": {"fabric": "leather"}, "t_shirt": {"color": "#e8e8e8"}},
        },
        [],
    ),
    "a man in a white t-shirt under a denim jacket": (
        {"presentation": 0.0, "outfit": "casual", "top": "#54708f", "cloths": {"t_shirt": {"color": "#e8e8e8"}}},
        [],
    ),
    "a boy of ten in a red t-shirt with stripes": (
        {
            "presentation": 0.0,
            "age": 10.0,
            "outfit": "casual",
            "top": "#b22222",
            "cloths": {"t_shirt": {"fabric": "striped"}},
        },
        [],
    ),
    "穿条纹T恤的男人": ({"presentation": 0.0, "outfit": "casual", "cloths": {"t_shirt": {"fabric": "striped"}}}, []),
    "a 2 meters tall man": ({"presentation": 0.0, "height": 2.0}, []),
    "a two meter tall woman": ({"presentation": 1.0, "height": 2.0}, []),
    "a man one meter 80 tall": ({"presentation": 0.0, "height": 1.8}, []),
    "两米高的男人": ({"presentation": 0.0, "height": 2.0}, []),
    "an Indian woman": ({"presentation": 1.0, "skin": "#9c6b45", "ancestry": [0.15, 0.25, 0.6]}, []),
    "a latina in a blue dress": (
        {"presentation": 1.0, "skin": "#c1926b", "ancestry": [0.1, 0.3, 0.6], "top": "#2b4f9e", "bottom": "#2b4f9e"},
        [],
    ),
    "一个阿拉伯男人": ({"presentation": 0.0, "skin": "#c39a74", "ancestry": [0.1, 0.1, 0.8]}, []),
    "a woman in an Indian dress": ({"presentation": 1.0}, ["Indian"]),
    "a woman with hair down to her waist": ({"presentation": 1.0, "hair_style": "long_straight"}, []),
    "a man with neither beard nor mustache": ({"presentation": 0.0, "beard": "none"}, []),
    # What is unknown before "and" keeps its color.
    "a girl in a yellow raincoat and boots": ({"presentation": 1.0, "age": 11.0, "top": "#d8b93a"}, []),
    "a man, a doctor, in a green shirt": (
        {"presentation": 0.0, "outfit": "medical", "top": "#2e6b3e"},
        [],
    ),
    "a man dressed as a doctor": ({"presentation": 0.0, "outfit": "medical"}, []),
    "a tall woman. she has blue eyes": ({"presentation": 1.0, "height": 1.73, "eye": "#5d7992"}, []),
    "a woman whose eyes are green and whose hair is red": (
        {"presentation": 1.0, "eye": "#66784f", "hair": "#8a3a1c"},
        [],
    ),
    "打扮成医生的男人": ({"presentation": 0.0, "outfit": "medical"}, []),
}


@pytest.mark.parametrize(("text", "traits", "ignored"), [(text, *wanted) for text, wanted in READ.items()])
def test_adjectives_stay_with_their_nouns_and_what_is_ignored_is_listed(text, traits, ignored):
    read = MODEL.read_description(text)  # what it says of others or denies stays out; "not tall" is about the mean
    assert read.traits.replace(garments=None).to_dict() == traits
    assert list(read.ignored) == ignored
    assert MODEL.describe(text) == read.traits


@pytest.mark.parametrize(
    ("text", "garments"),
    [
        ("a man in a green t-shirt and jeans", ("t_shirt", "jeans")),
        ("a nurse in blue scrubs", ("scrubs_trousers", "scrubs_top")),
        ("a woman in a navy suit", ("blazer",)),
        ("穿红色连衣裙戴眼镜的女人", ("dress", "glasses")),
        ("a man without a sweater", None),
        ("a man in a red jacket", ("field_jacket",)),
        ("穿红色夹克的男人", ("field_jacket",)),
        ("a guy in a denim jacket", ("field_jacket",)),
        ("a woman in a pullover and a pleated skirt", ("sweater", "skirt")),
        ("穿百褶裙和白衬衫的女学生", ("skirt", "shirt")),
        ("a doctor in a white coat", ("lab_coat",)),
        ("a pilot in uniform", ("shirt", "trousers", "tie", "belt", "shoes")),
        ("a tall woman", None),
    ],
)
def test_garments_that_are_named_are_worn(text, garments):
    assert MODEL.describe(text).garments == garments


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a woman in a tunic", "tunic"),
        ("a man with a black vest", "vest"),
        ("a girl in a blue school uniform", "uniform"),
        ("穿制服的女人", "制服"),
    ],
)
def test_clothes_that_the_wardrobe_lacks_are_listed(text, word):
    read = MODEL.read_description(text)
    assert word in read.ignored
    assert read.traits.garments is None


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("half Asian half European man of 40", (0.0, 0.5, 0.5)),
        ("a half black, half white woman", (0.5, 0.0, 0.5)),
        ("a mixed black and asian girl", (0.5, 0.5, 0.0)),
        ("亚洲和欧洲混血的年轻女人", (0.0, 0.5, 0.5)),
        ("an asian man", (0.0, 1.0, 0.0)),
    ],
)
def test_mixed_ancestries_have_shares_and_a_skin_between(text, shares):
    read = MODEL.read_description(text)
    assert read.traits.ancestry == shares
    assert not read.ignored
    skins = [hex_to_srgb(ANCESTRY_SKIN[name]) for name, share in zip(ANCESTRIES, shares, strict=True) if share]
    skin = hex_to_srgb(read.traits.skin)
    assert (np.min(skins, axis=0) - 1e-3 <= skin).all()
    assert (skin <= np.max(skins, axis=0) + 1e-3).all()


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.name)
def test_every_word_of_a_garment_is_understood(piece):
    for word in piece.words:
        read = MODEL.read_description(f"a person in {word}" if word.isascii() else f"穿{word}的人")
        assert piece.name in (read.traits.garments or ()), word
        assert not read.ignored, word


def test_a_description_that_goes_on_and_on_is_refused():
    with pytest.raises(InputError, match="longer than"):
        MODEL.describe("a tall woman " * 500)


def test_size_words_move_sliders_that_there_are():
    assert {slider for sliders in SHAPES.values() for slider in sliders} <= set(FACE_SLIDERS)


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("a 70 kg man, 1.80 m", {"presentation": 0.0, "height": 1.8, "weight": 0.401}),
        ("a woman weighing 55 kilos", {"presentation": 1.0, "height": 1.64, "weight": 0.536}),
        ("a woman of 1.64 m, 121 lbs", {"presentation": 1.0, "height": 1.64, "weight": 0.529}),
        ("a man who weighs 19 stone", {"presentation": 0.0, "height": 1.76, "weight": 0.909}),
        ("体重55公斤的女人", {"presentation": 1.0, "height": 1.64, "weight": 0.536}),
        ("一个140斤的男人", {"presentation": 0.0, "height": 1.76, "weight": 0.58}),
        ("a man of 70", {"presentation": 0.0, "age": 70.0}),
        ("粉红色头发的女人", {"presentation": 1.0, "hair": "#e49ab0"}),
        ("穿白衬衫的高中男生", {"presentation": 0.0, "age": 17.0, "top": "#e8e8e8", "garments": ["shirt"]}),
        ("a woman in black", {"presentation": 1.0, "top": "#1a1a1a", "bottom": "#1a1a1a"}),
        ("a man all in white", {"presentation": 0.0, "top": "#e8e8e8", "bottom": "#e8e8e8"}),
        ("三十多岁的男人", {"presentation": 0.0, "age": 35.0}),
    ],
)
def test_numbers_and_compounds_mean_what_they_say(text: str, traits: dict) -> None:
    read = MODEL.read_description(text)
    assert (read.traits.to_dict(), read.ignored) == (traits, ())


@pytest.mark.parametrize(("text", "listed"), [("a 500 kg man", "500 kg"), ("a man of 30 kg, 1.90 m", "of 30 kg")])
def test_a_weight_that_no_body_has_is_listed(text: str, listed: str) -> None:
    read = MODEL.read_description(text)
    assert listed in read.ignored
    assert read.traits.weight is None


def test_a_color_of_somebody_else_brings_no_word_of_its_own() -> None:
    read = MODEL.read_description("a girl in pink and a boy in blue")
    assert read.ignored == ("boy", "blue")
    assert read.traits.top == "#e49ab0"


def test_an_unknown_job_is_still_as_old_as_it_is_said_to_be() -> None:
    read = MODEL.read_description("an old harpooner with a beanie")
    assert read.traits.to_dict() == {"face": {"age": 0.8}, "garments": ["beanie"]}
    assert read.ignored == ("harpooner",)


@pytest.mark.parametrize(("kilograms", "height", "presentation"), [(62, 1.7, 1.0), (80, 1.8, 0.0), (105, 1.68, 0.5)])
def test_a_body_weighs_what_was_said(kilograms: float, height: float, presentation: float) -> None:
    weight = weight_of(kilograms, height, presentation, None)
    body = neutral(BodyTraits(presentation=presentation, age=35, height=height, weight=weight, muscle=0.5))
    assert body_mass(body_model().person(body)) == pytest.approx(kilograms, rel=0.04)


def test_the_same_words_mean_the_same_in_every_process() -> None:
    """Sets of words are ordered by each process in its own way."""
    text = (
        "from ml_core.inference.language.describing.descriptions import described_by_rules as read\n"
        "print(read('栗色长卷发').traits)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", text],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(4)
    }
    assert len(said) == 1
    assert b"long_curly" in said.pop()


def test_who_is_barefoot_wears_no_shoes() -> None:
    for text in ("a barefoot woman in a white shirt", "光脚的女孩"):
        read = MODEL.read_description(text)
        assert (read.without, read.ignored) == (("shoes",), ()), text
    (lips,) = MODEL.read_description("a woman with dark red lips").layers
    assert lips.kind == "lipstick"
    assert lips.color


@pytest.mark.parametrize(
    ("sentence", "design", "chart"),
    [
        ("a man with a star tattoo on his left arm", "star", "left_upper_arm"),
        ("a woman with a rose tattoo on her right forearm", "rose", "right_lower_arm"),
        ("手臂上有骷髅纹身的男人", "skull", "left_upper_arm"),
        ("一个脖子上有玫瑰纹身的女人", "rose", "head"),
        ("a tattooed man", "tribal", "head"),
    ],
)
def test_a_tattoo_shows_the_motif_that_is_named(sentence: str, design: str, chart: str) -> None:
    description = MODEL.read_description(sentence)
    (layer,) = description.layers
    assert (layer.kind, layer.design, layer.chart) == ("tattoo", design, chart)
    assert not description.ignored


def test_scars_and_tattoos_without_a_place_lie_where_they_usually_do() -> None:
    layers = MODEL.read_description("a man with a scar and a tattoo").layers
    for layer in layers:
        usual = default_layer(layer.kind)
        assert (layer.chart, layer.x, layer.y, layer.size) == (usual.chart, usual.x, usual.y, usual.size)
        assert (layer.x, layer.y) != (0.5, 0.5)  # the tip of the nose
