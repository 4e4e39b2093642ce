"""Which route a request meets: a fixed segment wins over a parameter, a parameter over the remainder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from sandbox.gateway.api import Route

_FIXED, _PARAMETER, _REMAINDER = 0, 1, 2


@dataclass(frozen=True)
class Match:
    """A route with the values of its path parameters, decoded."""

    route: Route
    parameters: Mapping[str, str]


class Router:
    """The routes of an API, by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = sorted(routes, key=_precedence)

    def find(self, method: str, raw_path: str) -> Match | None:
        """The route for a request's method and undecoded path; one slash at the end makes no difference.

        As in API Gateway the path decides first: a path whose best resource lacks the method matches nothing.
        """
        segments = raw_path.removesuffix("/").removeprefix("/").split("/")
        best: str | None = None
        for route in self._routes:
            parameters = _parameters(route.segments, segments)
            if parameters is None or (best is not None and route.path != best):
                continue
            best = route.path
            if route.method in {method, "ANY"}:
                return Match(route, parameters)
        return None


def _precedence(route: Route) -> tuple[list[int], bool]:
    return [_kind(segment) for segment in route.segments], route.method == "ANY"


def _kind(segment: str) -> int:
    if not segment.startswith("{"):
        return _FIXED
    return _REMAINDER if segment.endswith("+}") else _PARAMETER


def _parameters(pattern: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    """The parameters' values if the pattern fits, else None. An empty segment fits no parameter."""
    found: dict[str, str] = {}
    for position, part in enumerate(pattern):
        kind = _kind(part)
        if position >= len(segments):
            return None
        if kind == _REMAINDER:
            found[part[1:-2]] = unquote("/".join(segments[position:]))
            return found
        if kind == _FIXED:
            if part != unquote(segments[position]):
                return None
        elif segments[position]:
            found[part[1:-1]] = unquote(segments[position])
        else:
            return None
    return found if len(pattern) == len(segments) else None
