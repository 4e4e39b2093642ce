"""The two dialects, and what we ask beyond the network's rules."""

from __future__ import annotations

import pytest
from slipway.sdl.compiler import compile_sdl
from slipway.sdl.policy import audited_by, in_denom

from tests.unit.sdl.texts import WEB, changed, only_mistake

TEE = "    params: {{tee: {}}}\n    expose:"
PROXY = "http_options: {{proxy_buffer_size: {}}}"


@pytest.mark.parametrize(
    ("old", "new"),
    [("    expose:", TEE.format("cpu")), ("as: 8080", PROXY.format(1)), ("as: 8080", PROXY.format("~"))],
)
def test_today_what_the_network_would_drop_is_refused(old: str, new: str) -> None:
    assert "today's network" in only_mistake(changed(old, new)).message


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("    expose:", TEE.format("sgx"), "services.web.params.tee"),
        ("    expose:", TEE.format("[cpu]"), "services.web.params.tee"),
        ("    expose:", TEE.format("cpu-gpu"), "services.web.params.tee"),
        ("as: 8080", PROXY.format(1048577), "services.web.expose[0].http_options.proxy_buffer_size"),
        ("as: 8080", PROXY.format("x"), "services.web.expose[0].http_options.proxy_buffer_size"),
    ],
)
def test_the_next_network_has_its_own_rules(old: str, new: str, path: str) -> None:
    assert only_mistake(changed(old, new), dialect="next").path == path


def test_all_services_of_a_placement_share_a_kind_of_enclave() -> None:
    text = changed("    expose:", TEE.format("cpu"))
    gpu = "gpu: {units: 1, attributes: {vendor: {nvidia: }}}"
    text = changed("        storage:", f"        {gpu}\n        storage:", text)
    text = changed("profiles:\n", "  api: {image: x, params: {tee: cpu-gpu}}\nprofiles:\n", text)
    text = changed("deployment:\n", "deployment:\n  api: {anywhere: {profile: small, count: 1}}\n", text)

    assert "enclave" not in only_mistake(text, dialect="next").message
    assert only_mistake(text, dialect="next").path == "services.web.params.tee"


def test_what_both_know_is_the_same_in_both() -> None:
    assert compile_sdl(WEB, "next") == compile_sdl(WEB)


def test_a_buffer_without_a_size_is_none_at_all() -> None:
    assert (
        compile_sdl(changed("as: 8080", PROXY.format(0)), "next").manifest.text.count("proxyBufferSize") == 0
    )


def test_another_denom_changes_prices_and_nothing_else() -> None:
    ours = compile_sdl(changed("denom: uact", "denom: uakt"))

    paid = in_denom(ours, "uact")

    assert [unit.price.denom for group in paid.groups for unit in group.units] == ["uact"]
    assert paid.groups[0].units[0].price.amount == ours.groups[0].units[0].price.amount
    assert paid.version == ours.version


def test_auditors_are_asked_for_where_the_author_names_none() -> None:
    free = compile_sdl(WEB)
    chosen = compile_sdl(changed("      pricing:\n", "      signedBy: {allOf: [akash1a]}\n      pricing:\n"))

    assert audited_by(free, ["akash1x"]).groups[0].any_of == ("akash1x",)
    assert audited_by(chosen, ["akash1x"]) == chosen
    assert audited_by(free, ["akash1x"]).version == free.version


def test_wire_and_rest_say_the_same() -> None:
    [group] = compile_sdl(WEB).groups

    rest, wire = group.rest()["resources"][0], group.wire()["resources"][0]

    assert rest["price"]["amount"] == "100.000000000000000000"
    assert wire["price"]["amount"] == "100000000000000000000"
    assert rest["resource"]["cpu"]["units"]["val"] == "500"
    assert wire["resource"]["cpu"]["units"]["val"] == "NTAw"


def test_counts_of_merged_services_are_added_in_32_bits() -> None:
    text = changed('"2.0"', '"2.1"', changed("count: 1", "count: 4294967295"))
    text = changed("profiles:\n", "  api: {image: x}\nprofiles:\n", text)
    text = changed("deployment:\n", "deployment:\n  api: {anywhere: {profile: small, count: 3}}\n", text)

    assert [unit.count for unit in compile_sdl(text).groups[0].units] == [2]


def test_a_price_without_a_denom_is_in_the_one_that_is_given_and_else_a_mistake() -> None:
    bare = changed("denom: uact, ", "") if "denom: uact, " in WEB else changed("denom: uact", "")

    assert compile_sdl(bare, denom="uact").groups == compile_sdl(WEB).groups
    assert "denom is missing" in only_mistake(bare).message
