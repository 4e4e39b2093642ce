"""A node's HTTP ports: one aiohttp server each, behind whatever disturbs its answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.addresses import Listen
    from sandbox.chain.disturbances import Disturbances

LARGEST_BODY: Final = 2 * 1024 * 1024
"""CometBFT takes a transaction of 1 MiB, which base64 makes a third longer."""
STOP_SECONDS: Final = 1.0
"""How long a request that is under way may hold up the end."""


class Port:
    """One server. Made by `open`, ended by `close`."""

    def __init__(self, runner: web.AppRunner, host: str) -> None:
        self._runner = runner
        self.address = f"{host}:{runner.addresses[0][1]}"
        self.url = f"http://{self.address}"

    @classmethod
    async def open(
        cls,
        answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
        disturbances: Disturbances,
        listen: Listen,
    ) -> Port:
        """Raises OSError for a port in use."""

        async def served(request: web.Request) -> web.StreamResponse:
            status = await disturbances.meet(request.path)
            if status is None:
                return await answer(request)
            return web.Response(status=status, text=f"{status} {_phrase(status)}\n")

        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", served)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, listen.host, listen.port).start()
        except OSError:
            await runner.cleanup()
            raise
        return cls(runner, listen.host)

    async def close(self) -> None:
        await self._runner.cleanup()


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
