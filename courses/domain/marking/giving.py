"""Give a mark: it counts at once, or, with two markers, when both are given and near each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import grading, locks, person_marks
from courses.domain.marking import claims, holders
from courses.domain.person_marks import PartMark
from courses.errors import Conflict
from courses.models import ApiClient, AttemptItem, Grading, Mark


@dataclass(frozen=True)
class Given:
    """What became of a mark: it is graded, or waits for another marker or for an agreed mark."""

    grading: Grading | None
    mark: Mark | None = None

    @property
    def state(self) -> str:
        """`graded`, `second` (another marker is needed) or `differs` (an agreed mark is)."""
        if self.grading is not None:
            return "graded"
        is_first = self.mark is not None and self.mark.round == Mark.Round.FIRST
        return "second" if is_first else "differs"


def revision(*, item: AttemptItem) -> int:
    """Return the number of gradings and marks of the item: what a new mark is based on."""
    return item.gradings.count() + item.marks.count()


@transaction.atomic
def give(
    *,
    item: AttemptItem,
    by: Any,
    now: datetime,
    based_on: int | None,
    parts: Sequence[PartMark] = (),
    scaled: Fraction | None = None,
    feedback: str = "",
    reason: str = "",
) -> Given:
    """Mark a response of a closed attempt; `by` is a person or a platform. Ends the claim on it.

    Raises Invalid for a mark that does not fit the rubric; Conflict where somebody marked since
    `based_on` (with the last `grading` and all `marks`), while the attempt is open, and for the
    second mark by the one who gave the first.
    """
    mark = person_marks.worked_out(version=item.version, parts=parts, scaled=scaled, reason=reason)
    locks.enrolment(pk=item.attempt.enrolment_id)
    attempt = locks.attempt(pk=item.attempt_id)
    gradings, marks = (
        list(item.gradings.order_by("sequence")),
        list(item.marks.order_by("sequence")),
    )
    if based_on is not None and based_on != len(gradings) + len(marks):
        text = _("Somebody else has marked this response in the meantime.")
        raise Conflict(text, grading=gradings[-1:], marks=marks)
    said = {"feedback": feedback, "reason": reason}
    is_marked = person_marks.latest(gradings=gradings) is not None
    if is_marked or not attempt.quiz.second_marker:
        return Given(_counted(item, mark, by=by, now=now, **said))
    if attempt.is_open:
        raise Conflict(_("This attempt is still open; it can be graded when it is submitted."))
    row = _next_mark(item, marks, by=by)
    row.scaled, row.parts, row.given_at = mark.scaled, mark.parts, now
    row.feedback, row.reason = feedback, reason
    row.save()
    claims.forget(item=item)
    return _settled(item, [*marks, row], tolerance=attempt.quiz.marker_tolerance, by=by, now=now)


def _next_mark(item: AttemptItem, marks: Sequence[Mark], *, by: Any) -> Mark:
    """Return the mark that comes next, without its values. Raises Conflict."""
    which = list(Mark.Round)[min(len(marks), 2)]
    is_person = not isinstance(by, ApiClient)
    if which == Mark.Round.SECOND and is_person and holders.is_own(row=marks[0], by=by):
        raise Conflict(_("You gave the first mark; somebody else gives the second."), marks=marks)
    return Mark(item=item, sequence=len(marks) + 1, round=which, **holders.columns(by=by))


def _settled(
    item: AttemptItem, marks: Sequence[Mark], *, tolerance: Any, by: Any, now: datetime
) -> Given:
    """Grade the item where its marks decide it."""
    last = marks[-1]
    if last.round == Mark.Round.FIRST:
        return Given(None, last)
    if last.round == Mark.Round.AGREED:
        agreed = person_marks.WorkedOut(last.scaled, last.parts)
        said = {"feedback": last.feedback, "reason": last.reason}
        return Given(_counted(item, agreed, by=by, now=now, **said), last)
    first, second = marks
    if abs(first.scaled - second.scaled) > Fraction(tolerance) / 100:
        return Given(None, last)
    feedback = "\n\n".join(one.feedback for one in marks if one.feedback)
    row = _counted(
        item, mean_of(first=first, second=second), by=by, now=now, feedback=feedback, reason=""
    )
    return Given(row, last)


def mean_of(*, first: Mark, second: Mark) -> person_marks.WorkedOut:
    """Return the mean of two marks, exactly; a level stays where both chose it."""
    others = {part["key"]: part for part in second.parts}
    parts = [_mean_part(part, others[part["key"]]) for part in first.parts if part["key"] in others]
    return person_marks.WorkedOut((first.scaled + second.scaled) / 2, parts)


def _mean_part(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    scaled = (Fraction(one["scaled"]) + Fraction(other["scaled"])) / 2
    return {
        "key": one["key"],
        "level": one["level"] if one["level"] == other["level"] else None,
        "scaled": str(scaled),
        "feedback": "\n\n".join(filter(None, (one["feedback"], other["feedback"]))),
    }


def _counted(
    item: AttemptItem,
    mark: person_marks.WorkedOut,
    *,
    by: Any,
    now: datetime,
    feedback: str,
    reason: str,
) -> Grading:
    """Write the grading that counts."""
    claims.forget(item=item)
    return grading.record_mark(
        item=item, mark=mark, feedback=feedback, reason=reason, by=by, now=now
    )
