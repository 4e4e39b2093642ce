"""A hostile sandbox provider does to a client what it says: provider-gateway.md §10 and §11.7."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from sandbox.provider import hostility
from sandbox.provider.config import Faults, Shown, Spoilt, Streamed
from sandbox.provider.gateway import SandboxProvider
from tests.unit.provider.running import CONFIG
from tests.unit.provider.world import PROVIDER, FakeChain, Tenant, group

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PUBLIC = b"GET /address HTTP/1.1\r\nHost: x\r\n\r\n"
AMPLE = 10.0


@asynccontextmanager
async def _hostile(faults: Faults, chain: FakeChain | None = None) -> AsyncIterator[SandboxProvider]:
    chain = chain or FakeChain()
    quick = replace(CONFIG.behaviour, apply_seconds=0.0, create_seconds=0.0, start_seconds=0.0)
    config = replace(CONFIG, faults=faults, behaviour=quick)
    provider = await SandboxProvider.on(config, chain, chain, PROVIDER, dealing=False)
    try:
        yield provider
    finally:
        await provider.stop()


@asynccontextmanager
async def _connected(
    provider: SandboxProvider, *, plainly: bool = False
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(
        "127.0.0.1",
        int(provider.url.rpartition(":")[2]),
        ssl=None if plainly else context,
        server_hostname=None if plainly else "",
    )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def _first(faults: Faults, size: int, *, plainly: bool = False) -> bytes:
    """The first bytes of its answer."""
    async with _hostile(faults) as provider, _connected(provider, plainly=plainly) as (reader, writer):
        writer.write(PUBLIC)
        return await asyncio.wait_for(reader.readexactly(size), AMPLE)


def test_it_speaks_plain_http_on_its_port() -> None:
    assert asyncio.run(_first(Faults(plain_http=True), 15, plainly=True)) == b"HTTP/1.1 200 OK"


def test_it_sends_its_client_elsewhere() -> None:
    answer = asyncio.run(_first(Faults(answers=Spoilt.REDIRECT), 100))

    assert answer.startswith(b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example.com/address\r\n")


@pytest.mark.parametrize(
    ("spoilt", "start"),
    [
        (Spoilt.ENDLESS_HEAD, b"HTTP/1.1 200 OK\r\nX-More: of the same\r\n"),
        (Spoilt.ENDLESS_BODY, b"HTTP/1.1 200 OK\r\n"),
    ],
)
def test_it_never_stops_talking(spoilt: Spoilt, start: bytes) -> None:
    answer = asyncio.run(_first(Faults(answers=spoilt), 1 << 20))

    assert answer.startswith(start)
    assert (b"\r\n\r\n" in answer) is (spoilt is Spoilt.ENDLESS_BODY)


@pytest.mark.parametrize("spoilt", [Spoilt.SLOW_HEAD, Spoilt.SLOW_BODY])
def test_it_speaks_one_byte_at_a_time(spoilt: Spoilt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostility, "DRIP_SECONDS", 0.0)

    answer = asyncio.run(_first(Faults(answers=spoilt), 200))

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body.startswith(b'{"address":')


def test_its_values_are_of_other_types() -> None:
    async def walk() -> bytes:
        async with _hostile(Faults(answers=Spoilt.WRONG_TYPES)) as provider:
            async with _connected(provider) as (reader, writer):
                writer.write(PUBLIC.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                return (await reader.read()).partition(b"\r\n\r\n")[2]

    assert json.loads(asyncio.run(walk())) == {"address": len(PROVIDER)}


@pytest.mark.parametrize("shown", Shown)
def test_it_shows_one_certificate_and_has_another_on_the_chain(shown: Shown) -> None:
    async def walk() -> tuple[x509.Certificate, x509.Certificate]:
        async with _hostile(Faults(certificate=shown)) as provider:
            async with _connected(provider) as (_, writer):
                der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
                own = x509.load_pem_x509_certificate(provider.identity.certificate)
                return x509.load_der_x509_certificate(der), own

    seen, own = asyncio.run(walk())
    (name,) = seen.subject.get_attributes_for_oid(NameOID.COMMON_NAME)

    assert (seen == own) is (shown in (Shown.OWN, Shown.EXPIRED))
    assert (name.value == PROVIDER) is (shown is not Shown.ANOTHER_ACCOUNT)
    assert (seen.public_key() == own.public_key()) is (
        shown in (Shown.OWN, Shown.EXPIRED, Shown.ANOTHER_SERIAL)
    )
    assert (seen.not_valid_after_utc.timestamp() < time.time()) is (shown is Shown.EXPIRED)


@pytest.mark.parametrize(
    ("streamed", "start"),
    [
        (Streamed.GIANT_FRAME, b"\x81\x7f\x00\x00\x01\x00\x00\x00\x00\x00AAAA"),
        (Streamed.ENDLESS, b'\x81\x22{"name":"web-0","message":"more"}\n\x81\x22'),
        (Streamed.COMPRESSED, b"\xc1"),
        (Streamed.NOT_UTF8, b"\x81\x03\xff\xfe\xfd"),
    ],
)
@pytest.mark.parametrize(
    "route", ["logs", "kubeevents", "shell?cmd0=ls&service=web&tty=0&stdin=0&podIndex=0"]
)
def test_it_streams_what_nobody_should(route: str, streamed: Streamed, start: bytes) -> None:
    async def walk() -> bytes:
        chain = FakeChain()
        alice = Tenant("alice", chain)
        alice.deploys(5, group())
        alice.leases(5)
        upgrade = (
            f"GET /lease/5/1/1/{route} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            f"{alice.token(time.time())}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        async with _hostile(Faults(streams=streamed), chain) as provider:
            async with _connected(provider) as (reader, writer):
                writer.write(upgrade.encode())
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
                return await asyncio.wait_for(reader.readexactly(len(start)), AMPLE)

    assert asyncio.run(walk()) == start


def test_its_watchdog_notices_and_does_nothing() -> None:
    async def walk() -> FakeChain:
        chain = FakeChain()
        alice = Tenant("alice", chain)
        config = replace(CONFIG, faults=Faults(watchdog_fails=True), manifest_seconds=0.0)
        provider = await SandboxProvider.on(config, chain, chain, PROVIDER, dealing=False)
        try:
            await provider.market.look()
            alice.deploys(5, group())
            alice.leases(5)
            await provider.market.look()
            chain.blocks += 1
            await provider.market.look()
            await provider.market.settled()
            assert provider.deliveries.overdue()
        finally:
            await provider.stop()
        return chain

    assert len(asyncio.run(walk()).leases) == 1
