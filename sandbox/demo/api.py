"""The API as the demo's user sees it: HTTP, a key, and nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

PATIENCE_SECONDS = 30.0
"""How long the demo waits for bids, or for services to come up, before it says that something is wrong."""

PAUSE_SECONDS = 0.2


Found = TypeVar("Found")


class DemoFailed(Exception):
    """A step of the demo did not go as README says."""


@dataclass(frozen=True)
class Api:
    http: httpx.Client

    def call(self, method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """The answer's JSON; None where it has no body. Raises DemoFailed unless the status is `expect`."""
        answer = self.http.request(method, path, json=body)
        if answer.status_code != expect:
            raise DemoFailed(f"{method} {path} answered {answer.status_code}: {answer.text[:400]}")
        return answer.json() if answer.content else None

    def detail(self, dseq: str) -> Any:
        return self.call("GET", f"/v1/deployments/{dseq}")["data"]


def wait_for(what: str, look: Callable[[], Found | None]) -> Found:
    """What `look` finds at last. Raises DemoFailed when patience ends."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(PAUSE_SECONDS)
    raise DemoFailed(f"waited {PATIENCE_SECONDS:.0f} s for {what}")


def require(holds: bool, what: str) -> None:
    if not holds:
        raise DemoFailed(what)
