"""The gateway's answers: JSON, plain text as Go's http.Error writes it, and the auth layer's own shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from sandbox.provider import gojson


@dataclass(frozen=True)
class Answer:
    """One HTTP response; Date and Content-Length are the listener's."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A request ends here with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status, answer.body)
        self.answer = answer


class ConnectionDropped(Exception):
    """The provider's handler died: the connection closes without a byte (an account without a public key)."""


def json_text(text: str) -> Answer:
    """A success of the REST routes."""
    return Answer(HTTPStatus.OK, text.encode(), {"Content-Type": "application/json; charset=UTF-8"})


def json_value(value: object) -> Answer:
    """`json_text` of a value, written as Go writes it."""
    return json_text(gojson.write(value))


def plain(status: int, text: str, **headers: str) -> Answer:
    """An error of everything but the auth layer: the text and a line end."""
    shape = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, f"{text}\n".encode(), {**named, **shape})


def not_authorized(status: int, message: str) -> Refusal:
    """An error of the auth layer: a JSON message without a line end."""
    body = gojson.write({"message": message}).encode()
    return Refusal(Answer(status, body, {"Content-Type": "application/json"}))
