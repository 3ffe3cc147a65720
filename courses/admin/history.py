"""What is changed on the stock pages gets an edition, in the transaction of the change."""

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from courses.admin.bases import AdminMixin
from courses.admin.rows import course_id_of
from courses.domain.authoring import editions
from courses.domain.authoring.edits import lock_course
from courses.models import Course, Edition, Tag


def origin_of(request: HttpRequest) -> editions.Origin:
    """Return who changes something on a stock page."""
    return editions.Origin(Edition.Channel.ADMIN, request.user, timezone.now())


class RecordsEditions(AdminMixin):
    """Records what its pages and actions change in rows that course files have, too."""

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Read the state before the change; the form itself has changed its row by now."""
        row = form.instance
        if editions.has_editions(row):
            course_id = course_id_of(row)
            if course_id:
                lock_course(course=Course(pk=course_id))
            form.states_before = editions.states_of([row])
        return super().save_form(request, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        row = form.instance
        if editions.has_editions(row):
            editions.record(
                course=editions.course_of(row),
                before=form.states_before,
                after=editions.states_of([row]),
                origin=origin_of(request),
            )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if self.model is Course:
            super().delete_model(request, obj)
            return
        with recording_rows(request, [obj]):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        if self.model is Course:
            super().delete_queryset(request, queryset)
            return
        with recording_rows(request, queryset):
            super().delete_queryset(request, queryset)


def recording_rows(request: HttpRequest, rows: Iterable[Any]) -> ExitStack:
    """Record what the block changes in any of these rows, course by course."""
    stack = ExitStack()
    found = [row for row in rows if editions.has_editions(row)]
    stack.enter_context(transaction.atomic())
    for course_id in sorted({course_id_of(row) or 0 for row in found}):
        course = Course.objects.get(pk=course_id)
        stack.enter_context(editions.recording_course(course=course, origin=origin_of(request)))
    for tag in (row for row in found if isinstance(row, Tag)):
        stack.enter_context(editions.recording(tag, origin=origin_of(request)))
    return stack
