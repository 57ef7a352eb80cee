"""The file of motions, and what clips do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml_core.datasets.motions.recipes import RECIPES
from ml_core.errors import InputError
from ml_core.geometry.motion.clip import MOTION_FILE, packed, read_clips, shipped_clips
from ml_core.geometry.motion.rotations import between, continuous, slerp, to_matrices, to_quaternions
from ml_core.vocabulary.motion.motions import GROUPS, MOTIONS, WALKING
from ml_core.vocabulary.motion.steps import MotionStep, parse_step, parse_steps


def test_every_motion_of_the_registry_ships_and_its_card_says_from_where() -> None:
    assert list(shipped_clips()) == list(MOTIONS)
    assert len(MOTIONS) >= 24
    card = json.loads(MOTION_FILE.with_suffix(".json").read_text(encoding="utf-8"))
    rows = card["figures"]["by clip"]
    assert list(rows) == list(MOTIONS)
    for name, entry in MOTIONS.items():
        clip = shipped_clips()[name]
        assert clip.loops == entry.loops
        assert (np.abs(clip.root[-1] - clip.root[0]).max() > 0.05) == entry.moves, name
        assert (rows[name]["source"] == "made by code") == (name not in RECIPES)
        assert entry.group in GROUPS
    raw, planted = card["figures"]["mean sliding of standing soles cm/s, raw and on the ground"]
    assert planted < 0.3 < raw
    assert MOTION_FILE.stat().st_size < 3_000_000


def test_titles_and_words_say_one_motion_each() -> None:
    for language in (lambda e: (e.title.lower(), *e.words), lambda e: (e.title_zh, *e.words_zh)):
        said = [word for entry in MOTIONS.values() for word in {*language(entry)}]
        assert sorted(word for word in set(said) if said.count(word) > 1) == []


@pytest.mark.parametrize("damage", ["missing", "garbage", "other joints", "no frames", "short", "zero turns"])
def test_damaged_files_are_refused_in_one_line(tmp_path: Path, damage: str) -> None:
    arrays = packed({"A": shipped_clips()["NOD"]})
    path = tmp_path / "motions.npz"
    if damage == "garbage":
        path.write_bytes(b"no zip")
    elif damage != "missing":
        arrays |= {
            "other joints": {"joints": arrays["joints"][::-1]},
            "no frames": {"frames": np.zeros(1, np.uint32)},
            "short": {"hips": arrays["hips"][:-1]},
            "zero turns": {"rotations": np.zeros_like(arrays["rotations"])},
        }[damage]
        np.savez(path, **arrays)
    with pytest.raises(InputError, match=r"motions\.npz: [^\n]+$"):
        read_clips(path)


def test_a_file_that_was_written_reads_as_it_was(tmp_path: Path) -> None:
    clip = shipped_clips()["WALK"]
    np.savez(tmp_path / "m.npz", **packed({"WALK": clip}))
    back = read_clips(tmp_path / "m.npz")["WALK"]
    assert np.abs(back.rotations - clip.rotations).max() < 1e-4
    assert back.speed == pytest.approx(clip.speed, rel=1e-3)


def test_a_loop_goes_on_and_a_clip_holds_its_end() -> None:
    walk, nod = shipped_clips()["WALK"], shipped_clips()["NOD"]
    later = walk.at(np.array([0.1, 0.1 + walk.seconds, 0.1 + 3 * walk.seconds]))
    assert np.abs(later.rotations[0] - later.rotations[2]).max() < 1e-6
    assert later.root[2, 1] - later.root[0, 1] == pytest.approx(3 * (walk.root[-1, 1] - walk.root[0, 1]))
    assert np.allclose(nod.at(np.array([99.0])).rotations[0], nod.rotations[-1])
    assert nod.resampled(60).seconds == pytest.approx(nod.seconds, abs=0.02)


def test_rotations_agree_with_one_another() -> None:
    rng = np.random.default_rng(1)
    q = rng.normal(size=(200, 4))
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    assert np.abs(np.abs(np.sum(to_quaternions(to_matrices(q)) * q, axis=1)) - 1).max() < 1e-9
    assert np.allclose(to_matrices(slerp(q, q[::-1], 1.0)), to_matrices(q[::-1]))
    assert (np.sum(continuous(q)[1:] * continuous(q)[:-1], axis=1) >= 0).all()
    a, b = rng.normal(size=(2, 50, 3))
    moved = np.einsum("fij,fj->fi", between(a, b), a)
    assert np.allclose(moved / np.linalg.norm(moved, axis=1)[:, None], b / np.linalg.norm(b, axis=1)[:, None])
    assert np.allclose(between(np.array([1.0, 0, 0]), np.array([-1.0, 0, 0])) @ [1, 0, 0], [-1, 0, 0])


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("wave", MotionStep("WAVE")),
        (" Clap * 3 ", MotionStep("CLAP", times=3)),
        ("walk:Chair.001", MotionStep("WALK", "Chair.001")),
        ("jog: -1.5, 2 ", MotionStep("JOG", point=(-1.5, 2.0))),
        ("sit down:My Chair", MotionStep("SIT_DOWN", "My Chair")),
    ],
)
def test_steps_are_read_and_written(text: str, step: MotionStep) -> None:
    assert parse_step(text) == step
    assert parse_step(step.text) == step


@pytest.mark.parametrize(
    "text", ["", "fly", "wave:Chair", "walk:1,2*0", "sit:1,2", "walk*101", "*3", "walk:" + "x" * 400]
)
def test_what_is_no_step_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_step(text)
    with pytest.raises(InputError):
        parse_steps([])


def test_walks_move() -> None:
    assert all(MOTIONS[name].moves and MOTIONS[name].loops for name in WALKING)
