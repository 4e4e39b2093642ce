"""What a Lambda authorizer's answer means: the IAM policy on the method called, and the context it leaves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

ACTION: Final = "execute-api:Invoke"


class Verdict(Enum):
    ALLOWED = "allowed"
    DENIED = "denied"
    """A statement denies."""
    NOT_ALLOWED = "not allowed"
    """No statement allows."""


@dataclass(frozen=True)
class Decision:
    """The verdict, and `requestContext.authorizer`: every value is text, as API Gateway hands it on."""

    verdict: Verdict
    context: Mapping[str, str]


class MalformedAnswerError(Exception):
    """The authorizer's answer is not one that API Gateway takes (AUTHORIZER_CONFIGURATION_ERROR)."""


def decide(answer: Any, method_arn: str) -> Decision:
    """Read an authorizer's answer for one method. Raises MalformedAnswerError."""
    if not isinstance(answer, Mapping) or not isinstance(answer.get("principalId"), str):
        raise MalformedAnswerError("the answer has no principalId")
    document = answer.get("policyDocument")
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    if isinstance(statements, Mapping):
        statements = [statements]
    if not isinstance(statements, list):
        raise MalformedAnswerError("the answer has no policyDocument with statements")
    context = {"principalId": answer["principalId"], **_context(answer.get("context") or {})}
    return Decision(_verdict(statements, method_arn), context)


def _verdict(statements: list[Any], method_arn: str) -> Verdict:
    effects = [_effect(statement) for statement in statements if _applies(statement, method_arn)]
    if "Deny" in effects:
        return Verdict.DENIED
    return Verdict.ALLOWED if "Allow" in effects else Verdict.NOT_ALLOWED


def _effect(statement: Mapping[str, Any]) -> str:
    effect = statement.get("Effect")
    if effect not in {"Allow", "Deny"}:
        raise MalformedAnswerError(f"a statement's Effect is {effect!r}")
    return str(effect)


def _applies(statement: Any, method_arn: str) -> bool:
    if not isinstance(statement, Mapping) or "Action" not in statement or "Resource" not in statement:
        raise MalformedAnswerError("a statement lacks Action or Resource")
    if "Condition" in statement:
        raise MalformedAnswerError("the sandbox evaluates no Condition")
    actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
    return any(_fits(action.lower(), ACTION.lower()) for action in actions) and any(
        _fits(resource, method_arn) for resource in resources
    )


def _listed(value: Any) -> list[str]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise MalformedAnswerError("Action and Resource are texts or lists of texts")
    return items


def _fits(pattern: str, text: str) -> bool:
    """IAM's wildcards: `*` is any run of characters, slashes included, `?` any one."""
    regex = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(regex, text, re.DOTALL) is not None


def _context(values: Any) -> dict[str, str]:
    if not isinstance(values, Mapping):
        raise MalformedAnswerError("the context is not a map")
    return {str(name): _as_text(name, value) for name, value in values.items() if value is not None}


def _as_text(name: object, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedAnswerError(f"context value {name} is neither text nor number nor boolean")
