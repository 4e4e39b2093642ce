"""The network's rules for a document: what refers to what, and what may be said together.

Limits of resources and prices are in `limits`, the manifest's own rules in `naming`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway.sdl.hosts import is_endpoint
from slipway.sdl.limits import check_group_limits
from slipway.sdl.naming import check_services, exposes_are_known
from slipway.sdl.text import NotADuration, parse_duration, trimmed

if TYPE_CHECKING:
    from slipway.sdl.mistakes import Findings
    from slipway.sdl.model import Credentials, Document, Expose, Params, Resources, Service, ServiceDeployment
    from slipway.sdl.nodes import Entry

_IP: Final = "ip"


def check(document: Document, findings: Findings) -> None:
    """Writes down every mistake; the document can be built when there is none."""
    if not document.deployed:
        at = document.root.within("deployment")
        if not findings.doubts_in(at):
            findings.mistake(at, "no service is deployed")
    _check_reclamation(document, findings)
    _check_endpoints(document, findings)
    ips = _IpPorts(document, findings)
    enclaves: dict[str, list[str]] = {}
    for name, placement, deployed in document.deployed:
        service = _check_references(document, name, placement, deployed, findings)
        if service is not None:
            ips.check(name, service)
            if service.credentials is not None:
                _check_credentials(service.credentials, findings)
            resources = document.compute.get(deployed.profile)
            if service.params is not None:
                _check_enclave(service.params, resources, enclaves.setdefault(placement, []), findings)
            if resources is not None:
                _check_volumes(document, service, resources, findings)
    ips.must_all_be_used()
    check_services(document, findings)
    check_group_limits(document, findings)


def _check_reclamation(document: Document, findings: Findings) -> None:
    if document.reclamation is None:
        return
    place = document.reclamation.at.place_of("min_window")
    try:
        positive = parse_duration(document.reclamation.min_window) > 0
    except NotADuration as error:
        findings.mistake(place, str(error), "1h")
    else:
        if not positive:
            findings.mistake(place, "the window must be longer than nothing", "1h")


def _check_endpoints(document: Document, findings: Findings) -> None:
    for name, endpoint in document.endpoints.items():
        if not is_endpoint(name):
            message = f"{name!r} is not a name of an endpoint: small letters, then digits, - and _"
            findings.mistake(endpoint.at.entry.at_key, message)
        if endpoint.kind != _IP:
            what = (
                f"unknown kind {endpoint.kind!r}; ip is the only one" if endpoint.kind else "a kind is needed"
            )
            findings.mistake(endpoint.at.place_of("kind"), what, _IP)


def _is_known(document: Document, findings: Findings, *names: str) -> bool:
    """Whether what stands at this path, if anything does, could be read."""
    at = document.root
    for name in names:
        at = at.within(name)
    return not findings.is_doubtful(at)


def _check_references(
    document: Document, name: str, placement: str, deployed: ServiceDeployment, findings: Findings
) -> Service | None:
    """The service, where there is one. What a deployment names is looked up in three sections."""
    if not findings.is_doubtful(deployed.at.place_of("profile")):
        _check_profile(document, deployed, findings)
        _check_placement(document, placement, deployed, findings)
    if name not in document.services and _is_known(document, findings, "services"):
        message = f"no service is named {name!r}"
        findings.mistake(_deployed_service(deployed), message, near=(name, document.services))
    return document.services.get(name)


def _deployed_service(deployed: ServiceDeployment) -> Entry:
    """The key that names the service: two levels above what is deployed."""
    above = deployed.at.entry.parent
    return above.at_key if above is not None else deployed.at.entry


def _check_profile(document: Document, deployed: ServiceDeployment, findings: Findings) -> None:
    place, profile = deployed.at.place_of("profile"), deployed.profile
    if document.compute.get(profile) is not None:
        return
    if profile in document.compute:
        if _is_known(document, findings, "profiles", "compute", profile):
            findings.mistake(place, f"the compute profile {profile!r} has no resources")
    elif _is_known(document, findings, "profiles", "compute"):
        message = f"no compute profile is named {profile!r}" if profile else "a compute profile is needed"
        findings.mistake(place, message, near=(profile, document.compute))


def _check_placement(
    document: Document, placement: str, deployed: ServiceDeployment, findings: Findings
) -> None:
    where, profile = document.placement.get(placement), deployed.profile
    if where is None:
        if _is_known(document, findings, "profiles", "placement"):
            message = f"no placement profile is named {placement!r}"
            findings.mistake(deployed.at.entry.at_key, message, near=(placement, document.placement))
    elif where.pricing.get(profile) is None and profile in document.compute:
        message = f"no price for the profile {profile!r}"
        findings.mistake(where.at.place_of("pricing"), message, near=(profile, where.pricing))


def _check_credentials(credentials: Credentials, findings: Findings) -> None:
    for field in ("host", "username", "password"):
        if not trimmed(getattr(credentials, field)):
            findings.mistake(credentials.at.place_of(field), f"the registry's {field} is missing")


class _IpPorts:
    """Each port of a leased IP serves one `to` of one service and placement."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self._document = document
        self._findings = findings
        self._taken: dict[tuple[str, int, str], str] = {}

    def check(self, name: str, service: Service) -> None:
        for expose in service.expose:
            self._check(name, expose)

    def _check(self, name: str, expose: Expose) -> None:
        """Ports are told apart by `as` and by the written `proto`, as Go does: "" and tcp are two."""
        for to in (each for each in expose.to if each.ip):
            place = to.at.place_of("ip")
            if not to.is_global:
                self._findings.mistake(place, "an ip needs global: true beside it", "global: true")
            if to.ip not in self._document.endpoints and _is_known(
                self._document, self._findings, "endpoints"
            ):
                near = (to.ip, self._document.endpoints)
                self._findings.mistake(place, f"no endpoint is named {to.ip!r}", near=near)
            key = (to.ip, expose.external_port, expose.proto)
            if key in self._taken and not self._findings.doubts_in(expose.at.entry):
                port = expose.external_port or expose.port
                self._findings.mistake(place, f"port {port} of {to.ip!r} is taken by {self._taken[key]!r}")
            self._taken[key] = name

    def must_all_be_used(self) -> None:
        used = {ip for ip, _, _ in self._taken}
        for name, endpoint in self._document.endpoints.items():
            if name not in used and exposes_are_known(self._document, self._findings):
                self._findings.mistake(endpoint.at.entry.at_key, f"the endpoint {name!r} is never used")


def _check_volumes(document: Document, service: Service, resources: Resources, findings: Findings) -> None:
    if findings.is_doubtful(resources.at.place_of("storage")):
        return
    if service.params is not None:
        _check_mounts(service.params, resources, findings)
        if document.rules != "2.0":
            _check_ram(service.params, resources, findings)
    mounted = service.params is not None and service.params.storage
    if document.rules == "2.0" and not mounted:
        for volume in resources.storage:
            if volume.attribute("persistent") == "true":
                message = f"the persistent volume {volume.name!r} needs a mount"
                findings.mistake(
                    service.at.place_of("params"), message, f"storage: {{{volume.name}: {{mount: /data}}}}"
                )


def _check_mounts(params: Params, resources: Resources, findings: Findings) -> None:
    names = {volume.name for volume in resources.storage}
    taken: dict[str, str] = {}
    for name, mount in params.storage.items():
        place = mount.at.place_of("mount")
        if name not in names:
            message = f"the compute profile has no volume named {name!r}"
            findings.mistake(mount.at.entry.at_key, message, near=(name, sorted(names)))
        if not mount.mount.startswith("/"):
            findings.mistake(place, f"{mount.mount!r} is not an absolute path", f"/{mount.mount}")
        other = taken.setdefault(mount.mount, name)
        if other != name:
            findings.mistake(place, f"{mount.mount} is already the mount of {other!r}")


def _check_enclave(
    params: Params, resources: Resources | None, others: list[str], findings: Findings
) -> None:
    """All services of a placement run in one kind of enclave."""
    if not params.tee:
        return
    at = params.at.place_of("tee")
    has_gpu = resources is not None and resources.gpu is not None and resources.gpu.units > 0
    if params.tee == "cpu-gpu" and resources is not None and not has_gpu:
        findings.mistake(at, "cpu-gpu needs a profile with a gpu", "cpu")
    others.append(params.tee)
    if params.tee != others[0]:
        findings.mistake(at, f"another service of this placement asks for {others[0]!r}", others[0])


def _check_ram(params: Params, resources: Resources, findings: Findings) -> None:
    for volume in resources.storage:
        mount = params.storage.get(volume.name)
        if mount is not None and mount.read_only and volume.attribute("class") == "ram":
            findings.mistake(
                mount.at.place_of("readOnly"), "a volume of class ram cannot be read only", "false"
            )
