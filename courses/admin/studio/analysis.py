"""The page on which the figures of a quiz are read: what stands out first, then each question."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.admin.studio import analysis_words as words
from courses.admin.studio.analysis_charts import DistributionChart
from courses.admin.studio.analysis_csv import sheet
from courses.admin.studio.analysis_rows import SORTS, AnalysedQuestion, versions_of
from courses.admin.studio.analysis_scope import AnalysisScope, classes_of, scope_of
from courses.admin.studio.angoff import summary
from courses.admin.studio.frame import Step, course_step, frame
from courses.domain.analysis import stored_figures, storing
from courses.domain.analysis.angoff import judged
from courses.domain.analysis.findings import ENOUGH_TO_COMPARE
from courses.domain.analysis.quizzes import QuizFigures
from courses.models import Course, Quiz, QuizAnalysis

COMPUTE = "compute"
TEMPLATES = "admin/cx_courses/studio/"


@dataclass(frozen=True)
class ShownFigure:
    """A number with its name and what is said beside it."""

    label: str
    value: str
    note: str = ""
    is_few: bool = False


@dataclass(frozen=True)
class SortLink:
    title: str
    url: str
    is_current: bool
    is_number: bool = True


def analysis(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the figures of a quiz, send them as a file, or have them worked out."""
    scope = scope_of(admin, request, pk)
    if request.method == "POST" and request.POST.get("do") == COMPUTE:
        storing.ask(analysis=scope.stored(), now=timezone.now())
        admin.message_user(
            request, _("The figures will be there in a moment: load the page again.")
        )
        return redirect(scope.url)
    row = scope.current()
    figures = stored_figures.load(row.data)
    rows = question_rows(scope, figures)
    if request.GET.get("csv"):
        return sheet(scope, rows)
    sort = request.GET.get("sort", "")
    rows.sort(key=SORTS.get(sort, SORTS["doubt"]))
    quiz = scope.quiz
    context = frame(
        admin,
        request,
        title=quiz.title,
        course=quiz.course,
        here="analyses",
        crumbs=crumbs(request, quiz.course),
        scope=scope,
        row=row,
        figures=figures,
        headline=words.headline(figures, row.suspected),
        suspected=[one for one in rows if one.is_suspicious],
        facts=_facts(figures) if figures else [],
        chart=_chart(quiz, figures),
        rows=rows,
        heads=_heads(scope, sort),
        csv_url=_with(scope, csv="1"),
        **_pass_mark(quiz),
        has_few=any(one.is_few_to_compare for one in rows),
    )
    return TemplateResponse(request, f"{TEMPLATES}analysis.html", context)


def analyses(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the quizzes of a course with what is stored of each."""
    course: Course | None = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    sections, sees_all = classes_of(request, course)
    quizzes = Quiz.objects.standalone().filter(course=course, is_archived=False)
    stored = QuizAnalysis.objects.filter(
        quiz__in=quizzes,
        section=None if sees_all else sections[0],
        client=None,
        attempts=QuizAnalysis.Attempts.FIRST,
    )
    known = {one.quiz_id: one for one in stored}
    cards = [(quiz, *_card(known.get(quiz.pk))) for quiz in quizzes.select_related("module")]
    context = frame(
        admin,
        request,
        title=pgettext("of a quiz", "Analysis"),
        course=course,
        here="analyses",
        crumbs=[course_step(request, course)],
        cards=cards,
        section=None if sees_all else sections[0],
    )
    return TemplateResponse(request, f"{TEMPLATES}analyses.html", context)


def crumbs(request: HttpRequest, course: Course) -> list[Step]:
    """Return the way to the pages of analysis of a course."""
    url = reverse("admin:cx_courses_course_analyses", args=[course.pk])
    return [course_step(request, course), Step(pgettext("of a quiz", "Analysis"), url)]


def question_rows(scope: AnalysisScope, figures: QuizFigures | None) -> list[AnalysedQuestion]:
    """Return the questions of the figures, the most suspicious one first. One query."""
    if figures is None:
        return []
    versions = versions_of(figures.questions)
    return [
        AnalysedQuestion(
            one, versions[one.version], scope.question_url(one.version), figures.attempts
        )
        for one in figures.questions
        if one.version in versions
    ]


def _card(row: QuizAnalysis | None) -> tuple[QuizFigures | None, str]:
    figures = stored_figures.load(row.data) if row is not None else None
    if figures is None:
        return None, _("No figures yet: open the page to have them worked out.")
    return figures, words.headline(figures, row.suspected if row is not None else 0)


def _facts(figures: QuizFigures) -> list[ShownFigure]:
    """Return the figures of the whole quiz."""
    trust, passed, seconds = figures.reliability, figures.passed, figures.seconds
    is_few = figures.attempts < ENOUGH_TO_COMPARE
    likely = _("from %(range)s")
    sem = _("%(points)s points, %(percent)s per cent")
    return [
        ShownFigure(_("Attempts"), str(figures.attempts)),
        ShownFigure(
            _("Average"),
            words.percent(None if figures.mean_percent is None else figures.mean_percent / 100),
            ""
            if figures.deviation_percent is None
            else _("standard deviation %(value)s")
            % {"value": words.number(figures.deviation_percent, 1)},
        ),
        ShownFigure(
            _("Passed"),
            words.percent(passed.value if passed else None),
            likely % {"range": words.percent_range(passed)} if passed else "",
        ),
        ShownFigure(
            _("Reliability (alpha)"),
            words.number(trust.alpha.value if trust else None),
            likely % {"range": words.number_range(trust.alpha)} if trust else _("cannot be said"),
            is_few=is_few,
        ),
        ShownFigure(
            _("Standard error"),
            words.number(trust.sem_percent if trust else None, 1),
            sem
            % {
                "points": words.number(trust.sem_points),
                "percent": words.number(trust.sem_percent, 1),
            }
            if trust
            else _("cannot be said"),
            is_few=is_few,
        ),
        ShownFigure(
            _("Time, median"),
            words.duration(seconds.value if seconds else None),
            _("minutes and seconds"),
        ),
    ]


def _chart(quiz: Quiz, figures: QuizFigures | None) -> DistributionChart | None:
    if figures is None or not any(figures.distribution):
        return None
    mark = float(quiz.pass_mark) if quiz.is_graded else None
    return DistributionChart(figures.distribution, mark)


def _pass_mark(quiz: Quiz) -> dict[str, Any]:
    """Return what the pass mark rests on."""
    if not quiz.is_graded:
        return {}
    found = summary(judged(quiz=quiz))
    return {**found, "is_mark_used": found["mark"] == quiz.pass_mark}


def _heads(scope: AnalysisScope, sort: str) -> list[SortLink]:
    titles = (
        ("question", _("Question"), False),
        ("answers", _("Answers"), True),
        ("drawn", _("Drawn"), True),
        ("right", _("Right"), True),
        ("rest", _("Goes with the rest"), True),
        ("alpha", _("Alpha without it"), True),
        ("time", _("Time"), True),
        ("doubt", _("In words"), False),
    )
    current = sort if sort in SORTS else "doubt"
    return [
        SortLink(title, _with(scope, sort=name), name == current, is_number=is_number)
        for name, title, is_number in titles
    ]


def _with(scope: AnalysisScope, **more: str) -> str:
    return f"{scope.query}{'&' if scope.query else '?'}{urlencode(more)}"
