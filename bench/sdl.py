"""How many SDLs a second one core compiles (parse, groups, manifest, hash), and where the time goes.

Beside each number stands its ratio to the events alone that libyaml reads from the same text, measured in the
same run: absolute numbers say more about the machine than about us. A ratio of 0.2 means that all of it
takes five times as long as the scan. Run it with `.venv/bin/python bench/sdl.py [--seconds N] [FILE ...]`.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from slipway.sdl.advice import advise
from slipway.sdl.checking import check
from slipway.sdl.compiler import compile_sdl
from slipway.sdl.composer import compose
from slipway.sdl.mistakes import Findings, SdlInvalid
from slipway.sdl.read_document import read_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.sdl.model import Document

LOADER: Final = getattr(yaml, "CLoader", yaml.Loader)
SIZES: Final = {"small (1 service)": 1, "usual (5)": 5, "large (100)": 100}
BOMB: Final = ("a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [" + "*a," * 10 + "]\nc: [" + "*b," * 170_000)[
    : 512 * 1024 - 1
] + "]"
SERVICE: Final = """\
  {name}:
    image: registry.example/team/{name}:1.2.3
    env:
      - LOG_LEVEL=info
      - DATABASE_URL=postgres://db/{name}
    expose:
      - port: 8080
        as: 80
        to:
          - global: true
      - port: 9090
        to:
          - service: s0
"""
PROFILE: Final = """\
    {name}:
      resources:
        cpu:
          units: 0.5
        memory:
          size: 512Mi
        storage:
          - size: 1Gi
          - name: data
            size: 10Gi
            attributes:
              persistent: false
              class: ram
"""
PRICE: Final = """\
        {name}:
          denom: uact
          amount: 100
"""
DEPLOYED: Final = """\
  {name}:
    anywhere:
      profile: {name}
      count: 1
"""


def main() -> None:
    options = _options()
    texts = {name: [_text(services)] for name, services in SIZES.items()}
    if options.files:
        texts["the files given"] = [Path(file).read_text() for file in options.files]
    for name, group in texts.items():
        _report(name, group, options.seconds)
    print(f"\nan alias bomb of {len(BOMB) // 1024} KiB is refused in {_refused() * 1000:.1f} ms")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", help="SDLs to measure besides the made ones")
    parser.add_argument("--seconds", type=float, default=2, help="for each size")
    return parser.parse_args()


def _text(services: int) -> str:
    def each(part: str) -> str:
        return "".join(part.format(name=f"s{number}") for number in range(services))

    return (
        f'version: "2.0"\nservices:\n{each(SERVICE)}profiles:\n  compute:\n{each(PROFILE)}'
        f"  placement:\n    anywhere:\n      attributes:\n        region: eu\n      pricing:\n{each(PRICE)}"
        f"deployment:\n{each(DEPLOYED)}"
    )


def _report(name: str, texts: list[str], seconds: float) -> None:
    lines = sum(text.count("\n") for text in texts) / len(texts)
    steps = _steps(texts)
    taken = _shortest(steps, seconds)
    events, total = taken.pop("events alone"), taken.pop("all")
    count = len(texts)
    print(
        f"\n{name}, {lines:.0f} lines: {count / total:.0f} a second, {events / total:.2f} of libyaml's events"
    )
    before = 0.0
    for step, spent in taken.items():
        print(f"  {step:<28}{(spent - before) / count * 1e6:9.0f} µs{(spent - before) / total:7.0%}")
        before = spent
    print(
        f"  {'manifest and hash':<28}{(total - before) / count * 1e6:9.0f} µs{(total - before) / total:7.0%}"
    )


def _steps(texts: list[str]) -> dict[str, Callable[[], Any]]:
    """Each does what the one before does, and one thing more."""
    return {
        "events alone": lambda: [_events(text) for text in texts],
        "compose": lambda: [compose(text) for text in texts],
        "read fields": lambda: [_read(text) for text in texts],
        "check and advise": lambda: [_checked(text) for text in texts],
        "all": lambda: [compile_sdl(text).version for text in texts],
    }


def _events(text: str) -> int:
    return sum(1 for _ in yaml.parse(text.encode(), Loader=LOADER))


def _read(text: str) -> Document:
    return read_document(compose(text), Findings(), "current")


def _checked(text: str) -> Document:
    findings = Findings()
    document = read_document(compose(text), findings, "current")
    check(document, findings)
    advise(document, findings)
    return document


def _shortest(steps: dict[str, Callable[[], Any]], seconds: float) -> dict[str, float]:
    """The least of all runs, the steps taken in turns: what else the machine does only makes them longer."""
    least = dict.fromkeys(steps, float("inf"))
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for name, step in steps.items():
            start = time.process_time()
            step()
            least[name] = min(least[name], time.process_time() - start)
    return least


def _refused() -> float:
    start = time.process_time()
    try:
        compile_sdl(BOMB)
    except SdlInvalid:
        return time.process_time() - start
    raise AssertionError("an alias bomb compiled")


if __name__ == "__main__":
    main()
