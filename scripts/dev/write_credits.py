"""Writes NOTICE and the manifest's ``copyright`` from the table of credits.

    python scripts/dev/write_credits.py
    python scripts/dev/write_credits.py --check

--check writes nothing; exit code 1 if one of them differs from the table.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.credits import copyrights, notice_text
from ml_core.files import atomic_path

ROOT = Path(__file__).resolve().parents[2]
_MANIFEST = "blender_addon/blender_manifest.toml"


def wanted() -> dict[str, str]:
    """Path below the repository -> the text according to the table."""
    manifest = (ROOT / _MANIFEST).read_text(encoding="utf-8")
    listed = "copyright = [\n" + "".join(f"  {json.dumps(line)},\n" for line in copyrights()) + "]\n"
    return {"NOTICE": notice_text(), _MANIFEST: re.sub(r"copyright = \[\n.*?\n\]\n", listed, manifest, flags=re.DOTALL)}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="write nothing")
    is_check = options.parse_args().check
    other = {
        name: text
        for name, text in wanted().items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text
    }
    for name, text in other.items():
        print(f"{name}: {'is not what the table of credits says' if is_check else 'written'}")
        if not is_check:
            with atomic_path(ROOT / name) as partial:
                partial.write_text(text, encoding="utf-8")
    return int(is_check and bool(other))


if __name__ == "__main__":
    sys.exit(main())
