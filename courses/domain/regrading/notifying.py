"""Tell learners what a correction made of their results, here and by mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import mail, users
from courses.domain import jobs, notices, preferences
from courses.domain.jobs import Kind, Progress
from courses.domain.mailing import RETRIES
from courses.domain.plain import plain
from courses.domain.regrading import changes
from courses.domain.rights import Can
from courses.models import Job, LineItem, Notice, RegradeBatch, RegradeOutcome, Result

MAIL = "notice_mails"
TEXT = "cx_courses/mail/regraded.txt"
MAILS = 10
"""Mails in one step. A worker that is killed in a step sends those of that step again."""

State = RegradeOutcome.State


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
    """Send mails about the batch in the background, where the site sends any."""
    if batch.notifies and mail.is_configured():
        about = str(batch.uuid)
        jobs.queue(
            kind=MAIL,
            args={"batch": about},
            by=by,
            now=now,
            course=batch.course,
            about=f"{about} {batch.state}",
        )


def mail_step(*, job: Job, now: datetime) -> Progress:
    """Send some more mails, to those who may see the score and whose address is known.

    What the mail server refuses is tried again later, as other mails are.
    """
    cursor = job.cursor or {"after": 0, "failed": 0, "round": 0}
    rows = Notice.objects.filter(data__regrade=job.args["batch"], mailed_at=None, read_at=None)
    total = job.total or rows.count()
    left = rows.filter(pk__gt=cursor["after"]).order_by("pk")
    found = list(left.select_related("enrolment__user", "enrolment__course")[:MAILS])
    wanted = [one for one in notices.shown(notices=found, now=now) if _address(one)]
    sent = [one for one in wanted if _send(one)]
    Notice.objects.filter(pk__in=[one.pk for one in sent]).update(mailed_at=now)
    done, failed = job.done + len(sent), cursor["failed"] + len(wanted) - len(sent)
    total = max(total, done)
    if len(found) == MAILS:
        after = {**cursor, "after": found[-1].pk, "failed": failed}
        return Progress(done, total, cursor=after)
    if failed and cursor["round"] < len(RETRIES):
        again = {"after": 0, "failed": 0, "round": cursor["round"] + 1}
        return Progress(done, total, cursor=again, due_at=now + RETRIES[cursor["round"]])
    return Progress(done, total, result={})


def _address(notice: Notice) -> str:
    """Return where to send a mail; empty where the person wants none or cannot sign in."""
    user = notice.enrolment.user
    is_wanted = getattr(user, "is_active", True) and preferences.of(user=user).gets_notice_mails
    return users.names(user).email if is_wanted else ""


def _send(notice: Notice) -> bool:
    """Mail that there is something to read. The mail holds no score."""
    user, course = notice.enrolment.user, notice.enrolment.course
    language = preferences.of(user=user).language or course.language
    # People whom a platform sends have no page of an account.
    values = {"course": course, "data": notice.data, "has_account": not users.is_made(user)}
    with translation.override(language):
        subject = _("%(course)s: a result of yours was corrected") % {"course": course.title}
        text = render_to_string(TEXT, values)
    failed = mail.send_each(
        to=[_address(notice)], subject=" ".join(subject.split()), text=text.strip()
    )
    return not failed


NOTICE_MAILS = Kind(
    label=gettext_lazy("Mails about corrected results"), can=Can.CORRECT, step=mail_step
)
