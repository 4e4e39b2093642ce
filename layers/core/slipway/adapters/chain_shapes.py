"""A node's JSON as values of the domain (akash-chain.md §1.4). What has another shape raises."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.coins import DecCoin
from slipway.domain.deployment import Bid, Deployment, Deposit, Escrow, Group, Lease, Provider
from slipway.domain.ids import Address, Dseq, Height, LeaseId
from slipway.domain.money import CREDIT_DENOM, MicroUsd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Json = Mapping[str, Any]

_DEPOSIT_AUTHORIZATION: Final = "/akash.escrow.v1.DepositAuthorization"


def deployment(found: Json) -> Deployment:
    own = found["deployment"]
    return Deployment(
        owner=Address(own["id"]["owner"]),
        dseq=Dseq(int(own["id"]["dseq"])),
        state=own["state"],
        hash=own["hash"],
        created_at=Height(int(own["created_at"])),
        groups=tuple(_group(group) for group in found["groups"]),
        escrow=escrow(found["escrow_account"]),
        reclamation=own.get("reclamation"),
    )


def _group(found: Json) -> Group:
    return Group(gseq=int(found["id"]["gseq"]), state=found["state"], spec=found["group_spec"])


def escrow(found: Json) -> Escrow:
    own = found["state"]
    return Escrow(
        scope=found["id"]["scope"],
        xid=found["id"]["xid"],
        owner=Address(own["owner"]),
        state=own["state"],
        transferred=_coins(own["transferred"]),
        settled_at=Height(int(own["settled_at"])),
        funds=_coins(own["funds"]),
        deposits=tuple(_deposit(entry) for entry in own["deposits"]),
    )


def _deposit(found: Json) -> Deposit:
    return Deposit(
        owner=Address(found["owner"]),
        height=Height(int(found["height"])),
        source=found["source"],
        balance=_coin(found["balance"]),
    )


def lease(found: Json) -> Lease:
    own = found["lease"]
    return Lease(
        id=lease_id(own["id"]),
        state=own["state"],
        price=_coin(own["price"]),
        created_at=Height(int(own["created_at"])),
        closed_on=Height(int(own["closed_on"])),
        reason=own["reason"],
        reclamation=own.get("reclamation"),
    )


def bid(found: Json) -> Bid:
    own = found["bid"]
    return Bid(
        id=lease_id(own["id"]),
        state=own["state"],
        price=_coin(own["price"]),
        created_at=Height(int(own["created_at"])),
        resources_offer=tuple(own["resources_offer"]),
        reclamation_window=own.get("reclamation_window"),
        escrow=escrow(found["escrow_account"]),
    )


def lease_id(found: Json) -> LeaseId:
    return LeaseId(
        owner=Address(found["owner"]),
        dseq=Dseq(int(found["dseq"])),
        gseq=int(found["gseq"]),
        oseq=int(found["oseq"]),
        provider=Address(found["provider"]),
        bseq=int(found.get("bseq", 0)),
    )


def provider(found: Json) -> Provider:
    own = found["provider"]
    return Provider(
        owner=Address(own["owner"]),
        host_uri=str(own["host_uri"]),
        attributes=tuple((each["key"], each["value"]) for each in own["attributes"]),
    )


def height(found: Json) -> Height:
    """Of a block."""
    return Height(int(found["block"]["header"]["height"]))


def certificate(found: Json) -> bytes:
    """The PEM of a certificate."""
    return base64.b64decode(found["certificate"]["cert"], validate=True)


def min_deposit(found: Json) -> MicroUsd:
    amounts = {coin["denom"]: int(coin["amount"]) for coin in found["params"]["min_deposits"]}
    return MicroUsd(amounts[CREDIT_DENOM])


def credit(found: Json) -> MicroUsd:
    """What all deposit grants of one pair still allow."""
    return MicroUsd(sum(granted(grant) for grant in found["grants"]))


def granted(grant: Json) -> int:
    """uact of one grant; none where it is for something else."""
    return _uact(grant["authorization"])


def _uact(authorization: Json) -> int:
    if authorization["@type"] != _DEPOSIT_AUTHORIZATION:
        return 0
    return sum(int(coin["amount"]) for coin in authorization["spend_limits"] if coin["denom"] == CREDIT_DENOM)


def _coins(found: Sequence[Json]) -> tuple[DecCoin, ...]:
    return tuple(_coin(coin) for coin in found)


def _coin(found: Json) -> DecCoin:
    return DecCoin.parse(found["denom"], found["amount"])
