"""The endpoints of the stack: what template.yaml routes, joined with what each handler declares."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_type_hints

from slipway.entry.endpoint import Declaration, declaration_of

from sandbox.aws.template import FUNCTION, Template

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Operation:
    """One method on one path. `answers` is the model that the handler returns, None or NoReturn; `event` the
    route's name in the template."""

    function: str
    module: str
    method: str
    path: str
    event: str
    declared: Declaration
    answers: Any
    summary: str
    description: str

    @property
    def id(self) -> str:
        """Unique, and the same as long as the function and its route keep their names: `deploymentsDeposit`
        for the route `Deposit` of DeploymentsDeposit, `deploymentsDepositAep63` for another of its routes."""
        name = self.function if self.function.endswith(self.event) else self.function + self.event
        return name[0].lower() + name[1:]

    @property
    def sample(self) -> Path:
        """The sample event of its function."""
        return ROOT / "events" / f"{self.module.replace('.', '/')}.json"

    @property
    def area(self) -> str:
        """The folder of functions/ that holds it."""
        return self.module.partition(".")[0]

    @property
    def is_gone(self) -> bool:
        """It only refuses."""
        return self.answers is NoReturn

    @property
    def parameters(self) -> tuple[str, ...]:
        """What stands in braces in the path."""
        words = self.path.split("/")
        return tuple(word.strip("{}") for word in words if word.startswith("{"))


def template() -> Template:
    return Template.read(ROOT / "template.yaml")


def operations(stack: Template) -> Iterator[Operation]:
    """Every route of every function, in the order of the template."""
    for name, resource in stack.of_type(FUNCTION):
        routes = [
            (event, item["Properties"])
            for event, item in resource["Properties"].get("Events", {}).items()
            if item["Type"] == "Api"
        ]
        if not routes:
            continue
        module = importlib.import_module(resource["Properties"]["Handler"].rpartition(".")[0])
        for event, route in routes:
            yield _operation(name, module, event, route)


def _operation(name: str, module: Any, event: str, route: dict[str, Any]) -> Operation:
    declared = declaration_of(module.handler)
    if declared is None:
        raise ValueError(f"{module.__name__}.handler is no endpoint")
    summary, description = texts(module.__doc__ or "")
    return Operation(
        function=name,
        module=module.__name__,
        method=route["Method"].lower(),
        path=route["Path"],
        event=event,
        declared=declared,
        answers=get_type_hints(inspect.unwrap(module.handler)).get("return"),
        summary=summary,
        description=description,
    )


def texts(docstring: str) -> tuple[str, str]:
    """Summary and description of `METHOD /path: summary. More.`; further paragraphs belong to the latter."""
    first, _, more = inspect.cleandoc(docstring).partition("\n\n")
    summary = " ".join(first.partition(": ")[2].removesuffix("Public.").split()).rstrip(".")
    return summary[:1].upper() + summary[1:], more
