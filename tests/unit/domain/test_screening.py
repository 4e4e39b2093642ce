"""Who could bid: capabilities as the chain matches them, room as the provider tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from slipway.domain.ids import Address
from slipway.domain.provider import Audit, Provider, ProviderStatus, Registration, Resources, Sighting
from slipway.domain.screening import Unit, Volume, Wanted, could_bid

if TYPE_CHECKING:
    from slipway.domain.provider import Attribute

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWNER = Address("akash1provider")
FREE = Resources(cpu=1000, gpu=1, memory=1000, ephemeral=1000, persistent=1000)
UNIT = Unit(cpu=500, memory=400, gpus=0, gpu_models=(), volumes=(Volume(300),), count=1)
FAST = frozenset({("persistent", "true"), ("class", "beta3")})
RAM = frozenset({("persistent", "false"), ("class", "ram")})
A100 = ("capabilities/gpu/vendor/nvidia/model/a100/ram/80Gi", "true")


def provider(*attributes: Attribute, free: Resources = FREE, audits: tuple[Audit, ...] = ()) -> Provider:
    status = ProviderStatus(0, 0, active=Resources(), pending=Resources(), available=free)
    registration = Registration(OWNER, "https://p.example:8443", "", "", attributes)
    return Provider(registration, audits, Sighting(NOON, status, NOON))


def wanted(*units: Unit, attributes: frozenset[Attribute] = frozenset()) -> Wanted:
    return Wanted(attributes, frozenset(), frozenset(), units or (UNIT,))


@pytest.mark.parametrize(
    ("unit", "fits"),
    [
        (UNIT, True),
        (replace(UNIT, count=2), True),
        (replace(UNIT, count=3), False),
        (replace(UNIT, cpu=1001), False),
        (replace(UNIT, memory=1001), False),
        (replace(UNIT, gpus=1), True),
        (replace(UNIT, gpus=2), False),
        (replace(UNIT, volumes=(Volume(600), Volume(600))), False),
    ],
)
def test_all_replicas_together_must_find_room(unit: Unit, fits: bool) -> None:
    assert could_bid(provider(), wanted(unit)) is fits


def test_units_share_what_is_free() -> None:
    assert not could_bid(provider(), wanted(UNIT, replace(UNIT, cpu=501)))


def test_a_storage_class_is_asked_for_whole_and_counts_as_its_own_kind() -> None:
    classes = (("capabilities/storage/1/class", "beta3"), ("capabilities/storage/1/persistent", "true"))
    unit = replace(UNIT, volumes=(Volume(900), Volume(900, FAST)))

    assert could_bid(provider(*classes), wanted(unit))
    assert not could_bid(provider(), wanted(unit))
    assert not could_bid(provider(("capabilities/storage/1/class", "beta3"), classes[1]), wanted(
        replace(UNIT, volumes=(Volume(1, frozenset({*FAST, ("class", "beta2")})),))
    ))  # fmt: skip
    assert not could_bid(provider(*classes, free=replace(FREE, persistent=899)), wanted(unit))


def test_a_volume_in_memory_takes_memory() -> None:
    classes = (("capabilities/storage/2/class", "ram"), ("capabilities/storage/2/persistent", "false"))
    unit = replace(UNIT, volumes=(Volume(601, RAM),))

    assert not could_bid(provider(*classes), wanted(unit))
    assert could_bid(provider(*classes), wanted(replace(unit, volumes=(Volume(600, RAM),))))


@pytest.mark.parametrize(
    ("model", "found"),
    [
        ("vendor/nvidia/model/a100/ram/80Gi", True),
        ("vendor/nvidia/model/*/ram/80Gi", True),
        ("vendor/nvidia/model/*", False),
        ("vendor/nvidia/model/h100", False),
    ],
)
def test_one_of_the_gpu_models_will_do(model: str, found: bool) -> None:
    unit = replace(UNIT, gpus=1, gpu_models=((model, "true"), ("vendor/amd/model/mi300", "true")))

    assert could_bid(provider(A100), wanted(unit)) is found
    assert could_bid(provider(), wanted(replace(unit, gpus=0)))


def test_auditors_sign_values() -> None:
    region = ("region", "eu")
    signed = Audit(OWNER, Address("akash1auditor"), frozenset({region}))
    asked = replace(wanted(attributes=frozenset({region})), all_of=frozenset({"akash1auditor"}))

    assert could_bid(provider(audits=(signed,)), asked)
    assert not could_bid(provider(region), asked)
    assert not could_bid(provider(audits=(signed,)), replace(asked, all_of=frozenset({"akash1auditor", "b"})))


def test_nobody_bids_unseen() -> None:
    unseen = replace(provider(), sighting=None)

    assert not could_bid(unseen, wanted())
