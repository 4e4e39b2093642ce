"""Warnings: what the network accepts and its author may not have meant.

What only one value shows is told where it is read; here stands what takes more than one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from slipway.sdl.mistakes import Findings
    from slipway.sdl.model import Document, Expose, Resources, Service, Volume

_MOST_PORT: Final = 65535
_PROTOCOLS: Final = ("", "tcp", "udp", "TCP", "UDP")
_WINDOW: Final = re.compile("[1-9][0-9]*[smh]")
_SHORTEST: Final = {"email": 5, "password": 6}
"""What the network's JSON schema asks of a registry's credentials."""


def advise(document: Document, findings: Findings) -> None:
    """The network checks none of these; unknown keys are warned of where they are read."""
    for name, service in document.services.items():
        _advise_service(document, service, findings)
        if name not in document.deployment:
            findings.warning(service.at.entry.at_key, "this service is not deployed")
    for _, _, deployed in document.deployed:
        if not deployed.count:
            findings.warning(deployed.at.place_of("count"), "a count of zero runs nothing", "1")
    _advise_unused(document, findings)
    _advise_unmounted(document, findings)
    window = document.reclamation.min_window if document.reclamation else ""
    if document.reclamation and not _WINDOW.fullmatch(window):
        findings.warning(
            document.reclamation.at.place_of("min_window"), "better whole hours, as in 24h", "24h"
        )


def _advise_service(document: Document, service: Service, findings: Findings) -> None:
    for expose in service.expose:
        _advise_expose(document, expose, findings)
    if "image" not in service.at:
        findings.warning(service.at.place_of("image"), "the image is missing")
    for field, shortest in _SHORTEST.items() if service.credentials else ():
        text = getattr(service.credentials, field)
        if service.credentials and field in service.credentials.at and len(text) < shortest:
            place = service.credentials.at.place_of(field)
            findings.warning(place, f"an {field} of fewer than {shortest} letters is not usual")


def _advise_expose(document: Document, expose: Expose, findings: Findings) -> None:
    if "port" not in expose.at:
        findings.warning(expose.at.place_of("port"), "the port is missing")
    if expose.external_port > _MOST_PORT:
        findings.warning(expose.at.place_of("as"), f"{expose.external_port} is not a port: 1 to {_MOST_PORT}")
    elif "as" in expose.at and not expose.external_port:
        findings.warning(expose.at.place_of("as"), "0 is not a port, so the one above is taken")
    if expose.proto not in _PROTOCOLS:
        findings.warning(expose.at.place_of("proto"), f"better {expose.proto.lower()}", expose.proto.lower())
    for to in expose.to:
        if to.service and to.service not in document.services:
            near = (to.service, document.services)
            findings.warning(to.at.place_of("service"), f"no service is named {to.service!r}", near=near)
        if "ip" in to.at and not to.ip:
            findings.warning(to.at.place_of("ip"), "an empty ip leases none")


def _advise_unused(document: Document, findings: Findings) -> None:
    profiles = {deployed.profile for _, _, deployed in document.deployed}
    placements = {placement for _, placement, _ in document.deployed}
    for name, resources in document.compute.items():
        if name not in profiles and resources is not None:
            findings.warning(resources.at.entry, f"no service uses the compute profile {name!r}")
    for name, placement in document.placement.items():
        if name not in placements:
            findings.warning(placement.at.entry.at_key, "no service is deployed here")


def _advise_unmounted(document: Document, findings: Findings) -> None:
    for name, _, deployed in document.deployed:
        service, resources = document.services.get(name), document.compute.get(deployed.profile)
        if service is not None and resources is not None:
            for volume in resources.storage:
                _advise_volume(volume, name, service, resources, findings)


def _advise_volume(
    volume: Volume, name: str, service: Service, resources: Resources, findings: Findings
) -> None:
    """The first ephemeral volume is the container's own disk and needs no mount."""
    is_disk = volume.attribute("persistent") != "true" and volume.attribute("class") != "ram"
    if is_disk and (volume.name == "default" or len(resources.storage) == 1):
        return
    if service.params is None or volume.name not in service.params.storage:
        message = f"{name!r} does not mount the volume {volume.name!r}, so it is of no use there"
        findings.warning(volume.at.entry, message)
