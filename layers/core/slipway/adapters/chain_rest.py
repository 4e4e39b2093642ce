"""`ChainReads` over the REST API of Akash nodes, and what the provider client asks of the chain."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from slipway.adapters import chain_shapes as shapes
from slipway.adapters.chain_cursors import cursor_of, key_of, not_ours
from slipway.domain.deployment import DeploymentPage
from slipway.domain.errors import DeploymentNotFound, ProviderNotFound
from slipway.domain.money import MicroUsd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway.adapters.chain_nodes import Nodes, Reply
    from slipway.domain.deployment import Bid, Deployment, Lease, Provider
    from slipway.domain.ids import Address, Dseq, Height

T = TypeVar("T")

PAGE: Final = 200
"""Items asked for at once, about 3 KB each; more would come near the limit of bytes."""

MAX_PAGES: Final = 100
"""Of one list, 20,000 items: no wallet's leases fill it, and a node whose keys go round ends here."""

PARAMS_KEPT_SECONDS: Final = 300.0
"""The least deposit changes by a vote of the network, and the chain refuses by the new one anyway."""

_DEPLOYMENTS: Final = "/akash/deployment/v1beta4/deployments"
_MARKET: Final = "/akash/market/v1beta5"
_RUNNING: Final = ("active", "reclaiming")
"""States of a lease whose workload still runs; the filter takes one."""


class RestChain:
    """Reads of one chain. Every list is read to its end unless it says otherwise."""

    def __init__(self, nodes: Nodes, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._nodes, self._clock = nodes, clock
        self._min_deposit: tuple[MicroUsd, float] | None = None

    def deployment(self, owner: Address, dseq: Dseq) -> Deployment:
        query = {"id.owner": owner, "id.dseq": str(dseq)}
        return self._nodes.ask(f"{_DEPLOYMENTS}/info", query, _deployment)

    def deployments(self, owner: Address, *, cursor: str | None, limit: int) -> DeploymentPage:
        query = {
            "filters.owner": owner,
            "filters.state": "active",
            "pagination.limit": str(min(limit, PAGE)),
        }
        if cursor is not None:
            query["pagination.key"] = key_of(owner, cursor)
        return self._nodes.ask(f"{_DEPLOYMENTS}/list", query, lambda reply: _page(owner, reply))

    def leases(self, owner: Address, dseq: Dseq | None = None) -> tuple[Lease, ...]:
        if dseq is not None:
            return self._leases({"filters.owner": owner, "filters.dseq": str(dseq)}, owner, dseq)
        found = [
            self._leases({"filters.owner": owner, "filters.state": state}, owner, None) for state in _RUNNING
        ]
        return tuple(sorted((lease for part in found for lease in part), key=lambda lease: lease.id))

    def _leases(self, query: Mapping[str, str], owner: Address, dseq: Dseq | None) -> tuple[Lease, ...]:
        found = self._all(f"{_MARKET}/leases/list", query, "leases", shapes.lease)
        return tuple(lease for lease in found if lease.id.owner == owner and dseq in (None, lease.id.dseq))

    def bids(self, owner: Address, dseq: Dseq) -> tuple[Bid, ...]:
        query = {"filters.owner": owner, "filters.dseq": str(dseq)}
        found = self._all(f"{_MARKET}/bids/list", query, "bids", shapes.bid)
        return tuple(bid for bid in found if (bid.id.owner, bid.id.dseq) == (owner, dseq))

    def min_deposit(self) -> MicroUsd:
        """Kept for some minutes."""
        now = self._clock()
        if self._min_deposit is None or now - self._min_deposit[1] > PARAMS_KEPT_SECONDS:
            path = "/akash/deployment/v1beta4/params"
            self._min_deposit = (self._nodes.ask(path, {}, _whole(shapes.min_deposit)), now)
        return self._min_deposit[0]

    def credit(self, granter: Address, grantee: Address) -> MicroUsd:
        # without a message type, which would make a missing grant an error (akash-chain.md §00.9)
        query = {"granter": granter, "grantee": grantee}
        return self._nodes.ask("/cosmos/authz/v1beta1/grants", query, _whole(shapes.credit))

    def granted(self, grantee: Address) -> MicroUsd:
        path = f"/cosmos/authz/v1beta1/grants/grantee/{quote(grantee, safe='')}"
        return MicroUsd(sum(self._all(path, {}, "grants", shapes.granted)))

    def latest(self) -> Height:
        """The height of the last block. Raises ChainUnavailable."""
        return self._nodes.ask("/cosmos/base/tendermint/v1beta1/blocks/latest", {}, _whole(shapes.height))

    def provider(self, address: Address) -> Provider:
        """As registered. Raises ProviderNotFound, ChainUnavailable."""

        def read(reply: Reply) -> Provider:
            if reply.is_missing or reply.is_refused:
                raise ProviderNotFound(provider=address)
            return shapes.provider(reply.body)

        return self._nodes.ask(f"/akash/provider/v1beta4/providers/{quote(address, safe='')}", {}, read)

    def certificates(self, address: Address) -> tuple[bytes, ...]:
        """The PEMs of an account's valid certificates. Raises ChainUnavailable."""
        query = {"filter.owner": address, "filter.state": "valid"}
        return self._all("/akash/cert/v1/certificates/list", query, "certificates", shapes.certificate)

    def _all(
        self, path: str, query: Mapping[str, str], name: str, shape: Callable[[Any], T]
    ) -> tuple[T, ...]:
        found: list[T] = []
        asked = {**query, "pagination.limit": str(PAGE)}
        for _ in range(MAX_PAGES):
            items, key = self._nodes.ask(path, asked, lambda reply: _items(reply, name, shape))
            found += items
            if key is None:
                break
            asked["pagination.key"] = key
        return tuple(found)


def _deployment(reply: Reply) -> Deployment:
    if reply.is_missing:
        raise DeploymentNotFound
    return _whole(shapes.deployment)(reply)


def _page(owner: Address, reply: Reply) -> DeploymentPage:
    if reply.is_refused:
        raise not_ours()
    rows = tuple(shapes.deployment(item) for item in reply.body["deployments"])
    if not all(row.owner == owner and row.is_open for row in rows):
        raise not_ours()
    return DeploymentPage(rows, cursor_of(owner, reply.body["pagination"]["next_key"]))


def _items(reply: Reply, name: str, shape: Callable[[Any], T]) -> tuple[list[T], str | None]:
    pagination = reply.body["pagination"] or {}
    return [shape(item) for item in reply.body[name]], pagination.get("next_key") or None


def _whole(shape: Callable[[Any], T]) -> Callable[[Reply], T]:
    return lambda reply: shape(reply.body)
