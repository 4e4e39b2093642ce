"""Many callers at once, and what the chain and the tables hold of it afterwards."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx

from sandbox.up import SandboxConfig
from tests.e2e.running import BLOCK_SECONDS, Api, Running, example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.e2e.operator import Operator

AT_ONCE = 50
DEPOSIT = 500_000
CREDIT = 30_000_000
CONFIG = SandboxConfig(block_seconds=BLOCK_SECONDS, credit=CREDIT, providers=(), schedules=False)
TRIES = 60
UNDER_WAY = (409, 503, 504)
"""On a busy machine: the gateway, or the function before it, waited no longer. A client then repeats."""
LIST = "/akash/deployment/v1beta4/deployments/list"


def created_at_once(stack: Running, keys: Sequence[str]) -> list[Any]:
    """A deployment for each key, asked for all at the same time.

    One goes before: what the functions make once in a process, fifty threads would make fifty times.
    """
    stack.demo.create(example("web"))
    sdl = example("web")
    with ThreadPoolExecutor(len(keys)) as callers:
        return list(
            callers.map(lambda number: _created(stack.demo, keys[number], number, sdl), range(len(keys)))
        )


def _created(api: Api, key: str, number: int, sdl: str) -> Any:
    headers = {"x-api-key": key, "idempotency-key": f"one-of-many-{number}"}
    body = {"data": {"sdl": sdl, "deposit": DEPOSIT / 1_000_000}}
    for _ in range(TRIES):
        answer = api.call("POST", "/v1/deployments", body, headers=headers)
        if answer.status_code not in UNDER_WAY:
            break
        time.sleep(1)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def dseqs_on_chain(stack: Running, owner: str) -> list[str]:
    query = {"filters.owner": owner, "pagination.limit": "200"}
    found = httpx.get(f"{stack.sandbox.chain_urls}{LIST}", params=query).json()["deployments"]
    return sorted(one["deployment"]["id"]["dseq"] for one in found)


def intents_of_wallets(operator: Operator) -> Counter[str]:
    """How many there are by their state and attempt (`committed at 1`)."""
    pages = operator.dynamo.get_paginator("scan").paginate(TableName=operator.table("IntentsTable"))
    items = [item for page in pages for item in page["Items"] if item["role"]["S"] == "wallet"]
    return Counter(f"{item['state']['S']} at {item['attempt']['N']}" for item in items)
