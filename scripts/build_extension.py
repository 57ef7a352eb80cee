"""Builds the zip that is dropped on Blender: the extension, the trained weights, and every wheel that it needs.

    python scripts/build_extension.py                                  # this platform, Blender 4.5 and 5.2
    python scripts/build_extension.py --platform windows-x64 --blender 5.2
    python scripts/build_extension.py --all                            # every platform
    python scripts/build_extension.py --edition platform               # for extensions.blender.org: starts nothing else
    python scripts/build_extension.py --python 3.14                    # a Blender built on another Python, as Debian's

One zip holds the wheels of one platform and one Python. The zips go to dist/, the downloads to .cache/wheels/.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 2**20
SIZE_LIMIT = 60 * MEGABYTE

# Blender's name of a platform, and the wheel tags that run on it, newest first. macOS stays at 13: ONNX Runtime's
# newer wheels ask for macOS 14, and have none for Intel at all.
# blender.org has no Blender for Linux on ARM; distributions do.
PLATFORMS = {
    "linux-x64": tuple(f"manylinux{glibc}_x86_64" for glibc in ("_2_28", "_2_27", "_2_17", "2014")),
    "linux-arm64": tuple(f"manylinux{glibc}_aarch64" for glibc in ("_2_28", "_2_27", "_2_17", "2014")),
    "windows-x64": ("win_amd64",),
    "windows-arm64": ("win_arm64",),
    "macos-x64": ("macosx_13_0_x86_64",),
    "macos-arm64": ("macosx_13_0_arm64",),
}

# Blender has these already, and a second copy beside them would be asking for trouble.
BLENDER_BRINGS = {"numpy"}


EDITIONS = ("full", "platform")
TRAINS = ("training", "networks")
"""Packages of ml_core with PyTorch, which the platform's edition lacks."""


class BuildError(Exception):
    """The zip cannot be built; the message says why in one sentence."""


@dataclass(frozen=True)
class Target:
    """One zip: a platform, the Python inside Blender, and the Blender versions that have it."""

    platform: str
    python: str
    blender_min: str
    blender_max: str | None

    @property
    def tag(self) -> str:
        return f"{self.platform}-cp{self.python.replace('.', '')}"


# Blender 4.5 and 5.0 have Python 3.11; from 5.1 on it is 3.13.
BLENDER_PYTHON = {"4.5": ("3.11", "4.5.0", "5.1.0"), "5.2": ("3.13", "5.1.0", None)}


NEXT_PYTHON = "5.4.0"
"""The first Blender of 2027: Blender takes the Python of the year's VFX Reference Platform, and these wheels are tied
to that of 2026."""


def this_platform() -> str:
    system = {"Linux": "linux", "Windows": "windows", "Darwin": "macos"}.get(platform.system(), platform.system())
    machine = {"x86_64": "x64", "AMD64": "x64", "arm64": "arm64", "aarch64": "arm64"}.get(platform.machine(), "?")
    name = f"{system}-{machine}"
    if name not in PLATFORMS:
        raise BuildError(f"{name} is not a platform that Blender and ONNX Runtime are both made for; give --platform.")
    return name


def targets(arguments: argparse.Namespace) -> list[Target]:
    platforms = list(PLATFORMS) if arguments.all else [arguments.platform or this_platform()]
    pythons = (
        [(arguments.python, "4.5.0", None)]
        if arguments.python
        else [BLENDER_PYTHON[version] for version in arguments.blender or BLENDER_PYTHON]
    )
    return [Target(item, *python) for item in platforms for python in pythons]


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def version() -> str:
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "ml_core" / "version.py").read_text(encoding="utf-8"))
    if found is None:
        raise BuildError("ml_core/version.py has no __version__.")
    return found.group(1)


def pip(verb: str, *words: str) -> list[str]:
    return [sys.executable, "-m", "pip", verb, "--quiet", "--disable-pip-version-check", *words]


def run(command: list[str], what: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise BuildError(f"{what} failed: {' / '.join(lines[-3:])}")
    return done.stdout


def download_wheels(target: Target, folder: Path) -> list[Path]:
    """The wheels of our own requirements, without theirs: `import onnxruntime` needs only numpy at run time."""
    wanted = [item for item in project()["dependencies"] if re.split(r"[<>=;\[ ]", item)[0] not in BLENDER_BRINGS]
    cache = folder / target.tag
    stamp = cache / "requirements.txt"
    if not (stamp.is_file() and stamp.read_text(encoding="utf-8").splitlines() == wanted):
        shutil.rmtree(cache, ignore_errors=True)
        tags = [word for tag in PLATFORMS[target.platform] for word in ("--platform", tag)]
        run(
            pip(
                *("download", "--no-deps", "--only-binary", ":all:", "--python-version", target.python),
                *(*tags, "--dest", str(cache), *wanted),
            ),
            f"Downloading the wheels for {target.tag}",
        )
        stamp.write_text("\n".join(wanted) + "\n", encoding="utf-8")
    return sorted(cache.glob("*.whl"))


def build_own_wheel(folder: Path, edition: str) -> Path:
    """The wheel of ml_core with its weights; without the training code if the edition does not train.

    Its version contains a digest of the files: Blender checks only the version of a wheel to see whether it is
    installed, and would keep the old one of a rebuilt extension.
    """
    source = folder / "source"
    shutil.copytree(ROOT / "ml_core", source / "ml_core", ignore=shutil.ignore_patterns("__pycache__"))
    if edition == "platform":
        for name in TRAINS:
            shutil.rmtree(source / "ml_core" / name)
    shutil.copy(ROOT / "LICENSE", source)
    digest = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes())
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text = text.replace('dynamic = ["version"]', f'version = "{version()}+{digest.hexdigest()[:12]}"')
    text = re.sub(r"^readme = .*\n|^\[tool\.setuptools\.dynamic\]\n.*\n", "", text, flags=re.MULTILINE)
    (source / "pyproject.toml").write_text(text, encoding="utf-8")
    run(pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(source)), "Building the wheel of ml_core")
    return next(folder.glob("*.whl"))


def manifest(target: Target, wheels: list[Path], edition: str) -> str:
    """The extension's manifest with what is known only now: version, platform, wheels and Blender's versions.

    The extension platform offers a zip to every later Blender that it allows, so its range ends where the Python
    version may change.
    """
    text = (ROOT / "blender_addon" / "blender_manifest.toml").read_text(encoding="utf-8")
    text = re.sub(r"^version = .*$", f'version = "{version()}"', text, flags=re.MULTILINE)
    lines = [f'blender_version_min = "{target.blender_min}"']
    blender_max = target.blender_max or (NEXT_PYTHON if edition == "platform" else None)
    if blender_max:
        lines.append(f'blender_version_max = "{blender_max}"')
    if edition == "platform":
        text = re.sub(r"^network = .*\n", "", text, flags=re.MULTILINE)  # it lacks the bridge
    lines.append(f'platforms = ["{target.platform}"]')
    lines.append("wheels = [\n" + "".join(f'  "./wheels/{wheel.name}",\n' for wheel in wheels) + "]")
    return re.sub(r"^blender_version_min = .*$", lambda _: "\n".join(lines), text, flags=re.MULTILINE)


def blender_extension_tool() -> list[str]:
    """Blender's own command for building and validating extensions: of the bpy wheel, or of an installed Blender."""
    found = importlib.util.find_spec("bpy")
    for folder in (found.submodule_search_locations or []) if found else []:
        for path in Path(folder).glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py"):
            return [sys.executable, str(path)]
    blender = shutil.which("blender")
    if blender is None:
        raise BuildError("Neither the bpy module nor a blender command is here; one of them has to validate the zip.")
    return [blender, "--command", "extension"]


def stage_extension(stage: Path, target: Target, wheels: list[Path], edition: str) -> None:
    """Put the sources, wheels, licenses and manifest of an edition into the new folder ``stage``."""
    shutil.copytree(ROOT / "blender_addon", stage, ignore=shutil.ignore_patterns("__pycache__", ".three-*"))
    if edition == "platform":
        told = (stage / "edition.py").read_text(encoding="utf-8")
        for name in re.findall(r'"([\w/.]+)"', told.partition("FULL_ONLY = (")[2].partition("\n)")[0]):
            part = stage / name
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        changed = told.replace('"] = "full"\n', '"] = "platform"\n')
        if changed == told:
            raise BuildError("blender_addon/edition.py does not name its edition where this script looks.")
        (stage / "edition.py").write_text(changed, encoding="utf-8")
    (stage / "wheels").mkdir()
    for wheel in wheels:
        repacked(wheel, stage / "wheels")
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, stage)
    (stage / "blender_manifest.toml").write_text(manifest(target, wheels, edition), encoding="utf-8")


def fetch_three() -> None:
    """Fetches the files for web pages into the exporter's folder, unless they are there already."""
    run([sys.executable, str(ROOT / "scripts" / "data" / "fetch_three.py")], "Fetching three.js")


LEFT_OUT = ("onnxruntime/tools/", "onnxruntime/transformers/", "onnxruntime/quantization/", "onnxruntime/datasets/")
"""Parts of wheels that convert and optimize models, which nothing here does: the runtime imports none of them."""


def repacked(wheel: Path, folder: Path) -> None:
    """A copy of a wheel without :data:`LEFT_OUT`, with zip's maximum compression: most wheels are packed for speed."""
    with zipfile.ZipFile(wheel) as packed, zipfile.ZipFile(folder / wheel.name, "w") as smaller:
        for entry in packed.infolist():
            if entry.filename.startswith(LEFT_OUT):
                continue
            data = packed.read(entry)
            if entry.filename.endswith(".dist-info/RECORD"):
                data = b"".join(line for line in data.splitlines(True) if not line.decode().startswith(LEFT_OUT))
            smaller.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=9)


def build(target: Target, own_wheel: Path, cache: Path, out: Path, edition: str) -> Path:
    """One validated zip in ``out``; it appears there only when complete."""
    wheels = [*download_wheels(target, cache), own_wheel]
    with tempfile.TemporaryDirectory() as temporary:
        stage = Path(temporary) / "avatar_atelier"
        stage_extension(stage, target, wheels, edition)
        made = Path(temporary) / "made.zip"
        tool = blender_extension_tool()
        run([*tool, "build", "--source-dir", str(stage), "--output-filepath", str(made)], f"Building {target.tag}")
        run([*tool, "validate", str(made)], f"Validating {target.tag}")
        size = made.stat().st_size
        if size > SIZE_LIMIT:
            raise BuildError(f"{target.tag}: {size / MEGABYTE:.1f} MB are more than {SIZE_LIMIT / MEGABYTE:.0f} MB.")
        out.mkdir(parents=True, exist_ok=True)
        suffix = "" if edition == "full" else f"-{edition}"
        final = out / f"avatar_atelier-{version()}-{target.tag}{suffix}.zip"
        partial = final.with_suffix(".partial")
        try:
            shutil.copy(made, partial)
            partial.replace(final)
        finally:
            partial.unlink(missing_ok=True)
    return final


def _check_folders(*folders: Path) -> None:
    """Report unwritable folders before anything is downloaded. ml_core is not available to this script."""
    for folder in folders:
        there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
        if not there.is_dir() or not os.access(there, os.W_OK):
            raise BuildError(f"{folder}: {there} is {'read-only' if there.is_dir() else 'not a folder'}.")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", choices=PLATFORMS, help="default: this machine's")
    parser.add_argument("--all", action="store_true", help="every platform")
    parser.add_argument("--blender", action="append", choices=BLENDER_PYTHON, help="default: each of them")
    parser.add_argument("--python", metavar="3.14", help="a Blender that has another Python than blender.org's")
    parser.add_argument(
        "--edition", choices=EDITIONS, default="full", help="platform: by the extension platform's rules"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="default: dist/")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "wheels", help="default: .cache/wheels/")
    arguments = parser.parse_args(words)
    try:
        _check_folders(arguments.out, arguments.cache)
        fetch_three()
        with tempfile.TemporaryDirectory() as temporary:
            own_wheel = build_own_wheel(Path(temporary), arguments.edition)
            for target in targets(arguments):
                path = build(target, own_wheel, arguments.cache, arguments.out, arguments.edition)
                print(f"{path}  {path.stat().st_size / MEGABYTE:.1f} MB")
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:  # a full disk, a folder that is gone
        print(f"error: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
