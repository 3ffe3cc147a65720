"""The history of one thing of a course: who changed what and when, and back to an earlier state.

One page for every kind that course files have. That of a course also shows who got which role,
and what learners were granted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.changes import Change, changes
from courses.admin.studio.frame import Step, frame
from courses.admin.studio.posted import row_number
from courses.domain.authoring import answering, edits
from courses.domain.authoring.editions import (
    Origin,
    course_of,
    editions_of,
    has_editions,
    name_of,
    state_of,
)
from courses.domain.rights import Can, rights
from courses.domain.trail import trail
from courses.errors import Conflict, CoursesError
from courses.models import Asset, Course, Edition, Lesson, Question, Quiz, Tag

SHOWN = 50
"""So many editions stand on a page, the newest first."""
TEMPLATE = "admin/cx_courses/studio/history.html"
EDITORS = {Lesson: "edit", Question: "edit", Quiz: "build", Course: "outline"}
"""Where a thing is written; everything else is written on its record's page."""


@dataclass(frozen=True)
class HistoryEntry:
    """An edition with what it changed; the first one changed nothing."""

    edition: Edition
    changes: tuple[Change, ...]
    is_newest: bool

    @property
    def can_be_restored(self) -> bool:
        return not self.is_newest and bool(self.edition.hash)


@dataclass(frozen=True)
class Comparison:
    """Two editions, the older first, and what differs."""

    before: Edition
    after: Edition
    changes: tuple[Change, ...]


class History:
    """The editions of a row that the page shows, and what the person may do with them."""

    def __init__(self, admin: Any, request: HttpRequest, row: Any) -> None:
        self.admin, self.request, self.row = admin, request, row
        self.course = course_of(row)
        self.kind, self.key = name_of(row)
        self.rows = editions_of(course=self.course, kind=self.kind, key=self.key)

    @cached_property
    def may_edit(self) -> bool:
        may_write = not isinstance(self.row, Question) or self.request.user.has_perm(
            "cx_courses.add_questionversion"
        )
        granted = rights(by=self.request.user).may_everywhere(Can.EDIT, course=self.course)
        return granted and may_write and self.admin.has_change_permission(self.request, self.row)

    @cached_property
    def _shown(self) -> list[Edition]:
        """The editions of this page, and the one before the last of them."""
        rows = self.rows.select_related("by", "reviewed_by", "client", "version__question")
        rows = rows.defer("version__data")
        before = row_number(self.request.GET.get("before", ""))
        if before is not None:
            rows = rows.filter(number__lt=before)
        return list(rows[: SHOWN + 1])

    @cached_property
    def newest(self) -> int:
        """The number of the edition that holds the present state."""
        found = self.rows.values_list("number", "hash").first()
        if found is None or (isinstance(self.row, Tag) and found[1] != self._hash):
            return 0  # Its questions have changed since.
        return found[0]

    @property
    def _hash(self) -> str:
        state = state_of(self.row)
        return state.hash if state is not None else ""

    @cached_property
    def entries(self) -> list[HistoryEntry]:
        return list(self._entries(self._shown))

    def _entries(self, found: Sequence[Edition]) -> Iterator[HistoryEntry]:
        for index, edition in enumerate(found[:SHOWN]):
            former = found[index + 1] if index + 1 < len(found) else None
            changed = self._changes(former, edition) if former else ()
            yield HistoryEntry(edition, changed, is_newest=edition.number == self.newest)

    @property
    def older(self) -> int | None:
        """From which edition on the next page goes, if there is one."""
        return self._shown[SHOWN - 1].number if len(self._shown) > SHOWN else None

    @cached_property
    def compared(self) -> Comparison | None:
        """The two editions that were chosen; None where they are not two of this thing."""
        asked = (self.request.GET.get("from", ""), self.request.GET.get("to", ""))
        numbers = sorted({row_number(one) or 0 for one in asked})
        found = list(self.rows.filter(number__in=numbers).order_by("number"))
        if len(found) != 2:  # noqa: PLR2004 (two are compared)
            return None
        before, after = found
        return Comparison(before, after, self._changes(before, after))

    def _changes(self, before: Edition, after: Edition) -> tuple[Change, ...]:
        return changes(kind=self.kind, before=before.values, after=after.values)

    @property
    def editor(self) -> str:
        """Where the thing is written."""
        model = self.row._meta.model_name
        name = EDITORS.get(type(self.row), "change")
        return reverse(f"admin:cx_courses_{model}_{name}", args=[self.row.pk])

    @property
    def trail(self) -> list[Any]:
        if not isinstance(self.row, Course):
            return []
        return trail(course=self.row, by=self.request.user)


def history(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the editions of something, or restore one."""
    row = admin.get_object(request, str(pk))
    if row is None or not has_editions(row):
        raise Http404
    if not admin.has_view_permission(request, row):
        raise PermissionDenied
    shown = History(admin, request, row)
    number = request.POST.get("restore", "")
    if request.method != "POST" or not number:
        return _page(shown)
    if not shown.may_edit:
        raise PermissionDenied
    return _restore(shown, number)


def _restore(shown: History, number: str) -> HttpResponse:
    request, row = shown.request, shown.row
    edition = get_object_or_404(shown.rows, number=row_number(number) or 0)
    try:
        with transaction.atomic():
            edits.restore_edition(
                row=row,
                edition=edition,
                based_on=request.POST.get("based_on", ""),
                is_confirmed="confirmed" in request.POST,
                by=request.user,
                origin=Origin(Edition.Channel.STUDIO, request.user, timezone.now()),
            )
    except edits.Overtaken:
        text = _("Somebody else has changed this since you opened the page. Look at it again.")
        return _page(History(shown.admin, request, _again(row)), refusal=text)
    except CoursesError as error:
        asked = edition.number if isinstance(error, Conflict) else 0
        return _page(
            History(shown.admin, request, _again(row)), refusal=str(error), confirmable=asked
        )
    shown.admin.log_change(request, row, [{"changed": {"fields": [_("earlier state")]}}])
    text = _("Number %(number)d is restored.") % {"number": edition.number}
    shown.admin.message_user(request, text)
    return redirect(f"admin:cx_courses_{row._meta.model_name}_editions", row.pk)


def _again(row: Any) -> Any:
    """Return the row as it is stored: a refused change may have left its values in the object."""
    return type(row)._default_manager.get(pk=row.pk)


def _page(shown: History, **more: Any) -> HttpResponse:
    course, row = shown.course, shown.row
    outline = reverse("admin:cx_courses_course_outline", args=[course.pk])
    steps = [Step(course.title, outline)]
    if isinstance(row, Question):
        bank = reverse("admin:cx_courses_course_bank", args=[course.pk])
        steps.append(Step(_("Question bank"), bank))
    if not isinstance(row, Course):
        steps.append(Step(_name(row), shown.editor if shown.may_edit else ""))
    context = frame(
        shown.admin,
        shown.request,
        title=_("History"),
        course=course,
        crumbs=steps,
        history=shown,
        name=_name(row),
        kind=row._meta.verbose_name,
        based_on=edits.content_tag(row=row),
        may_edit=shown.may_edit,
        entries=shown.entries,
        answered=_answered(row, shown.request.user),
        **more,
    )
    return TemplateResponse(shown.request, TEMPLATE, context)


def _answered(row: Any, by: Any) -> list[answering.AnsweredVersion]:
    return answering.answered_versions(question=row, by=by) if isinstance(row, Question) else []


def _name(row: Any) -> str:
    if isinstance(row, Asset):
        return row.name
    return str(getattr(row, "title", "") or row.key)
