"""What the functions ask of AWS and of the chain's node, counted where it leaves this process."""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from botocore.client import BaseClient
from botocore.httpsession import URLLib3Session
from slipway_signing import wiring
from slipway_signing.transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    from slipway_signing.nodes import Answer

POLL: Final = re.compile(r"/txs/(?P<hash>[0-9A-F]{64})$")
PATHS: Final = (
    (re.compile(r"/simulate$"), "chain: simulate"),
    (re.compile(r"/txs$"), "chain: broadcast"),
    (POLL, "chain: poll (tx by hash)"),
    (re.compile(r"/node/v1beta1/status$"), "chain: tip (status)"),
    (re.compile(r"/account_info/"), "chain: account number"),
    (re.compile(r"/authz/v1beta1/grants$"), "chain: credit (deposit grant)"),
    (re.compile(r"/feegrant/"), "chain: fee allowance"),
)
ASKED_FOR: Final = ("kms: Sign", "kms: GetPublicKey", "kms: Decrypt", *(name for _, name in PATHS))
"""Told even where there was none."""

SHARED: Final = frozenset({"_client", "transport"})
"""Connections, which know nothing of the chain and take long to make."""


@dataclass
class Calls:
    """`signer` and `others`: calls by name, of the signer's functions and of all others. `polls`: by hash.
    `resent`: AWS requests that a client sent again by itself."""

    signer: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(ASKED_FOR, 0)))
    others: Counter[str] = field(default_factory=Counter)
    polls: Counter[str] = field(default_factory=Counter)
    resent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of_node(self, path: str) -> None:
        with self._lock:
            self._caller[next((name for pattern, name in PATHS if pattern.search(path)), path)] += 1
            if polled := POLL.search(path):
                self.polls[polled["hash"]] += 1

    def of_aws(self, service: str, operation: str, parameters: dict[str, Any]) -> None:
        about = ""
        if service == "dynamodb":
            service, about = "table", f"{_tables(parameters)} "
        with self._lock:
            self._caller[f"{service}: {about}{operation}"] += 1
            self.resent -= 1

    def of_wire(self) -> None:
        with self._lock:
            self.resent += 1

    @property
    def _caller(self) -> Counter[str]:
        """The invocation that asks tells by its environment which function it is of."""
        return self.signer if "-Signer" in os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "") else self.others


def _tables(parameters: dict[str, Any]) -> str:
    items = parameters.get("TransactItems", [])
    names = [parameters["TableName"]] if "TableName" in parameters else []
    names += [request["TableName"] for item in items for request in item.values()]
    return "+".join(name.rpartition("-")[2].removesuffix("Table") for name in names)


@contextmanager
def counting() -> Iterator[Calls]:
    """Within the block every call of the signer's transport and of boto3 is counted."""
    calls = Calls()
    ask, send, whole = BaseClient._make_api_call, URLLib3Session.send, HttpTransport._whole  # type: ignore[attr-defined]

    def counted_ask(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        calls.of_aws(client.meta.service_model.service_name, operation, parameters)
        return ask(client, operation, parameters)

    def counted_send(session: Any, request: Any) -> Any:
        calls.of_wire()
        return send(session, request)

    def counted_whole(transport: HttpTransport, request: httpx.Request) -> Answer:
        calls.of_node(request.url.path)
        return whole(transport, request)

    doors: tuple[tuple[type, str, Any, Any], ...] = (
        (BaseClient, "_make_api_call", ask, counted_ask),
        (URLLib3Session, "send", send, counted_send),
        (HttpTransport, "_whole", whole, counted_whole),
    )
    for owner, name, _, counted in doors:
        setattr(owner, name, counted)
    try:
        yield calls
    finally:
        for owner, name, original, _ in doors:
            setattr(owner, name, original)


@contextmanager
def containers_of_their_own() -> Iterator[None]:
    """Within the block no invocation of the signer knows what another has learned.

    The sandbox runs all invocations in one process, which Lambda does not: of many at once each has its own,
    and those are new. Each invocation has a thread here.
    """
    cached = {
        name: made
        for name, made in vars(wiring).items()
        if hasattr(made, "cache_info") and name not in SHARED
    }
    for name, made in cached.items():
        setattr(wiring, name, _by_thread(made.__wrapped__))
    try:
        yield
    finally:
        for name, made in cached.items():
            setattr(wiring, name, made)


def _by_thread(make: Callable[..., Any]) -> Callable[..., Any]:
    local = threading.local()

    def made(*arguments: Any) -> Any:
        kept = vars(local).setdefault("kept", {})
        if arguments not in kept:
            kept[arguments] = make(*arguments)
        return kept[arguments]

    return made
