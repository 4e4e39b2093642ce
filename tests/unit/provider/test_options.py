"""What `python -m sandbox provider` understands."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.provider import options
from sandbox.provider.cli import configuration, parser
from sandbox.provider.config import Faults, Inventory, Shown, Spoilt, Streamed, Tariff

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = 5


def _pem(curve: ec.EllipticCurve) -> str:
    key = ec.derive_private_key(SECRET, curve)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_prices_and_sizes_that_are_not_named_are_nothing_and_usual() -> None:
    assert options.tariff("cpu=1.5,gpu=3") == Tariff(Decimal("1.5"), Decimal(0), Decimal(0), Decimal(3))
    assert options.inventory("cpu=4,nodes=2") == Inventory(cpu_milli=4000, nodes=2)
    assert options.inventory("") == Inventory()


def test_faults_come_by_their_names_and_together() -> None:
    listed = ["hang", "certificate=another-account", "answers=slow-head", "streams=not-utf8"]
    more = ["refuse-manifests=422:no room: none", "cluster=apiserver not ready", "watchdog-fails"]

    assert options.faults([*listed, *more]) == Faults(
        refuse_manifests=(422, "no room: none"),
        hang=True,
        cluster="apiserver not ready",
        certificate=Shown.ANOTHER_ACCOUNT,
        answers=Spoilt.SLOW_HEAD,
        streams=Streamed.NOT_UTF8,
        watchdog_fails=True,
    )


def test_every_fault_has_a_form() -> None:
    forms = {form.partition("=")[0].replace("-", "_") for form in options.FAULT_FORMS.split(", ")}

    assert forms == set(Faults.__dataclass_fields__)


def test_a_key_is_hex_or_pem() -> None:
    digits = f"{SECRET:064x}"

    keys = [options.key(text) for text in (digits, f"0x{digits}\n", _pem(ec.SECP256K1()))]

    assert len({key.public_key for key in keys}) == 1


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (options.tariff, "cpu"),
        (options.tariff, "cpu=-1"),
        (options.tariff, "cpu=NaN"),
        (options.tariff, "cpus=1"),
        (options.inventory, "cpu=1.5"),
        (options.seconds, "5"),
        (options.seconds, "0s"),
        (options.key, "5"),
        (options.key, "z" * 64),
        (options.key, _pem(ec.SECP256R1())),
        (lambda text: options.attributes([text]), "region"),
        (lambda text: options.attributes([text]), "=eu"),
        (lambda text: options.faults([text]), "no-such"),
        (lambda text: options.faults([text]), "hang=yes"),
        (lambda text: options.faults([text]), "answers=never"),
        (lambda text: options.faults([text]), "refuse-manifests=200:fine"),
    ],
)
def test_what_is_not_understood_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match="."):
        read(text)


def test_the_command_makes_a_provider_of_its_options() -> None:
    chosen = parser().parse_args(
        ["--node", "http://x", "--attribute", "region=eu", "--generation", "v0.10", "--bid-timeout", "20s"]
    )

    config = configuration(chosen)

    assert (config.name, config.attributes, config.bid_seconds) == ("provider", {"region": "eu"}, 20.0)
    assert config.generation.version == "v0.10.5"
    assert (config.listen.host, config.listen.port) == ("127.0.0.1", 8443)
