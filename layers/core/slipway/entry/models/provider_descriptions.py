"""A provider's attributes as the reference's fields: each is the provider's own word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic import AliasGenerator, ConfigDict
from pydantic.alias_generators import to_camel

from slipway.entry.models.base import Model

if TYPE_CHECKING:
    from slipway.domain.provider import Provider

_GPU: Final = re.compile(
    r"capabilities/gpu/vendor/(?P<vendor>[^/]+)/model/(?P<model>[^/]+)"
    r"(?:/ram/(?P<ram>[^/]+))?(?:/interface/(?P<interface>[^/]+))?"
)
_NUMBER: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class GpuModelOut(Model):
    """`ram` and `interface` are empty where the provider names none."""

    vendor: str
    model: str
    ram: str
    interface: str


class _Told:
    """A provider's attributes as single values; each is the provider's own word."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def text(self, key: str) -> str | None:
        return self._provider.value_of(key)

    def texts(self, key: str) -> list[str]:
        return list(self._provider.values_of(key))

    def yes(self, key: str) -> bool:
        return "true" in self._provider.values_of(key)

    def number(self, key: str) -> float:
        text = self.text(key) or ""
        return float(text) if _NUMBER.fullmatch(text) else 0

    def gpu_models(self) -> list[GpuModelOut]:
        named = [
            found.groupdict(default="")
            for key, value in self._provider.registration.attributes
            if value == "true" and (found := _GPU.fullmatch(key))
        ]
        return [GpuModelOut(**each) for each in named]


class DescribedOut(Model):
    """What a provider's attributes say, by the names of the reference's attribute schema."""

    model_config = ConfigDict(alias_generator=AliasGenerator(serialization_alias=to_camel))

    gpu_models: list[GpuModelOut]
    host: str | None
    organization: str | None
    status_page: str | None
    location_region: str | None
    country: str | None
    city: str | None
    timezone: str | None
    location_type: str | None
    hosting_provider: str | None
    hardware_cpu: str | None
    hardware_cpu_arch: str | None
    hardware_gpu_vendor: str | None
    hardware_gpu_models: list[str]
    hardware_disk: list[str]
    hardware_memory: str | None
    network_provider: str | None
    network_speed_down: float
    network_speed_up: float
    tier: str | None
    feat_persistent_storage: bool
    feat_persistent_storage_type: list[str]
    feat_endpoint_custom_domain: bool
    feat_endpoint_ip: bool
    workload_support_chia: bool
    workload_support_chia_capabilities: list[str]

    @staticmethod
    def described(provider: Provider) -> dict[str, Any]:
        told = _Told(provider)
        texts = {name: told.text(key) for name, key in _TEXTS.items()}
        return {
            **texts,
            "gpu_models": told.gpu_models(),
            "hardware_gpu_models": told.texts("hardware-gpu-model"),
            "hardware_disk": told.texts("hardware-disk"),
            "network_speed_down": told.number("network-speed-down"),
            "network_speed_up": told.number("network-speed-up"),
            "feat_persistent_storage": told.yes("feat-persistent-storage"),
            "feat_persistent_storage_type": told.texts("feat-persistent-storage-type"),
            "feat_endpoint_custom_domain": told.yes("feat-endpoint-custom-domain"),
            "feat_endpoint_ip": told.yes("feat-endpoint-ip"),
            "workload_support_chia": told.yes("workload-support-chia"),
            "workload_support_chia_capabilities": told.texts("workload-support-chia-capabilities"),
        }


_TEXTS: Final = {
    "host": "host",
    "organization": "organization",
    "status_page": "status-page",
    "location_region": "location-region",
    "country": "country",
    "city": "city",
    "timezone": "timezone",
    "location_type": "location-type",
    "hosting_provider": "hosting-provider",
    "hardware_cpu": "hardware-cpu",
    "hardware_cpu_arch": "hardware-cpu-arch",
    "hardware_gpu_vendor": "hardware-gpu",
    "hardware_memory": "hardware-memory",
    "network_provider": "network-provider",
    "tier": "tier",
}
"""Our field, the attribute's key."""
