"""Tokens for users: asked of the signer each time, and its refusals as they are."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from slipway.adapters.user_tokens import LambdaUserTokens
from slipway.domain.errors import PolicyRefused, SignerUnavailable, SlipwayError, to_wire
from slipway.domain.ids import UserId

from tests.unit.adapters.lambdas import FakeLambda

ALICE = UserId("alice")
FULL = {"access": "full"}


def minting(*answers: Any) -> tuple[FakeLambda, LambdaUserTokens]:
    service = FakeLambda(*answers)
    return service, LambdaUserTokens(service.client, "mint", request_id=lambda: "request-1")


def test_a_token_is_asked_for_with_its_rights_and_its_time() -> None:
    service, tokens = minting({"token": "one", "expires_at": 90}, {"token": "two", "expires_at": 90})

    assert [tokens.mint(ALICE, FULL, 60) for _ in range(2)] == ["one", "two"]
    assert service.events[0] == {"request_id": "request-1", "user_id": "alice", "leases": FULL, "ttl": 60}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"error": to_wire(PolicyRefused(rule="token_ttl", what="ttl"))}, PolicyRefused),
        ({"token": 5}, SignerUnavailable),
        (ReadTimeoutError(endpoint_url="x"), SignerUnavailable),
    ],
)
def test_no_token_is_an_error(answer: Any, error: type[SlipwayError]) -> None:
    with pytest.raises(error):
        minting(answer)[1].mint(ALICE, FULL, 60)
