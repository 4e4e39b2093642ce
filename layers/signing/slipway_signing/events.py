"""The signer functions' events and answers (JSON), to and from what the signing layer works with."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from slipway.domain import errors

from slipway_signing import user_tokens
from slipway_signing.intents import Intent
from slipway_signing.policy import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway_signing.keys import SigningKey
    from slipway_signing.opening import WalletOpener
    from slipway_signing.signer import Signer
    from slipway_signing.tokens import TokenMint
    from slipway_signing.wallets import WalletRow, WalletStore

MAX_MESSAGES_BYTES: Final = 128 * 1024
"""Twice this, as JSON and as protobuf, still fits into one DynamoDB item (400 KB)."""

MAX_ID: Final = 256

_PUBLIC_STATES: Final = {"written": "pending", "signed": "pending"}


def sign(
    event: Mapping[str, Any],
    *,
    signer: Signer,
    claim: str,
    now_ns: int,
    time_left: Callable[[], float],
) -> dict[str, Any]:
    """The answer of functions/signer/sign.py.

    `pending` with an error: this call failed and nothing is under way that it knows of; `pending` without: a
    transaction may still land. Either way a repeat with the same intent id goes on from there.
    """
    try:
        return answer(signer.run(wanted(event, claim=claim, now_ns=now_ns), time_left))
    except errors.PolicyRefused as error:
        return _unsigned(event, "rejected", error)
    except errors.SlipwayError as error:
        return _unsigned(event, "pending", error)


def provider_token(
    event: Mapping[str, Any],
    *,
    wallets: WalletStore,
    key_of: Callable[[WalletRow], SigningKey],
    mint: TokenMint,
) -> dict[str, Any]:
    """The answer of functions/signer/provider_token.py.

    A wallet that has never sent a transaction gets none: providers know no key of its, and answer such a
    token by hanging, then and later (provider-gateway.md §00.3).
    """
    try:
        row = wallets.get(_text(event, "user_id"))
        if row is None:
            raise errors.WalletNotFound
        if row.first_tx_height is None:
            raise errors.WalletNotOnChain
        provider, scope = _text(event, "provider"), _text(event, "scope")
        token = mint.token(key_of(row), address=row.address, provider=provider, scope=scope)
    except errors.SlipwayError as error:
        return {"error": errors.to_wire(error)}
    return {"token": token.text, "expires_at": token.expires_at}


def user_token(
    event: Mapping[str, Any],
    *,
    wallets: WalletStore,
    key_of: Callable[[WalletRow], SigningKey],
    now: int,
    token_id: str,
) -> dict[str, Any]:
    """The answer of functions/signer/provider_token.py to an event with `leases` and `ttl`.

    The token goes to the user and not to a provider, so a wallet that has never sent anything may have one:
    clients learn their address from it.
    """
    try:
        row = wallets.get(_text(event, "user_id"))
        if row is None:
            raise errors.WalletNotFound
        asked = {"leases": event.get("leases"), "ttl": event.get("ttl")}
        token = user_tokens.user_token(key_of(row), address=row.address, **asked, now=now, token_id=token_id)
    except errors.SlipwayError as error:
        return {"error": errors.to_wire(error)}
    return {"token": token.text, "expires_at": token.expires_at}


def open_wallet(event: Mapping[str, Any], *, opener: WalletOpener) -> dict[str, Any]:
    """The answer of functions/signer/open_wallet.py. `address` is null where not even a key exists yet."""
    try:
        opening = opener.open(
            _text(event, "user_id"),
            request_id=_text(event, "request_id"),
            credit=_whole(event, "credit"),
            fees=_whole(event, "fees"),
        )
    except errors.SlipwayError as error:
        return {"address": None, "state": "opening", "error": errors.to_wire(error)}
    answer = {"address": opening.address, "state": opening.state}
    return answer if opening.error is None else {**answer, "error": opening.error}


def wanted(event: Mapping[str, Any], *, claim: str, now_ns: int) -> Intent:
    """The intent that an event asks for. Raises PolicyRefused for an event that is none."""
    messages = json.dumps(event.get("messages"), separators=(",", ":"))
    _must(isinstance(event.get("messages"), list) and all(map(_is_message, event["messages"])), "messages")
    _must(len(messages) <= MAX_MESSAGES_BYTES, "messages")
    _must(event.get("role") in RULES, "role")
    _must(_is_id(event.get("intent_id")), "intent_id")
    _must(_is_id(event.get("request_id")), "request_id")
    _must(event.get("user_id") is None or _is_id(event.get("user_id")), "user_id")
    return Intent(
        intent_id=event["intent_id"],
        request_id=event["request_id"],
        user_id=event.get("user_id"),
        role=event["role"],
        messages=messages,
        deposit_max=_deposit_max(event.get("limits") or {}),
        created_at=datetime.fromtimestamp(now_ns / 1_000_000_000, UTC).isoformat(),
        claim=claim,
        claimed_ns=now_ns,
    )


def answer(intent: Intent) -> dict[str, Any]:
    """An intent as its callers see it: never its bytes or its log. `tx` once a block has it."""
    landed = {"hash": intent.tx_hash, "height": intent.height, "gas_used": intent.gas_used}
    return {
        "intent_id": intent.intent_id,
        "state": _PUBLIC_STATES.get(intent.state, intent.state),
        "messages": json.loads(intent.messages),
        "tx": landed if intent.height else None,
        "error": intent.error,
    }


def _unsigned(event: Mapping[str, Any], state: str, error: errors.SlipwayError) -> dict[str, Any]:
    return {
        "intent_id": event.get("intent_id"),
        "state": state,
        "messages": event.get("messages"),
        "tx": None,
        "error": errors.to_wire(error),
    }


def _deposit_max(limits: Mapping[str, Any]) -> int | None:
    return None if limits.get("deposit_max") is None else _whole(limits, "deposit_max")


def _whole(fields: Mapping[str, Any], name: str) -> int:
    text = fields.get(name)
    _must(isinstance(text, str) and re.fullmatch(r"[0-9]{1,20}", text) is not None, name)
    return int(str(text))


def _text(fields: Mapping[str, Any], name: str) -> str:
    _must(_is_id(fields.get(name)), name)
    return str(fields[name])


def _is_message(one: Any) -> bool:
    """`{type_url, value}` in protobuf's JSON, or `{type_url, value_base64}` as a user wrote it."""
    if not isinstance(one, dict) or not isinstance(one.get("type_url"), str):
        return False
    return isinstance(one.get("value"), dict) != isinstance(one.get("value_base64"), str)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise errors.PolicyRefused(rule="event_form", what=what)
