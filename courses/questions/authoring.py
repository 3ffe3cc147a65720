"""Checks of author data that several types share; each yields Problems with dotted paths."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import Problem
from courses.questions.texts import is_blank, normalised


def check_keys(records: Sequence[Any], path: str) -> Iterator[Problem]:
    """Yield problems with the `key`s of a list of records: empty, malformed or used twice."""
    seen: set[str] = set()
    for index, record in enumerate(records):
        bare = record.key.replace("-", "").replace("_", "")
        if not (bare.isascii() and bare.isalnum()):
            yield Problem(f"{path}.{index}.key", _("A key is letters, digits, - and _ only."))
        if record.key in seen:
            yield Problem(f"{path}.{index}.key", _("This key is used twice."))
        seen.add(record.key)


def check_texts(
    records: Sequence[Any], path: str, *names: str, unique: str = "text"
) -> Iterator[Problem]:
    """Yield problems with empty texts of `names`, and with `unique` texts that look the same."""
    for index, record in enumerate(records):
        for name in names:
            if is_blank(getattr(record, name)):
                yield Problem(f"{path}.{index}.{name}", _("This text must not be empty."))
    texts = [normalised(getattr(record, unique, "")) for record in records]
    for index, text in enumerate(texts):
        if text and text in texts[:index]:
            yield Problem(f"{path}.{index}.{unique}", _("Two entries have the same text."))


def check_stem(stem: str) -> Iterator[Problem]:
    """Yield a problem when the stem is empty."""
    if is_blank(stem):
        yield Problem("stem", _("This text must not be empty."))


def check_count(records: Sequence[Any], path: str, *, least: int) -> Iterator[Problem]:
    """Yield a problem when a list has fewer than `least` entries."""
    if len(records) < least:
        message = _("At least %(least)d entries are needed here.") % {"least": least}
        yield Problem(path, message)
