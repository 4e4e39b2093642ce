"""The recorded exchanges with a provider's gateway: what was sent, and what came back."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from pathlib import Path

TYPES: Final = {"continuation": 0, "text": 1, "binary": 2, "close": 8, "ping": 9, "pong": 10}


@dataclass(frozen=True)
class Frame:
    """One websocket frame. `by_client`: the recorder sent it."""

    kind: str
    final: bool
    payload: bytes
    by_client: bool = False


@dataclass(frozen=True)
class Exchange:
    """`at`: Unix seconds."""

    file: str
    line: int
    name: str
    at: float
    found: dict[str, Any] = field(repr=False)

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def path(self) -> str:
        return str(self.found["request"]["path"])

    @property
    def note(self) -> str:
        return str(self.found.get("note", ""))

    @property
    def is_stream(self) -> bool:
        return "handshake" in self.found

    @property
    def is_of_the_chain(self) -> bool:
        return self.path.startswith("/akash/")

    @property
    def certificate(self) -> str:
        """The PEM that the recorder's client showed; it may hold more than one."""
        return str(self.found.get("client_certificate") or self.client.get("client_certificate") or "")

    @property
    def is_plain_http(self) -> bool:
        return "raw_response" in self.found

    @property
    def failure(self) -> str:
        """How a connection without an answer ended: an alert's name, `silence` or `end`; else nothing."""
        error = str(self.found.get("error", ""))
        if alert := re.search(r"_ALERT_(\w+)\]", error):
            return alert[1]
        return {"ReadTimeout": "silence", "RemoteProtocolError": "end"}.get(error.partition(":")[0], error)

    @property
    def signed_by(self) -> str:
        """The wallet whose key signed the token."""
        return str((self.found.get("jwt") or {}).get("signed_by", ""))

    @property
    def client_closes(self) -> bool:
        """Whether a stream ended because the client closed it."""
        return any(frame.by_client and frame.kind == "close" for frame in self.frames())

    @property
    def client(self) -> dict[str, Any]:
        """How the recorder's client spoke TLS, where that is what was walked."""
        return self.found.get("client") or {}

    def request(self, token: str | None = None) -> bytes:
        """The bytes to send; `token` where the recording leaves the header out."""
        request = self.found["request"]
        target = request["path"]
        if query := request.get("query"):
            target += f"?{urlencode(query)}"
        body = self._body(request)
        headers = request.get("headers") or {"Host": "provider.local:8443"}
        pairs = [*(headers.items() if isinstance(headers, dict) else headers)]
        if token:
            pairs.append(("Authorization", f"Bearer {token}"))
        if body:
            pairs.append(("Content-Length", str(len(body))))
        lines = [f"{request['method']} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in pairs)]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    @staticmethod
    def _body(request: dict[str, Any]) -> bytes:
        if "body_text" in request:
            return str(request["body_text"]).encode()
        body = request.get("body")
        if body is None or body == "":
            return b""
        return body.encode() if isinstance(body, str) else json.dumps(body).encode()

    def frames(self) -> list[Frame]:
        return [_frame(each) for each in self.found.get("frames") or []]


def read(folder: Path) -> list[Exchange]:
    """Every exchange in the order in which they happened."""
    found = [each for path in sorted(folder.glob("*.jsonl")) for each in _file(path)]
    return sorted(found, key=lambda each: each.at)


def _file(path: Path) -> list[Exchange]:
    """An exchange without a time came right after the one before, or before the one after; one without a
    certificate in a walk of certificates (a websocket) showed that of the one before."""
    numbered = enumerate(map(json.loads, path.read_text(encoding="utf-8").splitlines()))
    found = [(line, each) for line, each in numbered if line]
    at = next(_seconds(each["at"]) for _, each in found if "at" in each)
    exchanges: list[Exchange] = []
    for line, each in found:
        if exchanges and exchanges[-1].found.get("client_certificate"):
            each.setdefault("client_certificate", exchanges[-1].certificate)
        at = _seconds(each["at"]) if "at" in each else at
        exchanges.append(Exchange(path.stem, line, each["name"], at, each))
    return exchanges


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _frame(found: dict[str, Any]) -> Frame:
    if found["type"] == "close" and "code" in found:
        payload = found["code"].to_bytes(2, "big") + found["reason"].encode()
    elif "data" in found:
        payload = found["data"].encode()
    else:
        payload = base64.b64decode(found.get("base64", ""))
    return Frame(found["type"], found.get("fin", True), payload, found.get("from") == "client")
