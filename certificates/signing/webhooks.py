"""How a message to another machine is signed, by the Standard Webhooks convention; pure, and free of Django."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

BEGINS = "whsec_"


def new_secret() -> str:
    return BEGINS + base64.b64encode(secrets.token_bytes(32)).decode()


def signature_of(secret: str, number: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(BEGINS))
    signed = f"{number}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signed_headers(secret: str, number: str, body: bytes, at: datetime) -> dict:
    """The id stays the same when a message is sent again; whoever saw it already leaves it aside. The moment is signed, so
    that an old message cannot be played again."""
    timestamp = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "IMSA-Learning/1",
        "webhook-id": number,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_of(secret, number, timestamp, body),
    }
