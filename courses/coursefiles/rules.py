"""What a field of a course file may hold: declared beside the field, checked in one place."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import Problem
from courses.questions.base import Reveal

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
OBJECTIVE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
POINTS_LIMIT = 10_000
SMALL_LIMIT = 32_767
MINUTES_LIMIT = 525_600  # a year
YEARS = (1900, 2999)
MOMENTS = ("during", "just_after", "later", "after_last_try", "after_close")


@dataclasses.dataclass(frozen=True, kw_only=True)
class FieldRule:
    """What a field may hold, and where it appears beside its file."""

    limit: int = 0
    """The most characters of a text."""
    form: str = ""
    one_of: tuple[str, ...] = ()
    is_needed: bool = False
    least: int = 0
    most: int = 0
    """The bounds of a number; `most` 0: it has none."""
    file_names: tuple[str, ...] = ()
    """For seconds: the file's names for them; the one for minutes, if there is one, comes first."""
    help_text: str = ""
    """For the API's document."""
    group: str = ""
    """The group of fields in the admin that it belongs to."""
    is_frozen: bool = False
    """Does an attempt keep the value with which it started?"""


def rule(*, default: Any = dataclasses.MISSING, **more: Any) -> Any:
    """Declare a dataclass field with its rule; see `FieldRule` for the arguments."""
    metadata = {"rule": FieldRule(**more)}
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def rules_of(kind: Any) -> dict[str, FieldRule]:
    """Return the rules of a record's fields by their names, in their order."""
    return _rules_of(kind)


@cache
def _rules_of(kind: type) -> dict[str, FieldRule]:
    return {one.name: one.metadata.get("rule", FieldRule()) for one in dataclasses.fields(kind)}


def check(record: Any, path: str = "") -> Iterator[Problem]:
    """Yield problems of a record's values and of the records inside it."""
    dot = f"{path}." if path else ""
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        where = f"{dot}{field.name}"
        for inner, part in _parts(value, where):
            if dataclasses.is_dataclass(part):
                yield from check(part, inner)
            elif "rule" in field.metadata:
                yield from _check_value(part, inner, field.metadata["rule"])


def _parts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple):
        for index, part in enumerate(value):
            yield f"{path}.{index}", part
    else:
        yield path, value


def _check_value(value: Any, path: str, rule: FieldRule) -> Iterator[Problem]:
    if value in (None, ""):
        if rule.is_needed:
            yield Problem(path, _("This text must not be empty."))
        return
    if isinstance(value, str) and rule.is_needed and not value.strip():
        yield Problem(path, _("This text must not be empty."))
    if rule.limit and len(value) > rule.limit:
        message = _("This is longer than %(limit)d characters.") % {"limit": rule.limit}
        yield Problem(path, message)
    if rule.one_of and value not in rule.one_of:
        words = ", ".join(rule.one_of)
        yield Problem(path, _("Expected here: one of %(words)s.") % {"words": words})
    if rule.most and not rule.least <= value <= rule.most:
        bounds = {"least": rule.least, "most": rule.most}
        yield Problem(path, _("A whole number from %(least)d to %(most)d is expected.") % bounds)
    if rule.form:
        message = _FORMS[rule.form](value)
        if message:
            yield Problem(path, message)


def _key(value: str) -> str:
    if KEY.fullmatch(value):
        return ""
    return _("A key is made of a–z, 0–9 and -, 60 characters at most.")


def _objective_key(value: str) -> str:
    if OBJECTIVE_KEY.fullmatch(value):
        return ""
    return _("An objective's key is made of letters, digits and -, 40 characters at most.")


def _date(value: str) -> str:
    try:
        return "" if date.fromisoformat(value).isoformat() == value else _("A date: 2026-11-22.")
    except ValueError:
        return _("A date is expected here, such as 2026-11-22.")


def _moment(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return _("A moment with its zone is expected: 2026-11-22T09:00:00+00:00.")
    first, last = YEARS
    return "" if first <= moment.year <= last else _("The year lies between 1900 and 2999.")


def _number(value: str, pattern: str = r"[0-9]{1,9}(\.[0-9]{1,9})?") -> Fraction | None:
    return Fraction(value) if re.fullmatch(pattern, value) else None


def _points(value: str) -> str:
    number = _number(value)
    is_fine = number is not None and 0 < number < POINTS_LIMIT and (number * 1000).denominator == 1
    return "" if is_fine else _("Points are a number above 0 with three decimals at most.")


def _percent(value: str) -> str:
    number = _number(value)
    is_fine = number is not None and number <= Fraction(100) and (number * 100).denominator == 1
    return "" if is_fine else _("A percentage from 0 to 100 is expected, two decimals at most.")


def _share(value: str) -> str:
    number = _number(value, r"[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,8})?")
    return "" if number is not None and number <= 1 else _("A share is 0 to 1, such as 1/2.")


def _natural(value: int) -> str:
    return "" if 1 <= value <= SMALL_LIMIT else _("A whole number from 1 to 32767 is expected.")


def _not_negative(value: int) -> str:
    if 0 <= value <= MINUTES_LIMIT:
        return ""
    return _("A whole number from 0 to 525600 is expected.")


def _address(value: str) -> str:
    is_fine = re.fullmatch(r"https?://[^\s\"'<>]+", value)
    return "" if is_fine else _("An address starts with https:// or http://.")


def _reveal_table(value: dict[str, tuple[str, ...]]) -> str:
    known = set(Reveal.names())
    if set(value) <= set(MOMENTS) and all(set(names) <= known for names in value.values()):
        return ""
    words = {"moments": ", ".join(MOMENTS), "fields": ", ".join(Reveal.names())}
    return _("The moments are %(moments)s; what is shown: %(fields)s.") % words


_FORMS: dict[str, Callable[[Any], str]] = {
    "key": _key,
    "objective": _objective_key,
    "date": _date,
    "moment": _moment,
    "points": _points,
    "percent": _percent,
    "share": _share,
    "natural": _natural,
    "not_negative": _not_negative,
    "address": _address,
    "review": _reveal_table,
}
