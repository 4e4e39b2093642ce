"""The treasury's reads on what a real node answered."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from slipway.domain.errors import ChainUnavailable
from slipway_signing.nodes import Answer
from slipway_signing.treasury_chain import PAGE, RestTreasury
from slipway_signing.treasury_port import Mint, Standing

from tests.contract.signing.nodes import Network, Node, nodes_of, plain, recorded, recorded_answer

GRANTER = "akash1x0fqdjxzk45q7jwan7t4ma3f67j8apfr4y2ng9"
GRANTEE = "akash1ap44x0n6avaz6r59gyq4dt854hwwyr9cnwkmwn"
EMPTY = "01-reads-on-an-empty-chain"
GRANTS = "02-treasury-grants"
TOP_UPS = "06-running-dry-and-topping-up"


def treasury(node: Node) -> RestTreasury:
    network = Network(a=node)
    return RestTreasury(nodes_of(network), network)


@pytest.mark.parametrize(
    ("walk", "name", "standing"),
    [
        (GRANTS, "after the grants: deposit grant", Standing(12, 10_000_000, granted=True)),
        (EMPTY, "grants of a pair without grants", Standing(12, 0, granted=False)),
        (
            "04-create-deployment-and-its-refusals",
            "grant used up: deposit grant",
            Standing(12, 0, granted=True),
        ),
    ],
)
def test_where_a_wallet_stands(walk: str, name: str, standing: Standing) -> None:
    assert treasury(recorded(walk, name)).standing(GRANTER, GRANTEE, at_least=0) == standing


def test_a_standing_is_of_one_block() -> None:
    class Moving(Node):
        def reply(self, path: str, fields: Any) -> Answer:
            answer = super().reply(path, fields)
            self.height += 1 if len(self.asked) < 3 else 0
            return answer

    node = Moving(recorded_answer(GRANTS, "after the grants: deposit grant"))

    standing = treasury(node).standing(GRANTER, GRANTEE, at_least=0)

    assert standing.height == node.height
    assert len(node.asked) > 1


def test_a_node_that_is_behind_what_is_known_does_not_count() -> None:
    node = recorded(GRANTS, "after the grants: deposit grant")

    assert treasury(node).standing(GRANTER, GRANTEE, at_least=12).credit == 10_000_000
    with pytest.raises(ChainUnavailable):
        treasury(node).standing(GRANTER, GRANTEE, at_least=13)


def test_a_chain_faster_than_its_node_has_no_standing() -> None:
    class Racing(Node):
        def reply(self, path: str, fields: Any) -> Answer:
            self.height += 1
            return super().reply(path, fields)

    with pytest.raises(ChainUnavailable):
        treasury(Racing(recorded_answer(EMPTY, "grants of a pair without grants"))).standing(
            GRANTER, GRANTEE, at_least=0
        )


class Searched(Node):
    """Knows some transactions by search, and blocks with one transaction each."""

    def __init__(self, found: list[dict[str, Any]], *, indexed: bool = True, empty: int = 0) -> None:
        super().__init__(None, height=200)
        self.found = found
        self.indexed = indexed
        self.empty = empty

    def reply(self, path: str, fields: Any) -> Answer:
        if "/blocks/" in path:
            self.empty -= 1
            txs = [] if self.empty >= 0 else [base64.b64encode(b"last").decode()]
            return _ok({"block": {"data": {"txs": txs}}})
        if path.endswith("/txs"):
            self.asked.append((path, dict(fields)))
            start = (int(fields["page"]) - 1) * PAGE
            return _ok({"tx_responses": self.found[start : start + PAGE]})
        if "/txs/" in path:
            assert path.endswith(hashlib.sha256(b"last").hexdigest().upper())
            unknown = recorded_answer(EMPTY, "tx: unknown hash")
            return _ok({"tx_response": {}}) if self.indexed else unknown
        return super().reply(path, fields)


def _ok(body: Any) -> Answer:
    return Answer(200, json.dumps(body).encode())


def response(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(recorded_answer(TOP_UPS, name).body)["tx_response"]
    return found


def test_deposits_count_against_refunds() -> None:
    """A top-up of 0.2 USD, and a close that returns what a dear lease left of four deposits."""
    top_up, close = response("fourth: top-up 3 · tx"), response("fourth: close · tx")
    node = Searched([top_up, close])

    moved = treasury(node).moves(GRANTEE, GRANTER, after=164, until=166)

    assert moved == -200_000 + 300_000 + 3 * 200_000
    assert node.asked[0][1]["query"] == (f"message.sender='{GRANTEE}' AND tx.height>164 AND tx.height<=166")


def test_fees_and_failed_transactions_are_no_moves() -> None:
    failed = {**response("fourth: top-up 3 · tx"), "code": 5}

    assert treasury(Searched([failed])).moves(GRANTEE, GRANTER, after=1, until=2) == 0
    assert treasury(Searched([response("fourth: lease · tx")])).moves(GRANTEE, GRANTER, after=1, until=2) == 0


def test_every_page_of_moves_counts() -> None:
    node = Searched([response("fourth: top-up 3 · tx")] * (PAGE + 1))

    assert treasury(node).moves(GRANTEE, GRANTER, after=1, until=2) == -200_000 * (PAGE + 1)


@pytest.mark.parametrize("empty", [0, 3])
def test_moves_that_are_not_indexed_yet_are_not_guessed(empty: int) -> None:
    """The last blocks may have no transaction that could tell how far the index is."""
    with pytest.raises(ChainUnavailable):
        treasury(Searched([], indexed=False, empty=empty)).moves(GRANTEE, GRANTER, after=1, until=9)


def test_blocks_without_a_transaction_have_no_moves() -> None:
    found = treasury(Searched([], indexed=False, empty=8)).moves(GRANTEE, GRANTER, after=1, until=9)

    assert found == 0


def test_within_one_height_nothing_moved() -> None:
    assert treasury(Node(None)).moves(GRANTEE, GRANTER, after=7, until=7) == 0


def test_a_fee_allowance_and_a_missing_one() -> None:
    there = recorded(GRANTS, "after the grants: fee allowance")
    gone = recorded(TOP_UPS, "fee allowance spent: fee allowance")

    assert treasury(there).allowance(GRANTER, GRANTEE) == 5_000_000
    assert treasury(gone).allowance(GRANTER, GRANTEE) is None


def test_every_grant_and_allowance_of_the_treasury() -> None:
    assert treasury(recorded(GRANTS, "grants of the treasury")).grants(GRANTER) == {GRANTEE: 10_000_000}
    assert treasury(recorded(GRANTS, "fee allowances of the treasury")).allowances(GRANTER) == {
        GRANTEE: 5_000_000
    }


def test_every_page_of_grants_is_read() -> None:
    class Paged(Node):
        def reply(self, path: str, fields: Any) -> Answer:
            if path.endswith("/status"):
                return super().reply(path, fields)
            key = fields.get("pagination.key")
            one = json.loads(recorded_answer(GRANTS, "grants of the treasury").body)["grants"][0]
            grants = [{**one, "grantee": "akash1second" if key else GRANTEE}]
            return _ok({"grants": grants, "pagination": {"next_key": None if key else "bmV4dA=="}})

    assert treasury(Paged(None)).grants(GRANTER) == {GRANTEE: 10_000_000, "akash1second": 10_000_000}


def test_a_list_that_stops_in_the_middle_is_no_list() -> None:
    broken = plain(200, '{"grants": [], "pagination": {"next_key": "bmV4dA=="}}')

    with pytest.raises(ChainUnavailable):
        treasury(broken).grants(GRANTER)


def test_what_the_treasury_holds() -> None:
    balances = {"balances": [{"denom": "uact", "amount": "7"}, {"denom": "uakt", "amount": "9"}]}

    assert treasury(Node(_ok(balances))).balances(GRANTER) == {"uact": 7, "uakt": 9}


def test_mints_by_their_state() -> None:
    """Shapes of akash.bme.v1.QueryLedgerRecordEntry (akash-chain.md, appendix A)."""
    coin = {"denom": "uakt", "amount": "20000000"}
    minted = {"coin": {"denom": "uact", "amount": "9000000"}, "price": "1.0"}
    executed = {"burned": None, "minted": minted, "remint_credit_accrued": {"coin": coin, "price": "0.45"}}
    records = [
        {
            "id": {"height": "7"},
            "status": "ledger_record_status_pending",
            "pending_record": {"coins_to_burn": coin},
        },
        {"id": {"height": "3"}, "status": "ledger_record_status_executed", "executed_record": executed},
    ]

    found = treasury(Node(_ok({"records": records}))).mints(GRANTER)

    assert found == (Mint(7, "pending", 20_000_000, 0), Mint(3, "executed", 20_000_000, 9_000_000))
    assert treasury(recorded("09-neighbours", "ledger of mints")).mints(GRANTER) == ()
