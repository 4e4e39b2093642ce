"""The one table from the chain's refusals to our errors: each code that our messages can meet, and its words.

Codes and words are those of akash-chain.md §7 and of the recordings. A transaction's refusal is found by
its code, and by its words where one code covers several cases; a simulation's, or one of codespace
`undefined`, by its words alone, the longest that fit. No row is without a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from slipway.domain import errors

Make = Callable[[], errors.SlipwayError]


@dataclass(frozen=True, slots=True)
class Row:
    """`codespace` is empty for what has words only. `words` are in lower case."""

    codespace: str
    code: int
    words: str
    make: Make


def _group(why: str) -> Make:
    return lambda: errors.InvalidGroups(why=why)


def _fault(what: str) -> Make:
    return lambda: errors.InternalFault(what=what)


_UACT: Final = _group("deposits and prices must be in uact")
_SAME_NAME: Final = _group("two groups have the same name")
_GROUPS: Final = _group("the deployment groups are invalid")
_WINDOW: Final = _group("the reclamation window is outside the chain's bounds")
_MALFORMED: Final = errors.MessageMalformed

_DEPLOYMENT: Final = (
    Row("deployment", 2, "invalid request", _MALFORMED),
    Row("deployment", 3, "deployment exists", errors.DeploymentExists),
    Row("deployment", 4, "deployment not found", errors.DeploymentNotFound),
    Row("deployment", 5, "deployment closed", errors.DeploymentClosed),
    Row("deployment", 6, "owner account missing", errors.WalletOpening),
    Row("deployment", 7, "duplicate group name", _SAME_NAME),
    Row("deployment", 7, "invalid groups", _GROUPS),
    Row("deployment", 8, "invalid: deployment id", _MALFORMED),
    Row("deployment", 9, "invalid: empty hash", errors.InvalidVersion),
    Row("deployment", 10, "invalid: deployment hash", errors.InvalidVersion),
    Row("deployment", 11, "internal error", errors.NetworkFault),
    Row("deployment", 12, "invalid deployment", _MALFORMED),
    Row("deployment", 13, "invalid deployment's group id", _MALFORMED),
    Row("deployment", 14, "group not found", errors.GroupNotOpen),
    Row("deployment", 15, "group already closed", errors.GroupNotOpen),
    Row("deployment", 17, "group paused", errors.GroupNotOpen),
    Row("deployment", 18, "group not open", errors.GroupNotOpen),
    Row("deployment", 19, "groupspec invalid", _GROUPS),
    Row("deployment", 20, "deposit too low", errors.DepositTooLow),
    Row("deployment", 20, "mismatched denominations", _UACT),
    Row("deployment", 20, "deposit invalid", _UACT),
    Row("deployment", 21, "id path invalid", _MALFORMED),
    Row("deployment", 22, "parameter invalid", _MALFORMED),
    Row("deployment", 23, "invalid escrow id", _MALFORMED),
    Row("deployment", 24, "invalid price", _UACT),
    Row("deployment", 25, "duplicate group name", _SAME_NAME),
    Row("deployment", 26, "invalid reclamation configuration", _WINDOW),
)

_MARKET: Final = (
    Row("market", 1, "empty provider", _MALFORMED),
    Row("market", 2, "owner and provider are the same account", _MALFORMED),
    Row("market", 3, "internal error", errors.NetworkFault),
    Row("market", 6, "unknown bid", errors.BidNotFound),
    Row("market", 7, "unknown lease", errors.LeaseNotFound),
    Row("market", 8, "unknown lease for bid", errors.LeaseNotFound),
    Row("market", 9, "unknown order for bid", errors.OrderNotOpen),
    Row("market", 10, "lease not active", errors.LeaseNotActive),
    Row("market", 11, "bid not active", errors.LeaseNotActive),
    Row("market", 12, "bid not open", errors.BidNotOpen),
    Row("market", 13, "order not open", errors.OrderNotOpen),
    Row("market", 14, "no lease for order", errors.LeaseNotFound),
    Row("market", 15, "order not found", errors.OrderNotOpen),
    Row("market", 16, "group not found", errors.GroupNotOpen),
    Row("market", 17, "group not open", errors.GroupNotOpen),
    Row("market", 18, "bid not found", errors.BidNotFound),
    Row("market", 20, "lease not found", errors.LeaseNotFound),
    Row("market", 23, "order active", errors.OrderNotOpen),
    Row("market", 24, "order closed", errors.LeaseNotActive),
    Row("market", 29, "parameter invalid", _MALFORMED),
    Row("market", 30, "unknown provider", errors.BidNotFound),
    Row("market", 31, "invalid bid", _MALFORMED),
    Row("market", 33, "invalid lease closed reason", _MALFORMED),
    Row("market", 34, "invalid escrow id", _MALFORMED),
    Row("market", 39, "reclamation window outside governance bounds", _WINDOW),
)

_ESCROW: Final = (
    Row("escrow", 1, "account exists", errors.DeploymentExists),
    Row("escrow", 2, "account closed", errors.EscrowClosed),
    Row("escrow", 3, "account not found", errors.DeploymentNotFound),
    Row("escrow", 4, "account overdrawn", errors.EscrowOverdrawn),
    Row("escrow", 5, "invalid denomination", _UACT),
    Row("escrow", 6, "payment exists", errors.BidNotOpen),
    Row("escrow", 7, "payment closed", errors.LeaseNotActive),
    Row("escrow", 8, "payment not found", errors.LeaseNotFound),
    Row("escrow", 9, "payment rate zero", _group("a price is zero")),
    Row("escrow", 10, "invalid payment", _MALFORMED),
    Row("escrow", 11, "invalid settlement", errors.EscrowNotSettled),
    Row("escrow", 12, "invalid id", _MALFORMED),
    Row("escrow", 13, "invalid account", _MALFORMED),
    Row("escrow", 14, "invalid account depositor", _MALFORMED),
    Row("escrow", 15, "unauthorized deposit scope", errors.TreasuryShort),
    Row("escrow", 16, "invalid deposit", errors.DepositNotPositive),
    Row("escrow", 17, "invalid authz scope", errors.GrantRefused),
    Row("escrow", 18, "malformed key", _MALFORMED),
)

_CERTIFICATES: Final = (
    Row("cert", 1, "certificate not found", errors.CertificateNotFound),
    Row("cert", 2, "invalid address", _MALFORMED),
    Row("cert", 3, "certificate exists", errors.CertificateExists),
    Row("cert", 4, "certificate already revoked", errors.CertificateRevoked),
    Row("cert", 5, "invalid serial number", errors.CertificateInvalid),
    Row("cert", 6, "invalid certificate value", errors.CertificateInvalid),
    Row("cert", 7, "invalid pubkey value", errors.CertificateInvalid),
    Row("cert", 8, "invalid state", errors.CertificateInvalid),
    Row("cert", 9, "invalid key size", errors.CertificateInvalid),
)

_TREASURY: Final = (
    Row("authz", 2, "authorization not found", errors.GrantRefused),
    Row("authz", 3, "expiration time of authorization", errors.GrantRefused),
    Row("authz", 6, "authorization expired", errors.GrantRefused),
    Row("authz", 7, "grantee and granter should be different", errors.GrantRefused),
    Row("bank", 5, "send transactions are disabled", errors.GrantRefused),
    Row("bme", 5, "oracle", errors.MintRefused),
    Row("bme", 6, "circuit breaker", errors.MintRefused),
    Row("bme", 8, "invalid amount", errors.MintRefused),
    Row("bme", 9, "invalid denom", errors.MintRefused),
    Row("bme", 17, "minimum mint", errors.MintRefused),
    Row("oracle.v2", 4, "price stalled", errors.MintRefused),
    Row("feegrant", 2, "fee limit exceeded", errors.FeesUnavailable),
    Row("feegrant", 3, "fee allowance expired", errors.FeesUnavailable),
    Row("feegrant", 5, "no allowance", errors.FeesUnavailable),
    Row("feegrant", 7, "message not allowed", errors.FeesUnavailable),
)

_SDK: Final = (
    Row("sdk", 2, "tx parse error", _fault("sdk/2: bytes that are no transaction")),
    Row("sdk", 3, "invalid sequence", _MALFORMED),
    Row("sdk", 4, "unauthorized", _fault("sdk/4: account number, chain id or signature")),
    Row("sdk", 5, "uact is smaller than", errors.TreasuryShort),
    Row("sdk", 5, "uakt is smaller than", errors.FeesUnavailable),
    Row("sdk", 6, "unknown request", _fault("sdk/6: a message that the chain does not know")),
    Row("sdk", 7, "invalid address", _MALFORMED),
    Row("sdk", 8, "invalid pubkey", _fault("sdk/8: public key")),
    Row("sdk", 9, "unknown address", errors.WalletOpening),
    Row("sdk", 10, "invalid coins", errors.GrantRefused),
    Row("sdk", 11, "out of gas", errors.OutOfGas),
    Row("sdk", 12, "memo too large", _fault("sdk/12: memo")),
    Row("sdk", 13, "insufficient fee", errors.FeesUnavailable),
    Row("sdk", 18, "has already used timeout", errors.TransactionExpired),
    Row("sdk", 18, "fee allowance already exists", errors.GrantRefused),
    Row("sdk", 18, "unordered tx ttl exceeds", _fault("sdk/18: timeout too far ahead")),
    Row("sdk", 18, "must have timeout_timestamp", _fault("sdk/18: no timeout")),
    Row("sdk", 18, "sequence is not allowed", _fault("sdk/18: sequence")),
    Row("sdk", 18, "must contain at least one message", _fault("sdk/18: no message")),
    Row("sdk", 20, "mempool is full", errors.NetworkBusy),
    Row("sdk", 21, "tx too large", _MALFORMED),
    Row("sdk", 28, "invalid chain-id", _fault("sdk/28: chain id")),
    Row("sdk", 29, "invalid type", _fault("sdk/29: type")),
    Row("sdk", 30, "tx timeout height", errors.TransactionExpired),
    Row("sdk", 32, "incorrect account sequence", _fault("sdk/32: sequence")),
    Row("sdk", 36, "conflict", _MALFORMED),
    Row("sdk", 37, "not supported", _fault("sdk/37: not supported")),
    Row("sdk", 38, "does not allow to pay fees", errors.FeesUnavailable),
    Row("sdk", 38, "fee-grant not found", errors.GrantRefused),
    Row("sdk", 40, "invalid gas limit", _fault("sdk/40: gas limit")),
    Row("sdk", 41, "invalid gas limit", _fault("sdk/41: gas limit")),
    Row("sdk", 42, "tx timeout", errors.TransactionExpired),
)

_WORDS: Final = (
    Row("", 0, "insufficient balance", errors.CreditTooLow),
    Row("", 0, "invalid deposit denomination", _UACT),
    Row("", 0, "invalid coin denominations", _UACT),
    Row("", 0, "negative decimal coin amount", errors.EscrowNotSettled),
    Row("", 0, "invalid unit price", _group("a unit price is outside the chain's limits")),
    Row("", 0, "invalid unit cpu", _group("cpu is outside the chain's limits")),
    Row("", 0, "invalid unit memory", _group("memory is outside the chain's limits")),
    Row("", 0, "invalid unit storage", _group("storage is outside the chain's limits")),
    Row("", 0, "invalid unit gpu", _group("gpu is outside the chain's limits")),
    Row("", 0, "invalid total", _group("the resources of a group are outside the chain's limits")),
    Row("", 0, "duplicate resources id", _group("two resources of a group have the same id")),
    Row("", 0, "empty group spec name", _group("a group has no name")),
    Row("", 0, "no signatures supplied", _fault("a simulation without a signature")),
    Row("undefined", 111222, "recovered:", errors.NetworkFault),
)

_ATTRIBUTES: Final = (
    Row("akash", 1, "attributes cannot have duplicate keys", _group("an attribute stands there twice")),
    Row("akash", 2, "attribute key does not match", _group("an attribute's key is none")),
    Row("akash", 3, "invalid depositor", _MALFORMED),
    Row("akash", 4, "invalid deposit source", _MALFORMED),
)

ROWS: Final = (
    *_DEPLOYMENT,
    *_MARKET,
    *_ESCROW,
    *_CERTIFICATES,
    *_TREASURY,
    *_SDK,
    *_ATTRIBUTES,
    *_WORDS,
)
