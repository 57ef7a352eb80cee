"""Clips of other rigs come to our joints, whatever their bones are like; stands and paces are found."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.datasets.motions.compiling import gap
from ml_core.datasets.motions.grounding import cleaned, contacts, on_ground
from ml_core.datasets.motions.made import backward, clap, made_clips, mirrored, point
from ml_core.datasets.motions.recipes import RECIPES, RIG_OF
from ml_core.datasets.motions.recorded import RIGS, Recording, brought_over
from ml_core.datasets.motions.recording_files import Keys, Tree, sampled
from ml_core.geometry.motion.clip import FPS, shipped_clips
from ml_core.geometry.motion.posing import turn
from ml_core.geometry.motion.skeleton import INDEX, JOINTS
from ml_core.vocabulary.motion.motions import MOTIONS
from tests.ml_core.geometry.motion.test_fitting import body

Y_UP = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])
"""From the body's axes to glTF's."""


def rig(scheme: str, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Transforms (4, 4) at rest of a rig in T-pose whose bones are rolled anyhow, glTF's axes."""
    rest = {}
    for joint, bone in RIGS[scheme].items():
        world = np.eye(4)
        world[:3, :3] = turn(rng.normal(size=3), float(rng.uniform(-170, 170)))
        world[:3, 3] = Y_UP @ body("tall").skeleton.rest[joint]
        rest[bone] = world
    return rest


@pytest.mark.parametrize("scheme", RIGS)
def test_a_turn_comes_over_whatever_the_bones_are_like(scheme: str) -> None:
    rest = rig(scheme, np.random.default_rng(2))
    bend, bones = turn(np.array([1.0, 0, 0]), -50.0), RIGS[scheme]
    frames = {bone: np.tile(world, (3, 1, 1)) for bone, world in rest.items()}
    turned = Y_UP @ bend @ Y_UP.T
    frames[bones["leftUpperLeg"]][1, :3, :3] = turned @ rest[bones["leftUpperLeg"]][:3, :3]
    frames[bones["hips"]][:, 1, 3] += [0.0, 0.1, 0.0]
    made = brought_over(rest, frames, scheme, 30.0)
    assert np.allclose(made.turned[1, INDEX["leftUpperLeg"]], bend)
    assert np.allclose(made.turned[0, INDEX["leftUpperLeg"]], np.eye(3))
    assert np.allclose(made.hips[1], [0, 0, 0.1 / made.skeleton.leg])
    assert not np.isnan(made.turned).any()
    still = [j for j in JOINTS if j not in ("leftUpperLeg", "chest", "neck") and "Left" not in j]
    assert all(np.allclose(made.turned[0, INDEX[j]], np.eye(3)) for j in still if j in bones)


def test_key_frames_are_sampled_through_the_tree() -> None:
    child = np.eye(4)
    child[:3, 3] = [0, 1, 0]
    tree = Tree({"a": None, "b": "a"}, {"a": np.eye(4), "b": child})
    half = np.sqrt(0.5)
    keys = {("a", "rotation"): Keys(np.array([0.0, 1.0]), np.array([[0, 0, 0, 1.0], [0, 0, half, half]]))}
    frames = sampled(tree, keys, np.array([0.0, 0.5, 1.0, 2.0]))
    assert np.allclose(frames["b"][0, :3, 3], [0, 1, 0])
    assert np.allclose(frames["b"][1, :3, 3], [-half, half, 0])
    assert np.allclose(frames["b"][2:, :3, 3], [-1, 0, 0])


def test_the_pace_of_a_walk_in_place_is_that_of_its_standing_feet() -> None:
    walk = shipped_clips()["WALK"]
    recording = on_ground(Recording(walk.turned, walk.hips, body("tall").skeleton, FPS))
    contact, speed = contacts(recording, True, True)
    assert -speed[1] == pytest.approx(walk.speed, rel=0.1)
    assert (contact == walk.contact).mean() > 0.9
    share = contact[:-1].mean(axis=0)
    assert ((share >= 0.5) & (share < 0.75)).all()  # people stand on each foot for six tenths of a stride


def test_gaps_and_flickers_of_a_stand_are_closed() -> None:
    stands = np.array([1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1], bool)
    assert cleaned(stands, loops=False).tolist() == [True] * 6 + [False] * 8 + [True] * 3


def test_every_motion_has_one_recipe_or_is_made() -> None:
    made = made_clips(shipped_clips(), body("tall").skeleton)
    assert set(MOTIONS) == set(RECIPES) | set(made)
    assert {recipe.file for recipe in RECIPES.values()} == set(RIG_OF)


def test_a_mirrored_clip_is_itself_when_mirrored_again() -> None:
    clip = shipped_clips()["WAVE"]
    twice = mirrored(mirrored(clip))
    assert np.allclose(np.abs(np.sum(twice.rotations * clip.rotations, axis=-1)), 1)
    left = mirrored(clip).turned[60, INDEX["leftHand"]]
    assert np.allclose(np.diag([-1, 1, 1]) @ left @ np.diag([-1, 1, 1]), clip.turned[60, INDEX["rightHand"]])


def test_gestures_point_and_clap() -> None:
    idle, skeleton = shipped_clips()["IDLE"], body("tall").skeleton
    clip = point(idle)
    at = skeleton.places(clip.turned, clip.hips * skeleton.leg)
    reach = at["rightHand"][45] - at["rightUpperArm"][45]
    assert -reach[1] / np.linalg.norm(reach) > 0.95
    claps = clap(idle)
    at = skeleton.places(claps.turned, claps.hips * skeleton.leg)
    apart = np.linalg.norm(at["leftMiddleProximal"] - at["rightMiddleProximal"], axis=1)
    assert apart.min() < 0.06 < 0.12 < apart.max()
    assert gap(claps) < 0.1


def test_a_walk_back_goes_back() -> None:
    back = backward(shipped_clips()["WALK"])
    assert back.root[-1, 1] > 0.5
    assert back.loops
