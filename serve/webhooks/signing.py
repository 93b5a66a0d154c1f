"""Secrets of webhooks and what they sign, as in the Standard Webhooks specification 1.0 (standardwebhooks.com).

A secret must be known again to sign, so it is kept encrypted (Fernet: AES-128-CBC with HMAC-SHA256) with a key that is not in the database.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from standardwebhooks import Webhook as Signer

from data.errors import ConfigurationError, SecretSealed

SOURCE = "CATCHALL_WEBHOOK_KEY"
LEAST_CHARACTERS = 32


def new_secret() -> str:
    """Return a new secret: 256 random bits."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(secret: str, delivery_id: str, body: str, now: datetime) -> dict[str, str]:
    """Return the headers by which the receiver knows who sent what and when, and that it is the same message when it comes again."""
    message_id = f"msg_{delivery_id}"
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(message_id, now, body),
    }


class Seal:
    """Encrypts secrets for the database."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._box = MultiFernet([self._key(key) for key in keys])

    @classmethod
    def of(cls, setting: str) -> "Seal":
        """Return the seal of a setting: keys, comma-separated. The first one seals, all of them open.

        Raises:
            ConfigurationError: a key is too short to be a random one.
        """
        keys = [key.strip() for key in setting.split(",")]
        if any(len(key) < LEAST_CHARACTERS for key in keys):
            raise ConfigurationError(source=SOURCE, reason=f"a key needs at least {LEAST_CHARACTERS} random characters")
        return cls(keys)

    @staticmethod
    def _key(key: str) -> Fernet:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"catchall webhook secrets").derive(key.encode())
        return Fernet(base64.urlsafe_b64encode(derived))

    def close(self, secret: str) -> str:
        """Return what is stored of a secret."""
        return self._box.encrypt(secret.encode()).decode()

    def open(self, stored: str) -> str:
        """Return the secret again.

        Raises:
            SecretSealed: it was sealed with another key.
        """
        try:
            return self._box.decrypt(stored.encode()).decode()
        except InvalidToken as error:
            raise SecretSealed() from error
