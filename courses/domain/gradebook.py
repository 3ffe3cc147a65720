"""What counts for a learner in each column, worked out from all attempts by the quiz's method."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from courses.domain import events, scoring, showing
from courses.models import Attempt, Enrolment, LineItem, Quiz, Result, ResultOverride


def line_item(quiz: Quiz) -> LineItem:
    """The quiz's column; made when there is none."""
    row, _is_new = LineItem.objects.get_or_create(
        quiz=quiz, defaults={"course_id": quiz.course_id, "label": quiz.title}
    )
    return row


def post(*, attempt: Attempt, now: datetime) -> list[events.Entry]:
    """Bring the learner's cell up to date after a closed attempt; four queries.

    Must run inside the transaction that holds the locks on the enrolment and the attempt: another
    attempt of this learner may be graded at the same time, and each must see the other. Returns the
    event to record; none for practice, which has no column, and for a trial.
    """
    if not attempt.quiz.is_graded or attempt.is_trial:
        return []
    column = line_item(attempt.quiz)
    column.quiz = attempt.quiz
    return refresh(line_item=column, enrolment=attempt.enrolment, now=now)


def refresh(*, line_item: LineItem, enrolment: Enrolment, now: datetime) -> list[events.Entry]:
    """Work out the cell from all finished attempts and what a person said of it; three queries.

    Must run inside the transaction that holds the lock on the enrolment.
    """
    finished = list(
        Attempt.objects.finished()
        .filter(enrolment=enrolment, quiz=line_item.quiz)
        .only("number", "state", "score", "score_maximum", "submitted_at", "policy")
        .order_by("number")
    )
    finished = [one for one in finished if not one.is_trial]
    for one in finished:
        one.enrolment = enrolment
        if line_item.quiz is not None:
            one.quiz = line_item.quiz
    said = ResultOverride.objects.filter(line_item=line_item, enrolment=enrolment)
    cell = _overridden(line_item, _cell(line_item, finished), said.order_by("-sequence").first())
    row = Result(line_item=line_item, enrolment=enrolment, updated_at=now, **cell)
    note_showing(row, now=now)
    Result.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["line_item", "enrolment"],
        update_fields=[*cell, "updated_at", "shown_at", "look_again_at"],
    )
    return [(events.RESULT_CHANGED, told(row))]


def note_showing(row: Result, *, now: datetime) -> bool:
    """Write down whether the learner may see it now, and if not, when to look again; not saved."""
    is_shown = row.attempt is None or showing.shows_score(row.attempt, now=now)
    row.shown_at = now if is_shown else None
    row.look_again_at = None
    if row.attempt is not None and not is_shown:
        row.look_again_at = showing.next_look(row.attempt, now=now)
    return is_shown


def _cell(column: LineItem, finished: list[Attempt]) -> dict[str, Any]:
    """The columns of a Result, from the attempts that count. Pure."""
    if not finished or column.quiz is None:
        return dict(_EMPTY)
    scored = [one for one in finished if one.score_maximum]
    shares = [_share(one) for one in scored]
    share = scoring.counted(method=column.quiz.grade_method, shares=shares)
    best = next((one for one in scored if _share(one) == share), None)
    is_pending = any(one.state == Attempt.State.SUBMITTED for one in finished)
    pass_mark = Fraction(column.quiz.pass_mark)
    return {
        "attempt": best or finished[-1],
        **_score(share),
        "has_passed": None if share is None else _has_passed(share, pass_mark, is_pending),
        "is_overridden": False,
        "activity_progress": Result.ActivityProgress.COMPLETED,
        "grading_progress": (
            Result.GradingProgress.PENDING_MANUAL
            if is_pending
            else Result.GradingProgress.FULLY_GRADED
        ),
        "submitted_at": max(one.submitted_at for one in finished if one.submitted_at),
    }


def _score(share: Fraction | None) -> dict[str, Any]:
    return {
        "score_given": None if share is None else share * 100,
        "score_maximum": Fraction(100),
        "percent": None if share is None else scoring.rounded(share * 100, places=scoring.PLACES),
    }


_EMPTY: dict[str, Any] = {
    "attempt": None,
    "score_given": None,
    "score_maximum": None,
    "percent": None,
    "has_passed": None,
    "is_overridden": False,
    "activity_progress": Result.ActivityProgress.INITIALIZED,
    "grading_progress": Result.GradingProgress.NOT_READY,
    "submitted_at": None,
}
"""Of a learner who has finished nothing in this column."""


def _overridden(
    column: LineItem, cell: dict[str, Any], said: ResultOverride | None
) -> dict[str, Any]:
    """The cell with a person's word, unless it was taken back. Pure."""
    if said is None or said.scaled is None:
        return cell
    share = Fraction(said.scaled)
    passes = column.quiz and _has_passed(share, Fraction(column.quiz.pass_mark), is_pending=False)
    return {
        **cell,
        **_score(share),
        "has_passed": passes,
        "is_overridden": True,
        "activity_progress": Result.ActivityProgress.COMPLETED,
        "grading_progress": Result.GradingProgress.FULLY_GRADED,
    }


def _share(attempt: Attempt) -> Fraction:
    """The share of an attempt whose maximum is not zero."""
    return Fraction(attempt.score or 0) / Fraction(attempt.score_maximum or 1)


def _has_passed(share: Fraction, pass_mark: Fraction, is_pending: bool) -> bool | None:
    if share * 100 >= pass_mark:
        return True
    return None if is_pending else False


def told(row: Result) -> dict[str, Any]:
    """What an event tells of a cell; whoever hands it on looks at `is_shown` first."""
    return {
        "line_item": str(row.line_item.uuid),
        "is_shown": row.shown_at is not None,
        "percent": None if row.percent is None else str(row.percent),
        "has_passed": row.has_passed,
        "activity_progress": row.activity_progress,
        "grading_progress": row.grading_progress,
        "submitted_at": row.submitted_at.isoformat() if row.submitted_at else None,
    }
