"""Lists, a page at a time. A cursor holds the place of the last row seen, and outlives that row."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.schema import query
from courses.api.values import Moment, Shape
from courses.errors import Invalid, Problem

DEFAULT, MOST = 50, 100
SEPARATOR = "."

LIMIT = query(
    "limit",
    f"Rows on a page; {DEFAULT} if not given.",
    {"type": "integer", "minimum": 1, "maximum": MOST},
)
PARAMETERS = (query("cursor", "Where the page before ended; take it from `next`."), LIMIT)


ORDERS = ("created", "-created")
ORDERED = (
    *PARAMETERS,
    query("order", "`-created`: the newest first. Keep it from page to page.", enum=ORDERS),
)
"""Of a list by `page`."""


def page_of(item: type[Shape], name: str) -> type[Shape]:
    """The shape of a page of such items."""
    fields = {
        "results": item(many=True),
        "next": serializers.URLField(allow_null=True, help_text="The page after this."),
    }
    return type(f"{name}Page", (Shape,), fields)


def page(
    request: Request,
    rows: QuerySet[Any],
    say: Callable[[Sequence[Any]], list[Any]],
) -> Response:
    """One page of the rows in the order in which they were made, or backwards. One query.

    The row at which the page before ended may have left the list since, or be gone.
    """
    limit, cursor = limit_of(request), request.query_params.get("cursor")
    is_backwards = choice(request, "order", ORDERS) == "-created"
    rows = rows.order_by("-pk" if is_backwards else "pk")
    if cursor:
        rows = rows.filter(**{f"pk__{'lt' if is_backwards else 'gt'}": _place(request, cursor)})
    return _first(
        request, rows, say, limit=limit, cursor_of=lambda row: _signer(request).sign(row.pk)
    )


def page_by(
    request: Request,
    rows: QuerySet[Any],
    say: Callable[[Sequence[Any]], list[Any]],
    *,
    name: str,
    pattern: str,
) -> Response:
    """One page of rows that a name of their own orders, such as a key; `pattern` is its form.

    The cursor is the name of the last row, which may be gone by now. One query.
    """
    limit, cursor = limit_of(request), request.query_params.get("cursor")
    rows = rows.order_by(name)
    if cursor:
        if not re.fullmatch(pattern, cursor):
            raise _wrong("cursor", _("This cursor does not belong to this list."))
        rows = rows.filter(**{f"{name}__gt": cursor})
    return _first(request, rows, say, limit=limit, cursor_of=lambda row: getattr(row, name))


def moment(request: Request, name: str) -> datetime | None:
    """A time from the query string. Raises Invalid."""
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        return Moment().run_validation(text)
    except serializers.ValidationError as error:
        raise _wrong(name, error.detail[0]) from None


def choice(request: Request, name: str, choices: Sequence[str]) -> str | None:
    """One of the listed words from the query string. Raises Invalid."""
    text = request.query_params.get(name)
    if text and text not in choices:
        known = ", ".join(choices)
        raise _wrong(name, _("One of these is expected: %(known)s.") % {"known": known})
    return text or None


def word(request: Request, name: str, pattern: str) -> str | None:
    """A word of this form from the query string. Raises Invalid."""
    text = request.query_params.get(name)
    if text and not re.fullmatch(pattern, text):
        raise _wrong(name, _("Nothing can be called that."))
    return text or None


def limit_of(request: Request) -> int:
    """How many rows are wanted. Raises Invalid."""
    text = request.query_params.get("limit", str(DEFAULT))
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST))
    if not (is_number and 1 <= int(text) <= MOST):
        raise _wrong("limit", _("A number from 1 to %(most)d is expected.") % {"most": MOST})
    return int(text)


def _first(
    request: Request,
    rows: QuerySet[Any],
    say: Callable[[Sequence[Any]], list[Any]],
    *,
    limit: int,
    cursor_of: Callable[[Any], Any],
) -> Response:
    """The first rows, and where the page after them is."""
    found = list(rows[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    following = _address(request, cursor_of(found[-1])) if more else None
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return Response({"results": say(found), "next": following}, headers=headers)


def _signer(request: Request) -> Signer:
    """Signs cursors of this list alone: one of another list names another row."""
    return Signer(salt=f"courses.api.paging:{request.path}", sep=SEPARATOR)


def _place(request: Request, cursor: str) -> int:
    try:
        return int(_signer(request).unsign(cursor))
    except (BadSignature, ValueError):
        raise _wrong("cursor", _("This cursor does not belong to this list.")) from None


def _address(request: Request, cursor: object) -> str:
    given = {**request.query_params.dict(), "cursor": str(cursor)}
    return request.build_absolute_uri(f"{request.path}?{urlencode(given)}")


def _wrong(name: str, message: Any) -> Invalid:
    return Invalid(problems=[Problem(name, str(message))])
