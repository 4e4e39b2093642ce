"""The treasury's messages to wallets: what they may deposit, and what they may pay fees with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from slipway.domain.money import CREDIT_DENOM, FEE_DENOM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GRANT: Final = "/cosmos.authz.v1beta1.MsgGrant"
REVOKE: Final = "/cosmos.authz.v1beta1.MsgRevoke"
ALLOW: Final = "/cosmos.feegrant.v1beta1.MsgGrantAllowance"
DISALLOW: Final = "/cosmos.feegrant.v1beta1.MsgRevokeAllowance"
MINT: Final = "/akash.bme.v1.MsgMintACT"
DEPOSIT: Final = "/akash.escrow.v1.MsgAccountDeposit"
"""What a DepositAuthorization is revoked and looked up by (akash-chain.md §2.3)."""

Message = dict[str, Any]


class Treasury(Protocol):
    """The treasury's signer (functions/signer/treasury.py), the only one that has its key."""

    def send(
        self,
        *,
        intent_id: str,
        request_id: str,
        user_id: str | None,
        messages: Sequence[Message],
        deposit_max: int,
        expects: Mapping[str, int],
    ) -> dict[str, Any]:
        """The signer's answer. `expects`: by grantee, the credit that a grant was reckoned from.

        Raises SignerUnavailable, TransactionPending.
        """
        ...


def credit(granter: str, grantee: str, amount: int) -> Message:
    """The deposit grant of exactly `amount` uact, in place of any that there is. Of zero it is a revocation:
    the chain refuses a grant of nothing (sdk/10)."""
    pair = {"granter": granter, "grantee": grantee}
    if amount <= 0:
        return {"type_url": REVOKE, "value": {**pair, "msg_type_url": DEPOSIT}}
    authorization = {
        "@type": "/akash.escrow.v1.DepositAuthorization",
        "spend_limit": {"denom": CREDIT_DENOM, "amount": "0"},
        "scopes": ["deployment"],
        "spend_limits": [{"denom": CREDIT_DENOM, "amount": str(amount)}],
    }
    return {"type_url": GRANT, "value": {**pair, "grant": {"authorization": authorization}}}


def fees(granter: str, grantee: str, amount: int, *, renew: bool) -> list[Message]:
    """A fee allowance of `amount` uakt. One that there is must be revoked first: the chain refuses a second
    (sdk/18)."""
    pair = {"granter": granter, "grantee": grantee}
    allowance = {
        "@type": "/cosmos.feegrant.v1beta1.BasicAllowance",
        "spend_limit": [{"denom": FEE_DENOM, "amount": str(amount)}],
    }
    allow = {"type_url": ALLOW, "value": {**pair, "allowance": allowance}}
    return [{"type_url": DISALLOW, "value": pair}, allow] if renew else [allow]


def opening(granter: str, grantee: str, *, credit_uact: int, fees_uakt: int) -> list[Message]:
    """The one transaction that makes a wallet known to the chain. No credit is no grant; the fee allowance
    alone already makes the account."""
    allow = fees(granter, grantee, fees_uakt, renew=False)
    return [credit(granter, grantee, credit_uact), *allow] if credit_uact else allow


def granted_in(messages: Sequence[Message]) -> int:
    """The credit (uact) that stored messages of ours grant together."""
    grants = (one["value"]["grant"]["authorization"] for one in messages if one["type_url"] == GRANT)
    return sum(int(limit["amount"]) for grant in grants for limit in grant["spend_limits"])


def mint(treasury: str, uakt: int) -> Message:
    """Burns `uakt` of the treasury's own for uact, at the next epoch's price."""
    burnt = {"denom": FEE_DENOM, "amount": str(uakt)}
    return {"type_url": MINT, "value": {"owner": treasury, "to": treasury, "coins_to_burn": burnt}}
