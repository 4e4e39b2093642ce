"""DynamoDB's own failures (throttled, unreachable, refused) are SignerUnavailable outside of the adapters."""

from __future__ import annotations

from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from slipway.domain.errors import SignerUnavailable
from slipway.domain.translating import translating

translated: Final = translating((BotoCoreError, ClientError), SignerUnavailable)
