"""The signing log, for the operator and the auditor.

    python -m tools.signing_log export log.jsonl            every entry, and what the intents keep of them
    python -m tools.signing_log verify log.jsonl            offline: needs this file and nothing else
    python -m tools.signing_log verify log.jsonl --heads heads.json --write-heads heads.json

`verify` ends with 0 only where every entry is what it was when it was written, none is missing and none is
there twice. With the heads that an earlier, sound verification wrote, it also sees a log cut short since.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from slipway_signing.signing_log import line
from slipway_signing.signing_log_dynamo import DynamoLog
from slipway_signing.signing_log_verifying import Verified, verify

from tools import stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def export(deployed: stack.DeployedStack, out: TextIO) -> int:
    """Write all there is; how many lines. The intents are read first, so that what they name is there."""
    client = deployed.client("dynamodb")
    anchors = _anchors(client, deployed.resource("IntentsTable"))
    written = 0
    for text in chain(anchors, _entries(client, deployed)):
        out.write(f"{text}\n")
        written += 1
    return written


def _entries(client: Any, deployed: stack.DeployedStack) -> Iterator[str]:
    yield from (line(entry) for entry in DynamoLog(client, deployed.resource("SigningLogTable")).entries())


def _anchors(client: Any, table: str) -> Iterator[str]:
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="attribute_exists(logged)",
        ProjectionExpression="intent_id, logged",
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            named = {"anchor": item["logged"]["S"], "intent_id": item["intent_id"]["S"]}
            yield json.dumps(named, separators=(",", ":"))


def check(path: Path, heads: Path | None, write_heads: Path | None) -> int:
    """Verify an export; the exit status."""
    earlier = {name: (seq, digest) for name, (seq, digest) in _heads(heads).items()}
    with path.open(encoding="utf-8") as lines:
        verified = verify(lines, earlier)
    for fault in verified.faults:
        print(fault)
    print(_summary(verified))
    if verified.faults:
        return 1
    if write_heads is not None:
        write_heads.write_text(json.dumps(verified.heads, indent=1, sort_keys=True), encoding="utf-8")
    return 0


def _heads(path: Path | None) -> Mapping[str, tuple[int, str]]:
    found: Mapping[str, tuple[int, str]] = json.loads(path.read_text(encoding="utf-8")) if path else {}
    return found


def _summary(verified: Verified) -> str:
    counted = f"{verified.entries} entries in {len(verified.heads)} chains, {verified.anchors} intents"
    return f"{counted}: {len(verified.faults)} faults" if verified.faults else f"{counted}: sound"


def main(arguments: list[str] | None = None) -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    commands = parser.add_subparsers(dest="command", required=True)
    exporting = commands.add_parser("export")
    stack.add_arguments(exporting)
    exporting.add_argument("file", type=Path)
    verifying = commands.add_parser("verify")
    verifying.add_argument("file", type=Path)
    verifying.add_argument("--heads", type=Path)
    verifying.add_argument("--write-heads", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.command == "verify":
        sys.exit(check(chosen.file, chosen.heads, chosen.write_heads))
    with stack.told(), chosen.file.open("w", encoding="utf-8") as out:
        print(f"{export(stack.DeployedStack.of(chosen), out)} lines")


if __name__ == "__main__":
    main()
