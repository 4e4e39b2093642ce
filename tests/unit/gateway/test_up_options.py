"""What the `up` command makes of its options and environment."""

from pathlib import Path

import pytest

from sandbox import cli
from sandbox.aws.treasury import parse_key, public_bytes
from sandbox.up import OwnChain, SandboxConfig

KEY = "07" * 32


def configured(*arguments: str, **environment: str) -> SandboxConfig:
    return cli.configuration(cli.parser().parse_args(arguments), environment)


def test_without_options_it_runs_its_own_chain_on_the_usual_port_and_keeps_nothing() -> None:
    assert configured() == SandboxConfig(port=8080, block_seconds=1.0)


def test_port_folder_and_block_time_are_options() -> None:
    config = configured("--port", "0", "--data", "state", "--block-time", "50ms")

    assert (config.port, config.data, config.block_seconds) == (0, Path("state"), 0.05)


def test_a_node_of_ones_own_comes_from_the_options_before_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "treasury"
    file.write_text(KEY)

    config = configured(
        *("--chain-rest-url", "http://node.test", "--chain-id", "net-1", "--treasury-key-file", str(file)),
        CHAIN_REST_URL="http://other.test",
        CHAIN_ID="net-2",
        TREASURY_KEY="08" * 32,
    )

    assert config.chain == OwnChain("http://node.test", "net-1")
    assert config.treasury_key is not None
    assert public_bytes(config.treasury_key) == public_bytes(parse_key(KEY))


def test_a_node_of_ones_own_comes_from_the_environment_alone() -> None:
    config = configured(CHAIN_REST_URL="http://node.test", CHAIN_ID="net-1", TREASURY_KEY=KEY)

    assert config.chain == OwnChain("http://node.test", "net-1")


@pytest.mark.parametrize(
    "environment",
    [
        {"CHAIN_REST_URL": "http://node.test", "TREASURY_KEY": KEY},
        {"CHAIN_ID": "net-1", "TREASURY_KEY": KEY},
        {"CHAIN_REST_URL": "http://node.test", "CHAIN_ID": "net-1"},
        {"TREASURY_KEY": "not a key"},
    ],
)
def test_half_a_node_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="node|key"):
        configured(**environment)


@pytest.mark.parametrize(
    ("text", "expected"), [("1s", 1.0), ("50ms", 0.05), ("0.5s", 0.5), ("2.5ms", 0.0025)]
)
def test_durations(text: str, expected: float) -> None:
    assert cli.seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "1", "s", "0s", "-1s", "1m", "1 s"])
def test_other_texts_are_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        cli.seconds(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("100", 100_000_000), ("0.5", 500_000), ("1.000001", 1_000_001)]
)
def test_credit_is_read_in_dollars(text: str, expected: int) -> None:
    assert configured("--credit", text).credit == expected


@pytest.mark.parametrize("text", ["-1", "1.0000001", "1e3", "much"])
def test_other_amounts_are_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        configured(f"--credit={text}")

    assert "--credit" in capsys.readouterr().err
