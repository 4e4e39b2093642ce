"""Foreign errors become ours where an adapter ends."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slipway.domain.error_base import SlipwayError

Adapter = TypeVar("Adapter")


def translating(
    foreign: tuple[type[Exception], ...], ours: type[SlipwayError]
) -> Callable[[type[Adapter]], type[Adapter]]:
    """Decorates an adapter's class: its public methods raise `ours` in the place of `foreign` errors."""

    def decorate(adapter: type[Adapter]) -> type[Adapter]:
        for name, method in list(vars(adapter).items()):
            if inspect.isgeneratorfunction(method) and not name.startswith("_"):
                setattr(adapter, name, _iterator(method, foreign, ours))
            elif inspect.isfunction(method) and not name.startswith("_"):
                setattr(adapter, name, _call(method, foreign, ours))
        return adapter

    return decorate


def _call(
    method: Callable[..., Any], foreign: tuple[type[Exception], ...], ours: type[SlipwayError]
) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except foreign as error:
            raise ours from error

    return call


def _iterator(
    method: Callable[..., Any], foreign: tuple[type[Exception], ...], ours: type[SlipwayError]
) -> Callable[..., Any]:
    @functools.wraps(method)
    def iterate(*args: Any, **kwargs: Any) -> Iterator[Any]:
        try:
            yield from method(*args, **kwargs)
        except foreign as error:
            raise ours from error

    return iterate
