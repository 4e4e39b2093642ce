"""Answers that are files: the same text for everybody, which caches may keep."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from slipway.domain.idempotency import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

ALWAYS_ASK: Final = "no-cache"
FIVE_MINUTES: Final = "public, max-age=300"
FOR_EVER: Final = "public, max-age=31536000, immutable"
"""A year, for what changes its name when it changes (RFC 8246)."""


@dataclass(frozen=True, slots=True)
class File:
    """`cache_control` is one of the constants here; `headers` are names in lower case."""

    text: str
    media_type: str
    cache_control: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return f'"{digest(self.text)}"'

    def answer(self, asked: Mapping[str, str]) -> tuple[Answer, dict[str, str]]:
        """The answer and its headers; 304 for who holds this text already (RFC 9110 §13.1.2)."""
        headers = {**self.headers, "cache-control": self.cache_control, "etag": self.etag}
        held = {tag.strip().removeprefix("W/") for tag in asked.get("if-none-match", "").split(",")}
        if held & {self.etag, "*"}:
            return Answer(int(HTTPStatus.NOT_MODIFIED), ""), headers
        told = {"content-type": self.media_type, "x-content-type-options": "nosniff"}
        return Answer(int(HTTPStatus.OK), self.text), headers | told


def digest(text: str) -> str:
    """Names a text: 128 bits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
