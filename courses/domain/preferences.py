"""A person's own clock and language: chosen on the account page, or reported by the browser."""

from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from courses.errors import Invalid, Problem
from courses.models import Preferences
from courses.prepared import PreparedQuery, UserKey

_LONGEST_NAME = 64
_OF_USER = PreparedQuery(lambda user: Preferences.objects.filter(user=user), UserKey)


def of(*, user: Any) -> Preferences:
    """Return the person's row, or an empty one that is not stored.

    One query for each user object.
    """
    if not user.is_authenticated:
        return Preferences()
    relation: Any = Preferences._meta.get_field("user").remote_field
    is_known = relation.is_cached(user)
    found: Preferences | None = (
        relation.get_cached_value(user) if is_known else _OF_USER.first(user.pk)
    )
    if found is None:
        found = Preferences(user=user)
    # Kept with the user object, so that the next question does not ask the database again.
    relation.set_cached_value(user, found)
    return found


def zone(*, user: Any) -> tzinfo:
    """Return the person's time zone; the site's while it is not known."""
    return _zone(of(user=user).time_zone) or timezone.get_current_timezone()


def local(*, user: Any, moment: datetime) -> datetime:
    """Return the same moment in the person's time zone."""
    return moment.astimezone(zone(user=user))


def day(*, user: Any, moment: datetime) -> date:
    """Return the calendar day of this moment in the person's time zone."""
    return local(user=user, moment=moment).date()


def midnight(*, user: Any, moment: datetime) -> datetime:
    """Return when the calendar day of this moment began in the person's time zone."""
    own = zone(user=user)
    return datetime.combine(moment.astimezone(own).date(), time(), tzinfo=own)


def choose(*, user: Any, time_zone: str, language: str) -> Preferences:
    """Set both. An empty zone is again the one that the browser reports. Raises Invalid."""
    if time_zone and _zone(time_zone) is None:
        raise Invalid(problems=[Problem("time_zone", _("There is no such time zone."))])
    values: dict[str, Any] = {"language": _language(language)}
    if time_zone or of(user=user).is_time_zone_chosen:
        values |= {"time_zone": time_zone, "is_time_zone_chosen": bool(time_zone)}
    return _stored(user, **values)


def choose_language(*, user: Any, language: str) -> None:
    """Set the language alone. Raises Invalid."""
    _stored(user, language=_language(language))


def store(*, user: Any, values: Mapping[str, Any]) -> Preferences:
    """Store these columns of the person's row. The caller has checked the values."""
    return _stored(user, **values)


def note_time_zone(*, user: Any, time_zone: str) -> bool:
    """Take the browser's zone unless one was chosen. Does anything change for the person's pages?

    A name that this machine does not know is left aside: a browser may be newer.
    """
    row = of(user=user)
    if row.is_time_zone_chosen or row.time_zone == time_zone or _zone(time_zone) is None:
        return False
    _stored(user, time_zone=time_zone)
    return True


def _stored(user: Any, **values: Any) -> Preferences:
    row, _is_new = Preferences.objects.update_or_create(user=user, defaults=values)
    user.course_preferences = row
    return row


def _language(code: str) -> str:
    if not code:
        return ""
    try:
        return get_supported_language_variant(code)
    except LookupError:
        problem = Problem("language", _("This site does not support that language."))
        raise Invalid(problems=[problem]) from None


def _zone(name: str) -> ZoneInfo | None:
    """Return the zone; None for an empty or unknown name, also for a path of the zone files."""
    if not name or len(name) > _LONGEST_NAME:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        return None
