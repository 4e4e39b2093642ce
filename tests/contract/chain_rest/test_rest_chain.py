"""What only the adapter does: pages of lists, forged cursors, kept params, providers, recorded answers."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from slipway.adapters.chain_cursors import cursor_of
from slipway.adapters.chain_nodes import Nodes
from slipway.adapters.chain_rest import PARAMS_KEPT_SECONDS, RestChain
from slipway.domain.errors import ChainUnavailable, FieldInvalid, ProviderNotFound
from slipway.domain.ids import Address, Dseq

from tests import recordings
from tests.contract.chain_rest import node as shapes

if TYPE_CHECKING:
    from tests.contract.chain_rest.node import RestNode
    from tests.fakes.chain import FakeChain

ALICE, BOB, PROVIDER = Address("akash1alice"), Address("akash1bob"), Address("akash1provider")
LISTS = {"deployments/list": "deployments", "bids/list": "bids", "leases/list": "leases"}


def test_lists_are_read_to_their_end(rest: RestChain, node: RestNode, chain: FakeChain) -> None:
    node.largest = 3
    for number in range(1, 12):
        chain.lease(chain.bid(ALICE, Dseq(number), PROVIDER).id)
        chain.bid(ALICE, Dseq(99), Address(f"akash1{number:03}"))
    node.certificates[PROVIDER] = [b"%d" % number for number in range(7)]

    assert [lease.id.dseq for lease in rest.leases(ALICE)] == list(range(1, 12))
    assert len(rest.bids(ALICE, Dseq(99))) == 11
    assert rest.certificates(PROVIDER) == tuple(b"%d" % number for number in range(7))


def test_a_key_that_leads_to_anothers_rows_shows_none_of_them(
    rest: RestChain, node: RestNode, chain: FakeChain
) -> None:
    """The node forgets the filters as soon as it is given a key: rows are looked at again here."""
    node.largest = 1
    for owner in (ALICE, BOB):
        for dseq in (1, 2):
            chain.lease(chain.bid(owner, Dseq(dseq), PROVIDER).id)

    assert {lease.id.owner for lease in rest.leases(ALICE)} == {ALICE}
    assert {bid.id.dseq for bid in rest.bids(ALICE, Dseq(1))} == {1}


@pytest.mark.parametrize("key", ["active/akash1bob/", "closed/akash1alice/"])
def test_a_forged_cursor_finds_nothing_of_others(rest: RestChain, chain: FakeChain, key: str) -> None:
    chain.open(BOB, Dseq(1), payer=BOB, funds=1)
    chain.open(ALICE, Dseq(2), payer=ALICE, funds=1)
    chain.close(ALICE, Dseq(2))
    forged = cursor_of(ALICE, base64.b64encode(key.encode()).decode())

    with pytest.raises(FieldInvalid):
        rest.deployments(ALICE, cursor=forged, limit=7)


def test_a_provider_is_told_as_registered(rest: RestChain, node: RestNode) -> None:
    node.providers[PROVIDER] = "https://provider.example:8443"

    found = rest.provider(PROVIDER)

    assert (found.owner, found.host_uri) == (PROVIDER, "https://provider.example:8443")
    assert found.attributes == (("region", "us-west"),)


def test_an_unknown_provider_is_not_found(rest: RestChain) -> None:
    with pytest.raises(ProviderNotFound) as missing:
        rest.provider(Address("akash1nobody"))

    assert missing.value.provider == "akash1nobody"


def test_nobody_leaves_the_path_with_an_address(rest: RestChain, node: RestNode) -> None:
    with pytest.raises(ProviderNotFound):
        rest.provider(Address("../../deployments/list?x"))

    assert node.paths == ["/akash/provider/v1beta4/providers/..%2F..%2Fdeployments%2Flist%3Fx"]


def test_the_least_deposit_is_asked_for_once_in_some_minutes(node: RestNode) -> None:
    now = 0.0
    with shapes.serving(node) as url:
        nodes = Nodes([url])
        chain = RestChain(nodes, clock=lambda: now)
        for _ in range(3):
            chain.min_deposit()
        now = PARAMS_KEPT_SECONDS + 1
        chain.min_deposit()
        nodes.close()

    assert len(node.paths) == 2


def test_a_dead_node_is_passed_over(node: RestNode, chain: FakeChain) -> None:
    chain.open(ALICE, Dseq(1), payer=ALICE, funds=1)
    with shapes.serving(node) as url:
        nodes = Nodes(["http://127.0.0.1:1", url])

        assert RestChain(nodes).deployment(ALICE, Dseq(1)).dseq == 1
        nodes.close()


def test_without_a_node_the_chain_is_unavailable() -> None:
    nodes = Nodes(["http://127.0.0.1:1"])

    with pytest.raises(ChainUnavailable):
        RestChain(nodes).bids(ALICE, Dseq(1))
    nodes.close()


def answering(exchange: dict[str, Any]) -> tuple[RestChain, Nodes]:
    response = exchange["response"]
    told = httpx.Response(response["status"], json=response["body"])
    nodes = Nodes(["http://node"], client=httpx.Client(transport=httpx.MockTransport(lambda _: told)))
    return RestChain(nodes), nodes


def recorded(ending: str) -> list[dict[str, Any]]:
    """The good answers of a real node to one path."""
    found = []
    for path in sorted(recordings.path("chain").glob("*.jsonl")):
        for exchange in recordings.load(f"chain/{path.name}")[1]:
            target = exchange["request"].get("path") or ""
            if target.endswith(ending) and exchange["response"]["status"] == 200:
                found.append(exchange)
    assert found
    return found


def test_a_recorded_deployment_survives_the_way_there_and_back() -> None:
    for exchange in recorded("deployments/info"):
        chain, nodes = answering(exchange)
        named = exchange["response"]["body"]["deployment"]["id"]

        found = shapes.deployment(chain.deployment(Address(named["owner"]), Dseq(int(named["dseq"]))))

        for group, own in zip(exchange["response"]["body"]["groups"], found["groups"], strict=True):
            group["created_at"] = own["created_at"]  # nobody needs it
        assert found == exchange["response"]["body"]
        nodes.close()


@pytest.mark.parametrize("name", ["bids", "leases"])
def test_recorded_bids_and_leases_survive_the_way_there_and_back(name: str) -> None:
    back: Any = {"bids": shapes.bid, "leases": shapes.lease}[name]
    for exchange in recorded(f"{name}/list"):
        rows = exchange["response"]["body"][name]
        exchange["response"]["body"]["pagination"]["next_key"] = None
        owners = {(row[name[:-1]]["id"]["owner"], row[name[:-1]]["id"]["dseq"]) for row in rows}
        chain, nodes = answering(exchange)
        for owner, dseq in owners:
            found = getattr(chain, name)(Address(owner), Dseq(int(dseq)))
            own = [row for row in rows if row[name[:-1]]["id"]["dseq"] == dseq]
            assert [_without_payment(back(each)) for each in found] == [_without_payment(row) for row in own]
        nodes.close()


def _without_payment(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "escrow_payment"}


def test_recorded_pages_give_cursors_that_bring_back_the_nodes_own_keys() -> None:
    for exchange in recorded("deployments/list"):
        body = exchange["response"]["body"]
        active = [row for row in body["deployments"] if row["deployment"]["state"] == "active"]
        owners = {row["deployment"]["id"]["owner"] for row in active}
        if len(owners) != 1 or active != body["deployments"]:
            continue
        chain, nodes = answering(exchange)
        page = chain.deployments(Address(owners.pop()), cursor=None, limit=100)
        assert (page.cursor is None) == (body["pagination"]["next_key"] is None)
        assert len(page.deployments) == len(active)
        nodes.close()


def test_a_recorded_grant_and_the_recorded_params_are_read() -> None:
    [*grants] = recorded("authz/v1beta1/grants")
    [params, *_] = recorded("deployment/v1beta4/params")
    amounts = []
    for exchange in grants:
        chain, nodes = answering(exchange)
        amounts.append(chain.credit(ALICE, BOB))
        nodes.close()
    chain, nodes = answering(params)

    assert chain.min_deposit() == 500_000
    assert any(amounts)
    assert 0 in amounts
    nodes.close()
