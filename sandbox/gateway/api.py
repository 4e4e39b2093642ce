"""The REST API that a template declares: routes, authorizers, gateway responses, binary media types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.aws.intrinsics import Made, Stack
from sandbox.aws.template import API, FUNCTION

NO_AUTHORIZER: Final = "NONE"
"""SAM's word for an event that is open though the API has a default authorizer."""
API_ID: Final = "sandbox"


@dataclass(frozen=True)
class Authorizer:
    """A REQUEST authorizer. A request without one of the headers or query strings is refused unasked."""

    function: str
    headers: tuple[str, ...] = ()
    query_strings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """One method on one path (`/v1/things/{id}`, `{rest+}` for the remainder) and the function behind it."""

    method: str
    path: str
    function: str
    authorizer: Authorizer | None = None

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(self.path.strip("/").split("/"))


@dataclass(frozen=True)
class GatewayResponse:
    """What the template says of one kind of refusal. Unset parts keep API Gateway's defaults."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Api:
    """One AWS::Serverless::Api as deployed."""

    routes: tuple[Route, ...]
    stage: str = "sandbox"
    region: str = "us-east-1"
    account_id: str = "123456789012"
    binary_types: tuple[str, ...] = ()
    responses: Mapping[str, GatewayResponse] = field(default_factory=dict)

    @property
    def execution_arn(self) -> str:
        """What method ARNs start with."""
        return f"arn:aws:execute-api:{self.region}:{self.account_id}:{API_ID}/{self.stage}"


def declare(stack: Stack) -> None:
    """Give each API its id, before any declaration that may refer to it is resolved."""
    for logical_id, _ in stack.template.of_type(API):
        stack.made[logical_id] = Made(ref=API_ID, attributes={"RestApiId": API_ID, "RootResourceId": "root"})


def api_of(stack: Stack) -> Api:
    """The stack's one API, with every function's events on it."""
    apis = [resource for _, resource in stack.template.of_type(API) if stack.is_wanted(resource)]
    if len(apis) != 1:
        raise ValueError(
            f"the sandbox runs templates with one AWS::Serverless::Api, this one has {len(apis)}"
        )
    settings = stack.resolve(apis[0]["Properties"])
    return Api(
        routes=tuple(_routes(stack, settings.get("Auth", {}))),
        stage=str(settings["StageName"]),
        region=stack.region,
        account_id=stack.account_id,
        binary_types=tuple(kind.replace("~1", "/") for kind in settings.get("BinaryMediaTypes", ())),
        responses={kind: _response(item) for kind, item in settings.get("GatewayResponses", {}).items()},
    )


def _routes(stack: Stack, auth: Mapping[str, Any]) -> Iterator[Route]:
    authorizers = {name: _authorizer(item) for name, item in auth.get("Authorizers", {}).items()}
    for logical_id, resource in stack.template.of_type(FUNCTION):
        events = resource["Properties"].get("Events", {}).values() if stack.is_wanted(resource) else ()
        for event in events:
            if event["Type"] != "Api":
                continue
            settings = stack.resolve(event["Properties"])
            chosen = settings.get("Auth", {}).get("Authorizer", auth.get("DefaultAuthorizer", NO_AUTHORIZER))
            yield Route(
                method=settings["Method"].upper(),
                path=settings["Path"],
                function=stack.ref(logical_id),
                authorizer=None if chosen == NO_AUTHORIZER else authorizers[chosen],
            )


def _authorizer(settings: Mapping[str, Any]) -> Authorizer:
    if settings.get("FunctionPayloadType", "TOKEN") != "REQUEST":
        raise ValueError("the sandbox runs REQUEST authorizers only")
    identity = settings.get("Identity", {})
    return Authorizer(
        function=settings["FunctionArn"].split(":function:")[-1],
        headers=tuple(identity.get("Headers", ())),
        query_strings=tuple(identity.get("QueryStrings", ())),
    )


def _response(settings: Mapping[str, Any]) -> GatewayResponse:
    status = settings.get("StatusCode")
    return GatewayResponse(
        status=None if status is None else int(status),
        headers=settings.get("ResponseParameters", {}).get("Headers", {}),
        templates=settings.get("ResponseTemplates", {}),
    )
