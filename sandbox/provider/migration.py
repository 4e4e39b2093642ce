"""Moving host names and leased IPs between one owner's leases (provider-gateway.md §2.7, recording 12)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from sandbox.provider import gojson
from sandbox.provider.answers import Answer, Refusal, plain
from sandbox.provider.cluster import Cluster, Workload
from sandbox.provider.gojson import GoJsonError
from sandbox.provider.gotypes import UINT64, Field, Integer, Slice, Struct, Text, Where
from sandbox.provider.manifest_rules import hosts as hosts_of


def _body_type(name: str, listed: str) -> Struct:
    return Struct(
        name,
        {
            listed: Field(Slice("[]string", Text())),
            "destination_dseq": Field(Integer(UINT64, "uint64")),
            "destination_gseq": Field(Integer()),
        },
    )


_HOSTS: Final = _body_type("migrateRequestBody", "hostnames_to_migrate")
_ENDPOINTS: Final = _body_type("endpointMigrateRequestBody", "endpoints_to_migrate")


def hosts(cluster: Cluster, owner: str, body: bytes) -> Answer:
    """POST /hostname/migrate. Raises Refusal."""
    asked, destination = _destination(cluster, owner, body, _HOSTS, "hostnames_to_migrate")

    def must_move(host: str) -> None:
        if host not in hosts_of([destination.group]):
            raise _bad(f"the hostname {gojson.write(host)} is not used by this deployment")

    return _moved(asked, must_move, lambda host: cluster.give(host, destination.lease))


def endpoints(cluster: Cluster, owner: str, body: bytes) -> Answer:
    """POST /endpoint/migrate. Raises Refusal."""
    asked, destination = _destination(cluster, owner, body, _ENDPOINTS, "endpoints_to_migrate")
    known = {expose["ip"] for service in destination.services for expose in service["expose"] or []}

    def must_move(name: str) -> None:
        if name not in known:
            raise _bad(f"the endpoint {gojson.write(name)} does not exist in the destination deployment")

    return _moved(asked, must_move, lambda _: None)


def _moved(asked: list[str], must_move: Callable[[str], None], move: Callable[[str], None]) -> Answer:
    """All of them or none."""
    for name in asked:
        must_move(name)
    for name in asked:
        move(name)
    body = gojson.write({"transferred": asked}).encode()
    return Answer(HTTPStatus.OK, body, {"Content-Type": "application/json"})


def _destination(
    cluster: Cluster, owner: str, body: bytes, kind: Struct, listed: str
) -> tuple[list[str], Workload]:
    """What is to move, and where to."""
    try:
        asked: dict[str, Any] = kind.decode(gojson.read_first(body), kind.zero(), Where())
    except GoJsonError:
        raise Refusal(Answer(HTTPStatus.UNPROCESSABLE_ENTITY)) from None
    if not asked[listed]:
        raise Refusal(Answer(HTTPStatus.BAD_REQUEST))
    if cluster.config.faults.cluster:
        raise Refusal(Answer(HTTPStatus.INTERNAL_SERVER_ERROR))
    wanted = owner, asked["destination_dseq"], asked["destination_gseq"]
    for workload in cluster:
        order = workload.lease.order
        if (order.owner, order.dseq, order.gseq) == wanted:
            return asked[listed], workload
    raise _bad("destination deployment does not exist")


def _bad(text: str) -> Refusal:
    return Refusal(plain(HTTPStatus.BAD_REQUEST, text))
