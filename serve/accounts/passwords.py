"""Passwords: argon2 hashes, a few of them at a time, and what a password must be."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from data.errors import ServiceBusy, WeakPassword
from serve.store.accounts import name_key

SHORTEST = 12
LONGEST = 256
_DIFFERENT = 5
_RETRY_AFTER_SECONDS = 2


class Passwords:
    """Hashes and verifies. One hash takes 64 MiB for its while, so only `at_once` are made at the same time."""

    def __init__(self, hasher: Argon2Hasher | None = None, at_once: int = 2, patience_seconds: float = 10.0) -> None:
        self._hash = PasswordHash([hasher or Argon2Hasher()])
        self._slots = threading.BoundedSemaphore(at_once)
        self._patience = patience_seconds
        # Made beside the rest of a start, and waited for by the first who needs it.
        self._nobody = ThreadPoolExecutor(1, "nobody").submit(self._hash.hash, "the hash that unknown names are compared with")

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._patience):
            raise ServiceBusy(retry_after=_RETRY_AFTER_SECONDS)
        try:
            yield
        finally:
            self._slots.release()

    def hash(self, password: str) -> str:
        """Return a salted hash that can be stored.

        Raises:
            ServiceBusy: too many are being hashed.
        """
        with self._slot():
            return self._hash.hash(password)

    def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Compare a password with a stored hash; with None too, so that an unknown name takes as long as a known one.

        Returns:
            Whether it is right, and a fresh hash when the stored one was made with other parameters than today's.

        Raises:
            ServiceBusy: too many are being compared.
        """
        with self._slot():
            try:
                right, fresh = self._hash.verify_and_update(password, stored or self._nobody.result())
            except UnknownHashError:
                right, fresh = False, None
        return (right, fresh) if stored else (False, None)


def require_strong(password: str, name: str) -> None:
    """Check a new password.

    Raises:
        WeakPassword: it is too short or too long, repeats few characters, or contains the user's name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(reason=f"it needs {SHORTEST} to {LONGEST} characters")
    if len(set(password)) < _DIFFERENT:
        raise WeakPassword(reason=f"it needs at least {_DIFFERENT} different characters")
    if name_key(name) in name_key(password):
        raise WeakPassword(reason="it contains the name of the user")
