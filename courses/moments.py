"""Moments as people read them: date, time of day and the time's zone."""

from datetime import datetime

from django.utils import formats, timezone


def written(moment: datetime) -> str:
    """Return "28 November 2026, 22:45 CET", in the zone of the person who is served now."""
    here = timezone.localtime(moment)
    text = formats.date_format(here, "DATETIME_FORMAT")
    return f"{text} {zone_name(here)}"


def zone_name(moment: datetime) -> str:
    """Return "CET", or "UTC-03" where a zone has no name in letters."""
    name = moment.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else name
