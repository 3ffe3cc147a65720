"""Lists in pages. A cursor holds the place of the last row seen, and outlives that row."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import pagination, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses import sealing
from courses.api.values import StrictSerializer
from courses.errors import Invalid, Problem

DEFAULT, MOST = 50, 100
LIMIT_TEXT = f"Rows on a page; {DEFAULT} if not given."
LIMIT_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MOST}


class CursorPagination(pagination.CursorPagination):
    """Pages of rows in the order in which they were made, or backwards. One query each.

    A cursor is encrypted, holds for the address of its list alone, and names a unique value: the
    row at which the page before ended may have left the list since, or be gone.
    """

    page_size = DEFAULT
    max_page_size = MOST
    page_size_query_param = "limit"
    cursor_query_param = "cursor"
    ordering = "pk"
    orders: ClassVar[Mapping[str, str]] = {"created": "pk", "-created": "-pk"}
    """What `order` may be, and the column that it stands for; empty: the list has one order."""
    template = None

    @property
    def names(self) -> set[str]:
        """The query parameters that it reads."""
        return {"cursor", "limit"} | ({"order"} if self.orders else set())

    def get_page_size(self, request: Request) -> int:
        return limit_of(request)

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str]:
        asked = request.query_params.get("order") if self.orders else None
        if asked and asked not in self.orders:
            known = ", ".join(self.orders)
            raise refused("order", _("One of these is expected: %(known)s.") % {"known": known})
        return (self.orders[asked] if asked else self.ordering,)

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        text = request.query_params.get("cursor")
        if not text:
            return None
        try:
            place = sealing.reveal(text, about=request.path)
        except sealing.Unreadable:
            raise refused("cursor", _("This cursor does not belong to this list.")) from None
        return pagination.Cursor(offset=0, reverse=False, position=place)

    def encode_cursor(self, cursor: pagination.Cursor) -> str:
        text = sealing.conceal(str(cursor.position), about=self.request.path)
        given = {**self.request.query_params.dict(), "cursor": text}
        return str(self.request.build_absolute_uri(f"{self.request.path}?{urlencode(given)}"))

    def get_paginated_response(self, data: Any) -> Response:
        following = self.get_next_link()
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return Response({"results": data, "next": following}, headers=headers)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        found = [
            ("cursor", "Where the page before ended; take it from `next`.", {"type": "string"}),
            ("limit", LIMIT_TEXT, LIMIT_SCHEMA),
        ]
        if self.orders:
            text = "`-created`: the newest first. Keep it from page to page."
            found.append(("order", text, {"type": "string", "enum": sorted(self.orders)}))
        return [
            {"in": "query", "name": name, "schema": schema, "description": text}
            for name, text, schema in found
        ]


class KeyPagination(CursorPagination):
    """Pages of rows in the order of their keys."""

    ordering = "key"
    orders: ClassVar[Mapping[str, str]] = {}


def page_of(item: type[StrictSerializer], name: str) -> type[StrictSerializer]:
    """A serializer of a page of such items."""
    fields = {
        "results": item(many=True),
        "next": serializers.URLField(allow_null=True, help_text="The page after this."),
        "is_page": True,
    }
    return type(f"{name}Page", (StrictSerializer,), fields)


def limit_of(request: Request) -> int:
    """How many rows are wanted. Raises Invalid."""
    text = request.query_params.get("limit", str(DEFAULT))
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST))
    if not (is_number and 1 <= int(text) <= MOST):
        raise refused("limit", _("A number from 1 to %(most)d is expected.") % {"most": MOST})
    return int(text)


def refused(name: str, message: Any) -> Invalid:
    """The refusal of a query parameter."""
    return Invalid(problems=[Problem(name, str(message))])
