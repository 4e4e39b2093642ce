"""POST /v1/sdl/validate."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tests.unit.sdl.texts import WEB, changed

if TYPE_CHECKING:
    from tests.functions.calling import Answer, Api


def asked(api: Api, body: Any) -> Answer:
    return api.call("sdl.validate", "POST", "/v1/sdl/validate", body=body)


def test_a_good_sdl_is_shown_as_it_would_be_deployed(api: Api) -> None:
    answer = asked(api, {"data": {"sdl": WEB}})

    told = answer.body["data"]
    assert answer.status == 200
    assert told["valid"] is True
    assert told["version"] == hashlib.sha256(told["manifest"].encode()).hexdigest()
    assert told["groups"][0]["resources"][0]["price"]["amount"] == "100.000000000000000000"
    assert told["resources"] == {
        "cpu": "0.5", "memory": 536870912, "storage": 1073741824, "gpu": 0, "count": 1
    }  # fmt: skip
    assert told["priceCeiling"] == {"perHour": "0.06", "perMonth": "43.8"}
    assert told["mistakes"] == told["warnings"] == []


def test_a_bad_one_has_all_its_mistakes_and_is_no_error(api: Api) -> None:
    answer = asked(api, {"data": {"sdl": changed("size: 512Mi", "size: 4GB")}})

    told = answer.body["data"]
    assert answer.status == 200
    assert told["valid"] is False
    assert told["manifest"] is None
    assert told["mistakes"] == [
        {
            "path": "profiles.compute.small.resources.memory.size",
            "line": 17,
            "column": 17,
            "message": "'4GB' is not a number",
            "hint": "4Gi or 4G",
        }
    ]


def test_nothing_is_sent(api: Api) -> None:
    asked(api, {"data": {"sdl": WEB}})

    assert api.world.signer.transactions == []


def test_the_next_dialect_can_be_asked_for(api: Api) -> None:
    text = changed("    expose:", "    params: {tee: cpu}\n    expose:")

    assert asked(api, {"data": {"sdl": text}}).body["data"]["valid"] is False
    assert asked(api, {"data": {"sdl": text, "dialect": "next"}}).body["data"]["valid"] is True


def test_the_body_must_have_an_sdl_and_a_dialect_that_exists(api: Api) -> None:
    assert asked(api, {"data": {}}).status == 400
    assert asked(api, {"data": {"sdl": WEB, "dialect": "last"}}).status == 400
    assert asked(api, {"data": {"sdl": 5}}).status == 400
