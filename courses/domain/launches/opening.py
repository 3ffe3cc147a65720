"""A code is opened, once; from then on the session's secret is what counts."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from courses.conf import settings
from courses.domain.launches.making import Opened, hashed, language, new_secret
from courses.errors import Invalid, NotAllowed, NotFound
from courses.models import Enrolment, Launch
from courses.prepared import PreparedQuery

REMEMBERED = timedelta(days=1)
"""How long an ended launch is kept, so that a page that still stands open gets the reason."""
_PURGED_AT_ONCE = 1000


class LaunchRefused(NotAllowed):
    """The way in is closed; `launch` is what was asked for, so that its page gets the reason."""

    code = "refused"

    def __init__(self, launch: Launch) -> None:
        super().__init__()
        self.launch = launch


class Used(LaunchRefused):
    code = "launch_used"
    default = _(
        "This link has already been used and works only once. Go back and open the course again."
    )


class TooLate(LaunchRefused):
    code = "launch_expired"
    default = _(
        "This link has expired; it was valid for one minute. Go back and open the course again."
    )


class WrongOrigin(LaunchRefused):
    code = "wrong_origin"
    default = _(
        "This link was created for another site and does not work here. Go back and "
        "open the course again."
    )


class PlatformGone(LaunchRefused):
    code = "platform_revoked"
    default = _("The site that you came from no longer has access to this course.")


class LearnerGone(LaunchRefused):
    code = "learner_gone"
    default = _("You are no longer enrolled in this course. Please ask the course team.")


class NoSession(LaunchRefused):
    code = "no_session"
    default = _("Your session has ended. Everything you saved is kept.")


class SessionEnded(NoSession):
    code = "session_ended"


def open_launch(
    *, code: str, now: datetime, origin: str | None = None, theme: str = "", locale: str = ""
) -> Opened:
    """Turn a code into a session. Of two who open one code at the same moment, one gets it.

    `origin` is the page that frames us, where the browser sends it; `theme` and `locale` what that
    page asks for instead of the launch's values. Raises NotFound and the refusals above.
    """
    launch = _rows().filter(code_hash=hashed(code)).first()
    if launch is None:
        raise NotFound
    if launch.opened_at is not None or launch.ended_at is not None:
        raise Used(launch)
    if now >= launch.expires_at:
        raise TooLate(launch)
    _refuse_gone(launch)
    if origin is not None and origin != launch.origin:
        # The address has come into wrong hands: it is good for nobody now.
        Launch.objects.filter(pk=launch.pk, ended_at=None).update(ended_at=now)
        raise WrongOrigin(launch)
    secret = new_secret()
    session = {
        "opened_at": now,
        "secret_hash": hashed(secret),
        "session_ends_at": now + timedelta(seconds=settings.EMBED_SESSION_S),
        **_display(theme, locale),
    }
    # What was read above may be old by now; the update looks again.
    unopened = Launch.objects.filter(pk=launch.pk, opened_at=None, ended_at=None)
    if not unopened.update(**session):
        raise Used(launch)
    for name, value in session.items():
        setattr(launch, name, value)
    return Opened(launch, secret)


def session(*, uuid: UUID, secret: str, now: datetime) -> Launch:
    """Return the launch with this session, with its course and learner. One query.

    Raises NotFound, NoSession for a secret that is missing or wrong, and the refusals above.
    """
    launch = _SESSION.first(uuid)
    if launch is None:
        raise NotFound
    if not constant_time_compare(hashed(secret), launch.secret_hash):
        raise NoSession(launch)
    _refuse_gone(launch)
    if launch.ended_at is not None or launch.session_ends_at is None:
        raise SessionEnded(launch)
    if now >= launch.session_ends_at:
        raise SessionEnded(launch)
    return launch


def enrolment_of(*, launch: Launch) -> Enrolment:
    """Return the enrolment of a session's learner. Raises LearnerGone if they were erased."""
    if launch.enrolment is None:
        raise LearnerGone(launch)
    return launch.enrolment


def confirm(*, launch: Launch, now: datetime) -> None:
    """Note that the browser returned the cookie: no separate window is needed any more."""
    Launch.objects.filter(pk=launch.pk, confirmed_at=None).update(confirmed_at=now)


def show(*, launch: Launch, theme: str = "", locale: str = "") -> None:
    """Store the theme and language that the surrounding page asked for; ignore unknown ones."""
    changed = _display(theme, locale)
    if changed:
        Launch.objects.filter(pk=launch.pk).update(**changed)


def store_session(*, launch: Launch, data: dict[str, Any]) -> None:
    """Store what the next page of the session needs."""
    Launch.objects.filter(pk=launch.pk).update(data=data)


def purge(*, now: datetime) -> int:
    """Forget launches that ended a day ago, a batch at a time; how many were."""
    longest = timedelta(seconds=settings.EMBED_SESSION_S) + REMEMBERED
    old = Launch.objects.filter(created_at__lte=now - longest).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:_PURGED_AT_ONCE])
    if ids:
        Launch.objects.filter(pk__in=ids).delete()
    return len(ids)


def _rows() -> QuerySet[Launch]:
    return Launch.objects.select_related(
        "client",
        "api_key",
        "identity",
        "enrolment__user__course_preferences",
        "enrolment__course",
    )


def _opened(uuid: UUID) -> QuerySet[Launch]:
    return _rows().filter(uuid=uuid).exclude(opened_at=None).order_by()


_SESSION = PreparedQuery(_opened, UUID)


def _refuse_gone(launch: Launch) -> None:
    is_revoked = launch.api_key is not None and launch.api_key.revoked_at is not None
    if is_revoked or not launch.client.is_active:
        raise PlatformGone(launch)
    if launch.identity is not None and not launch.identity.is_active:
        raise LearnerGone(launch)
    row = launch.enrolment
    is_in_course = row is not None and (row.state == Enrolment.State.ACTIVE or row.is_trial)
    if row is None or not is_in_course or not row.user.is_active:
        raise LearnerGone(launch)


def _display(theme: str, locale: str) -> dict[str, str]:
    """Return those of the values that this site knows."""
    known = {"theme": theme} if theme in Launch.Theme.values else {}
    try:
        found = language(locale, path="locale")
    except Invalid:
        found = ""
    return {**known, **({"locale": found} if found else {})}
