"""What an operation may refuse with: the gateway's answers, the decorator's, and those of its use case."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from slipway.domain import errors
from slipway.entry import bodies
from slipway.entry.problems import INTERNAL, INVALID, OTHERWISE, PROBLEMS
from slipway.entry.repeats import CHANGING, KEY_INVALID

from sandbox.aws.template import API

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from slipway.domain.errors import SlipwayError
    from slipway.entry.endpoint import Declaration
    from slipway.entry.problems import Problem

    from sandbox.aws.template import Template
    from tools.openapi.endpoints import Operation

NOT_OF_A_ROUTE: Final = frozenset(
    {"MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "RESOURCE_NOT_FOUND", "UNSUPPORTED_MEDIA_TYPE"}
)
"""What the gateway answers only where there is no such route, or no proxy behind it."""
OF_A_BODY: Final = "REQUEST_TOO_LARGE"


@dataclass(frozen=True, order=True)
class Refusal:
    """One reason, with what it means. `comes_back`: its answer says when to ask again; `is_kept`: a repeat
    with the same Idempotency-Key gets it again."""

    status: int
    reason: str
    title: str
    comes_back: bool = False
    is_kept: bool = False


def by_status(operation: Operation, stack: Template) -> dict[int, list[Refusal]]:
    """Every refusal of an operation, each reason once."""
    found: dict[int, dict[str, Refusal]] = defaultdict(dict)
    for each in (*of_the_use_case(operation), *of_the_edge(operation), *of_the_gateway(stack)):
        if each.status == bodies.TOO_LARGE.status and not _may_carry_a_body(operation):
            continue
        found[each.status].setdefault(each.reason, each)
    return {status: sorted(found[status].values()) for status in sorted(found)}


def of_the_gateway(stack: Template) -> Iterator[Refusal]:
    """The template's GatewayResponses, as far as they answer on a route that exists."""
    [(_, api)] = stack.of_type(API)
    for name, response in api["Properties"]["GatewayResponses"].items():
        if name in NOT_OF_A_ROUTE:
            continue
        problem = json.loads(response["ResponseTemplates"]["application/json"])
        headers = response["ResponseParameters"]["Headers"]
        yield Refusal(response["StatusCode"], problem["reason"], problem["title"], "retry-after" in headers)


def of_the_edge(operation: Operation) -> Iterator[Refusal]:
    """What `endpoint` refuses before the use case runs."""
    yield from _of_the_request(operation)
    if _asks_who(operation.declared):
        yield from _of_errors((errors.CredentialsRefused, errors.ScopeMissing, errors.StoreUnavailable))
    if takes_key(operation):
        yield from _of_errors((errors.IdempotencyKeyReused, errors.IdempotentRequestRunning))
    yield _refusal(INTERNAL, INTERNAL.reason)


def _of_the_request(operation: Operation) -> Iterator[Refusal]:
    declared = operation.declared
    yield from _of_errors((errors.AmbiguousCredentials,))
    if _may_carry_a_body(operation):
        yield _refusal(bodies.TOO_LARGE, bodies.TOO_LARGE.reason)
        yield _refusal(KEY_INVALID, KEY_INVALID.reason)
    if declared.body is not None:
        for each in (bodies.CONTENT_TYPE_MISSING, bodies.CONTENT_TYPE_UNSUPPORTED, bodies.MALFORMED):
            yield _refusal(each, each.reason)
    if declared.body is not None or declared.query is not None or declared.path is not None:
        yield _refusal(INVALID, INVALID.reason)


def of_the_use_case(operation: Operation) -> Iterator[Refusal]:
    for kind in operation.declared.refuses:
        for problem in _problems(kind):
            found = _refusal(problem, kind.code)
            yield replace(found, is_kept=problem.is_definite and takes_key(operation))


def takes_key(operation: Operation) -> bool:
    """Whether an Idempotency-Key means anything to it."""
    return operation.method.upper() in CHANGING and operation.declared.scope is not None


def _may_carry_a_body(operation: Operation) -> bool:
    return operation.method.upper() in CHANGING


def _asks_who(declared: Declaration) -> bool:
    return declared.scope is not None or declared.own_scope is not None


def _of_errors(kinds: Iterable[type[SlipwayError]]) -> Iterator[Refusal]:
    yield from (_refusal(problem, kind.code) for kind in kinds for problem in _problems(kind))


def _problems(kind: type[SlipwayError]) -> list[Problem]:
    """All that an error may be in HTTP."""
    return [table[kind] for table in (PROBLEMS, OTHERWISE) if kind in table]


def _refusal(problem: Problem, reason: str) -> Refusal:
    return Refusal(problem.status, reason, problem.title, problem.retry_after is not None)


def told(refusals: Iterable[Refusal]) -> str:
    """The reasons of one status as Markdown."""
    return "\n".join(f"- `{each.reason}`: {each.title}" for each in refusals)


def narrowed(refusals: Iterable[Refusal], problem: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a problem with one of these reasons."""
    listed = list(refusals)
    fixed = {
        "status": {"const": listed[0].status},
        "reason": {"enum": [each.reason for each in listed]},
    }
    return {"allOf": [dict(problem), {"properties": fixed}]}
