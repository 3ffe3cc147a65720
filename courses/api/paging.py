"""Lists in pages. A cursor holds the place of the last row seen, and outlives that row."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import pagination
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from courses import sealing
from courses.api.parameters import WholeNumber, first_message, refused

DEFAULT, MOST = 50, 100
LIMIT_TEXT = f"Rows on a page; {DEFAULT} if not given."
LIMIT_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MOST}


class Limit(WholeNumber):
    """How many rows are wanted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MOST, help_text=LIMIT_TEXT, **kwargs)


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
    request: Request
    schema_name = "{}Page"
    """The name of the component for a page of some rows."""

    @property
    def names(self) -> set[str]:
        """The query parameters that it reads."""
        return {"cursor", "limit"} | ({"order"} if self.orders else set())

    def get_page_size(self, request: Request) -> int:
        try:
            return int(Limit().run_validation(request.query_params.get("limit", str(DEFAULT))))
        except ValidationError as error:
            raise refused("limit", first_message(error)) from None

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
        return pagination.Cursor(offset=0, reverse=False, position=place)  # type: ignore[arg-type]

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

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri", "description": "The page after this."}
        return _list_schema(results=schema, next=link)


class KeyPagination(CursorPagination):
    """Pages of rows in the order of their keys."""

    ordering = "key"
    orders: ClassVar[Mapping[str, str]] = {}


class WholeList(pagination.BasePagination):
    """Short lists in one answer, `{"results": […]}`, without pages."""

    names: ClassVar[set[str]] = set()
    schema_name = "{}List"

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        return list(queryset)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data})

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        return _list_schema(results=schema)


def _list_schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties)}
