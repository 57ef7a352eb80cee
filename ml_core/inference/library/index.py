"""The index of an asset library: the label of each asset, and embeddings in which similar objects are near.

Two files beside Blender's catalogs: ``atelier_index.json`` with a record an asset, and ``atelier_index.npz`` with the
recognizer's embeddings in the same order. Both are read as untrusted files.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import path_inside, read_json
from ml_core.inference.language.lexicon import Lexicon, is_chinese
from ml_core.outputs import written_together
from ml_core.records import read_record
from ml_core.vocabulary.commands import Term
from ml_core.vocabulary.scene.labels import GROUP_OF
from ml_core.vocabulary.words.commands_zh import TRADITIONAL

RECORDS, VECTORS = "atelier_index.json", "atelier_index.npz"
FORMAT, VERSION = "atelier asset index", 1
MOST_ASSETS = 1_000_000
_MOST_BYTES = 2**30
_LEAST_WORD = 2
_OF = "的"
_TEXT_WEIGHTS = {"name": 2.0, "tags": 1.5, "description": 0.7, "author": 0.5}
_LABEL, _NARROW, _GROUP = 4.0, 2.5, 2.5
_MOST_WEIGHT = _LABEL + max(_TEXT_WEIGHTS.values())


@dataclass(frozen=True)
class Asset:
    """An asset of a library.

    Args:
        file: the blend file, relative to the library's folder, with slashes.
        name: of the data-block in it.
        kind: what that is.
        label: ``None``: like nothing that was learned.
        confidence: (0..1) the chance that the best guess is right.
        source: the file that it was made of, relative to the folder that was read.
        size: width, depth and height in meters.
    """

    file: str
    name: str
    kind: Literal["object", "collection"] = "object"
    label: str | None = None
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    tags: tuple[str, ...] = ()
    author: str = ""
    license: str = ""
    description: str = ""
    source: str = ""
    size: tuple[float, ...] = ()
    triangles: int = 0

    @property
    def group(self) -> str:
        """The group of the label; empty for a label of the artist's own, or none."""
        return GROUP_OF.get(self.label or "", "")


@dataclass(frozen=True)
class Hit:
    """An asset that was found, by its position in the index; ``score`` is greater for better ones, at most 1."""

    place: int
    asset: Asset
    score: float


class AssetIndex:
    """Assets with their embeddings (N, E), unit vectors, made with the weights of ``fingerprint``."""

    def __init__(self, assets: Sequence[Asset], embeddings: NDArray[np.floating], fingerprint: str) -> None:
        self.assets = tuple(assets)
        self.embeddings = np.asarray(embeddings, np.float32).reshape(len(self.assets), -1 if self.assets else 0)
        self.fingerprint = fingerprint

    def save(self, folder: Path) -> None:
        """Write both files, or none.

        Raises:
            InputError: they cannot be written.
        """
        packed = io.BytesIO()
        np.savez_compressed(packed, embeddings=self.embeddings.astype(np.float16))
        data = {
            "format": FORMAT,
            "version": VERSION,
            "weights": self.fingerprint,
            "vectors": hashlib.sha256(packed.getvalue()).hexdigest(),
            "assets": [asdict(asset) for asset in self.assets],
        }
        with written_together(folder / RECORDS, folder / VECTORS) as (records, vectors):
            records.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8", "backslashreplace")
            vectors.write_bytes(packed.getvalue())

    @classmethod
    def load(cls, folder: Path) -> AssetIndex:
        """The index of a library.

        Raises:
            InputError: there is none, it is damaged, or its two files do not match.
        """
        path = folder / RECORDS
        if not path.is_file():
            raise InputError("{folder}: has no index; make one by label_library.py or Label Assets", folder=folder)
        data = read_json(path, str(path), max_bytes=_MOST_BYTES)
        listed, weights = data.get("assets"), data.get("weights")
        if data.get("format") != FORMAT or data.get("version") != VERSION:
            raise InputError("{path}: is not an index of this version; make it anew", path=path)
        if not isinstance(listed, list) or len(listed) > MOST_ASSETS or not isinstance(weights, str):
            raise InputError("{path}: is not an index of this version; make it anew", path=path)
        assets = [read_record(item, Asset, str(path)) for item in listed]
        for asset in assets:
            path_inside(folder, asset.file)
        embeddings = _read_vectors(folder / VECTORS, str(data.get("vectors")), len(assets))
        return cls(assets, embeddings, weights)

    def by_word(self, text: str, most: int = 20) -> list[Hit]:
        """The assets that the words of ``text`` say most about, English or Chinese.

        A word for a label or a group stands for it, in either language; every other word is looked for in names, tags,
        descriptions, authors and licenses. Assets that more of the words fit come first.
        """
        wanted = words_of(text)
        if not wanted:
            return []
        scores = []
        for place, asset in enumerate(self.assets):
            texts = _texts(asset)
            found = [word.weight(asset, texts) for word in wanted]
            if any(found):
                share = sum(map(bool, found)) / len(wanted)
                best = sum(found) / (len(wanted) * _MOST_WEIGHT)
                scores.append((0.7 * share + 0.25 * best + 0.05 * asset.confidence, place))
        scores.sort(key=lambda pair: (-pair[0], self.assets[pair[1]].name, pair[1]))
        return [Hit(place, self.assets[place], score) for score, place in scores[:most]]

    def by_label(self, label: str, most: int = 20) -> list[Hit]:
        """The assets of a label or a group, the surest first."""
        found = [
            Hit(place, asset, asset.confidence)
            for place, asset in enumerate(self.assets)
            if asset.label is not None and label in (asset.label, asset.group)
        ]
        return sorted(found, key=lambda hit: (-hit.score, hit.asset.name))[:most]

    def like(self, embedding: NDArray[np.floating], most: int = 20, without: int | None = None) -> list[Hit]:
        """The assets most similar to an object; ``score`` is the cosine of its ``embedding`` (E,) and theirs.

        Args:
            without: the place of an asset that is not to be among them.

        Raises:
            InputError: the embedding was made with other weights.
        """
        vector = np.asarray(embedding, np.float32).ravel()
        if not self.assets:
            return []
        if vector.shape != self.embeddings.shape[1:]:
            raise InputError("the index was made with another recognizer; make it anew")
        cosines = self.embeddings @ vector
        order = [int(place) for place in np.argsort(-cosines, kind="stable") if place != without]
        return [Hit(place, self.assets[place], min(float(cosines[place]), 1.0)) for place in order[:most]]

    def place_of(self, name: str) -> int | None:
        """The place of the asset that is called so, by its name or that of the file it was made of."""
        names = (name, name.replace("\\", "/"))
        for place, asset in enumerate(self.assets):
            if asset.name in names or asset.source in names or asset.file in names:
                return place
        return None


@dataclass(frozen=True)
class Word:
    """A word of a search: what it names (``label`` or ``group``) and its letters, for all other texts."""

    text: str
    label: str = ""
    group: str = ""
    is_narrow: bool = False

    def weight(self, asset: Asset, texts: dict[str, str]) -> float:
        """How much the asset is meant by this word; 0 where it is not."""
        weight = max((_TEXT_WEIGHTS[name] for name, said in texts.items() if self._is_in(said)), default=0.0)
        if self.label and self.label == asset.label:
            weight += _NARROW if self.is_narrow else _LABEL
        elif self.group and self.group == asset.group:
            weight += _GROUP
        return weight

    def _is_in(self, said: str) -> bool:
        if is_chinese(self.text):
            return self.text in said
        return re.search(rf"(?<![^\W\d_]){re.escape(self.text.removesuffix('s'))}", said) is not None


def words_of(text: str) -> list[Word]:
    """The words of a search, nouns of several words as one; words that do not describe an object are left out."""
    lexicon = Lexicon()
    plain = text.casefold().translate(TRADITIONAL).replace("_", " ")
    found: list[Word] = []
    for run in re.findall(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?: +[^\W_\u3400-\u9fff]+)*", plain):
        found += _chinese(run, lexicon) if is_chinese(run) else _english(run.split(), lexicon)
    return list(dict.fromkeys(found))


def _english(words: list[str], lexicon: Lexicon) -> list[Word]:
    found, place = [], 0
    while place < len(words):
        for length in range(min(lexicon.most_words, len(words) - place), 0, -1):
            phrase = " ".join(words[place : place + length])
            entry = lexicon.english.get(phrase)
            if entry is not None and entry.term is not None:
                found.append(_noun(phrase, entry.term, entry.is_narrow))
                break
            if length == 1 and entry is None and len(phrase) >= _LEAST_WORD:
                found.append(Word(phrase))
        place += length
    return found


def _chinese(text: str, lexicon: Lexicon) -> list[Word]:
    found, place, rest = [], 0, ""
    while place < len(text):
        for length in range(min(lexicon.most_characters, len(text) - place), 0, -1):
            entry = lexicon.chinese.get(text[place : place + length])
            if entry is not None:
                break
        if entry is None:
            rest, length = rest + text[place], 1
            if rest.endswith(_OF):
                found += [Word(rest[:-1])] if len(rest) > 1 else []
                rest = ""
        else:
            found += [Word(rest)] if rest else []
            rest = ""
            if entry.term is not None:
                word = text[place : place + length]
                found.append(_noun(word, entry.term, entry.is_narrow))
        place += length
    return [*found, Word(rest)] if rest else found


def _noun(text: str, term: Term, is_narrow: bool) -> Word:
    if term.kind == "group":
        return Word(text, group=str(term.value))
    return Word(text, label="person" if term.kind == "avatar" else str(term.value), is_narrow=is_narrow)


def _texts(asset: Asset) -> dict[str, str]:
    """The texts about an asset by field, in lower case and with spaces between words."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-.]+", " ", f"{asset.name} {asset.source}")
    said = {
        "name": name,
        "tags": " ".join(asset.tags).replace("_", " "),
        "description": asset.description,
        "author": f"{asset.author} {asset.license}",
    }
    return {field: text.casefold() for field, text in said.items()}


def _read_vectors(path: Path, digest: str, count: int) -> NDArray[np.float32]:
    error = InputError("{path}: does not belong to the index beside it; make it anew", path=path)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise error
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise error
        with np.load(io.BytesIO(data), allow_pickle=False) as packed:
            vectors = np.asarray(packed["embeddings"], np.float32)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as cause:
        raise error from cause
    if vectors.ndim != 2 or len(vectors) != count or not np.isfinite(vectors).all():
        raise error
    return vectors
