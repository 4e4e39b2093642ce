"""What a provider keeps in its folder: certificate, port, what runs for which lease, whom it knows."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.provider import manifest
from sandbox.provider.certificates import Identity
from sandbox.provider.chain_view import LeaseId, OrderId
from sandbox.provider.cluster import Workload, namespace


@dataclass
class Keeping:
    """Without a folder nothing is kept for the next run."""

    _folder: Path | None = None
    _certificates: dict[str, bytes] = field(default_factory=dict)
    _keys: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self._folder:
            for name in ("leases", "clients"):
                (self._folder / name).mkdir(parents=True, exist_ok=True)

    def identity(self) -> Identity | None:
        certificate, key = self._read("certificate.pem"), self._read("key.pem")
        return Identity(certificate.encode(), key.encode()) if certificate and key else None

    def keep_identity(self, identity: Identity) -> None:
        self._write("certificate.pem", identity.certificate.decode())
        self._write("key.pem", identity.key.decode())

    def port(self) -> int:
        """The port of the last run, or 0."""
        return int(self._read("port") or 0)

    def keep_port(self, port: int) -> None:
        self._write("port", str(port))

    def client_certificate(self, owner: str, serial: int) -> bytes | None:
        """The PEM of a client's certificate that was once found on the chain."""
        name = f"clients/{owner}-{serial}.pem"
        if name not in self._certificates and (text := self._read(name)):
            self._certificates[name] = text.encode()
        return self._certificates.get(name)

    def keep_client_certificate(self, owner: str, serial: int, certificate: bytes) -> None:
        name = f"clients/{owner}-{serial}.pem"
        self._certificates[name] = certificate
        self._write(name, certificate.decode())

    def account_key(self, owner: str) -> bytes | None:
        """The public key of an account that was once looked up."""
        if owner not in self._keys and (text := self._read(f"clients/{owner}.key")):
            self._keys[owner] = bytes.fromhex(text)
        return self._keys.get(owner)

    def keep_account_key(self, owner: str, key: bytes) -> None:
        self._keys[owner] = key
        self._write(f"clients/{owner}.key", key.hex())

    def workloads(self) -> list[Workload]:
        """What ran at the end of the last run, oldest first."""
        if self._folder is None:
            return []
        found = [_workload(path) for path in (self._folder / "leases").glob("*.json")]
        return sorted(found, key=lambda workload: workload.since)

    def keep_workload(self, lease: LeaseId, workload: Workload | None) -> None:
        """None: nothing runs for the lease any more."""
        name = f"leases/{namespace(lease)}.json"
        if workload:
            self._write(name, _text(workload))
        elif self._folder:
            (self._folder / name).unlink(missing_ok=True)

    def _read(self, name: str) -> str:
        path = self._folder / name if self._folder else None
        return path.read_text(encoding="utf-8") if path and path.exists() else ""

    def _write(self, name: str, text: str) -> None:
        """The whole new text or the whole old one, for nobody else's eyes: manifests carry secrets."""
        if self._folder:
            path = self._folder / name
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(path)


def _text(workload: Workload) -> str:
    kept = {
        "lease": workload.lease.wire(),
        "group": json.loads(manifest.write([workload.group])),
        "since": workload.since,
        "generation": workload.generation,
        "ports": dict(workload.ports),
    }
    return json.dumps(kept)


def _workload(path: Path) -> Workload:
    kept = json.loads(path.read_text(encoding="utf-8"))
    found = kept["lease"]
    order = OrderId(found["owner"], int(found["dseq"]), found["gseq"], found["oseq"])
    (group,) = manifest.decode(json.dumps(kept["group"]).encode())
    lease = LeaseId(order, found["provider"])
    return Workload(lease, group, kept["since"], kept["generation"], kept["ports"])
