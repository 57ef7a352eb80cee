"""How headless scripts end: by their own word, by an error that is told, and by a crash of Blender."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.lib.cli import ended, outcome

ROOT = Path(__file__).resolve().parents[3]


def raising(error: BaseException) -> int:
    def main(arguments: list[str]) -> int:
        raise error

    return ended(main, [])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (MemoryError(), 2, "not enough memory"),
        (OSError(28, "No space left on device", "out/a.glb"), 2, "out/a.glb: No space left on device"),
        (KeyboardInterrupt(), 130, "stopped"),
        (SystemExit(2), 2, ""),
        (SystemExit("text"), 1, ""),
        (ZeroDivisionError(), 1, "Traceback"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_script_raises_is_told(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str], registered_addon: None
) -> None:
    assert raising(error) == code
    assert said in capsys.readouterr().err


def test_signals_become_exit_codes() -> None:
    assert outcome(0) == (0, "")
    assert outcome(2 << 8) == (2, "")
    code, said = outcome(signal.SIGSEGV)
    assert code == 2
    assert "Blender crashed" in said
    assert outcome(signal.SIGKILL)[0] == 128 + signal.SIGKILL


CRASHES = """
import sys
sys.path.insert(0, {root!r})
sys.modules.pop("bpy", None)
from scripts.lib.cli import _watch_a_child
_watch_a_child()
import os, signal
print("working", flush=True)
{end}
"""


def test_a_crash_of_blender_is_one_line_and_exit_code_2() -> None:
    program = CRASHES.format(root=str(ROOT), end="os.kill(os.getpid(), signal.SIGSEGV)")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "working\n")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: Blender crashed (SIGSEGV)")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a killed watcher leaves its child to itself")
def test_the_child_ends_with_the_one_that_watches_it(tmp_path: Path) -> None:
    program = CRASHES.format(root=str(ROOT), end="print(os.getpid(), flush=True); import time; time.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as watcher:
        assert watcher.stdout is not None
        assert watcher.stdout.readline() == "working\n"
        child = int(watcher.stdout.readline())
        watcher.kill()
        watcher.wait()
        for _ in range(200):
            if not _is_running(child):
                break
            signal.sigtimedwait([], 0.02)
        assert not _is_running(child)


def _is_running(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_terminating_the_watcher_ends_the_child() -> None:
    program = CRASHES.format(root=str(ROOT), end="import time; time.sleep(60)")
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watcher:
        assert watcher.stdout is not None
        watcher.stdout.readline()
        os.kill(watcher.pid, signal.SIGTERM)
        assert watcher.wait(timeout=30) == 128 + signal.SIGTERM


PRINTS = """
import sys
sys.path.insert(0, {root!r})
from scripts.lib.cli import exit_code, leave

def main():
    for number in range(100000):
        print(number)
    return 0

leave(exit_code(main))
"""


def test_where_nobody_reads_on_it_ends_in_silence() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PRINTS.format(root=str(ROOT))], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as script:
        assert script.stdout is not None
        assert script.stderr is not None
        assert script.stdout.readline() == "0\n"
        script.stdout.close()
        assert script.stderr.read() == ""
        assert script.wait() == 128 + signal.SIGPIPE
