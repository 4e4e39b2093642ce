"""The chain itself: its state, its mempool and its blocks. No sockets, no clock: whoever owns it says when.

chain = Chain.of(Genesis.of(json))
chain.broadcast(raw)            CheckTx; a transaction that passes waits for the next block
chain.make_block(time)          begins a block, runs what waits, ends and commits it
chain.simulate(raw)             what the transaction would do now, leaving nothing behind
chain.reading()                 a context for queries on the last committed state
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sandbox.chain import messages
from sandbox.chain.blocks import EMPTY_HASH, Block, Record
from sandbox.chain.context import Context, Event, Mode
from sandbox.chain.errors import ChainError
from sandbox.chain.execution import Header, Outcome, run
from sandbox.chain.first_state import write_first_state
from sandbox.chain.history import History
from sandbox.chain.mempool import Mempool
from sandbox.chain.modules import auth, authz, feegrant
from sandbox.chain.past import Past
from sandbox.chain.store import Branch, Journal, Store
from sandbox.chain.transaction import Transaction, hash_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sandbox.chain.genesis import Genesis

MOST_IN_BLOCK: Final = 200
"""Transactions a block takes: at some 2 ms each, more would keep the event loop from everything else."""

LAST_TIME: Final = 2**63 - 1  # what Go's time in nanoseconds can hold


@dataclass(frozen=True, slots=True)
class Commit:
    """What a block changed: for whoever keeps the chain on disk. None among the changes deletes its key."""

    block: Block
    records: tuple[Record, ...]
    changes: Mapping[bytes, bytes | None]

    @property
    def is_eventful(self) -> bool:
        return bool(self.records or self.changes)


@dataclass
class Intervention:
    """A change of the state by hand: the height at which it was made, or why it was not."""

    change: Callable[[Context], None]
    height: int | None = None
    error: Exception | None = None


class Chain:
    """One chain, driven from outside."""

    def __init__(self, genesis: Genesis, store: Store, tip: Block, history: History) -> None:
        self.genesis = genesis
        self.store = store
        self.tip = tip
        self.history = history
        self.mempool = Mempool()
        self.mempool.remember(record.tx.hash for record in history.records() if not record.outcome.code)
        self._app_hash = tip.app_hash
        self.past = Past(tip.height)
        self._checked = Branch(store)
        self._interventions: list[Intervention] = []

    @classmethod
    def of(cls, genesis: Genesis) -> Chain:
        """A chain before its first block."""
        store = Store()
        ctx = Context(kv=store, height=0, time=genesis.time, genesis=genesis)
        write_first_state(ctx)
        tip = Block(height=0, time=genesis.time, txs=(), app_hash=EMPTY_HASH, previous=b"")
        return cls(genesis, store, tip, History())

    @property
    def header(self) -> Header:
        return Header(self.tip.height, self.tip.time)

    def reading(self, height: int = 0) -> Context:
        """The state after the last block or that of a height; whatever is written to it is lost.

        Raises ValueError for a height that is not known, or not yet.
        """
        block = self.history.block(height) if 0 < height < self.tip.height else self.tip
        if block is None or height > self.tip.height or not self.past.knows(block.height):
            raise ValueError(f"there is no state of height {height}")
        state = self.past.state_at(self.store, block.height)
        return Context(kv=state, height=block.height, time=block.time, genesis=self.genesis)

    def broadcast(self, raw: bytes) -> Outcome:
        """CheckTx. Refused transactions may come again, waiting and included ones may not (sdk/19)."""
        digest = hash_of(raw)
        try:
            self.mempool.see(digest)
        except ChainError as error:
            return _refusal(error)
        try:
            tx = Transaction.decode(raw)
        except ChainError as error:
            self.mempool.forget(digest)
            return _refusal(error)
        outcome = run(self._checked, tx, Mode.CHECK, self.header, self.genesis)
        if outcome.code:
            self.mempool.forget(digest)
        else:
            self.mempool.add(tx)
        return outcome

    def simulate(self, raw: bytes) -> Outcome:
        """Run a transaction on the state of CheckTx: waiting ones have paid and used their nonces there."""
        try:
            tx = Transaction.decode(raw)
        except ChainError as error:
            return _refusal(error)
        return run(Branch(self._checked), tx, Mode.SIMULATE, self.header, self.genesis)

    def intervene(self, change: Callable[[Context], None]) -> Intervention:
        """Change the state by hand at the beginning of the next block; nothing of it stays when it raises."""
        self._interventions.append(Intervention(change))
        return self._interventions[-1]

    def make_block(self, time: int) -> Commit:
        """The next block, at a time (nanoseconds) that is later than the last one's."""
        self._check_time(time)
        header = Header(self.tip.height + 1, time)
        state = Journal(self.store)
        txs = self.mempool.take(MOST_IN_BLOCK)
        self._intervene(state, header)
        begun = self._begin(state, header)
        outcomes = [run(state, tx, Mode.DELIVER, header, self.genesis) for tx in txs]
        ended = self._end(state, header)
        return self._commit(state, header, txs, outcomes, begun + ended)

    def pass_blocks(self, times: Iterable[int]) -> Iterator[Commit]:
        """A block at each of the times (nanoseconds, rising); those in which nothing happens cost little.

        What clients can see is as if each had been made by `make_block`: heights, times, hashes, state.
        """
        quiet_until = self._quiet_until()
        for time in times:
            if time <= quiet_until and not (len(self.mempool) or self._interventions):
                yield self._pass_block(time)
            else:
                yield self.make_block(time)
                quiet_until = self._quiet_until()

    def _pass_block(self, time: int) -> Commit:
        """An empty block that changes nothing: the state of CheckTx still holds, too."""
        self._check_time(time)
        tip = self.tip
        block = Block(
            height=tip.height + 1,
            time=time,
            txs=(),
            app_hash=self._app_hash,
            previous=tip.hash if tip.height else b"",
        )
        self.tip = block
        self.history.add_block(block)
        return Commit(block, (), {})

    def _check_time(self, time: int) -> None:
        if time <= self.tip.time:
            raise ValueError(f"block time {time} is not after {self.tip.time}")

    def _quiet_until(self) -> int:
        """The last time at which a block without transactions leaves the state as it is; 0 when none does."""
        ctx = Context(kv=self.store, height=self.tip.height, time=self.tip.time, genesis=self.genesis)
        if not messages.is_idle(ctx):
            return 0
        dues = (module.first_due(ctx) for module in (auth, authz, feegrant))
        return min((due for due in dues if due is not None), default=LAST_TIME)

    def _intervene(self, state: Journal, header: Header) -> None:
        for found in self._interventions:
            branch = Branch(state)
            try:
                found.change(replace(self._within(state, header), kv=branch))
            except Exception as error:  # whose change it was hears of it
                found.error = error
            else:
                branch.write()
            found.height = header.height
        self._interventions = []

    def _begin(self, state: Journal, header: Header) -> tuple[Event, ...]:
        ctx = self._within(state, header)
        auth.forget_nonces(ctx)
        authz.drop_expired(ctx)
        messages.begin_block(ctx)
        return _within_block(ctx, "BeginBlock")

    def _end(self, state: Journal, header: Header) -> tuple[Event, ...]:
        ctx = self._within(state, header)
        feegrant.drop_expired(ctx)
        messages.end_block(ctx)
        return _within_block(ctx, "EndBlock")

    def _within(self, state: Journal, header: Header) -> Context:
        return Context(kv=state, height=header.height, time=header.time, genesis=self.genesis)

    def _commit(
        self,
        state: Journal,
        header: Header,
        txs: list[Transaction],
        outcomes: list[Outcome],
        events: tuple[Event, ...],
    ) -> Commit:
        block = Block(
            height=header.height,
            time=header.time,
            txs=tuple(tx.raw for tx in txs),
            app_hash=self._app_hash,
            previous=self.tip.hash if self.tip.height else b"",
        )
        records = tuple(Record(tx, block, found) for tx, found in zip(txs, outcomes, strict=True))
        self._remember(block, records, events, state.changes)
        if state.replaced:
            self.past.remember(block.height, state.replaced)
        self._recheck()
        return Commit(block, records, state.changes)

    def _remember(
        self,
        block: Block,
        records: tuple[Record, ...],
        events: tuple[Event, ...],
        changes: Mapping[bytes, bytes | None],
    ) -> None:
        self.tip = block
        self.history.add_block(block, events)
        for record in records:
            self.history.add_record(record)
            if record.outcome.code:
                self.mempool.forget(record.tx.hash)
        if changes:
            listed = b"".join(key + (value or b"") for key, value in sorted(changes.items()))
            self._app_hash = sha256(self._app_hash + listed).digest()

    def _recheck(self) -> None:
        """What still waits must hold on the new state, too."""
        self._checked = Branch(self.store)
        for tx in self.mempool.waiting():
            if run(self._checked, tx, Mode.CHECK, self.header, self.genesis).code:
                self.mempool.forget(tx.hash)


def _within_block(ctx: Context, mode: str) -> tuple[Event, ...]:
    """Events of no transaction say which part of their block they are of."""
    return tuple(Event(found.type, (*found.attributes, ("mode", mode))) for found in ctx.events)


def _refusal(error: ChainError) -> Outcome:
    return Outcome(
        gas_wanted=0,
        gas_used=0,
        codespace=error.codespace,
        code=error.code,
        text=error.text,
        place=error.place,
    )
