"""Guessing passwords: what is locked, for whom, and for whom never.

After `AXES_FAILURE_LIMIT` failures a name is locked for the address they came from; an address that
failed with as many different names is locked for every other name. A person who signed in from an
address before is never locked out there: the password is judged, whatever others tried.
"""

from datetime import datetime
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_failure_limit
from axes.models import AccessAttempt, AccessLog
from django.http import HttpRequest

from courses.addresses import HEADER
from courses.conf import settings
from courses.prepared import Address, PreparedQuery

Credentials = dict[str, Any] | None

_SIGNED_IN = PreparedQuery(
    lambda name, address: _one(AccessLog.objects.filter(username=name, ip_address=address)),
    str,
    Address,
)
_FAILED_THERE = PreparedQuery(
    lambda address, since: _one(
        AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    ),
    Address,
    datetime,
)
_FAILED_OF_NAME = PreparedQuery(
    lambda name, address: _one(AccessAttempt.objects.filter(username=name, ip_address=address)),
    str,
    Address,
)
_EXPIRED = PreparedQuery(
    lambda until: _one(AccessAttempt.objects.filter(attempt_time__lte=until)), datetime
)
"""Whether there is any such row. Mostly there is none, and then nothing is counted or deleted."""


class SignInHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """The locks of django-axes, and two rules of ours.

    Most people sign in where nothing failed before: that is asked first, by compiled queries.
    """

    def is_locked(self, request: HttpRequest, credentials: Credentials = None) -> bool:
        if _is_known(request, credentials):
            return False
        if not _FAILED_THERE.all(_address(request), get_cool_off_threshold(request)):
            return False
        is_locked: bool = super().is_locked(request, credentials)
        return is_locked or _tries_many_names(request, credentials)

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is not None and _is_known(request, credentials):
            # The form again, and not the page of the lock.
            request.axes_locked_out = False

    def clean_expired_user_attempts(
        self, request: HttpRequest | None = None, credentials: Credentials = None
    ) -> int:
        if not _EXPIRED.all(get_cool_off_threshold(request)):
            return 0
        return int(super().clean_expired_user_attempts(request, credentials))

    def reset_user_attempts(self, request: HttpRequest, credentials: Credentials = None) -> int:
        # The pair of AXES_LOCKOUT_PARAMETERS.
        if not _FAILED_OF_NAME.all(get_client_username(request, credentials), _address(request)):
            return 0
        return int(super().reset_user_attempts(request, credentials))


def _one(rows: Any) -> Any:
    return rows.order_by().only("pk")[:1]


def _address(request: HttpRequest) -> Address:
    return Address(request.axes_ip_address or "")  # type: ignore[attr-defined]


def _is_known(request: HttpRequest, credentials: Credentials) -> bool:
    """Return whether this account signed in from this address before."""
    if HEADER in request.META and not settings.TRUSTED_PROXIES:
        # The address is that of a proxy, and so everybody's.
        return False
    name = (credentials or {}).get("username")
    if not name:
        return False
    return bool(_SIGNED_IN.all(str(name), _address(request)))


def _tries_many_names(request: HttpRequest, credentials: Credentials) -> bool:
    """Return whether so many other names failed from this address that somebody tries a list."""
    address = request.axes_ip_address  # type: ignore[attr-defined]
    failed = AccessAttempt.objects.filter(
        ip_address=address, attempt_time__gte=get_cool_off_threshold(request)
    )
    others = failed.exclude(username=get_client_username(request, credentials))
    names = others.order_by().values("username").distinct().count()
    return bool(names >= get_failure_limit(request, credentials))
