"""The treasury, for the operator.

python -m tools.treasury show                     what it holds, what it granted, whether that is covered
python -m tools.treasury mint 20000000            burn 20 AKT (in uakt) for uact, and wait for its epoch
"""

from __future__ import annotations

import argparse
import time
import uuid
from typing import TYPE_CHECKING, Final

from slipway_signing import grants
from slipway_signing.address import address_of
from slipway_signing.keys import compressed_from_der
from slipway_signing.treasury_view import TreasuryView, view

from tools import stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway_signing.treasury_port import Mint, TreasuryReads

EPOCH_SECONDS: Final = 300.0
"""A mint is executed at the next epoch, about a minute; an unhealthy price may take its three attempts."""
LOOK_SECONDS: Final = 6.0
MICRO: Final = 1_000_000


def shown(seen: TreasuryView) -> list[str]:
    """Lines for the operator: whole coins with six places, and a word where something is missing."""
    lines = [
        f"treasury      {seen.address}",
        f"holds         {_coins(seen.uact)} ACT for deposits, {_coins(seen.uakt)} AKT for fees",
        f"granted       {_coins(seen.granted)} ACT to deposit, {_coins(seen.allowed)} AKT for fees, "
        f"to {seen.wallets} wallet(s)",
        f"deposits      {_covered(seen.missing_uact, 'ACT')}",
        f"fees          {_covered(seen.missing_uakt, 'AKT')}",
    ]
    return [*lines, *(f"minting       {_mint(one)}" for one in seen.pending)]


def mint(
    treasury: str,
    uakt: int,
    *,
    send: Callable[[dict[str, object]], dict[str, object]],
    log_of: Callable[[str], str],
    chain: TreasuryReads,
    sleep: Callable[[float], None],
    new_id: Callable[[], str],
) -> list[str]:
    """Burn `uakt` and wait for what it becomes. Raises SystemExit with the reason it did not; `log_of` finds
    the chain's own words in an intent, which only the operator may read."""
    before = {one.height for one in chain.mints(treasury)}
    request = f"mint-{new_id()}"
    answer = send(
        {
            "intent_id": request,
            "request_id": request,
            "user_id": None,
            "role": "treasury",
            "messages": [grants.mint(treasury, uakt)],
            "limits": {"deposit_max": "0"},
        }
    )
    if answer["state"] != "committed":
        raise SystemExit(f"not minted: {answer['state']}: {log_of(request) or answer.get('error')}")
    waited = 0.0
    while waited < EPOCH_SECONDS:
        ours = [one for one in chain.mints(treasury) if one.height not in before]
        if ours and all(one.status != "pending" for one in ours):
            return [f"minting       {_mint(one)}" for one in ours]
        sleep(LOOK_SECONDS)
        waited += LOOK_SECONDS
    return ["minting       still pending; `show` says what becomes of it"]


def _coins(micro: int) -> str:
    return f"{micro // MICRO:,}.{micro % MICRO:06d}"


def _covered(missing: int, coin: str) -> str:
    return "covered" if not missing else f"NOT COVERED: {_coins(missing)} {coin} less than granted"


def _mint(one: Mint) -> str:
    minted = f" for {_coins(one.minted)} ACT" if one.minted else ""
    return f"{_coins(one.burnt)} AKT{minted}, {one.status} since height {one.height}"


def main(arguments: list[str] | None = None) -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    stack.add_arguments(parser)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("show")
    commands.add_parser("mint").add_argument("uakt", type=int)
    chosen = parser.parse_args(arguments)
    with stack.told():
        print("\n".join(_run(stack.DeployedStack.of(chosen), chosen)))


def _run(deployed: stack.DeployedStack, chosen: argparse.Namespace) -> list[str]:
    spki = deployed.client("kms").get_public_key(KeyId=deployed.resource("TreasuryKey"))["PublicKey"]
    treasury = address_of(compressed_from_der(spki))
    chain = deployed.treasury_reads()
    if chosen.command == "show":
        return shown(view(treasury, chain))
    return mint(
        treasury,
        chosen.uakt,
        send=lambda event: deployed.invoke("SignerTreasury", event),
        log_of=lambda intent_id: _log_of(deployed, intent_id),
        chain=chain,
        sleep=time.sleep,
        new_id=lambda: str(uuid.uuid4()),
    )


def _log_of(deployed: stack.DeployedStack, intent_id: str) -> str:
    intent = deployed.intents().get(intent_id)
    return intent.log if intent else ""


if __name__ == "__main__":
    main()
