"""DynamoDB's time to live: moto stores the setting and never deletes, so a sweep does."""

from datetime import datetime
from typing import Any

from moto.dynamodb.models import dynamodb_backends


def delete_expired(now: datetime, *, account_id: str, region: str) -> int:
    """Delete each item whose time to live has passed; how many they were. Hold the endpoint's lock."""
    deleted = 0
    for table in dynamodb_backends[account_id][region].tables.values():
        if table.ttl.get("TimeToLiveStatus") != "ENABLED":
            continue
        attribute = table.ttl["AttributeName"]
        for item in [item for item in table.all_items() if _is_past(item, attribute, now)]:
            table.delete_item(item.hash_key, item.range_key)
            deleted += 1
    return deleted


def _is_past(item: Any, attribute: str, now: datetime) -> bool:
    """Only a number counts as an expiry time; anything else never expires (DynamoDB developer guide, TTL)."""
    expiry = item.attrs.get(attribute)
    return expiry is not None and expiry.type == "N" and float(expiry.value) < now.timestamp()
