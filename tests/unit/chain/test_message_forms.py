"""ValidateBasic: which of several mistakes is told first, and in which words (akash-chain.md §00.16)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chain import pb
from tests.unit.chain.factories import (
    bid,
    create,
    deployment_id,
    deposit,
    group,
    group_id,
    lease,
    lease_id,
    top_up,
    unit,
    withdraw,
)
from tests.unit.chain.world import HASH, PROVIDER, TENANT, World

DEPLOYMENT = "DeploymentID: Invalid Deployment Sequence: invalid sequence"
GROUP = f"GroupID: Invalid DeploymentID: {DEPLOYMENT}"
ORDER = "BidID: Invalid OrderID: OrderID: Invalid GroupID"
BAD = "akash1bad"


def account(scope: str, xid: str) -> Any:
    return pb.escrow.MsgAccountDeposit(
        signer=TENANT, id=pb.escrow_id.Account(scope=scope, xid=xid), deposit=deposit(1, "balance")
    )


@pytest.mark.parametrize(
    ("message", "code", "text"),
    [
        (pb.deployment.MsgCloseDeployment(id=deployment_id(0)), 3, DEPLOYMENT),
        (pb.deployment.MsgPauseGroup(id=group_id(dseq=0)), 3, GROUP),
        (
            pb.deployment.MsgPauseGroup(id=group_id(gseq=0)),
            3,
            "GroupID: Invalid Group Sequence: invalid sequence",
        ),
        (lease(dseq=0), 3, f"{ORDER}: {GROUP}"),
        (lease(gseq=0), 3, f"{ORDER}: GroupID: Invalid Group Sequence: invalid sequence"),
        (lease(oseq=0), 3, "BidID: Invalid OrderID: OrderID: Invalid Order Sequence: invalid sequence"),
        (lease(BAD), 7, "BidID: Invalid Provider Address: invalid address"),
        (lease(TENANT), 36, "BidID: self-bid: conflict"),
        (
            withdraw(oseq=0),
            3,
            f"LeaseID: Invalid BidID: {ORDER.partition(':')[0]}: Invalid OrderID: "
            "OrderID: Invalid Order Sequence: invalid sequence",
        ),
        (
            pb.market.MsgCloseLease(id=lease_id(TENANT)),
            36,
            "LeaseID: Invalid BidID: BidID: self-bid: conflict",
        ),
    ],
)
def test_an_id_names_its_wrong_part_with_all_that_is_around_it(message: Any, code: int, text: str) -> None:
    assert World().refusal(message) == ("sdk", code, text)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (create(0, deposit=deposit(1, denom="!")), ("sdk", 3, DEPLOYMENT)),
        (create(deposit=deposit(1, denom="!"), groups=[]), ("undefined", 1, "invalid denom: !")),
        (create(deposit=deposit(-5), groups=[]), ("undefined", 1, "negative coin amount: -5")),
        (
            create(deposit=pb.deposit.Deposit(amount=deposit().amount), hash=b""),
            ("akash", 4, "empty deposit sources: invalid deposit source"),
        ),
        (create(groups=[], hash=b""), ("deployment", 7, "Invalid groups")),
        (create(1, group("", unit(cpu=1)), hash=HASH[:5]), ("deployment", 10, "Invalid: deployment hash")),
        (
            create(1, group("a", unit(denom="uakt")), group("")),
            ("deployment", 20, "Mismatched denominations (uact != uakt): Deposit invalid"),
        ),
    ],
)
def test_the_first_mistake_of_a_creation_is_told(message: Any, expected: tuple[str, int, str]) -> None:
    assert World().refusal(message) == expected


def test_a_negative_window_is_refused_before_it_runs() -> None:
    message = create()
    message.reclamation.min_window.seconds = -1

    expected = ("deployment", 26, "min_window must be >= 0: invalid reclamation configuration")
    assert World().refusal(message) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (bid(deposit=deposit(1, denom="!"), price=0), ("undefined", 1, "invalid denom: !")),
        (bid(price=0), ("market", 19, "invalid bid: zero price")),
    ],
)
def test_the_first_mistake_of_a_bid_is_told(message: Any, expected: tuple[str, int, str]) -> None:
    assert World().refusal(message) == expected


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (account("invalid", f"{TENANT}/1"), "invalid scope"),
        (account("deployment", TENANT), "invalid xid format"),
        (account("bid", f"{TENANT}/1"), "invalid xid format"),
        (
            account("deployment", f"{BAD}/1"),
            "invalid xid/owner: decoding bech32 failed: invalid separator index 5",
        ),
        (
            account("deployment", f"{TENANT}/x"),
            'invalid xid/dseq: strconv.ParseUint: parsing "x": invalid syntax',
        ),
        (
            account("bid", f"{TENANT}/1/4294967296/1/{PROVIDER}"),
            'invalid xid/gseq: strconv.ParseUint: parsing "4294967296": value out of range',
        ),
    ],
)
def test_an_escrow_id_names_its_wrong_part(message: Any, text: str) -> None:
    assert World().refusal(message) == ("escrow", 12, f"{text}: invalid ID")


def test_a_deposit_below_zero_makes_the_chain_panic() -> None:
    world = World()
    world.grant(5_000_000)
    world.send(create())

    codespace, code, text = world.refusal(top_up(-5, "balance"))

    assert (codespace, code) == ("undefined", 111222)
    assert text.startswith("recovered: negative coin amount: -5")
