"""Reads a whole SDL: the version, then every top-level section in the order of the text."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from slipway.sdl.decoding import Reader, raw_entries
from slipway.sdl.mistakes import Mistake, SdlInvalid
from slipway.sdl.model import Document, EndpointKind, Reclamation, ServiceDeployment
from slipway.sdl.nodes import Entry
from slipway.sdl.read_profiles import read_profiles
from slipway.sdl.read_services import read_service
from slipway.sdl.suggestions import nearest
from slipway.sdl.versions import rules_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.sdl.decoding import Dialect
    from slipway.sdl.mistakes import Findings
    from slipway.sdl.nodes import Node
    from slipway.sdl.versions import Rules

_VERSION: Final = "version"
_VERSIONS: Final = ("2.0", "2.1")
_OPTIONAL: Final = ("endpoints", "include", "reclamation")
_NEEDED: Final = ("services", "profiles", "deployment")


def read_document(root: Node | None, findings: Findings, dialect: Dialect, denom: str = "") -> Document:
    """`denom` is of prices that name none. Raises SdlInvalid where the text has no content: nothing else can
    be told then."""
    if root is None or root.null:
        raise _invalid(1, 1, "the SDL is empty")
    if not root.content:
        message = "the SDL is not a map: version, services, profiles and deployment are needed"
        raise _invalid(root.line, root.column, message)
    entry = Entry(root, None, None, "")
    document = Document(entry, _rules(root, entry, findings))
    reader = _Sections(Reader(findings, dialect, denom), document)
    if len(root.content) % 2:
        findings.mistake(entry, "the SDL is a list, not a map")
    sections = raw_entries(entry)
    for name, section in sections:
        reader.read(name, section)
    if len({name for name, _ in sections}) < len(sections):
        findings.warning(entry, "a section stands twice; both are taken together")
    _must_be_there(entry, [name for name, _ in sections], findings)
    findings.reading_is_done()
    return document


def _invalid(line: int, column: int, message: str) -> SdlInvalid:
    return SdlInvalid(mistakes=(Mistake("", line, column, message),))


def _rules(root: Node, entry: Entry, findings: Findings) -> Rules:
    """The first `version` counts, be it a key or a value: so Go looks for it."""
    for index, node in enumerate(root.content[:-1]):
        if node.text == _VERSION:
            value = root.content[index + 1]
            rules = rules_of(value.text)
            at = Entry(value, node, entry, _VERSION)
            if rules is None:
                findings.mistake(at, f"unknown version {value.text!r}", '"2.0"')
            elif value.text not in _VERSIONS or value.plain:
                findings.warning(at, f"read as version {rules}", f'"{rules}"')
            return rules or "2.0"
    findings.mistake(entry.within(_VERSION), "a version is missing", 'version: "2.0"')
    return "2.0"


def _must_be_there(root: Entry, found: list[str], findings: Findings) -> None:
    """A section that is missing, but for a slip of the pen, is told once: at its misspelt name."""
    meant = {nearest(name, _NEEDED) for name in found if name not in _NEEDED}
    for name in _NEEDED:
        at = root.within(name)
        if name in meant and name not in found:
            findings.doubt(at)
        elif name not in found:
            findings.mistake(at, f"the section {name} is missing")


class _Sections:
    """Reads sections into the document. A section that stands twice adds to the first; null empties it."""

    def __init__(self, reader: Reader, document: Document) -> None:
        self._reader = reader
        self._document = document
        self._known: dict[str, Callable[[Entry], None]] = {
            "services": self._services,
            "profiles": self._profiles,
            "deployment": self._deployment,
            "endpoints": self._endpoints,
            "include": self._include,
            "reclamation": self._reclamation,
            _VERSION: lambda _: None,
        }

    def read(self, name: str, entry: Entry) -> None:
        section = self._known.get(name)
        if section is None:
            message = f"unknown section {name!r}; allowed: {', '.join(self._known)}"
            self._reader.findings.mistake(entry.at_key, message, near=(name, self._known))
            return
        if entry.node.null and name in _OPTIONAL:
            self._reader.findings.warning(entry, "there is no value here")
        section(entry)

    def _services(self, entry: Entry) -> None:
        before = {} if entry.node.null else self._document.services
        self._document.services = self._reader.mapping(entry, partial(read_service, self._reader), before)

    def _profiles(self, entry: Entry) -> None:
        read_profiles(self._reader, entry, self._document)

    def _deployment(self, entry: Entry) -> None:
        before = {} if entry.node.null else self._document.deployment
        self._document.deployment = self._reader.mapping(entry, self._placements, before)

    def _placements(self, entry: Entry) -> dict[str, ServiceDeployment]:
        return self._reader.mapping(entry, self._service_deployment)

    def _service_deployment(self, entry: Entry) -> ServiceDeployment:
        at = self._reader.fields(entry, ("profile", "count"))
        return ServiceDeployment(
            at, self._reader.string(at.get("profile")), self._reader.uint32(at.get("count"))
        )

    def _endpoints(self, entry: Entry) -> None:
        before = {} if entry.node.null else self._document.endpoints
        self._document.endpoints = self._reader.mapping(entry, self._endpoint, before)

    def _endpoint(self, entry: Entry) -> EndpointKind:
        at = self._reader.fields(entry, ("kind",))
        return EndpointKind(at, self._reader.string(at.get("kind")))

    def _include(self, entry: Entry) -> None:
        self._reader.strings(entry)

    def _reclamation(self, entry: Entry) -> None:
        at = self._reader.fields(entry, ("min_window",))
        self._document.reclamation = Reclamation(at, self._reader.string(at.get("min_window")))
