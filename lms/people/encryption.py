"""Encrypts what a copy of the database alone must not give away; it refuses to read what another key wrote."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

__all__ = ["InvalidToken", "decrypt", "encrypt"]


def box(purpose: str) -> MultiFernet:
    """One key for each purpose, from SECRET_KEY; what SECRET_KEY_FALLBACKS wrote is still read."""
    return _box(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=16)
def _box(purpose, keys) -> MultiFernet:
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    hashlib.sha256(f"{purpose}:".encode() + force_bytes(key)).digest()
                )
            )
            for key in keys
        ]
    )


def encrypt(text: str, purpose: str) -> str:
    return box(purpose).encrypt(text.encode()).decode()


def decrypt(text: str, purpose: str) -> str:
    """Raises InvalidToken for what was encrypted under a key that is gone."""
    return box(purpose).decrypt(text.encode()).decode()
