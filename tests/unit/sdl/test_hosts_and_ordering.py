"""Names by the network's patterns, and its two sorts, whose steps show wherever items tie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slipway.sdl.hosts import is_denom, is_endpoint, is_gpu_key, is_host, is_service, is_url_host, is_variable
from slipway.sdl.ordering import pattern_sorted, stable_sorted


@pytest.mark.parametrize("text", ["a.example", "a" * 64 + ".b", "1.2.3.4", "a-b.c", "x" * 253])
def test_hosts(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize(
    "text", ["", "A.b", "a_b", "-a", "a-", "a..b", "a.", "*.a", "é", "x" * 254, "a:80", "a/b"]
)
def test_no_hosts(text: str) -> None:
    assert not is_host(text)


@pytest.mark.parametrize(
    "text",
    ["", "a:80", "a:", "a/b", "a?b c", "A_b", "u:p@a", "a%80", "a%25", "a/%20", "a/ b", "é", 'a<b>"', "*"],
)
def test_hosts_of_a_url(text: str) -> None:
    assert is_url_host(text)


@pytest.mark.parametrize(
    "text", ["a b", "a:b", "a#b", "a%20", "a/%2", "a\x7f", "a\n", "u\\@a", "a|b", "[::1]", "%"]
)
def test_no_hosts_of_a_url(text: str) -> None:
    assert not is_url_host(text)


def test_names() -> None:
    assert is_service("web-1") and not any(map(is_service, ("", "Web", "1web", "web-", "web_1", "-web")))
    assert is_variable("A.b-c") and not any(map(is_variable, ("", "1A", ".", "..", "..a", "A B", "é")))
    assert is_endpoint("my-ip") and not any(map(is_endpoint, ("", "a", "My-ip", "my.ip", "1ip")))
    assert is_denom("ibc/27394FB") and not any(map(is_denom, ("", "ua", "1akt", "u akt", "a" * 129)))
    assert is_gpu_key("vendor/nvidia/model/*") and not is_gpu_key("vendor/nvidia/model/a b")


KEYED = st.lists(st.tuples(st.integers(0, 5), st.integers()), max_size=200)


@given(KEYED)
def test_both_sorts_sort(items: list[tuple[int, int]]) -> None:
    def less(left: tuple[int, int], right: tuple[int, int]) -> bool:
        return left[0] < right[0]

    stable, unstable = stable_sorted(items, less), pattern_sorted(items, less)

    assert stable == sorted(items, key=lambda item: item[0])
    assert [key for key, _ in unstable] == [key for key, _ in stable]
    assert sorted(unstable) == sorted(items)


@given(KEYED.filter(lambda items: len(items) <= 12))
def test_up_to_twelve_items_keep_their_order_where_they_tie(items: list[tuple[int, int]]) -> None:
    assert pattern_sorted(items, lambda left, right: left[0] < right[0]) == sorted(
        items, key=lambda item: item[0]
    )


def test_more_than_twelve_items_may_not() -> None:
    items = [(number % 3, number) for number in range(40)]

    ours = pattern_sorted(items, lambda left, right: left[0] < right[0])

    assert ours != sorted(items, key=lambda item: item[0])
    assert ours == pattern_sorted(items, lambda left, right: left[0] < right[0])


@pytest.mark.parametrize("count", [1, 2, 12, 13, 20, 21, 60, 500])
def test_a_comparison_that_is_none_still_ends(count: int) -> None:
    items = list(range(count))

    assert sorted(stable_sorted(items, lambda *_: True)) == items
    assert sorted(pattern_sorted(items, lambda *_: True)) == items


@pytest.mark.parametrize("count", [50, 200, 1000])
def test_patterns_that_break_a_quicksort(count: int) -> None:
    organ = [*range(count // 2), *range(count // 2, 0, -1)]
    saw = [number % 7 for number in range(count)]
    killer = [number if number % 2 else count - number for number in range(count)]

    for items in (organ, saw, killer, list(range(count))[::-1]):
        assert pattern_sorted(items, lambda left, right: left < right) == sorted(items)
