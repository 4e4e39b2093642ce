"""An SDL as read: every field has its value and its place, nothing is yet computed or compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.sdl.decoding import Fields
    from slipway.sdl.nodes import Entry
    from slipway.sdl.versions import Rules

Attribute = tuple[str, str]


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """Zero means "not set"; `next_cases` None or empty too. The network's next release knows the last."""

    at: Fields
    max_body_size: int
    read_timeout: int
    send_timeout: int
    next_tries: int
    next_timeout: int
    next_cases: list[str] | None
    proxy_buffer_size: int


@dataclass(frozen=True, slots=True)
class ExposeTo:
    at: Fields
    service: str
    is_global: bool
    ip: str


@dataclass(frozen=True, slots=True)
class Expose:
    at: Fields
    port: int
    external_port: int
    proto: str
    to: list[ExposeTo]
    hosts: list[str] | None
    host_places: tuple[Entry, ...]
    http_options: HttpOptions


@dataclass(frozen=True, slots=True)
class Mount:
    at: Fields
    mount: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Permissions:
    read: list[str] | None


@dataclass(frozen=True, slots=True)
class Params:
    """`tee` is "" where none is asked for; the network's next release knows it."""

    at: Fields
    storage: dict[str, Mount]
    permissions: Permissions | None
    tee: str


@dataclass(frozen=True, slots=True)
class Credentials:
    at: Fields
    host: str
    email: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Service:
    at: Fields
    image: str
    command: list[str] | None
    args: list[str] | None
    env: list[str] | None
    env_places: tuple[Entry, ...]
    expose: list[Expose]
    params: Params | None
    credentials: Credentials | None

    @property
    def letters(self) -> int:
        """Of its lists, which can be long."""
        return sum(map(len, (*(self.command or ()), *(self.args or ()), *(self.env or ()))))


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity with its attributes: thousandths of a CPU, bytes of memory, or whole GPUs."""

    at: Fields
    units: int
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Volume:
    """`attributes` is None where none are written, which sorts before any."""

    at: Fields
    name: str
    size: int
    attributes: tuple[Attribute, ...] | None

    def attribute(self, key: str) -> str | None:
        return dict(self.attributes or ()).get(key)


@dataclass(frozen=True, slots=True)
class Resources:
    at: Fields
    cpu: Amount | None
    memory: Amount | None
    gpu: Amount | None
    storage: tuple[Volume, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` is scaled by 10^18."""

    at: Fields
    denom: str
    amount: int


@dataclass(frozen=True, slots=True)
class Placement:
    at: Fields
    attributes: tuple[Attribute, ...]
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]
    pricing: dict[str, Price | None]


@dataclass(frozen=True, slots=True)
class ServiceDeployment:
    at: Fields
    profile: str
    count: int


@dataclass(frozen=True, slots=True)
class EndpointKind:
    at: Fields
    kind: str


@dataclass(frozen=True, slots=True)
class Reclamation:
    at: Fields
    min_window: str


@dataclass(slots=True)
class Document:
    """The whole SDL. `compute` values are None where a profile has no resources."""

    root: Entry
    rules: Rules
    services: dict[str, Service] = field(default_factory=dict)
    compute: dict[str, Resources | None] = field(default_factory=dict)
    placement: dict[str, Placement] = field(default_factory=dict)
    deployment: dict[str, dict[str, ServiceDeployment]] = field(default_factory=dict)
    endpoints: dict[str, EndpointKind] = field(default_factory=dict)
    reclamation: Reclamation | None = None

    @property
    def deployed(self) -> list[tuple[str, str, ServiceDeployment]]:
        """Service, placement and deployment of each pair, in the order in which the network builds them."""
        return [
            (service, placement, self.deployment[service][placement])
            for service in in_order(self.deployment)
            for placement in in_order(self.deployment[service])
        ]


def in_order(
    names: dict[str, object] | dict[str, ServiceDeployment] | dict[str, dict[str, ServiceDeployment]],
) -> list[str]:
    return sorted(names, key=lambda name: name.encode(errors="surrogateescape"))
