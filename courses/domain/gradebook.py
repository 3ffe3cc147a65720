"""The cells of the gradebook, brought up to date from attempts, overrides and rules."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from courses import bulk
from courses.domain import events, verdicts
from courses.domain.plain import plain
from courses.domain.reveal import visibility
from courses.models import Attempt, Enrolment, LineItem, LineItemRule, Quiz, Result, ResultOverride
from courses.models.attempt import AttemptQuerySet
from courses.prepared import PreparedQuery


def line_item(quiz: Quiz) -> LineItem:
    """Return the quiz's column; create it when there is none."""
    row, _is_new = LineItem.objects.get_or_create(quiz=quiz, defaults={"course_id": quiz.course_id})
    row.quiz = quiz
    return row


def judged_column(quiz: Quiz) -> tuple[LineItem, list[LineItemRule]]:
    """Return the quiz's column with its stored rules, for `rules`; create one when there is none.

    One query, once the column has a rule.
    """
    found = _RULES.all(quiz.pk)
    if not found:
        return line_item(quiz), []
    column = found[0].line_item
    column.quiz = quiz
    return column, found


def rules(
    *, line_item: LineItem, now: datetime, known: Sequence[LineItemRule] | None = None
) -> list[LineItemRule]:
    """Return the marks and methods by which the column was judged, the present last. One query.

    None for `known` ones, read in the same transaction. A rule that the quiz has changed since is
    added; who calls this holds a lock that makes it safe, or fails at the unique constraint.
    """
    found = list(line_item.rules.order_by("sequence") if known is None else known)
    quiz = line_item.quiz
    if quiz is None:
        return found
    wanted, last = (quiz.pass_mark, quiz.grade_method), verdicts.standing(found)[-1:]
    if [(row.pass_mark, row.grade_method) for row in last] != [wanted]:
        row = LineItemRule(
            line_item=line_item,
            sequence=len(found) + 1,
            pass_mark=quiz.pass_mark,
            grade_method=quiz.grade_method,
            at=now,
        )
        LineItemRule.objects.bulk_create([row], ignore_conflicts=True)
        found.append(row)
    return found


def column_of(attempt: Attempt) -> LineItem | None:
    """Return the column in which an attempt counts; None for practice and for a trial."""
    return line_item(attempt.quiz) if attempt.quiz.is_graded and not attempt.is_trial else None


def post(
    *,
    attempt: Attempt,
    now: datetime,
    column: LineItem | None = None,
    known: Sequence[LineItemRule] | None = None,
) -> list[events.Entry]:
    """Bring the learner's cell up to date after a closed attempt; six queries at most.

    Must run inside the transaction that holds the locks on the enrolment and the attempt: another
    attempt of this learner may be graded at the same time, and each must see the other. Returns the
    event to record; none for practice, which has no column, and for a trial. The attempt gets its
    verdict. Who has its column and the `known` rules already hands them over.
    """
    column = column or column_of(attempt)
    if column is None:
        return []
    (row,) = _refresh(column, [attempt.enrolment], now, known)
    if row.pass_mark is not None:
        attempt.has_passed = verdicts.of_attempt(attempt=attempt, pass_mark=row.pass_mark)
    return [(events.RESULT_CHANGED, serialize_result(row))]


def refresh(*, line_item: LineItem, enrolment: Enrolment, now: datetime) -> list[events.Entry]:
    """Work out the cell from all finished attempts and its overrides.

    Must run inside the transaction that holds the lock on the enrolment.
    """
    (row,) = _refresh(line_item, [enrolment], now)
    return [(events.RESULT_CHANGED, serialize_result(row))]


def refresh_changed(
    *, line_item: LineItem, enrolments: Sequence[Enrolment], now: datetime
) -> dict[int, events.Entry]:
    """Refresh the cells of many learners; return enrolment → event, where a cell changed.

    Must run inside the transaction that holds the locks on their attempts and enrolments. As many
    queries for many learners as for one.
    """
    before = {
        row.enrolment_id: _compared(row)
        for row in Result.objects.filter(line_item=line_item, enrolment__in=enrolments)
    }
    rows = _refresh(line_item, enrolments, now)
    return {
        row.enrolment_id: (events.RESULT_CHANGED, serialize_result(row))
        for row in rows
        if _compared(row) != before.get(row.enrolment_id)
    }


def _compared(row: Result) -> tuple[Any, ...]:
    return (
        row.percent,
        row.pass_mark,
        row.has_passed,
        row.is_overridden,
        row.is_excused,
        row.grading_progress,
    )


def _refresh(
    column: LineItem,
    enrolments: Sequence[Enrolment],
    now: datetime,
    known_rules: Sequence[LineItemRule] | None = None,
) -> list[Result]:
    known = {one.pk: one for one in enrolments}
    in_force = rules(line_item=column, now=now, known=known_rules)
    finished = _finished(column, known)
    overrides_by_result = {one.enrolment_id: one for one in _overrides(column, known)}
    rows, moved = [], []
    for one in enrolments:
        mine = finished.get(one.pk, [])
        cell = verdicts.cell(
            rules=in_force, finished=mine, override=overrides_by_result.get(one.pk)
        )
        rows.append(Result(line_item=column, enrolment=one, updated_at=now, **cell))
        moved += [attempt for attempt in mine if _is_moved(attempt, cell["pass_mark"])]
    if moved:
        Attempt.objects.bulk_update(moved, ["has_passed"], batch_size=500)
    _note_all(rows, now)
    bulk.insert(rows, unique=("line_item", "enrolment"), update=_UPDATED)
    return rows


_UPDATED = (*verdicts.COLUMNS, "updated_at", "shown_at", "look_again_at")
"""Columns of a result that is there already."""


def _overrides(column: LineItem, known: Collection[int]) -> Sequence[ResultOverride]:
    """Return the overrides of these enrolments in the column, in their order."""
    if len(known) == 1:
        return _OVERRIDES.all(column.pk, *known)
    return list(
        ResultOverride.objects.filter(line_item=column, enrolment__in=known).order_by("sequence")
    )


def _finished(column: LineItem, known: dict[int, Enrolment]) -> dict[int, list[Attempt]]:
    """Return enrolment → its finished attempts at the column's quiz, in their order."""
    if column.quiz is None:
        return {}
    if len(known) == 1:
        rows: Iterable[Attempt] = _FINISHED.all(*known, column.quiz.pk)
    else:
        rows = _narrow(Attempt.objects.filter(enrolment__in=known, quiz=column.quiz))
    found: dict[int, list[Attempt]] = {}
    for one in rows:
        if one.is_trial:
            continue
        one.enrolment, one.quiz = known[one.enrolment_id], column.quiz
        found.setdefault(one.enrolment_id, []).append(one)
    return found


def _narrow(rows: AttemptQuerySet) -> AttemptQuerySet:
    """Return the finished ones in their order, with what a cell is worked out from."""
    return rows.finished().order_by("number").only(
        "number", "state", "score", "score_maximum", "submitted_at", "policy",
        "enrolment_id", "quiz_id", "has_passed", "released_at",
    )  # fmt: skip


def _is_moved(attempt: Attempt, pass_mark: Any) -> bool:
    """Set the attempt's own verdict by this mark, unsaved; return whether it changed."""
    verdict = verdicts.of_attempt(attempt=attempt, pass_mark=pass_mark)
    if attempt.has_passed == verdict:
        return False
    attempt.has_passed = verdict
    return True


def _note_all(rows: Sequence[Result], now: datetime) -> None:
    """Write down of each whether the learner may see it; of many, the relay finds out when."""
    if len(rows) == 1:
        record_shown(rows[0], now=now)
        return
    shown = visibility.shown_scores(attempts=[row.attempt for row in rows if row.attempt], now=now)
    for row in rows:
        is_shown = row.attempt is None or row.attempt.pk in shown
        row.shown_at, row.look_again_at = (now, None) if is_shown else (None, now)


def record_shown(row: Result, *, now: datetime) -> bool:
    """Write down whether the learner may see it now, and if not, when to look again; not saved."""
    is_shown = row.attempt is None or visibility.shows_score(row.attempt, now=now)
    row.shown_at = now if is_shown else None
    row.look_again_at = None
    if row.attempt is not None and not is_shown:
        row.look_again_at = visibility.next_look(row.attempt, now=now)
    return is_shown


def serialize_result(row: Result) -> dict[str, Any]:
    """Return the data of an event about a result; who sends it on checks `is_shown` first."""
    return {
        "line_item": str(row.line_item.uuid),
        "is_shown": row.shown_at is not None,
        "percent": plain(row.percent),
        "has_passed": row.has_passed,
        "pass_mark": plain(row.pass_mark),
        "activity_progress": row.activity_progress,
        "grading_progress": row.grading_progress,
        "submitted_at": plain(row.submitted_at),
    }


def _rules(quiz_id: int) -> QuerySet[LineItemRule]:
    rows = LineItemRule.objects.filter(line_item__quiz=quiz_id)
    return rows.select_related("line_item").order_by("sequence")


def _overrides_of(column_id: int, enrolment_id: int) -> QuerySet[ResultOverride]:
    rows = ResultOverride.objects.filter(line_item=column_id, enrolment=enrolment_id)
    return rows.order_by("sequence")


def _finished_of(enrolment_id: int, quiz_id: int) -> AttemptQuerySet:
    return _narrow(Attempt.objects.filter(enrolment=enrolment_id, quiz=quiz_id))


_RULES = PreparedQuery(_rules, int)
_OVERRIDES = PreparedQuery(_overrides_of, int, int)
_FINISHED = PreparedQuery(_finished_of, int, int)
