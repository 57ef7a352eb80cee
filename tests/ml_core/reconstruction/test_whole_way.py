"""Pictures of a room to a place, by pycolmap and OpenCV; where the extra ``reconstruct`` is installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core.reconstruction.place import read_place
from ml_core.reconstruction.running import run
from ml_core.reconstruction.views.cameras import Camera, similarity
from ml_core.vocabulary.scene.reconstruction import PLACE, ReconstructionJob, read_status, write_job

from .shapes import turn

SIZE = np.array([3.2, 2.8, 2.4])
WIDTH, HEIGHT, FOCAL = 360, 240, 210.0
LEVEL = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
BOX = (np.array([-0.4, -0.3, 0.0]), np.array([0.3, 0.25, 0.7]))


def noise(points: np.ndarray) -> np.ndarray:
    """A pattern 0..1 of points (N, 3)."""
    lattice = np.random.default_rng(2).random((32, 32, 32))
    value = np.zeros(len(points))
    for frequency, weight in ((3.0, 0.4), (8.0, 0.35), (20.0, 0.25)):
        cell = np.floor(points * frequency).astype(int)
        part = points * frequency - cell
        for corner in np.ndindex(2, 2, 2):
            share = np.prod(np.where(corner, part, 1 - part), axis=1)
            x, y, z = ((cell + corner) % 32).T
            value += weight * share * lattice[x, y, z]
    return value


def picture(camera: Camera) -> np.ndarray:
    """The inside of a box with a smaller one on its floor, each side with a pattern of its own."""
    x, y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    rays = camera.rays(np.stack([x.ravel(), y.ravel()], axis=1))
    low, high = np.array([-SIZE[0] / 2, -SIZE[1] / 2, 0]), np.array([SIZE[0] / 2, SIZE[1] / 2, SIZE[2]])
    with np.errstate(divide="ignore"):
        far = (np.where(rays > 0, high, low) - camera.position) / rays
        enter, leave = np.sort([(side - camera.position) / rays for side in BOX], axis=0)
    wall = far.argmin(axis=1)
    distance = far.min(axis=1)
    near, out = enter.max(axis=1), leave.min(axis=1)
    hit = (near < out) & (near > 0)
    points = camera.position + rays * np.where(hit, near, distance)[:, None]
    side = np.where(hit, 7 + enter.argmax(axis=1), wall * 2 + (np.take_along_axis(rays, wall[:, None], 1)[:, 0] > 0))
    value = noise(points + 5.3 * side[:, None])
    tint = np.random.default_rng(6).uniform(0.5, 1.0, (12, 3))[side]
    shade = np.clip(value[:, None] * 1.6 - 0.3, 0, 1) * tint
    return (shade.reshape(HEIGHT, WIDTH, 3) * 255).astype(np.uint8)


def cameras() -> list[Camera]:
    result = []
    for number in range(16):
        angle = np.radians(22.5 * number)
        at = np.array([0.95 * np.cos(angle), 0.8 * np.sin(angle), 1.45 + 0.1 * np.sin(3 * angle)])
        yaw = np.degrees(angle) + 90 + 10 * np.sin(2 * angle)
        rotation = turn((1, 0, 0), 14) @ LEVEL @ turn((0, 0, 1), yaw).T
        result.append(Camera(f"{number:02d}.png", WIDTH, HEIGHT, FOCAL, (WIDTH / 2, HEIGHT / 2), rotation, at))
    return result


@pytest.mark.slow
def test_a_room_is_reconstructed_and_gone_on_with(tmp_path: Path) -> None:
    pytest.importorskip("pycolmap", reason="needs the extra reconstruct")
    pytest.importorskip("cv2", reason="needs the extra reconstruct")
    photos = tmp_path / "photos"
    photos.mkdir()
    real = cameras()
    for camera in real:
        Image.fromarray(picture(camera)).save(photos / camera.name)
    folder = tmp_path / "run"
    folder.mkdir()
    write_job(folder, ReconstructionJob(str(photos), voxel=0.04, threads=2))
    assert run(folder) == 0, (read_status(folder).error, (folder / "status.json").read_text())
    place = read_place(folder / PLACE)
    names = {camera.name: camera for camera in place.cameras}
    assert len(names) >= 14
    known = [camera for camera in real if camera.name in names]
    scale, rotation, shift = similarity(
        np.array([names[camera.name].position for camera in known]), np.array([camera.position for camera in known])
    )
    for camera in known:
        mine = scale * rotation @ names[camera.name].position + shift
        assert np.linalg.norm(mine - camera.position) < 0.03
    corners = np.concatenate([side.corners for side in place.sides])
    assert sorted(np.ptp(corners[:, :2], axis=0) * scale) == pytest.approx(sorted(SIZE[:2]), abs=0.1)
    assert all(side.is_seen for side in place.sides)
    # At so few pixels the sides of the box have holes; its top is there.
    boxes = [(np.ptp(one.surface.vertices, axis=0) * scale, one.surface.vertices[:, 2].max() * scale)
             for one in place.things]  # fmt: skip
    wide = np.sort((BOX[1] - BOX[0])[:2])
    assert any(np.abs(np.sort(box[:2]) - wide).max() < 0.15 and abs(top - 0.7) < 0.08 for box, top in boxes), boxes
    # What is finished is not done again, and a lost result comes back from the stages.
    (folder / PLACE / "place.json").unlink()
    features = (folder / "sparse" / "database.db").stat().st_mtime_ns
    assert run(folder) == 0
    assert (folder / "sparse" / "database.db").stat().st_mtime_ns == features
    assert len(read_place(folder / PLACE).cameras) == len(place.cameras)


@pytest.mark.slow
def test_pictures_that_share_nothing_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("pycolmap", reason="needs the extra reconstruct")
    pytest.importorskip("cv2", reason="needs the extra reconstruct")
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(9):
        pixels = np.random.default_rng(number).integers(0, 255, (120, 160, 3), np.uint8)
        Image.fromarray(pixels).save(photos / f"{number}.png")
    write_job(tmp_path, ReconstructionJob(str(photos)))
    assert run(tmp_path) == 2
    assert "found their place" in read_status(tmp_path).error
