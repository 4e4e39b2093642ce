"""The signer's tables in moto, with the keys and indexes that template.yaml gives them."""

from __future__ import annotations

from typing import Any

from sandbox.aws.template import Template
from tests.unit.house.source import ROOT


def make(client: Any, logical_id: str) -> str:
    """The table of that name in the template; its name here."""
    properties = Template.read(ROOT / "template.yaml").resources[logical_id]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
    client.create_table(TableName=logical_id, **{key: properties[key] for key in wanted if key in properties})
    return logical_id
