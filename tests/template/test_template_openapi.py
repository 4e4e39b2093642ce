"""The committed OpenAPI document against the template and the handlers, and by an independent validator."""

from __future__ import annotations

import importlib
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from slipway.domain import errors
from slipway.entry.endpoint import declaration_of
from slipway.entry.problems import PROBLEMS

from tests.documented import PLACE, document
from tests.template.declared import HTTP_FUNCTIONS, ROOT, function, functions
from tools.openapi.document import text
from tools.openapi.texts import TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

METHODS = {"get", "head", "post", "put", "patch", "delete"}
NOT_TOLD = {
    errors.CreditMoved,
    errors.GrantRefused,
    errors.InternalFault,
    errors.MintRefused,
    errors.WalletNotOnChain,
}
"""Told as `internal`; or seen by no user: by the operator, or by who shows tokens to providers."""


def operations() -> Iterator[tuple[str, str, Any]]:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def responses() -> Iterator[Any]:
    yield from document()["components"]["responses"].values()
    for _, _, operation in operations():
        yield from (each for each in operation["responses"].values() if "$ref" not in each)


def test_the_committed_document_is_what_the_handlers_and_the_template_make() -> None:
    assert PLACE.read_text(encoding="utf-8") == text(), "run: make openapi"


def test_an_independent_validator_takes_it() -> None:
    assert document()["openapi"] == "3.1.0"
    validate(document())


def test_every_route_has_its_operation_and_no_operation_is_left_over() -> None:
    routes = {(method.lower(), path) for item in functions() for method, path in item.routes}

    assert {(method, path) for method, path, _ in operations()} == routes
    assert {method for method, _ in routes} <= METHODS


@pytest.mark.parametrize("name", sorted(HTTP_FUNCTIONS))
def test_every_function_has_an_operation_with_words_for_people(name: str) -> None:
    for method, path in function(name).routes:
        operation = document()["paths"][path][method.lower()]
        assert operation["operationId"].lower().startswith(name.lower())
        assert operation["summary"][0].isupper()
        assert operation["tags"] == [TAGS[function(name).path.split("/")[0]][0]]


@pytest.mark.parametrize("name", sorted(HTTP_FUNCTIONS))
def test_a_docstring_names_the_paths_of_its_function(name: str) -> None:
    module = importlib.import_module(function(name).path.replace("/", "."))
    first = str(module.__doc__).partition(": ")[0]

    for _, path in function(name).routes:
        assert path in first


@pytest.mark.parametrize("name", sorted(HTTP_FUNCTIONS))
def test_who_may_ask_is_what_the_handler_asks_of_the_authorizers_context(name: str) -> None:
    declared = declaration_of(importlib.import_module(function(name).path.replace("/", ".")).handler)
    assert declared is not None

    for method, path in function(name).routes:
        told = document()["paths"][path][method.lower()]["security"]
        schemes = {scheme: scopes for each in told for scheme, scopes in each.items()}
        scope = declared.scope or declared.own_scope
        assert schemes == ({"ApiKeyAuth": [scope], "BearerAuth": []} if scope else {})
        assert ({} in told or told == []) == (declared.scope is None)


def test_both_credentials_of_the_authorizer_are_described() -> None:
    schemes = document()["components"]["securitySchemes"]

    assert (schemes["ApiKeyAuth"]["in"], schemes["ApiKeyAuth"]["name"]) == ("header", "x-api-key")
    assert (schemes["BearerAuth"]["type"], schemes["BearerAuth"]["scheme"]) == ("http", "bearer")


def test_every_answer_names_its_request_id_and_no_header_that_is_never_sent() -> None:
    for answer in responses():
        assert "x-request-id" in answer["headers"]
        assert not [name for name in answer["headers"] if name.lower().startswith("ratelimit")]


def test_every_error_of_the_catalogue_is_an_answer_of_some_operation() -> None:
    told = {
        (schema["allOf"][1]["properties"]["status"]["const"], reason)
        for answer in responses()
        for media, content in answer.get("content", {}).items()
        if media == "application/problem+json"
        for schema in [content["schema"]]
        for reason in schema["allOf"][1]["properties"]["reason"]["enum"]
    }
    known = {(problem.status, kind.code): kind for kind, problem in PROBLEMS.items() if kind not in NOT_TOLD}

    assert [kind.__name__ for key, kind in known.items() if key not in told] == []


def test_examples_fit_their_own_schemas() -> None:
    checked = 0
    for _, path, operation in operations():
        asked = operation.get("requestBody", {}).get("content", {})
        answered = [each.get("content", {}) for each in operation["responses"].values()]
        for content in [*asked.values(), *(media for each in answered for media in each.values())]:
            if "example" in content:
                _must_fit(content["example"], content["schema"], path)
                checked += 1

    assert checked >= len([each for _, _, each in operations() if "requestBody" in each]) + 5


@pytest.mark.parametrize("path", ["/v1/deployments", "/v1/leases", "/v1/deposit-deployment"])
def test_the_main_path_shows_a_request_and_its_answer(path: str) -> None:
    operation = document()["paths"][path]["post"]
    status = min(operation["responses"])

    assert operation["requestBody"]["content"]["application/json"]["example"]
    assert operation["responses"][status]["content"]["application/json"]["example"]["data"]


@pytest.mark.parametrize(("name", "carried"), [("DocumentationOpenapi", True), ("ServiceStatus", False)])
def test_the_function_that_serves_the_document_carries_it_and_no_other(
    tmp_path: Path, name: str, carried: bool
) -> None:
    command = [
        "make",
        "--silent",
        "-C",
        str(ROOT / "functions"),
        f"build-{name}",
        f"ARTIFACTS_DIR={tmp_path}",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 (our own makefile)

    assert (tmp_path / "documentation" / "openapi.json").is_file() == carried
    assert (tmp_path / "documentation" / "openapi.py").is_file()


def _must_fit(value: Any, schema: Any, path: str) -> None:
    components = {"schemas": document()["components"]["schemas"]}
    faults = [
        each.message for each in Draft202012Validator({**schema, "components": components}).iter_errors(value)
    ]
    assert faults == [], path
