"""Good answers held against the reference's own: what it told of a deployment, told by our models again.

The recorded JSON is read as a node's and a provider's would be and goes through the response models: every
field, text and null of the reference must be there, and what we add is named here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from slipway.adapters import chain_shapes as shapes
from slipway.adapters.provider_answers import lease_status
from slipway.domain.ids import Dseq
from slipway.domain.messages import Committed
from slipway.entry.models.bids import BidsOut
from slipway.entry.models.deployments import CreateOut, DeploymentOut, ListOut, SuccessOut
from slipway.sdl.compiler import compile_sdl
from slipway.services.deployments import Created, Detail
from slipway.services.listing import Listing, Row

from tests import recordings

if TYPE_CHECKING:
    from slipway.domain.deployment import Deployment
    from slipway.entry.models.base import Model

Json = dict[str, Any]


def good(*walks: str) -> list[Json]:
    """The exchanges that were answered 2xx with JSON."""
    found = [one for walk in walks for one in recordings.load(f"console/{walk}.jsonl")[1]]
    return [
        one
        for one in found
        if one["response"]["status"] in (200, 201) and isinstance(one["response"]["body"], dict)
    ]


def told(model: Model) -> Any:
    return json.loads(model.model_dump_json())


def a_deployment(row: Json) -> Deployment:
    return shapes.deployment({**row, "groups": []})


def with_detail(exchanges: list[Json]) -> list[Json]:
    bodies = [exchange["response"]["body"].get("data") for exchange in exchanges]
    return [body for body in bodies if isinstance(body, dict) and "escrow_account" in body]


@pytest.mark.parametrize("walk", ["05-leases", "07-get", "08-update", "09-deposit", "10-delete"])
def test_a_deployment_is_told_as_the_reference_tells_it(walk: str) -> None:
    bodies = with_detail(good(walk))
    assert bodies

    for body in bodies:
        leases = tuple(shapes.lease({"lease": lease}) for lease in body["leases"])
        statuses = {
            lease.id: lease_status(json.dumps(row["status"]).encode())
            for lease, row in zip(leases, body["leases"], strict=True)
            if row["status"] is not None
        }
        detail = Detail(a_deployment(body), leases, dict(statuses))

        assert told(DeploymentOut.of(detail)) == {"data": body}


def test_a_list_is_told_as_the_reference_tells_it() -> None:
    lists = [one["response"]["body"]["data"] for one in good("06-list")]
    assert len(lists) > 20

    for body in lists:
        rows = tuple(
            Row(a_deployment(row), tuple(shapes.lease({"lease": lease}) for lease in row["leases"]))
            for row in body["deployments"]
        )
        page = body["pagination"]
        listing = Listing(rows, page["total"], 0, page["limit"], None)

        found = told(ListOut.of(listing))["data"]

        assert found["deployments"] == body["deployments"]
        assert found["pagination"].keys() - page.keys() == {"nextCursor"}
        assert page.keys() <= found["pagination"].keys()


def test_bids_are_told_as_the_reference_tells_them() -> None:
    answers = [one["response"]["body"] for one in good("04-bids")]
    assert any(answer["data"] for answer in answers)

    for body in answers:
        assert told(BidsOut.of(shapes.bid(row) for row in body["data"])) == body


def test_a_created_deployment_is_told_as_the_reference_tells_it() -> None:
    made = [
        one
        for one in good("03-deployments-create")
        if one["response"]["status"] == 201 and isinstance(one["request"]["body"], dict)
    ]
    checked = 0
    for exchange in made:
        sdl, body = exchange["request"]["body"]["data"]["sdl"], exchange["response"]["body"]["data"]
        if body["manifest"].count('"') and (compiled := _compiled(sdl)) is not None:
            landed = Committed("intent", body["signTx"]["hash"], 7, Dseq(int(body["dseq"])))
            found = told(CreateOut.of(Created(landed.dseq, compiled, landed)))["data"]
            assert found["dseq"] == body["dseq"]
            assert found["manifest"] == body["manifest"], exchange["name"]
            assert body["signTx"].items() <= found["signTx"].items()
            assert found.keys() - body.keys() == {"warnings"}
            checked += 1
    assert checked > 10


def _compiled(sdl: str) -> Any:
    """None for what the reference took and we refuse (console-api.md §00.9)."""
    from slipway.sdl.mistakes import SdlInvalid

    try:
        return compile_sdl(sdl)
    except SdlInvalid:
        return None


def test_success_is_told_as_the_reference_tells_it() -> None:
    bodies = [one["response"]["body"] for one in good("10-delete") if one["request"]["method"] == "DELETE"]

    assert bodies
    assert all(told(SuccessOut.yes()) == body for body in bodies)
