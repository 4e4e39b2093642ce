"""Clients with certificates over real TLS: §1.2, §5.1 and §5.4."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox.provider.gateway import SandboxProvider
from tests.unit.provider.client_identity import ClientIdentity
from tests.unit.provider.running import CONFIG
from tests.unit.provider.world import PROVIDER, FakeChain, Tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox.provider.config import ProviderConfig

DOMAIN = "provider.example.com"
PUBLIC = replace(CONFIG, public_host=DOMAIN, public_certificate=True)
STATUS = "GET /lease/1/1/1/status HTTP/1.1\r\nHost: x\r\n"


@asynccontextmanager
async def _gateway(chain: FakeChain, config: ProviderConfig = CONFIG) -> AsyncIterator[SandboxProvider]:
    provider = await SandboxProvider.on(config, chain, chain, PROVIDER, dealing=False)
    try:
        yield provider
    finally:
        await provider.stop()


def _showing(folder: Path, *shown: ClientIdentity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if shown:
        file = folder / "client.pem"
        file.write_bytes(shown[0].key_pem + b"".join(each.pem for each in shown))
        context.load_cert_chain(file)
    return context


async def _ask(provider: SandboxProvider, context: ssl.SSLContext, request: str, name: str = "") -> bytes:
    """The answer's body."""
    port = int(provider.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
    try:
        writer.write(f"{request}Connection: close\r\n\r\n".encode())
        return (await reader.read()).partition(b"\r\n\r\n")[2]
    finally:
        writer.transport.abort()


def _alice(chain: FakeChain) -> tuple[Tenant, ClientIdentity]:
    alice = Tenant("alice", chain)
    return alice, ClientIdentity(alice.address, time.time()).on(chain, alice.address)


def test_a_certificate_opens_what_a_token_opens(tmp_path: Path) -> None:
    chain = FakeChain()
    _, identity = _alice(chain)

    async def walk() -> list[bytes]:
        async with _gateway(chain) as provider:
            contexts = _showing(tmp_path), _showing(tmp_path, identity)
            return [await _ask(provider, context, STATUS) for context in contexts]

    assert asyncio.run(walk()) == [b'{"message":"unauthorized access"}', b""]


@pytest.mark.parametrize("path", ["/lease/1/1/1/status", "/status", "/nothing"])
def test_a_bad_certificate_is_an_alert_whatever_is_asked(tmp_path: Path, path: str) -> None:
    chain = FakeChain()
    alice, _ = _alice(chain)
    stranger = ClientIdentity(alice.address, time.time(), serial=5)

    async def walk() -> None:
        async with _gateway(chain) as provider:
            context = _showing(tmp_path, stranger)
            with pytest.raises(ssl.SSLError, match="BAD_CERTIFICATE"):
                await _ask(provider, context, f"GET {path} HTTP/1.1\r\nHost: x\r\n")

    asyncio.run(walk())


def test_a_certificate_and_a_token_together_are_ambiguous(tmp_path: Path) -> None:
    chain = FakeChain()
    alice, identity = _alice(chain)
    headers = [f"Bearer {alice.token(time.time())}", "Bearer x.y.z", "Basic x"]

    async def walk() -> list[bytes]:
        async with _gateway(chain) as provider:
            context = _showing(tmp_path, identity)
            return [await _ask(provider, context, f"{STATUS}Authorization: {each}\r\n") for each in headers]

    ambiguous = b'{"message":"auth: ambiguous authentication. may not use mTLS and JWT at the same time"}'
    assert asyncio.run(walk()) == [ambiguous, ambiguous, b'{"message":"invalid authorization header"}']


@pytest.mark.parametrize(
    ("name", "body"),
    [(DOMAIN, b'{"message":"unauthorized access"}'), (f"mtls.{DOMAIN}", b""), ("other", b""), ("", b"")],
)
def test_under_its_public_name_a_provider_asks_for_no_certificate(
    tmp_path: Path, name: str, body: bytes
) -> None:
    chain = FakeChain()
    _, identity = _alice(chain)

    async def walk() -> bytes:
        async with _gateway(chain, PUBLIC) as provider:
            return await _ask(provider, _showing(tmp_path, identity), STATUS, name)

    assert asyncio.run(walk()) == body


def test_a_resumed_session_is_of_the_same_client(tmp_path: Path) -> None:
    chain = FakeChain()
    _, identity = _alice(chain)

    async def walk() -> list[bytes]:
        async with _gateway(chain) as provider:
            port = int(provider.url.rpartition(":")[2])
            return await asyncio.to_thread(_twice, port, _showing(tmp_path, identity))

    assert asyncio.run(walk()) == [b"False", b"404", b"True", b"404"]


def _twice(port: int, context: ssl.SSLContext) -> list[bytes]:
    """Two connections, the second with the session of the first: whether it was resumed, and the status."""
    found, session = [], None
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", port)) as plain:
            with context.wrap_socket(plain, session=session) as secured:
                secured.sendall(f"{STATUS}\r\n".encode())
                status = secured.recv(1024).split()[1]
                session = secured.session
                found += [str(secured.session_reused).encode(), status]
    return found
