"""Tools for programs: typed by the registries, kept in their folder, asking before they take anything away."""

from __future__ import annotations

import json
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon.agents import bridge
from blender_addon.agents.arguments import schema_of
from blender_addon.agents.calling import call
from blender_addon.agents.tools import TOOLS
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
    assert "camera" in error("render", tmp_path, file="a.png")
    bpy.ops.object.camera_add(location=(0, -6, 0), rotation=(1.57, 0, 0))
    scene = bpy.context.scene
    before = (scene.render.engine, scene.render.filepath, scene.render.resolution_x, scene.camera)
    answer = call("render", {"file": "shots/a.png", "width": 32, "height": 24, "samples": 1}, tmp_path)
    assert answer["result"]["bytes"] == (tmp_path / "shots" / "a.png").stat().st_size
    assert (scene.render.engine, scene.render.filepath, scene.render.resolution_x, scene.camera) == before


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


def test_the_bridge_is_off_until_it_is_started(tmp_path: Path) -> None:
    assert not bridge.is_on()
    with pytest.raises(InputError, match="folder"):
        bridge.start(Path(""))
    assert not bridge.is_on()
