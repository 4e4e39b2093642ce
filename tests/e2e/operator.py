"""Who runs the stack, in tests: invokes its functions, reads its tables and its chain."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import httpx
from slipway_signing.intents_dynamo import DynamoIntents
from slipway_signing.nodes import Nodes
from slipway_signing.signing_log import line
from slipway_signing.signing_log_dynamo import DynamoLog
from slipway_signing.signing_log_verifying import verify
from slipway_signing.transport import HttpTransport
from slipway_signing.treasury_chain import RestTreasury
from slipway_signing.wallets import DynamoWallets, WalletRow

from sandbox.aws.local import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.e2e.running import Api, Running


class Operator:
    """With one user, who has a wallet of their own."""

    def __init__(
        self, sandbox: Running, api: Api, user_id: str, *, nodes: Sequence[str] | None = None
    ) -> None:
        """`nodes` are asked for what the chain says; None for those of the stack."""
        self.sandbox = sandbox
        self.api = api
        self.user_id = user_id
        self._stack = sandbox.sandbox.aws.stack
        self._runtime = sandbox.sandbox.aws.runtime
        session = boto3.session.Session("sandbox", "sandbox", region_name=REGION)
        self.dynamo = session.client("dynamodb", endpoint_url=sandbox.sandbox.aws_endpoint)
        self.http = httpx.Client(trust_env=False)
        transport = HttpTransport(self.http)
        urls = nodes or sandbox.sandbox.chain_urls.split(",")
        self.chain = RestTreasury(Nodes(urls, transport, time.time_ns), transport)

    def close(self) -> None:
        self.http.close()
        self.dynamo.close()

    def table(self, logical_id: str) -> str:
        return str(self._stack.ref(logical_id))

    def invoke(self, logical_id: str, event: dict[str, Any]) -> dict[str, Any]:
        answer = self.sandbox.run(self._runtime.invoke_async(self._stack.ref(logical_id), event))
        assert not answer.failed, answer.payload
        return dict(answer.value)

    def change(self, delta: int, change_id: str) -> dict[str, Any]:
        change = {"change_id": change_id, "user_id": self.user_id, "delta": str(delta)}
        answer = self.invoke("SignerChangeCredit", {"request_id": change_id, "changes": [change]})
        [told] = answer["changes"]
        return dict(told)

    @property
    def wallets(self) -> DynamoWallets:
        return DynamoWallets(self.dynamo, self.table("WalletsTable"))

    @property
    def intents(self) -> DynamoIntents:
        return DynamoIntents(self.dynamo, self.table("IntentsTable"), self.table("BudgetsTable"))

    @property
    def row(self) -> WalletRow:
        row = self.wallets.get(self.user_id)
        assert row is not None
        return row

    @property
    def credit(self) -> int | None:
        """None without a grant."""
        standing = self.chain.standing(self.row.granter, self.row.address, at_least=0)
        return standing.credit if standing.granted else None

    def log_faults(self) -> tuple[str, ...]:
        entries = DynamoLog(self.dynamo, self.table("SigningLogTable")).entries()
        return verify(line(entry) for entry in entries).faults


@contextmanager
def operating(sandbox: Running) -> Iterator[Operator]:
    """For a new user."""
    user_id, key = sandbox.run(sandbox.sandbox.new_user())
    with sandbox.caller(key) as api, closing(Operator(sandbox, api, user_id)) as found:
        yield found
