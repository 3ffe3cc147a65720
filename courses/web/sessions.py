"""The sessions of a person: stored at sign-in, shown on the account page, ended one by one."""

from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.addresses import client_address
from courses.conf import settings as own_settings
from courses.domain import sign_ins
from courses.errors import NotFound
from courses.models import SignIn
from courses.web.errors import handles_errors


def connect() -> None:
    """Note sign-ins where the courses own the accounts; elsewhere they are the host's."""
    if own_settings.ACCOUNTS != "own":
        return
    user_logged_in.connect(_begun, dispatch_uid="courses.web.sessions.begun")
    user_logged_out.connect(_ended, dispatch_uid="courses.web.sessions.ended")


def running(user: Any) -> list[SignIn]:
    """Return the person's sign-ins whose sessions are valid; note the others as ended."""
    rows = sign_ins.running(user=user)
    over = [row.pk for row in rows if not _is_good(row, user)]
    if over:
        sign_ins.end(sign_ins=SignIn.objects.filter(pk__in=over), now=timezone.now())
    return [row for row in rows if row.pk not in over]


@login_required
@require_POST
@handles_errors
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End one session of one's own, this one too."""
    row = SignIn.objects.filter(user=request.user.pk, uuid=uuid, ended_at=None).first()
    if row is None:
        raise NotFound
    if row.session_key == request.session.session_key:
        logout(request)
        return redirect("cx_courses:catalogue")
    _store(row.session_key).delete()
    sign_ins.end(sign_ins=SignIn.objects.filter(pk=row.pk), now=timezone.now())
    messages.success(request, _("That device has been signed out."))
    return redirect("cx_courses:account")


def password_changed(request: HttpRequest, *, before: str | None) -> None:
    """Note the session's new key, and end every other session of the person."""
    here = str(request.session.session_key or "")
    if before:
        sign_ins.moved(user=request.user, session_key=before, to=here)
    others = SignIn.objects.filter(user=request.user.pk).exclude(session_key=here)
    sign_ins.end(sign_ins=others, now=timezone.now())


def _store(key: str) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _is_good(row: SignIn, user: Any) -> bool:
    """Return whether the session belongs to this person, with the current password."""
    held = _store(row.session_key).load() if row.session_key else {}
    is_hers = held.get(SESSION_KEY) == str(user.pk)
    known = str(held.get(HASH_SESSION_KEY, ""))
    return is_hers and constant_time_compare(known, user.get_session_auth_hash())


def _begun(sender: Any, request: HttpRequest | None, user: Any, **_more: Any) -> None:  # noqa: ARG001
    if request is None or not hasattr(request, "session"):
        return
    if not request.session.session_key:
        request.session.create()
    sign_ins.note(
        user=user,
        session_key=str(request.session.session_key or ""),
        address=client_address(request),
        browser=request.headers.get("User-Agent", ""),
        now=timezone.now(),
    )


def _ended(sender: Any, request: HttpRequest | None, user: Any, **_more: Any) -> None:  # noqa: ARG001
    """Note the end of a session; the signal comes before it is emptied."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if user is not None and key:
        own = SignIn.objects.filter(user=user, session_key=key)
        sign_ins.end(sign_ins=own, now=timezone.now())
