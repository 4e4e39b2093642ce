"""The stack on a node that is not its sandbox's, and its transactions as another library reads them."""

from __future__ import annotations

import base64
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from slipway_signing import tx
from slipway_signing.address import address_of
from slipway_signing.keys import ORDER, KmsKey

from sandbox import genesis
from sandbox.aws.local import REGION
from sandbox.aws.treasury import public_bytes
from sandbox.chain.node import ChainNode
from sandbox.provider import cast
from sandbox.provider.gateway import SandboxProvider
from sandbox.up import OwnChain, Sandbox, SandboxConfig
from tests.e2e import foreign_tx
from tests.e2e.relay import BROADCAST, Relay
from tests.e2e.running import BLOCK_SECONDS, Api, Running, client, example, until
from tests.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.e2e

PROVIDER = cast.CAST[0]
CREDIT = 5_000_000
GAS = 400_000
FEE_UAKT = 10_000
FEE_ALLOWANCE = SandboxConfig().fees


@dataclass(frozen=True)
class World:
    """A stack, the relay through which it reaches its node, and that node's own address."""

    stack: Running
    relay: Relay
    node: str

    def broadcast(self, raw: bytes) -> dict[str, Any]:
        """The node's answer to a transaction."""
        body = {"tx_bytes": base64.b64encode(raw).decode(), "mode": "BROADCAST_MODE_SYNC"}
        answer: dict[str, Any] = httpx.post(f"{self.node}{BROADCAST}", json=body).json()["tx_response"]
        return answer

    def refusal(self, raw: bytes) -> tuple[str, int, str]:
        answer = self.broadcast(raw)
        return answer["codespace"], answer["code"], answer["raw_log"]

    def outcome(self, raw: bytes) -> dict[str, Any]:
        """What a block made of a transaction."""
        taken = self.broadcast(raw)
        assert taken["code"] == 0, taken

        def look() -> dict[str, Any] | None:
            answer = httpx.get(f"{self.node}{BROADCAST}/{taken['txhash']}")
            return answer.json()["tx_response"] if answer.status_code == 200 else None

        return until("a block with the transaction", look)

    def account_number(self, address: str) -> int:
        found = httpx.get(f"{self.node}/cosmos/auth/v1beta1/account_info/{address}").json()
        return int(found["info"]["account_number"])


@asynccontextmanager
async def own_node() -> AsyncIterator[tuple[Sandbox, Relay, str]]:
    treasury = ec.generate_private_key(ec.SECP256K1())
    accounts = [
        genesis.treasury_account(address_of(public_bytes(treasury))),
        *cast.genesis_accounts([PROVIDER]),
    ]
    started = genesis.genesis(accounts, now=datetime.now(UTC))
    node = await ChainNode.start(started, block_time=BLOCK_SECONDS)
    try:
        provider = await SandboxProvider.start(PROVIDER, chain_url=node.url, chain_id=genesis.CHAIN_ID)
        try:
            async with Relay.start(node.url) as relay:
                chain = OwnChain(relay.url, genesis.CHAIN_ID)
                config = SandboxConfig(chain=chain, treasury_key=treasury, credit=CREDIT)
                async with Sandbox.start(config) as sandbox:
                    yield sandbox, relay, node.url
        finally:
            await provider.stop()
    finally:
        await node.stop()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with in_thread(own_node()) as ((sandbox, relay, node), loop):
        with client(sandbox.base_url, sandbox.api_key) as http:
            yield World(Running(sandbox, loop, Api(http)), relay, node)


def test_the_stack_deploys_and_closes_on_a_node_of_its_own(world: World) -> None:
    with world.stack.user() as api:
        created = api.create(example("web"))
        bid = api.first_bid(created["dseq"])
        refused = api.lease(created, [bid])
        api.ask("DELETE", f"/v1/deployments/{created['dseq']}")

        assert refused.status_code == 503  # its providers must be public, and this one is on loopback
        assert "not one that is called" in refused.json()["leases"][0]["message"]
        assert api.detail(created["dseq"])["deployment"]["state"] == "closed"


def test_a_transaction_on_its_way_is_what_another_library_says_it_is(world: World) -> None:
    with world.stack.user() as api, ThreadPoolExecutor(1) as worker:
        world.relay.kept.clear()
        world.relay.is_open = False
        creating = worker.submit(api.create, example("web"))
        raw = until("the transaction", lambda: next(iter(world.relay.kept), None))
        try:
            owner = must_be_sound(raw, world)
            must_be_refused_when_changed(raw, world)
        finally:
            world.relay.is_open = True

        created = creating.result()
        assert created["signTx"]["hash"] == hashlib.sha256(raw).hexdigest().upper()
        assert api.detail(created["dseq"])["deployment"]["id"]["owner"] == owner
        assert set(world.relay.kept) == {raw}  # sent again as it was, never signed again


def must_be_sound(raw: bytes, world: World) -> str:
    """The transaction decodes and its signature verifies; the address that signed it."""
    whole = foreign_tx.read("TxRaw", raw)
    body = foreign_tx.read("TxBody", whole.body_bytes)
    info = foreign_tx.read("AuthInfo", whole.auth_info_bytes)
    [signer] = info.signer_infos
    public_key = foreign_tx.read("PubKey", signer.public_key.value).key
    address = address_of(public_key)
    document = foreign_tx.CLASSES["SignDoc"](
        body_bytes=whole.body_bytes,
        auth_info_bytes=whole.auth_info_bytes,
        chain_id=genesis.CHAIN_ID,
        account_number=world.account_number(address),
    )
    [signature] = whole.signatures
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    curve_point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public_key)
    der = utils.encode_dss_signature(r, s)
    curve_point.verify(der, document.SerializeToString(deterministic=True), ec.ECDSA(SHA256()))

    assert s <= ORDER // 2
    assert [one.type_url for one in body.messages] == ["/akash.deployment.v1beta4.MsgCreateDeployment"]
    assert body.unordered
    assert body.timeout_timestamp.seconds > time.time()
    assert (signer.sequence, signer.mode_info.single.mode) == (0, 1)
    assert info.fee.granter == world.stack.sandbox.treasury
    return address


def must_be_refused_when_changed(raw: bytes, world: World) -> None:
    whole = foreign_tx.read("TxRaw", raw)
    body = foreign_tx.read("TxBody", whole.body_bytes)
    body.memo = body.memo[:-1] + ("0" if body.memo[-1] != "0" else "1")
    changed = tx.raw(body.SerializeToString(), whole.auth_info_bytes, whole.signatures[0])
    signature = whole.signatures[0]
    high_s = (ORDER - int.from_bytes(signature[32:])).to_bytes(32)
    high = tx.raw(whole.body_bytes, whole.auth_info_bytes, signature[:32] + high_s)

    for bad in (changed, high):
        codespace, code, log = world.refusal(bad)
        assert (codespace, code) == ("sdk", 4)
        assert "signature verification failed" in log


@dataclass(frozen=True)
class Wallet:
    """A wallet's key in KMS, used past the signer as only this test may."""

    key: KmsKey
    address: str
    number: int
    granter: str

    def signed(self, messages: list[dict[str, Any]], *, timeout_ns: int, fee: int = FEE_UAKT) -> bytes:
        body = tx.body(
            [tx.message(one["type_url"], one["value"]) for one in messages], memo="", timeout_ns=timeout_ns
        )
        info = tx.auth_info(self.key.public_key, fee_uakt=fee, gas_limit=GAS, granter=self.granter)
        document = tx.sign_doc(body, info, chain_id=genesis.CHAIN_ID, account_number=self.number)
        return tx.raw(body, info, self.key.sign_digest(hashlib.sha256(document).digest()))


@pytest.fixture
def wallet(world: World) -> Wallet:
    """The wallet of a new user with a deployment that it may deposit into."""
    user, _ = world.stack.run(world.stack.sandbox.new_user())
    aws: dict[str, Any] = {
        "endpoint_url": world.stack.sandbox.aws_endpoint,
        "region_name": REGION,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    tables = boto3.client("dynamodb", **aws)
    [table] = [name for name in tables.list_tables()["TableNames"] if "WalletsTable" in name]
    row = tables.get_item(TableName=table, Key={"user_id": {"S": user}})["Item"]
    public_key = bytes.fromhex(row["public_key"]["S"])
    address = row["address"]["S"]
    return Wallet(
        key=KmsKey(boto3.client("kms", **aws), row["key_id"]["S"], public_key),
        address=address,
        number=world.account_number(address),
        granter=world.stack.sandbox.treasury,
    )


def creation(wallet: Wallet, *, dseq: int, uact: int) -> list[dict[str, Any]]:
    """A create with a deposit of so many uact from the grant."""
    from slipway.domain.ids import Dseq
    from slipway.sdl.compiler import compile_sdl

    compiled = compile_sdl(example("web"))
    return [
        {
            "type_url": "/akash.deployment.v1beta4.MsgCreateDeployment",
            "value": {
                "id": {"owner": wallet.address, "dseq": str(Dseq(dseq))},
                "groups": [group.wire() for group in compiled.groups],
                "hash": base64.b64encode(compiled.version).decode(),
                "deposit": {"amount": {"denom": "uact", "amount": str(uact)}, "sources": ["grant"]},
            },
        }
    ]


def soon(seconds: int = 30) -> int:
    return time.time_ns() + seconds * tx.NANOSECONDS


def test_a_timestamp_is_good_for_one_transaction(world: World, wallet: Wallet) -> None:
    moment = soon()
    first = wallet.signed(creation(wallet, dseq=1, uact=500_000), timeout_ns=moment)
    second = wallet.signed(creation(wallet, dseq=2, uact=500_000), timeout_ns=moment)

    outcome = world.outcome(first)

    assert outcome["code"] == 0, outcome["raw_log"]
    codespace, code, log = world.refusal(second)
    assert (codespace, code) == ("sdk", 18)
    assert "has already used timeout" in log


def test_the_same_bytes_again_are_known(world: World, wallet: Wallet) -> None:
    raw = wallet.signed(creation(wallet, dseq=1, uact=500_000), timeout_ns=soon())
    world.outcome(raw)

    codespace, code, _ = world.refusal(raw)

    assert (codespace, code) == ("sdk", 19)


def test_a_deposit_above_the_grant_is_refused(world: World, wallet: Wallet) -> None:
    raw = wallet.signed(creation(wallet, dseq=1, uact=CREDIT + 1), timeout_ns=soon())

    outcome = world.outcome(raw)

    assert (outcome["codespace"], outcome["code"]) == ("undefined", 1)
    assert "insufficient balance" in outcome["raw_log"]


def test_a_fee_above_the_allowance_is_refused(world: World, wallet: Wallet) -> None:
    raw = wallet.signed(creation(wallet, dseq=1, uact=500_000), timeout_ns=soon(), fee=FEE_ALLOWANCE + 1)

    _, code, log = world.refusal(raw)

    assert code != 0
    assert "fee limit exceeded" in log
