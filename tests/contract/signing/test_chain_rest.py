"""The signer's chain client on what a real node answered, and on nodes that fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from slipway.domain.errors import ChainUnavailable
from slipway_signing.chain_port import Inclusion, Reception, Refusal, Tip
from slipway_signing.nodes import MAX_LAG_NS, nanoseconds

from tests.contract.signing.nodes import TIME_NS, Node, chain, plain, recorded

if TYPE_CHECKING:
    from slipway_signing.chain import RestChain

GRANTER = "akash1x0fqdjxzk45q7jwan7t4ma3f67j8apfr4y2ng9"
GRANTEE = "akash1ap44x0n6avaz6r59gyq4dt854hwwyr9cnwkmwn"


EMPTY = "01-reads-on-an-empty-chain"
GRANTS = "02-treasury-grants"
ANTE = "03-unordered-transactions-and-the-ante-handler"


def test_the_account_number() -> None:
    node = recorded(EMPTY, "account_info of the treasury, never signed")

    assert chain(a=node).account_number(GRANTER) == 1
    assert node.asked == [(f"/cosmos/auth/v1beta1/account_info/{GRANTER}", {})]


def test_an_account_that_the_chain_has_not_seen() -> None:
    node = recorded(EMPTY, "account_info of an address the chain has not seen")

    assert chain(a=node).account_number(GRANTEE) is None


def test_the_tip_is_exact_to_the_nanosecond() -> None:
    assert chain(a=recorded(EMPTY, "node status")).tip() == Tip(height=12, time_ns=TIME_NS)


@pytest.mark.parametrize(
    ("walk", "name", "credit"),
    [
        ("02-treasury-grants", "after the grants: deposit grant", 10_000_000),
        ("04-create-deployment-and-its-refusals", "grant used up: deposit grant", 0),
    ],
)
def test_the_credit_is_what_the_deposit_grant_still_allows(walk: str, name: str, credit: int) -> None:
    assert chain(a=recorded(walk, name)).credit(GRANTER, GRANTEE) == credit


def test_other_grants_are_no_credit() -> None:
    grant = {"authorization": {"@type": "/cosmos.authz.v1beta1.GenericAuthorization", "msg": "/x"}}

    assert chain(a=plain(200, json.dumps({"grants": [grant]}))).credit(GRANTER, GRANTEE) == 0


def test_no_grant_is_no_credit() -> None:
    node = recorded(EMPTY, "grants of a pair without grants")

    assert chain(a=node).credit(GRANTER, GRANTEE) == 0
    assert node.asked == [("/cosmos/authz/v1beta1/grants", {"granter": GRANTER, "grantee": GRANTEE})]


def test_the_simulated_gas() -> None:
    node = recorded(GRANTS, "grant deposit and fees in one transaction · simulate")

    assert chain(a=node).simulate(b"\x01") == 106_059
    assert node.asked == [("/cosmos/tx/v1beta1/simulate", {"tx_bytes": "AQ=="})]


def test_a_simulation_that_does_not_run_is_a_refusal_with_its_text() -> None:
    refusal = chain(a=recorded(GRANTS, "grant of zero · simulate")).simulate(b"")

    assert isinstance(refusal, Refusal)
    assert refusal.log.startswith("failed to execute message; message index: 0: spend limits are not valid")


def test_a_panic_is_a_refusal() -> None:
    node = recorded("05-providers-bids-leases", "bid in another denom · simulate")

    assert isinstance(chain(a=node).simulate(b""), Refusal)


def test_a_node_in_trouble_is_no_refusal() -> None:
    with pytest.raises(ChainUnavailable):
        chain(a=plain(500, '{"code":2,"message":"post failed: connection refused"}')).simulate(b"")


def test_an_accepted_broadcast() -> None:
    node = recorded(GRANTS, "grant deposit and fees in one transaction · broadcast")

    assert chain(a=node).broadcast(b"\x01") == Reception()
    assert node.asked == [("/cosmos/tx/v1beta1/txs", {"tx_bytes": "AQ==", "mode": "BROADCAST_MODE_SYNC"})]


def test_already_in_the_mempool_is_accepted() -> None:
    assert chain(a=recorded(ANTE, "same bytes while pending · broadcast")).broadcast(b"") == Reception()


def test_a_refused_broadcast_has_its_code() -> None:
    reception = chain(a=recorded(ANTE, "fee below the minimum · broadcast")).broadcast(b"")

    assert reception.refusal is not None
    assert (reception.refusal.codespace, reception.refusal.code) == ("sdk", 13)
    assert reception.certain


def test_a_refusal_of_the_second_node_is_not_certain() -> None:
    """The first may have taken the bytes and lost its answer."""
    nodes = {"a": Node(None), "b": recorded(ANTE, "fee below the minimum · broadcast")}

    assert not chain(**nodes).broadcast(b"").certain


ACCEPTED = "grant deposit and fees in one transaction · broadcast"
FULL = '{"tx_response": {"code": 20, "codespace": "sdk", "raw_log": "mempool is full"}}'


def test_a_transaction_is_given_to_two_nodes_and_no_more() -> None:
    nodes = {host: recorded(GRANTS, ACCEPTED) for host in "abc"}

    assert chain(**nodes).broadcast(b"\x01") == Reception()
    assert [len(node.asked) for node in nodes.values()] == [1, 1, 0]


def test_what_one_node_has_taken_no_other_can_refuse() -> None:
    nodes = {"a": recorded(GRANTS, ACCEPTED), "b": recorded(ANTE, "fee below the minimum · broadcast")}

    assert chain(**nodes).broadcast(b"") == Reception()


def test_a_refusal_at_the_door_goes_to_no_other_node() -> None:
    nodes = {"a": recorded(ANTE, "fee below the minimum · broadcast"), "b": recorded(GRANTS, ACCEPTED)}

    reception = chain(**nodes).broadcast(b"")

    assert (reception.refusal is not None, reception.certain) == (True, True)
    assert nodes["b"].asked == []


def test_a_full_mempool_is_no_reason_not_to_ask_the_next() -> None:
    nodes = {"a": plain(200, FULL), "b": recorded(GRANTS, ACCEPTED)}

    assert chain(**nodes).broadcast(b"") == Reception()
    refusal = chain(a=plain(200, FULL), b=plain(200, FULL)).broadcast(b"").refusal
    assert refusal is not None
    assert (refusal.codespace, refusal.code) == ("sdk", 20)


def test_a_committed_transaction() -> None:
    node = recorded(GRANTS, "grant deposit and fees in one transaction · tx")

    inclusion = chain(a=node).transaction("AB")

    assert isinstance(inclusion, Inclusion)
    assert inclusion.refusal is None
    assert inclusion.height > 0
    assert inclusion.gas_used > 100_000


def test_a_transaction_that_failed_in_its_block() -> None:
    inclusion = chain(a=recorded(ANTE, "gas limit too low for the message · tx")).transaction("AB")

    assert inclusion is not None
    assert inclusion.refusal is not None
    assert (inclusion.refusal.codespace, inclusion.refusal.code) == ("sdk", 11)


def test_a_transaction_that_no_block_has() -> None:
    assert chain(a=recorded(EMPTY, "tx: unknown hash")).transaction("AB") is None


@pytest.mark.parametrize(
    "broken",
    [
        Node(None),
        plain(502, "<html>bad gateway</html>"),
        plain(200, "not json"),
        plain(200, "[]"),
        plain(200, "{}"),
        plain(404, "404 page not found"),
        plain(404, '{"code":12,"message":"Not Implemented"}'),
        plain(429, "{}"),
    ],
)
def test_the_next_node_is_asked_when_one_does_not_answer_as_a_node(broken: Node) -> None:
    broken.broken = True

    def both(good: Node) -> RestChain:
        return chain(a=broken, b=good)

    assert both(recorded(EMPTY, "node status")).tip().height == 12
    assert both(recorded(EMPTY, "tx: unknown hash")).transaction("AB") is None
    assert (
        both(recorded(GRANTS, "grant deposit and fees in one transaction · simulate")).simulate(b"")
        == 106_059
    )
    for ask in (
        lambda: chain(a=broken).tip(),
        lambda: chain(a=broken).transaction("AB"),
        lambda: chain(a=broken).account_number(GRANTER),
        lambda: chain(a=broken).credit(GRANTER, GRANTEE),
        lambda: chain(a=broken).simulate(b""),
        lambda: chain(a=broken).broadcast(b""),
    ):
        with pytest.raises(ChainUnavailable):
            ask()


def test_absence_is_read_from_one_node_that_is_past_the_timeout() -> None:
    node = recorded(EMPTY, "tx: unknown hash")

    assert chain(a=node).absent_at("AB", TIME_NS - 1) == Tip(height=12, time_ns=TIME_NS)
    assert node.paths == ["/cosmos/tx/v1beta1/txs/AB"]
    assert chain(a=node).absent_at("AB", TIME_NS) is None


def test_one_node_that_knows_the_transaction_outweighs_all_that_do_not() -> None:
    nodes = {
        "a": recorded(EMPTY, "tx: unknown hash"),
        "b": recorded(GRANTS, "grant deposit and fees in one transaction · tx"),
    }

    assert chain(**nodes).absent_at("AB", TIME_NS - 1) is None


def test_a_node_that_lags_proves_no_absence() -> None:
    node = recorded(EMPTY, "tx: unknown hash")

    assert chain(TIME_NS + MAX_LAG_NS + 1, a=node).absent_at("AB", TIME_NS - 1) is None


def test_money_is_not_decided_by_a_node_that_lags() -> None:
    stale = recorded("04-create-deployment-and-its-refusals", "grant used up: deposit grant")
    stale.height = 8
    current = recorded(GRANTS, "after the grants: deposit grant")

    assert chain(a=current, b=stale).credit(GRANTER, GRANTEE) == 10_000_000
    assert chain(a=stale, b=current).credit(GRANTER, GRANTEE) == 10_000_000
    assert stale.asked == []


def test_while_every_node_lags_nothing_is_decided() -> None:
    lagging = chain(TIME_NS + MAX_LAG_NS + 1, a=recorded(EMPTY, "grants of a pair without grants"))

    for ask in (
        lagging.tip,
        lambda: lagging.credit(GRANTER, GRANTEE),
        lambda: lagging.simulate(b""),
        lambda: lagging.account_number(GRANTER),
    ):
        with pytest.raises(ChainUnavailable):
            ask()


def test_a_node_that_failed_is_asked_last() -> None:
    nodes = {"a": Node(None), "b": recorded(EMPTY, "tx: unknown hash")}
    found = chain(**nodes)

    found.transaction("AB")
    found.transaction("AB")

    assert [len(node.asked) for node in nodes.values()] == [1, 2]


def test_an_account_number_is_asked_once() -> None:
    node = recorded(EMPTY, "account_info of the treasury, never signed")
    found = chain(a=node)

    assert found.account_number(GRANTER) == found.account_number(GRANTER) == 1
    assert len(node.asked) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T15:01:22.713387566Z", 1795359682713387566),
        ("2026-11-22T15:01:22.7Z", 1795359682700000000),
        ("2026-11-22T15:01:22Z", 1795359682000000000),
    ],
)
def test_times_keep_every_nanosecond(text: str, expected: int) -> None:
    assert nanoseconds(text) == expected
