"""Judging responses. The judgement is a pure function of version, response and policy.

Every judgement is one more row; an item's summary is a fold over them. The best try counts, so a
learner who goes on trying never loses what was already earned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import (
    attempt_events,
    events,
    gradebook,
    learning_mails,
    locks,
    person_marks,
    progress,
    scoring,
    verdicts,
)
from courses.domain.person_marks import PartMark
from courses.domain.reveal.policy import Policy
from courses.errors import Conflict
from courses.models import ApiClient, Attempt, AttemptItem, Grading, QuestionVersion, Response
from courses.questions.base import Outcome, QuestionType


@dataclass(frozen=True)
class Summary:
    """An item's current state, from its gradings."""

    tries: int
    score: Fraction | None
    is_closed: bool
    points: Decimal | None = None
    """What the item counts since a regrade; None: as it was drawn."""


def judge(*, item: AttemptItem, value: Any, version: QuestionVersion | None = None) -> Outcome:
    """Return the question type's outcome of a response, by the item's version or another. Pure."""
    version = version or item.version
    return version.question_type.grade(version.parsed, item.params, value)


def is_marked(*, kind: QuestionType[Any], policy: Policy) -> bool:
    """Return whether the item is ever graded. In practice nobody grades what needs a person."""
    return not (kind.needs_person and policy.kind == "practice")


def judge_at_the_end(
    *, item: AttemptItem, policy: Policy, version: QuestionVersion | None = None
) -> Outcome:
    """Return the outcome of the response that is stored when the attempt is submitted.

    What nobody marks counts for nothing, whether something was written or not.
    """
    if not is_marked(kind=item.version.question_type, policy=policy):
        return Outcome(None)
    return judge(item=item, value=item.value, version=version)


def grading_row(
    *,
    item: AttemptItem,
    outcome: Outcome,
    policy: Policy,
    response: Response | None,
    sequence: int,
    now: datetime,
) -> Grading:
    """Return the row that records an outcome; not saved yet."""
    credit = policy.credit_of(item.tries + 1)
    score = None if outcome.scaled is None else Fraction(item.worth) * outcome.scaled * credit
    return Grading(
        item=item,
        sequence=sequence,
        response=response,
        scaled=outcome.scaled,
        credit=credit,
        score=score,
        parts=[
            {"key": part.key, "scaled": str(part.scaled), "feedback": part.feedback}
            for part in outcome.parts
        ],
        feedback=outcome.feedback,
        graded_at=now,
    )


def summarise(*, gradings: list[Grading], policy: Policy) -> Summary:
    """Fold an item's gradings, in their order, into its current state. Pure.

    A person's word replaces whatever stood before and closes the item; tries by rule keep the
    best. A regrade replaces score and points alone. A response that was judged before is no
    further try. Where responses are judged at the end alone, a later judgement by rule comes after
    a reopening and replaces all before it.
    """
    tries, score, is_right, points = 0, None, False, None
    for grading in in_force(gradings):
        if grading.kind == Grading.Kind.REPEAT:
            continue
        if grading.kind == Grading.Kind.REGRADE:
            score = grading.score
            points = points if grading.points is None else grading.points
            continue
        if grading.kind == Grading.Kind.PERSON:
            score, is_right = grading.score, True
            continue
        if grading.kind == Grading.Kind.REOPEN or not policy.is_graded_at_once:
            tries, score, is_right = 0, None, False
        if grading.score is None:
            continue
        tries += 1
        score = grading.score if score is None else max(score, grading.score)
        is_right = is_right or grading.scaled == 1
    return Summary(tries, score, is_right or tries >= policy.tries, points)


def in_force(gradings: Sequence[Grading]) -> list[Grading]:
    """Return the gradings without those of regrades that were undone. Pure."""
    undone = {row.batch_id for row in gradings if row.is_undo}
    return [row for row in gradings if row.batch_id is None or row.batch_id not in undone]


def correction(gradings: Sequence[Grading]) -> Grading | None:
    """Return the last word of a regrade on the item; None where none is in force. Pure."""
    rows = [row for row in in_force(gradings) if row.kind == Grading.Kind.REGRADE]
    return rows[-1] if rows else None


def apply_summary(*, item: AttemptItem, summary: Summary) -> None:
    """Put the fold's result on the item's summary columns; not saved yet."""
    item.tries = summary.tries
    item.score = summary.score
    item.new_points = summary.points
    item.scaled = _scaled(summary.score, item.worth)
    item.is_closed = summary.is_closed or is_final(item=item)


def _scaled(score: Fraction | None, worth: Decimal) -> Fraction | None:
    """Return the share; None where nothing is scored, or the question no longer counts."""
    return None if score is None or not worth else score / Fraction(worth)


SUMMARY_FIELDS = ["tries", "score", "scaled", "is_closed", "new_points"]


def is_final(*, item: AttemptItem) -> bool:
    """Return whether a response has no score and cannot be changed once given (a vote)."""
    return item.value is not None and not item.version.question_type.is_scored


def is_pending(*, item: AttemptItem, policy: Policy) -> bool:
    """Return whether a person still has to grade it. In practice the learner compares alone."""
    return (
        item.score is None
        and bool(item.worth)
        and item.value is not None
        and item.version.question_type.needs_person
        and policy.kind != "practice"
    )


def set_totals(
    *, attempt: Attempt, items: list[AttemptItem], pass_mark: Decimal | None = None
) -> None:
    """Work out a closed attempt's score, state and pass from its items; not saved yet.

    Without a mark its verdict rests on the one that the attempt began with.
    """
    policy = Policy.load(attempt.policy)
    score = scoring.add_up(
        (item.worth, item.score, is_pending(item=item, policy=policy)) for item in items
    )
    attempt.score = score.given
    attempt.score_maximum = score.maximum
    attempt.percent = _percent(score, policy.pass_mark)
    attempt.state = Attempt.State.SUBMITTED if score.pending else Attempt.State.GRADED
    mark = pass_mark if pass_mark is not None else Decimal(str(attempt.policy["pass_mark"]))
    attempt.has_passed = verdicts.of_attempt(attempt=attempt, pass_mark=mark)


def _percent(score: scoring.Score, mark: Fraction) -> Decimal | None:
    return None if score.share is None else scoring.beside(score.share * 100, mark=mark)


TOTAL_FIELDS = ["state", "score", "score_maximum", "percent", "has_passed"]


@transaction.atomic
def grade_by_person(
    *,
    item: AttemptItem,
    by: Any,
    now: datetime,
    scaled: Fraction | None = None,
    parts: Sequence[PartMark] = (),
    feedback: str = "",
    reason: str = "",
    based_on: int | None = None,
) -> Grading:
    """Record a person's judgement on an item of a closed attempt, and what follows from it.

    It is a share (0…1), or a level for each criterion of the rubric; `scaled` beside levels
    replaces their sum, with a reason. `based_on` is the number of the last grading that the person
    saw. Raises Invalid for a mark that does not fit, Conflict while the attempt is open and, with
    the other `grading`, where somebody has graded since.
    """
    mark = person_marks.worked_out(version=item.version, parts=parts, scaled=scaled, reason=reason)
    return record_mark(
        item=item, mark=mark, feedback=feedback, reason=reason, by=by, now=now, based_on=based_on
    )


@transaction.atomic
def record_mark(
    *,
    item: AttemptItem,
    mark: person_marks.WorkedOut,
    by: Any,
    now: datetime,
    feedback: str = "",
    reason: str = "",
    based_on: int | None = None,
) -> Grading:
    """Record a mark of a person or a platform that is worked out; see `grade_by_person`."""
    attempt = _locked(item)
    if attempt.is_open:
        raise Conflict(_("This attempt is still open; it can be graded when it is submitted."))
    items = list(attempt.items.select_related("version__question").order_by("position"))
    current = next(one for one in items if one.pk == item.pk)
    gradings = list(current.gradings.order_by("sequence"))
    if based_on is not None and based_on != len(gradings):
        raise Conflict(
            _("Somebody else has graded this response in the meantime."), grading=gradings[-1:]
        )
    if not current.worth:
        raise Conflict(_("This question no longer counts in the quiz."))
    grading = Grading(
        item=current,
        sequence=len(gradings) + 1,
        response=current.responses.order_by("-revision").first(),
        kind=Grading.Kind.PERSON,
        scaled=mark.scaled,
        score=Fraction(current.worth) * mark.scaled,
        parts=mark.parts,
        feedback=feedback,
        reason=reason,
        by=None if isinstance(by, ApiClient) else by,
        graded_at=now,
    )
    grading.save()
    _update_totals(attempt, items, current, [*gradings, grading], by=by, now=now)
    return grading


def _locked(item: AttemptItem) -> Attempt:
    locks.enrolment(pk=item.attempt.enrolment_id)
    return locks.attempt(pk=item.attempt_id)


def _update_totals(
    attempt: Attempt,
    items: list[AttemptItem],
    current: AttemptItem,
    gradings: list[Grading],
    *,
    by: Any,
    now: datetime,
) -> None:
    was_graded = attempt.state == Attempt.State.GRADED
    column = gradebook.column_of(attempt)
    before = learning_mails.shown_standing(line_item=column, enrolment=attempt.enrolment, now=now)
    policy = Policy.load(attempt.policy)
    apply_summary(item=current, summary=summarise(gradings=gradings, policy=policy))
    current.save(update_fields=SUMMARY_FIELDS)
    set_totals(attempt=attempt, items=items)
    attempt.save(update_fields=TOTAL_FIELDS)
    posted = gradebook.post(attempt=attempt, now=now, column=column)
    entries: list[events.Entry] = []
    if attempt.state == Attempt.State.GRADED:
        entries.append((events.ATTEMPT_GRADED, attempt_events.attempt_data(attempt, now=now)))
    entries += posted
    entries += progress.course_completed(enrolment=attempt.enrolment, now=now)
    course = attempt.enrolment.course
    events.record(entries=entries, now=now, by=by, enrolment=attempt.enrolment, course=course)
    learning_mails.note_mark(
        attempt=attempt, was_graded=was_graded, before=before, column=column, now=now
    )
