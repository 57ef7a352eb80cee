"""serve_tools.py as a language model sees it: by the official client, as a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon.agents import bridge
from blender_addon.agents.tools import TOOLS
from ml_core.errors import InputError
from scripts.serve_tools import caller
from tests.conftest import ROOT

anyio = pytest.importorskip("anyio", reason="needs the extra agents")
pytest.importorskip("mcp", reason="needs the extra agents")
from mcp.client.session import ClientSession  # noqa: E402 - after the skip
from mcp.client.stdio import StdioServerParameters, stdio_client  # noqa: E402


def talk(options: list[str], use: Callable[[Any], Awaitable[None]]) -> None:
    """Starts the server with these options and lets ``use`` talk to it."""
    server = StdioServerParameters(command=sys.executable, args=[str(ROOT / "scripts" / "serve_tools.py"), *options])

    async def session() -> None:
        async with stdio_client(server) as streams, ClientSession(*streams) as client:
            with anyio.fail_after(240):
                await client.initialize()
                await use(client)

    anyio.run(session)


@pytest.mark.slow
def test_a_client_builds_a_scene(tmp_path: Path) -> None:
    """Lists the tools, generates, plans, saves, and is refused what leads out of the folder."""

    async def use(client: Any) -> None:
        listed = (await client.list_tools()).tools
        assert [tool.name for tool in listed] == list(TOOLS)
        assert {tool.name for tool in listed if tool.annotations.destructive_hint} == {
            name for name, tool in TOOLS.items() if tool.is_destructive
        }
        read = await client.call_tool("describe", {"description": "a tall woman in a navy suit"})
        assert read.structured_content["traits"]["outfit"] == "business"
        made = await client.call_tool("generate", {"description": "a nurse", "size": 256, "name": "Ann"})
        assert not made.is_error, made.content
        objects = (await client.call_tool("list_objects", {})).structured_content
        assert "Ann" in [one["name"] for one in objects["objects"]]
        saved = await client.call_tool("save_scene", {"file": "ann.blend"})
        assert not saved.is_error
        refused = await client.call_tool("save_scene", {"file": "../ann.blend"})
        assert refused.is_error
        assert "leads out" in refused.content[0].text
        unknown = await client.call_tool("run_command", {"command": "import os"})
        assert unknown.is_error

    talk(["--folder", str(tmp_path / "work")], use)
    assert (tmp_path / "work" / "ann.blend").is_file()
    assert not (tmp_path / "ann.blend").exists()


@pytest.mark.usefixtures("clean_scene")
def test_calls_are_handed_on_to_an_open_blender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bridge's file names the port; its answer comes from the scene that is open here."""
    monkeypatch.setattr(bridge, "user_folder", lambda: tmp_path / "user")
    bridge.start(tmp_path / "work")
    try:
        bpy.ops.mesh.primitive_cube_add()
        call = caller(bridge.file_of_bridge())
        answers: list[dict[str, Any]] = []
        thread = threading.Thread(target=lambda: answers.append(call("list_objects", {})))
        thread.start()
        while thread.is_alive():
            bridge.serve_waiting()
            thread.join(0.01)
        assert answers[0]["result"]["objects"][0]["name"] == "Cube"
    finally:
        bridge.stop()
    assert "bridge is off" in call("list_objects", {})["error"]
    with pytest.raises(InputError, match="cannot be read"):
        caller(tmp_path / "gone.json")


_BLENDER = """
import os, sys, time
from pathlib import Path
import bpy
from blender_addon import register
from blender_addon.agents import bridge
from blender_addon.bridge import session
register()
bridge.user_folder = lambda: Path(sys.argv[1])
bridge.start(Path(sys.argv[1]) / "work")
print("on", flush=True)
while not session.part(bridge.Bridge).server.calls.qsize():
    time.sleep(0.01)
bpy.ops.wm.quit_blender() if sys.argv[2] == "quits" else os.kill(os.getpid(), 9)
"""
"""A Blender with its bridge on, which ends when a program has asked for something."""


@pytest.mark.parametrize(
    ("how", "told", "later"),
    [("quits", "switched off; nothing was done", "bridge is off"), ("is killed", "has ended", "does not answer")],
)
def test_a_blender_that_ends_with_its_bridge_on(tmp_path: Path, how: str, told: str, later: str) -> None:
    """Its process ends, its port is free, whoever waits hears of it, and finds the next Blender by the same file."""
    command = [sys.executable, "-c", _BLENDER, str(tmp_path), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != "on":
            assert process.poll() is None
        file = tmp_path / bridge.FILE
        port = json.loads(file.read_text())["port"]
        call = caller(file)
        assert told in call("list_objects", {})["error"]
        process.wait(60)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    assert later in call("list_objects", {})["error"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        file.write_text(json.dumps({"port": server.getsockname()[1], "token": "of the next"}))
        thread = threading.Thread(target=lambda: _answer(server, b'{"result": {"of": "the next"}}\n'))
        thread.start()
        assert call("list_objects", {}) == {"result": {"of": "the next"}}
        thread.join()
        thread = threading.Thread(target=lambda: _answer(server, b"HTTP/1.1 400 Bad Request\r\n"))
        thread.start()  # another program has the port of a Blender that crashed
        assert "has ended" in call("list_objects", {})["error"]
        thread.join()


def _answer(server: socket.socket, answer: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.makefile("rb").readline()
        connection.sendall(answer)
