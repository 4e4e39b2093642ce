"""Schemas of models as they belong into the document."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from pydantic import Field
from slipway.entry.models import api_keys, deployments
from slipway.entry.models.base import DseqField, IntegerField, Model, NumberField, OptionalDseq
from slipway.entry.problem_bodies import ProblemBody

from tools.openapi.schemas import fields, schemas

if TYPE_CHECKING:
    from tools.openapi.schemas import Json


class Asked(Model):
    """A wish
    in two lines."""

    dseq: DseqField
    gseq: Annotated[IntegerField, Field(ge=1, le=9)]
    deposit: NumberField = Decimal("0.5")
    other: OptionalDseq = None
    word: str | None = Field(default=None, validation_alias="aWord", description="A word.")


class Told(Model):
    word: str | None = None
    count: int = Field(default=0, serialization_alias="theCount")


def of(*, asked: Any = None, told: Any = None) -> Json:
    found = schemas([asked] if asked else [], [told] if told else [])
    [schema] = found.all.values()
    return dict(schema)


def test_a_request_has_to_have_what_has_no_default() -> None:
    assert of(asked=Asked)["required"] == ["dseq", "gseq"]


def test_an_answer_has_every_field_and_null_where_the_model_says_so() -> None:
    schema = of(told=Told)

    assert schema["required"] == ["word", "theCount"]
    assert schema["properties"]["word"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert schema["properties"]["theCount"] == {"type": "integer"}


def test_what_may_be_left_out_of_a_request_may_not_be_null() -> None:
    properties = of(asked=Asked)["properties"]

    assert properties["aWord"] == {"type": "string", "description": "A word."}
    assert "null" not in str(properties["other"])


def test_bounds_and_defaults_are_those_of_the_model() -> None:
    properties = of(asked=Asked)["properties"]

    assert properties["gseq"] == {"type": "integer", "minimum": 1, "maximum": 9}
    assert properties["deposit"] == {"type": "number", "default": 0.5}


def test_a_description_is_one_line_and_no_title_repeats_a_name() -> None:
    schema = of(asked=Asked)

    assert schema["description"] == "A wish in two lines."
    assert "title" not in str(schema)


def test_a_field_called_title_is_no_title() -> None:
    assert "title" in schemas([], [ProblemBody]).all["ProblemBody"]["properties"]


def test_members_that_a_problem_may_lack_are_not_required() -> None:
    required = schemas([], [ProblemBody]).all["ProblemBody"]["required"]

    assert "reason" in required
    assert not {"data", "errors", "leases"} & set(required)


def test_models_of_one_name_are_told_apart_by_their_module() -> None:
    found = schemas([api_keys.CreateIn, deployments.CreateIn], [])

    assert {"ApiKeysCreateIn", "DeploymentsCreateIn"} <= found.all.keys()
    assert found.of[api_keys.CreateIn] == {"$ref": "#/components/schemas/ApiKeysCreateIn"}
    assert "slipway__" not in str(found)


def test_one_name_in_requests_and_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="Told"):
        schemas([Told], [Told])


def test_fields_of_a_query_say_whether_they_have_to_be_there() -> None:
    found = fields(Asked)

    assert {name: required for name, (_, required) in found.items()} == {
        "dseq": True,
        "gseq": True,
        "deposit": False,
        "other": False,
        "aWord": False,
    }
    assert fields(None) == {}
