"""What a learner is granted, in words."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import moments
from courses.domain.grants import Granted
from courses.models import Accommodation, Extension

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def summary(granted: Granted) -> list[str]:
    """Return all that holds for the learner; of accommodations the more generous figures."""
    rows = [one for one in (granted.general, granted.in_course) if one is not None]
    merged = Accommodation(
        time_factor=max((one.time_factor for one in rows), default=Decimal(1)),
        extra_attempts=max((one.extra_attempts for one in rows), default=0),
        closes_later_s=max((one.closes_later_s for one in rows), default=0),
    )
    found = list(accommodation_words(merged))
    count = len(granted.extensions)
    if count:
        found.append(
            ngettext("%(count)d extension", "%(count)d extensions", count) % {"count": count}
        )
    return found


def accommodation_words(row: Accommodation) -> Iterator[str]:
    """Yield what is granted in all quizzes: "time × 1.5"."""
    if row.time_factor > 1:
        yield _("time × %(factor)s") % {"factor": number_format(row.time_factor.normalize())}
    if row.extra_attempts:
        yield _attempts(row.extra_attempts)
    if row.closes_later_s:
        yield _("closing dates %(time)s later") % {"time": span(row.closes_later_s)}


def extension_words(row: Extension) -> Iterator[str]:
    """Yield what is granted in one quiz."""
    if row.extra_time_s:
        yield _("%(time)s more") % {"time": span(row.extra_time_s)}
    if row.extra_attempts:
        yield _attempts(row.extra_attempts)
    if row.closes_at is not None:
        yield _("closes on %(when)s") % {"when": moments.written(row.closes_at)}


def span(seconds: int) -> str:
    """Return a length of time in the largest unit that says it exactly, in minutes at least."""
    if seconds % _DAY == 0:
        days = seconds // _DAY
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if seconds % _HOUR == 0:
        hours = seconds // _HOUR
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    minutes = number_format((Decimal(seconds) / _MINUTE).quantize(Decimal("0.01")).normalize())
    return _("%(count)s minutes") % {"count": minutes}


def _attempts(count: int) -> str:
    text = ngettext("%(count)d extra attempt", "%(count)d extra attempts", count)
    return text % {"count": count}
