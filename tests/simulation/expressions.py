"""DynamoDB's expressions, as far as the signer writes any: conditions, filters, key conditions and updates.

As strict as the real one where a mistake would go unseen: a name or a value that is not used is refused.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

Item = dict[str, dict[str, Any]]
"""Attribute values as the client's answers hold them: `{"S": …}`, `{"N": "…"}`, `{"B": …}`, `{"BOOL": …}`."""

Places = Mapping[str, Any]
Condition = Callable[[Item, Places, Places], bool]

_TOKEN: Final = re.compile(r"\s*(<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z_][A-Za-z0-9_]*)")
_COMPARES: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ExpressionInvalid(ValueError):
    """DynamoDB's ValidationException."""


def plain(value: Mapping[str, Any]) -> Any:
    """What compares: a number as a number."""
    [(kind, inner)] = value.items()
    return int(inner) if kind == "N" else inner


def holds(text: str | None, item: Item | None, names: Places, values: Places) -> bool:
    """Whether the condition holds of `item`; None is an item that is not there."""
    return text is None or _condition(text)(item or {}, names, values)


def updated(text: str, item: Item, names: Places, values: Places) -> Item:
    """`item` after an update of SET and ADD clauses, each on the item as it was before."""
    after = dict(item)
    for clause, actions in _clauses(text):
        for action in actions:
            if clause == "ADD":
                name, place = action.split()
                before = int(item.get(_named(name, names), {"N": "0"})["N"])
                after[_named(name, names)] = {"N": str(before + plain(values[place]))}
            else:
                name, _, right = action.partition("=")
                after[_named(name.strip(), names)] = _value(right.strip(), item, names, values)
    return after


def must_use_all(texts: tuple[str | None, ...], names: Places, values: Places) -> None:
    """Raises ExpressionInvalid for a place that is given and not used, or used and not given."""
    used, given = _places_in(texts), {*names, *values}
    if used != given:
        raise ExpressionInvalid(f"places {sorted(used ^ given)}")


@lru_cache(maxsize=256)
def _places_in(texts: tuple[str | None, ...]) -> frozenset[str]:
    return frozenset(re.findall(r"[#:][A-Za-z0-9_]+", " ".join(text for text in texts if text)))


def _value(text: str, item: Item, names: Places, values: Places) -> dict[str, Any]:
    left, sign, right = text.partition("+")
    if sign:
        return {"N": str(plain(_term(left, item, names, values)) + plain(_term(right, item, names, values)))}
    return _term(text, item, names, values)


def _term(text: str, item: Item, names: Places, values: Places) -> dict[str, Any]:
    text = text.strip()
    found = re.fullmatch(r"if_not_exists\s*\(\s*(\S+)\s*,\s*(\S+)\s*\)", text)
    if found:
        return item.get(_named(found[1], names)) or _term(found[2], item, names, values)
    value: dict[str, Any] = values[text] if text.startswith(":") else item[_named(text, names)]
    return value


def _named(text: str, names: Places) -> str:
    return str(names[text]) if text.startswith("#") else text


@lru_cache(maxsize=256)
def _clauses(text: str) -> list[tuple[str, list[str]]]:
    parts = re.split(r"\b(SET|ADD)\b", text)
    if parts[0].strip():
        raise ExpressionInvalid(text)
    return [
        (clause, [action.strip() for action in re.split(r",(?![^(]*\))", actions)])
        for clause, actions in zip(parts[1::2], parts[2::2], strict=True)
    ]


@lru_cache(maxsize=256)
def _condition(text: str) -> Condition:
    tokens = [token for token in _TOKEN.split(text) if token.strip()]
    condition, rest = _either(tokens)
    if rest:
        raise ExpressionInvalid(text)
    return condition


def _either(tokens: list[str]) -> tuple[Condition, list[str]]:
    left, rest = _both(tokens)
    while rest[:1] == ["OR"]:
        right, rest = _both(rest[1:])
        left = _or(left, right)
    return left, rest


def _both(tokens: list[str]) -> tuple[Condition, list[str]]:
    left, rest = _single(tokens)
    while rest[:1] == ["AND"]:
        right, rest = _single(rest[1:])
        left = _and(left, right)
    return left, rest


def _or(left: Condition, right: Condition) -> Condition:
    return lambda item, names, values: left(item, names, values) or right(item, names, values)


def _and(left: Condition, right: Condition) -> Condition:
    return lambda item, names, values: left(item, names, values) and right(item, names, values)


def _single(tokens: list[str]) -> tuple[Condition, list[str]]:
    first = tokens[0]
    if first == "(":
        inner, rest = _either(tokens[1:])
        return inner, rest[1:]
    if first == "NOT":
        negated, rest = _single(tokens[1:])
        return (lambda item, names, values: not negated(item, names, values)), rest
    if first in {"attribute_exists", "attribute_not_exists"}:
        name, wanted = tokens[2], first == "attribute_exists"
        return (lambda item, names, values: (_named(name, names) in item) is wanted), tokens[4:]
    if len(tokens) < 3 or tokens[1] not in _COMPARES:
        raise ExpressionInvalid(" ".join(tokens))
    return _compared(first, _COMPARES[tokens[1]], tokens[2]), tokens[3:]


def _compared(left: str, compares: Callable[[Any, Any], bool], right: str) -> Condition:
    def of(text: str, item: Item, names: Places, values: Places) -> Any:
        value = values[text] if text.startswith(":") else item.get(_named(text, names))
        return None if value is None else plain(value)

    def condition(item: Item, names: Places, values: Places) -> bool:
        sides = of(left, item, names, values), of(right, item, names, values)
        return None not in sides and compares(*sides)  # what is missing compares with nothing

    return condition
