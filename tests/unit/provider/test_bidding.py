"""What a provider bids on, and for how much; akash market/4, 5 and 32."""

from __future__ import annotations

import base64
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sandbox.provider import bidding
from sandbox.provider.chain_view import Order, OrderId
from sandbox.provider.config import ProviderConfig, Tariff
from tests.unit.provider.world import PROVIDER, group, group_spec, service

TARIFF = Tariff(cpu=Decimal(4), memory_gib=Decimal(2), storage_gib=Decimal(1), gpu=Decimal(100))


def _config(**attributes: str) -> ProviderConfig:
    return _offering(attributes)


def _offering(attributes: dict[str, str]) -> ProviderConfig:
    return ProviderConfig("test", TARIFF, attributes)


def _requiring(
    *, any_of: tuple[str, ...] = (), all_of: tuple[str, ...] = (), **attributes: str
) -> dict[str, Any]:
    wanted = [{"key": key, "value": value} for key, value in attributes.items()]
    signed = {"any_of": list(any_of), "all_of": list(all_of)}
    return group_spec(group(), requirements={"signed_by": signed, "attributes": wanted})


def _with(part: str, value: object) -> dict[str, Any]:
    spec = group_spec(group())
    spec["resources"][0]["resource"][part] = value
    return spec


def test_the_price_is_the_tariff_times_the_resources_of_every_replica() -> None:
    spec = group_spec(group(service(count=3)))

    # half a CPU, half a GiB of memory and a GiB of storage: 2 + 1 + 1
    assert bidding.asking_price(spec, TARIFF) == Decimal(12)


def test_the_price_is_rounded_up_and_never_nothing() -> None:
    cheap = Tariff(cpu=Decimal("0.0000001"), memory_gib=Decimal(0), storage_gib=Decimal(0))

    assert bidding.asking_price(group_spec(group()), cheap) == Decimal("0.000001")


def test_a_bid_carries_price_deposit_and_offer_in_the_messages_form() -> None:
    order = Order(OrderId("owner", 5, 1, 1), group_spec(group()))

    bid = bidding.bid_on(order, _config(), PROVIDER)

    assert bid and bid.value["id"] == {
        "owner": "owner", "dseq": "5", "gseq": 1, "oseq": 1, "provider": PROVIDER
    }  # fmt: skip
    assert bid.value["price"] == {"denom": "uact", "amount": str(4 * 10**18)}
    assert bid.value["deposit"] == {"amount": {"denom": "uact", "amount": "500000"}, "sources": ["balance"]}
    units = bid.value["resources_offer"][0]["resources"]["cpu"]["units"]["val"]
    assert base64.b64decode(units) == b"500"


def test_no_bid_above_what_the_order_pays() -> None:
    spec = group_spec(group())
    spec["resources"][0]["price"]["amount"] = "3.999999000000000000"

    assert bidding.bid_on(Order(OrderId("owner", 5, 1, 1), spec), _config(), PROVIDER) is None


def test_a_bid_agrees_to_the_reclamation_window_that_is_asked() -> None:
    order = Order(OrderId("owner", 5, 1, 1), group_spec(group()), {"min_window": "3600s"})

    bid = bidding.bid_on(order, _config(), PROVIDER)

    assert bid and bid.value["reclamation_window"] == "3600s"


def test_a_provider_with_a_notice_of_its_own_bids_it_where_it_is_long_enough() -> None:
    config = replace(_config(), reclamation_seconds=7200)
    orders = [
        Order(OrderId("owner", 5, 1, 1), group_spec(group()), {"min_window": least})
        for least in ("7200s", "7201s")
    ]

    enough, short = (bidding.bid_on(order, config, PROVIDER) for order in orders)

    assert enough and enough.value["reclamation_window"] == "7200s"
    assert short is None


def test_required_attributes_are_the_providers() -> None:
    assert bidding.can_serve(_requiring(region="eu"), _config(region="eu", tier="x"), {})
    assert not bidding.can_serve(_requiring(region="us"), _config(region="eu"), {})


def test_signed_attributes_count_by_what_auditors_signed() -> None:
    config, signed = _config(region="eu"), {"ann": {"region": "eu"}}

    assert bidding.can_serve(_requiring(any_of=("ann", "bob"), region="eu"), config, signed)
    assert not bidding.can_serve(_requiring(any_of=("bob",), region="eu"), config, signed)
    assert not bidding.can_serve(_requiring(all_of=("ann", "bob"), region="eu"), config, signed)
    assert not bidding.can_serve(_requiring(any_of=("ann",), region="eu"), config, {"ann": {}})


@pytest.mark.parametrize(
    ("model", "is_served"),
    [
        ("vendor/nvidia/model/a100", True),
        ("vendor/nvidia/model/*", True),
        ("vendor/nvidia/model/h100", False),
        ("vendor/amd/model/*", False),
    ],
)
def test_gpu_models_are_found_in_the_capabilities(model: str, is_served: bool) -> None:
    gpu = {"units": {"val": "1"}, "attributes": [{"key": model, "value": "true"}]}
    config = _offering({"capabilities/gpu/vendor/nvidia/model/a100": "true"})

    assert bidding.can_serve(_with("gpu", gpu), config, {}) is is_served


@pytest.mark.parametrize(("wanted", "is_served"), [("beta2", True), ("beta3", False)])
def test_storage_classes_are_found_in_the_capabilities(wanted: str, is_served: bool) -> None:
    attributes = [{"key": "class", "value": wanted}, {"key": "persistent", "value": "true"}]
    volume = {"name": "files", "quantity": {"val": "1"}, "attributes": attributes}
    offered = {"capabilities/storage/1/class": "beta2", "capabilities/storage/1/persistent": "true"}

    assert bidding.can_serve(_with("storage", [volume]), _offering(offered), {}) is is_served


def test_a_leased_ip_needs_a_provider_that_leases_them() -> None:
    spec = _with("endpoints", [{"kind": "LEASED_IP", "sequence_number": 1}])

    assert not bidding.can_serve(spec, _config(), {})
    assert bidding.can_serve(spec, _offering({"feat-endpoint-ip": "true"}), {})
