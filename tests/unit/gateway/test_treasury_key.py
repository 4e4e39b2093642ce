import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.aws.treasury import parse_key, public_bytes, sandbox_key

HEX = "01" * 32


def pem(key: ec.EllipticCurvePrivateKey, form: serialization.PrivateFormat) -> str:
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@pytest.mark.parametrize("text", [HEX, f"0x{HEX}", f"  {HEX}\n"])
def test_a_key_is_read_from_hex(text: str) -> None:
    assert parse_key(text).private_numbers().private_value == int(HEX, 16)


@pytest.mark.parametrize(
    "form", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL]
)
def test_a_key_is_read_from_pem(form: serialization.PrivateFormat) -> None:
    assert public_bytes(parse_key(pem(sandbox_key(), form))) == public_bytes(sandbox_key())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "zz" * 32,
        "00" * 32,
        pem(ec.generate_private_key(ec.SECP256R1()), serialization.PrivateFormat.PKCS8),
    ],
)
def test_anything_else_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="key") as refused:
        parse_key(text)

    assert text == "" or text not in str(refused.value)


def test_the_sandboxs_own_key_is_always_the_same() -> None:
    assert public_bytes(sandbox_key()) == public_bytes(sandbox_key())
    assert public_bytes(sandbox_key())[0] in {2, 3}
