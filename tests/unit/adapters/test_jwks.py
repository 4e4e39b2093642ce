"""Tokens of the sign-in: only its own signatures count, and its keys are fetched seldom."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from slipway.adapters.jwks import ASK_AGAIN_SECONDS, KEPT_SECONDS, JwksTokens
from slipway.domain.errors import CredentialsRefused, InternalFault

OWN, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def key_set(**keys: rsa.RSAPrivateKey) -> bytes:
    found = [
        {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "alg": "RS256"}
        for kid, key in keys.items()
    ]
    return json.dumps({"keys": found}).encode()


class SignIn:
    """A user pool that publishes `published`; `fetches` counts how often it was asked."""

    def __init__(self) -> None:
        self.published, self.fetches, self.now = key_set(one=OWN), 0, 1000.0
        self.tokens = JwksTokens("https://pool.example", fetch=self._fetch, clock=lambda: self.now)

    def _fetch(self, _: str) -> bytes:
        self.fetches += 1
        return self.published


@pytest.fixture
def sign_in() -> SignIn:
    return SignIn()


def signed(key: Any = OWN, kid: str = "one", algorithm: str = "RS256", **claims: Any) -> str:
    return jwt.encode({"sub": "alice", **claims}, key, algorithm=algorithm, headers={"kid": kid})


def test_the_claims_of_a_good_token_are_told(sign_in: SignIn) -> None:
    assert sign_in.tokens.claims(signed(exp=1)) == {"sub": "alice", "exp": 1}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "x" * 10_000,
        signed(OTHER),
        signed(kid="two"),
        signed("a shared secret that is long enough for it", algorithm="HS256"),
        signed(OWN)[:-8] + "AAAAAAAA",
        signed(OWN, algorithm="RS512"),
        jwt.encode({"sub": "alice"}, "", algorithm="none", headers={"kid": "one"}),
    ],
)
def test_any_other_token_is_refused(sign_in: SignIn, token: str) -> None:
    with pytest.raises(CredentialsRefused):
        sign_in.tokens.claims(token)


def test_keys_are_kept_for_an_hour(sign_in: SignIn) -> None:
    for passed in (0.0, KEPT_SECONDS - 1, 1.0):
        sign_in.now += passed
        sign_in.tokens.claims(signed())

    assert sign_in.fetches == 2


def test_a_new_key_is_found_and_invented_ones_make_no_flood(sign_in: SignIn) -> None:
    sign_in.tokens.claims(signed())
    sign_in.published = key_set(two=OTHER)
    for _ in range(5):
        with pytest.raises(CredentialsRefused):
            sign_in.tokens.claims(signed(OTHER, kid="two"))

    sign_in.now += ASK_AGAIN_SECONDS
    assert sign_in.tokens.claims(signed(OTHER, kid="two"))["sub"] == "alice"
    assert sign_in.fetches == 2


@pytest.mark.parametrize("body", [b"", b"[]", b'{"keys": 5}', b"<html>"])
def test_a_sign_in_that_talks_nonsense_is_no_fault_of_the_caller(sign_in: SignIn, body: bytes) -> None:
    sign_in.published = body

    with pytest.raises(InternalFault):
        sign_in.tokens.claims(signed())
