"""What must hold after the database was put back to an earlier state.

Platforms have read events, and opened launches, that the restored database knows nothing of.
"""

from datetime import datetime

from django.db import transaction

from courses.domain import feed
from courses.models import Launch


def finish(*, now: datetime) -> None:
    """Leave a gap in the feed's positions, and end every launch and frame session.

    Without the gap new events would get positions that readers have passed already, and would be
    overlooked; a launch code that was used after the backup was made could be used once more.
    """
    with transaction.atomic():
        feed.leave_gap(now=now)
        Launch.objects.filter(expires_at__gt=now).update(expires_at=now)
        Launch.objects.filter(session_ends_at__gt=now).update(session_ends_at=now)
