"""Whether a provider can serve an order, what it asks for it, and the bid that says so. Pure."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_UP, Decimal
from typing import Any, Final

from sandbox.provider.chain_view import LeaseId, Message, Order
from sandbox.provider.config import ProviderConfig, Tariff

GIB: Final = Decimal(1 << 30)
MILLI: Final = Decimal(1000)
PRICE_STEP: Final = Decimal("0.000001")
SCALE: Final = Decimal(10) ** 18
"""DecCoin amounts travel as integers of 10^-18."""
BID_DEPOSIT: Final = {"denom": "uact", "amount": "500000"}
"""The market's smallest (recordings/chain: bid_min_deposits)."""
LEASED_IP: Final = "LEASED_IP"
IP_ATTRIBUTE: Final = "feat-endpoint-ip"
"""The attribute by which providers say that they lease IP addresses."""

Spec = Mapping[str, Any]


def can_serve(spec: Spec, config: ProviderConfig, audits: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether the chain would take this provider's bid, and the provider could keep it if it has the room.

    `audits`: the attributes that each auditor has signed. Requirements that must be signed count by what is
    signed, not by what the provider says of itself (akash market/5); gpu models and storage classes count by
    `capabilities/…` attributes (market/32).
    """
    requirements = spec["requirements"]
    wanted = _pairs(requirements["attributes"])
    return (
        wanted <= config.attributes.items()
        and _is_signed(wanted, requirements["signed_by"], audits)
        and all(_has(unit["resource"], config.attributes) for unit in spec["resources"])
    )


def asking_price(spec: Spec, tariff: Tariff) -> Decimal:
    """micro-units of the order's denom per block for the whole group, rounded up."""
    total = sum(
        (_unit_price(unit["resource"], tariff) * unit["count"] for unit in spec["resources"]), Decimal()
    )
    return max(total.quantize(PRICE_STEP, ROUND_UP), PRICE_STEP)


def highest_price(spec: Spec) -> Decimal:
    """The most that the order pays: Σ count × price (akash market/4)."""
    return sum((Decimal(unit["price"]["amount"]) * unit["count"] for unit in spec["resources"]), Decimal())


def bid_on(order: Order, config: ProviderConfig, address: str) -> Message | None:
    """The bid on an order that the provider can serve; None where its tariff is above the order's limit, or
    its notice shorter than the order's least."""
    price, least = asking_price(order.spec, config.tariff), (order.reclamation or {}).get("min_window")
    notice = config.reclamation_seconds
    if price > highest_price(order.spec) or (least and notice and notice < _seconds(least)):
        return None
    value: dict[str, Any] = {
        "id": LeaseId(order.id, address).wire(),
        "price": {
            "denom": order.spec["resources"][0]["price"]["denom"],
            "amount": str(int(price * SCALE)),
        },
        "deposit": {"amount": BID_DEPOSIT, "sources": ["balance"]},
        "resources_offer": [
            {"resources": _wire(unit["resource"]), "count": unit["count"]} for unit in order.spec["resources"]
        ],
    }
    if least:
        value["reclamation_window"] = f"{notice}s" if notice else least
    return Message("/akash.market.v1beta5.MsgCreateBid", value)


def close_bid(bid: LeaseId, reason: str) -> Message:
    """Ends a bid, or the lease that it has become."""
    return Message("/akash.market.v1beta5.MsgCloseBid", {"id": bid.wire(), "reason": reason})


def quantity(resource: Mapping[str, Any], part: str) -> int:
    """Milli-CPUs, bytes or GPUs of a resource in the chain's REST form; storage is all volumes together."""
    if part == "storage":
        return sum(int(volume["quantity"]["val"]) for volume in resource["storage"])
    held = resource[part]
    return int(held["quantity" if part == "memory" else "units"]["val"])


def _unit_price(resource: Mapping[str, Any], tariff: Tariff) -> Decimal:
    return (
        quantity(resource, "cpu") / MILLI * tariff.cpu
        + quantity(resource, "memory") / GIB * tariff.memory_gib
        + quantity(resource, "storage") / GIB * tariff.storage_gib
        + quantity(resource, "gpu") * tariff.gpu
    )


def _seconds(duration: str) -> Decimal:
    """Of protobuf's JSON form: `3600s`."""
    return Decimal(duration.removesuffix("s"))


def _pairs(attributes: Iterable[Mapping[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset((item["key"], item["value"]) for item in attributes)


def _is_signed(
    wanted: frozenset[tuple[str, str]],
    signed_by: Mapping[str, Sequence[str]],
    audits: Mapping[str, Mapping[str, str]],
) -> bool:
    def signs(auditor: str) -> bool:
        return auditor in audits and wanted <= audits[auditor].items()

    any_of = signed_by["any_of"]
    return all(map(signs, signed_by["all_of"])) and (not any_of or any(map(signs, any_of)))


def _has(resource: Mapping[str, Any], attributes: Mapping[str, str]) -> bool:
    gpu = resource["gpu"]
    models = [item["key"] for item in gpu["attributes"]] if int(gpu["units"]["val"]) else []
    leases_ip = any(endpoint["kind"] == LEASED_IP for endpoint in resource["endpoints"])
    return (
        (not models or any(_has_gpu(model, attributes) for model in models))
        and all(_has_storage(volume, attributes) for volume in resource["storage"])
        and (not leases_ip or attributes.get(IP_ATTRIBUTE) == "true")
    )


def _has_gpu(model: str, attributes: Mapping[str, str]) -> bool:
    """`vendor/nvidia/model/a100`, or `…/model/*` for any."""
    pattern = re.compile(re.escape(f"capabilities/gpu/{model}").replace(r"\*", ".*"))
    return any(pattern.fullmatch(key) and value == "true" for key, value in attributes.items())


def _has_storage(volume: Mapping[str, Any], attributes: Mapping[str, str]) -> bool:
    """Volumes without attributes are ephemeral, and everybody has those."""
    wanted = _pairs(volume["attributes"])
    places = {match[1] for key in attributes if (match := re.match(r"capabilities/storage/(\d+)/", key))}
    return not wanted or any(
        all(attributes.get(f"capabilities/storage/{place}/{key}", "false") == value for key, value in wanted)
        for place in places
    )


def _wire(value: Any) -> Any:
    """A resource from REST's form, where quantities are text, to the messages', where they are bytes."""
    if isinstance(value, Mapping):
        return {
            key: base64.b64encode(item.encode()).decode() if key == "val" else _wire(item)
            for key, item in value.items()
        }
    return [_wire(item) for item in value] if isinstance(value, list) else value
