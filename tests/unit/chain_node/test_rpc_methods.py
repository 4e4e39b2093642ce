"""CometBFT's methods over a chain, without sockets."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest

from sandbox.chain import pb
from sandbox.chain.rpc import abci_query
from sandbox.chain.rpc.methods import METHODS, RpcFailedError
from sandbox.chain.rpc.query_messages import message_class
from sandbox.chain.transaction import hash_of
from tests.unit.chain_node.network import (
    TENANT,
    TREASURY,
    Draft,
    Network,
    deployment,
    payment,
    tenant_with,
)


def call(network: Network, name: str, **arguments: Any) -> Any:
    return METHODS[name].run(network.chain, arguments)


def ask(network: Network, path: str, height: int = 0, **fields: Any) -> abci_query.Answer:
    service, _, method = path[1:].rpartition("/")
    package, _, kind = service.rpartition(".")
    name = f"{package}.{'Query' if kind == 'Query' else ''}{method}Request"
    return abci_query.answer(network.chain, path, message_class(name)(**fields).SerializeToString(), height)


def test_status_tells_the_tip_and_that_nothing_is_missing() -> None:
    network = Network()

    found = call(network, "status")

    assert found["node_info"]["network"] == network.chain.genesis.chain_id
    sync = found["sync_info"]
    assert (sync["latest_block_height"], sync["earliest_block_height"]) == ("1", "1")
    assert sync["catching_up"] is False
    assert len(sync["latest_block_hash"]) == 64
    assert found["validator_info"]["voting_power"].isdigit()


def test_a_transaction_is_found_by_its_hash_and_by_what_it_did() -> None:
    network = Network()
    raw = network.sign(Draft(messages=[payment(7)]))
    sent = call(network, "broadcast_tx_sync", tx=raw)
    waiting = call(network, "num_unconfirmed_txs")
    network.block()

    found = call(network, "tx", hash=bytes.fromhex(sent["hash"]))
    searched = call(network, "tx_search", query=f"transfer.recipient='{TENANT.address}'")

    assert (sent["code"], sent["hash"]) == (0, hash_of(raw))
    assert (waiting["n_txs"], waiting["total_bytes"]) == ("1", str(len(raw)))
    assert b64decode(found["tx"]) == raw
    assert (found["height"], found["index"], found["tx_result"]["code"]) == ("2", 0, 0)
    assert searched == {"txs": [found], "total_count": "1"}


def test_what_check_tx_refuses_is_an_answer_and_what_the_mempool_refuses_an_error() -> None:
    network = Network()
    refused = call(network, "broadcast_tx_sync", tx=network.sign(Draft(messages=[payment()], sequence=9)))
    raw = network.sign(Draft(messages=[payment()]))
    call(network, "broadcast_tx_sync", tx=raw)

    assert (refused["codespace"], refused["code"]) == ("sdk", 32)
    with pytest.raises(RpcFailedError, match="tx already exists in cache"):
        call(network, "broadcast_tx_sync", tx=raw)


def test_a_block_carries_its_transactions_and_points_at_the_one_before() -> None:
    network = Network()
    raw = network.sign(Draft(messages=[payment()]))
    network.chain.broadcast(raw)
    network.block()

    first, second = (call(network, "block", height=height) for height in (1, 2))
    results = call(network, "block_results", height=2)

    assert second["block"]["data"]["txs"] == [b64encode(raw).decode()]
    assert second["block"]["header"]["last_block_id"] == first["block_id"]
    assert call(network, "header", height=2)["header"] == second["block"]["header"]
    assert call(network, "commit", height=1)["signed_header"]["header"] == first["block"]["header"]
    assert [result["code"] for result in results["txs_results"]] == [0]
    assert call(network, "block_results", height=1)["txs_results"] is None


def test_pages_of_a_search() -> None:
    network = Network()
    for amount in range(1, 6):
        network.send(payment(amount))
    query = f"message.sender='{TREASURY.address}'"

    def heights(**arguments: Any) -> list[str]:
        return [found["height"] for found in call(network, "tx_search", query=query, **arguments)["txs"]]

    assert heights() == ["2", "3", "4", "5", "6"]
    assert heights(order_by="desc", per_page=2) == ["6", "5"]
    assert heights(page=3, per_page=2) == ["6"]


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("block", {"height": 0}, "height must be greater than 0, but got 0"),
        ("block", {"height": 99}, "must be less than or equal to the current blockchain height 1"),
        ("tx", {"hash": bytes(32)}, r"tx \(0{64}\) not found"),
        ("tx_search", {"query": "message.action='x'", "page": 2}, r"within \[1, 1\] range, given 2"),
        ("tx_search", {"query": "message.action='x'", "order_by": "up"}, "expected order_by"),
        ("tx_search", {"query": "nonsense"}, "nonsense"),
    ],
)
def test_what_there_is_not_is_refused(name: str, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(RpcFailedError, match=words):
        call(Network(), name, **arguments)


def test_akashs_own_client_learns_which_generations_are_served() -> None:
    network = Network()

    found = call(network, "akash")

    assert found["client_info"] == {"api_version": "v1beta3"}
    assert found["chain_id"] == network.chain.genesis.chain_id
    assert [one["api_version"] for one in found["supported_versions"]] == ["v1beta4", "v1beta3"]


def test_a_block_tells_what_its_end_did() -> None:
    network = Network(oracle={"akt/usd": "0.5"}, bme_vault="20000000000000")
    coin = pb.coin.Coin(denom="uakt", amount="50000000")
    mint = {"owner": TREASURY.address, "to": TREASURY.address, "coins_to_burn": coin}
    network.send(pb.bme.MsgMintACT(**mint))
    while network.chain.tip.height % 10:
        network.block()

    events = call(network, "block_results")["finalize_block_events"]
    earlier = call(network, "block_results", height=network.chain.tip.height - 1)["finalize_block_events"]

    by_type = {event["type"]: event["attributes"] for event in events}
    [record, mode] = by_type["akash.bme.v1.EventLedgerRecordExecuted"]
    assert json.loads(record["value"])["source"] == TREASURY.address
    assert (mode["key"], mode["value"]) == ("mode", "EndBlock")
    assert earlier == []


def test_a_grpc_query_answers_in_protobuf() -> None:
    network = tenant_with()
    network.send(deployment(3), signer=TENANT, granter=TREASURY.address)

    balance = ask(network, "/cosmos.bank.v1beta1.Query/Balance", address=TENANT.address, denom="uact")
    listed = ask(
        network,
        "/akash.deployment.v1beta4.Query/Deployments",
        filters={"owner": TENANT.address, "state": "active"},
        pagination={"limit": 5},
    )

    read = message_class("cosmos.bank.v1beta1.QueryBalanceResponse").FromString(balance.value)
    rows = message_class("akash.deployment.v1beta4.QueryDeploymentsResponse").FromString(listed.value)
    assert (balance.code, read.balance) == (0, pb.coin.Coin(denom="uact", amount="0"))
    assert [row.deployment.id.dseq for row in rows.deployments] == [3]
    assert rows.deployments[0].groups[0].group_spec.name == "web"
    assert rows.pagination.total == 1


def test_a_grpc_query_of_the_past() -> None:
    network = Network()
    network.send(payment(4))
    height = network.chain.tip.height
    network.send(payment(5))
    path = "/cosmos.bank.v1beta1.Query/Balance"
    asked: dict[str, Any] = {"address": TENANT.address, "denom": "uakt"}
    kind = message_class("cosmos.bank.v1beta1.QueryBalanceResponse")

    then, now = ask(network, path, height, **asked), ask(network, path, **asked)

    assert [kind.FromString(found.value).balance.amount for found in (then, now)] == ["4", "9"]


def test_a_simulation_by_grpc() -> None:
    network = Network()
    raw = network.sign(Draft(messages=[payment()]))

    found = ask(network, abci_query.SIMULATE, tx_bytes=raw)

    simulated = message_class("cosmos.tx.v1beta1.SimulateResponse").FromString(found.value)
    assert simulated.gas_info.gas_used > 0


@pytest.mark.parametrize(
    ("path", "data", "code", "words"),
    [
        ("/nobody.v1.Query/Knows", b"", 6, "unknown query path: unknown request"),
        ("/cosmos.bank.v1beta1.Query/Balance", b"\xff\xff", 18, "invalid request"),
        ("/akash.deployment.v1beta4.Query/Deployment", b"", 18, "invalid owner address: invalid request"),
    ],
)
def test_a_grpc_query_that_is_refused(path: str, data: bytes, code: int, words: str) -> None:
    found = abci_query.answer(Network().chain, path, data)

    assert (found.codespace, found.code, found.value) == ("sdk", code, b"")
    assert found.log.endswith(words)


def test_every_method_of_grpc_is_answered() -> None:
    network = Network()

    for path in abci_query.PATHS:
        found = abci_query.answer(network.chain, path, b"")
        assert found.code in (0, 6, 18, 22), path
        assert "Not Implemented" not in found.log, path
        assert "unknown query path" not in found.log, path
