"""A simulated month of escrow: `python -m bench.sandbox_month [deployments] [days]`.

A thousand deployments with leases, blocks of six seconds, top-ups and withdrawals every day; the books are
checked after every block that changed the state, and at the end each lease has cost its blocks. Prints what
was done and the seconds it took; exit status 1 when that was more than two minutes.
"""

from __future__ import annotations

import json
import sys
import time

from tests.simulation.month import Month

MOST_SECONDS = 120.0


def main(deployments: int, days: int) -> int:
    month = Month(deployments=deployments, days=days)
    began = time.perf_counter()
    month.run()
    spent = month.audit()
    seconds = time.perf_counter() - began
    measured = {
        "deployments": deployments,
        "days": days,
        "blocks": month.blocks,
        "transactions": month.transactions,
        "top_ups": month.topped_up,
        "ran_dry": month.ran_dry,
        "paid_uact": spent,
        "supply_uact": month.books.supply["uact"],
        "seconds": round(seconds, 1),
    }
    print(json.dumps(measured))
    return int(seconds > MOST_SECONDS)


if __name__ == "__main__":
    chosen = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*chosen, *(1000, 30)[len(chosen) :]))
