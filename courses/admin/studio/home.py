"""The first page of those who teach: what waits for them, and their courses."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.own import rights_of
from courses.admin.studio.frame import Step, course_links, frame
from courses.admin.studio.home_analysis import analysis_tasks
from courses.admin.studio.home_corrections import correction_tasks
from courses.admin.studio.home_drafts import draft_tasks, proposal_tasks
from courses.admin.studio.home_learners import learner_tasks, report_tasks
from courses.admin.studio.marking_frame import queue_url
from courses.admin.studio.new_course import may_make_course
from courses.admin.studio.tasks import Task, TaskGroup
from courses.domain import waiting
from courses.domain.authoring.starving import Lack
from courses.models import Course

TEMPLATE = "admin/cx_courses/studio/home.html"


@dataclass(frozen=True)
class CourseCard:
    summary: waiting.CourseCounts
    links: tuple[Step, ...]

    @property
    def course(self) -> Course:
        return self.summary.course

    @property
    def counts(self) -> str:
        """The numbers of its parts, in words."""
        one = self.summary
        texts = (
            ngettext("%d lesson", "%d lessons", one.lessons) % one.lessons,
            ngettext("%d quiz", "%d quizzes", one.quizzes) % one.quizzes,
            ngettext("%d question", "%d questions", one.questions) % one.questions,
            ngettext("%d learner", "%d learners", one.learners) % one.learners,
        )
        return ", ".join(texts)


def home(admin: Any, request: HttpRequest) -> HttpResponse:
    """Show what waits for the person, each with a link to the place, and their courses."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    found = waiting.waiting(by=request.user)
    context = frame(
        admin,
        request,
        title=_("To do"),
        groups=[group for group in _groups(request, found) if group.tasks],
        today=timezone.localdate(),
        cards=_cards(request),
        may_add=admin.has_add_permission(request),
        may_upload=may_make_course(admin, request),
        records=reverse("admin:app_list", args=["cx_courses"]),
    )
    return TemplateResponse(request, TEMPLATE, context)


def _cards(request: HttpRequest) -> list[CourseCard]:
    granted = rights_of(request)
    found = waiting.summaries(by=request.user)
    return [CourseCard(one, course_links(one.course, granted)) for one in found]


def _groups(request: HttpRequest, found: waiting.Waiting) -> list[TaskGroup]:
    keys = analysis_tasks(by=request.user)
    behind = learner_tasks(by=request.user, now=timezone.now())
    reported = report_tasks(by=request.user)
    own = [*correction_tasks(request), *draft_tasks(request), *proposal_tasks(request)]
    lacking, drafts = map(_unfilled, found.lacking), map(_unpublished, found.drafts)
    return [
        TaskGroup(
            _("Learners wait for you"),
            [*map(_grading, found.ungraded), *keys, *reported, *behind],
        ),
        TaskGroup(_("Yours to finish"), [*own, *lacking, *drafts]),
    ]


def _grading(one: waiting.Ungraded) -> Task:
    title = ngettext(
        "%(count)d response to mark",
        "%(count)d responses to mark",
        one.count,
    )
    text = _("%(course)s. The oldest has waited for %(time)s.")
    return Task(
        icon="pencil",
        title=title % {"count": one.count},
        text=text % {"course": one.course.title, "time": timesince(one.oldest_at)},
        url=queue_url(one.course.pk),
        action=_("Start marking"),
    )


def _unfilled(one: Lack) -> Task:
    if one.place is None:
        text = _("%(quiz)s: too many of its questions must not appear in the same attempt.")
    else:
        text = _("%(quiz)s, place %(place)d: draws %(wanted)d questions, the bank has %(left)d.")
    values = {
        "quiz": one.quiz.title,
        "place": one.place.position if one.place else 0,
        "wanted": one.wanted,
        "left": one.left,
    }
    return Task(
        icon="warning",
        title=_("Nobody can start this quiz"),
        text=text % values,
        url=reverse("admin:cx_courses_quiz_build", args=[one.quiz.pk]),
        action=_("Open the quiz"),
    )


def _unpublished(one: waiting.Drafts) -> Task:
    count = one.quizzes + one.questions
    title = ngettext("%(count)d draft", "%(count)d drafts", count)
    parts = [
        ngettext("%d quiz", "%d quizzes", one.quizzes) % one.quizzes if one.quizzes else "",
        ngettext("%d question", "%d questions", one.questions) % one.questions
        if one.questions
        else "",
    ]
    text = _("%(course)s: %(parts)s that learners do not see yet.")
    named = ", ".join(part for part in parts if part)
    return Task(
        icon="draft",
        title=title % {"count": count},
        text=text % {"course": one.course.title, "parts": named},
        url=_drafts_url(one),
        action=_("Show"),
    )


def _drafts_url(one: waiting.Drafts) -> str:
    """Return the outline, which shows drafts of quizzes; the bank where only questions wait."""
    if one.quizzes:
        return reverse("admin:cx_courses_course_outline", args=[one.course.pk])
    return reverse("admin:cx_courses_course_bank", args=[one.course.pk]) + "?status=draft"
