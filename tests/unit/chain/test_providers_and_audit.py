"""x/provider and x/audit: who may bid on what."""

from __future__ import annotations

import pytest

from sandbox.chain import pb
from sandbox.chain.rest.status import RestError
from tests.unit.chain.factories import bid, create, group, lease, market, pairs, provider, unit
from tests.unit.chain.world import AUDITOR, PROVIDER, RIVAL, World

PROVIDERS = "/akash/provider/v1beta4/providers"
AUDITED = "/akash/audit/v1/audit/attributes"
A100 = "vendor/nvidia/model/a100"
FAST = {"capabilities/storage/1/class": "beta2", "capabilities/storage/1/persistent": "true"}


def _update(**attributes: str) -> pb.provider.MsgUpdateProvider:
    return pb.provider.MsgUpdateProvider(
        owner=PROVIDER, host_uri="https://provider.example:8443", attributes=pairs(attributes)
    )


def _sign(**attributes: str) -> pb.audit.MsgSignProviderAttributes:
    return pb.audit.MsgSignProviderAttributes(owner=PROVIDER, auditor=AUDITOR, attributes=pairs(attributes))


def test_providers_are_listed_and_found() -> None:
    world = market()
    world.send(provider(RIVAL, attributes={"region": "east"}))

    listed = world.query(PROVIDERS)
    found = world.ask(f"{PROVIDERS}/{RIVAL}", {})["provider"]

    assert {entry["owner"] for entry in listed["providers"]} == {PROVIDER, RIVAL}
    assert listed["pagination"]["total"] == "2"
    assert found["attributes"] == [{"key": "region", "value": "east"}]


@pytest.mark.parametrize(
    ("uri", "code", "text"),
    [
        ("http://p.example:8443", 1, 'scheme in "http://p.example:8443" should be https'),
        ("https://p.example/path", 1, 'path in "https://p.example/path" should be empty'),
        ("p.example", 2, 'validating "p.example" for absolute URI'),
    ],
)
def test_a_provider_needs_an_https_host(uri: str, code: int, text: str) -> None:
    codespace, number, words = World().refusal(provider(host_uri=uri))

    assert (codespace, number) == ("provider", code)
    assert words.startswith(text)


def test_a_provider_is_made_once_and_never_deleted() -> None:
    world = market()
    gone = pb.provider.MsgDeleteProvider(owner=PROVIDER)

    assert world.refusal(provider()) == (
        "provider",
        4,
        f"id: {PROVIDER}: invalid provider: already exists",
    )
    assert world.refusal(gone) == ("provider", 9, "NOTIMPLEMENTED: internal error")


def test_queries_for_providers_that_are_not_there() -> None:
    world = World()

    with pytest.raises(RestError) as missing:
        world.ask(f"{PROVIDERS}/{RIVAL}", {})
    with pytest.raises(RestError) as malformed:
        world.ask(f"{PROVIDERS}/akash1bad", {})

    assert missing.value.message == "codespace provider code 3: invalid provider: address not found"
    assert (malformed.value.status, malformed.value.message) == (
        400,
        "codespace provider code 5: invalid address",
    )


def test_placement_attributes_must_be_the_providers_own() -> None:
    world = market()
    world.send(create(1, group("g", attributes={"region": "west"})))

    without = world.refusal(bid())
    world.send(_update(region="west", tier="1"))
    world.send(bid())

    assert without == ("market", 5, "attribute mismatch")


def test_attributes_of_an_active_lease_cannot_be_dropped() -> None:
    world = market()
    world.send(_update(region="west"))
    world.send(create(1, group("g", attributes={"region": "west"})))
    world.send(bid())
    world.send(lease())

    assert world.refusal(_update(region="east")) == ("provider", 7, "attributes cannot be changed")


def test_signed_attributes_must_cover_the_placement() -> None:
    world = market()
    world.send(_update(region="west"))
    world.send(create(1, group("g", attributes={"region": "west"}, signed_by=(AUDITOR,))))

    unsigned = world.refusal(bid())
    world.send(_sign(tier="1"))
    elsewhere = world.refusal(bid())
    world.send(_sign(region="west"))
    world.send(bid())

    assert unsigned == elsewhere == ("market", 5, "attribute mismatch")
    assert world.ask(f"{AUDITED}/{PROVIDER}/list", {})["providers"][0]["attributes"] == pairs(
        {"region": "west", "tier": "1"}
    )


def test_every_auditor_asked_for_must_have_signed() -> None:
    world = market()
    world.send(create(1, group("g", signed_by_all=(AUDITOR, RIVAL))))
    world.send(_sign(region="west"))

    assert world.refusal(bid()) == ("market", 5, "attribute mismatch")


def test_an_auditor_takes_its_word_back() -> None:
    world = market()
    world.send(_sign(region="west", tier="1"))
    some = pb.audit.MsgDeleteProviderAttributes(owner=PROVIDER, auditor=AUDITOR, keys=["tier"])
    rest = pb.audit.MsgDeleteProviderAttributes(owner=PROVIDER, auditor=AUDITOR)

    world.send(some)
    left = world.ask(f"{AUDITED}/{AUDITOR}/{PROVIDER}", {})["providers"][0]["attributes"]
    world.send(rest)

    assert left == pairs({"region": "west"})
    assert world.ask(f"{AUDITED}/list", {})["providers"] == []
    assert world.refusal(rest) == ("audit", 1, "invalid provider: address not found")


def test_the_list_of_all_signed_attributes_is_misread_as_on_the_node() -> None:
    world = market()
    world.send(_sign(region="west"))

    found = world.ask(f"{AUDITED}/list", {})

    assert found["providers"] == [{"owner": "\n\x06region\x12\x04west", "auditor": "", "attributes": []}]
    assert found["pagination"]["total"] == "1"


def test_a_gpu_needs_the_capability() -> None:
    world = market()
    world.send(create(1, group("g", unit(gpu=1, gpu_is={A100: "true"}))))

    without = world.refusal(bid())
    world.send(_update(**{f"capabilities/gpu/{A100}": "true"}))
    world.send(bid())

    assert without == ("market", 32, "capabilities mismatch")


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [("vendor/nvidia/model/*", True), ("vendor/amd/model/*", False), (f"{A100}/ram/80Gi", False)],
)
def test_a_gpu_may_be_asked_for_by_pattern(wanted: str, fits: bool) -> None:
    world = market()
    world.send(_update(**{f"capabilities/gpu/{A100}": "true"}))
    world.send(create(1, group("g", unit(gpu=1, gpu_is={wanted: "true"}))))

    if fits:
        world.send(bid())
    else:
        assert world.refusal(bid()) == ("market", 32, "capabilities mismatch")


def test_a_storage_class_needs_the_capability_of_one_number() -> None:
    world = market()
    asked = {"class": "beta2", "persistent": "true"}
    world.send(create(1, group("g", unit(storage_is=asked))))
    split = {"capabilities/storage/1/class": "beta2", "capabilities/storage/2/persistent": "true"}
    world.send(_update(**split))

    apart = world.refusal(bid())
    world.send(_update(**FAST))
    world.send(bid())

    assert apart == ("market", 32, "capabilities mismatch")


@pytest.mark.parametrize(
    ("attributes", "code"),
    [(pairs({"ab": "1"}) * 2, 1), (pairs({"1a": "x"}), 2)],
)
def test_attributes_are_sound(attributes: list[dict[str, str]], code: int) -> None:
    message = pb.provider.MsgCreateProvider(
        owner=RIVAL, host_uri="https://rival.example:8443", attributes=[*attributes]
    )

    codespace, number, _ = World().refusal(message)

    assert (codespace, number) == ("akash", code)
