"""The recorded exchanges with the Akash Console API: what was sent, by whom, and what came back."""

from __future__ import annotations

import ast
import base64
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

BASE64: Final = "base64:"
OVERLAP_SECONDS: Final = 0.01
"""Times are kept to a millisecond: two requests that share less followed each other."""
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*("|$)')
"""A JSON string, also one that is cut off."""
_ABRIDGED: Final = re.compile(r"\((\d+) bytes: (.+) …\)", re.DOTALL)
"""How a body too long to be kept stands in a recording: its length, and how it began."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `at`: Unix seconds; `user` is the recorder's name of the caller."""

    file: str
    line: int
    name: str
    at: float
    user: str | None
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    status: int
    answer_headers: Mapping[str, str] = field(repr=False)
    answer: Any = field(repr=False)
    seconds: float

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def ended(self) -> float:
        return self.at + self.seconds

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def json(self) -> Any:
        """The request's body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def read(folder: Path) -> list[Exchange]:
    """Every exchange of every file, in the order in which they happened."""
    found = [
        (path.stem, line, each) for path in sorted(folder.glob("*.jsonl")) for line, each in _lines(path)
    ]
    whole = [text for _, _, each in found if (text := _whole(each["request"]["body"]))]
    exchanges = [_exchange(file, line, each, whole) for file, line, each in found]
    return sorted(exchanges, key=lambda each: (each.at, each.file, each.line))


def side_by_side(exchanges: Iterable[Exchange]) -> list[list[Exchange]]:
    """The exchanges in groups: those of one group were under way at the same time."""
    groups: list[list[Exchange]] = []
    ended = 0.0
    for each in exchanges:
        if groups and each.at < ended - OVERLAP_SECONDS and each.file == groups[-1][0].file:
            groups[-1].append(each)
        else:
            groups.append([each])
        ended = max(ended, each.ended)
    return groups


def _lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Without the first, which says what the file walks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(number, json.loads(line)) for number, line in enumerate(lines) if number]


def _whole(body: Any) -> str:
    return "" if body is None or isinstance(body, str) else json.dumps(body)


def _exchange(file: str, line: int, found: dict[str, Any], whole: Sequence[str]) -> Exchange:
    request, response = found["request"], found["response"]
    return Exchange(
        file=file,
        line=line,
        name=found["name"],
        at=datetime.fromisoformat(found["at"].replace("Z", "+00:00")).timestamp(),
        user=request.get("as"),
        method=request["method"],
        target=request["path"],
        headers=request["headers"],
        body=_body(request["body"], whole),
        status=response["status"],
        answer_headers=response["headers"],
        answer=response["body"],
        seconds=response["seconds"],
    )


def _body(body: Any, whole: Sequence[str]) -> bytes:
    if body is None:
        return b""
    if not isinstance(body, str):
        return json.dumps(body).encode()
    if body.startswith(BASE64):
        return base64.b64decode(body.removeprefix(BASE64))
    if abridged := _ABRIDGED.fullmatch(body):
        return _restored(ast.literal_eval(abridged[2]), int(abridged[1]), whole)
    return body.encode()


def _restored(beginning: str, length: int, whole: Sequence[str]) -> bytes:
    """A body of that length that begins so and is JSON: lists within lists, or one long text at its end.

    Where another recorded body begins the same, the text is that body's with a comment behind it.
    """
    if set(beginning) == {"["}:
        return b"[" * (length // 2) + b"]" * (length - length // 2)
    ending = '"' + "}" * _STRING.sub("", beginning).count("{")
    text = next((each.removesuffix(ending) + "# " for each in whole if each.startswith(beginning)), beginning)
    filler = beginning[-1] if text == beginning else "-"
    return (text + filler * (length - len(text) - len(ending)) + ending).encode()
