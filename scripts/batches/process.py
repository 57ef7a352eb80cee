"""A child process that runs jobs one after another, so that a crash of Blender costs one job.

    python -m scripts.batches.process

It reads tasks from stdin and writes answers to stdout, one JSON object per line: the task ``{"job", "source", "out"}``,
the answer ``{"ok", "seconds", "memory", ...}`` with what :func:`scripts.batches.working.do` returns, or with ``error``
and whether another attempt may help (``again``). It ends with stdin, and with the process that started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.programs import clean_environment
from ml_core.threads import VARIABLE
from scripts.lib.cli import ROOT, die_with_parent, outcome, quiet, register_extension

_DISK = "cannot be written"
"""In the errors of results that cannot be written, where another attempt may help: disks are emptied."""


class Worker:
    """A child process, started at its first task and restarted after a crash."""

    def __init__(self, log: Path, timeout: float) -> None:
        self._log, self._timeout = log, timeout
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """The id of the current process."""
        return None if self._process is None else self._process.pid

    def do(self, task: dict[str, Any]) -> dict[str, Any]:
        """The answer to a task; even after a crash or a timeout of the worker."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._timeout, stop)
        timer.start()
        try:
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            answer = read_json(line, "the answer") if line.endswith("\n") else None
        except (BrokenPipeError, InputError, ValueError):
            answer = None
        finally:
            timer.cancel()
        if answer is not None:
            return answer
        reason = f"took longer than {self._timeout:g} s" if late.is_set() else self._death()
        self.close()
        return {"ok": False, "error": reason, "again": True}

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    _closed(stream)
            self._process = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._log.parent.mkdir(parents=True, exist_ok=True)
            environment = clean_environment() | {"PYTHONPATH": str(ROOT), VARIABLE: "1"}
            for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
                environment[name] = "1"
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", __name__, str(os.getpid())],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=ROOT,
                    env=environment,
                    text=True,
                )
        return self._process

    def _death(self) -> str:
        """Why the process ended, in a sentence."""
        assert self._process is not None
        code = self._process.wait()
        if code >= 0:
            return f"its process ended with exit code {code}; {self._log} has the reason"
        return outcome(-code)[1].removeprefix("error: ")


def _closed(stream: IO[str]) -> None:
    with suppress(OSError):  # of what was not written any more
        stream.close()


def memory_of_this() -> int:
    """Resident bytes of this process now; 0 if the system does not report it."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def answer_to(task: dict[str, Any]) -> dict[str, Any]:
    """Runs a task; errors are part of the answer."""
    from ml_core.errors import AtelierError
    from scripts.batches.jobs import job_from
    from scripts.batches.working import do

    began, worked = time.perf_counter(), time.process_time()
    try:
        with quiet():
            source = None if task["source"] is None else Path(task["source"])
            done = {"ok": True, **do(job_from(task["job"]), source, Path(task["out"]))}
    except AtelierError as error:
        done = {"ok": False, "error": str(error), "again": _DISK in str(error)}
    except MemoryError:
        done = {"ok": False, "error": "there was not enough memory for this", "again": True}
    except OSError as error:
        done = {"ok": False, "error": f"{error.filename or 'a file'}: {error.strerror or error}", "again": True}
    except SystemExit as end:
        done = {"ok": False, "error": f"ended with exit code {end.code}", "again": False}
    except Exception as error:  # noqa: BLE001 - whatever it is, it fails this job alone
        traceback.print_exc()
        done = {"ok": False, "error": f"{type(error).__name__}: {error}", "again": True}
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    taken = {"seconds": round(seconds, 3), "cpu": round(cpu, 3)}
    return {**done, **taken, "memory": memory_of_this(), "process": os.getpid()}


def main(parent: int) -> None:
    """Serves tasks until stdin ends."""
    die_with_parent()
    if os.name != "nt" and os.getppid() != parent:  # it was killed before that
        return
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # what libraries print goes to the log
        with quiet():
            register_extension()
        for line in sys.stdin:
            answers.write(json.dumps(answer_to(read_json(line, "the task")), ensure_ascii=True) + "\n")
            answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
    os._exit(0)  # bpy as a module may not return from exit
