"""Tools for programs: typed by the registries, kept in their folder, asking before they take anything away."""

from __future__ import annotations

import json
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.agents import bridge, tools
from blender_addon.agents.arguments import schema_of
from blender_addon.agents.calling import call
from blender_addon.agents.tools import TOOLS
from blender_addon.bridge import session
from ml_core.errors import InputError
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.vocabulary.targets import TARGETS

pytestmark = pytest.mark.usefixtures("clean_scene")


def error(name: str, folder: Path, **arguments: Any) -> str:
    """What a tool says that is refused."""
    answer = call(name, arguments, folder)
    assert "error" in answer, answer
    return answer["error"]


def test_schemas_come_from_the_registries() -> None:
    schemas = {name: schema_of(tool.arguments) for name, tool in TOOLS.items()}
    assert schemas["export"]["properties"]["engines"]["items"]["enum"] == list(TARGETS)
    assert schemas["dress"]["properties"]["garments"]["items"]["enum"] == list(BY_NAME)
    assert schemas["generate"]["properties"]["seed"]["maximum"] == 2**31 - 1
    assert all(schema["additionalProperties"] is False for schema in schemas.values())
    assert json.loads(json.dumps(schemas)) == schemas
    destructive = {name for name, tool in TOOLS.items() if tool.is_destructive}
    assert destructive == {"open_scene", "save_scene", "run_command", "render"}
    assert not [name for name, tool in TOOLS.items() if tool.reads_only and tool.is_destructive]


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("python", {"code": "import os"}, "no such tool"),
        ("list_objects", {"code": "1"}, "code not known"),
        ("describe", {}, "lacks description"),
        ("describe", {"description": 7}, "text"),
        ("describe", {"description": "a" * 5000}, "too long"),
        ("generate", {"seed": -1}, "seed"),
        ("generate", {"size": 77}, "256"),
        ("dress", {"garments": ["armor"]}, "armor"),
        ("export", {"engines": ["doom"]}, "doom"),
        ("render", {"file": "a.png", "width": 10**6}, "width"),
        ("render", {"file": "a.png"}, "nothing to see"),
        ("light", {"look": "disco"}, "disco"),
        ("check", {"engines": []}, "at least one engine"),
        ("export", {"engines": []}, "at least one engine"),
    ],
)
def test_wrong_arguments_are_a_sentence(tmp_path: Path, name: str, arguments: dict[str, Any], reason: str) -> None:
    assert reason in error(name, tmp_path, **arguments)


@pytest.mark.parametrize("path", ["/etc/out", "../out", "a/../../out", "C:\\out", "link/out", "", "a\0b"])
def test_no_path_leaves_the_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    for name, arguments in (
        ("save_scene", {"file": f"{path}.blend" if path else ""}),
        ("render", {"file": f"{path}.png" if path else ""}),
        ("open_scene", {"file": f"{path}.blend" if path else ""}),
        ("export", {"into": path}),
    ):
        error(name, folder, **arguments)
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["folder", "link"]


@pytest.mark.parametrize(
    "name", ["con", "new\nline", "file:///x", "~/x", "a" * 300, "room.blend/x", "adir", "-rf", "a\u202eb", "a?"]
)
def test_a_name_that_cannot_be_is_a_sentence(tmp_path: Path, name: str) -> None:
    """Nothing is made of a name that Windows, a shell or a reader stumbles over, or that a file is in the way of."""
    (tmp_path / "room.blend").write_text("in the way")
    (tmp_path / "adir.blend").mkdir()
    assert "log of Blender" not in error("save_scene", tmp_path, file=f"{name}.blend", confirm=True)
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["adir.blend", "room.blend"]


def test_a_scene_brings_no_files_from_outside_of_the_folder(tmp_path: Path) -> None:
    """An image of a hostile .blend may name any picture of this machine, which an export would copy."""
    folder = tmp_path / "folder"
    folder.mkdir()
    picture = bpy.data.images.new("Secret", 4, 4)
    picture.filepath_raw, picture.file_format = str(tmp_path / "secret.png"), "PNG"
    picture.save()
    bpy.ops.mesh.primitive_cube_add()
    picture.use_fake_user = True
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "room.blend"), copy=True, relative_remap=False)
    assert "secret.png" in error("open_scene", folder, file="room.blend", confirm=True)
    assert not bpy.data.objects
    bpy.ops.wm.open_mainfile(filepath=str(folder / "room.blend"))
    bpy.data.images["Secret"].pack()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "packed.blend"), copy=True)
    assert call("open_scene", {"file": "packed.blend", "confirm": True}, folder)["result"]["objects"]


def test_an_error_of_the_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device", str(tmp_path / "room.blend"))

    monkeypatch.setattr(tools, "save_copy", full)
    assert error("save_scene", tmp_path, file="room.blend") == "save_scene: room.blend: No space left on device"


def test_what_takes_away_asks(tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    assert call("save_scene", {"file": "room.blend"}, tmp_path)["result"]["bytes"] > 1000
    assert "confirm" in error("save_scene", tmp_path, file="room.blend")
    assert "result" in call("save_scene", {"file": "room.blend", "confirm": True}, tmp_path)
    bpy.ops.ed.undo_push(message="a change")
    assert "result" in call("open_scene", {"file": "room.blend", "confirm": True}, tmp_path)
    assert call("list_objects", {}, tmp_path)["result"]["objects"][0]["name"] == "Cube"
    assert "confirm" in error("run_command", tmp_path, command="delete the Cube") or bpy.data.objects.get("Cube")
    assert bpy.data.objects.get("Cube") is not None
    assert call("run_command", {"command": "delete Cube", "confirm": True}, tmp_path)["result"]["steps"]
    assert bpy.data.objects.get("Cube") is None


@pytest.mark.parametrize("command", ["save the file", "render the scene", "export everything to unity"])
def test_a_command_writes_nowhere(tmp_path: Path, command: str) -> None:
    bpy.ops.mesh.primitive_cube_add()
    assert "use the tool" in error("run_command", tmp_path, command=command)


def test_a_picture_leaves_the_scene_as_it_was(tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.camera_add(location=(0, -6, 0), rotation=(1.57, 0, 0))
    scene = bpy.context.scene
    before = (scene.render.engine, scene.render.filepath, scene.render.resolution_x, scene.camera)
    answer = call("render", {"file": "shots/a.png", "width": 32, "height": 24, "samples": 1}, tmp_path)
    assert answer["result"]["bytes"] == (tmp_path / "shots" / "a.png").stat().st_size
    assert (scene.render.engine, scene.render.filepath, scene.render.resolution_x, scene.camera) == before


def test_without_a_camera_all_is_looked_at(tmp_path: Path) -> None:
    """A look lights it, so that what was made by tools alone can be seen; no camera stays."""
    bpy.ops.mesh.primitive_cube_add(location=(30, 0, 0))
    small = {"width": 32, "height": 24, "samples": 1}
    first = call("render", {"file": "dark.png", **small}, tmp_path)["result"]
    assert (first["camera"], first["has_light"]) == ("", False)
    assert call("light", {"look": "noon"}, tmp_path)["result"]["lights"]
    second = call("render", {"file": "a.png", **small}, tmp_path)["result"]
    assert second["has_light"]
    pixels = np.asarray(Image.open(tmp_path / "a.png").convert("L"), float)
    dark = np.asarray(Image.open(tmp_path / "dark.png").convert("L"), float)
    assert pixels.mean() > dark.mean() + 20
    assert pixels.std() > 5
    assert not bpy.data.cameras
    assert bpy.context.scene.camera is None


@pytest.mark.both_blenders
def test_a_render_writes_one_file_alone(tmp_path: Path) -> None:
    """The compositor of a scene of unknown origin would write files anywhere."""
    bpy.ops.mesh.primitive_cube_add()
    scene = bpy.context.scene
    scene.render.use_multiview = True
    elsewhere = tmp_path / "elsewhere"
    if hasattr(scene, "compositing_node_group"):
        tree = scene.compositing_node_group = bpy.data.node_groups.new("c", "CompositorNodeTree")
    else:
        scene.use_nodes = True
        tree = scene.node_tree
    writer = tree.nodes.new("CompositorNodeOutputFile")
    if hasattr(writer, "base_path"):
        writer.base_path = str(elsewhere)
        tree.links.new(tree.nodes["Render Layers"].outputs[0], writer.inputs[0])
    else:
        writer.directory = str(elsewhere)
        writer.file_output_items.new("RGBA", "x")
        tree.links.new(tree.nodes.new("CompositorNodeRLayers").outputs[0], writer.inputs[0])
    work = tmp_path / "work"
    answer = call("render", {"file": "a.png", "width": 32, "height": 24, "samples": 1}, work)
    assert "result" in answer, answer
    assert [entry.name for entry in tmp_path.rglob("*.*")] == ["a.png"]
    assert not elsewhere.exists()
    assert scene.render.use_multiview


@pytest.fixture
def switched_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Port and token of a bridge that is on."""
    monkeypatch.setattr(bridge, "user_folder", lambda: tmp_path / "user")
    bridge.start(tmp_path / "work")
    yield json.loads(bridge.file_of_bridge().read_text())
    bridge.stop()


def ask(port: int, line: bytes) -> bytes:
    """The answer of the bridge, whose calls are done in this thread meanwhile."""
    answers: list[bytes] = []

    def talk() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(line)
            connection.shutdown(socket.SHUT_WR)
            answers.append(connection.makefile("rb").readline())

    thread = threading.Thread(target=talk)
    thread.start()
    while thread.is_alive():
        bridge.serve_waiting()
        thread.join(0.01)
    return answers[0]


def test_the_bridge_answers_who_has_the_token(switched_on: dict[str, Any]) -> None:
    port, token = switched_on["port"], switched_on["token"]
    bpy.ops.mesh.primitive_cube_add()
    answer = json.loads(ask(port, json.dumps({"token": token, "tool": "list_objects"}).encode() + b"\n"))
    assert answer["result"]["count"] == 1
    for line in (
        json.dumps({"token": "0" * 64, "tool": "list_objects"}).encode() + b"\n",
        json.dumps({"tool": "list_objects"}).encode() + b"\n",
        b"POST / HTTP/1.1\r\n\r\n",
        b"[" * 2000 + b"\n",
    ):
        assert ask(port, line) == b""
    path = bridge.file_of_bridge()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    bridge.stop()
    assert not path.exists()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def waiting(port: int, token: str, **call: Any) -> tuple[threading.Thread, list[bytes]]:
    """A program that asks and waits; what it is answered."""
    answers: list[bytes] = []

    def talk() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(json.dumps({"token": token, **call}).encode() + b"\n")
            answers.append(connection.makefile("rb").readline())

    thread = threading.Thread(target=talk)
    thread.start()
    return thread, answers


def test_who_waits_is_told_when_the_bridge_goes_off(switched_on: dict[str, Any]) -> None:
    """Also a second client; neither waits a quarter of an hour for Blender to do what it never will."""
    server = session.part(bridge.Bridge).server
    assert server is not None
    both = [waiting(switched_on["port"], switched_on["token"], tool="list_objects") for _ in range(2)]
    while server.calls.qsize() < 2:
        time.sleep(0.01)
    bridge.stop()
    for thread, answers in both:
        thread.join(10)
        assert json.loads(answers[0]) == {"error": "the bridge was switched off; nothing was done"}


def test_a_call_that_comes_as_the_bridge_goes_off_is_told_so(switched_on: dict[str, Any]) -> None:
    """Its program is connected and has not yet asked; nobody would ever answer it."""
    with socket.create_connection(("127.0.0.1", switched_on["port"]), timeout=20) as connection:
        named = "process_request_thread"
        while not any(named in thread.name for thread in threading.enumerate()):
            time.sleep(0.01)
        bridge.stop()
        connection.sendall(json.dumps({"token": switched_on["token"], "tool": "list_objects"}).encode() + b"\n")
        answer = connection.makefile("rb").readline()
    assert json.loads(answer) == {"error": "the bridge was switched off; nothing was done"}


def test_the_file_of_another_blender_stays(switched_on: dict[str, Any]) -> None:
    """Two are open, and the bridge of the second is on, too: the first one that quits leaves its file alone."""
    other = json.dumps({"port": 1, "token": "of the second"})
    bridge.file_of_bridge().write_text(other)
    bridge.stop()
    assert bridge.file_of_bridge().read_text() == other


def test_a_call_that_was_given_up_is_not_done_later(
    switched_on: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program was told to try again: done late as well, there would be two."""
    monkeypatch.setattr(bridge, "_WAIT", 0.05)
    thread, answers = waiting(switched_on["port"], switched_on["token"], tool="list_objects")
    thread.join(10)
    assert "nothing was done" in json.loads(answers[0])["error"]
    assert bridge.serve_waiting() == 0


def test_the_bridge_is_off_until_it_is_started(tmp_path: Path) -> None:
    assert not bridge.is_on()
    with pytest.raises(InputError, match="folder"):
        bridge.start(Path(""))
    assert not bridge.is_on()
