"""Secrets that prove who asks: how they are made, and what of them is kept."""

import hashlib
import hmac
import secrets

KEY_PREFIX = "catchall_"
"""Makes a leaked key recognisable to scanners."""


def new_token() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """Return a new API key."""
    return KEY_PREFIX + new_token()


def token_hash(token: str) -> str:
    """Return what is stored of a token. It holds 256 random bits, so a fast hash without salt is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def csrf_token(session_token: str) -> str:
    """Return the token that a page shows to prove that it was served to this session.

    Derived, so nothing more is stored; it reveals nothing of the session's token.
    """
    return hmac.new(session_token.encode("utf-8", "replace"), b"catchall csrf", hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two secrets in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
