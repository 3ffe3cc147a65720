"""What a question says, as plain text to be listed and searched: its stem, then its options."""

from collections.abc import Iterator
from typing import Any

from courses import markup

_STEM = "stem"
_SHOWN = frozenset(("text", "match", "label", "options", "accept", "alt"))
"""Names of fields whose texts learners read or write; feedback and solutions are not searched."""


def plain_text(data: Any) -> str:
    """Return the stem on the first line and each option on one of its own, without markup."""
    stem = str(data.get(_STEM, "")) if isinstance(data, dict) else ""
    lines = (markup.plain(text) for text in (stem, *_options(data, "")))
    return "\n".join(" ".join(line.split()) for line in lines)


def _options(data: Any, name: str) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _options(value, str(key))
    elif isinstance(data, list):
        for value in data:
            yield from _options(value, name)
    elif isinstance(data, str) and data and name in _SHOWN:
        yield data
