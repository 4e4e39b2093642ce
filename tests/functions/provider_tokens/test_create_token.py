"""POST /v1/create-jwt-token: AEP-64's forms and no other, for a bounded time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from slipway.domain.errors import SignerUnavailable
from slipway.domain.token_rights import MAX_TTL_SECONDS

from tests.fakes.world import CHEAP

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api

FULL = {"access": "full"}
GRANULAR = {
    "access": "granular",
    "permissions": [
        {
            "provider": CHEAP,
            "access": "granular",
            "deployments": [{"dseq": 1795362590982, "scope": ["shell"], "gseq": 1, "services": ["web"]}],
        }
    ],
}


def create(api: Api, leases: Any = FULL, ttl: Any = 60, **parts: Any) -> Answer:
    body = {"data": {"ttl": ttl, "leases": leases}}
    return api.call("provider_tokens.create", "POST", "/v1/create-jwt-token", body=body, **parts)


@pytest.mark.parametrize("leases", [FULL, {"access": "scoped", "scope": ["logs", "attestation"]}, GRANULAR])
def test_a_token_is_minted_for_the_rights_asked_for(api: Api, leases: Any) -> None:
    answer = create(api, leases, 90)

    assert answer.status == 201
    assert json.loads(answer.body["data"]["token"]) == [1, "alice", leases, 90]


def test_what_else_is_asked_for_changes_nothing(api: Api) -> None:
    body = {"data": {"ttl": 60, "leases": FULL, "iss": "x", "version": "v2"}}

    answer = api.call("provider_tokens.create", "POST", "/v1/create-jwt-token", body=body)

    assert json.loads(answer.body["data"]["token"]) == [1, "alice", FULL, 60]


def test_faults_of_the_rights_are_told_together(api: Api) -> None:
    answer = create(api, {"access": "scoped"})

    assert (answer.status, answer.body["reason"]) == (400, "token_rights_invalid")
    assert answer.body["message"] == (
        '"access" at "/leases" must be full..\n'
        'Missing required field: "scope" at "/leases"..\n'
        'Missing required field: "permissions" at "/leases"..\n'
        '"access" at "/leases" must be granular.'
    )
    assert api.world.user_tokens.minted == 0


@pytest.mark.parametrize(
    ("ttl", "message"),
    [
        (0, "Number must be greater than 0"),
        (-5, "Number must be greater than 0"),
        (1.5, "Expected integer, received float"),
        ("60", "Expected number, received string"),
        (MAX_TTL_SECONDS + 1, "Number must be less than or equal to 86400"),
        (1e300, "Number must be less than or equal to 86400"),
    ],
)
def test_a_token_lives_for_some_seconds_and_a_day_at_most(api: Api, ttl: Any, message: str) -> None:
    [issue] = create(api, ttl=ttl).body["data"]

    assert (issue["path"], issue["message"]) == (["data", "ttl"], message)
    assert create(api, ttl=MAX_TTL_SECONDS).status == 201


@pytest.mark.parametrize(("leases", "received"), [(None, "null"), ([], "array"), ("full", "string")])
def test_rights_are_an_object(api: Api, leases: Any, received: str) -> None:
    [issue] = create(api, leases).body["data"]

    assert issue["message"] == f"Expected object, received {received}"


def test_a_user_without_a_wallet_gets_none(api: Api) -> None:
    answer = create(api, user="nobody")

    assert (answer.status, answer.body["message"]) == (400, "User does not have a wallet")


def test_a_token_is_kept_nowhere(api: Api) -> None:
    """A repeat gets another token, not the first one from a table."""
    answers = [create(api, key="once") for _ in range(2)]

    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body != answers[1].body


def test_a_signer_that_is_away_is_a_503(api: Api) -> None:
    api.world.user_tokens.refuses = SignerUnavailable()

    answer = create(api)

    assert answer.status == 503
    assert answer.headers["retry-after"]


def test_a_key_needs_the_right_to_mint(api: Api) -> None:
    assert create(api, scopes="deployments:write").status == 403
    assert create(api, user=None).status == 401
