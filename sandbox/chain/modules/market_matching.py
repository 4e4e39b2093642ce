"""x/market: whether a provider has what an order asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.chain.modules.deployment_specs import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Pairs = set[tuple[str, str]]


def pairs_of(attributes: Iterable[Any]) -> Pairs:
    return {(attribute.key, attribute.value) for attribute in attributes}


def matches_offer(offer: Sequence[Any], spec: Any) -> bool:
    """An offer names each resource of the group at most once, with its count; none at all is fine."""
    counts = {unit.resource.id: unit.count for unit in spec.resources}
    return all(counts.pop(part.resources.id, None) == part.count for part in offer)


def meets_requirements(requirements: Any, own: Pairs, audited: Mapping[str, Pairs]) -> bool:
    """The provider's own attributes cover the placement's, or what the auditors asked for signed does."""
    wanted = pairs_of(requirements.attributes)
    every, some = requirements.signed_by.all_of, requirements.signed_by.any_of
    if not every and not some:
        return wanted <= own
    signed = {auditor for auditor, attributes in audited.items() if wanted <= attributes}
    return signed.issuperset(every) and (not some or not signed.isdisjoint(some))


def has_capabilities(spec: Any, own: Iterable[Any]) -> bool:
    """The storage classes and gpus asked for are among the provider's `capabilities/…` attributes."""
    listed = list(own)
    groups, models = _storage_groups(listed), _gpu_models(listed)
    for unit in spec.resources:
        if not all(_has_storage(volume, groups) for volume in unit.resource.storage):
            return False
        if not _has_gpu(unit.resource.gpu, models):
            return False
    return True


def _has_storage(volume: Any, groups: Iterable[Pairs]) -> bool:
    wanted = pairs_of(volume.attributes)
    return not wanted or any(wanted <= group for group in groups)


def _has_gpu(gpu: Any, models: Iterable[tuple[str, str]]) -> bool:
    """One of the models asked for is enough; a `*` in a key stands for one part of it."""
    if not value_of(gpu.units) or not gpu.attributes:
        return True
    patterns = [(re.escape(one.key).replace(r"\*", "[^/]*"), one.value) for one in gpu.attributes]
    return any(
        value == wanted and re.fullmatch(pattern, key)
        for key, value in models
        for pattern, wanted in patterns
    )


def _storage_groups(attributes: Iterable[Any]) -> list[Pairs]:
    """`capabilities/storage/1/class` and its neighbours of one number together."""
    groups: dict[str, Pairs] = {}
    for attribute in attributes:
        parts = attribute.key.split("/")
        if len(parts) == 4 and parts[:2] == ["capabilities", "storage"]:
            groups.setdefault(parts[2], set()).add((parts[3], attribute.value))
    return list(groups.values())


def _gpu_models(attributes: Iterable[Any]) -> Pairs:
    """`capabilities/gpu/vendor/…` without its beginning."""
    beginning = "capabilities/gpu/"
    found = [(one.key, one.value) for one in attributes if one.key.startswith(beginning)]
    return {(key[len(beginning) :], value) for key, value in found}
