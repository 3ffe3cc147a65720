"""What the buttons of the outline do: each is a command of one kind of row and one verb."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.studio.posted import row_number
from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin
from courses.errors import Invalid
from courses.models import Course, Edition, Lesson, Module, Quiz

MOVING = ("up", "down", "to")
ADDING = ("add_module", "add_lesson", "add_quiz")
_ADDED = gettext_lazy("“%(title)s” is added. Learners do not see it before it is published.")
_MOVED = gettext_lazy("“%(title)s” is moved.")
DONE = {
    **dict.fromkeys(MOVING, _MOVED),
    "publish": gettext_lazy("“%(title)s” is published."),
    "unpublish": gettext_lazy("“%(title)s” is a draft again. Learners do not see it."),
    "schedule": gettext_lazy("“%(title)s” will be published at the time that you set."),
    "unschedule": gettext_lazy("“%(title)s” stays a draft until you publish it."),
    "archive": gettext_lazy("“%(title)s” is archived."),
    "restore": gettext_lazy("“%(title)s” is restored."),
    **dict.fromkeys(ADDING, _ADDED),
}
"""The message about the row when it is done."""


@dataclass(frozen=True)
class OutlineCommand:
    """What a button asks for: `lesson:12:up:15`, or `module:3:add_lesson` with a title.

    `seen` are the tags of the lists that the page showed.
    """

    kind: str
    row: Any
    verb: str
    argument: str
    seen: tuple[str, ...]
    data: Any
    origin: Origin

    @property
    def course(self) -> Course:
        course: Course = self.row if self.kind == "course" else edits.course_of(self.row)
        return course

    @property
    def title(self) -> str:
        return str(self.data.get("title", "")).replace("\0", "").strip()

    @property
    def is_confirmed(self) -> bool:
        return "confirmed" in self.data

    @property
    def before(self) -> int | None:
        """The row before which it is to go; None: behind all."""
        return number_in(self.argument) if self.argument else None

    @property
    def module(self) -> Module | None:
        """The module that was chosen for the row; None for the quizzes of the whole course."""
        sent = self.data.get("module", "")
        return rows_of("module", self.course).get(pk=number_in(sent)) if sent else None

    @property
    def moment(self) -> datetime:
        """The time that was entered. Raises Invalid."""
        try:
            found = forms.DateTimeField().clean(self.data.get("publish_at", ""))
        except forms.ValidationError as error:
            raise Invalid(" ".join(error.messages)) from error
        assert isinstance(found, datetime)  # noqa: S101 (for the type checker)
        return found


Act = Callable[[OutlineCommand], Any]
"""Does it and returns the row to go back to."""


def command_of(request: HttpRequest, course: Course) -> OutlineCommand:
    """Return what was asked for. Raises Http404 for what no button sends."""
    sent = request.POST.get("do", "")
    kind, pk, verb, argument, seen = [*sent.split(":"), "", "", "", "", ""][:5]
    if (kind, verb) not in VERBS:
        raise Http404
    row = course
    if kind != "course":
        row = get_object_or_404(rows_of(kind, course), pk=number_in(pk))
    origin = Origin(Edition.Channel.STUDIO, request.user, timezone.now())
    tags = tuple(filter(None, seen.split(",")))
    return OutlineCommand(kind, row, verb, argument, tags, request.POST, origin)


def number_in(text: str) -> int:
    """Return the number of a row. Raises Http404 for what is none."""
    number = row_number(text)
    if number is None:
        raise Http404
    return number


def rows_of(kind: str, course: Course) -> Any:
    """Return the rows of a kind that the outline of the course shows."""
    if kind == "module":
        return Module.objects.filter(course=course).select_related("course")
    if kind == "lesson":
        return Lesson.objects.filter(module__course=course).select_related("module__course")
    return Quiz.objects.standalone().filter(course=course).select_related("course", "module")


def _step(command: OutlineCommand) -> Any:
    edits.move(
        row=command.row, before=command.before, seen="".join(command.seen), origin=command.origin
    )
    return command.row


def _move_to(command: OutlineCommand) -> Any:
    if command.kind == "module":
        return _step(command)
    try:
        module = command.module
    except Module.DoesNotExist as error:
        raise Invalid(_("Choose a module.")) from error
    if command.kind == "lesson" and module is None:
        raise Invalid(_("Choose a module."))
    edits.move_to(
        row=command.row,
        module=module,
        before=command.before,
        seen=command.seen,
        origin=command.origin,
    )
    return command.row


def _publish(command: OutlineCommand) -> Any:
    if command.kind == "course":
        edits.publish_course(course=command.row, origin=command.origin)
    else:
        edits.publish_part(
            row=command.row, is_confirmed=command.is_confirmed, origin=command.origin
        )
    return command.row


def _unpublish(command: OutlineCommand) -> Any:
    edits.unpublish_part(row=command.row, is_confirmed=command.is_confirmed, origin=command.origin)
    return command.row


def _schedule(command: OutlineCommand) -> Any:
    edits.schedule_part(row=command.row, at=command.moment, now=command.origin.now)
    return command.row


def _unschedule(command: OutlineCommand) -> Any:
    edits.schedule_part(row=command.row, at=None, now=command.origin.now)
    return command.row


def _archive(command: OutlineCommand) -> Any:
    edits.archive_part(row=command.row, is_confirmed=command.is_confirmed, origin=command.origin)
    return command.row


def _restore(command: OutlineCommand) -> Any:
    edits.restore_part(row=command.row, is_confirmed=command.is_confirmed, origin=command.origin)
    return command.row


def _add_module(command: OutlineCommand) -> Any:
    return edits.add_module(course=command.course, title=command.title, origin=command.origin)


def _add_lesson(command: OutlineCommand) -> Any:
    return edits.add_lesson(module=command.row, title=command.title, origin=command.origin)


def _add_quiz(command: OutlineCommand) -> Any:
    module = command.row if command.kind == "module" else None
    return edits.add_quiz(
        course=command.course, module=module, title=command.title, origin=command.origin
    )


_OF_PARTS: dict[str, Act] = {
    "up": _step,
    "down": _step,
    "to": _move_to,
    "publish": _publish,
    "schedule": _schedule,
    "unschedule": _unschedule,
    "archive": _archive,
    "restore": _restore,
}

VERBS: dict[tuple[str, str], tuple[Act, str]] = {
    **{
        (kind, verb): (act, f"change_{kind}")
        for kind in ("module", "lesson", "quiz")
        for verb, act in _OF_PARTS.items()
    },
    ("course", "publish"): (_publish, "change_course"),
    ("module", "unpublish"): (_unpublish, "change_module"),
    ("lesson", "unpublish"): (_unpublish, "change_lesson"),
    ("course", "add_module"): (_add_module, "add_module"),
    ("module", "add_lesson"): (_add_lesson, "add_lesson"),
    ("module", "add_quiz"): (_add_quiz, "add_quiz"),
    ("course", "add_quiz"): (_add_quiz, "add_quiz"),
}
"""What can be done with what, and the permission that it takes."""
