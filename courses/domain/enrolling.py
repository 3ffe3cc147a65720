"""Enrol the people of a pasted list: first what each line would do, then all in one transaction."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from courses import users
from courses.domain import enrolments, people
from courses.domain.rights import Can, Rights
from courses.models import Enrolment, Section

MOST_LINES = 500
_NAMED = re.compile(r"^\s*(?P<name>[^<>]*)<(?P<email>[^<>\s]+)>\s*$")


class Standing(StrEnum):
    """What a line of the list is about."""

    NEW = "new"
    HERE = "here"
    """In the class already."""
    BACK = "back"
    """Was in the class; comes back with all they did."""
    ELSEWHERE = "elsewhere"
    """In another class of the course, which the person who asks may see."""
    UNKNOWN = "unknown"
    """Nobody has this address, or several accounts have it."""
    NOT_LOOKED_UP = "not_looked_up"
    """So many unknown addresses may be asked for in an hour."""
    REPEATED = "repeated"
    BAD = "bad"


@dataclass(frozen=True)
class PastedLine:
    """One person of the list as typed; without an address the line cannot be read."""

    number: int
    name: str
    email: str


@dataclass(frozen=True)
class PlannedLine:
    """A line with the account that was found and what would become of it."""

    line: PastedLine
    standing: Standing
    user: Any = None
    other: Enrolment | None = None
    """Their enrolment in another class."""


@dataclass(frozen=True)
class Wanted:
    """A person to enrol, found before; `other` is the enrolment to move."""

    user: Any
    other: Enrolment | None = None


def read(*, text: str) -> list[PastedLine]:
    """Return the people of a pasted list or a CSV file, one address or "name, address" a line."""
    found: list[PastedLine] = []
    for number, row in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if row.strip() and not (number == 1 and _is_header(row)):
            found += _lines(number, row)
    return found


def plan(
    *, section: Section, lines: Sequence[PastedLine], granted: Rights, by: Any
) -> list[PlannedLine]:
    """Return what enrolling these would do, without doing it. Five queries.

    An address of nobody whom the person knows is a guess; only so many are answered in an hour.
    """
    found = people.by_addresses(texts=[one.email for one in lines if one.email])
    accounts = [user for rows in found.values() for user in rows]
    known = people.known(by=by).filter(pk__in=[user.pk for user in accounts])
    known_keys = set(known.values_list("pk", flat=True))
    here, elsewhere = _places(section, accounts, granted)
    seen: set[str] = set()
    planned = []
    for line in lines:
        address = line.email.lower()
        rows = found.get(address, [])
        if not address or address in seen:
            standing = Standing.REPEATED if address else Standing.BAD
            planned.append(PlannedLine(line, standing))
            continue
        seen.add(address)
        if not any(user.pk in known_keys for user in rows) and not people.may_guess(by=by):
            planned.append(PlannedLine(line, Standing.NOT_LOOKED_UP))
        elif len(rows) != 1:
            planned.append(PlannedLine(line, Standing.UNKNOWN))
        else:
            planned.append(_candidate(line, rows[0], here, elsewhere))
    return planned


@transaction.atomic
def enrol_all(
    *, section: Section, wanted: Sequence[Wanted], by: Any, now: datetime
) -> list[Enrolment]:
    """Enrol all of them into the class as learners, or move them there. All or nothing.

    Raises Conflict for a closed account, and for somebody who cannot be moved.
    """
    done = []
    for one in sorted(wanted, key=lambda each: str(each.user.pk)):
        if one.other is not None:
            done.append(enrolments.move(enrolment=one.other, section=section, by=by, now=now))
            continue
        known = enrolments.latest(course=section.course, user=one.user, section=section)
        if known is not None and known.state == Enrolment.State.ACTIVE:
            continue  # Somebody enrolled them meanwhile, perhaps as staff.
        done.append(
            enrolments.enrol(course=section.course, section=section, user=one.user, by=by, now=now)
        )
    return done


def _candidate(
    line: PastedLine, user: Any, here: Mapping[Any, Enrolment], elsewhere: Mapping[Any, Enrolment]
) -> PlannedLine:
    own = here.get(user.pk)
    if own is not None:
        is_active = own.state == Enrolment.State.ACTIVE
        return PlannedLine(line, Standing.HERE if is_active else Standing.BACK, user)
    if user.pk in elsewhere:
        return PlannedLine(line, Standing.ELSEWHERE, user, elsewhere[user.pk])
    return PlannedLine(line, Standing.NEW, user)


def _places(
    section: Section, accounts: Sequence[Any], granted: Rights
) -> tuple[dict[Any, Enrolment], dict[Any, Enrolment]]:
    """Return account → latest enrolment in the class, and → active one in another class one sees.

    What the person who asks may not see is left out, as if it were not there.
    """
    rows = Enrolment.objects.filter(course=section.course_id, user__in=accounts).latest_cycle()
    here = {row.user_id: row for row in rows.filter(section=section)}
    others = rows.active().learners().exclude(section=section)
    others = others.filter(granted.reaches(Can.PEOPLE)).select_related("section")
    return here, {row.user_id: row for row in others}


def _is_header(row: str) -> bool:
    return "@" not in row and "mail" in row.lower()


def _lines(number: int, row: str) -> Iterator[PastedLine]:
    """Yield the people of one row: an address each, or one address among other cells."""
    named = _NAMED.match(row)
    if named is not None:
        yield _line(number, named["name"].strip(' "'), named["email"])
        return
    delimiter = next((one for one in "\t;," if one in row), ",")
    cells = [cell.strip() for cell in next(csv.reader([row], delimiter=delimiter), [])]
    filled = [cell for cell in cells if cell]
    addresses = [cell for cell in filled if "@" in cell]
    if len(addresses) == len(filled):
        for address in addresses:
            yield _line(number, "", address)
    elif len(addresses) == 1:
        name = " ".join(cell for cell in filled if cell != addresses[0])
        yield _line(number, name, addresses[0])
    else:
        yield PastedLine(number, row.strip(), "")


def _line(number: int, name: str, address: str) -> PastedLine:
    try:
        validate_email(address)
    except ValidationError:
        return PastedLine(number, f"{name} {address}".strip(), "")
    return PastedLine(number, name, address)


def account_key(*, user: Any) -> int | str:
    """Return the key of the account as a signed text holds it."""
    return users.plain_key(user.pk)
