"""A client that says exactly the recorded bytes over TLS, and keeps every byte and frame of the answer."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
from collections import Counter
from dataclasses import dataclass, field, replace
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from sandbox.replay.gateway_recording import TYPES, Frame

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from sandbox.provider.certificates import Identity

NOTHING_SECONDS: Final = 0.5
"""How long an answer may take that, by the recording, never comes."""
STREAM_SECONDS: Final = 20.0
_KINDS: Final = {number: kind for kind, number in TYPES.items()}


@dataclass(frozen=True)
class Dialled:
    """How to connect: the name asked for in TLS, the protocols offered, the newest version spoken, the
    certificate shown."""

    port: int
    sni: str | None = None
    alpn: Sequence[str] = ()
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    identity: Identity | None = None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self._context(), server_hostname=self.sni or ""
        )
        try:
            yield reader, writer
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # which certificate is shown is compared, not believed
        context.maximum_version = self.newest
        if self.alpn:
            context.set_alpn_protocols(list(self.alpn))
        if self.identity:
            with NamedTemporaryFile() as file:  # OpenSSL reads a chain from files only
                file.write(self.identity.key + self.identity.certificate)
                file.flush()
                context.load_cert_chain(file.name)
        return context


@dataclass(frozen=True)
class Answer:
    """`status` 0: there was none, and `failure` tells why."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    frames: tuple[Frame, ...] = ()
    ended: bool = False
    """Whether the server ended the stream."""
    tls: Mapping[str, str | None] = field(default_factory=dict)
    """Version, cipher, protocol chosen, and the name on the certificate shown."""
    failure: str = ""
    """An alert's name, `silence` or `end`."""


async def ask(dialled: Dialled, request: bytes, *, waits: float = STREAM_SECONDS) -> Answer:
    """One plain exchange."""
    try:
        async with dialled.open() as (reader, writer):
            writer.write(request)
            answer = await asyncio.wait_for(_answer(reader, request.startswith(b"HEAD ")), waits)
            return replace(answer, tls=_tls(writer.get_extra_info("ssl_object")))
    except TimeoutError:
        return Answer(0, failure="silence")
    except ssl.SSLError as error:
        return Answer(0, failure=(error.reason or "").rpartition("_ALERT_")[2])
    except (asyncio.IncompleteReadError, ConnectionError):
        return Answer(0, failure="end")


async def ask_plainly(port: int, request: bytes) -> str:
    """A request without TLS; all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        return (await asyncio.wait_for(reader.read(), STREAM_SECONDS)).decode()
    finally:
        writer.transport.abort()


async def stream(dialled: Dialled, request: bytes, recorded: Sequence[Frame], *, ends: bool) -> Answer:
    """A websocket: the recorded client's frames go out when what came before them has come."""
    async with dialled.open() as (reader, writer):
        writer.write(request)
        answer = await asyncio.wait_for(_answer(reader, False), STREAM_SECONDS)
        if answer.status != 101:
            return answer
        seen = _Seen(reader)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STREAM_SECONDS):
                await _converse(seen, writer, recorded, ends=ends)
        return Answer(101, answer.headers, "", tuple(seen.frames), seen.ended)


@dataclass
class _Seen:
    """What has come so far."""

    reader: asyncio.StreamReader
    frames: list[Frame] = field(default_factory=list)
    ended: bool = False

    async def next(self) -> None:
        try:
            self.frames.append(await _read_frame(self.reader))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.ended = True

    def has(self, wanted: Counter[str]) -> bool:
        return wanted <= Counter(frame.kind for frame in self.frames)


async def _converse(
    seen: _Seen, writer: asyncio.StreamWriter, recorded: Sequence[Frame], *, ends: bool
) -> None:
    wanted: Counter[str] = Counter()
    for frame in recorded:
        if not frame.by_client:
            wanted[frame.kind] += 1
            continue
        while not seen.ended and not seen.has(wanted):
            await seen.next()
        await asyncio.sleep(0.05)  # a frame that was sent too early would be part of the one before
        writer.write(_masked(frame))
    while not seen.ended and (ends or not seen.has(wanted)):
        await seen.next()


def _tls(connection: ssl.SSLObject) -> dict[str, str | None]:
    shown = connection.getpeercert(binary_form=True)
    name = common_name(x509.load_der_x509_certificate(shown)) if shown else None
    cipher, version, _ = connection.cipher() or ("", "", 0)
    alpn = connection.selected_alpn_protocol()
    return {"version": version, "cipher": cipher, "alpn": alpn, "name": name}


def common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


async def _answer(reader: asyncio.StreamReader, is_head: bool) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    status = int(first.split()[1])
    body = b""
    if headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
    elif not is_head:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(status, headers, body.decode())


async def _read_frame(reader: asyncio.StreamReader) -> Frame:
    head, length = await reader.readexactly(2)
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8), "big")
    return Frame(_KINDS[head & 0x0F], bool(head & 0x80), await reader.readexactly(length))


def _masked(frame: Frame) -> bytes:
    mask = secrets.token_bytes(4)
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(frame.payload))
    assert len(frame.payload) < 126, "the recorder's client sent only short frames"
    return bytes([0x80 | TYPES[frame.kind], 0x80 | len(frame.payload)]) + mask + masked
