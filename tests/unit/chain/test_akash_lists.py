"""Akash's own lists: states, filters, pages and their keys."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sandbox.chain import pb
from sandbox.chain.rest.akash_pages import Place
from sandbox.chain.rest.status import RestError
from tests.unit.chain.factories import bid, close, create, deposit, lease, market, provider
from tests.unit.chain.world import PROVIDER, RIVAL, TENANT, World

LIST = "/akash/deployment/v1beta4/deployments/list"
ACCOUNTS = "/akash/escrow/v1/types/accounts"
PAGE = "pagination"


def _many() -> World:
    """The tenant's deployments 1 to 5, of which 2 and 4 are closed, and one of the rival's."""
    world = market(credit=50_000_000)
    for dseq in range(1, 6):
        world.send(create(dseq))
    world.send(close(2))
    world.send(close(4))
    owner = pb.deployment_v1.DeploymentID(owner=RIVAL, dseq=9)
    world.send(create(id=owner, deposit=deposit(500_000, "balance")))
    return world


def _dseqs(found: Any) -> list[int]:
    return [int(entry["deployment"]["id"]["dseq"]) for entry in found["deployments"]]


def _listed(world: World, **params: Any) -> Any:
    return world.query(LIST, filters__owner=TENANT, **params)


def test_pages_go_through_all_states_in_the_order_of_the_dseq() -> None:
    world = _many()

    first = _listed(world, pagination__limit=2)
    second = _listed(world, pagination__limit=2, pagination__key=first[PAGE]["next_key"])
    third = _listed(world, pagination__limit=2, pagination__key=second[PAGE]["next_key"])

    assert [_dseqs(page) for page in (first, second, third)] == [[1, 2], [3, 4], [5]]
    assert [page[PAGE]["total"] for page in (first, second, third)] == ["2", "2", "1"]
    assert third[PAGE]["next_key"] is None


def test_a_page_key_is_enough_by_itself() -> None:
    world = _many()
    first = _listed(world, pagination__limit=2, filters__state="active")

    rest = world.query(LIST, pagination__key=first[PAGE]["next_key"])

    assert _dseqs(first) == [1, 3]
    assert _dseqs(rest) == [5]


def test_reverse_offset_and_one_dseq() -> None:
    world = _many()

    assert _dseqs(_listed(world, pagination__reverse="true", pagination__limit=2)) == [5, 4]
    assert _dseqs(_listed(world, filters__state="active", pagination__offset=1)) == [3, 5]
    assert _dseqs(_listed(world, filters__dseq=4)) == [4]
    assert _dseqs(_listed(world, filters__dseq=44)) == []


def test_everybodys_rows_come_state_by_state_and_backwards_with_the_states_turned_round() -> None:
    world = _many()

    everybody = world.query(LIST)
    first = world.query(LIST, pagination__limit=5)
    rest = world.query(LIST, pagination__limit=5, pagination__key=first[PAGE]["next_key"])
    backwards = world.query(LIST, pagination__reverse="true")

    forward = _dseqs(everybody)
    assert sorted(forward[:4]) == [1, 3, 5, 9]
    assert forward[4:] == [2, 4]
    assert _dseqs(first) + _dseqs(rest) == forward
    assert _dseqs(backwards) == forward[::-1]


def test_a_page_key_leaves_the_other_filters_standing() -> None:
    world = _many()
    first = _listed(world, pagination__limit=1)

    rest = world.query(LIST, pagination__key=first[PAGE]["next_key"], filters__dseq=4)

    assert _dseqs(rest) == [4]


def test_a_key_of_bids_without_a_mark_is_refused() -> None:
    world = market()
    key = base64.b64encode(Place((1,), b"\x01", b"key").encode()).decode()

    with pytest.raises(RestError, match="invalid pagination key"):
        world.query("/akash/market/v1beta5/bids/list", pagination__key=key)


def test_pages_of_everybodys_bids_and_of_one_providers() -> None:
    world = market()
    world.send(provider(RIVAL))
    for dseq in (1, 2, 3):
        world.send(create(dseq))
        world.send(bid(dseq=dseq), bid(RIVAL, dseq=dseq))
    path = "/akash/market/v1beta5/bids/list"

    for filters in ({}, {"filters__provider": RIVAL}):
        whole = world.query(path, **filters)["bids"]
        found, key = [], ""
        while key is not None:
            page = world.query(path, pagination__limit=2, pagination__key=key, **filters)
            found += page["bids"]
            key = page[PAGE]["next_key"]
        assert found == whole
        assert len(whole) == (3 if filters else 6)


def test_everybodys_deployments_and_an_owner_that_is_no_address() -> None:
    world = _many()

    assert len(world.query(LIST)["deployments"]) == 6
    assert world.query(LIST, filters__owner="akash1bad")["deployments"] == []


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"filters__state": "bogus"}, "invalid state value"),
        ({"filters__state": "invalid"}, "invalid state value"),
        ({"filters__dseq": "abc"}, 'strconv.ParseUint: parsing "abc": invalid syntax'),
        ({"filters__dseq": 2**64}, 'strconv.ParseUint: parsing "18446744073709551616": value out of range'),
        ({"pagination__key": "!!"}, "illegal base64 data at input byte 0"),
        ({"pagination__key": "AAAA"}, "pagination: invalid key: invalid key length"),
        (
            {"pagination__offset": 1},
            "invalid request parameters. if offset is set, filter.state must be provided",
        ),
    ],
)
def test_a_question_is_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(RestError) as refusal:
        World().query(LIST, **params)

    assert (refusal.value.status, refusal.value.message) == (400, message)


def test_filters_that_a_list_does_not_know_mean_nothing_to_it() -> None:
    world = _many()

    assert _dseqs(_listed(world, filters__gseq=7, filters__colour="red")) == [1, 2, 3, 4, 5]
    assert len(world.query("/akash/market/v1beta5/orders/list", filters__provider=RIVAL)["orders"]) == 6
    with pytest.raises(RestError, match='parsing "4294967296": value out of range'):
        world.query("/akash/market/v1beta5/orders/list", filters__gseq=2**32)


def test_a_key_that_was_changed_is_refused() -> None:
    raw = bytearray(Place((1, 2), b"\x01", b"key", b"\x01").encode())
    raw[-1] ^= 1

    with pytest.raises(RestError, match="invalid checksum"):
        Place.decode(bytes(raw))


def test_a_key_comes_back_as_it_went_out() -> None:
    place = Place((1, 2), b"\x01", b"key", b"\x02")

    assert Place.decode(place.encode()) == place


def test_bids_and_leases_of_one_provider() -> None:
    world = market()
    world.send(provider(RIVAL))
    world.send(create(1))
    world.send(bid(), bid(RIVAL))
    world.send(lease())

    bids = world.query("/akash/market/v1beta5/bids/list", filters__provider=RIVAL)["bids"]
    leases = world.query("/akash/market/v1beta5/leases/list", filters__provider=PROVIDER)["leases"]

    assert [entry["bid"]["id"]["provider"] for entry in bids] == [RIVAL]
    assert bids[0]["escrow_account"]["state"]["state"] == "closed"
    assert leases[0]["escrow_payment"]["id"]["xid"] == f"1/1/{PROVIDER}"


def test_escrow_accounts_by_state_and_beginning_of_their_path() -> None:
    world = _many()

    own = world.query(ACCOUNTS, state="open", xid=f"deployment/{TENANT}")["accounts"]
    one = world.query(ACCOUNTS, state="open", xid=f"deployment/{TENANT}/3")["accounts"]
    closed = world.query(ACCOUNTS, state="closed")["accounts"]

    assert [entry["id"]["xid"].rsplit("/", 1)[-1] for entry in own] == ["1", "3", "5"]
    assert [entry["id"] for entry in one] == [{"scope": "deployment", "xid": f"{TENANT}/3"}]
    assert len(closed) == 2


def test_escrow_pages_go_from_state_to_state() -> None:
    world = _many()
    found, key = [], ""

    while key is not None:
        page = world.query(ACCOUNTS, pagination__limit=3, pagination__key=key)
        found.append(len(page["accounts"]))
        key = page[PAGE]["next_key"]

    assert sum(found) == 6
    assert max(found) == 3


def test_params_are_those_of_the_genesis_file() -> None:
    world = World()

    market_params = world.query("/akash/market/v1beta5/params")["params"]
    deployment_params = world.query("/akash/deployment/v1beta4/params")["params"]

    assert market_params["order_max_bids"] == 2
    assert market_params["min_reclamation_window"] == "3600s"
    assert [coin["denom"] for coin in deployment_params["min_deposits"]] == ["uact", "uakt"]


def test_discovery_names_the_chain() -> None:
    info = World().query("/akash/discovery/v1/info")["info"]

    assert info["chain_id"] == "unit"
    assert {entry["api_version"] for entry in info["supported_versions"]} == {"v1beta3", "v1beta4"}
