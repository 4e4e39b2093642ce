"""The decorator that makes a function of one request into a Lambda handler behind API Gateway.

The order of the checks is the reference's, where clients can see it: content type, two credentials at once,
size, query, path, body, then no credential, scopes. Then the Idempotency-Key, then the use case.
"""

from __future__ import annotations

import functools
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Generic

from typing_extensions import TypeVar

from slipway.domain.idempotency import Answer
from slipway.domain.ids import IntentId, KeyId, UserId
from slipway.entry import bodies, proxy, wiring
from slipway.entry.files import File
from slipway.entry.observability import Stopwatch, begin, caused_by, event, fault
from slipway.entry.problems import INTERNAL, problem_of
from slipway.entry.repeats import Repeats, idempotency_key
from slipway.entry.validation import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext
    from pydantic import BaseModel

    from slipway.domain.api_key import Scope
    from slipway.domain.errors import SlipwayError
    from slipway.domain.user import Profile
    from slipway.services.idempotency import IdempotencyStore

    LambdaHandler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]
    Told = BaseModel | File | None

BodyT = TypeVar("BodyT", default=None)
QueryT = TypeVar("QueryT", default=None)
PathT = TypeVar("PathT", default=None)

_INTENTS: Final = uuid.UUID("6a1c4a8e-4d3e-4f0b-9c55-0f6f2b1d7e21")
"""The namespace of intent ids (any constant would do; changing it changes nothing that is stored)."""

_DECLARED: Final = "declaration"


@dataclass(frozen=True, slots=True)
class Request(Generic[BodyT, QueryT, PathT]):
    """`Request[BodyModel, QueryModel, PathModel]`; what is not declared is None.

    `scopes` are spelt out, never `*`. `intent` is the same for every repeat with the same Idempotency-Key,
    and new for every request without one. `key_id` is empty for a user who signed in, and `profile` is what
    the sign-in then told. `route` is the path as declared, for functions that serve several, and `target` as
    the client wrote it. On public
    endpoints `user` is empty for a caller without credentials; what is private on them takes `own_scope`.
    """

    user: UserId
    key_id: KeyId
    scopes: frozenset[str]
    body: BodyT
    query: QueryT
    path: PathT
    intent: IntentId
    request_id: str
    route: str
    target: str
    profile: Profile | None = None
    own_scope: Scope | None = None

    def own(self) -> UserId:
        """The user, for the part of a public endpoint that is not.

        Raises CredentialsRefused, ScopeMissing.
        """
        if self.own_scope is None:
            raise ValueError("the endpoint declares no own_scope")
        proxy.Caller(self.user, self.key_id, self.scopes).must_hold(self.own_scope)
        return self.user


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an endpoint declares of itself; the OpenAPI document is made of it (tools/openapi)."""

    scope: Scope | None
    own_scope: Scope | None
    body: type[Any] | None
    query: type[Any] | None
    path: type[Any] | None
    status: int
    failure: str | None
    holds_secret: bool
    refuses: tuple[type[SlipwayError], ...]
    media_types: tuple[str, ...]
    idempotency: Callable[[], IdempotencyStore]
    now: Callable[[], datetime]


def declaration_of(handler: object) -> Declaration | None:
    """None for a handler that is no endpoint."""
    found = getattr(handler, _DECLARED, None)
    return found if isinstance(found, Declaration) else None


_REPLAYED: Final = {"idempotent-replayed": "true"}


def _utc_now() -> datetime:
    return datetime.now(UTC)


def endpoint(
    *,
    scope: Scope | None,
    body: type[BodyT] | None = None,
    query: type[QueryT] | None = None,
    path: type[PathT] | None = None,
    status: int = 200,
    failure: str | None = None,
    holds_secret: bool = False,
    own_scope: Scope | None = None,
    refuses: tuple[type[SlipwayError], ...] = (),
    media_types: tuple[str, ...] = ("application/json",),
    idempotency: Callable[[], IdempotencyStore] = wiring.idempotency,
    now: Callable[[], datetime] = _utc_now,
) -> Callable[[Callable[[Request[BodyT, QueryT, PathT]], Told]], LambdaHandler]:
    """Decorate `handler(request) -> Model | File | None`; None is 204. An endpoint without a scope is public.

    `failure` is put before refusals of the chain ("Failed to create deployment"). One that `holds_secret`
    is never stored: a repeat runs again with the same intent, and the use case refuses what is done already.
    `refuses` are the errors of the use case, `media_types` those of its files: both are for the document.
    """
    route = Declaration(
        scope=scope,
        own_scope=own_scope,
        body=body,
        query=query,
        path=path,
        status=status,
        failure=failure,
        holds_secret=holds_secret,
        refuses=refuses,
        media_types=media_types,
        idempotency=idempotency,
        now=now,
    )

    def decorate(use: Callable[[Request[BodyT, QueryT, PathT]], Told]) -> LambdaHandler:
        @functools.wraps(use)
        def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
            return _serve(route, use, proxy.read(raw), context)

        vars(handler)[_DECLARED] = route
        return handler

    return decorate


def _serve(
    route: Declaration, use: Callable[[Any], Told], call: proxy.Call, context: LambdaContext
) -> dict[str, Any]:
    begin(call.request_id, key_id=call.key_id)
    watch = Stopwatch()
    try:
        answer, headers = _answer(route, use, call, context)
    except Exception as error:
        return _refused(route, call, error, watch)
    event(
        "REQUEST_SERVED" if answer.status < 400 else "REQUEST_REFUSED",
        **call.logged(),
        status=answer.status,
        milliseconds=watch.milliseconds(),
        replayed=headers is _REPLAYED,
    )
    return proxy.answer(answer.status, answer.body, call.request_id, headers)


def _refused(route: Declaration, call: proxy.Call, error: Exception, watch: Stopwatch) -> dict[str, Any]:
    problem = problem_of(error, failure=route.failure)
    fields = {
        **call.logged(),
        "status": problem.status,
        "reason": problem.reason,
        "milliseconds": watch.milliseconds(),
        **caused_by(error),
    }
    if problem is INTERNAL:
        fault("REQUEST_FAILED", error, **fields)
    else:
        event("REQUEST_REFUSED", **fields)
    body = proxy.dumps(problem.body(call.request_id))
    return proxy.answer(problem.status, body, call.request_id, problem.headers())


def _answer(
    route: Declaration, use: Callable[[Any], Told], call: proxy.Call, context: LambdaContext
) -> tuple[Answer, Mapping[str, str]]:
    """The answer, and what its headers say beside what all headers say."""
    request = _request(route, call)
    key = idempotency_key(call)
    if key is None or route.scope is None:
        found = use(request)
        if isinstance(found, File) and route.scope is None:
            return found.answer(call.headers)
        return _told(route, found), {}
    repeats = Repeats(route.idempotency(), route.now, failure=route.failure)
    seconds = context.get_remaining_time_in_millis() / 1000
    record = repeats.begin(call, key, intent=request.intent, user=request.user, seconds=seconds)
    if record.answer is not None:
        return record.answer, _REPLAYED
    with repeats.attempt(record, call.request_id, next_intent=_intent(request.user, f"{call.request_id}+")):
        answer = _told(route, use(replace(request, intent=record.intent)))
        repeats.finish(record, None if route.holds_secret else answer)
    return answer, {}


def _told(route: Declaration, found: Told) -> Answer:
    if isinstance(found, File):
        raise TypeError("a file is the same for everybody: its endpoint has no scope")
    return Answer(204, "") if found is None else Answer(route.status, found.model_dump_json())


def _request(route: Declaration, call: proxy.Call) -> Request[Any, Any, Any]:
    if route.body is not None:
        bodies.check_content_type(call.headers)
    caller = call.caller()
    bodies.check_size(call.body)
    query = validate(route.query, _single(call.query)) if route.query else None
    path = validate(route.path, call.path) if route.path else None
    body = validate(route.body, bodies.parse(call.body)) if route.body else None
    if route.scope is not None:
        caller.must_hold(route.scope)
    return Request(
        user=caller.user,
        key_id=caller.key_id,
        scopes=caller.scopes,
        body=body,
        query=query,
        path=path,
        intent=_intent(caller.user, call.request_id),
        request_id=call.request_id,
        route=call.route,
        target=call.target,
        profile=caller.profile,
        own_scope=route.own_scope,
    )


def _single(query: dict[str, list[str]]) -> dict[str, str | list[str]]:
    """A parameter that came twice stays a list, which no field takes."""
    return {name: values[0] if len(values) == 1 else values for name, values in query.items()}


def _intent(user: UserId, word: str) -> IntentId:
    return IntentId(str(uuid.uuid5(_INTENTS, f"{user}/{word}")))
