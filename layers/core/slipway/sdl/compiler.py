"""SDL text in, everything that the chain and the providers need out. Pure: no clock, no network, no state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slipway.sdl.advice import advise
from slipway.sdl.building import build
from slipway.sdl.checking import check
from slipway.sdl.composer import compose
from slipway.sdl.manifest import MAX_BYTES
from slipway.sdl.mistakes import Findings, Mistake, SdlInvalid
from slipway.sdl.read_document import read_document
from slipway.sdl.text import duration_text, parse_duration

if TYPE_CHECKING:
    from slipway.sdl.decoding import Dialect
    from slipway.sdl.groups import GroupSpec
    from slipway.sdl.manifest import Manifest
    from slipway.sdl.model import Document

_TOO_LONG: Final = f"the manifest would be longer than {MAX_BYTES} bytes"


@dataclass(frozen=True, slots=True)
class Compiled:
    """`version` is the manifest's hash, 32 bytes. `reclamation` is the least warning, like `3600s`, that a
    provider must give before it takes a lease back. `warnings` are what the network accepts and nobody may
    have meant."""

    groups: tuple[GroupSpec, ...]
    manifest: Manifest
    version: bytes
    reclamation: str | None
    warnings: tuple[Mistake, ...]


def compile_sdl(text: str | bytes, dialect: Dialect = "current", *, denom: str = "") -> Compiled:
    """Agrees to the byte with the Go SDK wherever it accepts: go/sdl v0.2.2 (`current`), or what its next
    release will do (`next`).

    A price without a denom is in `denom`; without that too it is a mistake, as the Go SDK has it.
    Raises SdlInvalid with all mistakes; only where the text is no YAML it ends with the first.
    """
    findings = Findings()
    document = read_document(compose(text), findings, dialect, denom)
    check(document, findings)
    advise(document, findings)
    _must_be_short(document, findings)
    findings.must_be_none()
    groups, manifest = build(document)
    if len(manifest.text.encode()) > MAX_BYTES:
        raise SdlInvalid(mistakes=(Mistake("services", 1, 1, _TOO_LONG),))
    _must_be_unicode(document, groups)
    return Compiled(groups, manifest, manifest.version, _reclamation(document), findings.warnings)


def _must_be_short(document: Document, findings: Findings) -> None:
    """Each placement has its own copy of a service, so a short text can make a long manifest."""
    copies = ((document.services.get(name), len(places)) for name, places in document.deployment.items())
    letters = sum(service.letters * count for service, count in copies if service is not None)
    if letters > MAX_BYTES:
        findings.mistake(document.root.within("services"), _TOO_LONG)


def _reclamation(document: Document) -> str | None:
    window = document.reclamation
    return None if window is None else duration_text(parse_duration(window.min_window))


def _must_be_unicode(document: Document, groups: tuple[GroupSpec, ...]) -> None:
    """`!!binary` can put any bytes into a name. Go would send them; protobuf's own rule is UTF-8."""
    for group in groups:
        try:
            "".join(group.texts()).encode()
        except UnicodeEncodeError as error:
            message = f"the placement {group.name!r} holds !!binary text that is not UTF-8"
            at = document.placement[group.name].at.entry.at_key
            raise SdlInvalid(
                mistakes=(Mistake("profiles.placement", at.line, at.column, message),)
            ) from error
