"""Every transaction that a real node was sent, rebuilt by our builder from its decoded form, to the byte."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from slipway_signing import registry, tx
from slipway_signing.address import address_of
from slipway_signing.keys import ORDER, LocalKey

from tests import recordings

WALKS = (
    "01-reads-on-an-empty-chain",
    "02-treasury-grants",
    "03-unordered-transactions-and-the-ante-handler",
    "04-create-deployment-and-its-refusals",
    "05-providers-bids-leases",
    "06-running-dry-and-topping-up",
    "07-certificates",
    "08-lists-pages-and-searches",
    "09-neighbours",
)

SPOILT = {
    "broken signature · broadcast": "a byte of the signature was changed",
    "simulate with a broken signature": "a byte of the signature was changed",
    "signature with a high s": "s was flipped into the upper half",
    "signature in DER": "the signature was sent in DER",
    "two signatures for one signer": "a second signature was appended",
}
"""The recorder signed these and then spoilt the signature, to see it refused; the rest still counts."""


@dataclass(frozen=True)
class Recorded:
    """One recorded transaction: its decoded form and its bytes."""

    name: str
    decoded: dict[str, Any]
    sent: bytes

    @property
    def signer(self) -> dict[str, Any]:
        signer: dict[str, Any] = self.decoded["_signer"]
        return signer

    @property
    def public_key(self) -> bytes:
        [signer] = self.decoded["auth_info"]["signer_infos"]
        return base64.b64decode(signer["public_key"]["key"])


def transactions(walk: str) -> list[Recorded]:
    _, exchanges = recordings.load(f"chain/{walk}.jsonl")
    return [
        Recorded(one["name"], decoded, base64.b64decode(_tx_bytes(one["request"]["body"])))
        for one in exchanges
        if "body" in (decoded := one["request"].get("decoded") or {})
    ]


def _tx_bytes(body: dict[str, str] | str) -> str:
    return (json.loads(body) if isinstance(body, str) else body)["tx_bytes"]


def sound(walk: str) -> list[Recorded]:
    return [one for one in transactions(walk) if one.name not in SPOILT]


def wallet_names() -> list[str]:
    genesis = json.loads(recordings.path("chain/genesis.json").read_text())
    return list(genesis["wallets"]["names"])


def key_of(name: str) -> LocalKey:
    return LocalKey(hashlib.sha256(f"slipway recording {name}".encode()).digest())


def nanoseconds(timestamp: str) -> int:
    whole, _, fraction = timestamp.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
    return seconds * tx.NANOSECONDS + int(fraction.ljust(9, "0"))


def rebuilt_body(recorded: Recorded) -> bytes:
    body = recorded.decoded["body"]
    messages = [
        tx.message(one["@type"], {key: value for key, value in one.items() if key != "@type"})
        for one in body.get("messages", [])
    ]
    timeout = body.get("timeout_timestamp")
    return tx.body(
        messages,
        memo=body.get("memo", ""),
        timeout_ns=None if timeout is None else nanoseconds(timeout),
        unordered=body.get("unordered", False),
    )


def rebuilt_auth_info(recorded: Recorded) -> bytes:
    auth_info = recorded.decoded["auth_info"]
    fee, [signer] = auth_info["fee"], auth_info["signer_infos"]
    return tx.auth_info(
        recorded.public_key,
        fee_uakt=sum(int(coin["amount"]) for coin in fee.get("amount", [])),
        gas_limit=int(fee.get("gas_limit", 0)),
        granter=fee.get("granter"),
        sequence=int(signer.get("sequence", 0)),
    )


def rebuilt_sign_doc(recorded: Recorded) -> bytes:
    return tx.sign_doc(
        rebuilt_body(recorded),
        rebuilt_auth_info(recorded),
        chain_id=recorded.signer["chain_id"],
        account_number=recorded.signer["account_number"],
    )


def verifies(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public_key)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(SHA256())))
    except InvalidSignature:
        return False
    return s <= ORDER // 2


@pytest.mark.parametrize("walk", WALKS)
def test_the_bytes_and_the_hash_are_those_of_the_recording(walk: str) -> None:
    for recorded in sound(walk):
        [signature] = recorded.decoded["signatures"]

        sent = tx.raw(rebuilt_body(recorded), rebuilt_auth_info(recorded), base64.b64decode(signature))

        assert sent == recorded.sent, recorded.name


@pytest.mark.parametrize("walk", WALKS)
def test_the_digest_and_the_signed_parts_are_those_of_the_recording(walk: str) -> None:
    for recorded in transactions(walk):
        parts = registry.TxRaw.FromString(recorded.sent)

        assert rebuilt_body(recorded) == parts.body_bytes, recorded.name
        assert rebuilt_auth_info(recorded) == parts.auth_info_bytes, recorded.name
        digest = hashlib.sha256(rebuilt_sign_doc(recorded)).hexdigest()
        assert digest == recorded.signer["sign_doc_sha256"], recorded.name


@pytest.mark.parametrize("walk", WALKS)
def test_the_wallets_signatures_come_out_the_same(walk: str) -> None:
    """The wallets' keys are known; the node's own accounts (funder, providers, validator) kept theirs."""
    for recorded in sound(walk):
        if recorded.signer["name"] not in wallet_names():
            continue
        key = key_of(recorded.signer["name"])

        signature = key.sign_digest(hashlib.sha256(rebuilt_sign_doc(recorded)).digest())

        assert key.public_key == recorded.public_key, recorded.name
        assert base64.b64encode(signature).decode() == recorded.decoded["signatures"][0], recorded.name


@pytest.mark.parametrize("walk", WALKS)
def test_every_recorded_signature_verifies_over_our_sign_doc(walk: str) -> None:
    for recorded in sound(walk):
        digest = hashlib.sha256(rebuilt_sign_doc(recorded)).digest()
        signature = base64.b64decode(recorded.decoded["signatures"][0])

        assert verifies(recorded.public_key, digest, signature), recorded.name


def test_the_node_knew_our_transactions_by_our_hashes() -> None:
    hashes = {tx.tx_hash(one.sent) for walk in WALKS for one in transactions(walk)}
    answered = {found for walk in WALKS for found in answered_hashes(walk)}

    assert len(answered) >= 150
    assert answered - hashes == set()


def answered_hashes(walk: str) -> list[str]:
    _, exchanges = recordings.load(f"chain/{walk}.jsonl")
    answers = [
        one["response"]["body"] for one in exchanges if "body" in (one["request"].get("decoded") or {})
    ]
    return [one["tx_response"]["txhash"] for one in answers if isinstance(one, dict) and "tx_response" in one]


def test_addresses_are_those_of_the_genesis() -> None:
    genesis = json.loads(recordings.path("chain/genesis.json").read_text())
    known = {one["name"]: one["address"] for one in genesis["accounts"]}
    seen = {one.signer["name"]: address_of(one.public_key) for walk in WALKS for one in transactions(walk)}

    assert {name: seen[name] for name in known if name in seen} == {n: known[n] for n in known if n in seen}
    assert {"funder", "provider", "provider2", "validator"} <= seen.keys()


def test_the_walks_hold_ordered_and_unordered_transactions_of_every_kind_we_send() -> None:
    every = [one for walk in WALKS for one in transactions(walk)]
    kinds = {message["@type"] for one in every for message in one.decoded["body"].get("messages", [])}

    assert len(every) >= 400
    assert {one.decoded["body"].get("unordered", False) for one in every} == {True, False}
    assert len(kinds) >= 24


def test_the_simulation_is_the_recorded_one() -> None:
    _, exchanges = recordings.load("chain/09-neighbours.jsonl")
    [recorded] = [one for one in exchanges if one["name"] == "simulate with an empty signature"]
    [unsigned] = [one for one in exchanges if one["name"] == "simulate without a signature"]
    parts = registry.TxRaw.FromString(base64.b64decode(unsigned["request"]["body"]["tx_bytes"]))

    simulation = tx.simulation(parts.body_bytes, parts.auth_info_bytes)

    assert base64.b64encode(simulation).decode() == recorded["request"]["body"]["tx_bytes"]
