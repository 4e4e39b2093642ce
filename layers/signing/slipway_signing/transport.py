"""Bounded HTTP to a node: one deadline for the whole call, a size limit, no redirects, no proxies."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import httpx

from slipway_signing.nodes import Answer, NodeUnreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

DEADLINE_SECONDS: Final = 5.0
"""A node answers in milliseconds; a second of block time and a simulation fit many times."""

MAX_BYTES: Final = 8 * 1024 * 1024
"""A latest block full of transactions is the largest answer that is read."""


class HttpTransport:
    """`Transport` over one pool of connections."""

    def __init__(
        self, client: httpx.Client | None = None, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._client = client or httpx.Client(
            timeout=deadline_seconds, follow_redirects=False, trust_env=False
        )
        self._deadline_seconds = deadline_seconds

    def close(self) -> None:
        self._client.close()

    def get(self, url: str, query: Mapping[str, str]) -> Answer:
        return self._whole(self._client.build_request("GET", url, params=dict(query)))

    def post(self, url: str, body: Mapping[str, Any]) -> Answer:
        return self._whole(self._client.build_request("POST", url, json=dict(body)))

    def _whole(self, request: httpx.Request) -> Answer:
        ends = time.monotonic() + self._deadline_seconds
        try:
            answer = self._client.send(request, stream=True)
            try:
                return Answer(answer.status_code, _read(answer, ends))
            finally:
                answer.close()
        except httpx.HTTPError as error:
            raise NodeUnreachable(type(error).__name__) from error


def _read(answer: httpx.Response, ends: float) -> bytes:
    received = bytearray()
    for chunk in answer.iter_bytes():
        received += chunk
        if len(received) > MAX_BYTES or time.monotonic() > ends:
            raise NodeUnreachable("too long an answer")
    return bytes(received)
