"""The functions that a template declares, with the environment variables that each was given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sandbox.aws.intrinsics import Made, Stack
from sandbox.aws.template import FUNCTION

DEFAULT_TIMEOUT_SECONDS: Final = 3
DEFAULT_MEMORY_MB: Final = 128


@dataclass(frozen=True)
class Function:
    """One function of the template. `variables` are those it declares; the runtime adds Lambda's own."""

    logical_id: str
    name: str
    handler: str
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    memory_mb: int = DEFAULT_MEMORY_MB
    variables: Mapping[str, str] = field(default_factory=dict)


def declare(stack: Stack) -> None:
    """Give each function its name and ARN, before any declaration that may refer to it is resolved."""
    for logical_id, resource in stack.template.of_type(FUNCTION):
        name = stack.resolve(resource["Properties"].get("FunctionName", stack.default_name(logical_id)))
        stack.made[logical_id] = Made(ref=name, attributes={"Arn": stack.arn("lambda", f"function:{name}")})


def functions_of(stack: Stack) -> list[Function]:
    """Every function of the stack with its environment resolved; to be called when all resources are made."""
    found = []
    for logical_id, resource in stack.template.of_type(FUNCTION):
        if not stack.is_wanted(resource):
            continue
        own = resource["Properties"]
        variables = stack.resolve(own.get("Environment", {}).get("Variables", {}))
        found.append(
            Function(
                logical_id=logical_id,
                name=stack.ref(logical_id),
                handler=stack.resolve(own["Handler"]),
                timeout_seconds=float(stack.resolve(own.get("Timeout", DEFAULT_TIMEOUT_SECONDS))),
                memory_mb=int(stack.resolve(own.get("MemorySize", DEFAULT_MEMORY_MB))),
                variables={name: _as_variable(value) for name, value in variables.items()},
            )
        )
    return found


def _as_variable(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
