"""Runs the reconstruction that a folder's ``job.json`` describes; started as a process of its own by the launcher.

``place/`` in the folder holds the result. What is printed is the run's log.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path

from ml_core.errors import AtelierError, InputError, Message
from ml_core.vocabulary.scene.reconstruction import (
    MODULES,
    PLACE,
    ReconstructionStatus,
    Stage,
    read_job,
    share_of,
    write_status,
)

_OFTEN = 0.5


def run(folder: Path) -> int:
    """The exit code: 0, 2 for an error that the user can fix, 1 for a fault."""
    if hasattr(os, "nice"):
        os.nice(5)  # Blender's own work takes precedence
    last: tuple[Stage, float] = ("pictures", 0.0)

    def tell(stage: Stage, share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if stage != last[0]:
            print(f"{time.strftime('%H:%M:%S')} {stage}", flush=True)
        elif now - last[1] < _OFTEN:
            return
        last = (stage, now)
        write_status(folder, ReconstructionStatus("running", stage, share_of(stage, share)))

    def failed(code: int, error: str) -> int:
        write_status(folder, ReconstructionStatus("failed", last[0], 0.0, error))
        return code

    try:
        write_status(folder, ReconstructionStatus())
        job = read_job(folder)
        try:
            # pycolmap and OpenCV: where they are missing, that is said and no traceback.
            from ml_core.reconstruction.building import build
        except ImportError as error:
            name = (error.name or "").partition(".")[0]
            raise InputError(
                "{python} has no {package}; install it by: {python} -m pip install {all}",
                python=sys.executable,
                package=MODULES.get(name, name or str(error)),
                all=" ".join(MODULES.values()),
            ) from error
        place = build(job, folder, folder / PLACE, tell)
    except AtelierError as error:
        print(f"error: {error}", flush=True)
        return failed(2, error.message)
    except MemoryError:
        return failed(1, Message("There is not enough memory; close other programs or choose a coarser detail."))
    except Exception as error:  # noqa: BLE001 - Blender shows it; the log has the whole of it
        traceback.print_exc(file=sys.stdout)
        return failed(1, f"{type(error).__name__}: {error}")
    write_status(folder, ReconstructionStatus("done", "planes", 1.0, "", dict(place.figures)))
    return 0
