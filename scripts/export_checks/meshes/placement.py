"""Checks 14 and 15: sockets and pivots as in the manifest, transforms applied."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.humanoid import joints_of
from ..readers.model import TO_Y_UP, Array, Model, Node, angle, box, rotation, scale

MILLIMETRE = 0.001


def _asset(model: Model, socket: Node) -> Node | None:
    """The asset of a socket: the armature of a skeletal file, else LOD0 of its parent or the file's first mesh."""
    if model.is_skeletal:
        tops = [node for node in model.nodes if node.parent < 0 and node.kind == "empty" and not node.is_socket]
        return tops[0] if tops else None
    shown = model.shown_nodes
    above = [node for node in model.ancestors(socket) if node in shown]
    return above[0] if above else (shown[0] if shown else None)


def _relative(model: Model, socket: Node) -> Array:
    """The socket's matrix (4, 4) about its asset in meters and Blender's axes.

    Data may be rotated below the asset's node (Blender's own axes below a node at -90°, or rotated data below a node at
    zero); a socket is rotated along with them.
    """
    asset = _asset(model, socket)
    base = model.world(asset) if asset else np.eye(4)
    here = model.world(socket)
    turned = rotation(base).T @ TO_Y_UP[:3, :3]
    result = np.eye(4)
    result[:3, :3] = TO_Y_UP[:3, :3].T @ rotation(here) @ turned
    result[:3, 3] = TO_Y_UP[:3, :3].T @ (here[:3, 3] - base[:3, 3])
    return result


def _sockets(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    found = {node.name: node for node in model.nodes if node.is_socket}
    claim = {item["name"]: np.array(item["matrix"], float) for item in folder.entry(model).get("sockets") or []}
    for name in sorted(found.keys() ^ claim.keys()):
        where = "in the file but not in the manifest" if name in found else "in the manifest but not in the file"
        yield Problem(model.name, f"is a socket {where}", name)
    for name in found.keys() & claim.keys():
        given, wanted = _relative(model, found[name]), claim[name]
        far = np.abs(given[:3, 3] - wanted[:3, 3]).max()
        if far > MILLIMETRE:
            yield Problem(
                model.name,
                "is a socket in another place",
                name,
                wanted[:3, 3].round(4).tolist(),
                given[:3, 3].round(4).tolist(),
            )
        turn = angle(rotation(given), rotation(wanted))
        if turn > 0.1:
            yield Problem(model.name, "is a socket that is turned", name, "≤ 0.1°", f"{turn:.2f}°")


def _pivots(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    for node in model.render_nodes:
        if _is_scene(folder, model):
            break  # larger and smaller instances of one mesh; check 5b holds their scale against layout.json
        # A skeleton in centimeters has data of 100 units a meter below nodes of scale 1.
        size, own = scale(model.world(node)), scale(node.world)
        if min(np.abs(size - 1).max(), np.abs(own - 1).max()) > 1e-3:
            yield Problem(model.name, "has a scale that is not applied", node.name, [1, 1, 1], size.round(4).tolist())
    if model.is_skeletal:
        yield from _between_the_feet(folder, model)
    else:
        for node in model.shown_nodes:
            yield from _bottom_center(model, node)


def _is_scene(folder: TargetFolder, model: Model) -> bool:
    """Whether the file itself places instances, as described in layout.json."""
    return model.format == "glb" and not model.is_skeletal and bool(folder.layout)


def _bottom_center(model: Model, node: Node) -> Iterator[Problem]:
    assert node.mesh is not None
    if not len(node.mesh.points):
        return
    world = model.world(node)
    points = model.points(node) - world[:3, 3]
    if model.format != "fbx":
        points = points @ rotation(world)
    elif np.abs(world[:3, 3]).max() > MILLIMETRE:
        yield Problem(
            model.name, "has a location that is not applied", node.name, [0, 0, 0], world[:3, 3].round(4).tolist()
        )
    low, high = box(points)
    pivot = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    if np.abs(pivot).max() > MILLIMETRE:
        yield Problem(
            model.name, "has its pivot not at the bottom center (Y up)", node.name, [0, 0, 0], pivot.round(4).tolist()
        )


def _between_the_feet(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    joints, bones = joints_of(folder.entry(model), model), model.bones()
    feet = [bones[joints[joint]][:3, 3] for joint in ("leftFoot", "rightFoot") if joints.get(joint) in bones]
    if len(feet) == 2 and abs((feet[0] + feet[1])[0] / 2) > 0.02:
        yield Problem(
            model.name,
            "has its pivot not between the feet",
            "",
            "0 ± 0.02 m at X",
            round((feet[0] + feet[1])[0] / 2, 3),
        )
    points = [model.points(node) for node in model.shown_nodes]
    lowest = min((float(point[:, 1].min()) for point in points if len(point)), default=0.0)
    if abs(lowest) > 0.02:
        yield Problem(model.name, "does not stand on the ground", "", "0 ± 0.02 m", round(lowest, 3))


def _with_sockets(folder: TargetFolder) -> list[Model]:
    return [
        model
        for model in folder.models
        if any(node.is_socket for node in model.nodes) or folder.entry(model).get("sockets")
    ]


CHECKS = [
    Check("14", "Sockets within 1 mm and 0.1° of the manifest", _with_sockets, _sockets),
    Check("15", "Pivots at the bottom center or between the feet, transforms applied", lambda f: f.models, _pivots),
]
