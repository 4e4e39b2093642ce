"""The signer's chain client on what a real node answered, and on nodes that fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.errors import ChainUnavailable
from slipway_signing.chain import Answer, NodeUnreachable, RestChain, nanoseconds
from slipway_signing.chain_port import Inclusion, Reception, Refusal, Tip

from tests import recordings

if TYPE_CHECKING:
    from collections.abc import Mapping

GRANTER = "akash1x0fqdjxzk45q7jwan7t4ma3f67j8apfr4y2ng9"
GRANTEE = "akash1ap44x0n6avaz6r59gyq4dt854hwwyr9cnwkmwn"


class Node:
    """Answers every call alike, or not at all, and remembers what it was asked."""

    def __init__(self, answer: Answer | None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def reply(self, path: str, fields: Mapping[str, Any]) -> Answer:
        self.asked.append((path, dict(fields)))
        if self.answer is None:
            raise NodeUnreachable("refused")
        return self.answer


class Nodes:
    """A transport to several nodes by host name."""

    def __init__(self, **nodes: Node) -> None:
        self.nodes = nodes

    def get(self, url: str, query: Mapping[str, str]) -> Answer:
        return self._ask(url, query)

    def post(self, url: str, body: Mapping[str, Any]) -> Answer:
        return self._ask(url, body)

    def _ask(self, url: str, fields: Mapping[str, Any]) -> Answer:
        host, _, path = url.removeprefix("http://").partition("/")
        return self.nodes[host].reply(f"/{path}", fields)


def recorded(walk: str, name: str) -> Node:
    response = next(one for one in recordings.load(f"chain/{walk}.jsonl")[1] if one["name"] == name)[
        "response"
    ]
    return Node(Answer(response["status"], json.dumps(response["body"]).encode()))


def plain(status: int, body: str) -> Node:
    return Node(Answer(status, body.encode()))


def chain(**nodes: Node) -> RestChain:
    return RestChain([f"http://{host}/" for host in nodes], Nodes(**nodes))


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
    assert chain(a=recorded(EMPTY, "latest block")).tip() == Tip(height=12, time_ns=1795359682713387566)


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
    def both(good: Node) -> RestChain:
        return chain(a=broken, b=good)

    assert both(recorded(EMPTY, "latest block")).tip().height == 12
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


class Looks(Node):
    """A node at one block that knows no transaction."""

    def reply(self, path: str, fields: Mapping[str, Any]) -> Answer:
        name = "latest block" if path.endswith("latest") else "tx: unknown hash"
        self.answer = recorded(EMPTY, name).answer
        return super().reply(path, fields)


def test_absence_is_read_from_one_node_that_is_past_the_timeout() -> None:
    tip = Tip(height=12, time_ns=1795359682713387566)
    node = Looks(None)

    assert chain(a=node).absent_at("AB", tip.time_ns - 1) == tip
    assert [path.rpartition("/")[2] for path, _ in node.asked] == ["latest", "AB"]
    assert chain(a=node).absent_at("AB", tip.time_ns) is None


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
