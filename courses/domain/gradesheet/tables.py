"""The sheet and the responses of a quiz as tables of plain values, for files."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import spreadsheet, users
from courses.domain import response_words
from courses.domain.gradesheet.reading import Cell
from courses.domain.gradesheet.sheet import LearnerRow, Selection, Sheet, learners
from courses.domain.rights import Rights
from courses.models import Attempt, AttemptItem, Quiz, Response

Value = str | Decimal | int | None
ATTEMPTS_AT_ONCE = 100
LINES_AT_ONCE = 500
_PLACES = Decimal("0.01")


def marks(*, sheet: Sheet) -> Iterator[list[Value]]:
    """Yield the lines of the sheet, the titles first: percentages, and words where there is none.

    A line of weights stands below the titles.
    """
    labels = [column.label for column in sheet.columns]
    people = [_("Account"), _("First name"), _("Last name"), _("E-mail address"), _("Class")]
    yield [*people, _("State"), _("Completed"), *labels, _("Total")]
    weights = [column.weight.normalize() for column in sheet.columns]
    yield [_("Weight"), *[""] * 6, *weights, ""]
    for row in sheet.rows:
        total = None if row.total is None else _rounded(row.total.percent)
        yield [*_person(row), *map(_mark, row.cells), total]


def _person(row: LearnerRow) -> list[Value]:
    one, names = row.enrolment, users.names(row.enrolment.user)
    account = [one.user.get_username(), names.first_name, names.last_name, names.email]
    place = [str(one.section or ""), str(one.get_state_display()), _time(one.completed_at)]
    return [*account, *place]


def _mark(cell: Cell | None) -> Value:
    if cell is None:
        return None
    if cell.is_excused:
        return _("excused")
    if cell.percent is None:
        return _("to mark") if cell.is_waiting else None
    return _rounded(cell.percent)


def _rounded(value: Decimal | Fraction) -> Decimal:
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    return exact.quantize(_PLACES, ROUND_HALF_UP).normalize()


def responses(*, quiz: Quiz, granted: Rights, wanted: Selection) -> Iterator[list[Value]]:
    """Yield a line for each question of each closed attempt that counts, the titles first.

    Of the learners of the sheet that the person may see. Four queries for a hundred attempts.
    """
    after, count = 0, ATTEMPTS_AT_ONCE
    while count == ATTEMPTS_AT_ONCE:
        lines, after, count = some_responses(
            quiz=quiz, granted=granted, wanted=wanted, after=after, limit=ATTEMPTS_AT_ONCE
        )
        yield from lines


def some_responses(
    *, quiz: Quiz, granted: Rights, wanted: Selection, after: int, limit: int
) -> tuple[list[list[Value]], int, int]:
    """Return the lines of the attempts behind one, the last of these, and how many they are.

    From the beginning (`after` is 0) with the titles.
    """
    people = learners(course=quiz.course, granted=granted, wanted=wanted)
    rows = Attempt.objects.finished().filter(quiz=quiz, enrolment__in=people.order_by())
    rows = rows.select_related("enrolment__user", "enrolment__section").order_by("pk")
    found = list(rows.filter(pk__gt=after)[:limit])
    lines = [] if after else [_titles()]
    lines += _of_attempts([one for one in found if not one.is_trial])
    return lines, found[-1].pk if found else after, len(found)


def _titles() -> list[Value]:
    return [
        _("Account"), _("Name"), _("Class"), _("Attempt"), _("Handed in"), _("Place"),
        _("Question"), _("Version"), _("Response"), _("Share"), _("Points"), _("Of"),
        _("Answered"),
    ]  # fmt: skip


def count_responses(*, quiz: Quiz) -> int:
    """Return about how many lines `responses` has. One query."""
    return AttemptItem.objects.filter(attempt__quiz=quiz).count()


def _of_attempts(found: Sequence[Attempt]) -> Iterator[list[Value]]:
    by_pk = {one.pk: one for one in found}
    newest = Response.objects.order_by("-revision").only("item_id", "received_at", "revision")
    items = (
        AttemptItem.objects.filter(attempt__in=by_pk)
        .select_related("version__question")
        .prefetch_related(Prefetch("responses", queryset=newest))
        .order_by("attempt_id", "position")
    )
    for item in items:
        attempt = by_pk[item.attempt_id]
        item.attempt = attempt
        stored = list(item.responses.all())
        one = attempt.enrolment
        names = users.names(one.user)
        yield [
            one.user.get_username(), names.full_name, str(one.section or ""), attempt.number,
            _time(attempt.submitted_at), item.position, item.version.question.key,
            item.version.number, "\n".join(response_words.in_words(item=item, value=item.value)),
            _share(item.scaled), _share(item.score), item.worth.normalize(),
            _time(stored[0].received_at) if stored else "",
        ]  # fmt: skip


def _share(value: Fraction | None) -> Decimal | None:
    return None if value is None else _rounded(Fraction(value))


def _time(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def as_csv(*, rows: Iterable[Sequence[Value]], decimal: str) -> Iterator[str]:
    """Yield a table as CSV that a spreadsheet of the reader's language reads right.

    UTF-8 with its mark; with a decimal comma semicolons separate the values. Formulas are quoted.
    """
    separator = ";" if decimal == "," else ","
    yield spreadsheet.MARK
    lines: list[list[str]] = []
    for row in rows:
        lines.append([_text(value, decimal) for value in row])
        if len(lines) >= LINES_AT_ONCE:
            yield spreadsheet.text(lines, separator=separator)
            lines = []
    yield spreadsheet.text(lines, separator=separator)


def _text(value: Any, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", decimal)
    return str(value)
