"""A market for a simulated month: deployments with leases, paid by the block, with the books checked at each.

Every step is a signed transaction of a wallet, a provider or the treasury; the blocks between are the chain's
own. Wallets top up, providers withdraw, some deployments close early, some run dry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sandbox.chain import pb
from sandbox.chain.app import Chain
from sandbox.chain.books import Books
from sandbox.chain.genesis import Genesis
from sandbox.chain.modules import bank
from sandbox.chain.modules.deployment_state import DEPLOYMENTS, Deployment
from sandbox.chain.numbers import ONE, SECOND
from sandbox.genesis import account, genesis
from tests.simulation import market
from tests.unit.chain_node.network import RICH, START, Draft, Network, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BLOCK: Final = 6 * SECOND
BLOCKS_A_DAY: Final = 14_400
BATCH: Final = 20
"""Messages of one transaction, as the sandbox's providers send them."""
GAS: Final = 40_000_000
TREASURY: Final = Person("month treasury")
PROVIDERS: Final = tuple(Person(f"month provider {number}") for number in range(5))


@dataclass(frozen=True)
class Tenancy:
    """One deployment of a wallet: who owns it, what it costs a block, and how it will end."""

    owner: Person
    dseq: int
    provider: Person
    price: int
    is_kept: bool
    """Topped up; one that is not runs dry."""
    closes_on: int | None
    """The day on which its owner has enough of it."""


@dataclass
class Month(Network):
    """`run` it once."""

    deployments: int
    days: int
    blocks: int = 0
    transactions: int = 0
    topped_up: int = 0
    ran_dry: int = 0
    _nonce: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        funds = {"uact": RICH, "uakt": RICH}
        people = [TREASURY, *PROVIDERS]
        accounts = [account(str(number), each.address, funds) for number, each in enumerate(people)]
        self.chain = Chain.of(Genesis.of(genesis(accounts, now=START)))
        self.books = Books(self.chain.store)
        self.wallets = [Person(f"month wallet {number}") for number in range(max(self.deployments // 10, 1))]
        self.tenancies = [self._tenancy(number) for number in range(self.deployments)]
        self.uact = self.books.supply["uact"]
        self.pass_blocks(1)

    def run(self) -> None:
        self._open()
        for day in range(1, self.days + 1):
            self.pass_blocks(BLOCKS_A_DAY)
            self._top_up()
            self._withdraw()
            self._close(each for each in self.tenancies if each.closes_on == day)
        self._close(self.tenancies)

    def audit(self) -> int:
        """What all leases cost, in uact; raises AssertionError where one paid anything but its blocks.

        At the end nothing is held for anybody: what left the treasury is what the providers have.
        """
        ctx = self.chain.reading()
        spent = sum(market.paid(ctx, _lease(each)) for each in self.tenancies)
        for each in self.tenancies:
            cost = each.price * market.blocks_of(ctx, _lease(each))
            due = cost if each.is_kept else min(cost, market.DEPOSIT)
            assert market.paid(ctx, _lease(each)) == due, each
        earned = sum(self.balance_of(provider) - RICH for provider in PROVIDERS)
        assert RICH - self.balance_of(TREASURY) == spent == earned
        assert (self.owed, self.books.stranded["uact"]) == (0, 0)
        return spent

    @property
    def owed(self) -> int:
        """uact that the escrow module still holds."""
        return self.books.in_escrow["uact"] // ONE

    def balance_of(self, who: Person) -> int:
        return bank.balance(self.chain.reading(), who.address, "uact")

    def pass_blocks(self, count: int) -> None:
        """Blocks six seconds apart; after each that changed anything the books are checked."""
        first = self.chain.tip.time + BLOCK
        for commit in self.chain.pass_blocks(range(first, first + count * BLOCK, BLOCK)):
            self.books.write(commit.changes)
            self.blocks += 1
            for record in commit.records:
                assert not record.outcome.code, record.outcome.text
                self.transactions += 1

    def _open(self) -> None:
        """Grants, deployments, two bids on each, and the lease of the one."""
        for wallet in self.wallets:
            self._send(TREASURY, [market.deposit_grant(TREASURY.address, wallet.address, RICH)])
            self._send(TREASURY, [market.fee_grant(TREASURY.address, wallet.address)])
        for provider in PROVIDERS:
            self._send(provider, [market.registration(provider.address)])
        self.pass_blocks(1)
        self._each(lambda t: t.owner, lambda t: market.creation(t.owner.address, t.dseq))
        self._each(lambda t: t.provider, lambda t: market.bid(_lease(t), t.price))
        self._each(_rival, lambda t: market.bid(_lease(t, _rival(t)), t.price + 1))
        self._each(lambda t: t.owner, lambda t: pb.market.MsgCreateLease(bid_id=market.bid_id(_lease(t))))

    def _top_up(self) -> None:
        """Where less than a day is left: up to two days."""
        short = [each for each in self._active() if each.is_kept and self._runway(each) < BLOCKS_A_DAY]
        self.topped_up += len(short)
        self._each(
            lambda t: t.owner,
            lambda t: market.top_up(t.owner.address, t.dseq, 2 * BLOCKS_A_DAY * t.price),
            short,
        )

    def _withdraw(self) -> None:
        active = self._active()
        self._each(lambda t: t.provider, lambda t: pb.market.MsgWithdrawLease(id=_lease(t)), active)
        self.ran_dry += len(active) - len(self._active())

    def _close(self, chosen: Iterable[Tenancy]) -> None:
        active = set(self._active())
        closing = [each for each in chosen if each in active]
        self._each(lambda t: t.owner, lambda t: market.closing(t.owner.address, t.dseq), closing)

    def _active(self) -> list[Tenancy]:
        rows = DEPLOYMENTS.scan(self.chain.reading())
        states = {(row.id.owner, row.id.dseq): row.state for _, row in rows}
        return [each for each in self.tenancies if states[each.owner.address, each.dseq] == Deployment.active]

    def _runway(self, each: Tenancy) -> int:
        funds, settled_at = market.escrow_of(self.chain.reading(), each.owner.address, each.dseq)
        return funds // each.price - (self.chain.tip.height - settled_at)

    def _each(self, who: Any, what: Any, chosen: Sequence[Tenancy] | None = None) -> None:
        """A message for each tenancy, in transactions of whoever signs them, in the next blocks."""
        signed: dict[Person, list[Any]] = {}
        for each in self.tenancies if chosen is None else chosen:
            signed.setdefault(who(each), []).append(what(each))
        for person, messages in signed.items():
            for first in range(0, len(messages), BATCH):
                self._send(person, messages[first : first + BATCH])
        while len(self.chain.mempool):
            self.pass_blocks(1)

    def _send(self, signer: Person, messages: list[Any]) -> None:
        self._nonce += 1
        granter = TREASURY.address if signer in self.wallets else ""
        timeout = self.chain.tip.time + 60 * SECOND + self._nonce
        draft = Draft(
            messages=messages,
            signer=signer,
            fee=GAS // 400,
            gas=GAS,
            granter=granter,
            unordered=True,
            timeout=timeout,
        )
        refused = self.chain.broadcast(self.sign(draft))
        assert not refused.code, refused.text

    def _tenancy(self, number: int) -> Tenancy:
        return Tenancy(
            owner=self.wallets[number % len(self.wallets)],
            dseq=number + 1,
            provider=PROVIDERS[number % len(PROVIDERS)],
            price=3 + number % 8,
            is_kept=number % 10 != 9,
            closes_on=number % self.days + 1 if number % 20 == 0 else None,
        )


def _rival(each: Tenancy) -> Person:
    return PROVIDERS[(PROVIDERS.index(each.provider) + 1) % len(PROVIDERS)]


def _lease(each: Tenancy, provider: Person | None = None) -> Any:
    return market.lease_id(each.owner.address, each.dseq, (provider or each.provider).address)
