"""Commands and scripts as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.chain.numbers import SECOND
from sandbox.control import commands
from sandbox.control.commands import COMMANDS, CommandRefusedError, duration, parse, parse_line
from sandbox.control.script import MOST_LINES, Script
from tests.unit.chain_node.network import TENANT, TREASURY

if TYPE_CHECKING:
    from pathlib import Path


def built(kind: type[commands.Command], **arguments: Any) -> commands.Command:
    return kind.model_validate(arguments)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("30d", 30 * 24 * 3600 * SECOND),
        ("12h", 12 * 3600 * SECOND),
        ("5m", 300 * SECOND),
        ("6s", 6 * SECOND),
        ("1.5s", 3 * SECOND // 2),
        ("50ms", SECOND // 20),
    ],
)
def test_durations_are_read_exactly(text: str, nanoseconds: int) -> None:
    assert duration(text) == nanoseconds


@pytest.mark.parametrize("text", ["", "5", "-5s", "5 s", "1e3s", "5w", "s", "٣s", 5, None, "1.s"])
def test_what_is_no_duration_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="is no duration like 30d"):
        duration(text)


def test_every_command_is_read_from_a_line() -> None:
    lines = {
        "stop-blocks": commands.StopBlocks(),
        "resume-blocks  # and on": commands.ResumeBlocks(),
        "speed factor=600 block_time=6s": built(commands.Speed, factor=600, block_time="6s"),
        "jump by=30d": built(commands.Jump, by="30d"),
        "disturb path=/cosmos/tx status=503 next=3": commands.Disturb(path="/cosmos/tx", status=503, next=3),
        "disturb hang=true": commands.Disturb(hang=True),
        "clear": commands.Clear(),
        "kill provider=aurora": commands.Kill(provider="aurora"),
        "restart provider=aurora": commands.Restart(provider="aurora"),
        "tariff factor=2.5": built(commands.TariffFactor, factor="2.5"),
        f"expire-grants grantee={TENANT.address}": commands.ExpireGrants(grantee=TENANT.address),
        f"drain owner={TENANT.address} dseq=7 blocks_left=3": commands.Drain(
            owner=TENANT.address, dseq=7, blocks_left=3
        ),
        "wait for=50ms": built(commands.Wait, **{"for": "50ms"}),
    }

    assert {line: parse_line(line) for line in lines} == lines
    assert {line.split()[0] for line in lines} == set(COMMANDS)


@pytest.mark.parametrize("line", ["", "   ", "# only words", "  # by=3d"])
def test_nothing_is_read_from_comments(line: str) -> None:
    assert parse_line(line) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("explode", "no command is called 'explode'; there are stop-blocks"),
        ("jump", "by: Field required"),
        ("jump by=400d", "by: Input should be less than"),
        ("jump by=soon", "by: 'soon' is no duration"),
        ("jump 30d", "'30d' is no argument like by=30d"),
        ("jump by=1d colour=red", "colour: Extra inputs are not permitted"),
        ("speed factor=0", "factor: Input should be greater than 0"),
        ("speed factor=nan", "factor: "),
        ("speed factor=2 block_time=0s", "block_time: Input should be greater than 0"),
        ("disturb status=200", "status: Input should be greater than or equal to 400"),
        ("disturb status=503 next=0", "next: Input should be greater than or equal to 1"),
        ("disturb delay=1h", "delay: Input should be less than or equal to"),
        ("tariff factor=-1", "factor: Input should be greater than 0"),
        ("expire-grants grantee=akash1bad", "grantee: 'akash1bad' is no address"),
        (f"drain owner={TREASURY.address} dseq=0", "dseq: Input should be greater than 0"),
        ("wait for=2h", "for: Input should be less than"),
    ],
)
def test_a_wrong_line_is_refused_and_says_why(line: str, words: str) -> None:
    with pytest.raises(CommandRefusedError) as refusal:
        parse_line(line)

    assert words in str(refusal.value)


@pytest.mark.parametrize("arguments", [[], "by=1d", 5])
def test_arguments_are_an_object(arguments: Any) -> None:
    with pytest.raises(CommandRefusedError):
        parse("jump", arguments)


def test_a_script_is_read_whole_and_names_the_line_that_is_wrong(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("# a walk\nstop-blocks\n\nwait for=50ms   # a moment\nresume-blocks\n")
    bad.write_text("stop-blocks\n\njump by=never\n")

    steps = Script.read(good).steps

    assert [step.name for step in steps] == ["stop-blocks", "wait", "resume-blocks"]
    assert steps[1].arguments == {"for": "50ms"}
    with pytest.raises(CommandRefusedError, match="line 3: by: 'never' is no duration"):
        Script.read(bad)


def test_a_script_has_an_end() -> None:
    with pytest.raises(CommandRefusedError, match="at most"):
        Script.of(["clear"] * (MOST_LINES + 1))
