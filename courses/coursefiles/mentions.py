"""What texts name by their marks and links, and what of it is not there."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from courses import markup

_SIGNS = ("[[", "](", "]:", "$")
"""Without one of them a text names nothing, and holds no formula."""


def inspect(text: str) -> markup.Findings | None:
    """Return what a text of a few lines names; None for one that names nothing."""
    return markup.inspect(text) if any(sign in text for sign in _SIGNS) else None


def problems(
    findings: markup.Findings, known: Mapping[str, Container[str]]
) -> Iterator[tuple[int, str]]:
    """Yield (line, message) of each error of markup in a text, and of each unknown name."""
    for oddity in findings.oddities:
        yield oddity.line, oddity.message
    for mention in findings.mentions:
        if mention.key not in known[mention.kind]:
            message = _("%(kind)s: there is nothing with the key “%(key)s” here.")
            yield mention.line, message % {"kind": mention.kind, "key": mention.key}


def texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text in a plain value with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from texts(part, f"{path}.{name}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from texts(part, f"{path}.{index}")
