"""Sign-ins with a browser: noted, listed, ended. The sessions themselves are the web layer's."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from courses.conf import settings
from courses.models import SignIn

LISTED = 50
_PURGED_AT_ONCE = 500


def note(*, user: Any, session_key: str, address: str, browser: str, now: datetime) -> SignIn:
    """Store a sign-in."""
    return SignIn.objects.create(
        user=user,
        session_key=session_key,
        address=address[:45],
        browser=browser.replace("\0", "")[:300],
        signed_in_at=now,
    )


def running(*, user: Any) -> list[SignIn]:
    """Return the person's sign-ins that nobody has ended, newest first."""
    return list(SignIn.objects.filter(user=user, ended_at=None).order_by("-pk")[:LISTED])


def moved(*, user: Any, session_key: str, to: str) -> None:
    """Note the new key of a session, as after a change of the password."""
    SignIn.objects.filter(user=user, session_key=session_key).update(session_key=to)


def end(*, sign_ins: QuerySet[SignIn], now: datetime) -> None:
    """End sign-ins and delete their session keys."""
    sign_ins.filter(ended_at=None).update(ended_at=now, session_key="")


def purge(*, now: datetime) -> int:
    """Delete what is older than the setting allows, a batch at a time; return how many."""
    days = settings.SIGN_INS_KEPT_DAYS
    if days is None:
        return 0
    old = SignIn.objects.filter(signed_in_at__lte=now - timedelta(days=days))
    ids = list(old.order_by("signed_in_at").values_list("pk", flat=True)[:_PURGED_AT_ONCE])
    if ids:
        SignIn.objects.filter(pk__in=ids).delete()
    return len(ids)
