"""The README's two commands on a fresh clone: makes .venv, installs what the command needs, and runs it.

    python3.11 scripts/run.py demo [--describe "..."] [--seed 7] [--scene room.blend] [--out out/demo]
    python3.11 scripts/run.py test [--fast | --slow] [pytest arguments]

--fast runs in seconds the tests of what needs neither Blender nor PyTorch, and installs neither; --slow runs also the
tests that take minutes.

Only the standard library is used here, since nothing else is installed yet.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WANTED = "3.11"
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"

# What each command needs of pyproject.toml, and what it then runs. The demo needs no torch.
EXTRAS = {"demo": ("blender",), "test": ("blender", "train", "dev", "agents"), "test --fast": ("dev",)}
COMMANDS = {
    "demo": ["scripts/demo.py"],
    # A file's tests stay together, since they share what is slow to make, and slow files begin first; more processes
    # would want too much memory.
    "test": ["-m", "pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"],
    "test --fast": ["-m", "pytest", "-q"],
}

# Debian packages of the shared libraries that the bpy wheel links against and a bare system lacks.
SYSTEM_LIBRARIES = {
    "libX11.so.6": "libx11-6",
    "libXrender.so.1": "libxrender1",
    "libXxf86vm.so.1": "libxxf86vm1",
    "libXfixes.so.3": "libxfixes3",
    "libXi.so.6": "libxi6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libgomp.so.1": "libgomp1",
    "libXt.so.6": "libxt6",
    "libXext.so.6": "libxext6",
}


class SetupError(Exception):
    """The machine lacks something; the message is one sentence for the person at the keyboard."""


def say(message):
    print(f"\033[1m==> {message}\033[0m" if sys.stdout.isatty() else f"==> {message}", flush=True)


def check_python():
    if f"{sys.version_info[0]}.{sys.version_info[1]}" != WANTED:
        raise SetupError(
            f"Atelier is developed on Python {WANTED} (Blender 4.5's), and this is Python "
            f"{sys.version_info[0]}.{sys.version_info[1]}: run `python{WANTED} {' '.join(sys.argv)}`."
        )


def venv_python():
    folder = "Scripts" if os.name == "nt" else "bin"
    return VENV / folder / ("python.exe" if os.name == "nt" else "python")


def requirements(command):
    """The pinned requirements of a command, read from pyproject.toml so that they are defined in one place."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in EXTRAS[command]:
        wanted += project["optional-dependencies"][extra]
    return wanted


def apt_install(packages, reason):
    """Installs Debian packages if this process is allowed to, else reports how to."""
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SetupError(f"{reason} Install it, on Debian and Ubuntu by: sudo {line}")
    say(f"{reason} Running: {line}")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
    subprocess.run([*line.split(), "-qq"], check=True, env=environment, stdout=subprocess.DEVNULL)


def make_venv():
    if venv_python().exists():
        return
    try:
        import ensurepip  # noqa: F401 - Debian splits it off
    except ImportError:
        apt_install([f"python{WANTED}-venv"], "This Python has no venv module.")
    say(f"Making {VENV}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install(command):
    """Installs a command's requirements once; a stamp in .venv records which set is installed."""
    wanted = requirements(command)
    digest = hashlib.sha256("\n".join(wanted).encode()).hexdigest()
    stamp = VENV / f"atelier-{command.replace(' ', '')}.sha256"
    if stamp.exists() and stamp.read_text() == digest:
        return
    names = ", ".join(dict.fromkeys(re.split(r"[<>=;\[ ]", item)[0] for item in wanted))
    say(f"Installing for `{command}` (once): {names}")
    subprocess.run(
        [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", *wanted], check=True
    )
    stamp.write_text(digest)


def fetch_three():
    """Fetches the files for web pages; everything else works without them, and exporting a page reports what to run."""
    script = ROOT / "scripts" / "data" / "fetch_three.py"
    done = subprocess.run([str(venv_python()), str(script)], capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"Web pages cannot be exported yet. {(done.stderr.strip() or 'No reason given').splitlines()[-1]}")


def check_blender_imports():
    """The bpy wheel links against X11 and GL libraries even when it draws nothing; reports the missing ones."""
    for _ in SYSTEM_LIBRARIES:
        probe = subprocess.run([str(venv_python()), "-c", "import bpy"], capture_output=True, text=True, check=False)
        if probe.returncode == 0:
            return
        missing = re.search(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object", probe.stderr)
        if missing is None:
            raise SetupError(
                "Blender's module does not start here: " + (probe.stderr.strip().splitlines() or ["?"])[-1]
            )
        if missing.group(1) not in SYSTEM_LIBRARIES:
            raise SetupError(f"Blender's module needs {missing.group(1)}, which this system lacks.")
        apt_install(sorted(set(SYSTEM_LIBRARIES.values())), "Blender's module needs system libraries that are missing.")
    raise SetupError("Blender's module does not start although its system libraries are installed.")


def main(arguments):
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    command, rest = arguments[0], arguments[1:]
    if command == "test" and "--fast" in rest:
        command = "test --fast"
    try:
        check_python()
        make_venv()
        install(command)
        if "blender" in EXTRAS[command]:
            check_blender_imports()
            fetch_three()
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        line = " ".join(map(str, error.cmd[:6]))
        print(f"error: `{line}` failed; its messages are above.", file=sys.stderr)
        return 1
    say(f"Running {command}")
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH")]))
    return subprocess.run([str(venv_python())] + COMMANDS[command] + rest, cwd=str(ROOT), env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
