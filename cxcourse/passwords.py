"""How passwords are hashed: few at a time."""

from threading import BoundedSemaphore

from django.contrib.auth import hashers

AT_ONCE = 2
"""Each takes 100 MB and a fifth of a second: many threads at once would take all memory."""

_turns = BoundedSemaphore(AT_ONCE)


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Django's, one after the other where many sign in at the same moment."""

    def encode(self, password: str, salt: str) -> str:
        with _turns:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _turns:
            return bool(super().verify(password, encoded))
