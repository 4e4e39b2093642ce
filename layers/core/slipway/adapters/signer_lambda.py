"""`Signer`: the signer's function (functions/signer/sign.py), the only door to money."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slipway.adapters.invoking import NoAnswerInTime, invoke
from slipway.adapters.signer_messages import dseq_of, raw, wire
from slipway.domain.errors import (
    SignerUnavailable,
    TransactionExpired,
    TransactionPending,
    TransactionTooLarge,
    from_wire,
)
from slipway.domain.messages import MAX_BYTES, Committed, Sent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_lambda import LambdaClient

    from slipway.adapters.signer_messages import Wire
    from slipway.domain.ids import IntentId
    from slipway.domain.messages import Message, RawMessage
    from slipway.domain.money import MicroUsd
    from slipway.domain.wallet import Wallet


class LambdaSigner:
    """`request_id` names the request that this process serves at the moment: it becomes the memo. `key_id` is
    that of the API key which asks in it, empty for a user who signed in: deposits count against its budget.
    """

    def __init__(
        self, client: LambdaClient, function: str, *, request_id: Callable[[], str], key_id: Callable[[], str]
    ) -> None:
        self._client, self._function = client, function
        self._request_id, self._key_id = request_id, key_id

    def run(
        self, intent: IntentId, wallet: Wallet, messages: Sequence[Message], *, deposit_max: MicroUsd
    ) -> Committed:
        wanted = [wire(message, wallet.address) for message in messages]
        sent, first = self._sent(intent, wallet, wanted, deposit_max)
        return Committed(intent_id=intent, tx_hash=sent.tx_hash, height=sent.height, dseq=dseq_of(first))

    def send(
        self, intent: IntentId, wallet: Wallet, messages: Sequence[RawMessage], *, deposit_max: MicroUsd
    ) -> Sent:
        return self._sent(intent, wallet, [raw(message) for message in messages], deposit_max)[0]

    def _sent(
        self, intent: IntentId, wallet: Wallet, messages: list[Wire], deposit_max: MicroUsd
    ) -> tuple[Sent, Wire]:
        """The transaction, and its first message as stored with the intent."""
        size = len(json.dumps(messages, separators=(",", ":")))
        if size > MAX_BYTES:
            raise TransactionTooLarge(size=size, limit=MAX_BYTES)
        event = {
            "intent_id": intent,
            "request_id": self._request_id() or intent,
            "user_id": wallet.user,
            "key_id": self._key_id(),
            "role": "wallet",
            "messages": messages,
            "limits": {"deposit_max": str(deposit_max)},
        }
        try:
            answer = invoke(self._client, self._function, event)
        except NoAnswerInTime:
            raise TransactionPending(intent_id=intent) from None
        return _outcome(answer, intent)


def _outcome(answer: Mapping[str, Any], intent: IntentId) -> tuple[Sent, Wire]:
    """What became of the intent. `pending` with an error: nothing is under way, and the error says why."""
    match answer:
        case {
            "state": "committed",
            "tx": {"hash": str(tx_hash), "height": int(height)},
            "messages": [first, *_],
        }:
            return Sent(tx_hash, height), first
        case {"state": "expired"}:
            raise TransactionExpired
        case {"state": "rejected" | "pending", "error": {"code": str()} as error}:
            raise from_wire(error)
        case {"state": "pending"}:
            raise TransactionPending(intent_id=intent)
    raise SignerUnavailable
