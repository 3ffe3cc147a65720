"""The page on which a lesson is written: its text, what it is about, a preview.

The whole form is posted whatever button is pressed. That for the preview only shows it again;
nothing is stored until it is saved.
"""

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.frame import Step, frame
from courses.admin.studio.lesson_form import LessonTextForm
from courses.admin.studio.links import SiteLinks
from courses.domain.authoring import edits, marks
from courses.domain.authoring.editions import Origin
from courses.domain.rights import Can, rights
from courses.errors import Conflict, Invalid
from courses.models import Edition, Lesson

SAVE, PUBLISH = "save", "publish"
SAVING = (SAVE, PUBLISH)


class LessonDraft:
    """What is stored of a lesson and what was sent, ready to be shown and saved."""

    def __init__(self, request: HttpRequest, lesson: Lesson) -> None:
        self.lesson, self.course = lesson, lesson.module.course
        is_sent = request.method == "POST"
        self.verb = request.POST.get("do", "")
        self.form = LessonTextForm(request.POST if is_sent else None, lesson=lesson)
        self.based_on = request.POST.get("based_on", "") if is_sent else self._tag()
        self.is_confirmed = "confirmed" in request.POST
        self.refusal = ""
        self.may_confirm = False
        self.differences: list[dict[str, str]] = []

    def _tag(self) -> str:
        return edits.content_tag(row=self.lesson)

    @property
    def wants_saving(self) -> bool:
        return self.verb in SAVING

    @property
    def errors(self) -> list[dict[str, str]]:
        """Everything that saving stopped at, in the order of the page, with where it is."""
        if not self.wants_saving:
            return []
        return [
            {
                "id": self.form[name].id_for_label or f"id_{name}_0",
                "words": label,
                "message": str(text),
            }
            for name, label in ((one.name, str(one.label)) for one in self.form)
            for text in self.form.errors.get(name, ())
        ]

    def add_problems(self, error: Invalid) -> None:
        """Put each problem beside the field that it is about."""
        for problem in error.problems:
            field = problem.path.partition(".")[0]
            if field in self.form.fields:
                self.form.add_error(field, problem.message)
            else:
                self.refusal = f"{self.refusal} {problem}".strip()

    def refuse(self, message: str) -> None:
        """Say why nothing was saved where that is about no field."""
        self.refusal, self.may_confirm = message, True

    def meet_other(self, message: str) -> None:
        """Show what somebody else saved meanwhile, beside what stands in the form.

        The next saving goes on from there.
        """
        self.refusal = message
        self.based_on = self._tag()
        stored = LessonTextForm(lesson=Lesson.objects.get(pk=self.lesson.pk))
        self.differences = [
            {"words": str(mine.label), "theirs": _text(theirs)}
            for mine, theirs in zip(self.form, stored, strict=True)
            if _text(mine) != _text(theirs)
        ]

    @cached_property
    def unsaved(self) -> Lesson:
        return Lesson(module=self.lesson.module, key=self.lesson.key, body=self.form.body_text)

    @cached_property
    def preview(self) -> edits.LessonPreview:
        """The text as a learner would see it."""
        return edits.preview_lesson(lesson=self.unsaved)

    @cached_property
    def oddities(self) -> list[tuple[int, str]]:
        """Marks that name nothing and other errors of the text, by line."""
        return marks.lesson_oddities(lesson=self.unsaved)


def _text(field: Any) -> str:
    """Return the value of a field as people read it."""
    value = field.value()
    choices = getattr(field.field, "choices", ())
    if not choices:
        return str(field.field.prepare_value(value) or "").replace("\r\n", "\n")
    chosen = set(value if isinstance(value, list) else [value])
    flat = [
        pair for key, sub in choices for pair in (sub if isinstance(sub, list) else [(key, sub)])
    ]
    return "\n".join(str(label) for key, label in flat if key in chosen)


def edit(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show a lesson to be edited, or do with it what a button asks for."""
    lesson = admin.get_object(request, str(pk))
    if lesson is None:
        raise Http404
    may_edit = rights(by=request.user).may_everywhere(Can.EDIT, course=lesson.module.course)
    if not (may_edit and admin.has_change_permission(request, lesson)):
        raise PermissionDenied
    draft = LessonDraft(request, lesson)
    if draft.wants_saving and draft.form.is_valid():
        saved = _save(admin, request, draft)
        if saved is not None:
            return saved
    return _page(admin, request, draft)


def _page(admin: Any, request: HttpRequest, draft: LessonDraft) -> HttpResponse:
    lesson, course = draft.lesson, draft.course
    context = frame(
        admin,
        request,
        title=lesson.title,
        course=course,
        crumbs=[
            Step(course.title, reverse("admin:cx_courses_course_outline", args=[course.pk])),
            Step(lesson.module.title),
        ],
        lesson=lesson,
        draft=draft,
        form=draft.form,
        links=SiteLinks(course.key, lesson.module.key),
    )
    return TemplateResponse(request, "admin/cx_courses/studio/lesson.html", context)


def _save(admin: Any, request: HttpRequest, draft: LessonDraft) -> HttpResponse | None:
    """Save and go on, or None with the problems in the draft."""
    try:
        with transaction.atomic():
            lesson = _stored(request, draft)
    except edits.Overtaken as error:
        draft.meet_other(str(error.message))
        return None
    except Invalid as error:
        draft.add_problems(error)
        return None
    except Conflict as error:
        draft.refuse(str(error.message))
        return None
    admin.log_change(request, lesson, [{"changed": {"fields": [_("lesson")]}}])
    text = (
        _("“%(title)s” is saved. Learners do not see it before it is published.")
        if lesson.is_draft or lesson.is_archived
        else _("“%(title)s” is saved. Learners see it now.")
    )
    admin.message_user(request, text % {"title": lesson.title})
    return redirect("admin:cx_courses_lesson_edit", lesson.pk)


def _stored(request: HttpRequest, draft: LessonDraft) -> Lesson:
    origin = Origin(Edition.Channel.STUDIO, request.user, timezone.now())
    is_confirmed = draft.is_confirmed
    lesson: Lesson = edits.save_lesson(
        lesson=draft.lesson,
        record=draft.form.record(),
        based_on=draft.based_on,
        is_confirmed=is_confirmed,
        origin=origin,
    )
    if draft.verb == PUBLISH:
        edits.publish_part(row=lesson, is_confirmed=is_confirmed, origin=origin)
    return lesson
