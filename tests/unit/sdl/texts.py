"""SDL texts to start from, and ways to change them."""

from __future__ import annotations

from typing import Any, Final

from slipway.sdl.compiler import compile_sdl
from slipway.sdl.mistakes import Mistake, SdlInvalid

WEB: Final = """\
version: "2.0"
services:
  web:
    image: nginx:1.25
    expose:
      - port: 80
        as: 8080
        to:
          - global: true
profiles:
  compute:
    small:
      resources:
        cpu:
          units: 0.5
        memory:
          size: 512Mi
        storage:
          size: 1Gi
  placement:
    anywhere:
      pricing:
        small:
          denom: uact
          amount: 100
deployment:
  web:
    anywhere:
      profile: small
      count: 1
"""
"""One service, nothing to warn of."""


def changed(old: str, new: str, text: str = WEB) -> str:
    """`text` with the one place that reads `old` reading `new`."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def marked(text: str) -> tuple[str, int, int]:
    """`text` without its mark ‸, and the line and column where that stood."""
    before, _, after = text.partition("‸")
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")


def mistakes(text: str | bytes, **options: Any) -> tuple[Mistake, ...]:
    try:
        compile_sdl(text, **options)
    except SdlInvalid as refused:
        return refused.mistakes
    return ()


def only_mistake(text: str | bytes, **options: Any) -> Mistake:
    [mistake] = mistakes(text, **options)
    return mistake


def warnings(text: str) -> tuple[Mistake, ...]:
    return compile_sdl(text).warnings


_SERVICE: Final = """\
  {name}:
    image: nginx
    env:
      - A=b
    expose:
      - port: 80
        to:
          - global: true
"""
_PROFILE: Final = """\
    {name}:
      resources:
        cpu:
          units: 1
        memory:
          size: 1Gi
        storage:
          size: 1Gi
"""
_PRICE: Final = """\
        {name}:
          denom: uact
          amount: 10
"""
_DEPLOYED: Final = """\
  {name}:
    here:
      profile: {name}
      count: 1
"""


def many_services(count: int) -> str:
    """A text of `count` services, each with its own profile."""

    def each(part: str) -> str:
        return "".join(part.format(name=f"s{number}") for number in range(count))

    return (
        f'version: "2.0"\nservices:\n{each(_SERVICE)}profiles:\n  compute:\n{each(_PROFILE)}'
        f"  placement:\n    here:\n      pricing:\n{each(_PRICE)}deployment:\n{each(_DEPLOYED)}"
    )
