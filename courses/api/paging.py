"""Lists, a page at a time. A cursor names the last row seen; nothing is counted or skipped."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.schema import query
from courses.api.values import Moment, Shape
from courses.errors import Invalid, Problem

DEFAULT, MOST = 50, 100

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
    *,
    uuid_path: str = "uuid",
    order: str = "pk",
) -> Response:
    """One page of the rows in the order in which they were made, or backwards.

    `uuid_path` leads from a row to the id that stands for it outside, `order` to what it is
    ordered by. Two queries at most, whatever the number of rows.
    """
    limit, cursor = limit_of(request), request.query_params.get("cursor")
    is_backwards = choice(request, "order", ORDERS) == "-created"
    rows = rows.order_by(f"-{order}" if is_backwards else order)
    if cursor:
        last = rows.filter(**{uuid_path.replace(".", "__"): _uuid("cursor", cursor)})
        start = last.values_list(order, flat=True).first()
        if start is None:
            raise _wrong("cursor", _("This cursor does not belong to this list."))
        rows = rows.filter(**{f"{order}__{'lt' if is_backwards else 'gt'}": start})
    return _first(request, rows, say, limit=limit, path=uuid_path)


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
    return _first(request, rows, say, limit=limit, path=name)


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
    path: str,
) -> Response:
    """The first rows, and where the page after them is."""
    found = list(rows[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    following = _address(request, found[-1], path) if more else None
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return Response({"results": say(found), "next": following}, headers=headers)


def _uuid(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _wrong(name, _("This cursor does not belong to this list.")) from None


def _address(request: Request, row: Any, path: str) -> str:
    value = row
    for name in path.split("."):
        value = getattr(value, name)
    given = {**request.query_params.dict(), "cursor": str(value)}
    return request.build_absolute_uri(f"{request.path}?{urlencode(given)}")


def _wrong(name: str, message: Any) -> Invalid:
    return Invalid(problems=[Problem(name, str(message))])
