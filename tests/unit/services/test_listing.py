"""Two hundred deployments in pages of seven: none missing, none twice, each with its own leases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slipway.domain.errors import FieldInvalid
from slipway.domain.ids import Dseq
from slipway.services import listing

from tests.fakes.world import CHEAP, DEAR, TREASURY, World, an_address

if TYPE_CHECKING:
    from slipway.domain.ids import UserId
    from slipway.services.listing import Listing, Row

MANY = 200


@pytest.fixture
def alice(world: World) -> UserId:
    """With two hundred deployments: every third and every fifth with a lease, and one more that is closed."""
    alice = world.user()
    for number in range(1, MANY + 1):
        put(world, alice, number)
        for divisor, provider in ((3, CHEAP), (5, DEAR)):
            if number % divisor == 0:
                [bid] = world.offer(alice, Dseq(number), provider, gseq=divisor)
                world.chain.lease(bid.id)
    put(world, alice, 77_777)
    world.chain.close(an_address(alice), Dseq(77_777))
    return alice


def put(world: World, user: UserId, dseq: int) -> None:
    world.chain.open(an_address(user), Dseq(dseq), payer=TREASURY, funds=dseq)


def dseqs(*pages: Listing) -> list[int]:
    return [row.deployment.dseq for page in pages for row in page.rows]


def assert_paired(row: Row) -> None:
    dseq = row.deployment.dseq
    expected = [provider for divisor, provider in ((3, CHEAP), (5, DEAR)) if dseq % divisor == 0]
    assert [lease.id.provider for lease in row.leases] == expected
    assert all(lease.id.dseq == dseq for lease in row.leases)


def test_pages_by_offset_miss_nothing_and_repeat_nothing(world: World, alice: UserId) -> None:
    pages = [world.page(alice, skip=0, limit=7)]
    while pages[-1].has_more:
        pages.append(world.page(alice, skip=pages[-1].skip + pages[-1].limit, limit=7))

    assert dseqs(*pages) == list(range(1, MANY + 1))
    assert {page.total for page in pages} == {MANY}
    for page in pages:
        for row in page.rows:
            assert_paired(row)


def test_pages_by_cursor_miss_nothing_and_repeat_nothing(world: World, alice: UserId) -> None:
    pages = [world.page(alice, cursor="", limit=7)]
    while pages[-1].has_more:
        pages.append(world.page(alice, cursor=pages[-1].cursor, limit=7))

    assert dseqs(*pages) == list(range(1, MANY + 1))
    for page in pages:
        for row in page.rows:
            assert_paired(row)


def test_a_cursor_stays_right_while_deployments_come_and_go(world: World, alice: UserId) -> None:
    first = world.page(alice, cursor="", limit=7)
    world.chain.close(an_address(alice), Dseq(3))
    put(world, alice, 100_000)

    pages = [world.page(alice, cursor=first.cursor, limit=100)]
    while pages[-1].has_more:
        pages.append(world.page(alice, cursor=pages[-1].cursor, limit=100))

    assert dseqs(*pages) == [*range(8, MANY + 1), 100_000]


def test_without_a_limit_all_are_listed(world: World, alice: UserId) -> None:
    page = world.page(alice)

    assert (len(page.rows), page.total, page.limit, page.has_more) == (MANY, MANY, MANY, False)


@pytest.mark.parametrize(
    ("skip", "limit", "rows", "more"),
    [
        (0, 1, 1, True),
        (199, 7, 1, False),
        (193, 7, 7, False),
        (192, 7, 7, True),
        (200, 7, 0, False),
        (10**20, 1, 0, False),
    ],
)
def test_total_and_has_more_are_true(
    world: World, alice: UserId, skip: int, limit: int, rows: int, *, more: bool
) -> None:
    page = world.page(alice, skip=skip, limit=limit)

    assert (len(page.rows), page.total, page.skip, page.limit) == (rows, MANY, skip, limit)
    assert page.has_more is more


def test_a_limit_larger_than_all_is_told_as_asked(world: World, alice: UserId) -> None:
    page = world.page(alice, limit=100_000)

    assert (len(page.rows), page.limit, page.has_more) == (MANY, 100_000, False)


def test_a_page_is_cut_where_an_answer_would_be_too_long(
    world: World, alice: UserId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_LIMIT", 50)

    pages = [world.page(alice, limit=100_000)]
    while pages[-1].has_more:
        pages.append(world.page(alice, skip=pages[-1].skip + pages[-1].limit, limit=100_000))

    assert dseqs(*pages) == list(range(1, MANY + 1))
    assert pages[0].limit == 50


def test_nobody_sees_anothers_deployments(world: World, alice: UserId) -> None:
    bob = world.user("bob")
    put(world, bob, 5)

    assert dseqs(world.page(bob)) == [5]
    assert MANY not in dseqs(world.page(bob, cursor=""))


def test_anothers_cursor_is_refused(world: World, alice: UserId) -> None:
    bob = world.user("bob")
    cursor = world.page(alice, cursor="", limit=7).cursor

    with pytest.raises(FieldInvalid):
        world.page(bob, cursor=cursor, limit=7)


def test_a_wallet_without_deployments_has_an_empty_page(world: World) -> None:
    page = world.page(world.user("carol"))

    assert (page.rows, page.total, page.limit, page.has_more) == ((), 0, 0, False)


def test_reading_a_page_asks_for_all_leases_at_once(world: World, alice: UserId) -> None:
    before = world.chain.reads

    world.page(alice, cursor="", limit=100)

    assert world.chain.reads - before == 2


def test_a_wallet_that_is_still_being_made_has_an_empty_list(world: World) -> None:
    alice = world.user(ready=False)

    pages = [world.page(alice), world.page(alice, skip=3, limit=7), world.page(alice, cursor="", limit=7)]

    assert [(page.rows, page.has_more) for page in pages] == [((), False)] * 3
    assert [(page.total, page.limit) for page in pages] == [(0, 0), (0, 7), (None, 7)]
