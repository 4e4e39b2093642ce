"""The signer functions' events and answers (JSON), to and from what the signing layer works with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from slipway.domain import errors
from slipway.domain.messages import MAX_BYTES

from slipway_signing import user_tokens
from slipway_signing.intents import Intent
from slipway_signing.keys import NotedKey
from slipway_signing.policy import RULES
from slipway_signing.signing_log import Decision, wallet_chain
from slipway_signing.tokens import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway_signing.keys import SigningKey
    from slipway_signing.opening import WalletOpener
    from slipway_signing.rekeying import Rekeyer
    from slipway_signing.signer import Signer
    from slipway_signing.signing_log import SigningLog, Verdict
    from slipway_signing.tokens import Token, TokenMint
    from slipway_signing.wallets import WalletRow, WalletStore

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
    """The answer of functions/signer/sign.py and treasury.py.

    `pending` with an error: this call failed and nothing is under way that it knows of; `pending` without: a
    transaction may still land. Either way a repeat with the same intent id goes on from there.
    """
    try:
        asked = _sound(event, signer, claim=claim, now_ns=now_ns)
        return answer(signer.run(asked, time_left))
    except errors.PolicyRefused as error:
        return _unsigned(event, "rejected", error)
    except errors.SlipwayError as error:
        return _unsigned(event, "pending", error)


def _sound(event: Mapping[str, Any], signer: Signer, *, claim: str, now_ns: int) -> Intent:
    """The intent that an event asks for; the refusal of an event that is none is in the log as well."""
    try:
        return wanted(event, claim=claim, now_ns=now_ns)
    except errors.PolicyRefused as error:
        signer.note_malformed(str(event.get("intent_id"))[:MAX_ID], error)
        raise


def provider_token(
    event: Mapping[str, Any],
    *,
    wallets: WalletStore,
    key_of: Callable[[WalletRow], SigningKey],
    mint: TokenMint,
    log: SigningLog,
) -> dict[str, Any]:
    """The answer of functions/signer/provider_token.py.

    A wallet that has never sent a transaction gets none: providers know no key of its, and answer such a
    token by hanging, then and later (provider-gateway.md §00.3).
    """
    try:
        row = wallets.get(text(event, "user_id"))
        if row is None:
            raise errors.WalletNotFound
        if row.first_tx_height is None:
            raise errors.WalletNotOnChain
        asked = Asked(row.address, text(event, "provider"), text(event, "scope"))
        about = {"provider": asked.provider, "scope": asked.scope, "address": asked.address}
        noted = _Noted(log, row, f"token/{asked.provider}", about, text(event, "request_id"))
        token = noted.token(lambda key: mint.token(asked, key), key_of(row))
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
    log: SigningLog,
) -> dict[str, Any]:
    """The answer of functions/signer/provider_token.py to an event with `leases` and `ttl`.

    The token goes to the user and not to a provider, so a wallet that has never sent anything may have one:
    clients learn their address from it.
    """
    try:
        row = wallets.get(text(event, "user_id"))
        if row is None:
            raise errors.WalletNotFound
        asked = {"leases": event.get("leases"), "ttl": event.get("ttl")}
        noted = _Noted(
            log, row, f"token/{token_id}", {**asked, "address": row.address}, text(event, "request_id")
        )
        token = noted.token(
            lambda key: user_tokens.user_token(key, address=row.address, **asked, now=now, token_id=token_id),
            key_of(row),
        )
    except errors.SlipwayError as error:
        return {"error": errors.to_wire(error)}
    return {"token": token.text, "expires_at": token.expires_at}


@dataclass(frozen=True, slots=True)
class _Noted:
    """One token's place in the signing log: the signature before it is made, or the refusal."""

    log: SigningLog
    row: WalletRow
    subject: str
    asked: Mapping[str, Any]
    request_id: str

    def token(self, mint: Callable[[SigningKey], Token], key: SigningKey) -> Token:
        try:
            return mint(NotedKey(key, self._signs))
        except errors.PolicyRefused as error:
            self._note("refuses", errors.to_wire(error))
            raise

    def _signs(self, digest: bytes) -> None:
        self._note("signs", {**self.asked, "digest": digest.hex()})

    def _note(self, verdict: Verdict, about: Mapping[str, Any]) -> None:
        self.log.append(
            Decision(wallet_chain(self.row.user_id), verdict, self.subject, self.request_id, about)
        )


def open_wallet(
    event: Mapping[str, Any], *, opener: WalletOpener, rekeyer: Rekeyer | None = None
) -> dict[str, Any]:
    """The answer of functions/signer/open_wallet.py. `address` is null where not even a key exists yet.

    With a `custody`, which only the operator's command sends, a wallet that was stopped gets a new key first.
    """
    try:
        if rekeyer is not None and event.get("custody") is not None:
            custody = event["custody"]
            _must(custody in rekeyer.makers, "custody")
            rekeyer.rekey(text(event, "user_id"), custody, request_id=text(event, "request_id"))
        opening = opener.open(
            text(event, "user_id"),
            request_id=text(event, "request_id"),
            credit=whole(event, "credit"),
            fees=whole(event, "fees"),
        )
    except errors.SlipwayError as error:
        return {"address": None, "state": "opening", "error": errors.to_wire(error)}
    answer = {"address": opening.address, "state": opening.state}
    return answer if opening.error is None else {**answer, "error": opening.error}


def wanted(event: Mapping[str, Any], *, claim: str, now_ns: int) -> Intent:
    """The intent that an event asks for. Raises PolicyRefused for an event that is none."""
    messages = json.dumps(event.get("messages"), separators=(",", ":"))
    _must(isinstance(event.get("messages"), list) and all(map(_is_message, event["messages"])), "messages")
    _must(len(messages) <= MAX_BYTES, "messages")
    _must(event.get("role") in RULES, "role")
    _must(_is_id(event.get("intent_id")), "intent_id")
    _must(_is_id(event.get("request_id")), "request_id")
    _must(event.get("user_id") is None or _is_id(event.get("user_id")), "user_id")
    _must(_is_key(event.get("key_id"), of=event.get("user_id")), "key_id")
    return Intent(
        intent_id=event["intent_id"],
        request_id=event["request_id"],
        user_id=event.get("user_id"),
        role=event["role"],
        messages=messages,
        deposit_max=_limit(event.get("limits") or {}, "deposit_max"),
        key_id=event.get("key_id") or "",
        expects=_expects(event.get("expects") or {}),
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


def _limit(limits: Mapping[str, Any], name: str) -> int | None:
    return None if limits.get(name) is None else whole(limits, name)


def _expects(expects: Mapping[str, Any]) -> str:
    _must(isinstance(expects, dict), "expects")
    reckoned = {address: whole(expects, address) for address in expects}
    return json.dumps(reckoned, sort_keys=True) if reckoned else ""


def whole(fields: Mapping[str, Any], name: str) -> int:
    """A whole number that travels as text. Raises PolicyRefused."""
    found = fields.get(name)
    _must(isinstance(found, str) and re.fullmatch(r"[0-9]{1,20}", found) is not None, name)
    return int(str(found))


def text(fields: Mapping[str, Any], name: str) -> str:
    """An id. Raises PolicyRefused."""
    _must(_is_id(fields.get(name)), name)
    return str(fields[name])


def _is_message(one: Any) -> bool:
    """`{type_url, value}` in protobuf's JSON, or `{type_url, value_base64}` as a user wrote it."""
    if not isinstance(one, dict) or not isinstance(one.get("type_url"), str):
        return False
    return isinstance(one.get("value"), dict) != isinstance(one.get("value_base64"), str)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID


def _is_key(key_id: Any, *, of: Any) -> bool:
    """Who signed in has none; every other is a user's."""
    return key_id is None or key_id == "" or (_is_id(key_id) and of is not None)


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise errors.PolicyRefused(rule="event_form", what=what)
