"""The books after every block of the recorded walk, and after every step of walks that nobody planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.chain import pb
from sandbox.chain.books import Books
from sandbox.chain.errors import ChainError
from sandbox.replay.chain_walk import replay
from tests import recordings
from tests.unit.chain import factories as make
from tests.unit.chain.world import PROVIDER, RIVAL, TENANT, TREASURY, World

if TYPE_CHECKING:
    from sandbox.chain.app import Chain, Commit

DSEQS = st.integers(1, 2)
SEQUENCES = st.integers(1, 2)
AMOUNTS = st.sampled_from([1, 499_999, 500_000, 700_000, 3_000_000])
PRICES = st.sampled_from([0.4, 1, 7.25, 1000])
PROVIDERS = st.sampled_from([PROVIDER, RIVAL])
SOURCES = st.sampled_from([("grant",), ("balance",), ("grant", "balance"), ("balance", "grant")])
PLACES = st.fixed_dictionaries({"dseq": DSEQS, "gseq": st.just(1), "oseq": SEQUENCES})
AKT_DEPOSIT = make.deposit(500_000, "balance", denom="uakt")
BLOCKS = st.sampled_from([1, 5, 400, 90_000])


def _create(dseq: int, amount: int, sources: tuple[str, ...]) -> Any:
    return make.create(dseq, make.group(), deposit=make.deposit(amount, *sources))


def _close_bid(provider: str, place: dict[str, int]) -> Any:
    found = make.bid_id(provider, **place)
    return pb.market.MsgCloseBid(id=found, reason="lease_closed_reason_unstable")


def _close_lease(provider: str, place: dict[str, int]) -> Any:
    return pb.market.MsgCloseLease(id=make.lease_id(provider, **place))


def _group(kind: str, dseq: int) -> Any:
    return getattr(pb.deployment, kind)(id=make.group_id(1, dseq))


MESSAGES = st.one_of(
    st.builds(_create, DSEQS, AMOUNTS, SOURCES),
    st.builds(make.close, DSEQS),
    st.builds(lambda a, s, d: make.top_up(a, *s, dseq=d), AMOUNTS, SOURCES, DSEQS),
    st.builds(lambda a, d: make.top_up(a, "balance", dseq=d, signer=TREASURY), AMOUNTS, DSEQS),
    st.builds(lambda a, d: make.top_up(a, "balance", dseq=d, signer=TREASURY, denom="uakt"), AMOUNTS, DSEQS),
    st.builds(lambda p, place: make.bid(p, 3, deposit=AKT_DEPOSIT, **place), PROVIDERS, PLACES),
    st.builds(lambda p, price, place: make.bid(p, price, **place), PROVIDERS, PRICES, PLACES),
    st.builds(lambda p, place: make.lease(p, **place), PROVIDERS, PLACES),
    st.builds(lambda p, place: make.withdraw(p, **place), PROVIDERS, PLACES),
    st.builds(_close_bid, PROVIDERS, PLACES),
    st.builds(_close_lease, PROVIDERS, PLACES),
    st.builds(_group, st.sampled_from(["MsgCloseGroup", "MsgPauseGroup", "MsgStartGroup"]), DSEQS),
)
STEPS = st.lists(st.one_of(MESSAGES, MESSAGES, MESSAGES, BLOCKS), min_size=10, max_size=60)
OPENING = (
    make.create(1, deposit=make.deposit(500_000)),
    make.bid(price=7.25),
    make.bid(RIVAL, price=1000),
    make.lease(),
)
"""What every walk begins with: from nothing, few random steps would ever reach a lease."""


@settings(max_examples=60, deadline=None, derandomize=True)
@given(STEPS)
def test_the_books_add_up_whatever_is_sent_in_whatever_order(steps: list[Any]) -> None:
    world = make.market(credit=6_000_000)
    world.send(make.provider(RIVAL))
    supply = world.supply()

    for step in (*OPENING, *steps):
        _do(world, step)
        Books(world.store)

    assert world.supply() == supply
    assert world.balance(TENANT) == 0  # refunds go to whoever deposited, and it never had coins of its own


def _do(world: World, step: Any) -> None:
    """Blocks pass, or a message is tried: refusals are part of a walk."""
    if isinstance(step, int):
        world.height += step
        world.pass_blocks()
        return
    try:
        world.send(step)
    except ChainError:
        return


def test_the_books_add_up_after_every_block_of_the_recorded_walk() -> None:
    checked = []

    def watch(chain: Chain) -> Any:
        books = Books(chain.store)

        def see(commit: Commit) -> None:
            books.write(commit.changes)
            checked.append(bool(commit.changes))

        return see

    for _ in replay(recordings.path("chain"), watch):
        pass

    assert sum(checked) > 150
