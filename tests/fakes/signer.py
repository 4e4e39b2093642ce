"""A signer that writes to the fake chain, with the chain's and the policy's commonest refusals."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, assert_never

from slipway.domain.errors import (
    BidNotFound,
    BidNotOpen,
    CreditTooLow,
    DeploymentClosed,
    DeploymentExists,
    DeploymentNotFound,
    DepositTooLow,
    InvalidVersion,
    PolicyRefused,
    SlipwayError,
    TransactionPending,
)
from slipway.domain.messages import (
    CloseDeployment,
    Committed,
    CreateDeployment,
    CreateLease,
    DepositEscrow,
    Message,
    RawMessage,
    Sent,
    UpdateDeployment,
)
from slipway.domain.money import MicroUsd

from tests.fakes.chain import MIN_DEPOSIT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.ids import Dseq, IntentId
    from slipway.domain.wallet import Wallet

    from tests.fakes.chain import FakeChain
    from tests.fakes.wallets import FakeWallets


class FakeSigner:
    """`Signer`. `transactions` are those that landed. `refuses`: the next call raises it and nothing lands.

    `loses_answers`: a transaction lands, and the caller hears only that it may have.
    """

    def __init__(self, chain: FakeChain, wallets: FakeWallets) -> None:
        self._chain, self._wallets = chain, wallets
        self._outcomes: dict[IntentId, Committed] = {}
        self.transactions: list[tuple[Message, ...]] = []
        self.raw: dict[IntentId, tuple[RawMessage, ...]] = {}
        self.refuses: SlipwayError | None = None
        self.loses_answers = False

    def run(
        self, intent: IntentId, wallet: Wallet, messages: Sequence[Message], *, deposit_max: MicroUsd
    ) -> Committed:
        if self.refuses is not None:
            refused, self.refuses = self.refuses, None
            raise refused
        if intent not in self._outcomes:
            self._outcomes[intent] = self._landed(intent, wallet, messages, deposit_max)
            self._wallets.note_transaction(wallet.user)
        if self.loses_answers:
            raise TransactionPending(intent_id=intent)
        return self._outcomes[intent]

    def send(
        self, intent: IntentId, wallet: Wallet, messages: Sequence[RawMessage], *, deposit_max: MicroUsd
    ) -> Sent:
        """What the messages say is not done; they are kept in `raw`."""
        if self.refuses is not None:
            refused, self.refuses = self.refuses, None
            raise refused
        self.raw.setdefault(intent, tuple(messages))
        self._wallets.note_transaction(wallet.user)
        return Sent(f"{[*self.raw].index(intent):064X}", self._chain.height)

    def _landed(
        self, intent: IntentId, wallet: Wallet, messages: Sequence[Message], deposit_max: MicroUsd
    ) -> Committed:
        moved = sum(_moved(message) for message in messages)
        if moved > deposit_max:
            raise PolicyRefused(rule="deposit_max", what=str(moved))
        credit = self._chain.grants.get((wallet.granter, wallet.address), MicroUsd(0))
        if moved > credit:
            raise CreditTooLow(needed=moved, available=credit)
        for message in messages:
            self._check(wallet, message)
        self._chain.height += 1
        self._chain.grants[wallet.granter, wallet.address] = MicroUsd(credit - moved)
        for message in messages:
            self._apply(wallet, message)
        self.transactions.append(tuple(messages))
        return Committed(intent, f"{len(self.transactions):064X}", self._chain.height, _dseq(messages[0]))

    def _check(self, wallet: Wallet, message: Message) -> None:
        found = self._chain.found.get((wallet.address, _dseq(message)))
        match message:
            case CreateDeployment():
                if found is not None:
                    raise DeploymentExists
                if message.deposit < MIN_DEPOSIT:
                    raise DepositTooLow
            case CreateLease(bid):
                if bid not in self._chain.all_bids:
                    raise BidNotFound
                if self._chain.all_bids[bid].state != "open":
                    raise BidNotOpen
            case _ if found is None:
                raise DeploymentNotFound
            case _ if not found.is_open:
                raise DeploymentClosed
            case UpdateDeployment(_, version) if base64.b64encode(version).decode() == found.hash:
                raise InvalidVersion

    def _apply(self, wallet: Wallet, message: Message) -> None:
        owner, chain = wallet.address, self._chain
        match message:
            case CreateDeployment():
                chain.open(
                    owner,
                    message.dseq,
                    payer=wallet.granter,
                    funds=message.deposit,
                    version=message.version,
                    groups=tuple(rest_group(group) for group in message.groups),
                )
            case UpdateDeployment(dseq, version):
                chain.update(owner, dseq, version)
            case DepositEscrow(dseq, amount):
                chain.deposit(owner, dseq, wallet.granter, amount)
            case CloseDeployment(dseq):
                chain.grants[wallet.granter, owner] = MicroUsd(
                    chain.grants[wallet.granter, owner] + chain.close(owner, dseq)
                )
            case CreateLease(bid):
                chain.lease(bid)
            case _:
                assert_never(message)


def _moved(message: Message) -> int:
    match message:
        case CreateDeployment():
            return message.deposit
        case DepositEscrow(_, amount):
            return amount
        case _:
            return 0


def _dseq(message: Message) -> Dseq:
    return message.bid.dseq if isinstance(message, CreateLease) else message.dseq


def rest_group(group: Any) -> Any:
    """A group spec of a message as the chain's REST shows it: quantities plain, prices with 18 decimals."""
    if isinstance(group, list):
        return [rest_group(item) for item in group]
    if not isinstance(group, dict):
        return group
    return {name: _rest_value(name, value) for name, value in group.items()}


def _rest_value(name: str, value: Any) -> Any:
    if name == "val":
        return base64.b64decode(value).decode()
    if name == "price":
        return _rest_price(value)
    return rest_group(value)


def _rest_price(price: Mapping[str, str]) -> dict[str, str]:
    whole, part = divmod(int(price["amount"]), 10**18)
    return {"denom": price["denom"], "amount": f"{whole}.{part:018d}"}
