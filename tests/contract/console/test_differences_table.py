"""docs/differences.md: each row names exchanges that were recorded and a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.replay.console_recording import read
from sandbox.replay.console_rows import Row, read_rows
from tests import recordings

HERE = Path(__file__).parents[3]
ROWS = read_rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_every_row_has_its_test(row: Row) -> None:
    assert row.tests
    for named in row.tests:
        file, _, test = named.partition("::")
        assert re.search(
            rf"^def {re.escape(test)}\(", (HERE / file).read_text(encoding="utf-8"), re.MULTILINE
        )


def test_every_name_in_a_row_is_of_an_exchange() -> None:
    exchanges = read(recordings.path("console"))

    idle = [
        pattern
        for row in ROWS
        for pattern in row.exchanges
        if not any(Row(0, (pattern,), (), "", "", "", ()).names(exchange) for exchange in exchanges)
    ]

    assert idle == []
