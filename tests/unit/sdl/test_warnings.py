"""What the network accepts and an author may not have meant is told, and compiles all the same."""

from __future__ import annotations

import pytest

from tests.unit.sdl.texts import WEB, changed, marked, warnings

RULES: list[tuple[str, str, str, str | None]] = [
    ('"2.0"', "‸2.0", "version", '"2.0"'),
    ('"2.0"', '‸"2.10"', "version", '"2.1"'),
    ("    expose:", "    ‸depends_on: [db]\n    expose:", "services.web.depends_on", None),
    ("    expose:", "    ‸arg: [a]\n    expose:", "services.web.arg", "args"),
    ("    expose:", "    args: [sleep, ‸3600]\n    expose:", "services.web.args[1]", '"3600"'),
    ("    expose:", "    params: {permissions: {read: [‸log]}}\n    expose:",
     "services.web.params.permissions.read[0]", "logs"),
    ("    expose:", "    credentials: {host: r, username: u, password: ‸abc}\n    expose:",
     "services.web.credentials.password", None),
    ("as: 8080", "as: ‸70000", "services.web.expose[0].as", None),
    ("as: 8080", "as: ‸0120", "services.web.expose[0].as", "80"),
    ("as: 8080", "proto: ‸Tcp", "services.web.expose[0].proto", "tcp"),
    ("as: 8080", "accept:‸", "services.web.expose[0].accept", None),
    ("as: 8080", "accept: [a.example, ‸~]", "services.web.expose[0].accept[1]", None),
    ("global: true", "global: ‸yes", "services.web.expose[0].to[0].global", "true"),
    ("global: true", "global: true\n            service: ‸wep", "services.web.expose[0].to[0].service", None),
    ("global: true", "global: true\n            ‸http_options: {}",
     "services.web.expose[0].to[0].http_options", None),
    ("units: 0.5", "units: ‸0x1p-1", "profiles.compute.small.resources.cpu.units", None),
    ("size: 512Mi", "size: ‸536870912", "profiles.compute.small.resources.memory.size", '"536870912"'),
    ("        storage:\n          size: 1Gi\n",
     "        storage:\n          - size: 1Gi\n          - ‸name: tmp\n            size: 2Gi\n",
     "profiles.compute.small.resources.storage[1]", None),
    ("size: 1Gi", "size: 1Gi\n          attributes: {class: beta3, persistent: ‸off}",
     "profiles.compute.small.resources.storage.attributes.persistent", "false"),
    ("        storage:",
     "        gpu: {units: 1, attributes: {vendor: {‸amd: [{model: mi300}]}}}\n        storage:",
     "profiles.compute.small.resources.gpu.attributes.vendor.amd", None),
    ("  placement:\n", "    spare: {resources: ‸{}}\n  placement:\n",
     "profiles.compute.spare.resources", None),
    ("      pricing:\n", "      attributes:‸\n      pricing:\n",
     "profiles.placement.anywhere.attributes", None),
    ("denom: uact", "denom: ‸uusdc", "profiles.placement.anywhere.pricing.small.denom", "uact"),
    ("deployment:\n", "include:‸\ndeployment:\n", "include", None),
    ("deployment:\n", "reclamation: {min_window: ‸1h30m}\ndeployment:\n", "reclamation.min_window", "24h"),
    ("profiles:\n", "  ‸spare: {image: x}\nprofiles:\n", "services.spare", None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "hint"), RULES)
def test_a_warning_points_at_what_may_not_be_meant(old: str, new: str, path: str, hint: str | None) -> None:
    text, line, column = marked(changed(old, new))

    told = {(each.path, each.line, each.column): each for each in warnings(text)}

    assert (path, line, column) in told, told
    assert told[path, line, column].hint == hint


def test_a_plain_text_has_nothing_to_warn_of() -> None:
    assert warnings(WEB) == ()
