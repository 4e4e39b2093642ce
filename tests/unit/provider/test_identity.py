"""A provider's certificate, what it keeps in its folder, and what it writes on the chain; §5.2."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from sandbox.provider import registration
from sandbox.provider.certificates import self_signed
from sandbox.provider.chain_view import ChainUnreachable
from sandbox.provider.keeping import Keeping
from sandbox.provider.registration import Registration
from tests.unit.provider.running import CONFIG, LEASE, Running
from tests.unit.provider.world import PROVIDER, FakeChain, expose, service

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_certificate_has_the_networks_form() -> None:
    parsed = x509.load_pem_x509_certificate(self_signed(PROVIDER, ["a.b", "127.0.0.1"], NOW).certificate)

    assert parsed.subject == parsed.issuer
    names = {attribute.oid.dotted_string: attribute.value for attribute in parsed.subject}
    assert names == {NameOID.COMMON_NAME.dotted_string: PROVIDER, "2.23.133.2.6": "v0.0.1"}
    assert parsed.serial_number == int(NOW.timestamp()) * 10**9
    assert parsed.not_valid_after_utc - parsed.not_valid_before_utc == timedelta(days=365)
    usage = parsed.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(usage) == {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH}
    assert not parsed.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    assert parsed.extensions.get_extension_for_oid(ExtensionOID.NAME_CONSTRAINTS).critical


def test_the_public_key_goes_out_under_the_chains_label() -> None:
    identity = self_signed(PROVIDER, ["a.b"], NOW)
    plain = identity.public_key.replace(b"EC PUBLIC", b"PUBLIC")

    assert identity.public_key.startswith(b"-----BEGIN EC PUBLIC KEY-----\n")
    parsed = x509.load_pem_x509_certificate(identity.certificate).public_key()
    assert isinstance(parsed, ec.EllipticCurvePublicKey)
    assert plain.count(b"PUBLIC KEY") == 2


def test_a_certificate_is_used_until_its_last_day() -> None:
    identity = self_signed(PROVIDER, ["a.b"], NOW)

    assert identity.is_usable(NOW)
    assert not identity.is_usable(NOW + timedelta(days=364, hours=1))


def test_a_folder_keeps_identity_port_and_workloads(tmp_path: Path) -> None:
    identity = self_signed(PROVIDER, ["a.b"], NOW)
    running = Running.of(service(env=["A=<b>"], expose=[expose(22), expose(80)]))
    first = Keeping(tmp_path)
    first.keep_identity(identity)
    first.keep_port(8443)
    first.keep_workload(LEASE, running.workload)

    again = Keeping(tmp_path)

    assert (again.identity(), again.port(), again.workloads()) == (identity, 8443, [running.workload])


def test_what_no_longer_runs_is_no_longer_kept(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path)
    keeping.keep_workload(LEASE, Running.of().workload)

    keeping.keep_workload(LEASE, None)
    keeping.keep_workload(LEASE, None)

    assert keeping.workloads() == []


def test_manifests_and_keys_are_for_nobody_elses_eyes(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path)
    keeping.keep_identity(self_signed(PROVIDER, ["a.b"], NOW))
    keeping.keep_workload(LEASE, Running.of().workload)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_without_a_folder_nothing_is_kept() -> None:
    keeping = Keeping(None)
    keeping.keep_port(8443)
    keeping.keep_workload(LEASE, Running.of().workload)

    assert (keeping.identity(), keeping.port(), keeping.workloads()) == (None, 0, [])


def _register(chain: FakeChain, wanted: Registration) -> list[str]:
    """The messages that it took."""
    chain.sent.clear()
    asyncio.run(registration.register(chain, chain, CONFIG, wanted))
    return [message.type_url.rpartition(".")[2] for messages in chain.sent for message in messages]


def test_registration_writes_only_what_is_missing_or_different() -> None:
    chain, wanted = FakeChain(), Registration(PROVIDER, "https://a:1", self_signed(PROVIDER, ["a"], NOW))

    assert _register(chain, wanted) == ["MsgCreateProvider", "MsgCreateCertificate"]
    assert _register(chain, wanted) == []
    assert _register(chain, replace(wanted, uri="https://a:2")) == ["MsgUpdateProvider"]
    renewed = replace(wanted, uri="https://a:2", identity=self_signed(PROVIDER, ["a"], NOW))
    assert _register(chain, renewed) == ["MsgCreateCertificate"]


def test_registration_waits_for_the_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "RETRY_SECONDS", 0.0)
    chain = FakeChain(is_away=True)
    wanted = Registration(PROVIDER, "https://a:1", self_signed(PROVIDER, ["a"], NOW))

    with pytest.raises(ChainUnreachable):
        _register(chain, wanted)

    assert chain.questions == registration.ATTEMPTS
