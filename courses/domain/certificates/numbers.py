"""Public numbers of certificates: random, without letters that look like digits."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 3, 4
_READ_AS = str.maketrans("OILU", "011V")
"""What people type for a letter that no number holds."""


def draw() -> str:
    """Return a new number such as `7Q4M-2K9X-3D5T`: 60 random bits."""
    groups = (
        "".join(secrets.choice(ALPHABET) for _letter in range(_GROUP)) for _ in range(_GROUPS)
    )
    return "-".join(groups)


def normalise(text: str) -> str:
    """Return the number that somebody typed, as it is stored; empty when it cannot be one."""
    letters = "".join(text.split()).replace("-", "").upper().translate(_READ_AS)
    if len(letters) != _GROUPS * _GROUP or any(letter not in ALPHABET for letter in letters):
        return ""
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
