"""`ProviderRegistry` over the REST API of Akash nodes, kept for a minute."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from slipway.adapters.chain_rest import MAX_PAGES, PAGE
from slipway.domain.errors import ProviderNotFound
from slipway.domain.ids import Address
from slipway.domain.provider import Audit, Registration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway.adapters.chain_nodes import Nodes, Reply

    Json = Mapping[str, Any]

T = TypeVar("T")

KEPT_SECONDS: Final = 60.0
"""Providers come, go and change their attributes by transactions, a few a day on the whole network."""

MAX_KEPT: Final = 16
"""Lists kept by one process: all providers, and those that each auditor signed."""

_PROVIDERS: Final = "/akash/provider/v1beta4/providers"


class ChainProviders:
    def __init__(self, nodes: Nodes, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._nodes, self._clock = nodes, clock
        self._kept: dict[str, tuple[tuple[Any, ...], float]] = {}

    def registrations(self) -> tuple[Registration, ...]:
        return self._list(_PROVIDERS, _registration)

    def registration(self, address: Address) -> Registration:
        def read(reply: Reply) -> Registration:
            if reply.is_missing or reply.is_refused:
                raise ProviderNotFound(provider=address)
            return _registration(reply.body["provider"])

        return self._nodes.ask(f"{_PROVIDERS}/{quote(address, safe='')}", {}, read)

    def signed_by(self, auditor: str) -> tuple[Audit, ...]:
        return self._list(f"/akash/provider/v1/auditor/{quote(auditor, safe='')}/list", _audit)

    def audits_of(self, address: Address) -> tuple[Audit, ...]:
        # the node has no list of all audits that it does not garble (recordings/chain/09)
        path = f"/akash/audit/v1/audit/attributes/{quote(address, safe='')}/list"
        return self._pages(path, _audit)

    def _list(self, path: str, shape: Callable[[Json], T]) -> tuple[T, ...]:
        now = self._clock()
        kept = self._kept.get(path)
        if kept is None or now - kept[1] > KEPT_SECONDS:
            kept = self._pages(path, shape), now
            self._kept[path] = kept
            while len(self._kept) > MAX_KEPT:
                self._kept.pop(next(iter(self._kept)))
        return kept[0]

    def _pages(self, path: str, shape: Callable[[Json], T]) -> tuple[T, ...]:
        found: list[T] = []
        query = {"pagination.limit": str(PAGE)}
        for _ in range(MAX_PAGES):
            items, key = self._nodes.ask(path, query, lambda reply: _items(reply, shape))
            found += items
            if key is None:
                break
            query["pagination.key"] = key
        return tuple(found)


def _items(reply: Reply, shape: Callable[[Json], T]) -> tuple[list[T], str | None]:
    pagination = reply.body["pagination"] or {}
    return [shape(item) for item in reply.body["providers"]], pagination.get("next_key") or None


def _registration(found: Json) -> Registration:
    info = found["info"]
    return Registration(
        owner=Address(found["owner"]),
        host_uri=str(found["host_uri"]),
        email=str(info["email"]),
        website=str(info["website"]),
        attributes=_attributes(found),
    )


def _audit(found: Json) -> Audit:
    return Audit(
        owner=Address(found["owner"]),
        auditor=Address(found["auditor"]),
        attributes=frozenset(_attributes(found)),
    )


def _attributes(found: Json) -> tuple[tuple[str, str], ...]:
    return tuple((str(each["key"]), str(each["value"])) for each in found["attributes"])
