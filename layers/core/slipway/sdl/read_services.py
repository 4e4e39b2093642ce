"""Reads the `services` section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slipway.sdl.decoding import Fields, Reader
from slipway.sdl.hosts import is_url_host
from slipway.sdl.model import (
    Credentials,
    Expose,
    ExposeTo,
    HttpOptions,
    Mount,
    Params,
    Permissions,
    Service,
)

if TYPE_CHECKING:
    from slipway.sdl.nodes import Entry

_SERVICE: Final = ("image", "command", "args", "env", "expose", "dependencies", "params", "credentials")
_EXPOSE: Final = ("port", "as", "proto", "to", "accept", "http_options")
_TO: Final = ("service", "global", "http_options", "ip")
_HTTP_OPTIONS: Final = (
    "max_body_size",
    "read_timeout",
    "send_timeout",
    "next_tries",
    "next_timeout",
    "next_cases",
    "proxy_buffer_size",
)
_PARAMS: Final = ("storage", "permissions", "tee")
_MOUNT: Final = ("mount", "readOnly")
_TEES: Final = ("", "cpu", "cpu-gpu")
_PERMISSIONS: Final = ("deployment", "logs", "events")
_CREDENTIALS: Final = ("host", "email", "username", "password")


def read_service(reader: Reader, entry: Entry) -> Service:
    at = reader.fields(entry, _SERVICE)
    env = at.get("env")
    reader.items(at.get("dependencies"), lambda item: _read_dependency(reader, item))
    return Service(
        at=at,
        image=reader.string(at.get("image")),
        command=reader.strings(at.get("command")),
        args=reader.strings(at.get("args")),
        env=reader.strings(env),
        env_places=tuple(reader.items(env, lambda item: item) or ()),
        expose=reader.items(at.get("expose"), lambda item: _read_expose(reader, item)) or [],
        params=_read_params(reader, at.get("params")),
        credentials=_read_credentials(reader, at.get("credentials")),
    )


def _read_dependency(reader: Reader, entry: Entry) -> str:
    """Read for its form only: the network keeps no dependencies."""
    return reader.string(reader.fields(entry, ("service",)).get("service"))


def _read_expose(reader: Reader, entry: Entry) -> Expose:
    at = reader.fields(entry, _EXPOSE)
    accept = at.get("accept")
    return Expose(
        at=at,
        port=reader.uint32(at.get("port")),
        external_port=reader.uint32(at.get("as")),
        proto=reader.string(at.get("proto")),
        to=reader.items(at.get("to"), lambda item: _read_to(reader, item)) or [],
        hosts=reader.items(accept, lambda item: _read_host(reader, item)),
        host_places=tuple(reader.items(accept, lambda item: item) or ()),
        http_options=_read_http_options(reader, at),
    )


def _read_to(reader: Reader, entry: Entry) -> ExposeTo:
    at = reader.fields(entry, _TO)
    if "http_options" in at:
        _read_http_options(reader, at)
        place = at.entries["http_options"].at_key
        reader.findings.warning(place, "http_options under to have no effect; write them beside to")
    return ExposeTo(
        at=at,
        service=reader.string(at.get("service")),
        is_global=reader.boolean(at.get("global")),
        ip=reader.string(at.get("ip")),
    )


def _read_host(reader: Reader, entry: Entry) -> str:
    host = reader.string(entry)
    if not is_url_host(host):
        reader.findings.mistake(entry, f"{host!r} is not a host name")
    return host


def _read_http_options(reader: Reader, parent: Fields) -> HttpOptions:
    entry = parent.entries.get("http_options")
    if entry is None:
        return HttpOptions(Fields(parent.entry.within("http_options"), {}), 0, 0, 0, 0, 0, None, 0)
    at = reader.fields(entry, _HTTP_OPTIONS)
    _must_be_known(reader, at, "proxy_buffer_size")
    return HttpOptions(
        at=at,
        max_body_size=reader.uint32(at.get("max_body_size")),
        read_timeout=reader.uint32(at.get("read_timeout")),
        send_timeout=reader.uint32(at.get("send_timeout")),
        next_tries=reader.uint32(at.get("next_tries")),
        next_timeout=reader.uint32(at.get("next_timeout")),
        next_cases=reader.strings(at.get("next_cases")),
        proxy_buffer_size=reader.uint32(at.get("proxy_buffer_size")) if reader.dialect == "next" else 0,
    )


def _must_be_known(reader: Reader, at: Fields, name: str) -> None:
    """A field that only the network's next release knows: today's would drop it without a word."""
    if name in at and reader.dialect == "current":
        message = f"{name} is not supported by today's network, which would ignore it silently"
        reader.findings.mistake(at.entries[name].at_key, message, f"leave {name} out")


def _read_params(reader: Reader, entry: Entry | None) -> Params | None:
    if entry is None:
        return None
    at = reader.fields(entry, _PARAMS)
    _must_be_known(reader, at, "tee")
    storage, permissions = at.get("storage"), at.get("permissions")
    return Params(
        at=at,
        storage=reader.mapping(storage, lambda item: _read_mount(reader, item)) if storage else {},
        permissions=_read_permissions(reader, permissions) if permissions else None,
        tee=_read_tee(reader, at) if reader.dialect == "next" else "",
    )


def _read_tee(reader: Reader, at: Fields) -> str:
    text = reader.string(at.get("tee"))
    if text not in _TEES:
        message = f"{text!r} is no enclave that the network knows: cpu or cpu-gpu"
        reader.findings.mistake(at.place_of("tee"), message, near=(text, _TEES[1:]))
        return ""
    return text


def _read_mount(reader: Reader, entry: Entry) -> Mount:
    at = reader.fields(entry, _MOUNT)
    return Mount(at, reader.string(at.get("mount")), reader.boolean(at.get("readOnly")))


def _read_permissions(reader: Reader, entry: Entry) -> Permissions:
    at = reader.fields(entry, ("read",))
    return Permissions(reader.items(at.get("read"), lambda item: _read_permission(reader, item)))


def _read_permission(reader: Reader, entry: Entry) -> str:
    text = reader.string(entry)
    if text not in _PERMISSIONS:
        message = f"no provider knows the permission {text!r}; there are {', '.join(_PERMISSIONS)}"
        reader.findings.warning(entry, message, near=(text, _PERMISSIONS))
    return text


def _read_credentials(reader: Reader, entry: Entry | None) -> Credentials | None:
    if entry is None:
        return None
    at = reader.fields(entry, _CREDENTIALS)
    return Credentials(at, *(reader.string(at.get(name)) for name in _CREDENTIALS))
