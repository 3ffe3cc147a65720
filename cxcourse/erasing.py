"""What the site's own tables keep of a person who is erased."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def hidden_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Return the keyed hash under which django-axes counts tries: it does not reveal the name.

    A wrong try may come long after its account was erased, or name none at all.
    """
    given = (credentials or {}).get("username")
    if given is None and request is not None:
        given = request.POST.get("username", "")
    return hidden(str(given or ""))


def hidden(name: str) -> str:
    """Return a user name as django-axes stores it."""
    made = salted_hmac("cxcourse.erasing", name.casefold(), algorithm="sha256")
    return made.hexdigest()[:40]


def forget(*, user: Any, name: str) -> None:  # noqa: ARG001 (what is called with)
    """Delete the tries to sign in to an account that is erased."""
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(username__in=(hidden(name), name)).delete()
