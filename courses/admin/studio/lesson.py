"""The page on which a lesson is written: its text, what it is about, a preview.

The whole form is posted whatever button is pressed. That for the preview only shows it again. What
is typed is kept by itself; learners get it when it is published.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.admin.studio.frame import Step, frame
from courses.admin.studio.insert import InsertPanel, put_mark
from courses.admin.studio.lesson_form import LessonTextForm
from courses.admin.studio.links import SiteLinks
from courses.admin.studio.posted import clean_text
from courses.admin.studio.publishing import READING, act, shared_text
from courses.admin.studio.touched_texts import COMPARE, publish_verb
from courses.admin.studio.working_copy import DraftOfPage
from courses.domain.authoring import edits, marks
from courses.domain.authoring.insertable import IN_LESSONS
from courses.domain.authoring.working_copies import Publication, Thing
from courses.domain.rights import Can, rights
from courses.errors import Problem
from courses.models import Lesson

SAVE, PUBLISH = "save", "publish"
SAVING = (SAVE, PUBLISH)


class LessonDraft:
    """What is stored of a lesson and what was sent, ready to be shown and saved."""

    def __init__(self, request: HttpRequest, lesson: Lesson, page: DraftOfPage) -> None:
        self.lesson, self.course, self.page = lesson, lesson.module.course, page
        self.verb, _colon, self._what = request.POST.get("do", "").partition(":")
        self.insert = InsertPanel(
            request, course=self.course, module=lesson.module, kinds=IN_LESSONS
        )
        self.insert.act()
        data = self._sent(page.data)
        if data is not None:
            page.sent = data
        self.form = LessonTextForm(data, lesson=lesson)
        self.is_confirmed = "confirmed" in request.POST
        self.refusal = ""
        self.may_confirm = False

    def _sent(self, posted: QueryDict | None) -> QueryDict | None:
        """Return what was sent, with the mark that was chosen at the end of the text."""
        if posted is None or self.insert.mark is None:
            return posted
        sent = posted.copy()
        sent["body"] = put_mark(clean_text(sent.get("body", "")), self.insert.mark)
        return sent

    @property
    def wants_saving(self) -> bool:
        return self.verb in (*SAVING, *READING) and not self.insert.problems

    @property
    def publication(self) -> Publication:
        """What is to be published; the form is valid."""
        is_ready = PUBLISH in (self.verb, self._what)
        shows = is_ready or self.verb == COMPARE or not self.lesson.is_draft
        return Publication(
            record=replace(self.form.record(), status="ready" if shows else "draft"),
            module=self.lesson.module.key,
            based_on=self.page.based_on,
            is_ready=is_ready,
            is_confirmed=self.is_confirmed,
        )

    @cached_property
    def publish_verb(self) -> str:
        """What the button does that publishes a draft."""
        return publish_verb(self.lesson, verb=PUBLISH)

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

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside the field that it is about."""
        for problem in problems:
            field = problem.path.partition(".")[0]
            if field in self.form.fields:
                self.form.add_error(field, problem.message)
            else:
                self.refusal = f"{self.refusal} {problem}".strip()

    def refuse(self, message: str) -> None:
        """Say why nothing was saved where that is about no field."""
        self.refusal, self.may_confirm = message, True

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


def edit(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show a lesson to be edited, or do with it what a button asks for."""
    lesson = admin.get_object(request, str(pk))
    if lesson is None:
        raise Http404
    may_edit = rights(by=request.user).may_everywhere(Can.EDIT, course=lesson.module.course)
    if not (may_edit and admin.has_change_permission(request, lesson)):
        raise PermissionDenied
    thing = Thing(lesson.module.course, "lesson", lesson.key)
    page = DraftOfPage(request, thing=thing, row=lesson)
    answer = page.handle()
    if answer is None:
        draft = LessonDraft(request, lesson, page)
        if draft.wants_saving and draft.form.is_valid():
            answer = _act(admin, request, draft)
        answer = answer or _page(admin, request, draft)
    return answer


def review(admin: Any, request: HttpRequest, page: DraftOfPage) -> HttpResponse:
    """Show what a program proposes in the place of a person's own draft."""
    answer = page.handle()
    if answer is None:
        draft = LessonDraft(request, page.shown, page)
        if draft.wants_saving and draft.form.is_valid():
            answer = _act(admin, request, draft)
        answer = answer or _page(admin, request, draft)
    return answer


def _act(admin: Any, request: HttpRequest, draft: LessonDraft) -> HttpResponse | None:
    lesson = draft.lesson
    here = Step(lesson.title, request.path)

    def done(row: Lesson) -> HttpResponse:
        return _published(admin, request, draft, row)

    return act(
        admin,
        request,
        draft,
        done=done,
        course=draft.course,
        crumbs=[*_crumbs(lesson), here],
        name=lesson.title,
        verb=PUBLISH if lesson.is_draft else SAVE,
    )


def _page(admin: Any, request: HttpRequest, draft: LessonDraft) -> HttpResponse:
    lesson, course = draft.lesson, draft.course
    context = frame(
        admin,
        request,
        title=lesson.title,
        course=course,
        crumbs=_crumbs(lesson),
        lesson=lesson,
        draft=draft,
        page=draft.page,
        form=draft.form,
        links=SiteLinks(course.key, lesson.module.key),
    )
    return TemplateResponse(request, "admin/cx_courses/studio/lesson.html", context)


def _crumbs(lesson: Lesson) -> list[Step]:
    course = lesson.module.course
    outline = reverse("admin:cx_courses_course_outline", args=[course.pk])
    return [Step(course.title, outline), Step(lesson.module.title)]


def _published(
    admin: Any, request: HttpRequest, draft: LessonDraft, lesson: Lesson
) -> HttpResponse:
    admin.log_change(request, lesson, [{"changed": {"fields": [_("lesson")]}}])
    if lesson.is_archived:
        text = _("“%(title)s” is saved. It is archived, so learners do not see it.")
    else:
        seen = _("“%(title)s” is published. Learners see it now.")
        text = shared_text() if lesson.is_draft else seen
    admin.message_user(request, text % {"title": lesson.title})
    return draft.page.back(saved=draft.page.tab)
