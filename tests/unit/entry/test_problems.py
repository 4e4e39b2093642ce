"""The table of problems is complete and says what the reference says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slipway.domain import errors
from slipway.domain.api_key import ApiKeyHasBudget, ApiKeyRefused
from slipway.entry.problems import INTERNAL, PROBLEMS, problem_of
from slipway.sdl.mistakes import Mistake, SdlInvalid

if TYPE_CHECKING:
    from slipway.entry.problem_bodies import ProblemBody


def body_of(error: Exception) -> ProblemBody:
    return problem_of(error).body("r-1")


def test_every_error_has_its_problem() -> None:
    known = {error for error in errors.catalogue().values() if error.__module__.startswith("slipway.")}

    assert known - set(PROBLEMS) == set()


def test_every_problem_has_a_title_and_a_status_that_the_reference_names() -> None:
    for error, problem in PROBLEMS.items():
        body = problem.body("r-1")
        assert body["title"], error
        assert body["error"], error
        assert body["status"] in range(400, 600), error


def test_only_what_may_pass_is_to_be_asked_again() -> None:
    for error, problem in PROBLEMS.items():
        if problem.status >= 500 and problem is not INTERNAL:
            assert problem.retry_after, error
        assert problem.is_definite == (problem.status < 500 and problem.retry_after is None)


@pytest.mark.parametrize(
    ("error", "status", "name", "code", "kind"),
    [
        (errors.WalletNotFound(), 404, "NotFoundError", "not_found", "client_error"),
        (errors.WalletOpening(), 409, "ConflictError", "wallet_provisioning", "client_error"),
        (errors.CreditTooLow(), 402, "PaymentRequiredError", "unknown_error", "client_error"),
        (errors.DeploymentClosed(), 400, "BadRequestError", "bad_request", "client_error"),
        (ApiKeyRefused(why="unknown"), 401, "UnauthorizedError", "unauthorized", "client_error"),
        (errors.ChainUnavailable(), 503, "ServiceUnavailableError", "service_unavailable", "server_error"),
        (RuntimeError("x"), 500, "InternalServerError", "internal_server_error", "server_error"),
        (
            errors.ManifestInvalid(text="EOF"),
            422,
            "UnprocessableEntityError",
            "unknown_error",
            "client_error",
        ),
    ],
)
def test_the_older_fields_are_the_references(
    error: Exception, status: int, name: str, code: str, kind: str
) -> None:
    body = body_of(error)

    assert (body["status"], body["error"], body["code"], body["type"]) == (status, name, code, kind)


def test_a_problem_carries_our_code_and_the_request() -> None:
    body = body_of(errors.CreditTooLow(needed=2, available=1))

    assert (body["reason"], body["request_id"]) == ("credit_too_low", "r-1")
    assert body["detail"] == body["message"]


def test_a_fault_of_ours_tells_nothing() -> None:
    assert "KMS" not in str(body_of(errors.InternalFault(what="KMS said no")))


def test_facts_of_an_error_stay_inside() -> None:
    body = body_of(errors.TransactionRejected(codespace="sdk", number=13))

    assert "sdk" not in str(body)


@pytest.mark.parametrize(
    ("period", "message"),
    [
        (
            "total",
            "Not enough left of this API key's budget to cover the deposit of 0.6 USD: 0.600001 of 1 USD are "
            "spent. Raise its budget or use another API key to continue.",
        ),
        (
            "day",
            "Not enough left of this API key's budget for today (UTC) to cover the deposit of 0.6 USD: "
            "0.600001 of 1 USD are spent. Raise its budget, use another API key or wait for tomorrow to "
            "continue.",
        ),
    ],
)
def test_a_budget_that_is_used_up_says_of_which_and_how_much(period: str, message: str) -> None:
    error = errors.BudgetExceeded(period=period, limit=1_000_000, spent=600_001, needed=600_000)

    body = body_of(errors.from_wire(errors.to_wire(error)))

    assert (body["status"], body["reason"], body["message"]) == (402, "budget_exceeded", message)
    assert body["budget"] == {"period": period, "limit": 1, "spent": 0.600001, "needed": 0.6}


def test_a_key_that_cannot_change_budgets_says_how_to_mend_it() -> None:
    body = body_of(ApiKeyHasBudget())

    assert (body["status"], body["error"], body["code"]) == (403, "ForbiddenError", "forbidden")
    assert "Sign in or use an API key without a budget to continue" in str(body["message"])


def test_sdl_mistakes_are_one_text_and_a_list_with_places() -> None:
    mistakes = (Mistake("services.web", 3, 5, "image is missing"), Mistake("version", 1, 1, "no", "2.0"))

    body = body_of(SdlInvalid(mistakes=mistakes))

    assert body["message"] == "Invalid SDL: image is missing, no"
    assert body["errors"] == [
        {"path": "services.web", "line": 3, "column": 5, "message": "image is missing"},
        {"path": "version", "line": 1, "column": 1, "message": "no", "hint": "2.0"},
    ]


def test_a_field_that_no_model_could_refuse_looks_like_one_that_a_model_did() -> None:
    body = body_of(errors.FieldInvalid(path="query.cursor", mend="not a cursor of ours"))

    assert (body["message"], body["code"]) == ("Validation error", "validation_error")
    assert body["data"] == [
        {"code": "custom", "message": "not a cursor of ours", "path": ["query", "cursor"]}
    ]
    assert body["reason"] == "field_invalid"


@pytest.mark.parametrize(("refused", "status"), [(True, 422), (False, 503)])
def test_a_provider_that_refused_is_not_asked_again(refused: bool, status: int) -> None:
    lease = {"gseq": 1, "oseq": 1, "provider": "akash1p"}
    outcomes = [{**lease, "manifest_delivered": False, "status": None, "message": "no"}]
    error = errors.ManifestNotDelivered(text="no", refused=refused, outcomes=outcomes)

    problem = problem_of(error)

    assert problem.status == status
    assert problem.is_definite is refused
    assert problem.body("r-1")["leases"] == outcomes
