"""provider-gateway.md §2.3, the texts of `invalid manifest:`; recording 05."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.provider import manifest, manifest_rules
from sandbox.provider.manifest_rules import ManifestRefused
from tests.unit.provider.world import expose, group, service


def _refused(*groups: dict[str, Any]) -> str:
    with pytest.raises(ManifestRefused) as refused:
        manifest_rules.validate(manifest.decode(json.dumps(groups).encode()))
    assert refused.value.status == 422
    return refused.value.text.removeprefix("invalid manifest: ")


def _refused_service(**changed: Any) -> str:
    return _refused(group(service(**changed)))


def test_a_manifest_may_not_be_empty() -> None:
    assert _refused() == "manifest is empty"


def test_groups_have_services_and_different_names() -> None:
    assert _refused({"name": "a", "services": []}) == 'group "a" contains no services'
    assert _refused(group(), group()) == 'duplicate group "dcloud"'


def test_a_host_name_that_comes_twice_is_found_before_the_group_that_does() -> None:
    twice = group(service(expose=[expose(hosts=["a.example.com"])]))

    text = 'service "web": hostname "a.example.com" is duplicated, this is not allowed'
    assert _refused(twice, twice) == text


def test_services_are_sorted() -> None:
    assert _refused(group(service("web"), service("api"))) == 'group "dcloud" services is not sorted'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "service name is empty"),
        ("WEB", 'service "WEB" name is invalid'),
        ("we.b", 'service "we.b" name is invalid'),
        ("web-", 'service "web-" name is invalid'),
    ],
)
def test_service_names_are_labels(name: str, text: str) -> None:
    assert _refused(group(service(name))) == text


def test_a_service_has_an_image() -> None:
    assert _refused_service(image="") == 'service "web" has empty image name'


@pytest.mark.parametrize("variable", ["1A=b", "A B=c", "..=x"])
def test_variables_have_proper_names(variable: str) -> None:
    name = variable.partition("=")[0]

    text = f'service "web" defines an env. var. with an invalid name "{name}"'
    assert _refused_service(env=[variable]) == text


@pytest.mark.parametrize(
    ("exposes", "text"),
    [
        ([expose(81), expose(80)], "expose is not sorted"),
        ([expose(22), expose(0)], "expose is not sorted"),
        ([expose(70000)], "port value must be 0 < value <= 65535 "),
        ([expose(proto="SCTP")], 'protocol "SCTP" unknown'),
        ([expose(hosts=["bad_host"])], 'has invalid hostname "bad_host"'),
        ([expose(hosts=["a.b", "a.b"])], 'hostname "a.b" is duplicated, this is not allowed'),
    ],
)
def test_exposes_are_sorted_and_proper(exposes: list[dict[str, Any]], text: str) -> None:
    assert _refused_service(expose=exposes) == f'service "web": {text}'


def test_something_must_be_global() -> None:
    assert _refused_service(expose=[{**expose(), "global": False}]) == "zero global services"


@pytest.mark.parametrize("changed", [{"env": ["ABC", "A.b-c_d=1"]}, {"count": 3}])
def test_the_rest_passes(changed: dict[str, Any]) -> None:
    decoded = manifest.decode(json.dumps([group(service(**changed)), group(name="")]).encode())

    manifest_rules.validate(decoded)
