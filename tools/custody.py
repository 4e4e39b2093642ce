"""Moves a wallet to another custody, or lets a stopped one go.

    python -m tools.custody move USER sealed      a new key and address; the wallet's credit goes along
    python -m tools.custody move USER kms
    python -m tools.custody undo USER

The wallet must have no deployment. A move that stops half-way is finished by the same command.
"""

from __future__ import annotations

import argparse
import sys

from slipway_signing.books_dynamo import DynamoBooks
from slipway_signing.moving import Mover, NotMovable
from slipway_signing.wallets import DynamoWallets

from tools import stack


def mover(deployed: stack.DeployedStack) -> Mover:
    client = deployed.client("dynamodb")
    return Mover(
        wallets=DynamoWallets(client, deployed.resource("WalletsTable")),
        intents=deployed.intents(),
        books=DynamoBooks(client, deployed.resource("GrantsTable")),
        chain=deployed.treasury_reads(),
        change_credit=lambda event: deployed.invoke("SignerChangeCredit", event),
        open_wallet=lambda event: deployed.invoke("SignerOpenWallet", event),
        fees=int(deployed.parameters()["FeeAllowance"]),
    )


def main(arguments: list[str] | None = None) -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    stack.add_arguments(parser)
    commands = parser.add_subparsers(dest="command", required=True)
    moving = commands.add_parser("move")
    moving.add_argument("user")
    moving.add_argument("custody", choices=["kms", "sealed"])
    commands.add_parser("undo").add_argument("user")
    chosen = parser.parse_args(arguments)
    try:
        with stack.told():
            print(_run(mover(stack.DeployedStack.of(chosen)), chosen))
    except NotMovable as reason:
        sys.exit(str(reason))


def _run(operator: Mover, chosen: argparse.Namespace) -> str:
    if chosen.command == "undo":
        operator.undo(chosen.user)
        return "the wallet signs again"
    row = operator.move(chosen.user, chosen.custody)
    return f"the wallet is in custody {row.custody} at {row.address}"


if __name__ == "__main__":
    main()
