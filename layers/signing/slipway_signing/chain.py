"""`Chain` over a node's REST API.

Nodes are asked in the order given; the next one when one cannot be reached or does not answer as a node does.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from slipway.domain.errors import ChainUnavailable
from slipway.domain.money import CREDIT_DENOM

from slipway_signing.chain_port import Inclusion, Reception, Refusal, Tip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")

NANOSECONDS: Final = 1_000_000_000
_DEPOSIT_AUTHORIZATION: Final = "/akash.escrow.v1.DepositAuthorization"
_ALREADY_SENT: Final = ("sdk", 19)
"""Same bytes, pending or included: as good as sent (akash-chain.md §00.1)."""


class NodeUnreachable(Exception):
    """No whole answer of a node came in time. The request may have arrived all the same."""


_FAULTS: Final = (NodeUnreachable, LookupError, TypeError, ValueError)
"""What makes the client ask the next node: no answer, or one that has not a node's shape."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """Raises ValueError where a proxy speaks and not the node."""
        return json.loads(self.body)


class Transport(Protocol):
    """Bounded HTTP: a total deadline, a size limit, no redirects, no proxies from the environment."""

    def get(self, url: str, query: Mapping[str, str]) -> Answer:
        """Raises NodeUnreachable."""
        ...

    def post(self, url: str, body: Mapping[str, Any]) -> Answer:
        """Raises NodeUnreachable."""
        ...


class RestChain:
    """The nodes of one chain."""

    def __init__(self, urls: Sequence[str], transport: Transport) -> None:
        self._urls = tuple(url.rstrip("/") for url in urls)
        self._http = transport

    def account_number(self, address: str) -> int | None:
        def number(url: str) -> int | None:
            answer = self._http.get(f"{url}/cosmos/auth/v1beta1/account_info/{address}", {})
            return int(_body(answer)["info"]["account_number"]) if _found(answer) else None

        return self._first(number)

    def tip(self) -> Tip:
        return self._first(self._tip)

    def credit(self, granter: str, grantee: str) -> int:
        def credit(url: str) -> int:
            pair = {"granter": granter, "grantee": grantee}
            grants = _body(self._http.get(f"{url}/cosmos/authz/v1beta1/grants", pair))["grants"]
            return sum(_uact(grant["authorization"]) for grant in grants)

        return self._first(credit)

    def simulate(self, raw: bytes) -> int | Refusal:
        def simulated(url: str) -> int | Refusal:
            return _simulated(self._http.post(f"{url}/cosmos/tx/v1beta1/simulate", {"tx_bytes": _b64(raw)}))

        return self._first(simulated)

    def broadcast(self, raw: bytes) -> Reception:
        payload = {"tx_bytes": _b64(raw), "mode": "BROADCAST_MODE_SYNC"}
        for number, url in enumerate(self._urls):
            try:
                answer = _body(self._http.post(f"{url}/cosmos/tx/v1beta1/txs", payload))
                return Reception(refusal=_check_tx(answer["tx_response"]), certain=number == 0)
            except _FAULTS:
                continue
        raise ChainUnavailable

    def transaction(self, tx_hash: str) -> Inclusion | None:
        return self._first(lambda url: self._transaction(url, tx_hash))

    def absent_at(self, tx_hash: str, timeout_ns: int) -> Tip | None:
        def absent(url: str) -> Tip | None:
            tip = self._tip(url)
            past = tip.time_ns > timeout_ns
            return tip if past and self._transaction(url, tx_hash) is None else None

        return self._first(absent)

    def _tip(self, url: str) -> Tip:
        latest = _body(self._http.get(f"{url}/cosmos/base/tendermint/v1beta1/blocks/latest", {}))
        header = latest["block"]["header"]
        return Tip(height=int(header["height"]), time_ns=nanoseconds(header["time"]))

    def _transaction(self, url: str, tx_hash: str) -> Inclusion | None:
        answer = self._http.get(f"{url}/cosmos/tx/v1beta1/txs/{tx_hash}", {})
        return _inclusion(_body(answer)["tx_response"]) if _found(answer) else None

    def _first(self, ask: Callable[[str], T]) -> T:
        for url in self._urls:
            try:
                return ask(url)
            except _FAULTS:
                continue
        raise ChainUnavailable


def nanoseconds(timestamp: str) -> int:
    """An RFC 3339 time in UTC, with up to nine decimals as Go writes it, as Unix nanoseconds."""
    whole, _, fraction = timestamp.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
    return seconds * NANOSECONDS + int(fraction.ljust(9, "0"))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _body(answer: Answer) -> Any:
    if answer.status != HTTPStatus.OK:
        raise NodeUnreachable(f"HTTP {answer.status}")
    return answer.json


def _found(answer: Answer) -> bool:
    """A 404 in the node's own shape means "there is none"; any other 404 is not the node's."""
    if answer.status != HTTPStatus.NOT_FOUND:
        return True
    if answer.json["code"] != 5:  # gRPC NotFound
        raise NodeUnreachable("HTTP 404 without the code of a missing thing")
    return False


def _uact(authorization: Mapping[str, Any]) -> int:
    if authorization["@type"] != _DEPOSIT_AUTHORIZATION:
        return 0
    return sum(int(coin["amount"]) for coin in authorization["spend_limits"] if coin["denom"] == CREDIT_DENOM)


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
