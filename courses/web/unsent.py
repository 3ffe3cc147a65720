"""Forms sent after the session had ended, stored until their person has signed in again.

A browser without scripts has its text in the form and nowhere else.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.domain.lessons.checks import field_prefix
from courses.errors import Conflict
from courses.web import fragments
from courses.web.raw import raw_response

View = Callable[..., HttpResponse]

LIMIT = 200_000
"""Characters kept for somebody who was signed out; more than any real form holds."""
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105


class SentSignedOut(Conflict):
    code = "sent_signed_out"
    default = _(
        "You were signed out when you sent this. Nothing is lost: please send it again now."
    )


def back_to(page: str) -> Callable[[View], View]:
    """Make a view sign the person in first, then show `page` with the form they sent.

    The page has the same keys in its address as the form, but for the question.
    """

    def decorator(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, **place: Any) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, **place)
            keys = {name: key for name, key in place.items() if name in ("course", "lesson")}
            where = reverse(page, kwargs=keys)
            if "question" in place and not fragments.is_asked_for(request):
                store(request, where, question=place["question"])
            return redirect_to_login(where)

        return inner

    return decorator


def store(request: HttpRequest, place: str, **more: str) -> None:
    """Keep the form of this request in the session, for the page at `place`."""
    form = request.POST.copy()
    form.pop(_TOKEN, None)
    text = form.urlencode()
    if text and len(text) <= LIMIT:
        request.session[_name(place)] = {**more, "form": text}


def take(request: HttpRequest, place: str) -> tuple[QueryDict, dict[str, str]] | None:
    """Return the form stored for this page and the values stored with it; remove it."""
    if not request.user.is_authenticated or _name(place) not in request.session:
        return None
    kept = request.session.pop(_name(place))
    return QueryDict(kept.pop("form")), kept


def taken(request: HttpRequest, place: str) -> fragments.RefusedResponse | None:
    """Return the response to one question that was stored for this page."""
    waiting = take(request, place)
    if waiting is None:
        return None
    form, more = waiting
    question = more["question"]
    return fragments.RefusedResponse(
        question, SentSignedOut(), raw_response(form, field_prefix(question))
    )


def _name(place: str) -> str:
    return f"unsent:{place}"
