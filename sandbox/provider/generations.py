"""The reference's earlier generations, as far as a client can tell them apart (provider-gateway.md)."""

from dataclasses import dataclass
from typing import Final

FIRST_SCOPES: Final = frozenset(
    {"send-manifest", "get-manifest", "logs", "shell", "events", "status", "hostname-migrate", "ip-migrate"}
)
"""What a token could be for at first."""


@dataclass(frozen=True)
class Generation:
    """`version`: what /version says. The defaults are those of the recorded one."""

    version: str = "v0.14.1-rc0-1"
    reads_tokens: bool = True
    """Else only certificates count, and a token is as good as none."""
    reads_adr36: bool = True
    """Tokens that a browser's wallet has signed (ES256KADR36; chain-sdk of October 2025)."""
    scopes: frozenset[str] = FIRST_SCOPES | {"restart", "attestation"}
    """A token with any other scope is invalid as a whole."""
    tells_errors: bool = True
    """Since v0.11.2: bad tokens are 400 or 401 and bad manifests 422, not 500; streams end with 4001 and 4002
    too, not always with 4000."""
    snake_case: bool = True
    """The names in /version's `akash`; Go's own field names before."""


CURRENT: Final = Generation()
GENERATIONS: Final = {
    "v0.14": CURRENT,
    "v0.12": Generation(version="v0.12.0", scopes=FIRST_SCOPES | {"restart"}),
    "v0.10": Generation(
        version="v0.10.5",
        reads_adr36=False,
        scopes=FIRST_SCOPES,
        tells_errors=False,
    ),
    "mtls": Generation(version="v0.6.11", reads_tokens=False, tells_errors=False, snake_case=False),
}
"""By the names that `--generation` takes. The versions of the last one, and when each scope came to be, are
approximate: the papers name dates and single versions only."""
