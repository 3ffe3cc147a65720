"""What time it is for a page: the real time, or what the clock of a trial shows."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone


def now_of(request: HttpRequest) -> datetime:
    """Return the time by which the page decides what is open, over and due."""
    trial = getattr(request, "trial", None)
    now: datetime = timezone.now() if trial is None else trial.now
    return now
