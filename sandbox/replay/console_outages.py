"""Things that are away for a while: a provider, a node, a part of AWS. The recordings tell them by name."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from sandbox.control import commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.control.panel import ControlPanel
    from sandbox.up import Sandbox

SIGNER: Final = "SignerSign"
DATABASE: Final = "DynamoDB"


class Outage(Protocol):
    async def begin(self, sandbox: Sandbox) -> None: ...

    async def end(self, sandbox: Sandbox) -> None: ...


class RefusingProvider:
    """Nothing listens at its address."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def begin(self, sandbox: Sandbox) -> None:
        await _panel(sandbox).run(commands.Kill(provider=self._name))

    async def end(self, sandbox: Sandbox) -> None:
        await _panel(sandbox).run(commands.Restart(provider=self._name))


class HangingProvider:
    """Its port takes connections and never answers."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._server: asyncio.Server | None = None
        self._held: set[asyncio.StreamWriter] = set()

    async def begin(self, sandbox: Sandbox) -> None:
        url = next(each.url for each in sandbox.providers if each.name == self._name)
        await _panel(sandbox).run(commands.Kill(provider=self._name))
        address = urlsplit(url)
        self._server = await asyncio.start_server(self._hold, address.hostname, address.port)

    async def end(self, sandbox: Sandbox) -> None:
        assert self._server is not None, "it has begun"
        self._server.close()
        for writer in self._held:
            writer.close()
        await self._server.wait_closed()
        await _panel(sandbox).run(commands.Restart(provider=self._name))

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._held.add(writer)
        while await reader.read(1024):
            pass


class NodeAway:
    """Every request gets what a proxy says of a node that is not there."""

    async def begin(self, sandbox: Sandbox) -> None:
        await _panel(sandbox).run(commands.Disturb(path="/", status=502))

    async def end(self, sandbox: Sandbox) -> None:
        await _panel(sandbox).run(commands.Clear())


class AwsAway:
    """A service of AWS, or one function of the stack, answers 503."""

    def __init__(self, name: str, *, function: bool = False) -> None:
        self._name, self._function = name, function

    async def begin(self, sandbox: Sandbox) -> None:
        sandbox.aws.outages.add(self._called(sandbox))

    async def end(self, sandbox: Sandbox) -> None:
        sandbox.aws.outages.discard(self._called(sandbox))

    def _called(self, sandbox: Sandbox) -> str:
        return sandbox.aws.stack.ref(self._name) if self._function else self._name


def _panel(sandbox: Sandbox) -> ControlPanel:
    assert sandbox.control is not None, "only the sandbox's own chain can be controlled"
    return sandbox.control.panel


OUTAGES: Final[dict[str, Callable[[str], Outage]]] = {
    "provider refused": RefusingProvider,
    "provider hanging": HangingProvider,
    "signer away": lambda _: AwsAway(SIGNER, function=True),
    "chain REST refused": lambda _: NodeAway(),
    "database stopped": lambda _: AwsAway(DATABASE),
}
"""By the word before the colon in an exchange's name; made for the provider of a name."""
