"""The same jobs on a Ray cluster: a lost machine costs a job, and the results are those of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ml_core.errors import AtelierError
from scripts.batches.cluster import RayHand, ray_hands
from tests.conftest import ROOT
from tests.scripts.batches.test_batch import report, write_jobs


class LostError(Exception):
    """As Ray raises when an actor is gone."""


class Cluster:
    """What :class:`RayHand` uses of Ray: actors, of which the first is lost."""

    exceptions = SimpleNamespace(RayError=LostError)

    def __init__(self) -> None:
        self.started = self.killed = 0

    def remote(self, kind: type) -> Any:
        self.started += 1
        number = self.started
        actor = SimpleNamespace(do=SimpleNamespace(remote=lambda task: (number, task)))
        return SimpleNamespace(options=lambda num_cpus: SimpleNamespace(remote=lambda *arguments: actor))

    def get(self, asked: tuple[int, Any]) -> dict[str, Any]:
        number, task = asked
        if number == 1:
            raise LostError("the node\ndied")
        return {"ok": True, "task": task}

    def kill(self, actor: Any) -> None:
        self.killed += 1


def test_a_lost_machine_is_told_and_replaced(tmp_path: Path) -> None:
    cluster = Cluster()
    hand = RayHand(cluster, tmp_path / "log.txt", 60)
    first = hand.do({"job": 1})
    assert first["again"]
    assert "the node died" in first["error"]
    assert hand.do({"job": 1}) == {"ok": True, "task": {"job": 1}}
    hand.close()
    assert (cluster.started, cluster.killed) == (2, 2)


def test_without_ray_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(AtelierError, match="cluster"):
        ray_hands("auto", 1, tmp_path, 60)


@pytest.mark.minutes
def test_two_workers_of_a_cluster_make_the_same_files(tmp_path: Path) -> None:
    """A cluster of this machine alone, begun by ``ray start`` as its users begin one."""
    pytest.importorskip("ray", reason="needs the extra cluster")
    ray = shutil.which("ray", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert ray is not None
    jobs = write_jobs(tmp_path, 3)
    head = ["start", "--head", "--num-cpus", "2", "--port", "6397", "--include-dashboard", "false"]
    command = [sys.executable, str(ROOT / "scripts" / "batch.py"), str(jobs), "--workers", "2", "--out"]
    subprocess.run([ray, *head], check=True, capture_output=True)
    try:
        there = [*command, str(tmp_path / "there"), "--address", "127.0.0.1:6397"]
        done = subprocess.run(there, capture_output=True, text=True, check=False)
    finally:
        subprocess.run([ray, "stop"], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    subprocess.run([*command, str(tmp_path / "here")], check=True, capture_output=True)
    digests = [{name: job["digest"] for name, job in report(tmp_path / place).items()} for place in ("there", "here")]
    assert digests[0] == digests[1]
