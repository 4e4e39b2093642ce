"""What the signer and the chain refuse besides the market's own: budgets, credit, certificates, grants, gas.

`domain/errors.py` gathers these with the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from slipway.domain.error_base import SlipwayError
from slipway.domain.money import MicroUsd, usd_text


@dataclass(eq=False, kw_only=True)
class BudgetExceeded(SlipwayError):
    """The API key's own limit. `period` is `total` or `day`; amounts in µUSD."""

    code = "budget_exceeded"
    sentence = (
        "Not enough left of this API key's {budget} to cover the deposit of {needed} USD: "
        "{spent} of {limit} USD are spent. {mend} to continue."
    )
    period: str
    limit: int
    spent: int
    needed: int

    def __str__(self) -> str:
        amounts = {"limit": self.limit, "spent": self.spent, "needed": self.needed}
        told = {name: usd_text(MicroUsd(amount)) for name, amount in amounts.items()}
        budget, mend = _BUDGETS["day" if self.period == "day" else "total"]
        return self.sentence.format(budget=budget, mend=mend, **told)


_BUDGETS: Final = {
    "total": ("budget", "Raise its budget or use another API key"),
    "day": ("budget for today (UTC)", "Raise its budget, use another API key or wait for tomorrow"),
}
"""By period: what is used up, and what helps."""


class ApiKeyGone(SlipwayError):
    """The key that asked for a deposit was deleted before the signer came to it. Nothing was signed."""

    code = "api_key_gone"
    sentence = (
        "The API key that asked for this deposit has been deleted; nothing was charged. "
        "Use another API key and a new Idempotency-Key to continue."
    )


@dataclass(eq=False, kw_only=True)
class CreditMoved(SlipwayError):
    """A grant was reckoned from a credit that a deposit or a refund has changed since. Nothing was signed."""

    code = "credit_moved"
    sentence = "The credit changed in the meantime, please retry"
    expected: int
    found: int


class CreditChanging(SlipwayError):
    """A purchase or the like is changing the wallet's credit; deposits wait for it. Nothing was signed."""

    code = "credit_changing"
    sentence = "The credit is being changed at the moment, please retry in a few seconds"


class CertificateExists(SlipwayError):
    """akash cert/3: the serial number is taken."""

    code = "certificate_exists"
    sentence = "This certificate exists already"


class CertificateNotFound(SlipwayError):
    code = "certificate_not_found"
    sentence = "Certificate not found"


class CertificateRevoked(SlipwayError):
    code = "certificate_revoked"
    sentence = "The certificate was revoked already"


class CertificateInvalid(SlipwayError):
    """akash cert/2, /5 to /9: not a certificate of the wallet's, or not one that the network takes."""

    code = "certificate_invalid"
    sentence = "The network does not take this certificate"


@dataclass(eq=False, kw_only=True)
class TransactionTooLarge(SlipwayError):
    """The messages as JSON take `size` bytes and not at most `limit`. Nothing was signed."""

    code = "transaction_too_large"
    sentence = (
        "The messages of one transaction take {size} bytes, at most {limit} fit. Split the deployment into "
        "several: its groups, resources and attributes count, images, commands and env do not."
    )
    size: int
    limit: int


class MessageMalformed(SlipwayError):
    """The chain found an id, an amount or a list in the message that cannot be one."""

    code = "message_malformed"
    sentence = "The network finds a value of the request malformed"


class GrantRefused(SlipwayError):
    """The treasury's grant or allowance was not what the chain takes now. The operator's to mend."""

    code = "grant_refused"
    sentence = "The credit cannot be changed at the moment, please retry"


class MintRefused(SlipwayError):
    """The chain mints no uact now: no price, its circuit breaker, or too little. The operator reads it."""

    code = "mint_refused"
    sentence = "uact cannot be minted at the moment, please retry"


class OutOfGas(SlipwayError):
    """Every attempt ran out of gas, or the next would cost more than policy allows."""

    code = "out_of_gas"
    sentence = "The network needed more for this transaction than it may cost, please retry later"


class NetworkBusy(SlipwayError):
    """akash sdk/20: no room for another transaction."""

    code = "network_busy"
    sentence = "The network is too busy to take the transaction, please retry"


class NetworkFault(SlipwayError):
    """The chain's own code broke on the transaction (`undefined/111222`); nothing of it happened."""

    code = "network_fault"
    sentence = "The network failed on this transaction; nothing was charged, please retry"
