"""A node's REST address with somebody on the line: passes everything on, and can keep transactions back."""

from __future__ import annotations

import base64
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

BROADCAST = "/cosmos/tx/v1beta1/txs"


class Relay:
    """`kept` are the transactions that came through, as bytes; while `is_open` is not set none goes on."""

    def __init__(self, node: str, http: aiohttp.ClientSession) -> None:
        self._node, self._http = node, http
        self.kept: list[bytes] = []
        self.is_open = True
        self.url = ""

    @classmethod
    @asynccontextmanager
    async def start(cls, node: str) -> AsyncIterator[Relay]:
        async with aiohttp.ClientSession(auto_decompress=False) as http:
            relay = cls(node, http)
            async with listening(relay._pass_on) as relay.url:
                yield relay

    async def _pass_on(self, asked: web.BaseRequest) -> web.StreamResponse:
        body = await asked.read()
        if asked.method == "POST" and asked.path == BROADCAST:
            self.kept.append(base64.b64decode(json.loads(body)["tx_bytes"]))
            if not self.is_open:
                return web.Response(status=502)
        return await passed_on(self._http, self._node, asked, body, {})


@asynccontextmanager
async def listening(answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """The address at which `answer` answers."""
    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def passed_on(
    http: aiohttp.ClientSession, node: str, asked: web.BaseRequest, body: bytes, headers: dict[str, str]
) -> web.StreamResponse:
    """What the node answers to the same request with these `headers` more."""
    kept = {"Content-Type": asked.headers.get("Content-Type", "application/json"), **headers}
    url = f"{node}{asked.path_qs}"
    async with http.request(asked.method, url, data=body or None, headers=kept) as answer:
        return web.Response(status=answer.status, body=await answer.read(), content_type="application/json")
