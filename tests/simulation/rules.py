"""What the chain keeps and what its messages do to it, by akash-chain.md §00, §2 and the recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from slipway_signing import registry

MIN_DEPOSIT: Final = 500_000


class ChainRefusal(Exception):
    def __init__(self, codespace: str, code: int, log: str) -> None:
        super().__init__(codespace, code, log)
        self.codespace = codespace
        self.code = code
        self.log = log


@dataclass(frozen=True, slots=True)
class Deployment:
    """`entries` are its deposits, oldest first, as what is left of each."""

    hash: bytes
    entries: tuple[tuple[str, int], ...]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the chain's own journal. `kind`: granted, revoked, deposited, refunded (`to_grant`: its limit
    was raised). `amount` of a grant is the new limit, `before` what it was in place of."""

    kind: str
    granter: str
    wallet: str
    amount: int
    before: int = 0
    to_grant: bool = True


@dataclass
class State:
    """All of it, small enough to be copied for each transaction and kept for each block."""

    accounts: dict[str, int] = field(default_factory=dict)
    nonces: dict[tuple[str, int], None] = field(default_factory=dict)
    grants: dict[tuple[str, str], int] = field(default_factory=dict)
    allowances: dict[tuple[str, str], int] = field(default_factory=dict)
    bank: dict[tuple[str, str], int] = field(default_factory=dict)
    deployments: dict[tuple[str, int], Deployment] = field(default_factory=dict)

    def copy(self) -> State:
        return State(
            dict(self.accounts),
            dict(self.nonces),
            dict(self.grants),
            dict(self.allowances),
            dict(self.bank),
            dict(self.deployments),
        )

    def pay(self, payer: str, denom: str, amount: int) -> None:
        balance = self.bank.get((payer, denom), 0)
        if balance < amount:
            text = f"spendable balance {balance}{denom} is smaller than {amount}{denom}: insufficient funds"
            raise ChainRefusal("sdk", 5, text)
        self.bank[payer, denom] = balance - amount

    def receive(self, receiver: str, denom: str, amount: int) -> None:
        self.bank[receiver, denom] = self.bank.get((receiver, denom), 0) + amount

    def know(self, address: str) -> None:
        self.accounts.setdefault(address, len(self.accounts) + 10)

    def use_allowance(self, granter: str, grantee: str, fee: int) -> None:
        """The granter pays; an allowance drained to zero is gone."""
        left = self.allowances.get((granter, grantee))
        words = "granter does not allow to pay fees for grantee"
        if left is None:
            raise ChainRefusal("sdk", 38, f"{words}: fee-grant not found: not found")
        if left < fee:
            raise ChainRefusal("feegrant", 2, f"{words}: basic allowance: fee limit exceeded")
        self.pay(granter, "uakt", fee)
        self.allowances[granter, grantee] = left - fee
        if left == fee:
            del self.allowances[granter, grantee]


Journal = list[Moved]
Handler = Callable[[State, Any, Journal], None]


def _take(state: State, wallet: str, amount: int, journal: Journal) -> tuple[tuple[str, int], ...]:
    """From the grants, granter by granter; the money is the granter's own."""
    entries, wanted = [], amount
    for granter, grantee in sorted(state.grants):
        part = min(wanted, state.grants[granter, grantee]) if grantee == wallet else 0
        if part:
            state.grants[granter, grantee] -= part
            entries.append((granter, part))
            wanted -= part
    if wanted:
        raise ChainRefusal("undefined", 1, "deposit invalid: insufficient balance")
    for granter, part in entries:
        state.pay(granter, "uact", part)
        journal.append(Moved("deposited", granter, wallet, part))
    return tuple(entries)


def _deposit_of(message: Any) -> int:
    return int(message.deposit.amount.amount)


def _create(state: State, message: Any, journal: Journal) -> None:
    key = message.id.owner, int(message.id.dseq)
    if key in state.deployments:
        raise ChainRefusal("deployment", 3, "Deployment exists")
    if _deposit_of(message) < MIN_DEPOSIT:
        raise ChainRefusal(
            "deployment", 20, f"invalid deposit: Deposit too low - {_deposit_of(message)} < {MIN_DEPOSIT}"
        )
    entries = _take(state, message.id.owner, _deposit_of(message), journal)
    state.deployments[key] = Deployment(message.hash, entries)


def _open(state: State, key: tuple[str, int]) -> Deployment:
    if key not in state.deployments:
        raise ChainRefusal("deployment", 4, "Deployment not found")
    if not state.deployments[key].active:
        raise ChainRefusal("deployment", 5, "Deployment closed")
    return state.deployments[key]


def _update(state: State, message: Any, _: Journal) -> None:
    key = message.id.owner, int(message.id.dseq)
    found = _open(state, key)
    if found.hash == message.hash:
        raise ChainRefusal("deployment", 10, "Invalid: deployment hash")
    state.deployments[key] = replace(found, hash=message.hash)


def _close(state: State, message: Any, journal: Journal) -> None:
    """What is left goes back to who deposited it, and raises the grant that it came from, if there is one."""
    key = message.id.owner, int(message.id.dseq)
    found = _open(state, key)
    for granter, left in found.entries:
        pair = granter, message.id.owner
        if not left:
            continue
        state.receive(granter, "uact", left)
        journal.append(Moved("refunded", granter, message.id.owner, left, to_grant=pair in state.grants))
        if pair in state.grants:
            state.grants[pair] += left
    state.deployments[key] = replace(found, entries=(), active=False)


def _deposit(state: State, message: Any, journal: Journal) -> None:
    owner, _, dseq = message.id.xid.partition("/")
    key = owner, int(dseq)
    if key not in state.deployments:
        raise ChainRefusal("escrow", 3, "account not found")
    if not state.deployments[key].active:
        raise ChainRefusal("escrow", 2, "account closed")
    entries = _take(state, message.signer, _deposit_of(message), journal)
    found = state.deployments[key]
    state.deployments[key] = replace(found, entries=(*found.entries, *entries))


def _grant(state: State, message: Any, journal: Journal) -> None:
    """Whatever it was before: a grant is an absolute number."""
    pair = message.granter, message.grantee
    [limit] = registry.unpack(message.grant.authorization).spend_limits
    if int(limit.amount) <= 0:
        raise ChainRefusal("sdk", 10, "spend limits are not valid: invalid coins")
    state.know(message.grantee)
    journal.append(Moved("granted", *pair, int(limit.amount), before=state.grants.get(pair, 0)))
    state.grants[pair] = int(limit.amount)


def _revoke(state: State, message: Any, journal: Journal) -> None:
    pair = message.granter, message.grantee
    if pair not in state.grants:
        raise ChainRefusal("authz", 2, "failed to delete grant: authorization not found")
    journal.append(Moved("revoked", *pair, 0, before=state.grants.pop(pair)))


def _allow(state: State, message: Any, _: Journal) -> None:
    pair = message.granter, message.grantee
    if pair in state.allowances:
        raise ChainRefusal("sdk", 18, "fee allowance already exists: invalid request")
    [limit] = registry.unpack(message.allowance).spend_limit
    state.know(message.grantee)
    state.allowances[pair] = int(limit.amount)


def _disallow(state: State, message: Any, _: Journal) -> None:
    if state.allowances.pop((message.granter, message.grantee), None) is None:
        raise ChainRefusal("sdk", 38, "fee-grant not found: not found")


HANDLERS: Final[dict[str, tuple[int, Handler]]] = {
    "/akash.deployment.v1beta4.MsgCreateDeployment": (100_000, _create),
    "/akash.deployment.v1beta4.MsgUpdateDeployment": (30_000, _update),
    "/akash.deployment.v1beta4.MsgCloseDeployment": (110_000, _close),
    "/akash.escrow.v1.MsgAccountDeposit": (60_000, _deposit),
    "/cosmos.authz.v1beta1.MsgGrant": (30_000, _grant),
    "/cosmos.authz.v1beta1.MsgRevoke": (30_000, _revoke),
    "/cosmos.feegrant.v1beta1.MsgGrantAllowance": (20_000, _allow),
    "/cosmos.feegrant.v1beta1.MsgRevokeAllowance": (15_000, _disallow),
}
"""By type: roughly the gas that it costs, and what it does."""


def spend(state: State, share: float) -> None:
    """Providers earn: the oldest entries of every deployment shrink."""
    for key, found in state.deployments.items():
        if found.active and found.entries:
            (granter, left), *later = found.entries
            state.deployments[key] = replace(found, entries=((granter, left - int(left * share)), *later))
