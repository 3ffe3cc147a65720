"""Queue mails about what a person's act made of a learner's result: never about a hidden score."""

from datetime import datetime, timedelta

from courses.domain.learning_mails import choices, queueing
from courses.domain.learning_mails.queueing import Planned
from courses.domain.plain import plain
from courses.domain.reveal import visibility
from courses.models import Attempt, Enrolment, Grading, LearningMail, LineItem, Result

Kind = LearningMail.Kind
Standing = list[object]
"""Per cent, passed and excused, as plain JSON."""
PAUSE = timedelta(minutes=10)
"""How long a change by hand waits: who corrects a slip of the pen sends one mail or none."""


def shown_standing(
    *, line_item: LineItem | None, enrolment: Enrolment, now: datetime
) -> Standing | None:
    """Return the result in the column as the learner sees it; None: they see none.

    None, too, where the site sends no mails: then nothing is read.
    """
    if line_item is None or not choices.are_sent():
        return None
    rows = Result.objects.filter(line_item=line_item, enrolment=enrolment)
    row = rows.select_related(*visibility.RESULT_PATHS).first()
    if row is None or not visibility.is_shown(row, now=now):
        return None
    return [plain(row.percent), row.has_passed, row.is_excused]


def note_mark(
    *,
    attempt: Attempt,
    was_graded: bool,
    before: Standing | None,
    column: LineItem | None,
    now: datetime,
) -> None:
    """Queue what follows from a person's mark: "marked" with the last one, later "corrected".

    To be called in the transaction of the mark. `before` is the `shown_standing` before it.
    """
    if not _is_learners(attempt.enrolment) or attempt.state != Attempt.State.GRADED:
        return
    if was_graded:
        note_change(line_item=column, enrolment=attempt.enrolment, before=before, now=now)
    elif visibility.shows_score(attempt, now=now):
        _marked(attempt, now)


def note_shown(*, result: Result, now: datetime) -> None:
    """Queue "marked" for a result that is shown from now on, where a person has marked in it."""
    attempt = result.attempt
    if attempt is None or not _is_learners(result.enrolment):
        return
    by_person = Grading.objects.filter(item__attempt=attempt, kind=Grading.Kind.PERSON)
    if attempt.state == Attempt.State.GRADED and by_person.exists():
        _marked(attempt, now)


def note_change(
    *, line_item: LineItem | None, enrolment: Enrolment, before: Standing | None, now: datetime
) -> None:
    """Queue "corrected" where a result that the learner saw is another one now."""
    if before is None or line_item is None or not _is_learners(enrolment):
        return
    after = shown_standing(line_item=line_item, enrolment=enrolment, now=now)
    if after in (None, before) or _waits(line_item, enrolment):
        return
    about = f"{line_item.uuid} {now.isoformat()}"
    data = {"line_item": str(line_item.uuid), "before": before}
    planned = Planned(enrolment.user, enrolment, data)
    _queue(Kind.CORRECTED, about, planned, now=now, due_at=now + PAUSE)


def _waits(line_item: LineItem, enrolment: Enrolment) -> bool:
    """Return whether a mail about the same cell has not been sent yet: it says this change, too."""
    rows = LearningMail.objects.filter(enrolment=enrolment, state=LearningMail.State.WAITING)
    return rows.filter(kind=Kind.CORRECTED, data__line_item=str(line_item.uuid)).exists()


def _marked(attempt: Attempt, now: datetime) -> None:
    # Reopened and handed in once more, it is marked once more.
    about = f"{attempt.uuid} {plain(attempt.submitted_at)}"
    planned = Planned(attempt.enrolment.user, attempt.enrolment, {"attempt": str(attempt.uuid)})
    _queue(Kind.MARKED, about, planned, now=now, due_at=now)


def _queue(kind: str, about: str, planned: Planned, *, now: datetime, due_at: datetime) -> None:
    if queueing.queue(kind=kind, about=about, mails=[planned], now=now, due_at=due_at):
        queueing.queue_job(kind=kind, about=about, now=now)


def _is_learners(enrolment: Enrolment) -> bool:
    return choices.are_sent() and enrolment.is_learner and not enrolment.is_trial
