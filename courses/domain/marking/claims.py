"""Claims: for a quarter of an hour a response is offered to nobody else.

A claim keeps markers apart; what is given counts without one (`giving.give` compares instead).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from courses.domain.marking import holders
from courses.errors import Conflict
from courses.models import AttemptItem, MarkingClaim

LASTS = timedelta(minutes=15)


def of(*, item: AttemptItem, now: datetime) -> MarkingClaim | None:
    """Return the claim on the item that has not lapsed, with who holds it."""
    rows = MarkingClaim.objects.select_related("by", "client")
    return rows.filter(item=item, until__gt=now).first()


@transaction.atomic
def take(
    *, item: AttemptItem, by: Any, now: datetime, draft: dict[str, Any] | None = None
) -> MarkingClaim:
    """Claim the item, or hold on to it; `draft` is what the marker has noted so far.

    Each step is one statement that looks and writes, so of two markers one gets it. Raises Conflict
    with the other `claim` while somebody else holds it.
    """
    until, noted = now + LASTS, {} if draft is None else {"draft": draft}
    rows = MarkingClaim.objects.filter(item=item)
    mine = rows.filter(holders.own(by=by)).update(until=until, **noted)
    if not mine:
        taken = {**holders.columns(by=by), "until": until, "draft": draft or {}}
        if not rows.filter(until__lte=now).update(**taken):
            MarkingClaim.objects.bulk_create(
                [MarkingClaim(item=item, **taken)], ignore_conflicts=True
            )
    claim = rows.select_related("by", "client").first()
    if claim is None or not holders.is_own(row=claim, by=by):
        raise Conflict(_("Somebody else is marking this response at the moment."), claim=claim)
    return claim


def let_go(*, item: AttemptItem, by: Any) -> None:
    """Give up the own claim on the item; what was noted is gone. Idempotent."""
    MarkingClaim.objects.filter(holders.own(by=by), item=item).delete()


def forget(*, item: AttemptItem) -> None:
    """Remove the claim on an item that is marked."""
    MarkingClaim.objects.filter(item=item).delete()


def in_words(*, claim: MarkingClaim | None, is_own: bool) -> str:
    """Say who holds a response, and for how long; "" for nobody."""
    if claim is None:
        return ""
    time = time_format(localtime(claim.until), "TIME_FORMAT")
    if is_own:
        return _("Yours until %(time)s; it is offered to nobody else.") % {"time": time}
    who = {"name": holders.name_of(row=claim), "time": time}
    return _("%(name)s is marking this response until %(time)s.") % who
