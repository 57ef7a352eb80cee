"""The same child processes on the machines of a Ray cluster, one for each of its cores.

An actor holds a :class:`scripts.batches.process.Worker`, so that a job is run by the same program in the same way, and
a crash of Blender costs a job and not the actor. All machines see the batch's folder and the repository under the same
path, such as on NFS: files do not travel through Ray.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from ml_core.errors import AtelierError, InputError
from scripts.batches.process import Worker
from scripts.lib.cli import ROOT


class _Remote:
    """What runs in an actor."""

    def __init__(self, log: str, timeout: float) -> None:
        self._worker = Worker(Path(log), timeout)

    def sees(self, token: str) -> bool:
        """Whether a file that the driver has just written is visible here, and the program, too."""
        return Path(token).is_file() and (ROOT / "scripts" / "batches").is_dir()

    def do(self, task: dict[str, Any]) -> dict[str, Any]:
        return self._worker.do(task)


class RayHand:
    """An actor; one that is lost with its machine is restarted on another."""

    def __init__(self, ray: Any, log: Path, timeout: float) -> None:
        self._ray, self._arguments = ray, (str(log), timeout)
        self._actor: Any = None

    def do(self, task: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._ray.get(self.actor().do.remote(task))
        except self._ray.exceptions.RayError as error:
            self.close()
            reason = " ".join(str(error).split())[:300]
            return {"ok": False, "error": f"its machine or its Ray process is lost ({reason})", "again": True}

    def actor(self) -> Any:
        """The actor, started if there is none."""
        if self._actor is None:
            self._actor = self._ray.remote(_Remote).options(num_cpus=1).remote(*self._arguments)
        return self._actor

    def close(self) -> None:
        if self._actor is not None:
            self._ray.kill(self._actor)
            self._actor = None


def ray_hands(address: str, count: int | None, out: Path, timeout: float) -> list[RayHand]:
    """Hands on the cluster at ``address`` (``auto``: the one that ``ray start`` began here), one for each core.

    Raises:
        AtelierError: Ray is not installed. InputError: there is no cluster, or a machine does not see ``out``.
    """
    try:
        import ray  # optional, and takes a second
    except ImportError as error:
        raise AtelierError('Ray is not installed; run pip install "avatar-atelier[cluster]" on each machine') from error
    try:
        ray.init(address=address, logging_level="ERROR", log_to_driver=False, runtime_env={"env_vars": _variables()})
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise InputError(
            "{address}: no Ray cluster answers ({reason}); begin one by: ray start --head",
            address=address,
            reason=" ".join(str(error).split())[:200],
        ) from error
    cores = int(ray.cluster_resources().get("CPU", 1))
    hands = [RayHand(ray, out / "log" / f"ray_{number}.txt", timeout) for number in range(count or cores)]
    token = out / f".seen-{secrets.token_hex(6)}"
    token.touch()
    try:
        seen = ray.get([hand.actor().sees.remote(str(token.resolve())) for hand in hands])
    finally:
        token.unlink(missing_ok=True)
    if not all(seen):
        raise InputError(
            "{out}: {count} of the cluster's workers do not see this folder; give one that all machines share",
            out=out,
            count=seen.count(False),
        )
    return hands


def _variables() -> dict[str, str]:
    """The environment variables with which the actors' own Python finds this program."""
    return {"PYTHONPATH": str(ROOT)}
