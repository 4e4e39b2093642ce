"""Whatever dies at whatever moment: one transaction an intent, and every intent ends."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain import errors
from slipway_signing.chain_port import Reception, Refusal

from tests.unit.signing.signing_fakes import CountingKey, World, close_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.intents import Intent


class Died(Exception):
    """The function was killed here."""


class Fuse:
    """Kills at the `at`-th tick; a call of a collaborator ticks before and after it took effect."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.ticks = 0

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks == self.at:
            raise Died

    def around(self, collaborator: Any) -> Any:
        return Fused(collaborator, self)


class Fused:
    """A collaborator on a fuse."""

    def __init__(self, inner: Any, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self._fuse.tick()
            result = getattr(self._inner, name)(*args, **kwargs)
            self._fuse.tick()
            return result

        return call


def ticks_of_a_whole_run() -> int:
    world, fuse = World(), Fuse(at=0)
    world.run(world.wanted(), signer=world.signer(fuse.around))
    return fuse.ticks


@pytest.mark.parametrize("at", range(1, ticks_of_a_whole_run() + 1))
def test_a_death_at_any_step_is_resumed_to_one_transaction(world: World, at: int) -> None:
    fuse = Fuse(at)
    with pytest.raises(Died):
        world.run(world.wanted(), signer=world.signer(fuse.around))

    resumed = world.run(world.wanted(claim="second"))

    assert resumed.state == "committed"
    assert len(world.chain.included) == 1
    assert {bytes(raw) for raw in world.chain.received} == {resumed.tx_bytes}


@pytest.mark.parametrize("at", range(1, ticks_of_a_whole_run() + 1))
def test_two_deaths_in_a_row_change_nothing(world: World, at: int) -> None:
    for claim in ("first", "second"):
        try:
            world.run(world.wanted(claim=claim), signer=world.signer(Fuse(at).around))
        except Died:
            continue

    resumed = world.run(world.wanted(claim="third"))

    assert resumed.state == "committed"
    assert len(world.chain.included) == 1


def test_a_lost_answer_to_the_broadcast_is_no_reason_to_sign_again(world: World) -> None:
    broadcast = world.chain.broadcast
    lost = iter([True])

    def losing(raw: bytes) -> Reception:
        reception = broadcast(raw)
        if next(lost, False):
            raise errors.ChainUnavailable
        return reception

    world.chain.broadcast = losing  # type: ignore[method-assign]
    intent = world.run(world.wanted())

    assert (intent.state, world.key.signatures) == ("committed", 1)
    assert set(world.chain.received) == {intent.tx_bytes}


def test_a_resumed_refusal_is_not_believed(world: World) -> None:
    """The first function sent it and died; the second hears "already used" of the very same transaction."""
    with pytest.raises(Died):
        world.run(world.wanted(), signer=world.signer(DiesAfterBroadcast(world).around))
    world.chain.check_tx = [Refusal("sdk", 18, "has already used timeout 1: invalid request")]

    assert world.run(world.wanted(claim="second")).state == "committed"


class DiesAfterBroadcast:
    def __init__(self, world: World) -> None:
        self._world = world

    def around(self, collaborator: Any) -> Any:
        if collaborator is not self._world.chain:
            return collaborator
        chain = Fused(collaborator, Fuse(at=0))

        def broadcast(raw: bytes) -> None:
            self._world.chain.broadcast(raw)
            raise Died

        chain.broadcast = broadcast  # type: ignore[attr-defined]
        return chain


def test_a_chain_out_of_reach_before_signing_leaves_the_intent_as_written(world: World) -> None:
    tip = world.chain.tip

    def unreachable(*, fresh: bool = False) -> Any:
        raise errors.ChainUnavailable

    world.chain.tip = unreachable  # type: ignore[method-assign]
    with pytest.raises(errors.ChainUnavailable):
        world.run(world.wanted())
    assert world.intents.rows["one"].state == "written"
    world.chain.tip = tip  # type: ignore[method-assign]

    assert world.run(world.wanted(claim="second")).state == "committed"


def test_a_function_that_lost_its_claim_cannot_store_a_signature(world: World) -> None:
    """It was slow, not dead: another took the attempt over while it signed."""
    slow = world.signer()
    taken: dict[str, Intent] = {}

    class SlowKey(CountingKey):
        def sign_digest(self, digest: bytes) -> bytes:
            if not taken:
                world.clock.sleep(20)
                world.key, slow_key = CountingKey("alice"), self
                taken["by the other"] = world.run(world.wanted(claim="second"))
                world.key = slow_key
            return super().sign_digest(digest)

    world.key = SlowKey("alice")
    intent = world.run(world.wanted(), signer=slow)

    assert intent == taken["by the other"]
    assert len(world.chain.received) == 1


def test_eight_at_once_make_one_transaction() -> None:
    world = World()
    results: list[str] = []

    def call(number: int) -> None:
        results.append(world.run(world.wanted(claim=f"claim-{number}"), seconds=600).state)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == ["committed"] * 8
    assert len(world.chain.included) == 1


def test_two_different_intents_do_not_meet(world: World) -> None:
    """The second runs while the first is between its signature and its broadcast."""
    broadcast = world.chain.broadcast
    others = []

    def in_between(raw: bytes) -> Reception:
        world.chain.broadcast = broadcast  # type: ignore[method-assign]
        others.append(world.run(world.wanted("two", messages=close_json(world.key.address, "502"))))
        return broadcast(raw)

    world.chain.broadcast = in_between  # type: ignore[method-assign]
    one = world.run(world.wanted("one"))

    assert (one.state, others[0].state) == ("committed", "committed")
    assert one.tx_hash != others[0].tx_hash
    assert len(world.chain.included) == 2


def test_a_changed_request_with_an_old_id_changes_nothing(world: World) -> None:
    with pytest.raises(Died):
        world.run(world.wanted(), signer=world.signer(Fuse(at=3).around))

    changed = replace(world.wanted(claim="second"), messages=close_json(world.key.address, "999"))
    intent = world.run(changed)

    assert intent.messages == close_json(world.key.address)
