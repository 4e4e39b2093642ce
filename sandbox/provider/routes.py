"""Which route a request meets, as gorilla/mux decides it: before any look at who is asking."""

import posixpath
import re
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote, urlsplit

from sandbox.provider.answers import Answer, Refusal, plain

GET: Final = frozenset({"GET"})
POST: Final = frozenset({"POST"})
PUT: Final = frozenset({"PUT"})


class Route(Enum):
    """What a request is for."""

    VERSION = auto()
    ADDRESS = auto()
    STATUS = auto()
    SUBMIT_MANIFEST = auto()
    READ_MANIFEST = auto()
    LEASE_STATUS = auto()
    SERVICE_STATUS = auto()
    LOGS = auto()
    EVENTS = auto()
    SHELL = auto()
    MIGRATE_HOSTS = auto()
    MIGRATE_ENDPOINTS = auto()


@dataclass(frozen=True)
class Match:
    """A route and the texts of its path's variables: dseq, gseq, oseq, service."""

    route: Route
    variables: dict[str, str]


@dataclass(frozen=True)
class _Rule:
    route: Route
    methods: frozenset[str] | None
    pattern: re.Pattern[str]


def _rule(route: Route, methods: frozenset[str] | None, template: str) -> _Rule:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
    return _Rule(route, methods, re.compile(pattern))


_LEASE: Final = "/lease/{dseq}/{gseq}/{oseq}"
_RULES: Final = (
    _rule(Route.VERSION, GET, "/version"),
    _rule(Route.ADDRESS, GET, "/address"),
    _rule(Route.STATUS, GET, "/status"),
    _rule(Route.SUBMIT_MANIFEST, PUT, "/deployment/{dseq}/manifest"),
    _rule(Route.READ_MANIFEST, GET, f"{_LEASE}/manifest"),
    _rule(Route.LEASE_STATUS, GET, f"{_LEASE}/status"),
    _rule(Route.SERVICE_STATUS, GET, f"{_LEASE}/service/{{service}}/status"),
    _rule(Route.LOGS, GET, f"{_LEASE}/logs"),
    _rule(Route.EVENTS, GET, f"{_LEASE}/kubeevents"),
    _rule(Route.SHELL, None, f"{_LEASE}/shell"),
    _rule(Route.MIGRATE_HOSTS, POST, "/hostname/migrate"),
    _rule(Route.MIGRATE_ENDPOINTS, POST, "/endpoint/migrate"),
)


def match(method: str, target: str) -> Match:
    """The route of a request target. Raises Refusal: 301, 404 or 405, none of which asks for a token.

    A wrong method is 404 below /lease: the subrouter that holds those routes has no others to name.
    """
    path = unquote(urlsplit(f"//host{target}" if target.startswith("/") else target).path)
    if (clean := _cleaned(path)) != path:
        raise Refusal(Answer(HTTPStatus.MOVED_PERMANENTLY, headers={"Location": clean}))
    found = [(rule, hit) for rule in _RULES if (hit := rule.pattern.fullmatch(path))]
    for rule, hit in found:
        if rule.methods is None or method in rule.methods:
            return Match(rule.route, hit.groupdict())
    if found and not path.startswith("/lease/"):
        raise Refusal(Answer(HTTPStatus.METHOD_NOT_ALLOWED))
    raise Refusal(plain(HTTPStatus.NOT_FOUND, "404 page not found"))


def _cleaned(path: str) -> str:
    """The path without doubled slashes and dot segments; a slash at its end stays."""
    clean = "/" + posixpath.normpath(f"/{path}").lstrip("/")
    return f"{clean}/" if path.endswith("/") and clean != "/" else clean
