"""`Chain` over the REST API of one or several nodes."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.errors import ChainUnavailable
from slipway.domain.money import CREDIT_DENOM

from slipway_signing import refusals
from slipway_signing.chain_port import Inclusion, Reception, Refusal, Tip
from slipway_signing.nodes import FAULTS, Answer, NodeUnreachable, body_of, is_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway_signing.nodes import Nodes, Transport

BROADCAST_TO: Final = 2
"""Nodes that are given each transaction: one alone may lose its mempool, more only cost calls."""

MAX_NUMBERS: Final = 4096
"""Account numbers kept by one process; they never change."""

_DEPOSIT_AUTHORIZATION: Final = "/akash.escrow.v1.DepositAuthorization"
_ALREADY_SENT: Final = ("sdk", 19)
"""Same bytes, pending or included: as good as sent (akash-chain.md §00.1)."""


class RestChain:
    """What decides about money is asked of nodes that do not lag."""

    def __init__(self, nodes: Nodes, transport: Transport) -> None:
        self._nodes = nodes
        self._http = transport
        self._numbers: dict[str, int] = {}

    def account_number(self, address: str) -> int | None:
        def number(url: str) -> int | None:
            answer = self._http.get(f"{url}/cosmos/auth/v1beta1/account_info/{address}", {})
            return int(body_of(answer)["info"]["account_number"]) if is_found(answer) else None

        if address not in self._numbers:
            found = self._nodes.present(number)
            if found is None:
                return None
            if len(self._numbers) >= MAX_NUMBERS:
                self._numbers.clear()
            self._numbers[address] = found
        return self._numbers[address]

    def tip(self, *, fresh: bool = False) -> Tip:
        return self._nodes.tip(fresh=fresh)

    def credit(self, granter: str, grantee: str) -> int:
        def credit(url: str) -> int:
            pair = {"granter": granter, "grantee": grantee}
            grants = body_of(self._http.get(f"{url}/cosmos/authz/v1beta1/grants", pair))["grants"]
            return sum(uact_of(grant["authorization"]) for grant in grants)

        return self._nodes.present(credit)

    def simulate(self, raw: bytes) -> int | Refusal:
        def simulated(url: str) -> int | Refusal:
            return _simulated(self._http.post(f"{url}/cosmos/tx/v1beta1/simulate", {"tx_bytes": _b64(raw)}))

        return self._nodes.present(simulated)

    def broadcast(self, raw: bytes) -> Reception:
        """A node's refusal is certain while no node before it may have the bytes; a node that takes them ends
        all doubt, and one more is given them."""
        taken, doubts, refusal = 0, False, None
        for url in self._nodes.all():
            try:
                said = self._nodes.ask(url, lambda url: self._sent(url, raw))
            except FAULTS:
                doubts = True
                continue
            if said is None:
                taken += 1
            elif not taken:
                refusal = said
            if taken >= BROADCAST_TO or (refusal and not taken and not refusals.is_busy(refusal)):
                break
        if taken:
            return Reception()
        if refusal is None:
            raise ChainUnavailable
        return Reception(refusal=refusal, certain=not doubts)

    def transaction(self, tx_hash: str) -> Inclusion | None:
        return self._nodes.any(lambda url: self._transaction(url, tx_hash))

    def absent_at(self, tx_hash: str, timeout_ns: int) -> Tip | None:
        """Every node that answers is asked: one that knows the transaction outweighs all that do not."""
        past = None
        for url in self._nodes.all():
            try:
                tip = self._nodes.ask(url, self._nodes.tip_of)
                if self._nodes.ask(url, lambda url: self._transaction(url, tx_hash)) is not None:
                    return None
            except FAULTS:
                continue
            if tip.time_ns > timeout_ns and not self._nodes.lags(tip):
                past = past or tip
        return past

    def _sent(self, url: str, raw: bytes) -> Refusal | None:
        payload = {"tx_bytes": _b64(raw), "mode": "BROADCAST_MODE_SYNC"}
        answer = body_of(self._http.post(f"{url}/cosmos/tx/v1beta1/txs", payload))
        return _check_tx(answer["tx_response"])

    def _transaction(self, url: str, tx_hash: str) -> Inclusion | None:
        answer = self._http.get(f"{url}/cosmos/tx/v1beta1/txs/{tx_hash}", {})
        return _inclusion(body_of(answer)["tx_response"]) if is_found(answer) else None


def uact_of(authorization: Mapping[str, Any]) -> int:
    """What a grant allows to deposit; 0 for a grant of another kind. Raises the FAULTS."""
    if authorization["@type"] != _DEPOSIT_AUTHORIZATION:
        return 0
    return sum(int(coin["amount"]) for coin in authorization["spend_limits"] if coin["denom"] == CREDIT_DENOM)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _simulated(answer: Answer) -> int | Refusal:
    """HTTP 500 with text only is a transaction that does not run or, without the gas, a node in trouble."""
    if answer.status == HTTPStatus.OK:
        return int(answer.json["gas_info"]["gas_used"])
    text = str(answer.json["message"])
    if "with gas used:" in text or text.startswith("recovered:"):
        return Refusal(codespace="", code=int(answer.json["code"]), log=text)
    raise NodeUnreachable(f"HTTP {answer.status}")


def _check_tx(response: Mapping[str, Any]) -> Refusal | None:
    refusal = _refusal(response)
    already = refusal is not None and (refusal.codespace, refusal.code) == _ALREADY_SENT
    return None if already else refusal


def _inclusion(response: Mapping[str, Any]) -> Inclusion:
    return Inclusion(
        height=int(response["height"]), gas_used=int(response["gas_used"]), refusal=_refusal(response)
    )


def _refusal(response: Mapping[str, Any]) -> Refusal | None:
    if not response["code"]:
        return None
    return Refusal(
        codespace=str(response["codespace"]), code=int(response["code"]), log=str(response["raw_log"])
    )
