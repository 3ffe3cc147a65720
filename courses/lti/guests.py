"""People whom a platform does not name: they read and practise, and nothing of it is kept."""

from datetime import datetime
from typing import Any

from courses import users
from courses.domain import trials
from courses.lti.models import LtiPlatform
from courses.lti.reasons import LaunchDenied
from courses.models import Course, Enrolment


def enrolment(*, platform: LtiPlatform, course: Course, now: datetime) -> Enrolment:
    """Return a trial of the course for one such person. Raises LaunchDenied.

    An account is needed to learn: all of them share one of the platform's, which is nobody's.
    """
    account = platform.guest or _make(platform)
    if not getattr(account, "is_active", True):
        raise LaunchDenied("anonymous", "the account of guests is deactivated")
    if account.is_staff or account.is_superuser:
        raise LaunchDenied("account_of_site", "the account of guests is one of the site's staff")
    return trials.begin_for_guest(course=course, account=account, now=now)


def _make(platform: LtiPlatform) -> Any:
    rows = LtiPlatform.objects.select_for_update(of=("self",)).filter(pk=platform.pk)
    locked = rows.first()
    if locked is None:
        raise LaunchDenied("registration_unknown", "the platform was deleted meanwhile")
    if locked.guest is None:
        locked.guest = users.adapter().make(values={})
        locked.save(update_fields=["guest"])
    return locked.guest
