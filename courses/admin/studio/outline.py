"""The course's outline: what it is made of, in order, with the ways to move, add and publish.

Every button is a post of its own. A move names the row before which it goes and the order that
was shown, so positions are never typed and two people may move rows at once.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import pgettext

from courses.admin.own import rights_of
from courses.admin.studio.frame import Step, frame
from courses.admin.studio.outline_commands import (
    ADDING,
    DONE,
    MOVING,
    VERBS,
    OutlineCommand,
    command_of,
)
from courses.admin.studio.tree import OutlineTree
from courses.domain.authoring import edits
from courses.domain.rights import Can, rights
from courses.errors import Conflict, Invalid
from courses.models import Course

TEMPLATE = "admin/cx_courses/studio/outline.html"


def outline(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the outline of a course, or do what a button asks for."""
    course = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    reads = rights_of(request).may(Can.READ, course=course)
    if not (reads and admin.has_view_permission(request, course)):
        raise PermissionDenied
    if request.method == "POST":
        return _act(admin, request, course)
    return _page(admin, request, course)


def _page(
    admin: Any, request: HttpRequest, course: Course, *, status: int = 200, **more: Any
) -> HttpResponse:
    at = request.GET.get("at", "")
    context = frame(
        admin,
        request,
        title=pgettext("of a course", "Outline"),
        course=course,
        here="outline",
        crumbs=[Step(course.title)],
        tree=OutlineTree(course, at=at),
        may_edit=_may_edit(request, course),
        at=at,
        by=request.GET.get("by", ""),
        **more,
    )
    return TemplateResponse(request, TEMPLATE, context, status=status)


def _may_edit(request: HttpRequest, course: Course) -> bool:
    return rights(by=request.user).may_everywhere(Can.EDIT, course=course)


def _act(admin: Any, request: HttpRequest, course: Course) -> HttpResponse:
    command = command_of(request, course)
    act, permission = VERBS[command.kind, command.verb]
    if not (_may_edit(request, course) and request.user.has_perm(f"cx_courses.{permission}")):
        raise PermissionDenied
    try:
        row = act(command)
    except (Invalid, edits.OrderChanged) as error:
        problems = error.problems if isinstance(error, Invalid) else ()
        text = " ".join(problem.message for problem in problems) or str(error)
        admin.message_user(request, f"{command.row}: {text}", messages.ERROR)
        return _back(course, command, command.row)
    except Conflict as error:
        if command.verb in MOVING:
            admin.message_user(request, f"{command.row}: {error.message}", messages.ERROR)
            return _back(course, command, command.row)
        asked = {"text": str(error.message), "do": request.POST["do"], "row": command.row}
        return _page(admin, request, course, status=409, asked=asked)
    _log(admin, request, command, row)
    admin.message_user(request, str(DONE[command.verb]) % {"title": row})
    if command.verb == "add_lesson" and request.user.has_perm("cx_courses.change_lesson"):
        return redirect("admin:cx_courses_lesson_edit", row.pk)
    return _back(course, command, row)


def _log(admin: Any, request: HttpRequest, command: OutlineCommand, row: Any) -> None:
    if command.verb in ADDING:
        admin.log_addition(request, row, [{"added": {}}])
    else:
        field = "position" if command.verb in MOVING else "state"
        admin.log_change(request, row, [{"changed": {"fields": [field]}}])


def _back(course: Course, command: OutlineCommand, row: Any) -> HttpResponse:
    """Return to the row, with the focus on the button that was pressed."""
    where = {"at": f"{row._meta.model_name}-{row.pk}", "by": command.verb}
    address = redirect("admin:cx_courses_course_outline", course.pk)
    address["Location"] += f"?{urlencode(where)}"
    return address
