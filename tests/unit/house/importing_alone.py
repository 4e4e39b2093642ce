"""A program: imports modules, each as the first of its layer, and prints as JSON what they did besides.

Run it as `python -I importing_alone.py FOLDER MODULE...` with an empty environment; FOLDER's code is watched.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator, MutableMapping
from typing import Any

PASSED_THROUGH = ("os.py", "_collections_abc.py", "<frozen os>", "<frozen _collections_abc>")
"""Files whose frames may stand between a read of the environment and the code that asked for it."""
SIDE_EFFECTS = frozenset({"socket.bind", "socket.connect", "subprocess.Popen"})
OUR_PACKAGES = ("slipway.", "slipway_signing.")

found: list[str] = []


class WatchedEnvironment(MutableMapping[str, str]):
    """Empty, and remembers who of the watched folder asked. Packages of others may read what they like."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> str:
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename.endswith(PASSED_THROUGH):
            frame = frame.f_back
        if frame.f_code.co_filename.startswith(self._folder):
            found.append(f"{frame.f_code.co_filename}:{frame.f_lineno} reads {name}")
        raise KeyError(name)

    def __setitem__(self, name: str, value: str) -> None:
        """Packages of others set defaults; nothing here needs them."""

    def __delitem__(self, name: str) -> None:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def refuse_clients() -> None:
    import botocore.session
    import httpx

    def noted(self: Any, *_: Any, **__: Any) -> None:
        found.append(f"{type(self).__module__}.{type(self).__name__} makes a client")

    for owner, name in (
        (botocore.session.Session, "create_client"),
        (httpx.Client, "__init__"),
        (httpx.AsyncClient, "__init__"),
    ):
        setattr(owner, name, noted)


def watch(event: str, _: tuple[Any, ...]) -> None:
    if event in SIDE_EFFECTS:
        found.append(event)


def import_alone(module: str) -> None:
    # Generated messages stay: protobuf's pool refuses a file that it knows.
    for name in [name for name in sys.modules if f"{name}.".startswith(OUR_PACKAGES) and ".pb" not in name]:
        del sys.modules[name]
    try:
        importlib.import_module(module)
    except Exception as error:  # whatever it raises is what we report
        found.append(f"{module}: {type(error).__name__}: {error}")


def main(folder: str, *modules: str) -> None:
    sys.path.insert(0, folder)
    os.environ = WatchedEnvironment(folder)  # type: ignore[assignment]  # noqa: B003 (replacing it is the point)
    refuse_clients()
    sys.addaudithook(watch)
    for module in modules:
        import_alone(module)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
