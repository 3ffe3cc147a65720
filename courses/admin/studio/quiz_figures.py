"""What a quiz will be like: its points by objective and level, and the time that it takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil

from django.utils.translation import gettext as _

from courses.admin.studio.quiz_places import ShownPlace
from courses.coursefiles.schema import BLOOM
from courses.models import Course, Objective
from courses.questions import registry

MINUTES, MINUTES_BY_PERSON = Fraction(3, 2), Fraction(10)
"""For a question, and for one that a person grades."""


@dataclass(frozen=True)
class BlueprintRow:
    """An objective with its points by level; without a key, what belongs to none."""

    key: str
    text: str
    cells: tuple[str, ...]
    total: str


@dataclass(frozen=True)
class Blueprint:
    """Points by objective and level, as far as the places say it."""

    levels: tuple[str, ...]
    rows: tuple[BlueprintRow, ...]
    totals: tuple[str, ...]


def blueprint(course: Course, *, rows: Sequence[ShownPlace]) -> Blueprint:
    """Return the table of points. One query."""
    objectives = {one.key: one for one in Objective.objects.filter(course=course)}
    points: dict[tuple[str, str], Fraction] = {}
    for row in rows:
        key, level = _aim(row, objectives)
        points[key, level] = points.get((key, level), Fraction()) + _points(row)
    levels = tuple(one for one in (*BLOOM, "") if any(level == one for _key, level in points))
    order = [*sorted(key for key in objectives if any(key == one for one, _l in points)), ""]
    names = dict(Objective.Bloom.choices)
    return Blueprint(
        tuple(str(names[one]) if one else _("no level") for one in levels),
        tuple(
            BlueprintRow(
                key,
                objectives[key].text if key else "",
                tuple(_text(points.get((key, level))) for level in levels),
                _text(_sum(points, key=key)),
            )
            for key in order
            if key or any(not one for one, _level in points)
        ),
        tuple(_text(_sum(points, level=level)) for level in levels),
    )


def expected_minutes(rows: Iterable[ShownPlace]) -> int:
    """Return about how many minutes an attempt takes."""
    types = registry.all_types()
    total = Fraction()
    for row in rows:
        kind = types.get(row.question.type_key) if row.question is not None else None
        each = MINUTES_BY_PERSON if kind is not None and kind.needs_person else MINUTES
        total += each * _count(row)
    return ceil(total)


def _aim(row: ShownPlace, objectives: dict[str, Objective]) -> tuple[str, str]:
    """Return the objective and the level of a place."""
    if row.place.draw is not None:
        found = objectives.get(row.place.draw.objective)
        return (found.key, found.bloom) if found is not None else ("", "")
    question = row.question
    objective = question.objective if question is not None else None
    level = (question.bloom if question is not None else "") or (
        objective.bloom if objective is not None else ""
    )
    return (objective.key if objective is not None else "", level)


def _count(row: ShownPlace) -> int:
    return row.place.draw.count if row.place.draw else 1


def _points(row: ShownPlace) -> Fraction:
    try:
        return Fraction(row.place.points) * _count(row)
    except (ValueError, ZeroDivisionError):
        return Fraction()


def _sum(
    points: dict[tuple[str, str], Fraction], *, key: str | None = None, level: str | None = None
) -> Fraction:
    found = (
        value for (one, at), value in points.items() if key in (None, one) and level in (None, at)
    )
    return sum(found, Fraction())


def _text(value: Fraction | None) -> str:
    if not value:
        return ""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}"
