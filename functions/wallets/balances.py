"""GET /v1/balances: the caller's money or, without credentials too, that of an address.

Without `address` it is your own.
"""

from slipway.domain.errors import ChainUnavailable, WalletNotFound
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.wallets import BalancesOut, BalancesQuery
from slipway.entry.wiring import chain_reads, wallets
from slipway.services.wallets import balances, balances_at


@endpoint(
    query=BalancesQuery, scope=None, own_scope="wallets:read", refuses=(WalletNotFound, ChainUnavailable)
)
def handler(request: Request[None, BalancesQuery]) -> BalancesOut:
    if (address := request.query.address) is not None:
        return BalancesOut.of(balances_at(address=address, chain=chain_reads()))
    user = request.own()
    return BalancesOut.of(balances(user=user, wallets=wallets(), chain=chain_reads()))
