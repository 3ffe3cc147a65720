"""Tell learners what a correction made of their results, here and by mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from courses.domain import learning_mails, notices
from courses.domain.learning_mails import Planned
from courses.domain.plain import plain
from courses.domain.regrading import changes
from courses.models import (
    Enrolment,
    LearningMail,
    LineItem,
    Notice,
    RegradeBatch,
    RegradeOutcome,
    Result,
)

State = RegradeOutcome.State
_KIND = LearningMail.Kind.CORRECTED


def write_notices(
    *, batch: RegradeBatch, line_item: LineItem, outcomes: Iterable[RegradeOutcome], now: datetime
) -> None:
    """Write a notice to every learner whose result the batch has changed."""
    changed = [one for one in outcomes if one.state == State.CHANGED]
    if not batch.notifies or not changed:
        return
    facts = _facts(batch, line_item)
    attempts = _attempts(line_item, changed)
    notices.write(
        messages=[
            notices.NewNotice(
                one.enrolment,
                Notice.Kind.REGRADED,
                {
                    **facts,
                    "attempt": attempts.get(one.enrolment_id),
                    "percent_before": plain(one.percent_before),
                    "percent_after": plain(one.percent_after),
                    "passed_before": one.passed_before,
                    "passed_after": one.passed_after,
                },
            )
            for one in changed
        ],
        now=now,
    )
    _store_mails(batch, [one.enrolment for one in changed], now)


def take_back_notices(
    *,
    batch: RegradeBatch,
    line_item: LineItem,
    changed: Sequence[tuple[Any, Any, Any]],
    now: datetime,
) -> None:
    """Take notices back that nobody has read; write to those who know of the correction.

    `changed` are learners with their standings before and after the undoing.
    """
    if not batch.notifies:
        return
    people = [one for one, _old, _new in changed]
    mine = Notice.objects.filter(
        enrolment__in=people, kind=Notice.Kind.REGRADED, data__regrade=str(batch.uuid)
    ).filter(data__line_item=str(line_item.uuid))
    known = set(mine.exclude(read_at=None, mailed_at=None).values_list("enrolment", flat=True))
    mine.filter(read_at=None, mailed_at=None).delete()
    facts = _facts(batch, line_item) | {"is_undo": True}
    _store_mails(batch, [one for one in people if one.pk in known], now)
    notices.write(
        messages=[
            notices.NewNotice(
                one,
                Notice.Kind.REGRADED,
                {
                    **facts,
                    "percent_before": plain(old[0]),
                    "percent_after": plain(new[0]),
                    "passed_before": old[1],
                    "passed_after": new[1],
                },
            )
            for one, old, new in changed
            if one.pk in known
        ],
        now=now,
    )


def _facts(batch: RegradeBatch, line_item: LineItem) -> dict[str, Any]:
    quiz = line_item.quiz
    found = changes.loaded(batch).values()
    ready = [(one.question, one.version or one.question.ready_version) for one in found]
    return {
        "regrade": str(batch.uuid),
        "line_item": str(line_item.uuid),
        "quiz": quiz.key if quiz is not None else "",
        "quiz_title": line_item.label,
        "questions": [
            changes.name_of(question=question, version=version) for question, version in ready
        ],
    }


def _attempts(line_item: LineItem, changed: Iterable[RegradeOutcome]) -> dict[int, str]:
    rows = Result.objects.filter(
        line_item=line_item, enrolment__in=[one.enrolment_id for one in changed]
    ).exclude(attempt=None)
    return {pk: str(uuid) for pk, uuid in rows.values_list("enrolment", "attempt__uuid")}


def queue_mails(*, batch: RegradeBatch, by: Any, now: datetime) -> None:
    """Send the stored mails about the batch in the background."""
    if batch.notifies and learning_mails.are_sent():
        about = _about(batch)
        learning_mails.queue_job(kind=_KIND, about=about, by=by, now=now, course=batch.course)


def _about(batch: RegradeBatch) -> str:
    # One mail to a person about all of their results that the batch changes, one about its undoing.
    is_undone = batch.state in (RegradeBatch.State.UNDOING, RegradeBatch.State.UNDONE)
    return f"{batch.uuid} {'undone' if is_undone else 'applied'}"


def _store_mails(batch: RegradeBatch, people: Iterable[Enrolment], now: datetime) -> None:
    data = {"batch": str(batch.uuid)}
    mails = [Planned(one.user, one, data) for one in people if one.is_learner]
    learning_mails.queue(kind=_KIND, about=_about(batch), mails=mails, now=now)
