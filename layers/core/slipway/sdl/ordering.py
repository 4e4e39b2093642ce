"""Go's two sorts, step by step. Where items tie, or `less` is no order at all, the steps decide the outcome,
and the network's tools compare bytes (recordings/sdl, point 9). Both algorithms are Go's own since 1.19."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

_STABLE_BLOCK: Final = 20
_SHORT: Final = 12
_NINTHER: Final = 50
_MOST_SWAPS: Final = 12
_REPAIRS: Final = 5
_WORD: Final = 2**64


def stable_sorted(items: Iterable[T], less: Callable[[T, T], bool]) -> list[T]:
    """`sort.SliceStable`: blocks of 20 by insertion, then merged in place."""
    run = _Run(list(items), less)
    size, width = len(run.items), _STABLE_BLOCK
    for start in range(0, size, width):
        run.insertion(start, min(start + width, size))
    while width < size:
        for start in range(0, size - width, 2 * width):
            _merge(run, start, start + width, min(start + 2 * width, size))
        width *= 2
    return run.items


def pattern_sorted(items: Iterable[T], less: Callable[[T, T], bool]) -> list[T]:
    """`sort.Sort`: pattern-defeating quicksort, which is insertion sort up to 12 items."""
    run = _Run(list(items), less)
    _quicksort(run, 0, len(run.items), len(run.items).bit_length())
    return run.items


class _Run(Generic[T]):
    def __init__(self, items: list[T], less: Callable[[T, T], bool]) -> None:
        self.items = items
        self._less = less

    def less(self, left: int, right: int) -> bool:
        return self._less(self.items[left], self.items[right])

    def swap(self, left: int, right: int) -> None:
        self.items[left], self.items[right] = self.items[right], self.items[left]

    def insertion(self, start: int, end: int) -> None:
        for index in range(start + 1, end):
            self.sink(index, start)

    def sink(self, index: int, start: int) -> None:
        while index > start and self.less(index, index - 1):
            self.swap(index, index - 1)
            index -= 1


def _merge(run: _Run[T], start: int, middle: int, end: int) -> None:
    """Kim and Kutzner's SymMerge of two sorted neighbours."""
    if middle - start == 1:
        _insert_first(run, start, middle, end)
        return
    if end - middle == 1:
        _insert_last(run, start, middle)
        return
    half = (start + end) // 2
    total = half + middle
    low, high = (total - end, half) if middle > half else (start, middle)
    while low < high:
        cut = (low + high) // 2
        if run.less(total - 1 - cut, cut):
            high = cut
        else:
            low = cut + 1
    stop = total - low
    if low < middle < stop:
        run.items[low:stop] = run.items[middle:stop] + run.items[low:middle]
    if start < low < half:
        _merge(run, start, low, half)
    if half < stop < end:
        _merge(run, half, stop, end)


def _insert_first(run: _Run[T], start: int, low: int, high: int) -> None:
    while low < high:
        cut = (low + high) // 2
        if run.less(cut, start):
            low = cut + 1
        else:
            high = cut
    run.items.insert(low - 1, run.items.pop(start))


def _insert_last(run: _Run[T], low: int, last: int) -> None:
    high = last
    while low < high:
        cut = (low + high) // 2
        if run.less(last, cut):
            high = cut
        else:
            low = cut + 1
    run.items.insert(low, run.items.pop(last))


def _quicksort(run: _Run[T], start: int, end: int, bad_allowed: int) -> None:
    balanced = partitioned = True
    while end - start > _SHORT:
        if not bad_allowed:
            _heapsort(run, start, end)
            return
        if not balanced:
            _scatter(run, start, end)
            bad_allowed -= 1
        pivot, looks_sorted = _pivot(run, start, end)
        if balanced and partitioned and looks_sorted and _repair(run, start, end):
            return
        if start > 0 and not run.less(start - 1, pivot):
            start = _split_equal(run, start, end, pivot)
            continue
        middle, partitioned = _split(run, start, end, pivot)
        left, right = middle - start, end - middle
        balanced = min(left, right) >= (end - start) // 8
        if left < right:
            _quicksort(run, start, middle, bad_allowed)
            start = middle + 1
        else:
            _quicksort(run, middle + 1, end, bad_allowed)
            end = middle
    run.insertion(start, end)


def _pivot(run: _Run[T], start: int, end: int) -> tuple[int, bool]:
    """The pivot's index and whether the items look sorted; items that look reversed are turned around."""
    step = (end - start) // 4
    spots = [start + step, start + 2 * step, start + 3 * step]
    swaps = 0
    if end - start >= _NINTHER:
        medians = [_median(run, spot - 1, spot, spot + 1) for spot in spots]
        spots = [spot for spot, _ in medians]
        swaps = sum(count for _, count in medians)
    pivot, more = _median(run, *spots)
    if swaps + more == _MOST_SWAPS:
        run.items[start:end] = run.items[start:end][::-1]
        return end - 1 - (pivot - start), True
    return pivot, swaps + more == 0


def _median(run: _Run[T], first: int, second: int, third: int) -> tuple[int, int]:
    """The index of the middle item, and how many of the three comparisons were out of order."""
    swaps = 0
    if run.less(second, first):
        first, second, swaps = second, first, swaps + 1
    if run.less(third, second):
        second, third, swaps = third, second, swaps + 1
    if run.less(second, first):
        first, second, swaps = second, first, swaps + 1
    return second, swaps


def _split(run: _Run[T], start: int, end: int, pivot: int) -> tuple[int, bool]:
    run.swap(start, pivot)
    low, high, swapped = start + 1, end - 1, False
    while True:
        while low <= high and run.less(low, start):
            low += 1
        while low <= high and not run.less(high, start):
            high -= 1
        if low > high:
            break
        run.swap(low, high)
        low, high, swapped = low + 1, high - 1, True
    run.swap(high, start)
    return high, not swapped


def _split_equal(run: _Run[T], start: int, end: int, pivot: int) -> int:
    run.swap(start, pivot)
    low, high = start + 1, end - 1
    while True:
        while low <= high and not run.less(start, low):
            low += 1
        while low <= high and run.less(start, high):
            high -= 1
        if low > high:
            return low
        run.swap(low, high)
        low, high = low + 1, high - 1


def _repair(run: _Run[T], start: int, end: int) -> bool:
    """Sorts an almost sorted run with a few shifts; False where it gave up."""
    index = start + 1
    for _ in range(_REPAIRS):
        while index < end and not run.less(index, index - 1):
            index += 1
        if index == end:
            return True
        if end - start < _NINTHER:
            return False
        run.swap(index, index - 1)
        if index - start >= 2:
            run.sink(index - 1, 0)
        if end - index >= 2:
            _rise(run, index + 1, end)
    return False


def _rise(run: _Run[T], index: int, end: int) -> None:
    while index < end and run.less(index, index - 1):
        run.swap(index, index - 1)
        index += 1


def _scatter(run: _Run[T], start: int, end: int) -> None:
    """Three swaps by a generator seeded with the length: the same in every run."""
    length = end - start
    seed = length
    first = start + length // 4 * 2 - 1
    for index in range(first, first + 3):
        seed ^= seed << 13 & (_WORD - 1)
        seed ^= seed >> 7
        seed ^= seed << 17 & (_WORD - 1)
        other = seed & ((1 << length.bit_length()) - 1)
        run.swap(index, start + (other - length if other >= length else other))


def _heapsort(run: _Run[T], start: int, end: int) -> None:
    size = end - start
    for root in range((size - 1) // 2, -1, -1):
        _sift(run, start, root, size)
    for last in range(size - 1, -1, -1):
        run.swap(start, start + last)
        _sift(run, start, 0, last)


def _sift(run: _Run[T], start: int, root: int, size: int) -> None:
    while (child := 2 * root + 1) < size:
        if child + 1 < size and run.less(start + child, start + child + 1):
            child += 1
        if not run.less(start + root, start + child):
            return
        run.swap(start + root, start + child)
        root = child
