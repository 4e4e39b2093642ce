"""A deployed stack, by its name: what CloudFormation calls its resources, and the functions behind them."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from slipway.domain import errors
from slipway_signing.intents_dynamo import DynamoIntents
from slipway_signing.nodes import Nodes
from slipway_signing.transport import HttpTransport
from slipway_signing.treasury_chain import RestTreasury

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", default="slipway", help="the stack's name (default: slipway)")
    parser.add_argument("--region", help="the stack's region, if not your AWS configuration's")
    parser.add_argument("--chain", help="REST addresses of Akash nodes, if not the stack's (comma separated)")


@contextmanager
def told() -> Iterator[None]:
    """Ends the command with a line where the chain, the signer or AWS says no; a bug keeps its traceback.

    The operator may see an error's facts.
    """
    try:
        yield
    except errors.SlipwayError as error:
        sys.exit(f"{error.code}: {error} {error.facts or ''}".strip())
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS: {error}")


@dataclass
class DeployedStack:
    """Clients and names, each looked up at first use, with the operator's own AWS credentials."""

    name: str
    region: str | None = None
    chain: str | None = None
    _names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, chosen: argparse.Namespace) -> DeployedStack:
        return cls(chosen.stack, chosen.region, chosen.chain)

    def client(self, service: str) -> Any:
        """Patient enough for a function that waits for blocks."""
        config = Config(read_timeout=200, retries={"total_max_attempts": 1})
        session = boto3.session.Session(region_name=self.region)
        return session.client(service, config=config)  # type: ignore[call-overload]

    def resource(self, logical_id: str) -> str:
        """A resource's physical name. Raises LookupError."""
        if not self._names:
            pages = self.client("cloudformation").get_paginator("list_stack_resources")
            for page in pages.paginate(StackName=self.name):
                for found in page["StackResourceSummaries"]:
                    self._names[found["LogicalResourceId"]] = found.get("PhysicalResourceId", "")
        return self._names[logical_id]

    def treasury_reads(self) -> RestTreasury:
        """Of the nodes that were named, or else of the stack's."""
        text = self.chain or self.parameters()["ChainRestUrls"]
        urls = [url.strip() for url in text.split(",") if url.strip()]
        transport = HttpTransport()
        return RestTreasury(Nodes(urls, transport, time.time_ns), transport)

    def intents(self) -> DynamoIntents:
        tables = self.resource("IntentsTable"), self.resource("BudgetsTable")
        return DynamoIntents(self.client("dynamodb"), *tables)

    def parameters(self) -> Mapping[str, str]:
        [found] = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        return {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", [])}

    def invoke(self, logical_id: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """A function's answer. Raises RuntimeError for one that broke."""
        answer = self.client("lambda").invoke(
            FunctionName=self.resource(logical_id), Payload=json.dumps(event).encode()
        )
        text = answer["Payload"].read()
        if "FunctionError" in answer:
            raise RuntimeError(f"{logical_id} broke: {text.decode(errors='replace')}")
        reply: dict[str, Any] = json.loads(text)
        return reply
