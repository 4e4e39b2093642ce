"""What the document says of single operations: ids, credentials, places of the dseq, headers, refusals."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tools.openapi.document import document
from tools.openapi.endpoints import operations, template, texts
from tools.openapi.refusals import of_the_gateway


@cache
def made() -> Any:
    return document()


def operation(method: str, path: str) -> Any:
    return made()["paths"][path][method]


def answer(method: str, path: str, status: int) -> Any:
    found = operation(method, path)["responses"][str(status)]
    name = found.get("$ref", "").rpartition("/")[2]
    return made()["components"]["responses"][name] if name else found


def reasons(method: str, path: str, status: int) -> list[str]:
    schema = answer(method, path, status)["content"]["application/problem+json"]["schema"]
    listed: list[str] = schema["allOf"][1]["properties"]["reason"]["enum"]
    return listed


def parameters(method: str, path: str) -> dict[str, Any]:
    return {each["name"]: each for each in operation(method, path).get("parameters", ()) if "name" in each}


def test_a_docstring_gives_summary_and_description() -> None:
    docstring = "GET /v1/things/{id}: one thing,\n    and its parts. Public.\n\n    More.\n\n    And more.\n"

    assert texts(docstring) == ("One thing, and its parts", "More.\n\nAnd more.")


def test_ids_are_unique_and_name_the_function() -> None:
    found = list(operations(template()))

    assert len({each.id for each in found}) == len(found)
    assert operation("post", "/v1/deposit-deployment")["operationId"] == "deploymentsDeposit"
    assert operation("post", "/v1/deployments/deposit/{dseq}")["operationId"] == "deploymentsDepositAep63"
    assert operation("get", "/v1/weekly-cost")["operationId"] == "walletsWeeklyCost"


def test_a_key_needs_the_scope_of_the_endpoint() -> None:
    assert operation("post", "/v1/leases")["security"] == [
        {"ApiKeyAuth": ["leases:write"]},
        {"BearerAuth": []},
    ]
    assert operation("get", "/v1/auditors")["security"] == []
    assert operation("get", "/v1/balances")["security"][0] == {}


@pytest.mark.parametrize(
    ("method", "path", "place"),
    [("get", "/v1/bids", "query"), ("get", "/v1/bids/{dseq}", "path")],
)
def test_a_dseq_is_wanted_in_the_one_place_or_the_other(method: str, path: str, place: str) -> None:
    found = [
        each["in"]
        for each in operation(method, path)["parameters"]
        if each.get("name") == "dseq" and each["required"]
    ]

    assert found == [place]


def test_a_body_has_the_dseq_where_the_path_has_none() -> None:
    older, newer = (
        operation("post", path)["requestBody"]["content"]["application/json"]
        for path in ("/v1/deposit-deployment", "/v1/deployments/deposit/{dseq}")
    )

    assert older["schema"]["allOf"][1] == {"properties": {"data": {"required": ["dseq"]}}}
    assert older["example"]["data"].keys() == {"dseq", "deposit"}
    assert newer["schema"] == {"$ref": "#/components/schemas/DepositIn"}


def test_a_repeat_is_told_of_where_an_answer_may_be_one() -> None:
    create, token = ("post", "/v1/deployments"), ("get", "/v1/deployments")

    assert "idempotent-replayed" in answer(*create, 201)["headers"]
    assert "idempotent-replayed" in answer(*create, 402)["headers"]
    assert "idempotent-replayed" not in answer(*create, 401)["headers"]
    assert "idempotent-replayed" not in answer(*create, 503)["headers"]
    assert "idempotent-replayed" not in answer(*token, 200)["headers"]


def test_an_idempotency_key_is_for_changes_of_somebodys() -> None:
    key = {"$ref": "#/components/parameters/IdempotencyKey"}

    assert key in operation("delete", "/v1/deployments/{dseq}")["parameters"]
    assert key not in operation("get", "/v1/deployments/{dseq}")["parameters"]
    assert "parameters" not in operation("post", "/v1/certificates")


def test_an_answer_without_content_has_none() -> None:
    assert "content" not in answer("delete", "/v1/api-keys/{id}", 204)
    assert "content" not in answer("head", "/v1/deployments", 200)
    assert "content" not in answer("head", "/v1/deployments", 400)
    assert "content" not in answer("get", "/v1/openapi.json", 304)


def test_what_is_gone_has_only_refusals() -> None:
    found = operation("post", "/v1/certificates")

    assert found["deprecated"] is True
    assert all(int(status) >= 400 for status in found["responses"])


def test_a_refusal_lists_its_reasons_by_status() -> None:
    leases = ("post", "/v1/leases")

    assert "credit_too_low" in reasons("post", "/v1/deployments", 402)
    assert "manifest_not_delivered" in reasons(*leases, 422)
    assert "manifest_not_delivered" in reasons(*leases, 503)
    assert {"credentials_refused", "unauthorized"} == set(reasons(*leases, 401))
    assert "retry-after" in answer(*leases, 503)["headers"]


def test_who_sends_no_body_is_not_told_of_one() -> None:
    get = reasons("get", "/v1/deployments/{dseq}", 400)

    assert "content_type_missing" not in get
    assert "413" not in operation("get", "/v1/deployments/{dseq}")["responses"]
    assert "content_type_missing" in reasons("post", "/v1/deployments", 400)


def test_only_what_the_gateway_answers_on_a_route_is_told() -> None:
    found = {each.reason for each in of_the_gateway(template())}

    assert {"rate_limited", "timed_out", "authorizer_failed"} <= found
    assert not {"path_not_found", "media_type_unsupported"} & found


def test_names_of_path_and_query_are_those_on_the_wire() -> None:
    assert parameters("get", "/v1/wallets")["userId"]["required"] is True
    assert parameters("get", "/v1/deployments")["skip"]["schema"] == {
        "default": 0,
        "minimum": 0,
        "type": "integer",
    }
