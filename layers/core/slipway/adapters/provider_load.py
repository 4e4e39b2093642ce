"""What a provider says of its own load (GET /status), read as strictly as all that providers say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from slipway.adapters.provider_faults import AnswerUnreadable
from slipway.domain.provider import ProviderStatus, Resources

MAX_AMOUNT: Final = 2**63 - 1
"""Go's own: providers count in 64 bits."""
MAX_ITEMS: Final = 10_000
"""Leases or nodes of one provider; the limit of bytes comes first."""

Json = Mapping[str, Any]


def provider_status(content: bytes) -> ProviderStatus:
    """Raises AnswerUnreadable for anything that no provider would say."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise AnswerUnreadable from None
    if not isinstance(found, Mapping) or "cluster" not in found:
        raise AnswerUnreadable
    cluster, manifest = _object(found["cluster"]), _object(found.get("manifest"))
    inventory = _object(cluster.get("inventory"))
    return ProviderStatus(
        leases=_amount(cluster.get("leases")),
        deployments=_amount(manifest.get("deployments")),
        active=_sum(inventory.get("active")),
        pending=_sum(inventory.get("pending")),
        available=_available(_object(inventory.get("available"))),
    )


def _available(found: Json) -> Resources:
    """Of all nodes, and of the persistent storage that belongs to none."""
    nodes = _sum([_object(node).get("available") for node in _items(found.get("nodes"))])
    classes = [_amount(_object(each).get("size")) for each in _items(found.get("storage"))]
    return nodes + Resources(persistent=sum(classes))


def _sum(listed: Any) -> Resources:
    total = Resources()
    for each in _items(listed):
        total += _resources(_object(each))
    return total


def _resources(found: Json) -> Resources:
    return Resources(
        cpu=_amount(found.get("cpu")),
        gpu=_amount(found.get("gpu")),
        memory=_amount(found.get("memory")),
        ephemeral=_amount(found.get("storage_ephemeral")),
        persistent=sum(_amount(size) for size in _object(found.get("storage")).values()),
    )


def _items(value: Any) -> list[Any]:
    """Empty lists are left out."""
    listed = [] if value is None else value
    if not isinstance(listed, list) or len(listed) > MAX_ITEMS:
        raise AnswerUnreadable
    return listed


def _object(value: Any) -> Json:
    found = {} if value is None else value
    if not isinstance(found, Mapping):
        raise AnswerUnreadable
    return found


def _amount(value: Any) -> int:
    amount = 0 if value is None else value
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= MAX_AMOUNT:
        raise AnswerUnreadable
    return amount
