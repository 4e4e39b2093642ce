"""The commands, done: on a node, and on the providers where there are some."""

from __future__ import annotations

import asyncio
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Any

from sandbox.chain.disturbances import Disturbance
from sandbox.chain.numbers import SECOND, rfc3339
from sandbox.control import commands, interventions
from sandbox.control.commands import CommandRefusedError

if TYPE_CHECKING:
    from sandbox.chain.node import ChainNode
    from sandbox.control.commands import Command
    from sandbox.fleet import Fleet

Json = dict[str, Any]


class ControlPanel:
    """What can be done to a running sandbox."""

    def __init__(self, node: ChainNode, fleet: Fleet | None = None) -> None:
        self._node, self._fleet = node, fleet

    def status(self) -> Json:
        node = self._node
        return {
            "height": node.chain.tip.height,
            "block_time": rfc3339(node.chain.tip.time, trimmed=True),
            "blocks": "stopped" if node.pace.is_stopped else "running",
            "factor": node.clock.factor,
            "seconds_per_block": node.pace.block_time / SECOND,
            "waiting_transactions": len(node.chain.mempool),
            "disturbances": [_shown(one) for one in node.disturbances],
            "providers": self._fleet.states if self._fleet else {},
        }

    async def run(self, command: Command) -> Json:
        """Do it and say what became of it. Raises CommandRefusedError."""
        try:
            return await self._do(command)
        except ValueError as error:
            raise CommandRefusedError(str(error)) from error

    @singledispatchmethod
    async def _do(self, command: Command) -> Json:
        raise AssertionError(f"{command!r} is nobody's to do")

    @_do.register
    async def _(self, _: commands.StopBlocks) -> Json:
        self._node.pace.stop()
        return {"height": self._node.chain.tip.height}

    @_do.register
    async def _(self, _: commands.ResumeBlocks) -> Json:
        self._node.pace.resume()
        return {"height": self._node.chain.tip.height}

    @_do.register
    async def _(self, command: commands.Speed) -> Json:
        pace = self._node.pace
        pace.set_times(command.factor, command.block_time or pace.block_time)
        return {"factor": command.factor, "seconds_per_block": pace.block_time / SECOND}

    @_do.register
    async def _(self, command: commands.Jump) -> Json:
        made = await self._node.jump(command.by, command.block_time)
        return {"blocks": made, "height": self._node.chain.tip.height}

    @_do.register
    async def _(self, command: commands.Disturb) -> Json:
        one = Disturbance(
            path=command.path,
            status=command.status,
            delay=command.delay / SECOND,
            hang=command.hang,
            left=command.next,
        )
        self._node.disturbances.add(one)
        return _shown(one)

    @_do.register
    async def _(self, _: commands.Clear) -> Json:
        return {"cleared": self._node.disturbances.clear()}

    @_do.register
    async def _(self, command: commands.Kill) -> Json:
        await self._providers.kill(command.provider)
        return {"providers": self._providers.states}

    @_do.register
    async def _(self, command: commands.Restart) -> Json:
        await self._providers.restart(command.provider)
        return {"providers": self._providers.states}

    @_do.register
    async def _(self, command: commands.TariffFactor) -> Json:
        self._providers.ask_for(command.factor, command.provider)
        return {"factor": str(command.factor)}

    @_do.register
    async def _(self, command: commands.ExpireGrants) -> Json:
        expired = interventions.ExpiredGrants(command.grantee, command.granter)
        height = await self._node.intervene(expired)
        return {"height": height, "grants": expired.grants, "fee_allowances": expired.allowances}

    @_do.register
    async def _(self, command: commands.Drain) -> Json:
        drained = interventions.DrainedEscrow(command.owner, command.dseq, command.blocks_left)
        height = await self._node.intervene(drained)
        return {"height": height, "funds": drained.funds}

    @_do.register
    async def _(self, command: commands.Wait) -> Json:
        await asyncio.sleep(command.time / SECOND)
        return {"height": self._node.chain.tip.height}

    @property
    def _providers(self) -> Fleet:
        if self._fleet is None:
            raise ValueError("this chain has no providers of its own")
        return self._fleet


def _shown(one: Disturbance) -> Json:
    found = {"path": one.path, "status": one.status, "delay": one.delay, "hang": one.hang, "next": one.left}
    return {name: value for name, value in found.items() if value}
