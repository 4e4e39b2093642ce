"""A deployment that stops and starts again on the same folder."""

import stat
from pathlib import Path

from sandbox.aws.local import REGION, LocalAws
from sandbox.aws.resources import Clients
from tests.contract.aws.sample import deployment

ITEM = {
    "pk": {"S": "order"},
    "sk": {"S": "1"},
    "owner": {"S": "alice"},
    "blob": {"B": b"\x00\xff"},
    "amounts": {"L": [{"N": "1"}, {"M": {"deep": {"B": b"\x01"}}}]},
    "tags": {"SS": ["a", "b"]},
    "open": {"BOOL": True},
    "nothing": {"NULL": True},
}


def test_a_restart_finds_items_keys_aliases_and_tags_again(environments: None, tmp_path: Path) -> None:
    before = LocalAws(deployment(tmp_path))
    before.start()
    clients = Clients(before.url, REGION)
    clients.client("dynamodb").put_item(TableName=before.stack.ref("Orders"), Item=ITEM)
    kms = clients.client("kms")
    tags = [{"TagKey": "slipway-purpose", "TagValue": "wallet"}]
    key_id = kms.create_key(KeySpec="ECC_SECG_P256K1", KeyUsage="SIGN_VERIFY", Tags=tags)["KeyMetadata"][
        "KeyId"
    ]
    kms.create_alias(AliasName="alias/alice", TargetKeyId=key_id)
    public_key = kms.get_public_key(KeyId=key_id)["PublicKey"]
    treasury = before.stack.ref("TreasuryKey")
    before.stop()

    after = LocalAws(deployment(tmp_path))
    after.start()
    try:
        clients = Clients(after.url, REGION)
        kms = clients.client("kms")
        found = clients.client("dynamodb").query(
            TableName=after.stack.ref("Orders"),
            IndexName="by-owner",
            KeyConditionExpression="#o = :o",
            ExpressionAttributeNames={"#o": "owner"},
            ExpressionAttributeValues={":o": {"S": "alice"}},
        )["Items"]
        assert found == [ITEM]
        assert kms.get_public_key(KeyId="alias/alice")["PublicKey"] == public_key
        assert kms.list_resource_tags(KeyId=key_id)["Tags"] == tags
        assert after.stack.ref("TreasuryKey") == treasury
        assert len(kms.list_keys()["Keys"]) == 2
    finally:
        after.stop()


def test_only_the_owner_may_read_the_saved_keys(environments: None, tmp_path: Path) -> None:
    local = LocalAws(deployment(tmp_path / "made" / "now"))
    local.start()
    local.stop()

    saved = tmp_path / "made" / "now" / "state.json"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
