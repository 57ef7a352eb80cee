"""Offers Atelier's tools to a language model by the Model Context Protocol, on stdin and stdout.

    python scripts/serve_tools.py --folder work/                    # without a window
    python scripts/serve_tools.py --blender ~/.../bridge.json       # in the Blender that is open

Nothing runs until you start it: name this line in the settings of your MCP client. Tools open, label, generate, dress,
check, export, render; none runs code. All files are in --folder, whatever a tool's arguments; destructive tools require
confirm=true. --blender takes the file that the preferences of Atelier show while "Bridge for Programs" is on; the
folder is then the one chosen there. Needs pip install "avatar-atelier[agents]".
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.errors import AtelierError, InputError
from ml_core.files import read_json
from ml_core.records import is_whole
from ml_core.version import __version__
from scripts.lib.cli import quiet, run

_WAIT = 920.0
"""Seconds for an answer of an open Blender."""
_MOST_BYTES = 2**26
"""Of an answer."""
_INSTRUCTIONS = (
    "Tools for 3D scenes and avatars in Blender. Paths are relative to one folder and cannot leave it. "
    "Errors are sentences that say what to do."
)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="serve_tools.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    where = options.add_mutually_exclusive_group(required=True)
    where.add_argument("--folder", type=Path, help="that all files of the tools lie in; made where it is not there")
    where.add_argument("--blender", type=Path, metavar="FILE", help="bridge.json of an open Blender")
    return options


def main(arguments: list[str]) -> int:
    from ml_core.outputs import check_folder

    given = parser().parse_args(arguments)
    try:
        import anyio  # with mcp, an optional extra
        import mcp.server.stdio
    except ImportError as error:
        raise AtelierError('the package mcp is not installed; run pip install "avatar-atelier[agents]"') from error
    if given.blender is not None:
        call = caller(given.blender)
    else:
        check_folder(given.folder)
        given.folder.mkdir(parents=True, exist_ok=True)
        call = here(given.folder.resolve())
    wire = os.fdopen(os.dup(1), "w", encoding="utf-8")  # what Blender prints must not get into the protocol
    os.dup2(2, 1)

    async def serve() -> None:
        streams = mcp.server.stdio.stdio_server(stdout=anyio.wrap_file(wire))
        async with streams as (received, sent):
            server = make_server(call)
            await server.run(received, sent, server.create_initialization_options())

    anyio.run(serve)
    return 0


def make_server(call: Callable[[str, dict[str, Any]], dict[str, Any]]) -> Any:
    """The server of the protocol; ``call`` runs a tool and returns ``{"result"}`` or ``{"error"}``.

    Calls run in the thread of the server's loop, one after another, as Blender requires.
    """
    import mcp_types as types
    from mcp.server.lowlevel import Server

    from blender_addon.agents.arguments import schema_of
    from blender_addon.agents.tools import TOOLS

    listed = [
        types.Tool(
            name=tool.name,
            description=tool.text,
            input_schema=schema_of(tool.arguments),
            annotations=types.ToolAnnotations(read_only_hint=tool.reads_only, destructive_hint=tool.is_destructive),
        )
        for tool in TOOLS.values()
    ]

    async def list_tools(_context: Any, _params: Any) -> Any:
        return types.ListToolsResult(tools=listed)

    async def call_tool(_context: Any, params: Any) -> Any:
        answer = call(params.name, params.arguments or {})
        is_error = "error" in answer
        text = answer["error"] if is_error else json.dumps(answer["result"], ensure_ascii=False)
        content = [types.TextContent(type="text", text=text)]
        return types.CallToolResult(
            content=content, structured_content=None if is_error else answer["result"], is_error=is_error
        )

    return Server(
        "atelier", version=__version__, instructions=_INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )


def here(folder: Path) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """Calls that run in this process, on an empty scene."""
    import bpy

    from blender_addon.agents.calling import call

    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)

    def done(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        with quiet():
            return call(name, arguments, folder)

    return done


def caller(file: Path) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """Calls that are forwarded to the Blender whose bridge wrote ``file``.

    The file is read for each call: a Blender that was started again has another port and token.

    Raises:
        InputError: the file is missing or not from a bridge.
    """
    _address(file)

    def done(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            port, token = _address(file)
        except InputError:
            return {"error": "Blender is closed or its bridge is off; nothing was done, switch the bridge on"}
        message = json.dumps({"token": token, "tool": name, "arguments": arguments}).encode() + b"\n"
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=_WAIT)
        except OSError as error:
            return {"error": f"Blender does not answer ({error.strerror or error}); switch its bridge on again"}
        try:
            with connection, connection.makefile("rb") as stream:
                connection.sendall(message)
                return read_json(stream.readline(_MOST_BYTES), "the answer")
        except (OSError, InputError):  # it quit, or another program has the port of one that crashed
            return {"error": "Blender has ended or closed its bridge before it answered; look at what was done"}

    return done


def _address(file: Path) -> tuple[int, str]:
    """Port and token of a bridge's file.

    Raises:
        InputError: the file is missing or not from a bridge.
    """
    values = read_json(file, str(file), max_bytes=4096)
    port, token = values.get("port"), values.get("token")
    if not is_whole(port, 1, 65535) or not isinstance(token, str):
        raise InputError("{path}: is not the file of a bridge; the preferences of Atelier show where it is", path=file)
    return port, token


if __name__ == "__main__":
    run(main)
