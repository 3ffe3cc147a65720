"""How passwords are hashed: by Argon2id with OWASP's minimum, few at a time."""

from threading import BoundedSemaphore

from django.contrib.auth import hashers

AT_ONCE = 2
"""Each takes 19 MiB and a core: many threads at once would slow every other request."""

_turns = BoundedSemaphore(AT_ONCE)


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Django's, one after the other where many sign in at the same moment.

    The costs are the first choice of OWASP's Password Storage Cheat Sheet. Hashes that were made
    with other costs are made anew when their owner signs in.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _turns:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _turns:
            return bool(super().verify(password, encoded))
