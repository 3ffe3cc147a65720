"""The base of the view sets of authoring: find a row, lock it while it is changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response

from courses.api import etags
from courses.api.paging import KeyPagination
from courses.api.values import StrictSerializer
from courses.api.viewsets import ApiViewSet
from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin
from courses.errors import Invalid, NotFound, Problem
from courses.models import Course, Edition

KEY = r"[-a-zA-Z0-9_]{1,80}"
"""What a key in an address or a filter may look like; new ones are held to more."""
Row = TypeVar("Row", bound=Model)
OBJECTIVE = r"[^/\x00-\x1f\x7f]{1,40}"


class AuthoringViewSet(ApiViewSet):
    """Rows of one kind in a course, each by its key: `lookup_url_kwarg` names its kind."""

    scopes = "authoring:write"
    pagination_class = KeyPagination
    lookup_field = "key"
    lookup_url_kwarg: str
    lookup_value_converter = "slug"

    serializer: ClassVar[type[StrictSerializer]]
    """What a row is answered with."""
    has_more_rows: ClassVar[bool] = False
    """Whether an answer holds other rows, which must be read again after a change."""

    def rows(self, course: Course) -> QuerySet[Any]:
        """Return what the course has of this kind, with all that an answer needs."""
        raise NotImplementedError

    def serialize(self, row: Any) -> dict[str, Any]:
        """Return the row as it is answered."""
        return self.serializer.serialize(row)

    def get_queryset(self) -> QuerySet[Any]:
        return self.rows(self.course())

    def course(self, *, is_locked: bool = False) -> Course:
        """Return a course in any state that the credential reaches. Raises NotFound.

        Locked, other writers of the course wait until the transaction ends.
        """
        row = one(self.request.auth.authored(), key=self.kwargs["course"])
        return edits.lock_course(course=row) if is_locked else row

    def row(self, *, is_locked: bool = False) -> Any:
        """Return the row that the address names. Raises NotFound."""
        name = self.kwargs[self.lookup_url_kwarg]
        return one(self.rows(self.course(is_locked=is_locked)), **{self.lookup_field: name})

    @contextmanager
    def changing(self) -> Iterator[Any]:
        """Hold the row, locked, as long as it is as the author saw it. Raises NotFound, Refusal."""
        with transaction.atomic():
            row = self.row(is_locked=True)
            etags.require_match(self.request, self.serialize(row))
            yield row

    @property
    def origin(self) -> Origin:
        """Who changes something by this request, for its history."""
        client = self.request.auth.client
        return Origin(Edition.Channel.API, None, timezone.now(), client=client)

    def answer(self, row: Any, **more: Any) -> Response:
        """Answer the row with its ETag."""
        return etags.tagged(self.serialize(row), **more)

    def changed(self, row: Any, **more: Any) -> Response:
        """Answer the row after a change."""
        if self.has_more_rows:
            row = self.rows(row.course).get(pk=row.pk)
        return self.answer(row, **more)

    def created(self, row: Any, *names: Any, status: int = 201) -> Response:
        """Answer a new row, with its address in `Location`."""
        place = [self.kwargs[name] for name in self.kwargs] + [*names]
        address = reverse(f"cx_courses:api:{self.basename}-detail", args=place)
        location = self.request.build_absolute_uri(address)
        return self.changed(row, status=status, Location=location)

    def values(self, serializer: type[StrictSerializer], key: str) -> dict[str, Any]:
        """Return the validated values for the row of this key. Raises Invalid for another key."""
        data = self.request.data
        if isinstance(data, dict) and data.get("key", key) != key:
            raise Invalid(problems=[Problem("key", _("A key never changes."))])
        return serializer.validated(data)


def place_of(values: dict[str, Any]) -> dict[str, Any]:
    """Return the module and position among what was sent; "" and None where they are missing."""
    return {"module": values["module"] or "", "position": values.get("position")}


def one(rows: QuerySet[Row], **names: Any) -> Row:
    """Return the row of this name. Raises NotFound."""
    row = rows.filter(**names).first()
    if row is None:
        raise NotFound
    return row
