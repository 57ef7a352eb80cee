"""Signs exports with a key of your own, so that others can see that nothing was changed.

    python scripts/sign_export.py --make-key ~/keys/ada.pem
    python scripts/sign_export.py export/unity --key ~/keys/ada.pem --author "Ada"
    python scripts/show_provenance.py export/unity --key ada.pem.pub

With --content-credentials, pictures also carry C2PA manifests, which other programs read (PNG, WebP, JPEG). Writes
NAME.signature.json beside the file or folder: the SHA-256 of every file, signed (Ed25519). A passphrase is prompted for
with --passphrase, or read from the environment variable ATELIER_PASSPHRASE. Keep the private key to yourself; give out
the public one (.pub) and its fingerprint. Needs the extra [sign].
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.provenance.content_credentials import FORMATS, add_credentials, relisted
from ml_core.provenance.signing import load_key, make_key, sign
from scripts.lib.cli import run

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="sign_export.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("path", nargs="?", type=Path, help="the export: a folder or a file")
    options.add_argument("--key", type=Path, help="your private key")
    options.add_argument("--make-key", type=Path, metavar="FILE", help="make a key, then sign if a path is given")
    options.add_argument("--passphrase", action="store_true", help="ask for the passphrase of the key")
    options.add_argument(
        "--content-credentials", action="store_true", help="also put Content Credentials (C2PA) into pictures"
    )
    options.add_argument("--author", default="", help="signed with the files")
    options.add_argument("--license", default="", help="signed with the files")
    return options


def main(arguments: list[str]) -> int:
    from ml_core.errors import InputError

    given = parser().parse_args(arguments)
    key_path = given.make_key or given.key
    if key_path is None or (given.path is None and given.make_key is None):
        raise InputError("give an export and --key, or --make-key")
    passphrase = os.environ.get("ATELIER_PASSPHRASE", "")
    if given.passphrase and not passphrase:
        passphrase = getpass.getpass("Passphrase: ")
    if given.make_key is not None:
        print(f"{key_path}: made; fingerprint {make_key(key_path, passphrase)}")
    if given.path is not None:
        key = load_key(key_path, passphrase)
        about = {name: text for name, text in (("author", given.author), ("license", given.license)) if text}
        if given.content_credentials:
            _credit_pictures(given.path, key, about)
        print(sign(given.path, key, about))
    return 0


def _credit_pictures(path: Path, key: Ed25519PrivateKey, about: dict[str, str]) -> None:
    """Puts Content Credentials into a picture, or into all pictures of a folder, whose manifest lists them anew."""
    from blender_addon.export.delivery.origin_reading import is_generated

    inside = sorted(item for item in path.rglob("*") if item.suffix.lower() in FORMATS)
    pictures = inside if path.is_dir() else [path]
    for picture in pictures:
        add_credentials(picture, key, about, is_generated(picture))
    if path.is_dir():
        relisted(path, pictures)


if __name__ == "__main__":
    run(main)
