"""x/escrow: accounts and payments in the store, each under its state and its path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import bech32, pb
from sandbox.chain.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.chain.context import Context

ACCOUNT_NOT_FOUND: Final = Refusal("escrow", 3, "account not found")
INVALID_ID: Final = Refusal("escrow", 12, "invalid ID")
PAYMENT_NOT_FOUND: Final = Refusal("escrow", 8, "payment not found")

OPEN: Final = pb.escrow_types.open
CLOSED: Final = pb.escrow_types.closed
OVERDRAWN: Final = pb.escrow_types.overdrawn
STATES: Final = (OPEN, CLOSED, OVERDRAWN)
DEPLOYMENT: Final = "deployment"
BID: Final = "bid"

ACCOUNTS: Final = b"\x12\x00"
PAYMENTS: Final = b"\x13\x00"


@dataclass(slots=True)
class Account:
    """An escrow account. `path` is scope and xid; `was` is the state that it is stored under."""

    path: str
    state: Any
    was: int
    is_changed: bool = False

    @property
    def id(self) -> Any:
        scope, _, xid = self.path.partition("/")
        return pb.escrow_id.Account(scope=scope, xid=xid)

    def message(self) -> Any:
        return pb.escrow_types.Account(id=self.id, state=self.state)


@dataclass(slots=True)
class Payment:
    """What an account owes a provider by the block. `path` is the account's path and gseq/oseq/provider."""

    path: str
    state: Any
    was: int
    is_changed: bool = False

    @property
    def account(self) -> str:
        return self.path.rsplit("/", 3)[0]

    @property
    def printed(self) -> str:
        """Its id as Go prints it."""
        found = self.message().id
        return f'aid:<scope:{DEPLOYMENT} xid:"{found.aid.xid}" > xid:"{found.xid}" '

    def message(self) -> Any:
        scope, owner, dseq, *rest = self.path.split("/")
        account = pb.escrow_id.Account(scope=scope, xid=f"{owner}/{dseq}")
        return pb.escrow_types.Payment(
            id=pb.escrow_id.Payment(aid=account, xid="/".join(rest)), state=self.state
        )


def deployment_path(found: Any) -> str:
    """The path of the account of any id's deployment."""
    return f"{DEPLOYMENT}/{found.owner}/{found.dseq}"


def bid_path(found: Any) -> str:
    """The path of the account of a bid's deposit."""
    return f"{BID}/{found.owner}/{found.dseq}/{found.gseq}/{found.oseq}/{found.provider}"


def payment_path(found: Any) -> str:
    """The path of the payment of a lease."""
    return f"{deployment_path(found)}/{found.gseq}/{found.oseq}/{found.provider}"


def check_id(found: Any) -> None:
    """ValidateBasic of an account's id (escrow/12): its scope, and each part of its path."""
    parts = found.xid.split("/")
    if found.scope not in _PARTS:
        raise INVALID_ID.wrap("invalid scope")
    names = _PARTS[found.scope]
    if len(parts) != len(names):
        raise INVALID_ID.wrap("invalid xid format")
    for name, part in zip(names, parts, strict=True):
        if problem := _address_problem(part) if name in _ADDRESSES else _number_problem(part, _BITS[name]):
            raise INVALID_ID.wrap(f"invalid xid/{name}: {problem}")


def path_of(found: Any) -> str:
    """The path of an escrow id."""
    return f"{pb.escrow_id.Scope.Name(found.scope)}/{found.xid}"


def key_of(prefix: bytes, state: int, path: str) -> bytes:
    return prefix + bytes([state]) + b"/" + path.encode()


def has_account(ctx: Context, path: str) -> bool:
    return _find(ctx, ACCOUNTS, path) is not None


def has_payment(ctx: Context, path: str) -> bool:
    return _find(ctx, PAYMENTS, path) is not None


def account(ctx: Context, path: str) -> Account:
    """Raises escrow/3 where there is none."""
    if (state := _find(ctx, ACCOUNTS, path)) is None:
        raise ACCOUNT_NOT_FOUND.error()
    raw = ctx.store.get(key_of(ACCOUNTS, state, path)) or b""
    return Account(path, pb.escrow_types.AccountState.FromString(raw), state)


def payment(ctx: Context, path: str) -> Payment:
    """Raises escrow/8 where there is none."""
    if (state := _find(ctx, PAYMENTS, path)) is None:
        raise PAYMENT_NOT_FOUND.error()
    raw = ctx.store.get(key_of(PAYMENTS, state, path)) or b""
    return Payment(path, pb.escrow_types.PaymentState.FromString(raw), state)


def payments_of(ctx: Context, path: str, states: Sequence[int]) -> list[Payment]:
    """The payments of an account that are in these states."""
    return [found for state in states for _, found in payments_in(ctx, state, f"{path}/")]


def accounts_in(ctx: Context, state: int, beginning: str) -> Iterator[tuple[bytes, Account]]:
    """Accounts of a state whose path begins so, with the rest of their key."""
    prefix = key_of(ACCOUNTS, state, beginning)
    for key, raw in ctx.store.scan(prefix):
        path = key[len(ACCOUNTS) + 2 :].decode()
        yield key[len(prefix) :], Account(path, pb.escrow_types.AccountState.FromString(raw), state)


def payments_in(ctx: Context, state: int, beginning: str) -> Iterator[tuple[bytes, Payment]]:
    """Payments of a state whose path begins so, with the rest of their key."""
    prefix = key_of(PAYMENTS, state, beginning)
    for key, raw in ctx.store.scan(prefix):
        path = key[len(PAYMENTS) + 2 :].decode()
        yield key[len(prefix) :], Payment(path, pb.escrow_types.PaymentState.FromString(raw), state)


def put(ctx: Context, prefix: bytes, found: Account | Payment) -> None:
    """Write one under the state it has now."""
    if found.state.state != found.was:
        ctx.store.delete(key_of(prefix, found.was, found.path))
    key = key_of(prefix, found.state.state, found.path)
    ctx.store.set(key, found.state.SerializeToString(deterministic=True))
    found.was = found.state.state


_PARTS: Final[dict[int, tuple[str, ...]]] = {
    pb.escrow_id.deployment: ("owner", "dseq"),
    pb.escrow_id.bid: ("owner", "dseq", "gseq", "oseq", "provider"),
}
_ADDRESSES: Final = {"owner", "provider"}
_BITS: Final = {"dseq": 64, "gseq": 32, "oseq": 32}


def _address_problem(text: str) -> str:
    try:
        bech32.decode(text)
    except bech32.Bech32Error as error:
        return str(error)
    return ""


def _number_problem(text: str, bits: int) -> str:
    """What Go's ParseUint says of it."""
    if not (text.isascii() and text.isdigit()):
        return f'strconv.ParseUint: parsing "{text}": invalid syntax'
    return "" if int(text) < 2**bits else f'strconv.ParseUint: parsing "{text}": value out of range'


def _find(ctx: Context, prefix: bytes, path: str) -> int | None:
    return next((state for state in STATES if ctx.store.has(key_of(prefix, state, path))), None)
