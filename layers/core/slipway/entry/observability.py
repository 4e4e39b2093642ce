"""Logs are events: one line of JSON with a constant `event` and its fields. No traces, no raw input.

Never logged: bodies, headers, tokens, keys, SDLs.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from slipway.entry import settings


def logger() -> Logger:
    """This function's logger; keys set on it live until the invocation ends (`begin` clears them)."""
    return _logger(settings.log())


@cache
def _logger(log: settings.LogSettings) -> Logger:
    return Logger(service=log.service, level=log.level, utc=True, use_rfc3339=True, location=None)


def begin(request_id: str, *, key_id: str) -> None:
    """Forget the last invocation's keys; every line from here on carries this request's id.

    `key_id` is that of the API key that asks, empty where none does: its budget is held against deposits.
    """
    log = logger()
    log.thread_safe_clear_keys()
    log.thread_safe_append_keys(request_id=request_id, key_id=key_id)


def request_id() -> str:
    """Of the request that this thread serves; empty outside of one."""
    return str(logger().thread_safe_get_current_keys().get("request_id") or "")


def key_id() -> str:
    """Of the API key that asks in the request that this thread serves; empty for a user who signed in."""
    return str(logger().thread_safe_get_current_keys().get("key_id") or "")


def event(name: str, **fields: Any) -> None:
    """One line."""
    logger().info(name, extra={"event": name, **fields})


def fault(name: str, error: BaseException, **fields: Any) -> None:
    """One line with the traceback, for what must not happen."""
    logger().error(name, extra={"event": name, **fields}, exc_info=error)


def caused_by(error: BaseException) -> dict[str, str]:
    """What a foreign system did, for who runs the service: the error's name, with AWS's code where it is
    AWS's. Not its text, which may hold what is never logged."""
    cause = error.__cause__
    if cause is None:
        return {}
    told = getattr(cause, "response", None)
    code = told.get("Error", {}).get("Code", "") if isinstance(told, dict) else ""
    return {"cause": f"{type(cause).__name__} {code}".strip()}


class Stopwatch:
    """Whole milliseconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def milliseconds(self) -> int:
        return round((time.perf_counter() - self._start) * 1000)
