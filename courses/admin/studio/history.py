"""The history of a question: who changed what and when, and back to an earlier state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.frame import Step, frame
from courses.admin.studio.posted import row_number
from courses.domain.authoring import answering, edits
from courses.domain.authoring.editions import (
    FieldDifference,
    Origin,
    differences,
    editions_of,
)
from courses.domain.rights import Can, rights
from courses.errors import Conflict, CoursesError
from courses.models import Edition, Question

SHOWN = 50
"""So many editions stand on the page, the newest ones."""
TEMPLATE = "admin/cx_courses/studio/history.html"


@dataclass(frozen=True)
class HistoryEntry:
    """An edition with what it changed; the first one changed nothing."""

    edition: Edition
    differences: tuple[FieldDifference, ...]
    is_newest: bool

    @property
    def can_be_restored(self) -> bool:
        return not self.is_newest and bool(self.edition.hash)


def history(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the editions of a question, or restore one."""
    question = admin.get_object(request, str(pk))
    if question is None:
        raise Http404
    if not admin.has_view_permission(request, question):
        raise PermissionDenied
    may_edit = _may_edit(admin, request, question)
    number = request.POST.get("restore", "")
    if request.method != "POST" or not number:
        return _page(admin, request, question, may_edit=may_edit)
    if not may_edit:
        raise PermissionDenied
    return _restore(admin, request, question, number)


def _may_edit(admin: Any, request: HttpRequest, question: Question) -> bool:
    return (
        rights(by=request.user).may_everywhere(Can.EDIT, course=question.course)
        and admin.has_change_permission(request, question)
        and request.user.has_perm("cx_courses.add_questionversion")
    )


def _restore(admin: Any, request: HttpRequest, question: Question, number: str) -> HttpResponse:
    rows = editions_of(course=question.course, kind="question", key=question.key)
    edition = get_object_or_404(rows, number=row_number(number) or 0)
    try:
        with transaction.atomic():
            edits.restore_edition(
                question=question,
                edition=edition,
                based_on=request.POST.get("based_on", ""),
                is_confirmed="confirmed" in request.POST,
                by=request.user,
                origin=Origin(Edition.Channel.STUDIO, request.user, timezone.now()),
            )
    except edits.Overtaken:
        text = _("Somebody else has changed this since you opened the page. Look at it again.")
        return _page(admin, request, question, may_edit=True, refusal=text)
    except CoursesError as error:
        asked = edition.number if isinstance(error, Conflict) else 0
        text = str(error)
        return _page(admin, request, question, may_edit=True, refusal=text, confirmable=asked)
    admin.log_change(request, question, [{"changed": {"fields": [_("question")]}}])
    admin.message_user(request, _("Number %(number)d is restored.") % {"number": edition.number})
    return redirect("admin:cx_courses_question_editions", question.pk)


def _page(
    admin: Any, request: HttpRequest, question: Question, *, may_edit: bool, **more: Any
) -> HttpResponse:
    bank = reverse("admin:cx_courses_course_bank", args=[question.course_id])
    page = reverse("admin:cx_courses_question_edit", args=[question.pk])
    context = frame(
        admin,
        request,
        title=_("History"),
        course=question.course,
        crumbs=[
            Step(question.course.title),
            Step(_("Question bank"), bank),
            Step(question.key, page if may_edit else ""),
        ],
        question=question,
        entries=list(_entries(question)),
        answered=answering.answered_versions(question=question, by=request.user),
        based_on=edits.content_tag(row=question),
        may_edit=may_edit,
        **more,
    )
    return TemplateResponse(request, TEMPLATE, context)


def _entries(question: Question) -> Iterator[HistoryEntry]:
    """Yield the newest editions, each with what it changed in the one before."""
    rows = editions_of(course=question.course, kind="question", key=question.key)
    rows = rows.select_related("by", "client", "version__question").defer("version__data")
    found: Sequence[Edition] = list(rows[: SHOWN + 1])
    for index, edition in enumerate(found[:SHOWN]):
        former = found[index + 1] if index + 1 < len(found) else None
        changed = differences(former.values, after=edition.values) if former else ()
        yield HistoryEntry(edition, changed, is_newest=index == 0)
