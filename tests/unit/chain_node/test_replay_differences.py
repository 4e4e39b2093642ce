"""What the replay of a recording counts as a difference."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.replay.chain_compare import counted, differences
from sandbox.replay.chain_recording import Exchange

SIMULATE = "/cosmos/tx/v1beta1/simulate"


def exchange(answer: Any, path: str = SIMULATE) -> Exchange:
    return Exchange(
        file="01",
        line=1,
        name="a test",
        at=0,
        method="GET",
        path=path,
        query={},
        body=None,
        status=200,
        content_type="application/json",
        answer=answer,
    )


def paths(recorded: Any, replayed: Any, path: str = SIMULATE) -> list[str]:
    found = counted(exchange(recorded, path), 200, "application/json", replayed)
    return [each.path for each in found]


def test_every_value_is_compared_at_its_place() -> None:
    recorded = {"a": [1, {"b": "x"}], "c": None, "d": 1}
    replayed = {"a": [2, {"b": "y"}], "c": None, "e": 1}

    assert [each.path for each in differences(recorded, replayed)] == [
        "body.a[0]",
        "body.a[1].b",
        "body.d",
        "body.e",
    ]


def test_a_longer_list_and_another_type_differ() -> None:
    assert paths({"a": [1]}, {"a": [1, 2]}) == ["body.a"]
    assert paths({"a": 1}, {"a": "1"}) == ["body.a"]
    assert paths({"a": 1}, {"a": True}) == ["body.a"]


def test_status_and_content_type_count() -> None:
    found = counted(exchange({}), 500, "text/plain", {})

    assert [each.path for each in found] == ["status", "content_type"]


@pytest.mark.parametrize(("gas", "counts"), [("125", False), ("126", True), ("75", False), ("74", True)])
def test_gas_may_be_a_quarter_off(gas: str, counts: bool) -> None:
    assert bool(paths({"gas_info": {"gas_used": "100"}}, {"gas_info": {"gas_used": gas}})) is counts


@pytest.mark.parametrize(
    ("recorded", "replayed", "counts"),
    [
        ("no [a/b.go:1] with gas used: '100'", "no [c.go:22] with gas used: '110'", False),
        ("no [a/b.go:1] with gas used: '100'", "no [c.go:22] with gas used: '200'", True),
        ("no [a/b.go:1] with gas used: '100'", "no with gas used: '100'", True),
        ("no [a/b.go:1]", "yes [a/b.go:1]", True),
        ("recovered: oops\nstack:\nmain.go", "recovered: oops\nstack:\n(trimmed)", False),
        ("out of gas; gasWanted: 9, gasUsed: 100", "out of gas; gasWanted: 8, gasUsed: 100", True),
    ],
)
def test_of_a_text_only_figures_and_sources_may_differ(recorded: str, replayed: str, counts: bool) -> None:
    assert bool(paths({"message": recorded}, {"message": replayed})) is counts


def test_hashes_may_differ_in_blocks_alone() -> None:
    recorded, replayed = {"block_id": {"hash": "a"}}, {"block_id": {"hash": "b"}}

    assert paths(recorded, replayed, "/cosmos/base/tendermint/v1beta1/blocks/latest") == []
    assert paths(recorded, replayed, "/akash/deployment/v1beta4/deployments/info") == ["body.block_id.hash"]
