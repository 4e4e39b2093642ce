"""GET /v1/user/me: the caller, as the sign-in told and the wallets know."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api

ALICE = str(uuid.UUID(int=1))
SIGNED_IN = {
    "user_id": ALICE,
    "key_id": "",
    "scopes": "*",
    "email": "alice@example.com",
    "email_verified": "true",
}
FIELDS = {
    "id", "userId", "username", "email", "emailVerified", "stripeCustomerId", "bio", "subscribedToNewsletter",
    "youtubeUsername", "twitterUsername", "githubUsername", "lastActiveAt", "lastIp", "lastUserAgent",
    "lastFingerprint", "onboardingSkippedAt", "createdAt", "userWallets", "trial",
}  # fmt: skip


def me(api: Api, **parts: Any) -> Answer:
    return api.call("user.me", "GET", "/v1/user/me", **parts)


def test_an_api_key_tells_an_id_and_nothing_of_the_person(api: Api) -> None:
    data = me(api, user=ALICE).body["data"]

    assert data.keys() == FIELDS
    assert (data["id"], data["userId"], data["username"]) == (ALICE, ALICE, "user-00000000")
    assert (data["email"], data["emailVerified"]) == (None, False)


def test_what_the_sign_in_told_is_known_to_keys_from_then_on(api: Api) -> None:
    signed_in = me(api, authorizer=SIGNED_IN).body["data"]

    data = me(api, user=ALICE).body["data"]

    assert (data["email"], data["emailVerified"], data["username"]) == ("alice@example.com", True, "alice")
    assert data == signed_in


def test_a_chosen_name_is_the_name(api: Api) -> None:
    data = me(api, authorizer={**SIGNED_IN, "username": "al"}).body["data"]

    assert data["username"] == "al"


def test_a_user_is_seen_first_once_and_written_seldom(api: Api) -> None:
    first = me(api, user=ALICE).body["data"]

    second = me(api, user=ALICE).body["data"]

    assert second["createdAt"] == first["createdAt"]
    assert api.world.users.writes == 1


def test_a_user_with_a_wallet_is_on_no_trial(api: Api) -> None:
    with_wallet = me(api, user="alice").body["data"]
    without = me(api, user=ALICE).body["data"]

    assert (with_wallet["userWallets"], with_wallet["trial"]) == ({"isTrialing": False}, False)
    assert (without["userWallets"], without["trial"]) == (None, True)


def test_a_wallet_on_its_way_counts_as_one(api: Api) -> None:
    user = api.world.user("bob", ready=False)

    assert me(api, user=user).body["data"]["userWallets"] == {"isTrialing": False}


def test_nobody_is_not_told(api: Api) -> None:
    assert me(api, user=None).status == 401
    assert me(api, scopes="bids:read").status == 403
