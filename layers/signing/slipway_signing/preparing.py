"""From a written intent to a signed transaction: every refusal that can be known comes before the
signature."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slipway.domain import errors

from slipway_signing import attempt, policy, raw_messages, tx
from slipway_signing.signing_log import NOBODY, TREASURY, Decision, wallet_chain

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from slipway_signing.calls import Clock
    from slipway_signing.chain_port import Chain, Refusal
    from slipway_signing.intents import Intent
    from slipway_signing.keys import SigningKey
    from slipway_signing.signing_log import SigningLog

MAX_MEMO: Final = 256
"""auth params `max_memo_characters`."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs. `granter` pays fees and deposits by its grants; None for the treasury itself."""

    address: str
    key: SigningKey
    granter: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What every transaction here has in common."""

    chain_id: str
    gas_price: Decimal
    max_fee_uakt: int


@dataclass(frozen=True, slots=True)
class Checked:
    """An intent that policy allows: its messages as they will be signed, and the credit that they move."""

    account: Account
    messages: tuple[tuple[str, Any], ...]
    moved: int

    @property
    def deposits(self) -> bool:
        """Whether a wallet moves credit, and not the treasury."""
        return self.account.granter is not None and self.moved > 0

    @property
    def type_urls(self) -> list[str]:
        return [type_url for type_url, _ in self.messages]


class Refused(Exception):
    """The chain's no to a simulation."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.codespace, refusal.code)
        self.refusal = refusal


class Preparer:
    """`account_of` finds who signs an intent (raises WalletNotFound, WalletOpening); `is_ours` says whether
    an address is a wallet of this stack; `spread_ns` keeps timeouts apart."""

    def __init__(
        self,
        *,
        chain: Chain,
        account_of: Callable[[Intent], Account],
        is_ours: Callable[[str], bool],
        log: SigningLog,
        terms: Terms,
        clock: Clock,
        spread_ns: Callable[[], int],
    ) -> None:
        self._chain = chain
        self._account_of = account_of
        self._is_ours = is_ours
        self._log = log
        self._terms = terms
        self._clock = clock
        self._spread_ns = spread_ns

    def check(self, intent: Intent) -> Checked:
        """What policy allows of it. Raises PolicyRefused, and what `account_of` raises."""
        account = self._account_of(intent)
        messages = _parsed(intent)
        moved = policy.check(intent.role, messages, own=account.address, deposit_max=intent.deposit_max)
        for grantee in policy.grantees(messages):
            if not self._is_ours(grantee):
                raise policy.refuse("our_wallets_only", "grantee")
        return Checked(account, tuple(messages), moved)

    def sign(self, intent: Intent, checked: Checked, *, fresh_tip: bool) -> Intent:
        """The intent with its bytes.

        Raises Refused, CreditTooLow, CreditMoved, PolicyRefused, WalletOpening and the outages.
        """
        account = checked.account
        tip = self._chain.tip(fresh=fresh_tip)
        self._check_credit(intent, checked)
        number = self._chain.account_number(account.address)
        if number is None:
            raise errors.WalletOpening
        timeout = attempt.timeout_ns(tip, now_ns=self._clock.now_ns(), spread_ns=self._spread_ns())
        body = tx.body([tx.packed(*one) for one in checked.messages], memo=_memo(intent), timeout_ns=timeout)
        gas = self._gas(intent, checked, body)
        fee = attempt.fee_uakt(gas, self._terms.gas_price)
        policy.check_price(gas_limit=gas, fee_uakt=fee, max_fee_uakt=self._terms.max_fee_uakt)
        info = tx.auth_info(account.key.public_key, fee_uakt=fee, gas_limit=gas, granter=account.granter)
        document = tx.sign_doc(body, info, chain_id=self._terms.chain_id, account_number=number)
        digest = hashlib.sha256(document).digest()
        logged = self._log_yes(intent, checked, digest, gas=gas, fee=fee, timeout=timeout)
        raw = tx.raw(body, info, account.key.sign_digest(digest))
        return intent.signed(
            tx_bytes=raw,
            tx_hash=tx.tx_hash(raw),
            timeout_ns=timeout,
            gas_limit=gas,
            fee_uakt=fee,
            logged=logged,
        )

    def log_no(self, intent: Intent, error: errors.SlipwayError) -> None:
        """The decision not to sign. Raises SignerUnavailable."""
        about = {"attempt": intent.attempt, "role": intent.role, **errors.to_wire(error)}
        self._log.append(Decision(_signer_of(intent), "refuses", intent.intent_id, intent.request_id, about))

    def log_malformed(self, subject: str, error: errors.SlipwayError) -> None:
        """The refusal of what names no signer. Raises SignerUnavailable."""
        self._log.append(Decision(NOBODY, "refuses", subject, "", errors.to_wire(error)))

    def _log_yes(
        self, intent: Intent, checked: Checked, digest: bytes, *, gas: int, fee: int, timeout: int
    ) -> str:
        about = {
            "attempt": intent.attempt,
            "role": intent.role,
            "address": checked.account.address,
            "digest": digest.hex(),
            "types": checked.type_urls,
            "moved": checked.moved,
            "gas": gas,
            "fee": fee,
            "timeout": timeout,
        }
        decision = Decision(_signer_of(intent), "signs", intent.intent_id, intent.request_id, about)
        return self._log.append(decision).anchor

    def _check_credit(self, intent: Intent, checked: Checked) -> None:
        """A deposit needs its credit; a grant needs the very credit that it was reckoned from."""
        account = checked.account
        if account.granter is not None:
            if checked.moved:
                available = self._chain.credit(account.granter, account.address)
                if checked.moved > available:
                    raise errors.CreditTooLow(needed=checked.moved, available=available)
            return
        expected = json.loads(intent.expects or "{}")
        for grantee, changes_credit in policy.grantees(checked.messages).items():
            if changes_credit:
                self._check_expected(account.address, grantee, expected)

    def _check_expected(self, granter: str, grantee: str, expected: dict[str, int]) -> None:
        if grantee not in expected:
            raise policy.refuse("expected_credit", "expects")
        found = self._chain.credit(granter, grantee)
        if found != expected[grantee]:
            raise errors.CreditMoved(expected=expected[grantee], found=found)

    def _gas(self, intent: Intent, checked: Checked, body: bytes) -> int:
        """Simulated with the real body; a fee of 1 uakt takes the same way through the fee grant."""
        account = checked.account
        info = tx.auth_info(
            account.key.public_key, fee_uakt=1, gas_limit=policy.MAX_GAS, granter=account.granter
        )
        simulated = self._chain.simulate(tx.simulation(body, info))
        if not isinstance(simulated, int):
            raise Refused(simulated)
        closing = policy.closes(checked.type_urls)
        return attempt.gas_limit(simulated, closing=closing, floor=intent.gas_floor)


def _signer_of(intent: Intent) -> str:
    return TREASURY if intent.role == "treasury" else wallet_chain(intent.user_id)


def _parsed(intent: Intent) -> list[tuple[str, Any]]:
    """The stored messages as protobuf. Raises PolicyRefused, MessageUndecodable."""
    try:
        return [
            (one["type_url"], raw_messages.parsed(one, index))
            for index, one in enumerate(json.loads(intent.messages))
        ]
    except tx.MessageInvalid as error:
        raise errors.PolicyRefused(rule="message_form", what=error.type_url) from error


def _memo(intent: Intent) -> str:
    return intent.request_id.encode()[:MAX_MEMO].decode(errors="ignore")
