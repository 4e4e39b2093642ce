"""tools/sam_local.py, as far as it goes without Docker."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx

from sandbox.aws.intrinsics import Stack
from tests.template.declared import template
from tools import sam_local

if TYPE_CHECKING:
    import pytest


def test_variables_that_name_resources_get_the_sandboxs_names() -> None:
    stack = Stack(template(), "slipway-sandbox", "us-east-1", "123456789012")

    names = sam_local.names(stack)

    assert names["WALLETS_TABLE"] == stack.ref("WalletsTable")
    assert names["SIGN_FUNCTION"] == stack.ref("SignerSign")
    assert "CHAIN_ID" not in names


def test_what_listens_on_loopback_is_reached_through_the_forwarder() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        await writer.drain()
        writer.close()

    async def ask() -> httpx.Response:
        async with AsyncExitStack() as running:
            inner = await running.enter_async_context(await asyncio.start_server(answer, "127.0.0.1", 0))
            url = f"http://127.0.0.1:{inner.sockets[0].getsockname()[1]}"
            outer = await sam_local.forwarded(running, url, "127.0.0.1")
            assert outer != url
            async with httpx.AsyncClient(trust_env=False) as client:
                return await client.get(outer)

    answered = asyncio.run(ask())

    assert (answered.status_code, answered.text) == (HTTPStatus.OK, "hi")


def test_credentials_of_the_shell_do_not_reach_sam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_PROFILE", "somebody")

    assert not {"AWS_ACCESS_KEY_ID", "AWS_PROFILE"} & sam_local.environment().keys()
