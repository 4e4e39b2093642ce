"""provider-gateway.md §2.3: what decodes, and the hash; recordings 05 and 06."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.provider import manifest
from sandbox.provider.gojson import GoJsonError
from tests.unit.provider.running import decoded
from tests.unit.provider.world import expose, group, service


def _version(found: object) -> bytes:
    return manifest.version(manifest.decode(json.dumps([found]).encode()))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", "EOF"),
        ("hello", "invalid character 'h' looking for beginning of value"),
        ('[{"name":"dcloud"', "unexpected EOF"),
        ("{}", "json: cannot unmarshal object into Go value of type v2beta3.Manifest"),
        ('"x"', "json: cannot unmarshal string into Go value of type v2beta3.Manifest"),
        ("[1]", "json: cannot unmarshal number into Go value of type v2beta3.Group"),
        (
            '[{"services":[{"expose":[{"port":"80"}]}]}]',
            "json: cannot unmarshal string into Go struct field "
            "ServiceExpose.services.expose.port of type uint32",
        ),
        (
            '[{"services":[{"count":-1}]}]',
            "json: cannot unmarshal number -1 into Go struct field Service.services.count of type uint32",
        ),
    ],
)
def test_what_does_not_decode_has_gos_word_for_it(body: str, text: str) -> None:
    with pytest.raises(GoJsonError, match="^") as error:
        manifest.decode(body.encode())

    assert str(error.value) == text


def test_null_is_an_empty_manifest() -> None:
    assert manifest.decode(b"null") == []


def test_text_after_the_first_value_is_not_looked_at() -> None:
    body = json.dumps([group()]).encode()

    assert manifest.decode(body + b" and so on") == manifest.decode(body)


def test_order_spaces_and_unknown_keys_do_not_change_the_hash() -> None:
    shuffled = dict(reversed(group().items()))

    assert _version({**shuffled, "extra": {"a": 1}}) == _version(group())


@pytest.mark.parametrize(
    "other",
    [
        service(image="nginx:1.28"),
        service(args=[]),
        service(env=["A=b"]),
        service(expose=[expose(hosts=[])]),
        service(expose=[expose(hosts=["a.example.com"])]),
    ],
)
def test_every_known_value_is_in_the_hash(other: dict[str, Any]) -> None:
    assert _version(group(other)) != _version(group())


def test_a_quantity_by_its_wrong_name_is_zero() -> None:
    wrong = service()
    wrong["resources"]["memory"] = {"quantity": {"val": "1"}}

    (decoded,) = manifest.decode(json.dumps([group(wrong)]).encode())

    assert decoded["services"][0]["resources"]["memory"]["size"]["val"] == "0"


def test_reading_back_has_no_endpoints() -> None:
    (decoded,) = manifest.decode(json.dumps([group(service(env=["A=<b>"]))]).encode())

    text = manifest.read_back(decoded)

    assert '"endpoints":null' in text and '"A=\\u003cb\\u003e"' in text


def test_reading_back_tells_variables_and_the_registrys_password() -> None:
    login = {"host": "https://registry.example.com", "email": "", "username": "me", "password": "secret"}
    found = group(service(env=["TOKEN=t"], credentials=login))

    (read,) = json.loads(manifest.read_back(decoded(found)))

    assert read["services"][0]["credentials"] == login
    assert read["services"][0]["env"] == ["TOKEN=t"]


def test_written_manifests_decode_to_the_same() -> None:
    decoded = manifest.decode(json.dumps([group()]).encode())

    assert manifest.decode(manifest.write(decoded).encode()) == decoded
