"""Send stored mails: noted as being sent first, so that a worker that is killed sends none twice.

A mail is sent again only where the mail server certainly did not take it. The price: one that was
noted and not handed over, because its worker was killed in between, is never sent.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy

from courses import mail
from courses.domain.jobs import Fact, Kind, Progress
from courses.domain.learning_mails import choices, letters
from courses.domain.mailing import RETRIES
from courses.domain.rights import Can
from courses.mail import Sending
from courses.models import Job, LearningMail, Notice

IN_A_STEP = 5
State = LearningMail.State


def send_some(*, job: Job, now: datetime) -> None:
    """Send some mails of the job; called outside the transaction of its step."""
    rows = _of(job).filter(state=State.WAITING, due_at__lte=now)
    paths = ("user", "enrolment__course", "enrolment__user")
    for row in rows.select_related(*paths).order_by("pk")[:IN_A_STEP]:
        if _send(row, now) == Sending.UNREACHED:
            # The others would wait for the same server.
            for other in rows:
                _try_later(other, now)
            return


def mail_step(*, job: Job, now: datetime, prepared: Any) -> Progress:
    """Return how far the mails are, and when the next is due."""
    del prepared
    rows = _of(job)
    total, waiting = rows.count(), rows.filter(state=State.WAITING)
    done = total - waiting.count()
    if not waiting.exists():
        return Progress(done, total, result={one: _count(rows, one) for one in _TOLD})
    due_at = waiting.order_by("due_at").values_list("due_at", flat=True)[0]
    return Progress(done, total, due_at=due_at if due_at > now else None)


_TOLD = {
    State.SENT: gettext_lazy("Sent"),
    State.SENDING: gettext_lazy("Perhaps sent"),
    State.REFUSED: gettext_lazy("Refused by the mail server"),
    State.DROPPED: gettext_lazy("No longer needed"),
}


def _facts(result: dict[str, Any]) -> list[Fact]:
    return [Fact(label, result[one]) for one, label in _TOLD.items() if result.get(one)]


def _count(rows: Any, state: str) -> int:
    return int(rows.filter(state=state).count())


def _of(job: Job) -> Any:
    return LearningMail.objects.filter(kind=job.args["kind"], about=job.args["about"])


def _send(row: LearningMail, now: datetime) -> Sending | None:
    """Send one mail; return what became of it, None where there was nothing to send."""
    with translation.override(letters.language(row=row)):
        is_wanted = choices.are_sent() and choices.wants(user=row.user, kind=row.kind)
        letter = letters.letter(row=row, now=now) if is_wanted else None
        if letter is None:
            LearningMail.objects.filter(pk=row.pk, state=State.WAITING).update(state=State.DROPPED)
            return None
        message = letters.message(row=row, letter=letter, to=choices.address(user=row.user))
    if not _claim(row, letter, now):
        return None
    sending = mail.send_once(message)
    if sending == Sending.ACCEPTED:
        LearningMail.objects.filter(pk=row.pk).update(state=State.SENT)
    elif sending != Sending.UNKNOWN:
        _take_back(row, letter)
        if sending == Sending.REJECTED:
            LearningMail.objects.filter(pk=row.pk).update(state=State.REFUSED)
        else:
            _try_later(row, now)
    return sending


@transaction.atomic(durable=True)
def _claim(row: LearningMail, letter: letters.Letter, now: datetime) -> bool:
    """Note that the mail is being sent, for good; False where another worker has it."""
    rows = LearningMail.objects.filter(pk=row.pk, state=State.WAITING)
    if not rows.update(state=State.SENDING, sent_at=now):
        return False
    Notice.objects.filter(pk__in=[one.pk for one in letter.notices]).update(mailed_at=now)
    return True


@transaction.atomic
def _take_back(row: LearningMail, letter: letters.Letter) -> None:
    """Note that the mail server certainly did not take the mail."""
    rows = LearningMail.objects.filter(pk=row.pk, state=State.SENDING)
    rows.update(state=State.WAITING, sent_at=None)
    Notice.objects.filter(pk__in=[one.pk for one in letter.notices]).update(mailed_at=None)


def _try_later(row: LearningMail, now: datetime) -> None:
    rows = LearningMail.objects.filter(pk=row.pk, state=State.WAITING)
    if row.tries >= len(RETRIES):
        rows.update(state=State.REFUSED)
    else:
        rows.update(tries=row.tries + 1, due_at=now + RETRIES[row.tries])


LEARNING_MAILS = Kind(
    label=gettext_lazy("Mails about learning"),
    can=Can.CORRECT,
    prepare=send_some,
    step=mail_step,
    results=_facts,
)
