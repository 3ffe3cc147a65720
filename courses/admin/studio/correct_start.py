"""Where a correction of results begins: at a question, or at a quiz that judges otherwise now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.correcting import TEMPLATES, crumbs, require_may_correct
from courses.admin.studio.frame import frame
from courses.domain.regrading import previews, staleness
from courses.domain.regrading.changes import Correction, name_of
from courses.domain.regrading.staleness import ChangedQuestion, QuizDifferences
from courses.errors import CoursesError
from courses.models import Attempt, Course, LineItem, Question, QuestionVersion, Quiz

ALL = "all"
"""In the form of a banner: correct everything in which quiz and attempts differ."""


@dataclass(frozen=True)
class QuizChoice:
    """A quiz in which finished attempts hold the question."""

    quiz: Quiz
    attempts: int


def correct_question(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Choose which answers to a question are judged by its newest version, and where."""
    question: Question | None = admin.get_object(request, str(pk))
    if question is None:
        raise Http404
    require_may_correct(request, question.course)
    ready = question.ready_version
    quizzes, held = _quizzes(question), _held(question)
    old = [one for one in held if ready is not None and one.pk != ready.pk]
    refusal = ""
    if request.method == "POST":
        chosen, numbers = _chosen(request, quizzes, old)
        takes_new = bool(old) and "without_key" not in request.POST
        correction = Correction(
            question, ready if takes_new else None, None, numbers if takes_new else ()
        )
        preview, refusal = _start(request, question.course, chosen, [correction])
        if preview is not None:
            return preview
    name = name_of(question=question, version=ready or (held[-1] if held else None))
    context = frame(
        admin,
        request,
        title=_("Correct results: %(question)s") % {"question": name},
        course=question.course,
        here="corrections",
        crumbs=crumbs(request, question.course),
        question=question,
        ready=ready,
        quizzes=quizzes,
        old=old,
        picked=request.GET.get("version", ""),
        refusal=refusal,
        editor=reverse("admin:cx_courses_question_edit", args=[question.pk]),
    )
    return TemplateResponse(
        request, f"{TEMPLATES}correct_question.html", context, status=422 if refusal else 200
    )


def correct_quiz(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Choose in what the finished attempts of a quiz follow what the quiz is now."""
    quiz: Quiz | None = admin.get_object(request, str(pk))
    if quiz is None or not quiz.is_graded:
        raise Http404
    require_may_correct(request, quiz.course)
    now = timezone.now()
    column = LineItem.objects.filter(quiz=quiz).select_related("quiz").first()
    found = staleness.differences(line_item=column, now=now) if column else QuizDifferences()
    refusal = ""
    if request.method == "POST":
        corrections = _corrections(request, found)
        has_rule = found.has_rule if ALL in request.POST else "rule" in request.POST
        preview, refusal = _start(request, quiz.course, [quiz], corrections, has_rule=has_rule)
        if preview is not None:
            return preview
    context = frame(
        admin,
        request,
        title=_("Correct results: %(quiz)s") % {"quiz": quiz.title},
        course=quiz.course,
        here="corrections",
        crumbs=crumbs(request, quiz.course),
        quiz=quiz,
        found=found,
        rows=[(one, _name(one)) for one in found.questions],
        dropped=[(one, _title(one)) for one in found.dropped],
        held=[(one, _title(one)) for one in found.held if one not in found.dropped],
        added=[_title(one) for one in found.added],
        refusal=refusal,
    )
    return TemplateResponse(
        request, f"{TEMPLATES}correct_quiz.html", context, status=422 if refusal else 200
    )


def _quizzes(question: Question) -> list[QuizChoice]:
    finished = Attempt.objects.finished().without_trials()
    held = finished.filter(items__version__question=question)
    counts = dict(held.order_by().values_list("quiz").annotate(Count("pk", distinct=True)))
    rows = Quiz.objects.filter(course=question.course_id, pk__in=counts).order_by("pk")
    return [QuizChoice(one, counts[one.pk]) for one in rows if one.is_graded]


def _held(question: Question) -> list[QuestionVersion]:
    """Return the versions that finished attempts hold, the oldest first."""
    finished = Attempt.objects.finished().without_trials()
    rows = question.versions.filter(attempt_items__attempt__in=finished)
    return list(rows.distinct().order_by("number"))


def _chosen(
    request: HttpRequest, quizzes: Iterable[QuizChoice], old: Iterable[QuestionVersion]
) -> tuple[list[Quiz], tuple[int, ...]]:
    """Return the quizzes and the old versions that are ticked; all of them from a banner."""
    if ALL in request.POST:
        return [one.quiz for one in quizzes], ()
    ticked = set(request.POST.getlist("quiz"))
    versions = set(request.POST.getlist("old"))
    found = tuple(one.pk for one in old if str(one.pk) in versions)
    return [one.quiz for one in quizzes if str(one.quiz.pk) in ticked], found


def _corrections(request: HttpRequest, found: QuizDifferences) -> list[Correction]:
    ticked, dropped = set(request.POST.getlist("question")), set(request.POST.getlist("drop"))
    is_all = ALL in request.POST
    changed = [
        Correction(one.question, one.version, one.points)
        for one in found.questions
        if (is_all or str(one.question.pk) in ticked) and str(one.question.pk) not in dropped
    ]
    left_out = [Correction(one) for one in found.held if str(one.pk) in dropped]
    return [*changed, *left_out]


def _start(
    request: HttpRequest,
    course: Course,
    quizzes: list[Quiz],
    corrections: list[Correction],
    *,
    has_rule: bool = False,
) -> tuple[HttpResponse | None, str]:
    """Return the way to the preview, or why there is none."""
    try:
        preview = previews.start(
            course=course,
            quizzes=quizzes,
            corrections=corrections,
            has_rule=has_rule,
            by=request.user,
            now=timezone.now(),
        )
    except CoursesError as error:
        return None, str(error.message)
    return redirect("admin:cx_courses_course_regrade_preview", pk=course.pk, uuid=preview.uuid), ""


def _name(one: ChangedQuestion) -> str:
    return name_of(question=one.question, version=one.question.ready_version)


def _title(question: Question) -> str:
    return name_of(question=question, version=question.ready_version)
