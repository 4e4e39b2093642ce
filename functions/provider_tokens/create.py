"""POST /v1/create-jwt-token: a token with which the user asks providers for logs or a shell by itself.

`leases` says what it opens (AEP-64): `{"access": "full"}`, `{"access": "scoped", "scope": ["logs"]}` or
`{"access": "granular", "permissions": [...]}`. Nothing takes a token back before its `ttl` is over.
"""

from slipway.domain.errors import PolicyRefused, SignerUnavailable, TokenNeedsWallet, TokenRightsInvalid
from slipway.entry import refusals
from slipway.entry.endpoint import Request, endpoint
from slipway.entry.models.provider_tokens import TokenIn, TokenOut
from slipway.entry.wiring import user_tokens, wallets
from slipway.services import provider_tokens


@endpoint(
    body=TokenIn,
    scope="provider-tokens:write",
    status=201,
    holds_secret=True,
    refuses=(TokenRightsInvalid, TokenNeedsWallet, *refusals.WALLET, PolicyRefused, SignerUnavailable),
)
def handler(request: Request[TokenIn]) -> TokenOut:
    token = provider_tokens.create(
        user=request.user,
        leases=request.body.data.leases,
        ttl=request.body.data.ttl,
        wallets=wallets(),
        tokens=user_tokens(),
    )
    return TokenOut.of(token)
