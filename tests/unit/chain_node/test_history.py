"""What the chain remembers, and how its blocks are tied together."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest

from sandbox.chain import history, mempool
from sandbox.chain.blocks import merkle_root
from tests.unit.chain_node.network import Draft, Network, payment

BLOCKS = "/cosmos/base/tendermint/v1beta1/blocks"


def test_each_block_names_the_one_before_it() -> None:
    network = Network()
    network.send(payment())
    network.block()

    blocks = [network.get(f"{BLOCKS}/{height}") for height in range(1, 4)]

    for earlier, later in pairwise(blocks):
        assert later["block"]["header"]["last_block_id"] == earlier["block_id"]
        assert later["block"]["header"]["time"] > earlier["block"]["header"]["time"]


def test_a_block_holds_its_transactions() -> None:
    network = Network()
    raw = network.sign(Draft(messages=[payment()]))
    network.chain.broadcast(raw)
    network.block()

    block = network.get(f"{BLOCKS}/latest")["block"]

    assert block["data"]["txs"] == [b64encode(raw).decode()]
    root = sha256(b"\x00" + sha256(raw).digest()).digest()
    assert block["header"]["data_hash"] == b64encode(root).decode()


def test_the_tree_hash_of_several_leaves_splits_at_a_power_of_two() -> None:
    def leaf(text: bytes) -> bytes:
        return sha256(b"\x00" + text).digest()

    left = sha256(b"\x01" + leaf(b"a") + leaf(b"b")).digest()

    assert merkle_root([]) == sha256(b"").digest()
    assert merkle_root([b"a", b"b", b"c"]) == sha256(b"\x01" + left + leaf(b"c")).digest()


@pytest.mark.parametrize(
    ("height", "code", "text"),
    [
        ("9", 3, "requested block height is bigger then the chain length"),
        ("x", 3, 'type mismatch, parameter: height, error: strconv.ParseInt: parsing "x": invalid syntax'),
    ],
)
def test_a_block_that_is_not_there(height: str, code: int, text: str) -> None:
    assert Network().get(f"{BLOCKS}/{height}") == {"code": code, "message": text, "details": []}


def test_the_one_validator_is_the_blocks_proposer() -> None:
    network = Network()
    base = "/cosmos/base/tendermint/v1beta1"

    found = network.get(f"{base}/validatorsets/latest")
    header = network.get(f"{base}/blocks/latest")["sdk_block"]["header"]
    beyond = network.get(f"{base}/validatorsets/9")

    [one] = found["validators"]
    assert one["address"] == header["proposer_address"]
    assert (found["block_height"], found["pagination"]["total"]) == ("1", "1")
    assert beyond["code"] == 3
    assert network.get("/cosmos/auth/v1beta1/bech32") == {"bech32_prefix": "akash"}


def test_old_blocks_and_transactions_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEPT_BLOCKS", 2)
    monkeypatch.setattr(history, "KEPT_RECORDS", 1)
    network = Network()
    raws = [network.sign(Draft(messages=[payment()], sequence=sequence)) for sequence in (0, 1)]
    for raw in raws:
        network.chain.broadcast(raw)
        network.block()

    found = [network.chain.history.record(sha256(raw).hexdigest().upper()) for raw in raws]

    assert [record is not None for record in found] == [False, True]
    assert network.get(f"{BLOCKS}/1")["message"] == "height 1 is not available, lowest height is 2"


def test_a_full_mempool_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mempool, "MOST_WAITING", 1)
    network = Network()
    drafts = [Draft(messages=[payment()], sequence=sequence) for sequence in (0, 1)]

    first, second = (network.check(draft) for draft in drafts)

    assert (first.code, second.codespace, second.code) == (0, "sdk", 20)


def test_what_waits_must_hold_on_the_new_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.chain.app.MOST_IN_BLOCK", 1)
    network = Network()
    network.check(Draft(messages=[payment()], sequence=0))
    network.check(Draft(messages=[payment()], sequence=1, unordered=False))
    network.check(Draft(messages=[payment(7)], unordered=True, timeout=network.now + 1))

    blocks = [[record.outcome.code for record in network.block()] for _ in range(3)]

    assert blocks == [[0], [0], []]  # the third one's timeout passed while it waited
