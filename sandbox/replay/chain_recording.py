"""The recordings of a real node: exchanges in the order in which they happened."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.chain.genesis import Genesis
from sandbox.chain.numbers import time_of

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what the real node answered.

    `at` is when it was sent, in nanoseconds; `height` the block that its answer was read from, if it tells.
    """

    file: str
    line: int
    name: str
    at: int
    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any] | None
    status: int
    content_type: str
    answer: Any = field(repr=False)
    height: int | None = None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def read_genesis(folder: Path) -> Genesis:
    return Genesis.of(json.loads((folder / "genesis.json").read_text(encoding="utf-8")))


def read_exchanges(folder: Path) -> list[Exchange]:
    """Every file's exchanges, the files in the order of their names: one unbroken walk."""
    return [
        _exchange(file.stem, number, json.loads(line))
        for file in sorted(folder.glob("*.jsonl"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines())
        if number  # the first line says what the file walks
    ]


def _exchange(file: str, line: int, found: dict[str, Any]) -> Exchange:
    request, response = found["request"], found["response"]
    return Exchange(
        file=file,
        line=line,
        name=found["name"],
        at=time_of(found["at"]),
        method=request["method"],
        path=request["path"],
        query=request.get("query") or {},
        body=request.get("body"),
        status=response["status"],
        content_type=response["content_type"],
        answer=response["body"],
        height=response.get("block_height"),
    )
