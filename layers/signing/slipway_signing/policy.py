"""What the signer signs: nothing, but for what stands here.

The rules look at the parsed messages, the very objects that are signed, never at the JSON that came in: a
field spelt twice or in another style cannot be one thing to the policy and another to the chain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.errors import PolicyRefused
from slipway.domain.money import CREDIT_DENOM, FEE_DENOM

from slipway_signing import registry
from slipway_signing.address import is_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway_signing.intents import Role

MAX_MESSAGES: Final = 50
"""A close of everything a user has fits; gas and the size of a transaction bound it further."""

MAX_GAS: Final = 4_000_000
"""Ten times the dearest recorded transaction (a close after three top-ups, 375k); more is a mistake."""

MAX_ALLOWANCE_UAKT: Final = 100_000_000
"""100 AKT, some ten thousand transactions: what a wallet could burn at the worst before anybody looks."""

_CLOSES: Final = frozenset(
    {"/akash.deployment.v1beta4.MsgCloseDeployment", "/akash.market.v1beta5.MsgCloseLease"}
)
_CREDIT: Final = frozenset({"/cosmos.authz.v1beta1.MsgGrant", "/cosmos.authz.v1beta1.MsgRevoke"})
_TO_WALLETS: Final = _CREDIT | {
    "/cosmos.feegrant.v1beta1.MsgGrantAllowance",
    "/cosmos.feegrant.v1beta1.MsgRevokeAllowance",
}
_WHOLE: Final = re.compile(r"[0-9]{1,40}")
"""Whole amounts; prices come scaled by 10^18, so forty digits are more than all the coins there are."""

_DEPOSIT_SCOPE_DEPLOYMENT: Final = 1
_SOURCE_GRANT: Final = 2
_DEPOSIT_TYPE: Final = "/akash.escrow.v1.MsgAccountDeposit"
"""What a DepositAuthorization authorizes, for creates and deposits alike (akash-chain.md §2.3)."""


def refuse(rule: str, what: str) -> PolicyRefused:
    return PolicyRefused(rule=rule, what=what)


def _uact(coin: Any, what: str) -> int:
    return _amount(coin, CREDIT_DENOM, what)


def _amount(coin: Any, denom: str, what: str) -> int:
    """A positive whole amount of `denom`; anything else is refused."""
    if coin.denom != denom:
        raise refuse("denom", f"{what}: {coin.denom}")
    if not _WHOLE.fullmatch(coin.amount) or int(coin.amount) == 0:
        raise refuse("amount", what)
    return int(coin.amount)


def _deposit(deposit: Any) -> int:
    if list(deposit.sources) != [_SOURCE_GRANT]:
        raise refuse("deposit_sources", "deposit.sources")
    return _uact(deposit.amount, "deposit.amount")


def _create_deployment(message: Any, own: str) -> int:
    for group in message.groups:
        for unit in group.resources:
            _uact(unit.price, "price")
    return _deposit(message.deposit)


def _account_deposit(message: Any, own: str) -> int:
    """Only into the wallet's own deployments: a deposit into another's is a gift."""
    owner, _, dseq = message.id.xid.partition("/")
    if message.id.scope != _DEPOSIT_SCOPE_DEPLOYMENT or owner != own or not _WHOLE.fullmatch(dseq):
        raise refuse("own_account_only", "id.xid")
    return _deposit(message.deposit)


def _nothing(message: Any, own: str) -> int:
    return 0


def _grant(message: Any, own: str) -> int:
    """A deposit grant, for deployments only, in uact. Returns what it allows."""
    _grantee(message.grantee, own)
    authorization = _unpacked(message.grant.authorization, "akash.escrow.v1.DepositAuthorization")
    if list(authorization.scopes) != [_DEPOSIT_SCOPE_DEPLOYMENT]:
        raise refuse("grant_scopes", "grant.authorization.scopes")
    if authorization.spend_limit.amount not in ("", "0"):
        raise refuse("grant_limit", "grant.authorization.spend_limit")
    if len(authorization.spend_limits) != 1:
        raise refuse("grant_limit", "grant.authorization.spend_limits")
    return _uact(authorization.spend_limits[0], "grant.authorization.spend_limits")


def _revoke(message: Any, own: str) -> int:
    _grantee(message.grantee, own)
    if message.msg_type_url != _DEPOSIT_TYPE:
        raise refuse("revoke_type", message.msg_type_url)
    return 0


def _allow_fees(message: Any, own: str) -> int:
    """A bounded fee allowance: an empty limit would be an unlimited one."""
    _grantee(message.grantee, own)
    allowance = _unpacked(message.allowance, "cosmos.feegrant.v1beta1.BasicAllowance")
    if len(allowance.spend_limit) != 1:
        raise refuse("allowance_limit", "allowance.spend_limit")
    if _amount(allowance.spend_limit[0], FEE_DENOM, "allowance.spend_limit") > MAX_ALLOWANCE_UAKT:
        raise refuse("max_allowance", "allowance.spend_limit")
    return 0


def _revoke_fees(message: Any, own: str) -> int:
    _grantee(message.grantee, own)
    return 0


def _mint(message: Any, own: str) -> int:
    if message.to != own:
        raise refuse("own_account_only", "to")
    _amount(message.coins_to_burn, FEE_DENOM, "coins_to_burn")
    return 0


def _grantee(grantee: str, own: str) -> None:
    if not is_address(grantee) or grantee == own:
        raise refuse("grantee", "grantee")


def _unpacked(packed: Any, full_name: str) -> Any:
    if packed.type_url != f"/{full_name}":
        raise refuse("inner_type", packed.type_url)
    return registry.unpack(packed)


Rule = Callable[[Any, str], int]
"""Refuses, or says how much credit (uact) the message moves or grants. Takes the message and its signer."""

RULES: Final[Mapping[Role, Mapping[str, tuple[str, Rule]]]] = {
    "wallet": {
        "/akash.deployment.v1beta4.MsgCreateDeployment": ("id.owner", _create_deployment),
        "/akash.deployment.v1beta4.MsgUpdateDeployment": ("id.owner", _nothing),
        "/akash.deployment.v1beta4.MsgCloseDeployment": ("id.owner", _nothing),
        "/akash.market.v1beta5.MsgCreateLease": ("bid_id.owner", _nothing),
        "/akash.market.v1beta5.MsgCloseLease": ("id.owner", _nothing),
        "/akash.escrow.v1.MsgAccountDeposit": ("signer", _account_deposit),
        "/akash.cert.v1.MsgCreateCertificate": ("owner", _nothing),
        "/akash.cert.v1.MsgRevokeCertificate": ("id.owner", _nothing),
    },
    "treasury": {
        "/cosmos.authz.v1beta1.MsgGrant": ("granter", _grant),
        "/cosmos.authz.v1beta1.MsgRevoke": ("granter", _revoke),
        "/cosmos.feegrant.v1beta1.MsgGrantAllowance": ("granter", _allow_fees),
        "/cosmos.feegrant.v1beta1.MsgRevokeAllowance": ("granter", _revoke_fees),
        "/akash.bme.v1.MsgMintACT": ("owner", _mint),
    },
}
"""By role and type: the field that names the account acted for, which must be the signer, and the rule."""


def must_name_accounts(rules: Mapping[Role, Mapping[str, tuple[str, Rule]]]) -> None:
    """Raises ValueError for a type that no transaction can carry, or whose field is not one text of it: a
    rule that looked in the wrong place would let anybody act for anybody."""
    for type_url, (field, _) in (item for listed in rules.values() for item in listed.items()):
        name = type_url.removeprefix("/")
        if name not in registry.MESSAGES:
            raise ValueError(f"no transaction carries {type_url}")
        descriptor = registry.descriptor(name)
        *way, last = field.split(".")
        for step in way:
            inner = descriptor.fields_by_name.get(step)
            if inner is None or inner.message_type is None:
                raise ValueError(f"{type_url} has no message {step}")
            descriptor = inner.message_type
        named = descriptor.fields_by_name.get(last)
        if named is None or named.type != named.TYPE_STRING or named.label == named.LABEL_REPEATED:
            raise ValueError(f"{type_url} names no account in {field or 'no field'}")


must_name_accounts(RULES)


def check(role: Role, messages: Sequence[tuple[str, Any]], *, own: str, deposit_max: int | None) -> int:
    """The credit (uact) that the messages move or grant together. Raises PolicyRefused.

    `deposit_max` bounds it; without one nothing may move.
    """
    if not 0 < len(messages) <= MAX_MESSAGES:
        raise refuse("message_count", str(len(messages)))
    moved = sum(_checked(role, type_url, message, own) for type_url, message in messages)
    if moved > (deposit_max or 0):
        raise refuse("deposit_max", f"{moved} > {deposit_max or 0}")
    return moved


def _checked(role: Role, type_url: str, message: Any, own: str) -> int:
    if type_url not in RULES[role]:
        raise refuse("message_type", type_url)
    field, rule = RULES[role][type_url]
    acted_for = message
    for name in field.split("."):
        acted_for = getattr(acted_for, name)
    if acted_for != own:
        raise refuse("own_account_only", field)
    return rule(message, own)


def grantees(messages: Sequence[tuple[str, Any]]) -> dict[str, bool]:
    """Who is granted or denied something, and whether that changes credit. Each must be a wallet of ours;
    who granted it credit must have said which credit the new one was reckoned from."""
    found: dict[str, bool] = {}
    for type_url, message in messages:
        if type_url in _TO_WALLETS:
            found[message.grantee] = found.get(message.grantee, False) or type_url in _CREDIT
    return found


def check_price(*, gas_limit: int, fee_uakt: int, max_fee_uakt: int) -> None:
    """Raises PolicyRefused above the ceilings."""
    if gas_limit > MAX_GAS:
        raise refuse("max_gas", f"{gas_limit} > {MAX_GAS}")
    if fee_uakt > max_fee_uakt:
        raise refuse("max_fee", f"{fee_uakt} > {max_fee_uakt}")


def closes(type_urls: Sequence[str]) -> bool:
    """Whether the transaction closes something, which costs more than simulated (akash-chain.md §00.2)."""
    return not _CLOSES.isdisjoint(type_urls)
