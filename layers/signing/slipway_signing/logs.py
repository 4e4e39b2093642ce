"""One line a call: who asked for what by which id, and what became of it. No token, bytes or messages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway_signing.settings import AwsSettings

_ASKED: Final = ("request_id", "user_id", "key_id", "intent_id", "role", "provider", "scope")
_BECAME: Final = (
    "state",
    "tx",
    "error",
    "address",
    "expires_at",
    "changes",
    "found",
    "ended",
    "books",
    "failed",
    "renewed",
)


@cache
def logger(aws: AwsSettings) -> Logger:
    return Logger(service=aws.service, level=aws.log_level)


def log(aws: AwsSettings, name: str, event: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    """`name` is the event's, in capitals."""
    asked = {key: event.get(key) for key in _ASKED if key in event}
    became = {key: answer.get(key) for key in _BECAME if key in answer}
    logger(aws).info(name, extra={"event": name, **asked, **became})
