"""The control port: HTTP on the loopback, apart from every port that clients use.

GET /            what the sandbox is doing
POST /{command}  the command with its arguments as a JSON object; what became of it, or 400 with why not
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import web

from sandbox.addresses import LOOPBACK
from sandbox.control.commands import COMMANDS, CommandRefusedError, parse

if TYPE_CHECKING:
    from sandbox.addresses import Listen
    from sandbox.control.panel import ControlPanel

LARGEST_BODY: Final = 64 * 1024
STOP_SECONDS: Final = 1.0
LOCAL_HOSTS: Final = {"127.0.0.1", "localhost"}
"""What a request's Host may name: a page of the web whose name points here must not command anything."""


class ControlServer:
    """Made by `start`, ended by `stop`."""

    def __init__(self, panel: ControlPanel) -> None:
        self.panel = panel
        self._runner: web.AppRunner | None = None
        self.url = ""

    @classmethod
    async def start(cls, panel: ControlPanel, listen: Listen) -> ControlServer:
        """Raises OSError for a port in use, ValueError for a host that others can reach."""
        if listen.host != LOOPBACK:
            raise ValueError(f"the control port is on {LOOPBACK} only, not on {listen.host}")
        server = cls(panel)
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_get("/", server._status)
        app.router.add_post("/{command}", server._command)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, listen.host, listen.port).start()
        except OSError:
            await runner.cleanup()
            raise
        server._runner = runner
        server.url = f"http://{listen.host}:{runner.addresses[0][1]}"
        return server

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _status(self, request: web.Request) -> web.Response:
        if refusal := _foreign(request):
            return refusal
        return web.json_response({**self.panel.status(), "commands": list(COMMANDS)})

    async def _command(self, request: web.Request) -> web.Response:
        if refusal := _foreign(request):
            return refusal
        try:
            arguments = json.loads(await request.read() or b"{}")
        except ValueError as error:
            return _refused(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {error}")
        name = request.match_info["command"]
        if name not in COMMANDS:
            return _refused(HTTPStatus.NOT_FOUND, f"no command is called {name!r}; GET / lists them")
        try:
            return web.json_response(await self.panel.run(parse(name, arguments)))
        except CommandRefusedError as error:
            return _refused(HTTPStatus.BAD_REQUEST, str(error))


def _foreign(request: web.Request) -> web.Response | None:
    host = request.host.rpartition(":")[0] if ":" in request.host else request.host
    if host not in LOCAL_HOSTS or "Origin" in request.headers:
        return _refused(HTTPStatus.FORBIDDEN, "the control port is for programs on this machine")
    return None


def _refused(status: HTTPStatus, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)
