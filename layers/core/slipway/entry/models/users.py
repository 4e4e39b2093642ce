"""Body of GET /v1/user/me (console-api.md §1.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from slipway.entry.models.base import Model
from slipway.entry.models.times import written

if TYPE_CHECKING:
    from slipway.services.users import Me


class UserWalletsOut(Model):
    """There are no trials here."""

    is_trialing: bool = Field(default=False, serialization_alias="isTrialing")


class MeData(Model):
    """`userId` is the sign-in's name of the user, which here is `id`. What nobody ever told is null.

    `userWallets` is null and `trial` true as long as there is no wallet, as with the reference.
    """

    id: str
    user_id: str = Field(serialization_alias="userId")
    username: str
    email: str | None
    email_verified: bool = Field(serialization_alias="emailVerified")
    stripe_customer_id: None = Field(default=None, serialization_alias="stripeCustomerId")
    bio: None = None
    subscribed_to_newsletter: bool = Field(default=False, serialization_alias="subscribedToNewsletter")
    youtube_username: None = Field(default=None, serialization_alias="youtubeUsername")
    twitter_username: None = Field(default=None, serialization_alias="twitterUsername")
    github_username: None = Field(default=None, serialization_alias="githubUsername")
    last_active_at: str = Field(serialization_alias="lastActiveAt")
    last_ip: None = Field(default=None, serialization_alias="lastIp")
    last_user_agent: None = Field(default=None, serialization_alias="lastUserAgent")
    last_fingerprint: None = Field(default=None, serialization_alias="lastFingerprint")
    onboarding_skipped_at: None = Field(default=None, serialization_alias="onboardingSkippedAt")
    created_at: str = Field(serialization_alias="createdAt")
    user_wallets: UserWalletsOut | None = Field(serialization_alias="userWallets")
    trial: bool


class MeOut(Model):
    data: MeData

    @classmethod
    def of(cls, me: Me) -> MeOut:
        user, profile = me.user, me.user.profile
        return cls(
            data=MeData(
                id=user.id,
                user_id=user.id,
                username=user.username,
                email=profile.email if profile else None,
                email_verified=profile is not None and profile.email_verified,
                last_active_at=written(user.last_active_at),
                created_at=written(user.created_at),
                user_wallets=UserWalletsOut() if me.has_wallet else None,
                trial=not me.has_wallet,
            )
        )
