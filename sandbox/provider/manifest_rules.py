"""What a manifest must be in itself: akash Manifest.Validate, its order and its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import pairwise
from typing import Any, Final

from sandbox.provider import gojson
from sandbox.provider.manifest import Group, Service

_SERVICE_NAME: Final = re.compile("[a-z]([-a-z0-9]*[a-z0-9])?")
_VARIABLE_NAME: Final = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_LONGEST_HOST: Final = 255
_LAST_PORT: Final = 65535
_HTTP_PORT: Final = 80


class ManifestRefused(Exception):
    """The status and text that the PUT gets."""

    def __init__(self, text: str, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


@dataclass
class _Seen:
    """What is counted over all groups."""

    hosts: set[str] = field(default_factory=set)
    has_global: bool = False


def validate(groups: Sequence[Group]) -> None:
    """Raises ManifestRefused."""
    if not groups:
        raise _invalid("manifest is empty")
    seen, names = _Seen(), set()
    for group in groups:
        _validate_group(group, seen)
        if group["name"] in names:
            raise _invalid(f"duplicate group {_quoted(group['name'])}")
        names.add(group["name"])
    if not seen.has_global:
        raise _invalid("zero global services")


def is_http(expose: dict[str, Any]) -> bool:
    """Whether an expose is reached by host name and not by port."""
    port = expose["externalPort"] or expose["port"]
    return bool(expose["proto"] == "TCP" and expose["global"] and port == _HTTP_PORT)


def hosts(groups: Sequence[Group]) -> list[str]:
    """The host names that the groups ask for, in their order."""
    services = [service for group in groups for service in group["services"] or []]
    exposes = [expose for service in services for expose in service["expose"] or []]
    return [host for expose in exposes for host in expose["hosts"] or []]


def _validate_group(group: Group, seen: _Seen) -> None:
    services = group["services"] or []
    name = _quoted(group["name"])
    if not services:
        raise _invalid(f"group {name} contains no services")
    if any(after["name"] < before["name"] for before, after in pairwise(services)):
        raise _invalid(f"group {name} services is not sorted")
    for service in services:
        _validate_service(service, seen)


def _validate_service(service: Service, seen: _Seen) -> None:
    name = _quoted(service["name"])
    if not service["name"]:
        raise _invalid("service name is empty")
    if not _SERVICE_NAME.fullmatch(service["name"]):
        raise _invalid(f"service {name} name is invalid")
    if not service["image"]:
        raise _invalid(f"service {name} has empty image name")
    _validate_resources(service["resources"])
    for variable in service["env"] or []:
        _validate_variable(name, variable)
    exposes = service["expose"] or []
    if any(_order(after) < _order(before) for before, after in pairwise(exposes)):
        raise _invalid(f"service {name}: expose is not sorted")
    for expose in exposes:
        _validate_expose(name, expose, seen)


def _validate_resources(resources: dict[str, Any]) -> None:
    """Plain errors, which the gateway answers with 500."""
    if not resources["id"]:
        raise ManifestRefused("resources ID must be > 0", HTTPStatus.INTERNAL_SERVER_ERROR)
    for part, word in (("cpu", "CPU"), ("gpu", "GPU"), ("memory", "Memory"), ("storage", "Storage")):
        if resources[part] is None:
            raise ManifestRefused(f"{word} must not be nil", HTTPStatus.INTERNAL_SERVER_ERROR)


def _validate_variable(service: str, variable: str) -> None:
    name = variable.partition("=")[0]
    if not name and variable:
        raise _invalid(f"service {service} defines an env. var. with an empty name")
    if not _VARIABLE_NAME.fullmatch(name) or name == "." or name.startswith(".."):
        raise _invalid(f"service {service} defines an env. var. with an invalid name {_quoted(name)}")


def _validate_expose(service: str, expose: dict[str, Any], seen: _Seen) -> None:
    if not 0 < expose["port"] <= _LAST_PORT:
        raise _invalid(f"service {service}: port value must be 0 < value <= 65535 ")
    if expose["proto"] not in ("TCP", "UDP"):
        raise _invalid(f"service {service}: protocol {_quoted(expose['proto'])} unknown")
    seen.has_global = seen.has_global or expose["global"]
    for host in expose["hosts"] or []:
        if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
            raise _invalid(f"service {service}: has invalid hostname {_quoted(host)}")
        if host in seen.hosts:
            text = f"hostname {_quoted(host)} is duplicated, this is not allowed"
            raise _invalid(f"service {service}: {text}")
        seen.hosts.add(host)


def _order(expose: dict[str, Any]) -> tuple[bytes, int, str, bool]:
    return expose["service"].encode(), expose["port"], expose["proto"], not expose["global"]


def _invalid(text: str) -> ManifestRefused:
    return ManifestRefused(f"invalid manifest: {text}")


def _quoted(text: str) -> str:
    return gojson.write(text)
