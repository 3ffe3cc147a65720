"""The course's outline: what it is made of, in order, with the ways to move, add and publish.

Every button is a post of its own. A move names the row before which it goes, so positions are
never typed and two people may move rows at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext

from courses.admin.studio.frame import Step, frame
from courses.admin.studio.posted import row_number
from courses.admin.studio.tree import OutlineTree
from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin
from courses.domain.rights import Can, rights
from courses.errors import Conflict, Invalid
from courses.models import Course, Edition, Lesson, Module, Quiz

_MOVING = ("up", "down")
_ADDING = ("add_module", "add_lesson", "add_quiz")
_ADDED = gettext_lazy("“%(title)s” is added. Learners do not see it before it is published.")
DONE = {
    "up": gettext_lazy("“%(title)s” is moved."),
    "down": gettext_lazy("“%(title)s” is moved."),
    "publish": gettext_lazy("“%(title)s” is published."),
    "hide": gettext_lazy("“%(title)s” is hidden from learners."),
    "archive": gettext_lazy("“%(title)s” is archived."),
    "restore": gettext_lazy("“%(title)s” is restored."),
    **dict.fromkeys(_ADDING, _ADDED),
}
"""What is said of the row when it is done."""
TEMPLATE = "admin/cx_courses/studio/outline.html"


@dataclass(frozen=True)
class OutlineCommand:
    """What a button asks for: `lesson:12:up:15`, or `module:3:add_lesson` with a title."""

    kind: str
    row: Any
    verb: str
    argument: str
    title: str
    is_confirmed: bool
    origin: Origin

    @property
    def course(self) -> Course:
        course: Course = self.row if self.kind == "course" else edits.course_of(self.row)
        return course


Act = Callable[[OutlineCommand], Any]
"""Does it and returns the row to go back to."""


def outline(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the outline of a course, or do what a button asks for."""
    course = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    if not admin.has_view_permission(request, course):
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
    command = _command(request, course)
    act, permission = VERBS[command.kind, command.verb]
    if not (_may_edit(request, course) and request.user.has_perm(f"cx_courses.{permission}")):
        raise PermissionDenied
    try:
        row = act(command)
    except Invalid as error:
        text = " ".join(problem.message for problem in error.problems) or str(error)
        admin.message_user(request, f"{command.row}: {text}", messages.ERROR)
        return _back(course, command, command.row)
    except Conflict as error:
        if command.verb in _MOVING:
            admin.message_user(request, str(error.message), messages.ERROR)
            return _back(course, command, command.row)
        asked = {"text": str(error.message), "do": request.POST["do"], "row": command.row}
        return _page(admin, request, course, status=409, asked=asked)
    if command.verb in _ADDING:
        admin.log_addition(request, row, [{"added": {}}])
    else:
        field = "position" if command.verb in _MOVING else "state"
        admin.log_change(request, row, [{"changed": {"fields": [field]}}])
    admin.message_user(request, str(DONE[command.verb]) % {"title": row})
    if command.verb == "add_lesson" and request.user.has_perm("cx_courses.change_lesson"):
        return redirect("admin:cx_courses_lesson_edit", row.pk)
    return _back(course, command, row)


def _back(course: Course, command: OutlineCommand, row: Any) -> HttpResponse:
    """Return to the row, with the focus on the button that was pressed."""
    where = {"at": f"{row._meta.model_name}-{row.pk}", "by": command.verb}
    address = redirect("admin:cx_courses_course_outline", course.pk)
    address["Location"] += f"?{urlencode(where)}"
    return address


def _command(request: HttpRequest, course: Course) -> OutlineCommand:
    kind, pk, verb, argument = [*request.POST.get("do", "").split(":"), "", "", "", ""][:4]
    if (kind, verb) not in VERBS:
        raise Http404
    row = course if kind == "course" else get_object_or_404(_rows(kind, course), pk=_number(pk))
    title = request.POST.get("title", "").replace("\0", "").strip()
    origin = Origin(Edition.Channel.STUDIO, request.user, timezone.now())
    return OutlineCommand(kind, row, verb, argument, title, "confirmed" in request.POST, origin)


def _number(text: str) -> int:
    number = row_number(text)
    if number is None:
        raise Http404
    return number


def _rows(kind: str, course: Course) -> Any:
    if kind == "module":
        return Module.objects.filter(course=course).select_related("course")
    if kind == "lesson":
        return Lesson.objects.filter(module__course=course).select_related("module__course")
    return Quiz.objects.standalone().filter(course=course).select_related("course", "module")


def _move(command: OutlineCommand) -> Any:
    before = _number(command.argument) if command.argument else None
    edits.move(row=command.row, before=before, origin=command.origin)
    return command.row


def _publish(command: OutlineCommand) -> Any:
    if command.kind == "course":
        edits.publish_course(course=command.row)
    elif command.kind == "quiz":
        edits.publish_quiz(quiz=command.row, origin=command.origin)
    else:
        edits.publish_part(
            row=command.row, is_confirmed=command.is_confirmed, origin=command.origin
        )
    return command.row


def _hide(command: OutlineCommand) -> Any:
    edits.hide_part(row=command.row, is_confirmed=command.is_confirmed, origin=command.origin)
    return command.row


def _archive(command: OutlineCommand) -> Any:
    return edits.archive_quiz(quiz=command.row, origin=command.origin)


def _restore(command: OutlineCommand) -> Any:
    return edits.restore_quiz(quiz=command.row, origin=command.origin)


def _add_module(command: OutlineCommand) -> Any:
    return edits.add_module(course=command.course, title=command.title, origin=command.origin)


def _add_lesson(command: OutlineCommand) -> Any:
    return edits.add_lesson(module=command.row, title=command.title, origin=command.origin)


def _add_quiz(command: OutlineCommand) -> Any:
    module = command.row if command.kind == "module" else None
    return edits.add_quiz(
        course=command.course, module=module, title=command.title, origin=command.origin
    )


VERBS: dict[tuple[str, str], tuple[Act, str]] = {
    **{
        (kind, verb): (_move, f"change_{kind}")
        for kind in ("module", "lesson", "quiz")
        for verb in ("up", "down")
    },
    **{
        (kind, "publish"): (_publish, f"change_{kind}")
        for kind in ("course", "module", "lesson", "quiz")
    },
    ("module", "hide"): (_hide, "change_module"),
    ("lesson", "hide"): (_hide, "change_lesson"),
    ("quiz", "archive"): (_archive, "change_quiz"),
    ("quiz", "restore"): (_restore, "change_quiz"),
    ("course", "add_module"): (_add_module, "add_module"),
    ("module", "add_lesson"): (_add_lesson, "add_lesson"),
    ("module", "add_quiz"): (_add_quiz, "add_quiz"),
    ("course", "add_quiz"): (_add_quiz, "add_quiz"),
}
"""What can be done with what, and the permission that it takes."""
