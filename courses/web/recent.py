"""Whether a person has signed in recently; checked before their data are handed out.

Signing in counts for ten minutes, and so does coming from a platform into its frame; otherwise the
password is asked for.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

RECENT = timedelta(minutes=10)
_KEY = "courses_signed_in_at"


def connect() -> None:
    user_logged_in.connect(_note, dispatch_uid="courses.web.recent")


def is_recent(request: HttpRequest) -> bool:
    """Return whether this session began, or the password was given in it, within ten minutes."""
    moment = _began_at(request)
    return moment is not None and timedelta(0) <= timezone.now() - moment < RECENT


def note(request: HttpRequest) -> None:
    """Note that the password was given in this session just now."""
    request.session[_KEY] = timezone.now().isoformat()


def _began_at(request: HttpRequest) -> datetime | None:
    embed = getattr(request, "embed", None)
    if embed is not None:
        opened_at: datetime | None = embed.launch.opened_at
        return opened_at
    stored = request.session.get(_KEY)
    return datetime.fromisoformat(stored) if stored else None


def _note(sender: Any, request: HttpRequest | None, **_kwargs: Any) -> None:  # noqa: ARG001
    if request is not None and hasattr(request, "session"):
        note(request)
