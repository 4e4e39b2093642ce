"""What the chain and the signer answer to a transaction. `domain/errors.py` gathers these with the others."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.domain.error_base import SlipwayError


class ChainUnavailable(SlipwayError):
    code = "chain_unavailable"
    sentence = "The Akash network cannot be reached at the moment, please retry"


class SignerUnavailable(SlipwayError):
    code = "signer_unavailable"
    sentence = "Transactions cannot be signed at the moment, please retry"


@dataclass(eq=False, kw_only=True)
class TransactionPending(SlipwayError):
    """The transaction may still land. A repeat with the same Idempotency-Key learns the outcome."""

    code = "transaction_pending"
    sentence = "The transaction is still under way; repeat the request with the same Idempotency-Key"
    intent_id: str


class TransactionExpired(SlipwayError):
    """The transaction was not included in time and never will be; nothing was paid."""

    code = "transaction_expired"
    sentence = "The network did not take the transaction in time; nothing was charged, please retry"


@dataclass(eq=False, kw_only=True)
class TransactionRejected(SlipwayError):
    """A refusal that no rule of ours knows. The raw log stays in the intent, for the operator."""

    code = "transaction_rejected"
    sentence = "The network refused the transaction"
    codespace: str
    number: int


@dataclass(eq=False, kw_only=True)
class PolicyRefused(SlipwayError):
    """The signer's policy does not allow this. `rule` names the rule, `what` the offending field or type."""

    code = "policy_refused"
    sentence = "This transaction is not allowed"
    rule: str
    what: str
