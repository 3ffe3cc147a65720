"""The mail about cards that are due: once a week, on the day that the person chose."""

from datetime import datetime, timedelta

from django.db import transaction

from courses.domain import preferences
from courses.domain.learning_mails import choices, queueing
from courses.domain.learning_mails.queueing import Planned
from courses.models import LearningMail, Preferences

AT_ONCE = 50
APART = timedelta(days=6)
"""Between two such mails to one person, also when they choose another day."""


@transaction.atomic
def queue_due(*, now: datetime) -> int:
    """Queue the mails whose time has come; return how many people were looked at.

    Whether cards are due is found out when the mail is written. A day that was missed, because
    nothing ran on it, is passed over: the mail comes on the person's day or not at all.
    """
    rows = Preferences.objects.filter(cards_mail_at__lte=now).order_by("cards_mail_at")
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    found = list(locked.select_related("user")[:AT_ONCE])
    if not found:
        return 0
    wanted: dict[str, list[Planned]] = {}
    for row in found:
        day, user = row.cards_mail_day, row.user
        local = preferences.local(user=user, moment=now)
        if day is not None and local.weekday() == day and local.time() >= choices.SENT_AT:
            year, week, _day = local.isocalendar()
            wanted.setdefault(f"{year}-W{week:02}", []).append(Planned(user))
        row.cards_mail_at = None if day is None else choices.next_on(user=user, day=day, now=now)
    Preferences.objects.bulk_update(found, ["cards_mail_at"])
    for about, mails in wanted.items():
        _queue(about, mails, now)
    return len(found)


def _queue(about: str, mails: list[Planned], now: datetime) -> None:
    kind = LearningMail.Kind.CARDS_DUE
    rows = LearningMail.objects.filter(kind=kind, user__in=[one.user for one in mails])
    lately = set(rows.filter(created_at__gt=now - APART).values_list("user", flat=True))
    mails = [one for one in mails if one.user.pk not in lately]
    if queueing.queue(kind=kind, about=about, mails=mails, now=now):
        queueing.queue_job(kind=kind, about=about, now=now)
