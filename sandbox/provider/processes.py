"""Commands inside an imagined container: a few of a shell's own, and what the settings add to them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sandbox.provider.config import Exec

MAX_WAITING: Final = 1000
"""Pieces of input that a command has not read yet; the client waits when there are more."""
_SHELLS: Final = frozenset({"sh", "bash", "ash", "/bin/sh", "/bin/bash"})
_NO_SUCH: Final = "command could not be executed because it does not exist"
_SIZE: Final = "size {0}x{1}\r\n"


class ExecError(Exception):
    """The command could not run. `text` empty: an error that is not for the client."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


Write = Callable[[bytes, bool], Awaitable[None]]
"""Output: the bytes, and whether they are stderr's."""


@dataclass
class Terminal:
    """What a command reads from. Without `is_open` its input is at its end."""

    is_open: bool
    is_tty: bool
    lines: "asyncio.Queue[bytes]" = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))
    sizes: "asyncio.Queue[tuple[int, int]]" = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))


@dataclass(frozen=True)
class Process:
    """One command in a pod."""

    arguments: Sequence[str]
    pod: str
    terminal: Terminal
    write: Write
    answers: Mapping[str, Exec]

    async def run(self) -> int:
        """Its exit code. Raises ExecError."""
        name, *rest = self.arguments
        if name in self.answers:
            return await self._answer(self.answers[name])
        if name in _SHELLS:
            return await self._shell(rest)
        if name == "cat":
            return await self._cat()
        return await self._simple(name, rest)

    async def _simple(self, name: str, rest: Sequence[str]) -> int:
        match name:
            case "echo":
                await self.write(f"{' '.join(rest)}\n".encode(), False)
            case "hostname":
                await self.write(f"{self.pod}\n".encode(), False)
            case "sleep":
                await asyncio.sleep(_seconds(rest))
            case "true" | "false":
                pass
            case _:
                raise ExecError(_NO_SUCH)
        return int(name == "false")

    async def _answer(self, answer: Exec) -> int:
        await asyncio.sleep(answer.seconds)
        for is_error, piece in answer.output:
            await self.write(piece, is_error)
        for _ in range(answer.sizes):
            await self.write(_SIZE.format(*await self.terminal.sizes.get()).encode(), False)
        if answer.error is not None:
            raise ExecError(answer.error)
        return answer.exit_code

    async def _cat(self) -> int:
        """Ends at a line "exit": the protocol has no way to end a command's input."""
        while self.terminal.is_open:
            piece = await self.terminal.lines.get()
            await self.write(piece, False)
            if piece.strip() == b"exit":
                break
        return 0

    async def _shell(self, rest: Sequence[str]) -> int:
        if len(rest) > 1 and rest[0] == "-c":
            return (await self._line(rest[1]))[0]
        code, is_over = 0, not self.terminal.is_open
        while not is_over:
            code, is_over = await self._line((await self.terminal.lines.get()).decode(errors="replace"))
        return code

    async def _line(self, text: str) -> tuple[int, bool]:
        """One line in a shell: the exit code, and whether the shell ends with it."""
        words = text.split()
        if not words:
            return 0, False
        if words[0] == "exit":
            return int(words[1]) if words[1:] and words[1].isdecimal() else 0, True
        inner = Process(words, self.pod, self.terminal, self.write, self.answers)
        try:
            return await inner.run(), False
        except ExecError:
            await self.write(f"sh: {words[0]}: not found\n".encode(), True)
            return 127, False


def _seconds(rest: Sequence[str]) -> float:
    try:
        return max(float(rest[0]), 0.0)
    except (IndexError, ValueError):
        raise ExecError("command execution failed") from None
