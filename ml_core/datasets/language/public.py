"""Public sentences: CLINC150 (Larson et al. 2019, CC BY 3.0) and SNIPS 2017-06 (Coucke et al. 2018, CC0)."""

from __future__ import annotations

from pathlib import Path

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.language.understanding.tagging.pieces import plain

from .grammar import Draft, Segment
from .sampling import Example, labeled

INTENTS = (
    "AddToPlaylist", "BookRestaurant", "GetWeather", "PlayMusic", "RateBook", "SearchCreativeWork",
    "SearchScreeningEvent",
)  # fmt: skip
_MOST_BYTES = 64 * 2**20


def clinc_sentences(data: Path, split: str) -> list[str]:
    """All sentences of ``train``, ``val`` or ``test``, of intents and out of scope: none of them is meant for us.

    Raises:
        InputError: the file is missing.
    """
    path = data / "clinc150_small.json"
    if not path.is_file():
        raise InputError("{path}: not found; give --data the folder with clinc150_small.json and snips/", path=path)
    content = read_json(path, str(path), dict, _MOST_BYTES)
    return [plain(text) for text, _ in (*content[split], *content[f"oos_{split}"])]


def snips_examples(data: Path, split: str) -> list[Example]:
    """Examples of ``train`` or ``validate``; their domain is the intent, their tags the slots."""
    found = []
    for intent in INTENTS:
        path = data / "snips" / f"{split}_{intent}.json"
        if not path.is_file():
            raise InputError("{path}: not found; give --data the folder with clinc150_small.json and snips/", path=path)
        content = read_json(_as_utf8(path), str(path), dict, _MOST_BYTES)
        for item in content[intent]:
            draft = Draft([Segment(part["text"], part.get("entity", "")) for part in item["data"]])
            found.append(labeled(draft, intent))
    return found


def _as_utf8(path: Path) -> bytes:
    """The content of a file in UTF-8; some of them are Latin-1."""
    raw = path.read_bytes()
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1").encode("utf-8")
    return raw
