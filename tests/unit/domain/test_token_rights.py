"""The rights of provider tokens: what is sound, and what is told of the rest."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from slipway.domain.token_rights import MAX_BYTES, SCOPES, faults, schema

from tests import recordings

PROVIDER = "akash1q4ku2gushrqha6dkpj5wct5xpa2pakaajgk9jd"
OTHER = "akash13yv98ezwcw76frdv76hzehcgyxfzc067guaax2"
IN_THE_DOCUMENT = Draft202012Validator(schema())
OF_THE_REFERENCE = {
    "must have at least undefined items": "must have at least 1 items",
    "should be undefined": "should be integer",
}
"""Where the reference forgot a word."""


def granular(*deployments: Any, provider: str = PROVIDER) -> dict[str, Any]:
    permission = {"provider": provider, "access": "granular", "deployments": list(deployments)}
    return {"access": "granular", "permissions": [permission]}


def deployment(**fields: Any) -> dict[str, Any]:
    return {"dseq": 5, "scope": ["logs"], "services": ["web"], **fields}


def test_recorded_forms_are_taken_and_refused_in_the_references_words() -> None:
    for exchange in recordings.load("console/14-jwt.jsonl")[1]:
        leases = (exchange["request"]["body"].get("data") or {}).get("leases")
        answer, name = exchange["response"], exchange["name"]
        if not isinstance(leases, dict) or name == "user without a wallet":
            continue
        if answer["status"] == 201:
            assert faults(leases) == [], name
        elif answer["body"]["code"] == "bad_request":
            told = answer["body"]["message"]
            for theirs, ours in OF_THE_REFERENCE.items():
                told = told.replace(theirs, ours)
            assert ".\n".join(faults(leases)) == told, name


@pytest.mark.parametrize(
    "leases",
    [
        {"access": "full"},
        {"access": "scoped", "scope": list(SCOPES)},
        granular(deployment()),
        granular(deployment(gseq=1, oseq=1), deployment(dseq=2**64 - 1)),
        {
            "access": "granular",
            "permissions": [
                {"provider": PROVIDER, "access": "full"},
                {"provider": OTHER, "access": "scoped", "scope": ["status"]},
            ],
        },
    ],
)
def test_the_forms_of_aep_64_are_sound_and_in_the_document(leases: dict[str, Any]) -> None:
    assert faults(leases) == []
    assert IN_THE_DOCUMENT.is_valid(leases)


@pytest.mark.parametrize(
    ("leases", "fault"),
    [
        (granular(deployment(oseq=1)), "oseq requires dseq and gseq"),
        (granular({"scope": ["logs"], "services": ["web"]}), "services requires dseq"),
        (granular({"scope": ["logs"], "services": ["web"], "gseq": 1}), "gseq requires dseq"),
        (granular({"dseq": 5, "scope": ["logs"]}), "services required when dseq is present"),
        (
            {"access": "full", "permissions": [{"provider": PROVIDER, "access": "full"}]},
            "Permissions not allowed for full access",
        ),
        (
            {"access": "granular", "permissions": [{"provider": PROVIDER, "access": "full"}] * 2},
            "Duplicate provider in permissions",
        ),
    ],
)
def test_fields_that_need_each_other_are_named(leases: dict[str, Any], fault: str) -> None:
    assert fault in faults(leases)


@pytest.mark.parametrize(
    "leases",
    [
        {},
        {"access": ["full"]},
        {"access": "granular", "permissions": None},
        {"access": "granular", "permissions": {}},
        {"access": "granular", "permissions": [5, None, "x"]},
        granular(None),
        granular(deployment(dseq=True)),
        granular(deployment(dseq=0)),
        granular(deployment(dseq=2**64)),
        granular(deployment(services=[])),
        granular(deployment(services=["web", "web"])),
        granular(deployment(services=[""])),
        granular(deployment(services=[{"a": 1}])),
        granular(deployment(more=1)),
        granular(deployment(), provider=PROVIDER.upper()),
        {"access": "scoped", "scope": [["logs"]]},
        {"access": "scoped", "scope": "logs"},
    ],
)
def test_anything_else_is_refused_and_breaks_nothing(leases: dict[str, Any]) -> None:
    assert faults(leases)
    assert not IN_THE_DOCUMENT.is_valid(leases)


def test_rights_that_fit_into_no_header_are_refused_at_once() -> None:
    leases = granular(*[deployment(dseq=number) for number in range(1, MAX_BYTES)])

    assert faults(leases) == [f'"leases" must have at most {MAX_BYTES} characters']
