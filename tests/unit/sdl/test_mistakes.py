"""A mistake a kind: its path, the character to mend and, where one is near, what to write instead."""

from __future__ import annotations

import pytest
from slipway.sdl.mistakes import SdlInvalid

from tests.unit.sdl.texts import WEB, changed, marked, mistakes, only_mistake

RULES: list[tuple[str, str, str, str | None]] = [
    # what is replaced, by what (‸ before the character to mend), the path, the hint
    ('"2.0"', '‸"1.0"', "version", '"2.0"'),
    ("services:\n", "‸servces:\n", "servces", "services"),
    ("image: nginx:1.25", "‸imagee: nginx", "services.web.image", None),
    ("image: nginx:1.25", "image: ‸[nginx]", "services.web.image", None),
    ("image: nginx:1.25", "image: nginx\n    ‸image: nginx", "services.web.image", None),
    ("port: 80\n", 'port: ‸"80"\n', "services.web.expose[0].port", "80, without quotes"),
    ("port: 80\n", "port: ‸65536\n", "services.web.expose[0].port", None),
    ("port: 80\n", "port: ‸http\n", "services.web.expose[0].port", None),
    ("as: 8080", "as: ‸-1", "services.web.expose[0].as", None),
    ("as: 8080", "proto: ‸http", "services.web.expose[0].proto", "tcp"),
    ("as: 8080", "accept: [a.example, ‸a_b]", "services.web.expose[0].accept[1]", None),
    ("as: 8080", "accept: [‸Web.Example]", "services.web.expose[0].accept[0]", "web.example"),
    ("as: 8080", "accept: [a.example, ‸a.example]", "services.web.expose[0].accept[1]", None),
    ("as: 8080", "http_options: {read_timeout: ‸60001}",
     "services.web.expose[0].http_options.read_timeout", "60000"),
    ("as: 8080", "http_options: {next_cases: ‸[of]}",
     "services.web.expose[0].http_options.next_cases", "off"),
    ("as: 8080", "http_options: {‸proxy_buffer_size: 1}",
     "services.web.expose[0].http_options.proxy_buffer_size", "leave proxy_buffer_size out"),
    ("global: true", "global: ‸1", "services.web.expose[0].to[0].global", None),
    ("global: true", "global: true\n            ip: ‸front", "services.web.expose[0].to[0].ip", None),
    ("    expose:", "    env:\n      - ‸1A=b\n    expose:", "services.web.env[0]", "NAME=value"),
    ("    expose:", "    env:\n      - ‸A: b\n    expose:", "services.web.env[0]", '"A: b", in quotes'),
    ("    expose:", "    command: ‸sh\n    expose:", "services.web.command", None),
    ("    expose:", "    params:\n      ‸tee: cpu\n    expose:", "services.web.params.tee", "leave tee out"),
    ("    expose:", "    params: {storage: {default: {mount: ‸data}}}\n    expose:",
     "services.web.params.storage.default.mount", "/data"),
    ("    expose:", "    params: {storage: {‸defalt: {mount: /data}}}\n    expose:",
     "services.web.params.storage.defalt", "default"),
    ("    expose:", "    credentials: {host: r, username: u, password: ‸' '}\n    expose:",
     "services.web.credentials.password", None),
    ("units: 0.5", "units: ‸0.001", "profiles.compute.small.resources.cpu.units", None),
    ("units: 0.5", "units: ‸half", "profiles.compute.small.resources.cpu.units", None),
    ("units: 0.5", "units: 1\n          attributes: {‸arc: arm64}",
     "profiles.compute.small.resources.cpu.attributes.arc", "arch"),
    ("size: 512Mi", "size: ‸4GB", "profiles.compute.small.resources.memory.size", "4Gi or 4G"),
    ("size: 512Mi", "size: ‸512mi", "profiles.compute.small.resources.memory.size", "512Mi"),
    ("size: 512Mi", "size: ‸-1", "profiles.compute.small.resources.memory.size", None),
    ("size: 512Mi", "size: ‸3Ti", "profiles.compute.small.resources.memory.size", None),
    ("size: 1Gi", "size: 1Gi\n          attributes: {class: ‸beta9, persistent: true}",
     "profiles.compute.small.resources.storage.attributes.class", "beta3"),
    ("size: 1Gi", "size: 1Gi\n          attributes: {class: beta3, persistent: ‸maybe}",
     "profiles.compute.small.resources.storage.attributes.persistent", None),
    ("size: 1Gi", "size: 1Gi\n          attributes: {clas: ‸beta3}",
     "profiles.compute.small.resources.storage.attributes.clas", "class"),
    ("        storage:", "        gpu: {units: ‸25, attributes: {vendor: {nvidia: }}}\n        storage:",
     "profiles.compute.small.resources.gpu.units", None),
    ("        storage:", "        gpu: {units: 1, attributes: {‸vender: {nvidia: }}}\n        storage:",
     "profiles.compute.small.resources.gpu.attributes.vender", "vendor"),
    ("amount: 100", "amount: ‸0", "profiles.placement.anywhere.pricing.small.amount", None),
    ("amount: 100", "amount: ‸.5", "profiles.placement.anywhere.pricing.small.amount", None),
    ("amount: 100", "amount: ‸10000001", "profiles.placement.anywhere.pricing.small.amount", "10000000"),
    ("denom: uact", "denom: ‸u", "profiles.placement.anywhere.pricing.small.denom", "uact"),
    ("profile: small", "profile: ‸smal", "deployment.web.anywhere.profile", "small"),
    ("    anywhere:\n      profile", "    ‸anywher:\n      profile", "deployment.web.anywher", "anywhere"),
    ("deployment:\n  web:", "deployment:\n  ‸webb:", "deployment.webb", "web"),
    ("count: 1", "count: ‸0", "deployment.web.anywhere.count", "1"),
    ("deployment:\n", "endpoints:\n  ‸front: {kind: ip}\ndeployment:\n", "endpoints.front", None),
    ("deployment:\n", "reclamation: {min_window: ‸soon}\ndeployment:\n", "reclamation.min_window", "1h"),
    ("image: nginx:1.25", "image: ‸*nowhere", "", None),
    ("image: nginx:1.25", "image: ‸'nginx", "", None),
    ("    image: nginx:1.25", "‸\timage: nginx", "", "indent with blanks, not with tabs"),
    ("image: nginx:1.25", 'image: ‸"a\\/b"', "", "write / without the backslash"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "hint"), RULES)
def test_a_mistake_points_at_what_to_mend(old: str, new: str, path: str, hint: str | None) -> None:
    text, line, column = marked(changed(old, new))

    found = [each for each in mistakes(text) if (each.path, each.line, each.column) == (path, line, column)]

    assert found, mistakes(text)
    assert found[0].hint == hint
    assert found[0].message


@pytest.mark.parametrize("missing", ["services", "profiles", "deployment"])
def test_a_missing_section_is_told_once(missing: str) -> None:
    sections = {"services": "services:\n", "profiles": "profiles:\n", "deployment": "deployment:\n"}
    start = WEB.index(sections[missing])
    later = [WEB.index(name) for name in sections.values() if WEB.index(name) > start]
    text = WEB[:start] + WEB[min(later, default=len(WEB)) :]

    mistake = only_mistake(text)

    assert mistake.path == missing
    assert "missing" in mistake.message


def test_all_mistakes_are_found_in_one_pass() -> None:
    text = WEB
    for old, new in (
        ('"2.0"', '"9.x"'),
        ("port: 80\n", "port: 0\n"),
        ("units: 0.5", "units: many"),
        ("size: 512Mi", "size: 512MB"),
        ("denom: uact", "denom: u"),
        ("profile: small", "profile: big"),
        ("count: 1", "count: one"),
    ):
        text = changed(old, new, text)

    found = mistakes(text)

    assert [each.path for each in found] == [
        "version",
        "services.web.expose[0].port",
        "profiles.compute.small.resources.cpu.units",
        "profiles.compute.small.resources.memory.size",
        "profiles.placement.anywhere.pricing.small.denom",
        "deployment.web.anywhere.profile",
        "deployment.web.anywhere.count",
    ]
    assert [each.line for each in found] == sorted(each.line for each in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  web:\n    image", "  web: 5\n  spare:\n    image"),
        ("expose:\n", "expose: none\n    ports:\n"),
        ("  compute:\n", "  compute: []\n  spare:\n"),
        ("  placement:\n", "  placement: x\n  spare:\n"),
        ("    anywhere:\n      profile: small\n      count: 1\n", "    anywhere: 5\n"),
        ("      pricing:\n", "      pricing: [1]\n      spare:\n"),
        ("        storage:\n", "        storage: [{size: x}]\n        spare:\n"),
        ("      resources:\n", "      resources: 5\n      spare:\n"),
        ("image: nginx:1.25", "<<: 5"),
    ],
)
def test_one_fault_is_one_mistake_and_nothing_follows_from_it(old: str, new: str) -> None:
    assert len(mistakes(changed(old, new))) == 1


def test_the_message_of_the_whole_says_how_many_there_are() -> None:
    found = mistakes(changed("port: 80\n", "port: 0\n", changed("count: 1", "count: x")))

    text = str(SdlInvalid(mistakes=found))

    assert text.startswith("Invalid SDL: line 6: services.web.expose[0].port: ")
    assert text.endswith(" (and 1 more)")
