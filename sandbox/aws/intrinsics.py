"""CloudFormation's intrinsic functions, resolved for one stack with its parameters and resources."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.aws.template import Template

NO_VALUE: Final = object()
"""What `!Ref AWS::NoValue` becomes; the key that holds it is left out."""

_PLACE = re.compile(r"\$\{(!?)([^}]+)\}")


class UnresolvedError(Exception):
    """The template names something that the stack does not have."""


@dataclass(frozen=True)
class Made:
    """A resource as it stands: what `!Ref` gives and what `!GetAtt` gives."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Stack:
    """One deployment of a template: chosen parameters and the resources made so far, by logical id."""

    template: Template
    name: str
    region: str
    account_id: str
    chosen: dict[str, str] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.chosen) - set(self.template.parameters)
        if unknown:
            raise UnresolvedError(f"the template has no parameter {', '.join(sorted(unknown))}")

    @property
    def parameters(self) -> dict[str, str]:
        """Every parameter's value: as chosen, else its default. A parameter with neither is left out."""
        defaults = {
            name: str(item["Default"]) for name, item in self.template.parameters.items() if "Default" in item
        }
        return {**defaults, **self.chosen}

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"

    def default_name(self, logical_id: str) -> str:
        """The name of a resource whose declaration gives none (CloudFormation would add random letters)."""
        return f"{self.name}-{logical_id}"

    def is_wanted(self, resource: Mapping[str, Any]) -> bool:
        """Whether the condition on a resource, if any, holds."""
        return "Condition" not in resource or self.condition(resource["Condition"])

    def condition(self, name: str) -> bool:
        if name not in self.template.conditions:
            raise UnresolvedError(f"the template has no condition {name}")
        return bool(self.resolve(self.template.conditions[name]))

    def resolve(self, value: Any) -> Any:
        """`value` with every intrinsic function in it replaced by what it stands for."""
        if isinstance(value, Mapping):
            if len(value) == 1:
                name, argument = next(iter(value.items()))
                function = _FUNCTIONS.get(name)
                if function and (name != "Condition" or isinstance(argument, str)):
                    return function(self, argument)
            resolved = {key: self.resolve(item) for key, item in value.items()}
            return {key: item for key, item in resolved.items() if item is not NO_VALUE}
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        return value

    def ref(self, name: str) -> Any:
        pseudo = self._pseudo(name)
        if pseudo is not None:
            return pseudo
        if name in self.template.parameters:
            if name not in self.parameters:
                raise UnresolvedError(f"parameter {name} has no value")
            return self.parameters[name]
        return self._resource(name).ref

    def attribute(self, name: str, attribute: str) -> str:
        made = self._resource(name)
        if attribute in made.attributes:
            return made.attributes[attribute]
        if attribute == "Arn" and self.template.resources[name]["Type"] == "AWS::IAM::Role":
            return f"arn:aws:iam::{self.account_id}:role/{made.ref}"
        if attribute == "Arn":
            return self.arn("sandbox", made.ref)
        raise UnresolvedError(f"{name} has no attribute {attribute} in the sandbox")

    def _resource(self, name: str) -> Made:
        if name in self.made:
            return self.made[name]
        if name not in self.template.resources:
            raise UnresolvedError(f"the template has neither parameter nor resource {name}")
        return Made(ref=self.default_name(name))

    def _pseudo(self, name: str) -> Any:
        values = {
            "AWS::AccountId": self.account_id,
            "AWS::Region": self.region,
            "AWS::StackName": self.name,
            "AWS::StackId": self.arn("cloudformation", f"stack/{self.name}/sandbox"),
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": NO_VALUE,
        }
        return values.get(name)


def _sub(stack: Stack, argument: Any) -> str:
    text, local = argument if isinstance(argument, list) else (argument, {})

    def place(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return f"${{{name}}}"
        if name in local:
            return str(stack.resolve(local[name]))
        if "." in name:
            return stack.attribute(*name.split(".", 1))
        return str(stack.ref(name))

    return _PLACE.sub(place, text)


def _if(stack: Stack, argument: list[Any]) -> Any:
    name, then, otherwise = argument
    return stack.resolve(then if stack.condition(name) else otherwise)


def _join(stack: Stack, argument: list[Any]) -> str:
    separator, parts = argument
    return str(separator).join(str(part) for part in stack.resolve(parts))


def _select(stack: Stack, argument: list[Any]) -> Any:
    index, parts = argument
    return stack.resolve(parts)[int(stack.resolve(index))]


def _split(stack: Stack, argument: list[Any]) -> list[str]:
    separator, text = argument
    return str(stack.resolve(text)).split(separator)


def _find_in_map(stack: Stack, argument: list[Any]) -> Any:
    first, second, third = (stack.resolve(part) for part in argument)
    return stack.resolve(stack.template.mappings[first][second][third])


def _equals(stack: Stack, argument: list[Any]) -> bool:
    left, right = (stack.resolve(part) for part in argument)
    return str(left) == str(right)


_FUNCTIONS: Final[Mapping[str, Callable[[Stack, Any], Any]]] = {
    "Ref": Stack.ref,
    "Condition": Stack.condition,
    "Fn::GetAtt": lambda stack, argument: stack.attribute(argument[0], argument[1]),
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::Equals": _equals,
    "Fn::Not": lambda stack, argument: not stack.resolve(argument[0]),
    "Fn::And": lambda stack, argument: all(stack.resolve(part) for part in argument),
    "Fn::Or": lambda stack, argument: any(stack.resolve(part) for part in argument),
}
