"""What the document says in words: the service as a whole, and its areas."""

from __future__ import annotations

from typing import Final

SCHEMES: Final = {
    "ApiKeyAuth": {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-key",
        "description": "An API key, of `POST /v1/api-keys`. It opens what its scopes say.",
    },
    "BearerAuth": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of the sign-in. It opens everything that is the user's.",
    },
}

INFO: Final = """\
Deploys containers on the Akash Network from the credit of an account: the Akash Console API for managed
wallets (AEP-63). A deployment is made in four calls: `POST /v1/deployments` with an SDL, `GET /v1/bids`
until providers have bid, `POST /v1/leases` with the bids of your choice, `GET /v1/deployments/{dseq}` until
the services are available.

**Credentials.** `x-api-key` or `Authorization: Bearer`, one of them. A key needs the scope that an
operation names.

**Money.** A field says its unit: USD, micro-USD (millionths of a USD), or a coin with its denom (`uact` is
a millionth of a USD). Prices of bids and leases are for each block of about six seconds.

**Repeats.** With an `Idempotency-Key` on a POST, PUT, PATCH or DELETE a repeat is harmless: for 24 hours
the same key with the same request gets the first answer again, and says so in `idempotent-replayed`. A
request that was cut off, or answered 503 or 504, is safe to repeat with its key.

**Errors** are problems (RFC 9457). Branch on `reason`; each answer below lists its reasons. `retry-after`
says after how many seconds a repeat makes sense. Quote `request_id`, which is also `x-request-id`, when you
report one.

**More fields** may come beside those that are here; ignore what you do not know.
"""

PHRASES: Final = {
    400: "Bad request",
    401: "Unauthorized",
    402: "Payment required",
    403: "Forbidden",
    404: "Not found",
    409: "Conflict",
    413: "Content too large",
    422: "Unprocessable content",
    429: "Too many requests",
    500: "Internal server error",
    502: "Bad gateway",
    503: "Service unavailable",
    504: "Gateway timeout",
}
"""RFC 9110's; the standard library's change with its version."""

TAGS: Final = {
    "deployments": ("Deployments", "From an SDL to a deployment, and what becomes of it."),
    "bids": ("Bids", "What providers offer for a deployment."),
    "leases": ("Leases", "Take bids: the containers start."),
    "sdl": ("SDL", "Try an SDL before it costs anything."),
    "user": ("User", "Who you are."),
    "api_keys": ("API keys", "Make, list, rename and remove keys."),
    "wallets": ("Wallets", "Credit and what it is spent on."),
    "deployment_settings": ("Deployment settings", "Top-ups of a deployment's escrow."),
    "wallet_settings": ("Wallet settings", "When a wallet is to buy credit by itself."),
    "provider_tokens": ("Provider tokens", "Ask providers yourself, for logs or a shell."),
    "transactions": ("Transactions", "Messages of your own."),
    "providers": ("Providers", "Who bids here."),
    "network": ("Network", "The Akash network."),
    "service": ("Service", "What is up."),
    "documentation": ("Documentation", "This document, and a page to try it."),
    "certificates": ("Certificates", "Gone: providers know you by tokens."),
}
"""Each folder of functions/ with operations, in the order in which a reader wants them."""
