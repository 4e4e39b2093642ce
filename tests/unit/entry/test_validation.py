"""Faults of a request in the words of the reference, field type by field type."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field
from slipway.entry import bodies
from slipway.entry.issues import dotted
from slipway.entry.models.base import (
    AddressField,
    DseqField,
    IntegerField,
    Model,
    NumberField,
    QueryInteger,
    UuidField,
)
from slipway.entry.problems import Refused
from slipway.entry.validation import Invalid, validate

PROVIDER = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"


class Wide(Model):
    """One field of each kind, all optional."""

    dseq: DseqField = Field(default=None)  # type: ignore[assignment]
    number: NumberField = Decimal(0)
    integer: Annotated[IntegerField, Field(ge=1, le=10)] = 1
    skip: Annotated[QueryInteger, Field(ge=0)] = 0
    limit: Annotated[QueryInteger, Field(gt=0, lt=10)] = 1
    provider: AddressField = Field(default=None)  # type: ignore[assignment]
    id: UuidField = ""
    text: Annotated[str, Field(min_length=1, max_length=3)] = "x"
    coded: Annotated[str, Field(pattern="^a$")] = "a"
    listed: Annotated[list[str], Field(min_length=1, max_length=2)] = Field(default_factory=list)
    mode: Literal["threshold", "prediction"] = "threshold"
    flag: bool = False


class Inner(Model):
    dseq: DseqField
    count: int | None
    flag: bool
    mode: Literal["a", "b"]
    names: tuple[str, ...]


class Outer(Model):
    items: list[Inner]
    aliased: Inner = Field(alias="camelCase")


def issues_of(model: type[Model], value: Any) -> list[dict[str, Any]]:
    with pytest.raises(Invalid) as refused:
        validate(model, value)
    return [issue.zod() for issue in refused.value.issues]


def issue_of(field: str, value: Any) -> dict[str, Any]:
    [issue] = issues_of(Wide, {field: value})
    assert issue.pop("path") == [field]
    return issue


def test_what_is_missing_is_named_by_the_type_it_should_have() -> None:
    missing = issues_of(Outer, {"items": [{}]})

    assert [(issue["path"], issue["expected"]) for issue in missing] == [
        (["items", 0, "dseq"], "bigint"),
        (["items", 0, "count"], "number"),
        (["items", 0, "flag"], "boolean"),
        (["items", 0, "mode"], "'a' | 'b'"),
        (["items", 0, "names"], "array"),
        (["camelCase"], "object"),
    ]
    assert {(issue["code"], issue["received"], issue["message"]) for issue in missing} == {
        ("invalid_type", "undefined", "Required")
    }


@pytest.mark.parametrize(
    ("value", "received"),
    [
        (None, "null"),
        (5, "number"),
        (Decimal("0.5"), "number"),
        (True, "boolean"),
        ("x", "string"),
        ([], "array"),
    ],
)
def test_a_body_that_is_no_object_is_refused(value: Any, received: str) -> None:
    assert issues_of(Wide, value) == [
        {
            "code": "invalid_type",
            "expected": "object",
            "received": received,
            "path": [],
            "message": f"Expected object, received {received}",
        }
    ]


@pytest.mark.parametrize(
    ("field", "value", "expected", "received"),
    [
        ("text", 5, "string", "number"),
        ("text", {}, "string", "object"),
        ("number", "5", "number", "string"),
        ("number", True, "number", "boolean"),
        ("number", None, "number", "null"),
        ("integer", "5", "number", "string"),
        ("integer", Decimal("1.5"), "integer", "float"),
        ("flag", "false", "boolean", "string"),
        ("flag", 1, "boolean", "number"),
        ("listed", {}, "array", "object"),
        ("mode", None, "'threshold' | 'prediction'", "null"),
        ("dseq", "abc", "bigint", "string"),
        ("dseq", "1.5", "bigint", "string"),
        ("dseq", Decimal("1.5"), "bigint", "number"),
        ("dseq", None, "bigint", "null"),
        ("dseq", True, "bigint", "boolean"),
        ("dseq", ["1", "2"], "bigint", "array"),
        ("skip", "abc", "number", "nan"),
        ("skip", ["1", "2"], "number", "nan"),
        ("skip", "1.5", "integer", "float"),
        ("provider", 5, "string", "number"),
        ("id", 5, "string", "number"),
    ],
)
def test_wrong_types_are_worded_as_zod_does(field: str, value: Any, expected: str, received: str) -> None:
    assert issue_of(field, value) == {
        "code": "invalid_type",
        "expected": expected,
        "received": received,
        "message": f"Expected {expected}, received {received}",
    }


@pytest.mark.parametrize(
    ("field", "value", "code", "message"),
    [
        ("integer", 0, "too_small", "Number must be greater than or equal to 1"),
        ("integer", 11, "too_big", "Number must be less than or equal to 10"),
        ("limit", "", "too_small", "Number must be greater than 0"),
        ("limit", "10", "too_big", "Number must be less than 10"),
        ("skip", "-1", "too_small", "Number must be greater than or equal to 0"),
        ("text", "", "too_small", "String must contain at least 1 character(s)"),
        ("text", "four", "too_big", "String must contain at most 3 character(s)"),
        ("listed", [], "too_small", "Array must contain at least 1 element(s)"),
        ("listed", ["a", "b", "c"], "too_big", "Array must contain at most 2 element(s)"),
        ("coded", "b", "invalid_string", "Invalid"),
        ("number", Decimal("Infinity"), "not_finite", "Number must be finite"),
        ("dseq", "0", "too_small", "Invalid input"),
        ("dseq", "-1", "too_small", "Invalid input"),
        ("dseq", " ", "too_small", "Invalid input"),
        ("dseq", 2**64, "too_big", "Invalid input"),
        ("dseq", "9" * 5000, "too_big", "Invalid input"),
        ("dseq", Decimal("1e300"), "too_big", "Invalid input"),
        ("dseq", Decimal("Infinity"), "too_big", "Invalid input"),
        ("provider", "abc", "custom", "Invalid address"),
        ("provider", PROVIDER[:-1] + "4", "custom", "Invalid address"),
        ("provider", PROVIDER.upper(), "custom", "Invalid address"),
        ("provider", "cosmos1" + PROVIDER[6:], "custom", "Invalid address"),
        ("id", "abc", "invalid_string", "Invalid uuid"),
        ("text", "\ud800", "custom", "Not valid Unicode text"),
    ],
)
def test_values_out_of_bounds_say_the_bound(field: str, value: Any, code: str, message: str) -> None:
    issue = issue_of(field, value)

    assert (issue["code"], issue["message"]) == (code, message)


def test_a_word_outside_its_set_is_told_the_set() -> None:
    assert issue_of("mode", "x") == {
        "code": "invalid_enum_value",
        "received": "x",
        "options": ["threshold", "prediction"],
        "message": "Invalid enum value. Expected 'threshold' | 'prediction', received 'x'",
    }


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("dseq", "1795363693495", 1795363693495),
        ("dseq", 1795363693495, 1795363693495),
        ("dseq", Decimal("1e3"), 1000),
        ("dseq", "0x10", 16),
        ("dseq", str(2**64 - 1), 2**64 - 1),
        ("number", 5, Decimal(5)),
        ("number", Decimal("0.1"), Decimal("0.1")),
        ("integer", Decimal("1.0"), 1),
        ("skip", "", 0),
        ("skip", "1e1", 10),
        ("provider", PROVIDER, PROVIDER),
        ("id", "1FDBEC0A-8C72-4747-A564-AE8555ED92C2", "1fdbec0a-8c72-4747-a564-ae8555ed92c2"),
    ],
)
def test_what_the_reference_takes_is_taken(field: str, value: Any, seen: Any) -> None:
    assert getattr(validate(Wide, {field: value, "unknown": 1}), field) == seen


def test_a_path_reads_as_one_text() -> None:
    assert dotted(("leases", 0, "dseq")) == "leases[0].dseq"
    assert dotted(()) == ""


@pytest.mark.parametrize(
    "text",
    ["", "{", "hello", "{'a':1}", '{"a":1,}', "{}{}", '{"a":NaN}', '{"a":-Infinity}', '{"a":' * 90_000],
)
def test_what_is_no_json_is_malformed(text: str) -> None:
    with pytest.raises(Refused) as refused:
        bodies.parse(text.encode())

    problem = refused.value.problem
    assert (problem.status, problem.error, problem.message) == (
        400,
        "Error",
        "Malformed JSON in request body",
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 0.1}', {"a": Decimal("0.1")}),
        ('{"a": 1e20}', {"a": Decimal("1e20")}),
        ('{"a": 1e999999999}', {"a": Decimal("Infinity")}),
        ('{"a": 1e-999999999}', {"a": Decimal(0)}),
        ('{"a": ' + "9" * 100_000 + "}", {"a": Decimal("Infinity")}),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("\ufeff[]", []),
    ],
)
def test_numbers_are_read_exactly_and_in_no_time(text: str, value: Any) -> None:
    assert bodies.parse(text.encode()) == value


def test_a_list_at_the_top_is_refused_for_being_a_list_however_deep() -> None:
    assert bodies.parse(b"[" * 40_000 + b"]" * 40_000) is not None
