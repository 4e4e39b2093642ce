"""A gateway over real TLS: what the connection itself does; provider-gateway.md §1, §1.2 and §5."""

from __future__ import annotations

import asyncio
import ssl
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.provider import listener
from sandbox.provider.chain_view import Account
from sandbox.provider.config import Faults, Shown
from sandbox.provider.gateway import SandboxProvider
from tests.unit.provider.running import CONFIG
from tests.unit.provider.world import PROVIDER, FakeChain, Tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.provider.config import ProviderConfig


@asynccontextmanager
async def _gateway(
    chain: FakeChain | None = None, config: ProviderConfig = CONFIG
) -> AsyncIterator[SandboxProvider]:
    chain = chain or FakeChain()
    provider = await SandboxProvider.on(config, chain, chain, PROVIDER, dealing=False)
    try:
        yield provider
    finally:
        await provider.stop()


def _trusting(provider: SandboxProvider) -> ssl.SSLContext:
    """Only the certificate that stands on the chain."""
    context = ssl.create_default_context(cadata=provider.identity.certificate.decode())
    context.check_hostname = False
    return context


def _port(provider: SandboxProvider) -> int:
    return int(provider.url.rpartition(":")[2])


@asynccontextmanager
async def _connected(
    provider: SandboxProvider, context: ssl.SSLContext | None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    name = "" if context else None
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", _port(provider), ssl=context, server_hostname=name
    )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def test_the_certificate_of_the_chain_is_the_one_that_is_shown() -> None:
    async def walk() -> None:
        async with _gateway() as provider, httpx.AsyncClient(verify=_trusting(provider)) as http:
            answer = await http.get(f"{provider.url}/address")

        assert answer.json() == {"address": PROVIDER}
        assert answer.http_version == "HTTP/1.1"

    asyncio.run(walk())


def test_one_connection_carries_many_requests() -> None:
    async def walk() -> None:
        async with _gateway() as provider, _connected(provider, _trusting(provider)) as (reader, writer):
            for _ in range(3):
                writer.write(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 404 Not Found\r\n")
                assert await reader.readexactly(19) == b"404 page not found\n"

    asyncio.run(walk())


def test_plain_http_is_told_what_is_wrong() -> None:
    async def walk() -> None:
        async with _gateway() as provider, _connected(provider, None) as (reader, writer):
            writer.write(b"GET /address HTTP/1.1\r\n\r\n")
            answer = await reader.read()

        assert answer == (
            b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
        )

    asyncio.run(walk())


def test_tls_1_2_gets_an_alert() -> None:
    async def walk() -> None:
        async with _gateway() as provider:
            old = _trusting(provider)
            old.maximum_version = ssl.TLSVersion.TLSv1_2
            with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
                async with _connected(provider, old):
                    pass

    asyncio.run(walk())


def test_what_is_no_http_ends_the_connection() -> None:
    async def walk() -> None:
        async with _gateway() as provider, _connected(provider, _trusting(provider)) as (reader, writer):
            writer.write(b"hello\r\n\r\n")
            answer = await reader.read()

        assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n") and b"Connection: close" in answer

    asyncio.run(walk())


def test_a_provider_with_a_wrong_certificate_is_found_out_before_a_request() -> None:
    async def walk() -> None:
        wrong = replace(CONFIG, faults=Faults(certificate=Shown.UNKNOWN))
        async with _gateway(config=wrong) as provider:
            with pytest.raises(ssl.SSLCertVerificationError):
                async with _connected(provider, _trusting(provider)):
                    pass

    asyncio.run(walk())


def test_an_account_without_a_key_loses_its_connection_without_a_byte() -> None:
    async def walk() -> None:
        chain = FakeChain()
        alice = Tenant("alice", chain)
        chain.accounts[alice.address] = Account(1, None)
        async with _gateway(chain) as provider, _connected(provider, _trusting(provider)) as (reader, writer):
            header = f"Authorization: Bearer {alice.token(time.time())}\r\n"
            writer.write(f"GET /status HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
            answer = await reader.read()

        assert answer == b""

    asyncio.run(walk())


def test_a_provider_that_hangs_takes_requests_and_never_answers() -> None:
    async def walk() -> None:
        hanging = replace(CONFIG, faults=Faults(hang=True))
        async with _gateway(config=hanging) as provider:
            async with _connected(provider, _trusting(provider)) as (reader, writer):
                writer.write(b"GET /address HTTP/1.1\r\nHost: x\r\n\r\n")
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(reader.read(1), 0.1)

    asyncio.run(walk())


@pytest.mark.parametrize(
    "said",
    [b"", b"\x16\x03", b"GET /address HTTP/1.1\r\nHost: x\r\n"],
    ids=["nothing", "half a hello", "head"],
)
def test_who_does_not_come_to_the_point_is_hung_up_on(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert listener.HEAD_SECONDS == 3.0
    monkeypatch.setattr(listener, "HEAD_SECONDS", 0.2)

    async def walk() -> bytes:
        async with _gateway() as provider:
            context = _trusting(provider) if said.startswith(b"GET") else None
            async with _connected(provider, context) as (reader, writer):
                writer.write(said)
                return await asyncio.wait_for(reader.read(), 10)

    assert asyncio.run(walk()) == b""


def test_what_speaks_neither_tls_nor_http_is_hung_up_on() -> None:
    async def walk() -> bytes:
        async with _gateway() as provider, _connected(provider, None) as (reader, writer):
            writer.write(b"SSH-2.0-OpenSSH_9.0\r\n")
            return await asyncio.wait_for(reader.read(), 10)

    assert asyncio.run(walk()) == b""


def test_stopping_ends_open_connections() -> None:
    async def walk() -> None:
        async with _gateway() as provider:
            async with _connected(provider, _trusting(provider)) as (reader, writer):
                writer.write(b"GET /address HTTP/1.1\r\nHost: x\r\n\r\n")
                await reader.readuntil(b"}")
                await provider.stop()

                assert await reader.read() == b""

    asyncio.run(walk())
