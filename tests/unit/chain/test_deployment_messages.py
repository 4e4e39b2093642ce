"""x/deployment: creating, updating, closing, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain import pb
from sandbox.chain.rest.status import RestError
from tests.unit.chain.factories import close, create, deployment_id, deposit, group, group_id, market, unit
from tests.unit.chain.world import HASH, TENANT, World

INFO = "/akash/deployment/v1beta4/deployments/info"


def _info(world: World, dseq: int = 1) -> Any:
    return world.query(INFO, id__owner=TENANT, id__dseq=dseq)


def test_a_deployment_opens_groups_orders_and_an_escrow_account() -> None:
    world = market(credit=20_000_000)

    events = world.send(create(1, group("east"), group("west"), deposit=deposit(5_000_000)))

    found = _info(world)
    assert [event.type.rsplit(".", 1)[-1] for event in events if event.type.startswith("akash")] == [
        "EventDeploymentCreated",
        "EventOrderCreated",
        "EventOrderCreated",
    ]
    assert found["deployment"]["state"] == "active"
    assert [entry["id"]["gseq"] for entry in found["groups"]] == [1, 2]
    assert found["escrow_account"]["state"]["funds"] == [{"denom": "uact", "amount": f"5000000.{'0' * 18}"}]
    assert world.credit() == 15_000_000


def test_closing_gives_the_credit_back() -> None:
    world = market(credit=20_000_000)
    world.send(create())

    world.send(close())

    found = _info(world)
    assert (found["deployment"]["state"], found["groups"][0]["state"]) == ("closed", "closed")
    assert found["escrow_account"]["state"]["state"] == "closed"
    assert world.credit() == 20_000_000


def test_an_update_changes_the_hash_and_nothing_else() -> None:
    world = market()
    world.send(create())
    before = _info(world)

    world.send(pb.deployment.MsgUpdateDeployment(id=deployment_id(), hash=HASH[::-1]))

    after = _info(world)
    assert after["deployment"].pop("hash") != before["deployment"].pop("hash")
    assert after == before


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": deployment_id(0)}, ("sdk", 3, "DeploymentID: Invalid Deployment Sequence: invalid sequence")),
        ({"hash": b""}, ("deployment", 9, "Invalid: empty hash")),
        ({"hash": HASH[1:]}, ("deployment", 10, "Invalid: deployment hash")),
        (
            {"deposit": deposit(499_999)},
            ("deployment", 20, "Deposit too low - 499999 < 500000uact: Deposit invalid"),
        ),
        (
            {"deposit": deposit(denom="uakt")},
            ("deployment", 20, "Mismatched denominations (uakt != uact): Deposit invalid"),
        ),
        (
            {"deposit": pb.deposit.Deposit(amount=deposit().amount)},
            ("akash", 4, "empty deposit sources: invalid deposit source"),
        ),
        (
            {"deposit": deposit(5_000_000, "grant", "grant")},
            ("akash", 4, "duplicate deposit source type 2: invalid deposit source"),
        ),
        ({"deposit": deposit(90_000_000)}, ("undefined", 1, "deposit invalid: insufficient balance")),
        (
            {"deposit": deposit(5_000_000, "balance")},
            ("undefined", 1, "deposit invalid: insufficient balance"),
        ),
        (
            {"reclamation": pb.deployment_v1.DeploymentReclamation()},
            ("deployment", 26, "min_window below governance minimum: invalid reclamation configuration"),
        ),
    ],
)
def test_a_creation_is_refused(changes: dict[str, Any], expected: tuple[str, int, str]) -> None:
    world = market(credit=20_000_000)

    assert world.refusal(create(**changes)) == expected
    assert world.credit() == 20_000_000


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (group(""), "empty group spec name denomination"),
        (group("g", unit(cpu=5)), "error: invalid unit CPU (384000 > 5 > 384000 fails)"),
        (
            group("g", unit(memory=1000)),
            "error: invalid unit memory (2199023255552 > 1000 > 2199023255552 fails)",
        ),
        (
            group("g", unit(storage=1000)),
            "error: invalid unit storage (35184372088832 > 1000 > 5242880 fails)",
        ),
        (group("g", unit(gpu=25)), "error: invalid unit GPU (24 > 25 > 24 fails)"),
        (group("g", unit(gpu_is={"vendor/nvidia": "true"})),)
        + ("error: invalid GPU state. attributes cannot be present if units == 0",),
        (group("g", unit(count=0)), "invalid total CPU (19200000 > 0 > 0 fails)"),
        (group("g", unit(cpu=384_000, count=51)), "invalid total CPU (19200000 > 19584000 > 0 fails)"),
        (group("g", unit(), unit()), "duplicate resources ID (1) within group"),
        (group("g", unit(id=0)), "error: invalid resources ID (> 0 fails)"),
        (group("g", unit(), unit(id=2, denom="uakt")), "multi-denonimation group: (uakt == uact fails)"),
        (
            group("g", unit(price=10_000_001)),
            f"group g: error: invalid unit price (10000000 > 10000001.{'0' * 18}uact fails)",
        ),
    ],
)
def test_a_group_out_of_bounds_is_refused(spec: Any, text: str) -> None:
    assert market().refusal(create(1, spec)) == ("undefined", 1, text)


def test_what_the_chain_lets_through() -> None:
    world = market()

    world.send(create(1, group("free", unit(price=0), attributes={"a": "x", "b!": "y"})))

    assert _info(world)["deployment"]["state"] == "active"


def test_group_names_are_unique() -> None:
    expected = ("deployment", 7, "duplicate deployment group name a: duplicate group name: Invalid groups")

    assert market().refusal(create(1, group("a"), group("a"))) == expected


def test_denominations_that_start_no_deployment() -> None:
    world = market()
    akt = create(1, group("g", unit(denom="uakt")), deposit=deposit(denom="uakt"))
    other = create(1, group("g", unit(denom="ubtc")), deposit=deposit(denom="ubtc"))

    assert world.refusal(akt) == ("deployment", 20, "Deposit invalid")
    assert world.refusal(other) == ("undefined", 1, "Deposit invalid: Invalid deposit denomination ubtc")


def test_a_dseq_is_used_once_and_a_close_works_once() -> None:
    world = market()
    world.send(create(1))
    world.send(close(1))

    assert world.refusal(create(1)) == ("deployment", 3, "Deployment exists")
    assert world.refusal(close(1)) == ("deployment", 5, "Deployment closed")
    assert world.refusal(close(2)) == ("deployment", 4, "Deployment not found")
    update = pb.deployment.MsgUpdateDeployment(id=deployment_id(1), hash=HASH)
    assert world.refusal(update) == ("deployment", 5, "Deployment closed")


def test_an_update_to_the_same_hash_is_refused() -> None:
    world = market()
    world.send(create(1))

    same = pb.deployment.MsgUpdateDeployment(id=deployment_id(1), hash=HASH)

    assert world.refusal(same) == ("deployment", 10, "Invalid: deployment hash")


def test_a_group_pauses_starts_again_and_closes() -> None:
    world = market()
    world.send(create())
    states = []

    for message in ("MsgPauseGroup", "MsgStartGroup", "MsgCloseGroup"):
        world.send(getattr(pb.deployment, message)(id=group_id()))
        states.append(_info(world)["groups"][0]["state"])

    orders = world.query("/akash/market/v1beta5/orders/list", filters__owner=TENANT)["orders"]
    assert states == ["paused", "open", "closed"]
    assert [(order["id"]["oseq"], order["state"]) for order in orders] == [(1, "closed"), (2, "closed")]


def test_a_group_refuses_what_it_is_already() -> None:
    world = market()
    world.send(create())
    pause, start, end = (
        getattr(pb.deployment, name)(id=group_id())
        for name in ("MsgPauseGroup", "MsgStartGroup", "MsgCloseGroup")
    )

    assert world.refusal(start) == ("deployment", 16, "Group open")
    world.send(pause)
    assert world.refusal(pause) == ("deployment", 17, "Group paused")
    world.send(end)
    assert world.refusal(end) == ("deployment", 15, "Group already closed")
    missing = pb.deployment.MsgCloseGroup(id=group_id(gseq=7))
    assert world.refusal(missing) == ("deployment", 14, "Group not found")


def test_a_query_for_what_is_not_there() -> None:
    world = market()

    with pytest.raises(RestError) as missing:
        _info(world)
    with pytest.raises(RestError) as nameless:
        world.query(INFO)

    assert missing.value.body()["message"] == "codespace deployment code 4: Deployment not found"
    assert (nameless.value.status, nameless.value.message) == (400, "invalid owner address")
