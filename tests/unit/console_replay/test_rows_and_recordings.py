"""docs/differences.md as the replay reads it, and recordings that stand for more than they hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.replay.console_compare import Difference
from sandbox.replay.console_makings import makings
from sandbox.replay.console_recording import read, side_by_side
from sandbox.replay.console_rows import covering, read_rows

if TYPE_CHECKING:
    from pathlib import Path

SDL = """
version: "2.0"
services: {web: {image: nginx, expose: [{port: 80, to: [{global: true}]}]}}
profiles:
  compute: {web: {resources: {cpu: {units: 1}, memory: {size: 1Gi}, storage: {size: 1Gi}}}}
  placement: {here: {pricing: {web: {denom: uact, amount: 1000}}}}
deployment: {web: {here: {profile: web, count: 1}}}
"""
DSEQ = 1_795_363_693_495
OWNER = "akash1nxdua8x9pzt9cgzdw0sca4eqvks9s8kaffnhgk"
TABLE = """
| Exchanges | Parts | The reference | Slipway | Why | Test |
|---|---|---|---|---|---|
| `01-auth/odd: *` `02-keys/a|b` | `status` `body.*` | this | that | so | `tests/x.py::test_y` |
"""


def recording(folder: Path, *exchanges: dict[str, Any]) -> Path:
    """Exchanges a second apart, half a second long, beginning when the dseq was made and a bit more."""
    lines: list[dict[str, Any]] = [{"title": "made up"}]
    for number, given in enumerate(exchanges, 1):
        request = {"method": "GET", "path": "/", "headers": {}, "body": None, "as": "paid"} | given["request"]
        response = {"status": 200, "headers": {}, "body": {}, "seconds": given.get("seconds", 0.5)}
        lines.append(
            {
                "name": given.get("name", f"number {number}"),
                "at": f"2026-11-22T16:09:{number:02}.000000Z",
                "request": request,
                "response": response | given.get("response", {}),
            }
        )
    (folder / "01-auth.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


def a_detail(state: str = "active", **lease: Any) -> dict[str, Any]:
    name = {"owner": OWNER, "dseq": str(DSEQ)}
    leases = [{"id": name, "state": "active", "reason": "lease_closed_invalid", **lease}] if lease else []
    return {"data": {"deployment": {"id": name, "state": state, "hash": "?"}, "leases": leases}}


def test_a_row_covers_its_exchanges_and_parts_and_no_others(tmp_path: Path) -> None:
    table = tmp_path / "differences.md"
    table.write_text(TABLE)
    rows = read_rows(table)
    odd, even = read(
        recording(tmp_path, {"request": {}, "name": "odd: [1]"}, {"request": {}, "name": "even"})
    )

    assert [row.tests for row in rows] == [("tests/x.py::test_y",)]
    assert rows[0].exchanges == ("01-auth/odd: *", "02-keys/a|b")
    assert covering(rows, odd, Difference("body.data[0].x", 1, 2)) is rows[0]
    assert covering(rows, odd, Difference("header.x", 1, 2)) is None
    assert covering(rows, even, Difference("status", 1, 2)) is None


def test_a_row_without_a_reason_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "differences.md"
    table.write_text(TABLE.replace("| so |", "| |"))

    with pytest.raises(ValueError, match="row 1"):
        read_rows(table)


def test_long_bodies_are_restored_to_their_length_and_are_json(tmp_path: Path) -> None:
    whole = {"data": {"sdl": SDL}}
    bodies = [
        whole,
        f"(5000 bytes: {json.dumps(whole)[:60]!r} …)",
        '(300 bytes: \'{"data": {"sdl": "a: xx\' …)',
        "(40 bytes: '[[[[' …)",
        "base64:77u/e30=",
    ]

    found = read(recording(tmp_path, *({"request": {"body": body}} for body in bodies)))

    assert [len(each.body) for each in found[1:4]] == [5000, 300, 40]
    assert found[1].json["data"]["sdl"].startswith(SDL)
    assert found[2].json["data"]["sdl"].startswith("a: xx")
    assert json.loads(found[3].body)
    assert found[4].body == b"\xef\xbb\xbf{}"


def test_requests_that_were_under_way_together_are_sent_together(tmp_path: Path) -> None:
    exchanges = read(
        recording(tmp_path, {"request": {}, "seconds": 1.5}, {"request": {}}, {"request": {}, "seconds": 0.9})
    )

    assert [len(group) for group in side_by_side(exchanges)] == [2, 1]


@pytest.mark.parametrize(
    ("shown", "leased", "closed"),
    [
        (a_detail(), False, ""),
        (a_detail(gseq=1), True, ""),
        (a_detail("closed"), False, "lease_closed_owner"),
        (a_detail(state="active", gseq=1) | {}, True, ""),
    ],
)
def test_what_no_request_made_is_made_as_far_as_answers_show_it(
    tmp_path: Path, shown: Any, leased: bool, closed: str
) -> None:
    exchanges = read(
        recording(
            tmp_path,
            {"request": {"method": "POST", "path": "/v1/x", "body": {"data": {"sdl": SDL}}}},
            {"request": {"path": f"/v1/deployments/{DSEQ}"}, "response": {"body": shown}},
        )
    )

    [making] = makings(exchanges, exchanges, {OWNER: "paid"})

    assert (making.dseq, making.user, making.at) == (str(DSEQ), "paid", DSEQ / 1000)
    assert (making.is_leased, making.closed) == (leased, closed)


def test_a_bid_is_not_seen_before_the_recorder_saw_one(tmp_path: Path) -> None:
    path = {"request": {"path": f"/v1/bids/{DSEQ}"}}
    exchanges = read(
        recording(
            tmp_path,
            {"request": {"method": "POST", "path": "/v1/x", "body": {"data": {"sdl": SDL}}}},
            path | {"response": {"body": {"data": []}}},
            path | {"response": {"body": {"data": [{"bid": {}}]}}},
        )
    )

    [making] = makings(exchanges, exchanges, {})

    assert (making.is_bid_on, making.bid_before) == (True, "01-auth:3")


def test_what_a_recorded_request_made_is_left_to_it(tmp_path: Path) -> None:
    made = {"status": 201, "body": {"data": {"dseq": str(DSEQ)}}}
    exchanges = read(
        recording(
            tmp_path,
            {"request": {"method": "POST", "body": {"data": {"sdl": SDL}}}, "response": made},
            {"request": {"path": f"/v1/deployments/{DSEQ}"}, "response": {"body": a_detail()}},
        )
    )

    assert makings(exchanges, exchanges, {}) == []
