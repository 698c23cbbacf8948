"""Secrets and signatures of webhooks, by https://www.standardwebhooks.com."""

import base64
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from standardwebhooks import Webhook


def new_secret() -> str:
    """Return a random signing secret of 32 bytes: `whsec_` and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(message_id: str, at: datetime, body: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the id, timestamp and signature headers, with one signature for each key."""
    at = at.astimezone(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(message_id, at, body) for key in keys),
    }
