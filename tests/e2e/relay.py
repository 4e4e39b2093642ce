"""A node's REST address with somebody on the line: passes everything on, and can keep transactions back."""

from __future__ import annotations

import base64
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

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
            runner = web.ServerRunner(web.Server(relay._pass_on, access_log=None), shutdown_timeout=1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            relay.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            try:
                yield relay
            finally:
                await runner.cleanup()

    async def _pass_on(self, asked: web.BaseRequest) -> web.StreamResponse:
        body = await asked.read()
        if asked.method == "POST" and asked.path == BROADCAST:
            self.kept.append(base64.b64decode(json.loads(body)["tx_bytes"]))
            if not self.is_open:
                return web.Response(status=502)
        headers = {"Content-Type": asked.headers.get("Content-Type", "application/json")}
        async with self._http.request(
            asked.method, f"{self._node}{asked.path_qs}", data=body or None, headers=headers
        ) as answer:
            return web.Response(
                status=answer.status, body=await answer.read(), content_type="application/json"
            )
