"""A treasury and its wallets' credit in memory: grants overwrite, deposits lower, refunds raise, block
by block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slipway.domain import errors
from slipway_signing import grants
from slipway_signing.credit import Credit, Wanted
from slipway_signing.flights import Airspace
from slipway_signing.treasury_port import Mint, Standing

from tests.unit.signing.store_fakes import MemoryBooks, MemoryFlights, MemoryIntents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

TREASURY = "akash1treasury"
ALICE = "akash1alice"


@dataclass
class CreditChain:
    """`TreasuryReads` over a chain that makes a block whenever something happens."""

    height: int = 100
    granted: dict[str, int] = field(default_factory=dict)
    allowed: dict[str, int] = field(default_factory=dict)
    moved: list[tuple[int, str, int]] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)
    minted: tuple[Mint, ...] = ()
    deploying: set[str] = field(default_factory=set)
    reads: int = 0

    def deposit(self, address: str, amount: int) -> None:
        assert self.granted.get(address, 0) >= amount, "the chain refuses it"
        self._move(address, -amount)

    def refund(self, address: str, amount: int) -> None:
        self._move(address, amount)

    def _move(self, address: str, amount: int) -> None:
        self.height += 1
        self.moved.append((self.height, address, amount))
        if address in self.granted:
            self.granted[address] += amount

    def run(self, messages: Sequence[grants.Message]) -> int:
        """The treasury's transaction in a block of its own; its height."""
        self.height += 1
        for message in messages:
            self._execute(message["type_url"], message["value"])
        return self.height

    def _execute(self, type_url: str, value: Mapping[str, Any]) -> None:
        grantee = value["grantee"]
        if type_url == grants.GRANT:
            [limit] = value["grant"]["authorization"]["spend_limits"]
            self.granted[grantee] = int(limit["amount"])
        elif type_url == grants.REVOKE:
            del self.granted[grantee]
        elif type_url == grants.ALLOW:
            assert grantee not in self.allowed, "fee allowance already exists"
            self.allowed[grantee] = int(value["allowance"]["spend_limit"][0]["amount"])
        else:
            del self.allowed[grantee]

    def standing(self, granter: str, grantee: str, *, at_least: int) -> Standing:
        assert self.height >= at_least
        self.reads += 1
        return Standing(self.height, self.granted.get(grantee, 0), grantee in self.granted)

    def moves(self, wallet: str, granter: str, *, after: int, until: int) -> int:
        return sum(amount for at, who, amount in self.moved if who == wallet and after < at <= until)

    def allowance(self, granter: str, grantee: str) -> int | None:
        return self.allowed.get(grantee)

    def allowances(self, granter: str) -> Mapping[str, int]:
        return dict(self.allowed)

    def grants(self, granter: str) -> Mapping[str, int]:
        return dict(self.granted)

    def has_deployments(self, owner: str) -> bool:
        return owner in self.deploying

    def balances(self, address: str) -> Mapping[str, int]:
        return dict(self.held)

    def mints(self, address: str) -> tuple[Mint, ...]:
        return self.minted


@dataclass
class FakeTreasury:
    """`grants.Treasury`: an intent id runs once, a grant only from the credit that it expects.

    `before` and `behind` happen between the signature and the block, and after it. `answers` are given in
    place of the next runs: a state, an error to raise, or `run` for none.
    """

    chain: CreditChain
    ran: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[str | Exception] = field(default_factory=list)
    before: Iterator[Callable[[], None]] = iter(())
    behind: Iterator[Callable[[], None]] = iter(())

    def send(
        self,
        *,
        intent_id: str,
        request_id: str,
        user_id: str | None,
        messages: Sequence[grants.Message],
        deposit_max: int,
        expects: Mapping[str, int],
    ) -> dict[str, Any]:
        if intent_id in self.ran:
            return self.ran[intent_id]
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            if answer != "run":
                return self._told(intent_id, messages, answer, errors.TreasuryShort())
        for address, credit in expects.items():
            found = self.chain.granted.get(address, 0)
            if found != credit:
                moved = errors.CreditMoved(expected=credit, found=found)
                return self._told(intent_id, messages, "rejected", moved)
        next(self.before, lambda: None)()
        height = self.chain.run(messages)
        next(self.behind, lambda: None)()
        return self._told(intent_id, messages, "committed", None, height)

    def _told(
        self,
        intent_id: str,
        messages: Sequence[grants.Message],
        state: str,
        error: errors.SlipwayError | None,
        height: int = 0,
    ) -> dict[str, Any]:
        told = {
            "state": state,
            "messages": list(messages),
            "error": errors.to_wire(error) if error and state != "pending" else None,
            "tx": {"height": height} if height else None,
        }
        if state != "pending":
            self.ran[intent_id] = told
        return told


class Office:
    """The treasury's credit for wallets, with everything around it fake."""

    def __init__(self, credit: int | None = 1_000) -> None:
        self.chain = CreditChain()
        if credit is not None:
            self.chain.granted[ALICE] = credit
        self.treasury = FakeTreasury(self.chain)
        self.books = MemoryBooks()
        self.flights = MemoryFlights()
        self.intents = MemoryIntents()
        self.slept: list[float] = []
        self.credit = Credit(
            books=self.books,
            airspace=Airspace(self.flights, self.intents),
            chain=self.chain,
            treasury=self.treasury,
            sleep=self.slept.append,
        )

    def wanted(self, delta: int, change_id: str = "one", address: str = ALICE) -> Wanted:
        return Wanted(change_id, f"user-of-{address}", address, TREASURY, delta, "request-1")

    def change(self, delta: int, change_id: str = "one") -> int:
        """The change's delta as it came out."""
        return self.credit.change(self.wanted(delta, change_id), lambda: 60.0).delta

    @property
    def transactions(self) -> int:
        return sum(told["state"] == "committed" for told in self.treasury.ran.values())
