"""Mails to several addresses, sent in the background and again where the mail server refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from courses import mail, sealing
from courses.domain import jobs
from courses.domain.jobs import Fact, Kind, Progress
from courses.domain.rights import Can
from courses.models import Course, Job

KIND = "mails"
IN_A_STEP = 5
"""Mails in one step. A worker that is killed in a step sends those of that step again."""
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""How long the mails that could not be sent wait, each time, before they are tried again."""


@dataclass(frozen=True)
class MailState:
    """How far mails are: `left` are still to be sent, `failed` were given up."""

    sent: int
    left: int
    failed: list[str]


def queue(
    *,
    to: list[str],
    subject: str,
    text: str,
    about: str,
    course: Course | None,
    by: Any,
    now: datetime,
) -> Job | None:
    """Send a text to each address alone, once the caller's transaction is stored.

    The text is stored sealed until it is sent. `about` is by what `last_about` finds the mails.
    None without an address.
    """
    if not to:
        return None
    args = {"about": about, "to": to, "subject": subject, "text": sealing.seal(text)}
    return jobs.queue(kind=KIND, args=args, by=by, now=now, course=course)


def last_about(*, about: str, course: Course) -> MailState | None:
    """Return how far the last mails about this are; None when there are none."""
    found = Job.objects.filter(kind=KIND, course=course, args__about=about).order_by("-pk").first()
    if found is None:
        return None
    failed = (found.result or {}).get("failed", []) if found.is_finished else []
    left = 0 if found.is_finished else len(_cursor(found)["left"]) + len(_cursor(found)["failed"])
    return MailState((found.result or found.cursor or {}).get("sent", 0), left, failed)


def mail_step(*, job: Job, now: datetime) -> Progress:
    """Send some more of the mails; those that failed again later, and at last never."""
    cursor = _cursor(job)
    total = len(job.args["to"])
    chosen, cursor["left"] = cursor["left"][:IN_A_STEP], cursor["left"][IN_A_STEP:]
    text = sealing.open_sealed(job.args["text"])
    failed = mail.send_each(to=chosen, subject=job.args["subject"], text=text)
    cursor["failed"] += failed
    cursor["sent"] += len(chosen) - len(failed)
    if cursor["left"]:
        return Progress(cursor["sent"], total, cursor=cursor)
    if cursor["failed"] and cursor["round"] < len(RETRIES):
        wait = RETRIES[cursor["round"]]
        again = {**cursor, "left": cursor["failed"], "failed": [], "round": cursor["round"] + 1}
        return Progress(cursor["sent"], total, cursor=again, due_at=now + wait)
    forget_text(job=job, now=now)
    result = {"sent": cursor["sent"], "failed": cursor["failed"]}
    return Progress(cursor["sent"], total, result=result)


def forget_text(*, job: Job, now: datetime) -> None:
    """Delete what was to be sent, and to whom: nobody needs it any more."""
    del now
    Job.objects.filter(pk=job.pk).update(args={"about": job.args["about"]})


def _cursor(job: Job) -> dict[str, Any]:
    start = {"left": job.args.get("to", []), "failed": [], "sent": 0, "round": 0}
    return dict(job.cursor or start)


def _facts(result: dict[str, Any]) -> list[Fact]:
    facts = [Fact(gettext_lazy("Sent"), result.get("sent", 0))]
    failed = result.get("failed")
    return [*facts, Fact(gettext_lazy("Not sent to"), ", ".join(failed))] if failed else facts


MAILS = Kind(
    label=gettext_lazy("Mails"),
    can=Can.GRANT,
    step=mail_step,
    results=_facts,
    on_stop=forget_text,
)
