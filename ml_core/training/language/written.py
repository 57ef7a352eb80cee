"""Hand-written sentences of the tests: what each should be read as, and how a reading is compared with it.

Keys of a description: ``who`` man or woman; ``age`` years, young, teen, middle or old; ``height`` meters, tall, short
or average; ``build`` slim, average or heavy; ``skin`` dark, medium or light; ``hair``, ``eye``, ``top``, ``bottom``
names of colors; ``style``, ``beard``, ``outfit``, ``ancestry`` ids; ``clothes``, ``layers``, ``without`` ids joined by
+; ``cloths`` garments with their fabric or color, such as boots:brown+blazer:tweed; ``face`` sliders and
``changes`` traits, each with its sign; ``ignored`` the words listed as not understood. Whether a noun is singular or
plural is not compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ml_core import InputError, LanguageModel
from ml_core.inference.language.model import Description
from ml_core.inference.language.understanding.people.trait_words import rows
from ml_core.inference.language.understanding.words import color_of
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS

FOLDER = Path(__file__).resolve().parents[3] / "tests" / "ml_core" / "inference" / "language" / "sentences"
REFUSED = "refused"


def sentences(name: str) -> list[tuple[str, str]]:
    """Sentences of a file with the expected readings; all without an arrow are to be refused."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    rows_of_file = [line.partition(" => ") for line in lines if line.strip() and not line.startswith("# ")]
    return [(text.strip(), expected.strip() or REFUSED) for text, _, expected in rows_of_file]


def scene_names() -> list[str]:
    return (FOLDER / "names.txt").read_text(encoding="utf-8").split()


def command_read(model: LanguageModel, text: str) -> str:
    """The steps of a sentence in one line, or ``refused``."""
    try:
        steps = model.read_command(text, (), scene_names(), ("Kitchen", "Lights", "厨房", "Props")).steps
    except InputError:
        return REFUSED
    return _loose("; ".join(str(step).replace("!", "") for step in steps))


def _loose(steps: str) -> str:
    """A reading without the article before a description, since descriptions are compared separately."""
    return re.sub(r"'(?:an? |the |一个|一位|一名|件|条|个|位)(?=\w)", "'", steps)


def command_expected(expected: str) -> str:
    """The expected reading with the hex of every ``{color}``."""
    return _loose(re.sub(r"\{([^}]*)\}", lambda match: color_of(match[1]) or f"no color {match[1]}", expected))


def look_differences(read: Description, expected: str) -> list[str]:
    """The differences between the reading of a description and the expected one; empty when all is right."""
    wanted = dict(part.split("=", 1) for part in expected.split("; ") if part)
    traits, found = read.traits, []
    face = {name: value for name, value in (traits.face or {}).items() if name != "age"}
    got = {
        "who": {0.0: "man", 1.0: "woman", None: ""}.get(traits.presentation, "neutral"),
        "style": traits.hair_style or "",
        "beard": traits.beard or "",
        "ancestry": "" if traits.ancestry is None else ("african", "asian", "caucasian")[traits.ancestry.index(1.0)],
        "layers": "+".join(layer.kind for layer in read.layers),
        "without": "+".join(read.without),
        "ignored": ",".join(read.ignored),
        "changes": "".join(_sign(change.trait, change.absolute or change.steps) for change in read.changes),
        "face": "".join(_sign(name, value) for name, value in face.items()),
    }
    found += [
        f"{key}: {value!r}" for key, value in got.items() if _folded(key, value) != _folded(key, wanted.get(key, ""))
    ]
    for key, matches in (("age", _age), ("height", _height), ("build", _build), ("skin", _skin)):
        if not matches(read, wanted):
            found.append(f"{key}: {traits.to_dict()}")
    found += _colors(read, wanted) + _clothes(read, wanted) + _cloths(read, wanted)
    return found


def _folded(key: str, value: str) -> str:
    if key == "face":
        value = re.sub(r"(nose_\w+?)(?=nose)", r"\1+", value) if "+nose" not in value else value
        signs = re.findall(r"[a-z_]+[+-]?", value)
        return "".join(sorted(sign.rstrip("+-") for sign in signs))
    return "+".join(sorted(value.split("+"))) if key in ("layers", "without") else value


def _sign(name: str, value: float) -> str:
    return f"{name}{'+' if value > 0 else '-'}"


def _age(read: Description, wanted: dict[str, str]) -> bool:
    years, face, want = read.traits.age, (read.traits.face or {}).get("age"), wanted.get("age", "")
    if want.isdigit():
        return years == float(want)
    ways = {
        "": years is None and face is None,
        "old": (years or 0) >= 60 or (face or 0) >= 0.6,
        "middle": 40 <= (years or 0) < 60 or 0.3 <= (face or 0) < 0.6,
        "young": 0 < (years or 99) <= 28 or (face or 0) < 0,
        "teen": 12 <= (years or 0) <= 18 or (face or 0) <= -0.3,
    }
    return ways[want]


def _height(read: Description, wanted: dict[str, str]) -> bool:
    height, want = read.traits.height, wanted.get("height", "")
    if re.match(r"\d", want):
        return height is not None and abs(height - float(want)) < 0.011
    mean = {0.0: 1.76, 1.0: 1.64}.get(read.traits.presentation if read.traits.presentation is not None else 0.5, 1.7)
    difference = None if height is None else height - mean
    if want == "" or difference is None:
        return want == "" and difference is None
    return {"tall": difference > 0.04, "short": difference < -0.04, "average": abs(difference) <= 0.06}[want]


def _build(read: Description, wanted: dict[str, str]) -> bool:
    build, want = read.traits.build, wanted.get("build", "")
    if want == "" or build is None:
        return want == "" and build is None
    return {"slim": build < 0.3, "average": 0.3 <= build <= 0.5, "heavy": build >= 0.5, "any": True}[want]


def _skin(read: Description, wanted: dict[str, str]) -> bool:
    skin, want = read.traits.skin, wanted.get("skin", "")
    if want == "":
        return skin is None or "ancestry" in wanted
    if skin is None:
        return False
    light = sum(int(skin[place : place + 2], 16) for place in (1, 3, 5)) / 765
    return {"dark": light < 0.42, "medium": 0.38 < light < 0.68, "light": light > 0.62}[want]


def _colors(read: Description, wanted: dict[str, str]) -> list[str]:
    found = []
    tables = {"hair": rows("HAIR"), "eye": rows("EYES")}
    for trait in ("hair", "eye", "top", "bottom"):
        value, want = getattr(read.traits, trait), wanted.get(trait, "")
        expected = (tables.get(trait, {}).get(want) or color_of(want)) if want else None
        denim = trait == "bottom" and not want and "jeans" in wanted.get("clothes", "")
        white_coat = trait == "top" and not want
        if value != expected and not denim and not (white_coat and "lab_coat" in wanted.get("clothes", "")):
            found.append(f"{trait}: {value} for {want!r}")
    return found


def _clothes(read: Description, wanted: dict[str, str]) -> list[str]:
    clothes = sorted(read.traits.garments or ())
    found = [] if clothes == sorted(filter(None, wanted.get("clothes", "").split("+"))) else [f"clothes: {clothes}"]
    want = wanted.get("outfit")
    if want == "any" or (want is None and (clothes or read.traits.outfit is None)):
        return found
    return found if read.traits.outfit == want else [*found, f"outfit: {read.traits.outfit}"]


def _cloths(read: Description, wanted: dict[str, str]) -> list[str]:
    expected: dict[str, dict[str, str]] = {}
    for part in filter(None, wanted.get("cloths", "").split("+")):
        garment, _, word = part.partition(":")
        expected.setdefault(garment, {})["fabric" if word in FABRIC_KINDS else "color"] = color_of(word) or word
    return [] if (read.traits.cloths or {}) == expected else [f"cloths: {read.traits.cloths}"]


def refusal_share(model: LanguageModel, texts: Sequence[str]) -> float:
    """The share of sentences, none of them ours, that are refused as commands."""
    return sum(command_read(model, text) == REFUSED for text in texts) / len(texts)


def scores_of(model: LanguageModel, which: str = "test") -> dict[str, dict[str, float]]:
    """Whole parses right, by language: of commands, of descriptions and of both, with the sentences out of scope; and
    the share of commands that are misread silently, which is the worst that can happen."""
    result = {}
    for language in ("en", "zh"):
        commands = [
            (command_read(model, text), command_expected(want)) for text, want in sentences(f"{which}_{language}")
        ]
        looks = [
            not look_differences(model.read_description(text), want)
            for text, want in sentences(f"{which}_{language}_looks")
        ]
        others = [text for text, _ in sentences(f"{which}_{language}_other")] if which == "test" else []
        refused = sum(command_read(model, text) == REFUSED for text in others)
        right = sum(got == want for got, want in commands)
        result[language] = {
            "sentences": len(commands) + len(looks) + len(others),
            "whole_right": round((right + sum(looks) + refused) / (len(commands) + len(looks) + len(others)), 4),
            "commands_right": round(right / len(commands), 4),
            "descriptions_right": round(sum(looks) / len(looks), 4),
            "silently_wrong": round(sum(got not in (want, REFUSED) for got, want in commands) / len(commands), 4),
        }
        if others:
            result[language]["out_of_scope_refused"] = round(refused / len(others), 4)
    return result
