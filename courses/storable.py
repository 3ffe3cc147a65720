"""Texts that a database cannot store, refused before a view reads them."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., Any])
NUL = "\0"


class StorableTextMiddleware:
    """Answer 400 where an address, a query or a form holds NUL, which PostgreSQL cannot store.

    Stands behind the check of CSRF tokens, which reads the form anyway.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any
    ) -> HttpResponseBase | None:
        require_storable(request, view)
        return None


def require_storable(request: HttpRequest, view: Callable[..., Any]) -> None:
    """Raise BadRequest for a request of which something could not be stored.

    The API refuses such a request itself, with a problem that names the place.
    """
    if getattr(getattr(view, "cls", view), "judges_requests", False):
        return
    if NUL in request.path_info or unstorable(request.GET):
        raise BadRequest("The address holds a character that cannot be stored.")
    judges_itself = hasattr(view, "cls") or getattr(view, "judges_texts", False)
    if not judges_itself and unstorable(request.POST):
        raise BadRequest("The form holds a character that cannot be stored.")


def judges_texts(view: View) -> View:
    """Mark a view that refuses such a text itself, and shows the typed input again."""
    view.judges_texts = True  # type: ignore[attr-defined]
    return view


def judges_requests(view: View) -> View:
    """Mark a plain view that stores nothing of the request, and answers with its own refusals."""
    view.judges_requests = True  # type: ignore[attr-defined]
    return view


def unstorable(fields: QueryDict) -> list[str]:
    """Return the names of the fields that hold NUL, in their names or in what was sent for them."""
    return [
        name
        for name, values in fields.lists()
        if NUL in name or any(isinstance(value, str) and NUL in value for value in values)
    ]
