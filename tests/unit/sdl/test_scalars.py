"""One text, three meanings: what a field of each type makes of a scalar (recordings/sdl, points 1 to 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slipway.sdl.composer import compose
from slipway.sdl.scalars import WrongScalar, bool_of, string_of, uint32_of

if TYPE_CHECKING:
    from slipway.sdl.nodes import Node

WRONG = object()


def node(written: str) -> Node:
    root = compose(f"a: {written}\n")
    assert root is not None
    return root.content[1]


def outcome(convert: Any, written: str) -> Any:
    try:
        return convert(node(written))
    except WrongScalar:
        return WRONG


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("80", 80), ("017", 15), ("0o17", 15), ("08", 8), ("080", 80), ("0x50", 80), ("0b11", 3), ("1_0", 10),
        ("8e1", 80), ("80.7", 80), ("+8", 8), ("-0", 0), ("-0.9", 0), ("4294967295", 4294967295), (".5e1", 5),
        ("!!int '80'", 80), ("!!float 80", 80), ("1_", 1),
        ("1:30", WRONG), (".inf", WRONG), (".nan", WRONG), ("-1", WRONG), ("4294967296", WRONG),
        ("'80'", WRONG), ("true", WRONG), ("http", WRONG), ("2020-01-01", WRONG), ("[80]", WRONG),
        ("!!str 80", WRONG),
        ("!!int x", WRONG), ("!!float 18446744073709551615", WRONG), ("1e400", WRONG), ("_1", WRONG),
    ],
)  # fmt: skip
def test_numbers(written: str, number: object) -> None:
    assert outcome(uint32_of, written) == number


@pytest.mark.parametrize(
    ("written", "flag"),
    [
        (word, True)
        for word in ("true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "'yes'")
    ]
    + [(word, False) for word in ("false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF")]
    + [(word, WRONG) for word in ("'true'", "1", "0", "yEs", "t", "[true]", "!!str true", "truee")],
)
def test_flags(written: str, flag: object) -> None:
    assert outcome(bool_of, written) == flag


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("0777", "0777"), ("1.10", "1.10"), ("yes", "yes"), ("1_000", "1_000"), ("2020-01-01", "2020-01-01"),
        ("=", "="), ("!own x", "x"), ("!!str true", "true"), ("! 5", "5"), ("!!binary aGVsbG8=", "hello"),
        ('"a\\tb\\x41\\u00e9"', "a\tbAé"), ("'it''s'", "it's"), ("a\tb", "a\tb"),
        ("!!binary 8J+Y", "\udcf0\udc9f\udc98"), ("!!binary a", WRONG), ("[a]", WRONG), ("{a: b}", WRONG),
        ("!!bool x", WRONG),        ("!!timestamp x", WRONG),
    ],
)  # fmt: skip
def test_texts(written: str, text: object) -> None:
    assert outcome(string_of, written) == text


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL", "!!null ''", "!!null ~"])
def test_nulls(written: str) -> None:
    assert node(written).null


@pytest.mark.parametrize("written", ["'null'", "nULL", "''", "!!str null", "!!str", "0", "[]"])
def test_what_is_not_null(written: str) -> None:
    assert not node(written).null


def test_an_alias_is_what_it_stands_for() -> None:
    root = compose("a: &x ~\nb: *x\n")

    assert root is not None
    assert root.content[3].null


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a:\n  - b: 1\n  - 'c'\n", 3, 5), ("é: [1, 'c']\n", 1, 8), ("\ufeffa: 'c'\r\n", 1, 4)],
)
def test_places_are_counted_in_letters_from_one(text: str, line: int, column: int) -> None:
    root = compose(text)
    assert root is not None

    found = next(each for each in descendants(root) if each.text == "c")

    assert (found.line, found.column) == (line, column)


def descendants(root: Node) -> list[Node]:
    return [root, *(each for child in root.content for each in descendants(child))]


def test_a_tab_before_a_comment_after_a_comment_is_passed_over() -> None:
    root = compose("a: b\n# one\n\t# two\n \t \n\t# three\nc: d\n")

    assert root is not None
    assert [each.text for each in root.content] == ["a", "b", "c", "d"]
