"""DynamoDB's own failures (throttled, unreachable, refused) are SignerUnavailable outside of the adapters."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from slipway.domain.errors import SignerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


def translated(adapter: type[T]) -> type[T]:
    """A class whose public methods raise SignerUnavailable where DynamoDB did not do what it was asked."""
    for name, method in list(vars(adapter).items()):
        if inspect.isgeneratorfunction(method) and not name.startswith("_"):
            setattr(adapter, name, _translated_iterator(method))
        elif inspect.isfunction(method) and not name.startswith("_"):
            setattr(adapter, name, _translated_call(method))
    return adapter


def _translated_call(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise SignerUnavailable from error

    return call


def _translated_iterator(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def iterate(*args: Any, **kwargs: Any) -> Iterator[Any]:
        try:
            yield from method(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise SignerUnavailable from error

    return iterate
