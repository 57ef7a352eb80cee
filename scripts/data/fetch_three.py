"""Fetches the version of three.js for web pages from npm's registry into the extension's folder.

    python scripts/data/fetch_three.py
    python scripts/data/fetch_three.py --tarball three-0.184.0.tgz      # from elsewhere, by: npm pack three@0.184.0

Version, integrity (sha512) and the files to take are in blender_addon/export/delivery/page/three.json. Nothing is
written unless the whole tarball is the one that was pinned; if the files exist already, nothing is fetched. The files
are npm's, except that modules import one another by paths instead of names, which a page could only resolve by an
inline script, and that documentation comments are removed. They are not committed.

Only the standard library is used: setup and the build of the zip call it with any Python.
"""

import argparse
import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "blender_addon" / "export" / "delivery" / "page"
REGISTRY = "https://registry.npmjs.org"
SECONDS = 120
LONGEST = 40_000_000
"""Bytes of a tarball; three's have about 12 million."""


class FetchError(Exception):
    """The files cannot be obtained; the message says why in one sentence."""


def pinned(page=PAGE):
    """The pinned version, integrity and files."""
    return json.loads((page / "three.json").read_text(encoding="utf-8"))


def is_there(pin, page=PAGE):
    """Whether the pinned files are in place."""
    stamp = page / "three" / "integrity.txt"
    return (
        stamp.is_file()
        and stamp.read_text(encoding="utf-8") == _stamp(pin)
        and all((page / "three" / name).is_file() for name in pin["files"])
    )


def _stamp(pin):
    return json.dumps(pin, sort_keys=True) + "\n"


def download(pin):
    """The bytes of the tarball: by npm with its own settings if installed, else from the registry.

    Raises:
        FetchError: both fail.
    """
    reasons = []
    for way in (_by_npm, _by_address):
        try:
            return way(pin)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            reasons.append(" ".join(str(error).split()))
    raise FetchError(
        f"{pin['package']} {pin['version']} cannot be downloaded ({'; '.join(reasons)}). Download it where there is a "
        f"network, by `npm pack {pin['package']}@{pin['version']}`, and give the file with --tarball."
    )


def _by_npm(pin):
    npm = shutil.which("npm")
    if npm is None:
        raise OSError("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{pin['package']}@{pin['version']}"
        command = [npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", folder, wanted]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS, cwd=folder)
        made = sorted(Path(folder).glob("*.tgz"))
        if done.returncode or not made:
            raise OSError((done.stderr.strip() or "npm pack made no file").splitlines()[-1])
        return made[0].read_bytes()


def _by_address(pin):
    chosen = (value for name, value in os.environ.items() if name.lower() == "npm_config_registry")
    registry = next(chosen, REGISTRY).rstrip("/")
    if not registry.startswith("https://"):
        raise ValueError(f"{registry}: only https is read")
    address = f"{registry}/{pin['package']}/-/{pin['package']}-{pin['version']}.tgz"
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:
        return answer.read(LONGEST + 1)


def taken(pin, content):
    """The wanted files of a tarball by their names in the page, read by name alone.

    Raises:
        FetchError: its sha512 is not the pinned one, or it lacks a file.
    """
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != pin["integrity"]:
        raise FetchError(
            f"the tarball is not that of {pin['package']} {pin['version']}: its integrity is {found}, and "
            f"{pin['integrity']} was pinned."
        )
    files = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
        for name, path in pin["files"].items():
            try:
                member = tar.extractfile(f"package/{path}")
            except KeyError:
                member = None
            if member is None:
                raise FetchError(f"{pin['package']} {pin['version']} has no file {path}.")
            files[name] = _with_paths(pin, name, member.read())
    return files


DOCUMENTATION = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)


def _with_paths(pin, name, content):
    """The module with imports by path, without documentation comments."""
    if not name.endswith(".js"):
        return content
    text = content.decode("utf-8")
    for by_name, by_path in pin["imports"].items():
        text = text.replace(f"from {by_name}", f"from {by_path}")
    return (text if name.endswith(".min.js") else DOCUMENTATION.sub("", text)).encode("utf-8")


def write(pin, files, page=PAGE):
    """Puts the files in place, all or none."""
    partial, old = page / f".three-{os.getpid()}", page / f".three-old-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        for name, content in files.items():
            (partial / name).write_bytes(content)
        (partial / "integrity.txt").write_text(_stamp(pin), encoding="utf-8")
        if (page / "three").exists():
            (page / "three").replace(old)
        partial.replace(page / "three")
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tarball", type=Path, metavar="FILE", help="a tarball that is already downloaded")
    given = parser.parse_args(words)
    try:
        pin = pinned()
        if is_there(pin) and given.tarball is None:
            return 0
        content = given.tarball.read_bytes() if given.tarball else download(pin)
        write(pin, taken(pin, content))
        print(f"{PAGE / 'three'}: {pin['package']} {pin['version']}")
    except FetchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (OSError, tarfile.TarError) as error:
        print(f"error: {getattr(error, 'filename', None) or 'the tarball'}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
