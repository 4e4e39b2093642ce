"""The judge of answers (tests/documented.py) sees what is not in the document."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.documented import Heard, document, mistakes

HEADERS = {"x-request-id": "r-1", "content-type": "application/json; charset=UTF-8"}
PROBLEM = {**HEADERS, "content-type": "application/problem+json"}


def example(path: str, method: str, status: int) -> Any:
    answer = document()["paths"][path][method]["responses"][str(status)]
    return copy.deepcopy(answer["content"]["application/json"]["example"])


def got(body: Any, **changes: Any) -> list[str]:
    heard = {"method": "GET", "target": "/v1/deployments/7", "status": 200, "headers": HEADERS, "body": body}
    return mistakes(Heard(**{**heard, **changes}))


def refusal(**changes: Any) -> dict[str, Any]:
    told = {"type": "client_error", "title": "No", "status": 404, "detail": "No", "error": "NotFoundError"}
    rest = {"message": "No", "code": "not_found", "reason": "deployment_not_found", "request_id": "r-1"}
    return {**told, **rest, **changes}


def test_an_answer_of_the_document_is_right() -> None:
    assert got(example("/v1/deployments/{dseq}", "get", 200)) == []
    assert got(refusal(), status=404, headers=PROBLEM) == []


def test_a_field_more_or_less_is_seen_however_deep_it_stands() -> None:
    more, less = (example("/v1/deployments/{dseq}", "get", 200) for _ in range(2))
    more["data"]["leases"][0]["status"]["services"]["web"]["secret"] = 1
    del less["data"]["escrow_account"]["state"]["funds"]

    assert "secret" in got(more)[0]
    assert "funds" in got(less)[0]


def test_a_field_of_another_type_is_seen() -> None:
    body = example("/v1/deployments/{dseq}", "get", 200)
    body["data"]["deployment"]["id"]["dseq"] = 7

    assert got(body) == ["deploymentsGet 200: $.data.deployment.id.dseq: 7 is not of type 'string'"]


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (refusal(reason="something_else"), {"status": 404}),
        (refusal(status=400), {"status": 404}),
        (refusal(more=1), {"status": 404}),
        (refusal(status=418), {"status": 418}),
        (refusal(), {"status": 404, "headers": HEADERS}),
        (refusal(), {"status": 404, "headers": {**PROBLEM, "retry-after": "1"}}),
        (refusal(), {"status": 404, "headers": {"content-type": "application/problem+json"}}),
        ("", {"status": 404}),
    ],
)
def test_an_undocumented_refusal_is_seen(body: Any, changes: dict[str, Any]) -> None:
    assert len(got(body, **{"headers": PROBLEM, **changes})) == 1


def test_a_path_that_is_served_and_not_in_the_document_is_seen() -> None:
    assert got({}, target="/v1/nothing") == ["GET None is not in the document"]
    assert got(refusal(), target="/v1/nothing", status=404) == []


def test_a_request_that_was_served_and_is_none_of_the_document_is_seen() -> None:
    body = example("/v1/deployments", "post", 201)
    sent: dict[str, Any] = {"data": {"sdl": 5}}

    found = got(body, method="POST", target="/v1/deployments", status=201, sent=sent)

    assert found == ["deploymentsCreate 201: served: $.data.sdl: 5 is not of type 'string'"]
    assert got({"data": []}, target="/v1/bids") == ["bidsList 200: served without dseq"]
