"""What all wire models share: the base class and the field types of Akash's and JavaScript's world.

Existing clients were written against zod schemas, so models behave like them: unknown fields are ignored,
"5" is no number, true is no number, null is not absence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from slipway.domain.addresses import is_address
from slipway.domain.ids import MAX_DSEQ, Address, Dseq, parse_dseq
from slipway.entry.issues import Issue, refusal, type_of, wrong_type

MAX_NUMBER: Final = Decimal("1.7976931348623157e308")
"""The largest number of JavaScript; the body's parser reads what is larger as infinite."""


class Model(BaseModel):
    """A request or response body, query or path. Fields with an alias are written by it on the wire."""

    model_config = ConfigDict(
        extra="ignore", strict=True, frozen=True, serialize_by_alias=True, ser_json_temporal="iso8601"
    )


TAKES_NULL: Final = "x-takes-null"
"""Marks a field of a request, for its schema, where null means something; elsewhere a field is left out."""


@dataclass(frozen=True, slots=True)
class Expects:
    """Marks a field type with the name that a client reads when the field is missing."""

    type: str


def _dseq(value: object) -> Dseq:
    number = _whole(value)
    if number is None:
        raise refusal(wrong_type("bigint", type_of(value)))
    if number <= 0:
        facts = {"type": "bigint", "minimum": "0", "inclusive": False}
        raise refusal(Issue("too_small", "Invalid input", facts=facts))
    if number > MAX_DSEQ:
        facts = {"type": "bigint", "maximum": str(MAX_DSEQ), "inclusive": True}
        raise refusal(Issue("too_big", "Invalid input", facts=facts))
    return Dseq(number)


def _whole(value: object) -> int | None:
    """A dseq as clients write it: JSON number or text. 1.0 is whole, 1.5 and true are not."""
    if isinstance(value, str):
        return parse_dseq(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, int):
        return value
    if not value.is_finite() or value.adjusted() > len(str(MAX_DSEQ)):
        return MAX_DSEQ + 1 if value > 0 else -1
    return int(value) if value == value.to_integral_value() else None


_DSEQ_IN: Final = Annotated[
    str | int, Field(description="A deployment's number, from 1 to 2^64−1; text is safe in every language.")
]

DseqField = Annotated[Dseq, PlainValidator(_dseq, json_schema_input_type=_DSEQ_IN), Expects("bigint")]
"""A deployment's number, from 1 to 2^64−1, written as a number or as text (body, query or path)."""


OptionalDseq = Annotated[
    Dseq | None, PlainValidator(_dseq, json_schema_input_type=_DSEQ_IN), Expects("bigint")
]
"""The same where it may stand elsewhere in the request. Its default is None; a null is refused."""


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise refusal(wrong_type("number", type_of(value)))
    number = Decimal(value)
    if not number.is_finite() or abs(number) > MAX_NUMBER:
        raise refusal(Issue("not_finite", "Number must be finite"))
    return number


NumberField = Annotated[Decimal, PlainValidator(_number, json_schema_input_type=float), Expects("number")]
"""A JSON number, exactly as written: no float on the way."""

OptionalNumber = Annotated[
    Decimal | None, PlainValidator(_number, json_schema_input_type=float), Expects("number")
]
"""The same where it may be left out. Its default is None; a null is refused."""


def _integer(value: object) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise refusal(wrong_type("integer", "float"))
    return int(number)


IntegerField = Annotated[int, PlainValidator(_integer, json_schema_input_type=int), Expects("number")]
"""A whole JSON number; 1.0 counts. Bounds are the model's: `Annotated[IntegerField, Field(ge=1)]`."""

_SCRIPT_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


def _query_integer(value: object) -> int:
    """As JavaScript's `Number(text)` reads it: blank is 0, `1e1` is 10; a parameter given twice is none."""
    word = value.strip() if isinstance(value, str) else None
    if word == "":
        return 0
    if word is None or not _SCRIPT_NUMBER.fullmatch(word):
        raise refusal(wrong_type("number", "nan"))
    return _integer(Decimal(word))


QueryInteger = Annotated[int, PlainValidator(_query_integer, json_schema_input_type=int), Expects("number")]
"""A whole number in a query string. Bounds are the model's."""


def _address(value: object) -> Address:
    if not isinstance(value, str):
        raise refusal(wrong_type("string", type_of(value)))
    if not is_address(value):
        raise refusal(Issue("custom", "Invalid address"))
    return Address(value)


_ADDRESS_IN: Final = Annotated[
    str, Field(pattern="^akash1[02-9ac-hj-np-z]{7,90}$", description="An Akash account address (bech32).")
]

AddressField = Annotated[
    Address, PlainValidator(_address, json_schema_input_type=_ADDRESS_IN), Expects("string")
]
"""An `akash1…` account address with a right checksum."""

OptionalAddress = Annotated[
    Address | None, PlainValidator(_address, json_schema_input_type=_ADDRESS_IN), Expects("string")
]
"""The same where it may be left out. Its default is None; an empty text is refused."""

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _uuid(value: object) -> str:
    if not isinstance(value, str):
        raise refusal(wrong_type("string", type_of(value)))
    if not _UUID.fullmatch(value):
        raise refusal(Issue("invalid_string", "Invalid uuid", facts={"validation": "uuid"}))
    return value.lower()


UuidField = Annotated[str, PlainValidator(_uuid, json_schema_input_type=UUID), Expects("string")]
"""Any UUID, in lower case afterwards."""

OptionalUuid = Annotated[str | None, PlainValidator(_uuid, json_schema_input_type=UUID), Expects("string")]
"""The same where it may be left out. Its default is None; a null is refused."""
