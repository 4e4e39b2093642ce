"""What a sandbox provider is like: its prices, its offer, how its workloads run, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Final

from sandbox.addresses import Listen
from sandbox.provider.generations import CURRENT, Generation

DEFAULT_LINES: Final = ("starting {image}", "{service} is ready")


@dataclass(frozen=True)
class Tariff:
    """micro-USD per block: for a whole CPU, for a GiB of memory, for a GiB of storage, for a GPU."""

    cpu: Decimal
    memory_gib: Decimal
    storage_gib: Decimal
    gpu: Decimal = Decimal(0)


@dataclass(frozen=True)
class Inventory:
    """What each of the provider's nodes has: milli-CPUs, bytes, whole GPUs."""

    cpu_milli: int = 64_000
    memory: int = 256 << 30
    storage: int = 4 << 40
    gpus: int = 0
    nodes: int = 16
    persistent: int = 64 << 40
    """Bytes of every class of persistent storage that the attributes name, over all nodes."""
    system: tuple[int, int, int, int] = (0, 0, 0, 0)
    """What each node needs for itself: milli-CPUs, GPUs, bytes of memory, bytes of storage."""
    shows_pods: bool = True
    """What runs is missing from what is left; a Kubernetes that is not asked for it shows only what waits."""


@dataclass(frozen=True)
class Exec:
    """What a command does in a pod: waits, writes, and ends with its code or an error.

    `output`: pieces, each with whether it is stderr's. `error`: the cluster's word for why the command could
    not run; empty for one that is not for the client. `sizes`: how often it first tells a new terminal size.
    """

    output: tuple[tuple[bool, bytes], ...] = ()
    exit_code: int = 0
    error: str | None = None
    seconds: float = 0.0
    sizes: int = 0


@dataclass(frozen=True)
class PodEvent:
    """What Kubernetes notes of a pod: `note` is a format of {namespace}, {service}, {pod}, {set} and {image}.

    `once`: for the service, about its Deployment, and not for each of its pods. `started`: when the pod has
    started, and not when it was created.
    """

    controller: str
    reason: str
    note: str
    instance: str = ""
    kind: str = "Normal"
    of: str = "Pod"
    once: bool = False
    started: bool = False


NODE: Final = "node1"
SCHEDULER: Final = "default-scheduler"
DEFAULT_EVENTS: Final = (
    PodEvent(
        "deployment-controller",
        "ScalingReplicaSet",
        "Scaled up replica set {set} from 0 to {count}",
        of="Deployment",
        once=True,
    ),
    PodEvent(SCHEDULER, "Scheduled", "Successfully assigned {namespace}/{pod} to node1", f"{SCHEDULER}-1"),
    PodEvent("kubelet", "Pulling", 'Pulling image "{image}"', NODE),
    PodEvent("kubelet", "Pulled", 'Successfully pulled image "{image}"', NODE, started=True),
    PodEvent("kubelet", "Created", "Created container: {service}", NODE, started=True),
    PodEvent("kubelet", "Started", "Started container {service}", NODE, started=True),
)


@dataclass(frozen=True)
class Behaviour:
    """How workloads run. Times in seconds.

    `start_seconds` after an accepted manifest the replicas are available; an image whose name contains
    `crash` never is. `log_lines` are by service name, each a format of {image}, {service} and {pod}; services
    without an entry get `DEFAULT_LINES`. After them a line follows every `follow_seconds`.
    """

    apply_seconds: float = 0.1
    """Until Kubernetes knows an accepted manifest: the lease has no status before."""
    create_seconds: float = 0.2
    """Until its workloads exist; the status names the manifest's absence of deployments before."""
    start_seconds: float = 1.5
    confirm_seconds: float = 0.0
    """From then until the inventory counts a lease as active: its monitor looks now and then only."""
    follow_seconds: float = 2.0
    log_lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    follow_line: str = "{service} is alive ({number})"
    follow_only: bool = False
    """The lines after the first ones are written only while somebody follows, and counted from there."""
    follow_limit: int | None = None
    """After so many of them the pod's log is at its end."""
    pod_suffixes: tuple[str, ...] = ()
    """What stands behind a service's name in its pods' names; others follow from the lease."""
    events: tuple[PodEvent, ...] = DEFAULT_EVENTS
    watch_begins_empty: bool = False
    """Following events shows only new ones; Kubernetes itself begins with those that are there."""
    ping_seconds: float = 10.0
    commands: Mapping[str, Exec] = field(default_factory=dict)
    """Commands beside those of the imagined container (processes.py), by name."""


class Shown(Enum):
    """The certificate that a provider shows, beside the one that it has on the chain."""

    OWN = "own"
    UNKNOWN = "unknown"
    """Of its own name, and not on the chain."""
    ANOTHER_SERIAL = "another serial"
    """Of its own name and key, and not on the chain."""
    ANOTHER_ACCOUNT = "another account"
    """Of an accomplice's name: it may well be on the chain, as that account's."""
    EXPIRED = "expired"
    """The one that is on the chain, which looks at no dates."""


class Spoilt(Enum):
    """What a provider does with every answer that is no stream."""

    SLOW_HEAD = "slow head"
    SLOW_BODY = "slow body"
    ENDLESS_HEAD = "endless head"
    ENDLESS_BODY = "endless body"
    REDIRECT = "redirect"
    WRONG_TYPES = "wrong types"
    """JSON in which every value is of another type."""


class Streamed(Enum):
    """What a provider sends in place of logs, events and a shell's output."""

    GIANT_FRAME = "giant frame"
    ENDLESS = "endless"
    """Line after line, as fast as they are taken."""
    COMPRESSED = "compressed"
    """A frame that says so, although nobody has agreed to it."""
    NOT_UTF8 = "not utf8"
    """A text frame that is none."""


@dataclass(frozen=True)
class Faults:
    """What is wrong with a provider, or hostile in it (provider-gateway.md §10, §11.7). All off at first."""

    refuse_manifests: tuple[int, str] | None = None
    """Status and text that every manifest gets."""
    hang: bool = False
    """Accepts connections and requests, and never answers."""
    certificate: Shown = Shown.OWN
    answers: Spoilt | None = None
    streams: Streamed | None = None
    plain_http: bool = False
    """Speaks HTTP without TLS on its port."""
    watchdog_fails: bool = False
    """The watchdog notices, and what it sends never arrives: the lease goes on and costs."""
    no_namespaces: bool = False
    """The manifests of leases are there, their namespaces are not."""
    cluster: str = ""
    """Kubernetes answers every call with this error."""


@dataclass(frozen=True)
class ProviderConfig:
    """One provider. Its key follows from its name, unless it is given one."""

    name: str
    tariff: Tariff
    attributes: Mapping[str, str] = field(default_factory=dict)
    inventory: Inventory = Inventory()
    behaviour: Behaviour = Behaviour()
    faults: Faults = Faults()
    generation: Generation = CURRENT
    listen: Listen = Listen()
    """Port 0: that of the last run if it is free, or any."""
    host_uri: str = ""
    """What the chain is told; without it, the address that it listens on."""
    static_hosts: bool = True
    """Every HTTP service gets a host name of the provider's, whether it asked for one or not."""
    public_host: str = ""
    """The name by which the provider is known; without it one that follows from `name`."""
    public_certificate: bool = False
    """Another certificate, as a public authority's, for clients that ask for the public name."""
    blocked_hosts: tuple[str, ...] = ()
    """Host names that tenants may not take; one with a leading dot stands for a domain."""
    poll_seconds: float = 0.5
    """How often it looks for orders and leases; about half a block."""
    bid_seconds: float = 300.0
    """A bid that has won nothing is closed after this (the reference's default)."""
    manifest_seconds: float = 300.0
    """The watchdog: a lease without a manifest is closed after this (the reference's default)."""
    reclamation_seconds: int = 0
    """The notice it gives before it takes a lease's resources back; 0: it says nothing of one."""
    withdraw_seconds: float = 600.0
    """How often it collects what leases have earned."""

    @property
    def domain(self) -> str:
        """Where its services are reached from outside."""
        return self.public_host or f"{self.name}.sandbox.local"
