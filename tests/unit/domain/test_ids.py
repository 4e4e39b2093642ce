from __future__ import annotations

import pytest
from slipway.domain.ids import MAX_DSEQ, parse_dseq


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1795362459147", 1795362459147),
        ("0001795362459147", 1795362459147),
        ("+5", 5),
        ("0x10", 16),
        (" ", 0),
        ("0", 0),
        (str(MAX_DSEQ), MAX_DSEQ),
    ],
)
def test_numbers_are_read_as_existing_clients_write_them(text: str, number: int) -> None:
    assert parse_dseq(text) == number


@pytest.mark.parametrize("text", ["abc", "1.5", "1e3", "1_0", "--1", "٣"])
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert parse_dseq(text) is None


def test_a_number_of_a_million_digits_is_only_too_large() -> None:
    assert (parse_dseq("9" * 1_000_000) or 0) > MAX_DSEQ


def test_a_negative_number_is_below_every_dseq() -> None:
    assert (parse_dseq("-12") or 0) < 0
