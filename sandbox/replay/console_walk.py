"""The recorded exchanges, sent again to a sandbox in their order: what came back, and how it compares."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from sandbox.replay import console_requests
from sandbox.replay.console_client import call
from sandbox.replay.console_compare import Answer, Difference, differences
from sandbox.replay.console_makings import makings
from sandbox.replay.console_names import Names, names_in
from sandbox.replay.console_people import Recorded
from sandbox.replay.console_recording import read, side_by_side
from sandbox.replay.console_rows import Row, covering
from sandbox.replay.console_situations import Situations
from sandbox.replay.console_stage import ONLOOKER, Stage, config
from sandbox.up import Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from sandbox.replay.console_makings import Making
    from sandbox.replay.console_recording import Exchange

WALKS: Final = (
    ("04", "05", "07", "08", "09", "10", "19", "20"),
    ("00", "01", "02", "03", "06", "11", "12", "13", "14", "15", "16"),
    ("17",),
    ("18",),
)
"""Files by their numbers. Those of one walk happened to the same things and share a sandbox."""

PLAIN_NOT_FOUND: Final = "404 Not Found"


class Verdict(Enum):
    EQUAL = "equal"
    BETTER = "better"
    """Otherwise on purpose: docs/differences.md has a row for every difference."""
    NOT_BUILT = "not built yet"
    """No function serves this path."""
    WRONG = "wrong"


@dataclass(frozen=True)
class Outcome:
    """`found` are the differences and `rows` those that cover them, None for one that nothing covers."""

    exchange: Exchange
    verdict: Verdict
    found: Sequence[Difference]
    rows: Sequence[Row | None]
    answer: Answer


async def replay(folder: Path, files: Sequence[str], rows: Sequence[Row]) -> AsyncIterator[Outcome]:
    """Every exchange of the files whose names begin so, in a sandbox of their own."""
    everything = read(folder)
    walk = [each for each in everything if each.file[:2] in files]
    async with AsyncExitStack() as running:
        sandbox = await running.enter_async_context(Sandbox.start(config(files)))
        stage = Stage(sandbox)
        running.push_async_callback(stage.close)
        one = Walk(stage, Recorded.of(everything))
        running.push_async_callback(one.situations.end)
        async for outcome in one.run(walk, everything, rows):
            yield outcome


class Walk:
    """One run through some files."""

    def __init__(self, stage: Stage, recorded: Recorded) -> None:
        self._stage, self._recorded = stage, recorded
        self._names = Names()
        self.situations = Situations(stage, self._names, recorded)

    async def run(
        self, walk: Sequence[Exchange], everything: Sequence[Exchange], rows: Sequence[Row]
    ) -> AsyncIterator[Outcome]:
        await self._begin(walk)
        due = makings(walk, everything, self._recorded.users)
        self.situations.makings = {each.dseq: each for each in due}
        for group in side_by_side(walk):
            now, due = _split(due, group[0].at)
            await self._make(now)
            for exchange in group:
                await self.situations.before(exchange)
            answers = await asyncio.gather(*(self._send(exchange) for exchange in group))
            for exchange, answer in zip(group, answers, strict=True):
                await self.situations.after(exchange, answer)
                yield self._judge(exchange, answer, rows)

    async def _begin(self, walk: Sequence[Exchange]) -> None:
        """Users as the recorder had them, and names for all that is there from the start."""
        files = {each.file for each in walk}
        for user in sorted({each.user for each in walk if each.user} | self._recorded.named_in(walk)):
            if not self.situations.comes_later(user, files):
                person = await self._stage.join(user, **self.situations.joining(user, files))
                self._recorded.introduce(user, person, self._names)
        self._recorded.introduce_providers(
            self._stage.bidder, self._stage.url, self._stage.provider(ONLOOKER), self._names
        )

    async def _make(self, due: Sequence[Making]) -> None:
        """Created one after the other, since their order shows in lists; what follows goes side by side."""
        for making in due:
            self._names.learn(making.dseq, await self._stage.make(making))
        await asyncio.gather(*map(self._stage.advance, due))

    async def _send(self, exchange: Exchange) -> Answer:
        request = console_requests.request(exchange, self._names, self.situations)
        answer = await call(self._stage.sandbox.base_url, exchange.method, *request)
        return self.situations.restored(exchange, answer)

    def _judge(self, exchange: Exchange, answer: Answer, rows: Sequence[Row]) -> Outcome:
        found = differences(exchange, answer, self._names)
        self._lose(exchange, answer)
        by = [covering(rows, exchange, each) for each in found]
        if all(by):
            verdict = Verdict.BETTER if found else Verdict.EQUAL
        else:
            not_built = answer.is_unknown_path and exchange.answer != PLAIN_NOT_FOUND
            verdict = Verdict.NOT_BUILT if not_built else Verdict.WRONG
        return Outcome(exchange, verdict, found, by, answer)

    def _lose(self, exchange: Exchange, answer: Answer) -> None:
        """What the reference made and we refused: later answers cannot show it."""
        if exchange.status < 300 <= answer.status:
            self._names.lose(name for name in names_in(exchange.answer) if name not in self._names)


def _split(due: Sequence[Making], at: float) -> tuple[list[Making], list[Making]]:
    return [each for each in due if each.at <= at], [each for each in due if each.at > at]


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
