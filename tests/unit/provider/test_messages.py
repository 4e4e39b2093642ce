"""HTTP/1.1 as Go's server reads and writes it; provider-gateway.md §1."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.provider import messages
from sandbox.provider.answers import Answer, plain
from sandbox.provider.messages import Malformed, Request


def _read(raw: bytes) -> Request:
    async def read() -> Request:
        reader = asyncio.StreamReader()
        reader.feed_data(raw)
        reader.feed_eof()
        head = await messages.read_head(await reader.read(1), reader)
        body = await messages.read_body(head, reader)
        return Request(head.method, head.target, head.version, head.headers, body)

    return asyncio.run(read())


def _request(**headers: str) -> Request:
    return Request("GET", "/", "HTTP/1.1", tuple(headers.items()))


def test_a_request_is_read_as_it_was_sent() -> None:
    request = _read(b"PUT /a?b=c HTTP/1.1\r\nHost: x\r\nX-A:  1 \r\nContent-Length: 2\r\n\r\nhiyou")

    assert (request.method, request.target, request.body) == ("PUT", "/a?b=c", b"hi")
    assert request.header("x-a") == "1" and request.query == {"b": "c"}


def test_a_body_may_come_in_chunks() -> None:
    head = b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"2\r\nhi\r\n3;x=y\r\nyou\r\n0\r\nA: b\r\n\r\n"

    assert _read(head + body).body == b"hiyou"


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"GE T / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nbad name: x\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
    ],
)
def test_what_is_no_http_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        _read(raw)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"400 Bad Request: missing required Host header"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400 Bad Request: too many Host headers"),
        (
            b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
            b"505 HTTP Version Not Supported: unsupported protocol version",
        ),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"400 Bad Request"),
        (b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", b"Unsupported transfer encoding"),
    ],
)
def test_what_is_wrong_with_a_head_is_told_as_go_tells_it(raw: bytes, said: bytes) -> None:
    with pytest.raises(Malformed) as malformed:
        _read(raw)

    answer = messages.refusal(malformed.value)

    assert answer.startswith(b"HTTP/1.1 ") and answer.endswith(b"\r\nConnection: close\r\n\r\n" + said)


def test_an_old_client_gets_an_old_answer() -> None:
    old = _read(b"GET / HTTP/1.0\r\n\r\n")

    answer = messages.response(Answer(200, b"x" * 3000), old, closing=True)

    assert answer.startswith(b"HTTP/1.0 200 OK\r\n")
    assert b"Content-Length: 3000\r\n" in answer and b"Connection" not in answer


def test_the_first_of_two_headers_counts_and_the_first_of_two_parameters() -> None:
    request = _read(b"GET /?a=1&a=2 HTTP/1.1\r\nHost: x\r\nA: 1\r\nA: 2\r\n\r\n")

    assert (request.header("a"), request.query["a"]) == ("1", "1")


def test_tokens_are_found_in_lists_of_any_case() -> None:
    assert _request(connection="keep-alive, Upgrade").has_token("connection", "upgrade")
    assert not _request(connection="upgrades").has_token("connection", "upgrade")


def test_connections_live_on_unless_somebody_says_otherwise() -> None:
    assert _request().keeps_alive
    assert not _request(connection="close").keeps_alive
    assert not Request("GET", "/", "HTTP/1.0", ()).keeps_alive


def test_an_answer_has_its_length_and_a_long_one_goes_in_chunks() -> None:
    short = messages.response(plain(404, "no"), _request(), closing=False)
    long = messages.response(Answer(200, b"x" * 3000), _request(), closing=True)

    assert b"HTTP/1.1 404 Not Found\r\n" in short and b"Content-Length: 3\r\n" in short
    assert short.endswith(b"\r\n\r\nno\n")
    assert b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nbb8\r\nxxx" in long
    assert long.endswith(b"x\r\n0\r\n\r\n")


def test_a_head_gets_no_body() -> None:
    head = Request("HEAD", "/", "HTTP/1.1", ())

    assert messages.response(plain(404, "no"), head, closing=False).endswith(b"\r\n\r\n")


def test_what_cannot_be_read_is_told_so() -> None:
    assert messages.refusal(Malformed()).startswith(b"HTTP/1.1 400 Bad Request\r\n")
