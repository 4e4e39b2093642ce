"""A dry run: what an SDL would put on chain and cost at most."""

from __future__ import annotations

import pytest
from slipway.sdl.compiler import compile_sdl
from slipway.services.sdl_validation import validate

from tests.unit.sdl.texts import WEB, changed

GPU = "gpu: {units: 2, attributes: {vendor: {nvidia: }}}"


def test_resources_are_summed_over_counts_and_placements() -> None:
    text = changed("count: 1", "count: 3", changed("        storage:", f"        {GPU}\n        storage:"))
    text = changed(
        "  placement:\n", "  placement:\n    b: {pricing: {small: {denom: uact, amount: 1}}}\n", text
    )
    text = changed("deployment:\n  web:\n", "deployment:\n  web:\n    b: {profile: small, count: 1}\n", text)

    sums = validate(text).sums

    assert sums is not None
    assert (sums.cpu, sums.memory, sums.storage) == (4 * 500, 4 * 512 * 1024**2, 4 * 1024**3)
    assert (sums.gpu, sums.count) == (8, 4)


@pytest.mark.parametrize(
    ("amount", "count", "hour", "month"),
    [("100", 1, 60_000, 43_800_000), ("1.5", 2, 1_800, 1_314_000), ("0.000000000000000001", 1, 1, 1)],
)
def test_the_ceiling_is_what_prices_allow_rounded_up(amount: str, count: int, hour: int, month: int) -> None:
    text = changed("amount: 100", f"amount: {amount}", changed("count: 1", f"count: {count}"))

    ceiling = validate(text).ceiling

    assert ceiling is not None
    assert (ceiling.per_hour, ceiling.per_month) == (hour, month)


def test_prices_are_in_credit_as_a_deployment_would_have_them() -> None:
    compiled = validate(changed("denom: uact", "denom: uakt")).compiled

    assert compiled is not None
    assert [unit.price.denom for unit in compiled.groups[0].units] == ["uact"]
    assert compiled.version == compile_sdl(WEB).version


def test_mistakes_come_with_the_warnings_and_nothing_else() -> None:
    verdict = validate(changed("count: 1", "count: x", changed("    expose:", "    ports: []\n    expose:")))

    assert [each.path for each in verdict.mistakes] == ["deployment.web.anywhere.count"]
    assert [each.path for each in verdict.warnings] == ["services.web.ports"]
    assert (verdict.compiled, verdict.sums, verdict.ceiling) == (None, None, None)


def test_the_dialect_is_the_callers_choice() -> None:
    text = changed("    expose:", "    params: {tee: cpu}\n    expose:")

    assert validate(text).mistakes
    assert not validate(text, "next").mistakes
