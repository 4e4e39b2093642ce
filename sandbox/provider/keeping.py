"""What a provider keeps in its folder: its certificate, its port, and what runs for which lease."""

import json
from pathlib import Path

from sandbox.provider import manifest
from sandbox.provider.certificates import Identity
from sandbox.provider.chain_view import LeaseId, OrderId
from sandbox.provider.cluster import Workload, namespace


class Keeping:
    """Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder:
            (folder / "leases").mkdir(parents=True, exist_ok=True)

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
