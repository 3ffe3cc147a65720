"""The page on which a quiz is put together: its places in order, and its settings in words.

The whole form is posted whatever button is pressed. Those for places and for finding questions
only show it again; nothing is stored until it is saved.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.admin.studio.correcting import may_correct
from courses.admin.studio.frame import Step, frame
from courses.admin.studio.publishing import act, shared_text
from courses.admin.studio.quiz_draft import PUBLISH, SAVE, QuizDraft
from courses.admin.studio.working_copy import DraftOfPage
from courses.domain import quiz_changes
from courses.domain.authoring.working_copies import Thing
from courses.domain.regrading import left_behind
from courses.domain.rights import Can, rights
from courses.models import Quiz

TEMPLATE = "admin/cx_courses/studio/quiz.html"
PERMISSIONS = [
    "cx_courses.change_quiz",
    *(f"cx_courses.{verb}_quizitem" for verb in ("add", "change", "delete")),
]


def build(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show a quiz with its places and settings, or do what a button asks for."""
    quiz = admin.get_object(request, str(pk))
    if quiz is None:
        raise Http404
    may_edit = rights(by=request.user).may_everywhere(Can.EDIT, course=quiz.course)
    is_checks = quiz.lesson_id is not None
    if is_checks or not (may_edit and request.user.has_perms(PERMISSIONS)):
        if request.method == "POST" or not admin.has_view_permission(request, quiz):
            raise PermissionDenied
        return redirect("admin:cx_courses_quiz_change", quiz.pk)
    page = DraftOfPage(request, thing=Thing(quiz.course, "quiz", quiz.key), row=quiz)
    return page.handle() or _answer(admin, request, QuizDraft(request, quiz=quiz, page=page))


def _answer(admin: Any, request: HttpRequest, draft: QuizDraft) -> HttpResponse:
    quiz = draft.quiz
    answer = _act(admin, request, draft) if draft.wants_saving else None
    if answer is not None:
        return answer
    outline = reverse("admin:cx_courses_course_outline", args=[quiz.course_id])
    context = frame(
        admin,
        request,
        title=quiz.title,
        course=quiz.course,
        crumbs=[Step(quiz.course.title, f"{outline}?at=quiz-{quiz.pk}")],
        quiz=quiz,
        draft=draft,
        page=draft.page,
        **_corrections(request, quiz),
    )
    return TemplateResponse(request, TEMPLATE, context)


def _corrections(request: HttpRequest, quiz: Quiz) -> dict[str, Any]:
    """Return what the page needs to lead to a correction of results."""
    if not quiz.is_graded or not may_correct(request, quiz.course):
        return {}
    return {"may_correct": True, "stale": left_behind.of_quiz(quiz=quiz)}


def _act(admin: Any, request: HttpRequest, draft: QuizDraft) -> HttpResponse | None:
    quiz = draft.quiz
    here = Step(quiz.title, reverse("admin:cx_courses_quiz_build", args=[quiz.pk]))

    def done(row: Quiz) -> HttpResponse:
        return _published(admin, request, draft, row)

    return act(
        admin,
        request,
        draft,
        done=done,
        course=draft.course,
        crumbs=[Step(draft.course.title), here],
        name=quiz.title,
        verb=PUBLISH if quiz.is_draft else SAVE,
    )


def _published(admin: Any, request: HttpRequest, draft: QuizDraft, quiz: Quiz) -> HttpResponse:
    admin.log_change(request, quiz, [{"changed": {"fields": [_("quiz")]}}])
    published = _("“%(title)s” is published. Learners get it from their next attempt on.")
    text = shared_text() if quiz.is_draft else published
    admin.message_user(request, text % {"title": quiz.title})
    _warn(admin, request, quiz)
    return draft.page.back(saved=draft.page.tab)


def _warn(admin: Any, request: HttpRequest, quiz: Quiz) -> None:
    unchanged = quiz_changes.count_unchanged(quiz=quiz)
    if unchanged:
        text = quiz_changes.unchanged_warning(unchanged)
        admin.message_user(request, text, messages.WARNING)
