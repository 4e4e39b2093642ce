"""template.yaml as Python values: short tags spelled out, SAM's Globals merged into each function."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

FUNCTION: Final = "AWS::Serverless::Function"
API: Final = "AWS::Serverless::Api"
LONG_FORMS: Final = {"Ref": "Ref", "Condition": "Condition"}
"""Tags whose long form has no `Fn::` in front."""


class _Loader(yaml.SafeLoader):
    """A safe YAML loader that also reads `!Ref`, `!Sub`, `!GetAtt` and the rest of their family."""


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {LONG_FORMS.get(suffix, f"Fn::{suffix}"): value}


_Loader.add_multi_constructor("!", _tagged)


@dataclass(frozen=True)
class Template:
    """A parsed template. `resources` maps a logical id to its declaration, intrinsics unresolved."""

    parameters: Mapping[str, Mapping[str, Any]]
    conditions: Mapping[str, Any]
    mappings: Mapping[str, Any]
    resources: Mapping[str, Mapping[str, Any]]

    @staticmethod
    def parse(text: str) -> "Template":
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader with CloudFormation's tags)
        parts = document.get("Globals", {})
        resources = {
            name: _with_globals(resource, parts) for name, resource in document.get("Resources", {}).items()
        }
        return Template(
            parameters=document.get("Parameters", {}),
            conditions=document.get("Conditions", {}),
            mappings=document.get("Mappings", {}),
            resources=resources,
        )

    @staticmethod
    def read(path: Path) -> "Template":
        return Template.parse(path.read_text(encoding="utf-8"))

    def of_type(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(logical id, declaration) of each resource of a type, in the order of the file."""
        return ((name, item) for name, item in self.resources.items() if item["Type"] == kind)


def _with_globals(resource: Mapping[str, Any], parts: Mapping[str, Any]) -> Mapping[str, Any]:
    section = {FUNCTION: "Function", API: "Api"}.get(resource["Type"], "")
    defaults = parts.get(section)
    if not defaults:
        return resource
    return {**resource, "Properties": _merged(defaults, resource.get("Properties", {}))}


def _merged(defaults: Any, own: Any) -> Any:
    """SAM's rule: maps are merged, lists are joined, anything else of the resource replaces the global."""
    if isinstance(defaults, Mapping) and isinstance(own, Mapping) and not _is_intrinsic(own):
        return {
            key: _merged(defaults[key], own[key])
            if key in defaults and key in own
            else own.get(key, defaults.get(key))
            for key in [*defaults, *(key for key in own if key not in defaults)]
        }
    if isinstance(defaults, list) and isinstance(own, list):
        return [*defaults, *own]
    return own


def _is_intrinsic(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))
