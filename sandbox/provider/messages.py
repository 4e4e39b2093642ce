"""HTTP/1.1 as Go's server reads and writes it, as far as a client of the gateway can tell."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from sandbox.provider.answers import Answer

MAX_HEAD_BYTES: Final = 1 << 20
"""Go's DefaultMaxHeaderBytes."""
MAX_BODY_BYTES: Final = 64 << 20
"""The gateway has no limit; a process that people run on a laptop needs one."""
BUFFERED_BYTES: Final = 2048
"""Go's response buffer: a longer body without a declared length goes out in chunks."""

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEX_SIZE: Final = re.compile(rb"[0-9a-fA-F]{1,8}")


class Malformed(Exception):
    """Not HTTP, or more of it than is read: the connection ends with this text."""

    def __init__(self, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Request:
    """`target` as sent; header names in lower case, in their order."""

    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first of that name."""
        return next((value for key, value in self.headers if key == name), None)

    def has_token(self, name: str, token: str) -> bool:
        """Whether a comma separated header holds the word, whatever its letters' case."""
        listed = ",".join(value for key, value in self.headers if key == name)
        return token in (item.strip().lower() for item in listed.split(","))

    @property
    def query(self) -> Mapping[str, str]:
        """The first value of each parameter."""
        pairs = parse_qsl(urlsplit(self.target).query, keep_blank_values=True)
        return dict(reversed(pairs))

    @property
    def keeps_alive(self) -> bool:
        return self.version == "HTTP/1.1" and not self.has_token("connection", "close")


async def read_head(first: bytes, reader: asyncio.StreamReader) -> Request:
    """A request without its body, of which `first` has been read. Raises Malformed, IncompleteReadError."""
    try:
        head = first + await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None
    line, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, _, rest = line.partition(" ")
    target, _, version = rest.rpartition(" ")
    is_known = version in ("HTTP/1.0", "HTTP/1.1")
    if not (_TOKEN.fullmatch(method) and target and " " not in target and is_known):
        raise Malformed
    return Request(method, target, version, tuple(map(_header, lines)))


async def read_body(request: Request, reader: asyncio.StreamReader) -> bytes:
    """Raises Malformed, IncompleteReadError."""
    if request.has_token("transfer-encoding", "chunked"):
        return await _chunks(reader)
    length = request.header("content-length") or "0"
    if not length.isdecimal():
        raise Malformed
    if int(length) > MAX_BODY_BYTES:
        raise Malformed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return await reader.readexactly(int(length))


def response(answer: Answer, request: Request, *, closing: bool) -> bytes:
    """The bytes of a response; a HEAD gets everything but the body."""
    lines = [f"HTTP/1.1 {answer.status} {_reason(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    lines.append(f"Date: {formatdate(usegmt=True)}")
    chunked = len(answer.body) > BUFFERED_BYTES and answer.status == HTTPStatus.OK
    lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(answer.body)}")
    if closing:
        lines.append("Connection: close")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    if request.method == "HEAD":
        return head
    if chunked:
        return head + f"{len(answer.body):x}\r\n".encode() + answer.body + b"\r\n0\r\n\r\n"
    return head + answer.body


def refusal(malformed: Malformed) -> bytes:
    """What Go's server says of what it cannot read, before it closes."""
    line = f"{malformed.status} {_reason(malformed.status)}"
    shape = "Content-Type: text/plain; charset=utf-8\r\nConnection: close"
    return f"HTTP/1.1 {line}\r\n{shape}\r\n\r\n{line}".encode()


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not _TOKEN.fullmatch(name):
        raise Malformed
    return name.lower(), value.strip(" \t")


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        size = (await reader.readuntil(b"\r\n")).split(b";")[0].strip()
        if not _HEX_SIZE.fullmatch(size):
            raise Malformed
        if len(body) + int(size, 16) > MAX_BODY_BYTES:
            raise Malformed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body += await reader.readexactly(int(size, 16))
        ending = await reader.readuntil(b"\r\n")
        while not int(size, 16) and ending != b"\r\n":  # trailers
            ending = await reader.readuntil(b"\r\n")
        if ending != b"\r\n":
            raise Malformed
        if not int(size, 16):
            return bytes(body)


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase
