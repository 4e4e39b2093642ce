"""Numbers as the network's Go code reads and cuts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slipway.sdl.numbers import (
    NotANumber,
    byte_size,
    cpu_units,
    cut_to_uint32,
    cut_to_uint64,
    parse_float,
    parse_uint,
    parse_yaml_integer,
    price_amount,
)
from slipway.sdl.text import NotADuration, duration_text, parse_duration
from slipway.sdl.versions import rules_of


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("0.5", 500), ("100m", 100), ("0.0155", 15), ("1.001", 1000), ("0.29", 290), ("4.35", 4350),
        ("1e1", 10_000), ("0x1p-2", 250), ("1_0", 10_000), (".5", 500), ("5.", 5_000), ("+1", 1_000),
        ("-0", 0), ("4294967295m", 4294967295), ("4294967.296", 0), ("inf", 0), ("NaN", 0),
    ],
)  # fmt: skip
def test_thousandths_of_a_cpu(text: str, units: int) -> None:
    assert cpu_units(text) == units


@pytest.mark.parametrize(
    "text",
    ["", "1k", "0x10", " 1", "1 ", "-0.5", "-1m", "4294967296m", "1e400", "1__0", "_1", "1_", "١", "m"],
)
def test_what_is_no_amount_of_cpu(text: str) -> None:
    with pytest.raises(NotANumber):
        cpu_units(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512Mi", 536870912), ("1.7Gi", 1825361100), ("1G", 10**9), ("1k", 1000), ("123456.789Ki", 126419751),
        ("1e3Mi", 1048576000), ("20Ei", 2**63), ("infGi", 2**63), ("nanGi", 2**63), ("536870912", 536870912),
    ],
)  # fmt: skip
def test_bytes(text: str, size: int) -> None:
    assert byte_size(text) == size


@pytest.mark.parametrize("text", ["1GB", "1gi", "1K", "1Bi", "1b", "Gi", "1 Gi", "-1Gi", "1GiGi", "1m", ""])
def test_what_is_no_number_of_bytes(text: str) -> None:
    with pytest.raises(NotANumber):
        byte_size(text)


@pytest.mark.parametrize(
    ("text", "scaled"),
    [
        ("1", 10**18),
        ("+1", 10**18),
        ("-1", -(10**18)),
        ("--1", 10**18),
        ("+.5", 5 * 10**17),
        ("0.000000000000000001", 1),
        ("00.5", 5 * 10**17),
    ],
)
def test_prices(text: str, scaled: int) -> None:
    assert price_amount(text) == scaled


@pytest.mark.parametrize(
    "text", ["", "-", ".5", "5.", "1e3", "1_0", "1.5.5", "0." + "0" * 19, "1" * 80, "1" * 200, "+-1", "1,5"]
)
def test_what_is_no_price(text: str) -> None:
    with pytest.raises(NotANumber):
        price_amount(text)


@given(st.integers(0, 2**96), st.integers(0, 10**18 - 1))
def test_a_price_keeps_all_its_decimals(whole: int, part: int) -> None:
    assert price_amount(f"{whole}.{part:018}") == whole * 10**18 + part


@given(st.floats(min_value=0, max_value=2**64, exclude_max=True))
def test_cutting_is_what_python_does_within_64_bits(value: float) -> None:
    assert cut_to_uint64(value) == int(value)
    assert cut_to_uint32(min(value, 2.0**62)) == int(min(value, 2.0**62)) % 2**32


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_read_as_python_writes_them(value: float) -> None:
    assert parse_float(repr(value)) == value
    assert parse_float(value.hex()) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("017", 15), ("0o17", 15), ("0x50", 80), ("0b11", 3), ("-0x10", -16), ("08", None), ("0o8", None),
     ("18446744073709551615", 2**64 - 1), ("18446744073709551616", None), ("-9223372036854775809", None),
     ("0b+11", 3), ("", None), ("1" * 200, None)],
)  # fmt: skip
def test_integers_of_yaml(text: str, value: int | None) -> None:
    assert parse_yaml_integer(text) == value


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "0x1", "1 ", "²", "18446744073709551616", "9" * 500])
def test_gpus_are_digits_only(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_uint(text)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("2.0", "2.0"), ("2", "2.0"), ("v2.0", "2.0"), (" 2.0 ", "2.0"), ("02.0", "2.0"), ("2.0+meta", None),
        ("2.0.0+meta", "2.0"), ("2.1", "2.1"), ("2.10", "2.1"), ("3", "2.1"), ("2.1.5-rc1", "2.1"),
        ("2.0.1", None), ("1.0", None), ("2.0-x", None), ("2.1.0-rc1", None), ("", None), ("2.0.0.0", None),
        ("two", None), ("99999999999999999999.0", None), ("2.x", None), ("2." + "0" * 500, None),
    ],
)  # fmt: skip
def test_versions(text: str, rules: str | None) -> None:
    assert rules_of(text) == rules


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1h", "3600s"), ("1h30m", "5400s"), ("+1h", "3600s"), (".5h", "1800s"), ("1.5s", "1.500s"),
        ("1us", "0.000001s"), ("1µs", "0.000001s"), ("1ns", "0.000000001s"),
        ("0", "0s"), ("1h0m0.5s", "3600.500s"),
    ],
)  # fmt: skip
def test_durations(text: str, printed: str) -> None:
    assert duration_text(parse_duration(text)) == printed


@pytest.mark.parametrize("text", ["", "1", "h", "1 h", "1d", ".h", "1h1", "9999999h", "1H", "-", "1h" * 100])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(NotADuration):
        parse_duration(text)
