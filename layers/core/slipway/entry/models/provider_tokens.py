"""Body of POST /v1/create-jwt-token (console-api.md §1.9)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from slipway.domain.token_rights import MAX_TTL_SECONDS, schema
from slipway.entry.models.base import IntegerField, Model


class TokenData(Model):
    """`ttl` in seconds. `leases` is one of AEP-64's forms; its faults are told in a text of their own."""

    ttl: Annotated[IntegerField, Field(gt=0, le=MAX_TTL_SECONDS, description="Seconds.")]
    leases: Annotated[dict[str, Any], WithJsonSchema(schema())] = Field(
        description="What the token opens: everything, some scopes everywhere, or what you list."
    )


class TokenIn(Model):
    data: TokenData


class TokenOutData(Model):
    token: str


class TokenOut(Model):
    data: TokenOutData

    @classmethod
    def of(cls, token: str) -> TokenOut:
        return cls(data=TokenOutData(token=token))
