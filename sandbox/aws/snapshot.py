"""moto's state on disk: the items of the tables, the KMS keys with their private halves, the resources' ids.

The file is a sandbox's own and holds private keys, so only its owner may read it. User pools are not kept.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import Alias, Key, kms_backends

KEY_FACTS = ("key_usage", "key_spec", "key_state", "enabled", "description", "policy", "creation_date")


class Snapshot:
    """The state of one account and region in one file, written only when it has changed."""

    def __init__(self, path: Path, *, account_id: str, region: str) -> None:
        self._path = path
        self._account_id, self._region = account_id, region
        self._written = b""

    def restore_keys(self) -> dict[str, str]:
        """Make the KMS keys again; the resources of the earlier run, logical id → physical id."""
        state = self._read()
        for facts in state.get("keys", []):
            self._restore_key(facts)
        return dict(state.get("resources", {}))

    def restore_items(self) -> None:
        """Fill the tables, which must have been made. A table that the template no longer has is left out."""
        tables = dynamodb_backends[self._account_id][self._region].tables
        for name, items in self._read().get("tables", {}).items():
            for attributes in items if name in tables else []:
                tables[name].put_item(attributes, overwrite=True)

    def write(self, resources: Mapping[str, str]) -> None:
        """Write the state as it is, unless the file already says so. Hold the endpoint's lock."""
        state = {"resources": dict(resources), "keys": self._keys(), "tables": self._items()}
        text = json.dumps(state, default=_base64)
        digest = hashlib.sha256(text.encode()).digest()
        if digest == self._written:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._path)
        self._written = digest

    def _read(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        state: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
        return state

    def _items(self) -> dict[str, Any]:
        tables = dynamodb_backends[self._account_id][self._region].tables
        return {
            name: [item.to_json()["Attributes"] for item in table.all_items()]
            for name, table in tables.items()
        }

    def _keys(self) -> list[dict[str, Any]]:
        backend = kms_backends[self._account_id][self._region]
        return [
            {
                "id": key.id,
                **{name: getattr(key, name) for name in KEY_FACTS},
                "private_key": _pem(key.private_key.private_key),
                "key_material": key.key_material.hex(),
                "aliases": list(key.aliases),
                "tags": backend.tagger.get_tag_dict_for_resource(key.id),
            }
            for key in backend.keys.values()
        ]

    def _restore_key(self, facts: Mapping[str, Any]) -> None:
        backend = kms_backends[self._account_id][self._region]
        key = Key(None, facts["key_usage"], facts["key_spec"], "", self._account_id, self._region)
        key.id, key.arn = facts["id"], f"arn:aws:kms:{self._region}:{self._account_id}:key/{facts['id']}"
        for name in KEY_FACTS:
            setattr(key, name, facts[name])
        key.private_key.private_key = serialization.load_pem_private_key(
            facts["private_key"].encode(), password=None
        )
        key.key_material = bytes.fromhex(facts["key_material"])
        key.aliases = {name: Alias(self._account_id, self._region, name, key) for name in facts["aliases"]}
        backend.keys[key.id] = key
        tags = [{"TagKey": name, "TagValue": value} for name, value in facts["tags"].items()]
        backend.tagger.tag_resource(key.id, tags)


def _base64(value: bytes) -> str:
    """Binary attributes as DynamoDB's own JSON has them; moto keeps bytes."""
    return base64.b64encode(value).decode()


def _pem(private_key: Any) -> str:
    pem: bytes = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()
