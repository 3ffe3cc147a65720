"""Working copies that nobody touches any more are deleted."""

from datetime import datetime, timedelta

from django.db.models import Q

from courses.domain.authoring.working_copies.copies import DISCARDED_KEPT
from courses.models import WorkingCopy

KEPT = timedelta(days=180)
"""An untouched draft is deleted after this time."""
LISTED = timedelta(days=150)
"""From this time on the home page warns its author."""
AT_ONCE = 200


def purge(*, now: datetime) -> int:
    """Delete a batch of drafts that ended or were left long ago; return how many."""
    left = Q(ended_at=None, publish_at=None, updated_at__lte=now - KEPT)
    rows = WorkingCopy.objects.filter(left | Q(ended_at__lte=now - DISCARDED_KEPT))
    old = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if old:
        rows.filter(pk__in=old).delete()
    return len(old)
