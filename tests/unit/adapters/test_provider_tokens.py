"""Tokens are asked for once and kept while they are good."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from slipway.adapters import provider_tokens
from slipway.adapters.provider_tokens import LambdaTokens
from slipway.domain.errors import SignerUnavailable, SlipwayError, WalletNotOnChain, to_wire
from slipway.domain.ids import Address, UserId

from tests.unit.adapters.lambdas import FakeLambda

ALICE, BOB = UserId("alice"), UserId("bob")
ONE, TWO = Address("akash1one"), Address("akash1two")


class Minting:
    """Tokens that are good for a minute; `now` is the clock of both sides."""

    def __init__(self, *answers: Any) -> None:
        self.now = 1000.0
        minted = [{"token": f"token-{number}", "expires_at": 1060} for number in range(1, 9)]
        self.service = FakeLambda(*(answers or minted))
        self.tokens = LambdaTokens(
            self.service.client, "mint", request_id=lambda: "request-1", now=lambda: self.now
        )


def test_a_token_is_for_one_user_one_provider_and_one_scope() -> None:
    minting = Minting()

    wanted = [(ALICE, ONE, "status"), (ALICE, ONE, "logs"), (ALICE, TWO, "status"), (BOB, ONE, "status")]
    assert len({minting.tokens.token(*each) for each in wanted}) == 4
    assert minting.service.events[0] == {
        "request_id": "request-1",
        "user_id": "alice",
        "provider": "akash1one",
        "scope": "status",
    }


def test_a_token_is_kept_while_a_call_fits_into_it() -> None:
    minting = Minting()
    first = minting.tokens.token(ALICE, ONE, "status")

    minting.now = 1060 - provider_tokens.MIN_REMAINING_SECONDS
    kept = minting.tokens.token(ALICE, ONE, "status")
    minting.now += 1
    new = minting.tokens.token(ALICE, ONE, "status")

    assert kept == first
    assert new != first


def test_no_more_tokens_are_kept_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_tokens, "MAX_KEPT", 1)
    minting = Minting()

    for provider in (ONE, TWO, ONE):
        minting.tokens.token(ALICE, provider, "status")

    assert len(minting.service.events) == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"error": to_wire(WalletNotOnChain())}, WalletNotOnChain),
        ({"token": 5}, SignerUnavailable),
        ({}, SignerUnavailable),
        (ReadTimeoutError(endpoint_url="x"), SignerUnavailable),
    ],
)
def test_no_token_is_an_error_and_nothing_is_kept(answer: Any, error: type[SlipwayError]) -> None:
    minting = Minting(answer)

    for _ in range(2):
        with pytest.raises(error):
            minting.tokens.token(ALICE, ONE, "status")
    assert len(minting.service.events) == 2
