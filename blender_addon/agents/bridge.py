"""Offers the tools to programs on this machine, in an open Blender, while an artist has that switched on.

It listens on the loopback interface alone, on a free port. Port and a token, new each time, are in a file of the user's
own folder that only the user may read; a call without the token is not answered. Calls run one after another in
Blender's main thread, each an undo step. ``scripts/serve_tools.py --blender`` forwards calls to it.
"""

from __future__ import annotations

import hmac
import json
import os
import queue
import secrets
import socketserver
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import AtelierError, InputError
from ml_core.files import atomic_path, read_json
from ml_core.outputs import check_folder

from ..bridge import session
from ..bridge.files.user_folder import user_folder
from .calling import call

FILE = "bridge.json"
MOST_BYTES = 2**20
"""Of one call."""
_EVERY = 0.1
"""Seconds between looks at what has come."""
_LAST = 2.0
"""Seconds that a bridge which goes off leaves for its last answers: a Blender that quits would cut them off."""
_WAIT = 900.0
"""Seconds that a caller waits for its answer."""
_BUSY = "Blender is busy with something else; nothing was done, try again later"
_LONG = "Blender is still doing this; look later at what has come of it, and do not ask for it again"
_OFF = "the bridge was switched off; nothing was done"


@dataclass
class _Call:
    """A call that is waiting, running or answered; ``state`` belongs to whoever takes it first.

    ``done``: it has its answer; ``told``: the client has received it, or is gone.
    """

    name: str
    arguments: dict[str, Any]
    done: threading.Event = field(default_factory=threading.Event)
    told: threading.Event = field(default_factory=threading.Event)
    answer: dict[str, Any] = field(default_factory=dict)
    state: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Claims this call for the caller; returns whether nobody had begun or abandoned it before."""
        return self.state.acquire(blocking=False)

    def answered(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.done.set()


class _Handler(socketserver.StreamRequestHandler):
    """One call per connection: a line of JSON in, a line out."""

    server: _Server
    timeout = 30

    def handle(self) -> None:
        line = self.rfile.readline(MOST_BYTES + 1)
        try:
            values = read_json(line, "the call", max_bytes=MOST_BYTES)
        except InputError:
            return
        token = values.get("token")
        if not isinstance(token, str) or not hmac.compare_digest(token.encode(), self.server.token.encode()):
            return
        name, arguments = values.get("tool"), values.get("arguments")
        request = _Call(str(name), arguments if isinstance(arguments, dict) else {})
        self.server.take(request)
        try:
            answer = request.answer if request.done.wait(_WAIT) else {"error": _BUSY if request.take() else _LONG}
            self.wfile.write(json.dumps(answer).encode() + b"\n")
            self.wfile.flush()
        finally:
            request.told.set()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.token, self.calls = secrets.token_hex(32), queue.Queue[_Call]()
        self._is_off, self._gate = False, threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def take(self, request: _Call) -> None:
        """Queue a call; one that arrives while the bridge is shutting down is answered with an error."""
        with self._gate:
            if not self._is_off:
                self.calls.put(request)
                return
        request.answered({"error": _OFF})

    def end(self) -> None:
        """Stop listening; waiting calls are answered with an error before this returns."""
        self.shutdown()
        self.server_close()
        with self._gate:
            self._is_off = True
        waiting = []
        while (request := _next(self.calls)) is not None:
            request.answered({"error": _OFF})
            waiting.append(request)
        until = time.monotonic() + _LAST
        for request in waiting:
            request.told.wait(max(0.0, until - time.monotonic()))


@dataclass
class Bridge:
    """The bridge of this session; ``server`` is ``None`` while it is off."""

    server: _Server | None = None
    folder: Path = Path()

    def end(self) -> None:
        """Stop listening, and remove the file with port and token, unless it belongs to another Blender by now."""
        if self.server is None:
            return
        token = self.server.token
        self.server.end()
        self.server = None
        with suppress(InputError):  # it is gone, or not ours
            if read_json(file_of_bridge(), FILE, max_bytes=4096).get("token") == token:
                file_of_bridge().unlink(missing_ok=True)


def _next(calls: queue.Queue[_Call]) -> _Call | None:
    """The first waiting call that has not been abandoned; ``None`` if there is none."""
    while True:
        try:
            request = calls.get_nowait()
        except queue.Empty:
            return None
        if request.take():
            return request


def file_of_bridge() -> Path:
    """The file with port and token while the bridge is on."""
    return user_folder() / FILE


def is_on() -> bool:
    return session.part(Bridge).server is not None


def start(folder: Path) -> None:
    """Start listening; all files of the tools are in ``folder``.

    Raises:
        InputError: the folder, or the file with port and token, cannot be written.
    """
    stop()
    if not str(folder).strip() or not folder.is_absolute():
        raise InputError("Choose the folder that programs may work in first.")
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    server = _Server()
    try:
        with atomic_path(file_of_bridge()) as partial:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump({"port": server.server_address[1], "token": server.token}, stream)
    except AtelierError:
        server.server_close()
        raise
    bridge = session.part(Bridge)
    bridge.server, bridge.folder = server, folder.resolve()
    threading.Thread(target=server.serve_forever, name="Atelier bridge", daemon=True).start()
    if not bpy.app.background:
        bpy.app.timers.register(_look, first_interval=_EVERY, persistent=True)


def stop() -> None:
    """Stop listening."""
    session.part(Bridge).end()


def serve_waiting() -> int:
    """Run the calls that have arrived, in Blender's main thread; returns how many."""
    bridge = session.part(Bridge)
    count = 0
    while bridge.server is not None and (request := _next(bridge.server.calls)) is not None:
        answer = call(request.name, request.arguments, bridge.folder)
        request.answered(answer)
        count += 1
        if "result" in answer and not bpy.app.background:
            bpy.ops.ed.undo_push(message=request.name)
    return count


def _look() -> float | None:
    if not is_on():
        return None
    if not bpy.context.window_manager.atelier_job.running:
        serve_waiting()
    return _EVERY
