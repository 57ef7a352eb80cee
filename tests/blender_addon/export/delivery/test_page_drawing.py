"""What the page does to draw faster, by its own modules in Node: the same triangles, and the same bent skin."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from blender_addon.export.delivery.page_files import PAGE, check_page_files
from ml_core.errors import InputError
from scripts.export_checks.programs.khronos import find_node

NODE = find_node()
_ORDERING = """
import { ordered } from './page/js/ordering.js';
const side = 40, grid = [];
for (let row = 0; row < side; row++) for (let column = 0; column < side; column++) {
  const corner = row * (side + 1) + column, below = corner + side + 1;
  grid.push([corner, below, corner + 1], [corner + 1, below, below + 1]);
}
// As exporters write them: far from their neighbors.
const triangles = grid.map((_, k) => grid[(k * 787) % grid.length]);
const corners = Uint16Array.from(triangles.flat());
const last = [5, 6, 7];
console.log(JSON.stringify({
  before: [...corners], after: [...ordered(corners, (side + 1) ** 2)], kind: ordered(corners, 1681).constructor.name,
  none: [...ordered(new Uint16Array(0), 0)], apart: [...ordered(Uint32Array.from([0, 1, 2, ...last]), 9)],
}));
"""
_BENDING = """
import {
  Bone, BufferAttribute, BufferGeometry, Float32BufferAttribute, MeshBasicMaterial, Skeleton, SkinnedMesh, Vector3,
} from './page/three/three.module.min.js';
import { SkinPart } from './page/js/software.js';
let seed = 1;
const random = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
const many = (count, width) => Array.from({ length: count * width }, random);
const count = 50, geometry = new BufferGeometry();
geometry.setAttribute('position', new Float32BufferAttribute(many(count, 3), 3));
geometry.setAttribute('normal', new Float32BufferAttribute(many(count, 3), 3));
const chosen = Uint8Array.from(many(count, 4).map((value) => Math.floor(value * 3)));
geometry.setAttribute('skinIndex', new BufferAttribute(chosen, 4));
const weights = many(count, 4);
for (let k = 0; k < count; k++) {
  const sum = weights[4 * k] + weights[4 * k + 1] + weights[4 * k + 2] + weights[4 * k + 3];
  for (let j = 0; j < 4; j++) weights[4 * k + j] /= sum;
}
geometry.setAttribute('skinWeight', new Float32BufferAttribute(weights, 4));
geometry.setIndex([0, 1, 2]);
geometry.morphTargetsRelative = true;
const some = () => new Float32BufferAttribute(many(count, 3).map((value, k) => (k < 60 ? value : 0)), 3);
geometry.morphAttributes.position = [some(), some()];
geometry.morphAttributes.normal = [some(), some()];
const bones = [new Bone(), new Bone(), new Bone()];
bones[0].add(bones[1]);
bones[1].add(bones[2]);
bones[1].position.set(0, 1, 0);
bones[2].position.set(0.2, 1, 0);
const mesh = new SkinnedMesh(geometry, new MeshBasicMaterial());
mesh.add(bones[0]);
mesh.position.set(3, 1, -2);
mesh.rotation.set(0.3, 0.8, 0);
mesh.updateMatrixWorld(true);
mesh.bind(new Skeleton(bones));
const part = new SkinPart(mesh);
const drawn = mesh.children.find((item) => item.isMesh);
const off = () => {
  let most = 0;
  for (let k = 0; k < count; k++) {
    const wanted = mesh.getVertexPosition(k, new Vector3());
    most = Math.max(most, wanted.distanceTo(new Vector3().fromBufferAttribute(drawn.geometry.attributes.position, k)));
  }
  return most;
};
const pose = () => { mesh.updateMatrixWorld(true); mesh.skeleton.update(); };
const first = part.bend();
pose();
const atRest = off(), again = part.bend();
bones[1].rotation.set(0.5, 0.2, -0.4);
bones[2].rotation.set(0, 1, 0);
pose();
const turned = part.bend(), bent = off();
mesh.morphTargetInfluences[1] = 0.7;
const shaped = part.bend(), withShape = off();
mesh.morphTargetInfluences[1] = 0;
const back = part.bend(), without = off();
const { normal } = drawn.geometry.attributes;
console.log(JSON.stringify({
  changed: [first, again, turned, shaped, back],
  off: [atRest, bent, withShape, without],
  sees: [mesh.layers.mask, drawn.layers.mask], normals: [...normal.array].every(Number.isFinite),
  shares: drawn.geometry.index === geometry.index,
}));
"""


def run(folder: Path, code: str) -> Any:
    """What a module prints as JSON that imports those of the page."""
    if NODE is None:
        pytest.skip("no Node.js in this environment")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "page").symlink_to(PAGE)
    (folder / "run.js").write_text(code, encoding="utf-8")
    # The real path of the page would be that of files which no package says are modules.
    arguments = [NODE, "--preserve-symlinks", "--preserve-symlinks-main", str(folder / "run.js")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def misses(corners: list[int], remembered: int = 16) -> float:
    """Corners worked out for each triangle, where the last ``remembered`` ones are known."""
    known: list[int] = []
    count = 0
    for corner in corners:
        if corner not in known:
            count += 1
            known = [*known, corner][-remembered:]
    return 3 * count / len(corners)


def triangles(corners: list[int]) -> list[tuple[int, ...]]:
    """Sorted; each begins with its least corner and keeps its side."""
    rows = [corners[at : at + 3] for at in range(0, len(corners), 3)]
    return sorted(tuple(row[(k := row.index(min(row))) :] + row[:k]) for row in rows)


def test_triangles_follow_their_neighbors(tmp_path: Path) -> None:
    found = run(tmp_path, _ORDERING)
    assert triangles(found["after"]) == triangles(found["before"])
    assert misses(found["before"]) > 2.5
    assert misses(found["after"]) < 0.8
    assert found["kind"] == "Uint16Array"
    assert found["none"] == []
    assert triangles(found["apart"]) == [(0, 1, 2), (5, 6, 7)]


def test_a_skin_bends_as_three_would_bend_it(tmp_path: Path) -> None:
    try:
        check_page_files()
    except InputError:
        pytest.skip("three.js is not here: python scripts/data/fetch_three.py")
    found = run(tmp_path, _BENDING)
    assert found["changed"] == [True, False, True, True, True]
    assert max(found["off"]) < 1e-5
    assert found["normals"]
    assert found["shares"]
    seen, drawn = found["sees"]
    assert drawn & 1
    assert not seen & 1
