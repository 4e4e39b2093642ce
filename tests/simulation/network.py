"""The nodes of the chain: each with its own height, index and mempool, and any of them may be behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.simulation.ledger import Included, Ledger, Transaction, admit, parsed, perform
from tests.simulation.rules import ChainRefusal
from tests.simulation.scheduler import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.faults import Effects
    from tests.simulation.rules import State

NODES: Final = 3
BLOCK_SECONDS: Final = 6.0

TROUBLES: Final = (
    "node down",
    "node lags",
    "mempool lost",
    "index lags",
    "slow block",
    "reorder",
    "busy",
    "cut off",
)
"""What befalls the chain by itself, and how a run names it among its faults."""


@dataclass(eq=False)
class Node:
    """`height` is what it knows of the chain, `indexed` up to where it finds transactions by hash."""

    url: str
    height: int = 1
    indexed: int = 1
    down_until_ns: int = 0
    lags_until_ns: int = 0
    mempool: dict[str, bytes] = field(default_factory=dict)
    nonces: dict[tuple[str, int], str] = field(default_factory=dict)
    cache: dict[str, None] = field(default_factory=dict)

    def forget(self, tx_hash: str) -> None:
        raw = self.mempool.pop(tx_hash, None)
        if raw is not None:
            one = parsed(raw)
            self.nonces.pop((one.signer, one.timeout_ns), None)


class Network:
    """`received` is told of all bytes that a node is given, before it looks at them."""

    def __init__(self, ledger: Ledger, effects: Effects) -> None:
        self.ledger = ledger
        self.nodes = [Node(f"http://node-{number}") for number in range(NODES)]
        self.received: Callable[[bytes], None] = lambda raw: None
        self._effects = effects
        self._scheduler = effects.scheduler
        self._rng = effects.rng
        self._rates = {trouble: self._rng.choice((0.0, 0.05, 0.3)) for trouble in TROUBLES}
        self._cut_off_until_ns = 0
        self._unindexed_until_ns = 0
        self._unindexed_blocks = 0
        self._produced_ns = self._scheduler.now_ns
        self._spends = self._rng.choice((0.0, 0.0, 0.02))
        self._next_block()

    def node(self, url: str) -> Node:
        return next(node for node in self.nodes if url.startswith(f"{node.url}/"))

    def state(self, node: Node) -> State:
        return self.ledger.at(node.height).state

    def troubled(self, trouble: str) -> bool:
        if not self._effects.strikes(self._rates[trouble]):
            return False
        self._effects.noted(trouble, "")
        return True

    def is_cut_off(self) -> bool:
        """For a while no answer of any node gets through to us, though what we send may arrive."""
        return self._effects.on and self._cut_off_until_ns > self._scheduler.now_ns

    def is_down(self, node: Node) -> bool:
        return self._effects.on and node.down_until_ns > self._scheduler.now_ns

    def check(self, node: Node, raw: bytes) -> Transaction:
        """CheckTx of one node, on what it knows. Raises ChainRefusal."""
        one = parsed(raw)
        if one.hash in node.cache:
            raise ChainRefusal("sdk", 19, "tx already in mempool")
        block = self.ledger.at(node.height)
        state = block.state.copy()
        admit(state, one, block.time_ns)
        if (one.signer, one.timeout_ns) in node.nonces:
            words = f"sender {one.signer} has already used timeout {one.timeout_ns}: invalid request"
            raise ChainRefusal("sdk", 18, f"failed to add unordered nonce: {words}")
        return one

    def take(self, node: Node, raw: bytes) -> None:
        """Into the mempool, and on to the other nodes. Raises ChainRefusal."""
        one = self.check(node, raw)
        node.mempool[one.hash] = raw
        node.cache[one.hash] = None
        node.nonces[one.signer, one.timeout_ns] = one.hash
        for other in self.nodes:
            if other is not node:
                self._scheduler.after(self._rng.uniform(0.05, 2.0), partial(self._gossip, node, other, raw))

    def simulate(self, node: Node, raw: bytes) -> int:
        """The gas that it takes. Raises ChainRefusal."""
        block = self.ledger.at(node.height)
        state, one = block.state.copy(), parsed(raw)
        admit(state, one, block.time_ns, simulated=True)
        return perform(state, one)[0]

    def find(self, node: Node, tx_hash: str) -> Included | None:
        found = self.ledger.where.get(tx_hash)
        return found if found is not None and found.height <= node.indexed else None

    def _gossip(self, giver: Node, taker: Node, raw: bytes) -> None:
        known = parsed(raw).hash
        if known not in giver.mempool or known in taker.cache or self.is_down(taker):
            return
        try:
            self.take(taker, raw)
        except ChainRefusal:
            return

    def _next_block(self) -> None:
        slow = self.troubled("slow block")
        wait = self._rng.uniform(15.0, 75.0) if slow else self._rng.uniform(0.8, 1.2) * BLOCK_SECONDS
        if slow and self._rng.random() < 0.5:
            self._lag_index(wait + 4 * BLOCK_SECONDS)  # what keeps blocks waiting keeps the index waiting
        self._scheduler.after(wait, self._block)

    def _block(self) -> None:
        self._befall()
        proposer = self._rng.choice([node for node in self.nodes if not self.is_down(node)] or self.nodes)
        proposed = list(proposer.mempool.values())
        if self.troubled("reorder"):
            self._rng.shuffle(proposed)
            proposed = proposed[: self._rng.randint(0, len(proposed))]
        # A block's time is when the one before it was agreed on: after a slow block it is long past.
        time_ns = self._produced_ns + self._rng.randrange(SECOND // 4, SECOND)
        self._produced_ns = self._scheduler.now_ns
        block = self.ledger.produce(time_ns, proposed, self._spends if self._effects.on else 0.0)
        for one in block.included:
            refusal = "" if one.refusal is None else f" {one.refusal.codespace}/{one.refusal.code}"
            self._effects.trace(f"   block {block.height}: {one.transaction.hash[:8]}{refusal} {one.journal}")
        for node in self.nodes:
            self._scheduler.after(self._rng.uniform(0.05, 1.0), partial(self._follow, node))
        self._next_block()

    def _befall(self) -> None:
        """Troubles of nodes begin with a block."""
        now_ns, node = self._scheduler.now_ns, self._rng.choice(self.nodes)
        if self.troubled("node down"):
            node.down_until_ns = now_ns + self._rng.randrange(5, 40) * SECOND
        if self.troubled("node lags"):
            node.lags_until_ns = now_ns + self._rng.randrange(10, 90) * SECOND
        if self.troubled("index lags"):
            self._lag_index(self._rng.uniform(10.0, 60.0))
        if self.troubled("cut off"):
            self._cut_off_until_ns = now_ns + self._rng.randrange(5, 40) * SECOND
        if self.troubled("mempool lost"):
            for tx_hash in list(node.mempool):
                node.forget(tx_hash)
            node.cache.clear()

    def _follow(self, node: Node) -> None:
        """Catch up with the chain, but for a node that lags."""
        if self._effects.on and node.lags_until_ns > self._scheduler.now_ns:
            return
        while node.height < self.ledger.last.height:
            node.height += 1
            for one in self.ledger.at(node.height).included:
                node.forget(one.transaction.hash)
                node.cache[one.transaction.hash] = None
        node.indexed = max(node.indexed, node.height - self._unindexed())
        self._recheck(node)

    def _lag_index(self, seconds: float) -> None:
        self._unindexed_until_ns = self._scheduler.now_ns + int(seconds * SECOND)
        self._unindexed_blocks = self._rng.choice((1, 2, 2))

    def _unindexed(self) -> int:
        """How many blocks the index of transactions is behind the node's own."""
        lags = self._effects.on and self._unindexed_until_ns > self._scheduler.now_ns
        return self._unindexed_blocks if lags else 0

    def _recheck(self, node: Node) -> None:
        block = self.ledger.at(node.height)
        for tx_hash, raw in list(node.mempool.items()):
            try:
                admit(block.state.copy(), parsed(raw), block.time_ns)
            except ChainRefusal:
                node.forget(tx_hash)
                node.cache.pop(tx_hash, None)
