"""`Transport` to the simulated nodes: the paths that the signer asks, answered as the real node answers."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from slipway_signing.nodes import Answer, NodeUnreachable

from tests.simulation import answers
from tests.simulation.rules import ChainRefusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.simulation.answers import Found
    from tests.simulation.faults import Effects
    from tests.simulation.network import Network, Node


class _Throttled(Exception):
    """A proxy before the node says no."""


class SimulatedTransport:
    def __init__(self, network: Network, effects: Effects) -> None:
        self._network = network
        self._effects = effects

    def get(self, url: str, query: Mapping[str, str]) -> Answer:
        node = self._network.node(url)
        path = url.removeprefix(node.url)
        return self._asked(node, path, lambda: answers.to_get(self._network, node, path, query))

    def post(self, url: str, body: Mapping[str, Any]) -> Answer:
        node = self._network.node(url)
        path = url.removeprefix(node.url)
        raw = base64.b64decode(body["tx_bytes"])
        if path.endswith("/simulate"):
            return self._asked(node, path, lambda: self._simulated(node, raw))
        assert body["mode"] == "BROADCAST_MODE_SYNC"
        return self._asked(node, path, lambda: self._received(node, raw))

    def _asked(self, node: Node, path: str, effect: Callable[[], Found]) -> Answer:
        def reached() -> Found:
            cut_off = self._network.is_cut_off()
            if self._network.is_down(node) or (cut_off and self._effects.rng.random() < 0.5):
                raise NodeUnreachable("down")
            found = effect()
            if cut_off:
                raise NodeUnreachable("lost")
            return found

        what = f"{node.url} {path[:60]}"
        try:
            status, body = self._effects.call(
                what, reached, throttled=_Throttled, lost=lambda: NodeUnreachable("lost")
            )
        except _Throttled:
            return Answer(503, b"<html>Service Temporarily Unavailable</html>")
        return Answer(status, json.dumps(body).encode())

    def _simulated(self, node: Node, raw: bytes) -> Found:
        try:
            gas = self._network.simulate(node, raw)
        except ChainRefusal as refusal:
            return 500, {"code": 2, "message": f"{refusal.log} with gas used: '1174'", "details": []}
        return 200, {"gas_info": {"gas_wanted": str(2**64 - 1), "gas_used": str(gas)}}

    def _received(self, node: Node, raw: bytes) -> Found:
        self._network.received(raw)
        refusal = None
        try:
            if self._network.troubled("busy"):
                raise ChainRefusal("sdk", 20, "mempool is full")
            self._network.take(node, raw)
        except ChainRefusal as caught:
            refusal = caught
        return 200, {"tx_response": {"height": "0", "gas_used": "0", **answers.ended(refusal)}}
