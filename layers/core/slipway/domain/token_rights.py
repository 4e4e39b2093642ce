"""What a provider token may open (AEP-64's `leases`), in the forms and the words of the reference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from slipway.domain.ids import MAX_DSEQ
from slipway.domain.token_schema import Constant, Fields, Items, OneOf, OneText, Text, Whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Json = Mapping[str, Any]

SCOPES: Final = (
    "send-manifest",
    "get-manifest",
    "logs",
    "shell",
    "events",
    "status",
    "restart",
    "hostname-migrate",
    "ip-migrate",
    "attestation",
)

MAX_TTL_SECONDS: Final = 24 * 60 * 60
"""A token cannot be taken back, and a `full` one opens everything its owner runs. A day is long enough to
follow a log; the reference signs tokens for thirty thousand years."""

MAX_BYTES: Final = 6 * 1024
"""Of the rights as JSON. As base64 it grows by a third, and proxies often take no header above 8 KB."""

_MAX_SEQUENCE: Final = 2**32 - 1
_SCOPE: Final = Items(OneText(SCOPES), unique=True)
_PROVIDER: Final = Text("akash1[a-z0-9]{38}")
_DEPLOYMENT: Final = Fields(
    {
        "scope": _SCOPE,
        "services": Items(Text(), unique=True),
        "dseq": Whole(1, MAX_DSEQ),
        "gseq": Whole(0, _MAX_SEQUENCE),
        "oseq": Whole(0, _MAX_SEQUENCE),
    },
    optional=frozenset({"gseq", "oseq"}),
)
_PERMISSION: Final = OneOf(
    (
        Fields({"provider": _PROVIDER, "access": Constant("full")}),
        Fields({"provider": _PROVIDER, "access": Constant("scoped"), "scope": _SCOPE}),
        Fields({"provider": _PROVIDER, "access": Constant("granular"), "deployments": Items(_DEPLOYMENT)}),
    )
)
_LEASES: Final = OneOf(
    (
        Fields({"access": Constant("full")}),
        Fields({"access": Constant("scoped"), "scope": _SCOPE}),
        Fields({"access": Constant("granular"), "permissions": Items(_PERMISSION)}),
    )
)


def schema() -> dict[str, Any]:
    """The forms as JSON Schema."""
    return _LEASES.json()


def faults(leases: Json) -> list[str]:
    """What is wrong with the rights that a user asks for, one text each; none where they are sound."""
    if len(json.dumps(leases, default=str)) > MAX_BYTES:
        return [f'"leases" must have at most {MAX_BYTES} characters']
    return [*_LEASES.faults(leases, "/leases"), *_beyond_the_schema(leases)]


def _beyond_the_schema(leases: Json) -> Iterator[str]:
    """What one field means for another. The reference tells this beside the schema's faults."""
    permissions = leases.get("permissions")
    if leases.get("access") == "full" and permissions:
        yield "Permissions not allowed for full access"
    if leases.get("access") != "granular":
        return
    if permissions is None:
        yield "Missing required field: permissions"
    listed = [each for each in permissions if isinstance(each, dict)] if isinstance(permissions, list) else []
    providers = [each.get("provider") for each in listed]
    if any(provider in providers[:index] for index, provider in enumerate(providers)):
        yield "Duplicate provider in permissions"
    for each in listed:
        yield from _of_permission(each)


def _of_permission(permission: Json) -> Iterator[str]:
    access, scope, deployments = (permission.get(name) for name in ("access", "scope", "deployments"))
    if access == "scoped":
        if not scope and scope != []:
            yield "Missing required field: scope for scoped access"
        elif deployments is not None:
            yield "Deployments not allowed for scoped access"
    if access == "granular":
        if deployments is None:
            yield "Missing required field: deployments for granular access"
        elif scope is not None:
            yield "Scope not allowed for granular access"
    for deployment in deployments if isinstance(deployments, list) else []:
        if isinstance(deployment, dict):
            yield from _of_deployment(deployment)


def _of_deployment(deployment: Json) -> Iterator[str]:
    dseq, gseq, oseq = (deployment.get(name) for name in ("dseq", "gseq", "oseq"))
    services = deployment.get("services")
    if gseq and not dseq:
        yield "gseq requires dseq"
    if oseq and not (dseq and gseq):
        yield "oseq requires dseq and gseq"
    if dseq and services is None:
        yield "services required when dseq is present"
    if services is not None and not dseq:
        yield "services requires dseq"
