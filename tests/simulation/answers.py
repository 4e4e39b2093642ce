"""What a node answers to a question, in the shapes of the recordings."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from tests.simulation.scheduler import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.simulation.ledger import Included
    from tests.simulation.network import Network, Node
    from tests.simulation.rules import ChainRefusal, Moved

Found = tuple[int, dict[str, Any]]


ESCROW: Final = "akash14pphss726thpwws3yc458hggufynm9x77l4l2u"
COLLECTOR: Final = "akash17xpfvakm2amg962yls6f84z3kell8c5lazw8j8"
"""Module accounts, the same on every chain."""

_SEARCH: Final = re.compile(r"message\.sender='(\w+)' AND tx\.height>(\d+) AND tx\.height<=(\d+)")


def to_get(network: Network, node: Node, path: str, query: Mapping[str, str]) -> Found:
    for pattern, question in _QUESTIONS:
        found = pattern.fullmatch(path)
        if found:
            return question(network, node, list(found.groups()), query)
    return 501, {"code": 12, "message": "Not Implemented", "details": []}


def _status(network: Network, node: Node, _: list[str], __: Mapping[str, str]) -> Found:
    block = network.ledger.at(node.height)
    return 200, {"height": str(block.height), "timestamp": timestamp(block.time_ns)}


def _block(network: Network, node: Node, named: list[str], _: Mapping[str, str]) -> Found:
    height = int(named[0])
    if height > node.height:
        return 400, {"code": 3, "message": "requested block height is bigger then the chain length"}
    included = network.ledger.at(height).included
    texts = [base64.b64encode(one.transaction.raw).decode() for one in included]
    return 200, {"block": {"data": {"txs": texts}}}


def _account(network: Network, node: Node, named: list[str], _: Mapping[str, str]) -> Found:
    number = network.state(node).accounts.get(named[0])
    return _missing() if number is None else (200, {"info": {"account_number": str(number)}})


def _grant(network: Network, node: Node, _: list[str], query: Mapping[str, str]) -> Found:
    limit = network.state(node).grants.get((query["granter"], query["grantee"]))
    if limit is None and "msg_type_url" in query:
        return 500, {"code": 2, "message": "codespace authz code 2: authorization not found"}
    grants = [] if limit is None else [{"authorization": _authorization(limit), "expiration": None}]
    return 200, {"grants": grants, "pagination": None}


def _grants(network: Network, node: Node, named: list[str], _: Mapping[str, str]) -> Found:
    grants = [
        {"granter": granter, "grantee": grantee, "authorization": _authorization(limit), "expiration": None}
        for (granter, grantee), limit in network.state(node).grants.items()
        if granter == named[0]
    ]
    return 200, {"grants": grants, "pagination": {"next_key": None, "total": str(len(grants))}}


def _allowance(network: Network, node: Node, named: list[str], _: Mapping[str, str]) -> Found:
    left = network.state(node).allowances.get((named[0], named[1]))
    if left is None:
        return 500, {"code": 13, "message": "fee-grant not found: not found", "details": []}
    return 200, {"allowance": {"granter": named[0], "grantee": named[1], "allowance": _basic(left)}}


def _allowances(network: Network, node: Node, named: list[str], _: Mapping[str, str]) -> Found:
    found = [
        {"granter": granter, "grantee": grantee, "allowance": _basic(left)}
        for (granter, grantee), left in network.state(node).allowances.items()
        if granter == named[0]
    ]
    return 200, {"allowances": found, "pagination": {"next_key": None, "total": str(len(found))}}


def _balances(network: Network, node: Node, named: list[str], _: Mapping[str, str]) -> Found:
    held = {
        denom: amount for (holder, denom), amount in network.state(node).bank.items() if holder == named[0]
    }
    return 200, {"balances": [{"denom": denom, "amount": str(amount)} for denom, amount in held.items()]}


def _transaction(network: Network, node: Node, named: list[str], _: Mapping[str, str]) -> Found:
    found = network.find(node, named[0].upper())
    return _missing() if found is None else (200, {"tx_response": response(found)})


def _search(network: Network, node: Node, _: list[str], query: Mapping[str, str]) -> Found:
    """By sender and height, of what this node has indexed."""
    asked = _SEARCH.fullmatch(query["query"])
    assert asked is not None, query["query"]
    sender, after, until = asked[1], int(asked[2]), int(asked[3])
    found = [
        response(one)
        for block in network.ledger.blocks[: node.indexed]
        for one in block.included
        if one.transaction.signer == sender and after < one.height <= until
    ]
    page, limit = int(query["page"]), int(query["limit"])
    return 200, {"tx_responses": found[(page - 1) * limit : page * limit], "total": str(len(found))}


_QUESTIONS: Final[
    list[tuple[re.Pattern[str], Callable[[Network, Node, list[str], Mapping[str, str]], Found]]]
] = [
    (re.compile(r"/cosmos/base/node/v1beta1/status"), _status),
    (re.compile(r"/cosmos/base/tendermint/v1beta1/blocks/(\d+)"), _block),
    (re.compile(r"/cosmos/auth/v1beta1/account_info/(\w+)"), _account),
    (re.compile(r"/cosmos/authz/v1beta1/grants"), _grant),
    (re.compile(r"/cosmos/authz/v1beta1/grants/granter/(\w+)"), _grants),
    (re.compile(r"/cosmos/feegrant/v1beta1/allowance/(\w+)/(\w+)"), _allowance),
    (re.compile(r"/cosmos/feegrant/v1beta1/issued/(\w+)"), _allowances),
    (re.compile(r"/cosmos/bank/v1beta1/spendable_balances/(\w+)"), _balances),
    (re.compile(r"/cosmos/tx/v1beta1/txs/(\w+)"), _transaction),
    (re.compile(r"/cosmos/tx/v1beta1/txs"), _search),
]


def response(found: Included) -> dict[str, Any]:
    """A transaction in a block, with the events of the money that it moved."""
    one = found.transaction
    fee = _transfer(one.granter or one.signer, COLLECTOR, one.fee, "uakt")
    return {
        "height": str(found.height),
        "txhash": one.hash,
        "gas_used": str(found.gas_used),
        "gas_wanted": str(one.gas_limit),
        "events": [fee, *(event for moved in found.journal for event in _moved(moved))],
        **ended(found.refusal),
    }


def ended(refusal: ChainRefusal | None) -> dict[str, Any]:
    if refusal is None:
        return {"code": 0, "codespace": "", "raw_log": ""}
    return {"code": refusal.code, "codespace": refusal.codespace, "raw_log": refusal.log}


def timestamp(time_ns: int) -> str:
    """As Go writes it."""
    seconds, fraction = divmod(time_ns, SECOND)
    whole = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{fraction:09d}".rstrip("0").rstrip(".") + "Z"


def _moved(moved: Moved) -> list[dict[str, Any]]:
    if moved.kind == "deposited":
        return [_transfer(moved.granter, ESCROW, moved.amount, "uact")]
    if moved.kind == "refunded":
        return [_transfer(ESCROW, moved.granter, moved.amount, "uact")]
    return []


def _transfer(sender: str, recipient: str, amount: int, denom: str) -> dict[str, Any]:
    attributes = {"recipient": recipient, "sender": sender, "amount": f"{amount}{denom}"}
    return {
        "type": "transfer",
        "attributes": [{"key": key, "value": value} for key, value in attributes.items()],
    }


def _authorization(limit: int) -> dict[str, Any]:
    limits = [{"denom": "uact", "amount": str(limit)}] if limit else []
    return {
        "@type": "/akash.escrow.v1.DepositAuthorization",
        "spend_limit": {"denom": "uakt", "amount": "0"},
        "scopes": ["deployment"],
        "spend_limits": limits,
    }


def _basic(left: int) -> dict[str, Any]:
    limits = [{"denom": "uakt", "amount": str(left)}]
    return {
        "@type": "/cosmos.feegrant.v1beta1.BasicAllowance",
        "spend_limit": limits,
        "expiration": None,
    }


def _missing() -> Found:
    return 404, {"code": 5, "message": "not found", "details": []}
