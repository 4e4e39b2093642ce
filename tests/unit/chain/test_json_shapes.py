"""What REST's JSON looks like (gogoproto's jsonpb), and what signed bytes look like beside it."""

from __future__ import annotations

from typing import Any

from sandbox.chain import pb
from tests.unit.chain.factories import bid, create, leased, market
from tests.unit.chain.world import PROVIDER, TENANT, TREASURY, World

DEPLOYMENT = "/akash/deployment/v1beta4/deployments/info"


def shown(world: World) -> Any:
    return world.query(DEPLOYMENT, id__owner=TENANT, id__dseq=1)


def test_long_numbers_are_text_and_short_ones_numbers() -> None:
    found = shown(leased())

    assert found["deployment"]["id"]["dseq"] == "1"
    assert found["escrow_account"]["state"]["settled_at"].isdigit()
    assert found["groups"][0]["id"]["gseq"] == 1
    assert found["groups"][0]["group_spec"]["resources"][0]["count"] == 1


def test_amounts_are_text_with_eighteen_decimals_or_none() -> None:
    found = shown(leased())
    lease = leased().query("/akash/market/v1beta5/leases/list")["leases"][0]

    assert found["escrow_account"]["state"]["funds"][0]["amount"] == f"5000000.{'0' * 18}"
    assert lease["lease"]["price"] == {"denom": "uact", "amount": f"100.{'0' * 18}"}
    assert lease["escrow_payment"]["state"]["withdrawn"] == {"denom": "uact", "amount": "0"}


def test_bytes_are_base64_and_quantities_of_resources_are_digits() -> None:
    found = shown(leased())
    resource = found["groups"][0]["group_spec"]["resources"][0]["resource"]

    assert found["deployment"]["hash"] == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert resource["cpu"]["units"] == {"val": "500"}
    assert resource["gpu"] == {"units": {"val": "0"}, "attributes": []}


def test_enums_have_their_names_and_what_is_missing_is_null_or_empty() -> None:
    found = shown(leased())

    assert found["deployment"]["state"] == "active"
    assert found["deployment"]["reclamation"] is None
    assert found["escrow_account"]["state"]["deposits"][0]["source"] == "grant"
    assert found["escrow_account"]["state"]["deposits"][0]["owner"] == TREASURY
    assert found["groups"][0]["group_spec"]["requirements"]["attributes"] == []
    assert World().query("/akash/market/v1beta5/bids/list")["pagination"]["next_key"] is None


def test_a_bid_and_a_lease_carry_all_of_their_id_and_their_escrow() -> None:
    world = market()
    world.send(create(1))
    world.send(bid())

    [found] = world.query("/akash/market/v1beta5/bids/list")["bids"]

    assert found["bid"]["id"] == {
        "owner": TENANT,
        "dseq": "1",
        "gseq": 1,
        "oseq": 1,
        "provider": PROVIDER,
        "bseq": 0,
    }
    assert found["escrow_account"]["id"] == {"scope": "bid", "xid": f"{TENANT}/1/1/1/{PROVIDER}"}


def test_signed_decimals_are_scaled_whole_numbers() -> None:
    raw = pb.coin.DecCoin(denom="uact", amount=str(50 * 10**18)).SerializeToString()

    assert b"50000000000000000000" in raw
