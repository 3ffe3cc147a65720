"""Which relay processes run. A backlog alone does not show it: it is empty on a quiet site."""

from datetime import datetime, timedelta

from django.db.models import Max

from courses.models import RelayProcess

EVERY = timedelta(seconds=20)
"""How often a process writes that it is there; rounds may be far more frequent."""
RETENTION = timedelta(days=1)


def report(*, name: str, now: datetime) -> None:
    """Note that the relay process of this name has finished a round; at most once in `EVERY`."""
    row = RelayProcess.objects.filter(name=name).first()
    if row is None:
        RelayProcess.objects.filter(seen_at__lt=now - RETENTION).delete()
        RelayProcess.objects.create(name=name, started_at=now, seen_at=now)
    elif now - row.seen_at >= EVERY:
        RelayProcess.objects.filter(pk=row.pk).update(seen_at=now)


def last_seen() -> datetime | None:
    """Return when a relay process last finished a run; None when none ever did."""
    last: datetime | None = RelayProcess.objects.aggregate(last=Max("seen_at"))["last"]
    return last
