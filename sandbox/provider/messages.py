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
_VERSION: Final = re.compile(r"HTTP/(\d)\.\d")
_SHAPE: Final = "Content-Type: text/plain; charset=utf-8\r\nConnection: close"
_HEX_SIZE: Final = re.compile(rb"[0-9a-fA-F]{1,8}")


class Malformed(Exception):
    """Not HTTP, or more of it than is read: the connection ends with this status and Go's words for it."""

    def __init__(self, status: int = HTTPStatus.BAD_REQUEST, detail: str = "") -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail


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
    def is_modern(self) -> bool:
        """HTTP/1.1, or what comes behind it."""
        return self.version != "HTTP/1.0"

    @property
    def keeps_alive(self) -> bool:
        return self.is_modern and not self.has_token("connection", "close")


async def read_head(first: bytes, reader: asyncio.StreamReader) -> Request:
    """A request without its body, of which `first` has been read. Raises Malformed, IncompleteReadError."""
    try:
        head = first + await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None
    line, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, _, rest = line.partition(" ")
    target, _, version = rest.rpartition(" ")
    numbers = _VERSION.fullmatch(version)
    if not (_TOKEN.fullmatch(method) and target and " " not in target and numbers):
        raise Malformed
    if numbers[1] != "1":
        raise Malformed(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "unsupported protocol version")
    request = Request(method, target, version, tuple(map(_header, lines)))
    _must_name_one_host(request)
    return request


async def read_body(request: Request, reader: asyncio.StreamReader) -> bytes:
    """Raises Malformed, IncompleteReadError."""
    encoding = (request.header("transfer-encoding") or "").lower()
    if encoding == "chunked":
        return await _chunks(reader)
    if encoding:
        raise Malformed(HTTPStatus.NOT_IMPLEMENTED)
    length = request.header("content-length") or "0"
    if not length.isdecimal():
        raise Malformed
    if int(length) > MAX_BODY_BYTES:
        raise Malformed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return await reader.readexactly(int(length))


def response(answer: Answer, request: Request, *, closing: bool) -> bytes:
    """The bytes of a response; a HEAD gets everything but the body, and no word of one that is empty."""
    version = "HTTP/1.1" if request.is_modern else "HTTP/1.0"
    lines = [f"{version} {answer.status} {_reason(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    lines.append(f"Date: {formatdate(usegmt=True)}")
    chunked = len(answer.body) > BUFFERED_BYTES and request.is_modern
    if answer.body or request.method != "HEAD":
        lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(answer.body)}")
    if closing and request.is_modern:
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
    if malformed.status == HTTPStatus.NOT_IMPLEMENTED:
        return f"HTTP/1.1 {line}\r\n{_SHAPE}\r\n\r\nUnsupported transfer encoding".encode()
    line += f": {malformed.detail}" if malformed.detail else ""
    return f"HTTP/1.1 {line}\r\n{_SHAPE}\r\n\r\n{line}".encode()


def _must_name_one_host(request: Request) -> None:
    hosts = [value for name, value in request.headers if name == "host"]
    if len(hosts) > 1:
        raise Malformed(detail="too many Host headers")
    if request.is_modern and not hosts and request.method != "CONNECT":
        raise Malformed(detail="missing required Host header")


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
