"""The page on which judges estimate the questions of a quiz, and a pass mark comes of it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.history import origin_of
from courses.admin.own import rights_of
from courses.admin.studio import analysis_words as words
from courses.admin.studio.analysis_rows import title_of
from courses.admin.studio.analysis_scope import may_analyse
from courses.admin.studio.frame import Step, course_step, frame
from courses.domain.analysis import angoff
from courses.domain.analysis.angoff import Judged
from courses.domain.rights import Can
from courses.errors import Conflict, CoursesError
from courses.models import QuestionVersion, Quiz

TEMPLATE = "admin/cx_courses/studio/angoff.html"
MOST = 100


@dataclass(frozen=True)
class EstimateRow:
    """A question with what the person has estimated, as typed where it is wrong."""

    version: QuestionVersion
    value: str
    error: str = ""

    @property
    def title(self) -> str:
        return title_of(self.version)

    @property
    def name(self) -> str:
        return f"percent.{self.version.pk}"


def page(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the questions to a judge, store estimates, or use the suggested mark."""
    quiz: Quiz | None = admin.get_object(request, str(pk))
    if quiz is None or quiz.lesson_id is not None:
        raise Http404
    if not rights_of(request).may(Can.READ, course=quiz.course):
        raise PermissionDenied
    if request.method == "POST":
        return _act(admin, request, quiz)
    found = angoff.judged(quiz=quiz)
    own = found.estimates.get(int(request.user.pk or 0), {})
    rows = [EstimateRow(one, str(own.get(pk, ""))) for pk, one in found.versions.items()]
    return _answer(admin, request, quiz, found, rows)


def _act(admin: Any, request: HttpRequest, quiz: Quiz) -> HttpResponse:
    do, now = request.POST.get("do", ""), timezone.now()
    if do == "save":
        return _save(admin, request, quiz)
    if do not in ("begin", "use"):
        raise Http404
    if not _may_edit(request, quiz):
        raise PermissionDenied
    if do == "begin":
        angoff.begin(quiz=quiz, now=now)
        admin.message_user(request, _("A new round has begun. Earlier estimates are kept."))
        return redirect(request.path)
    try:
        mark = angoff.use(quiz=quiz, seen=request.POST.get("mark", ""), origin=origin_of(request))
    except CoursesError as error:
        admin.message_user(request, str(error), "ERROR")
    else:
        text = _("The pass mark is %(mark)s per cent now.")
        admin.message_user(request, text % {"mark": words.number(float(mark))})
    return redirect(request.path)


def _save(admin: Any, request: HttpRequest, quiz: Quiz) -> HttpResponse:
    """Store what was estimated; what cannot be read is shown again with the reason."""
    found = angoff.judged(quiz=quiz)
    typed = {pk: request.POST.get(f"percent.{pk}", "").strip()[:10] for pk in found.versions}
    given = {pk: int(text) for pk, text in typed.items() if _is_percent(text)}
    wrong = {pk for pk, text in typed.items() if text and pk not in given}
    if wrong:
        message = _("Enter a whole number from 0 to 100.")
        rows = [
            EstimateRow(one, typed[pk], message if pk in wrong else "")
            for pk, one in found.versions.items()
        ]
        return _answer(admin, request, quiz, found, rows)
    try:
        angoff.give(quiz=quiz, estimates=given, by=request.user, now=timezone.now())
    except Conflict as error:
        admin.message_user(request, str(error), "ERROR")
    else:
        admin.message_user(request, _("Your estimates are saved."))
    return redirect(request.path)


def _is_percent(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and int(text) <= MOST


def _may_edit(request: HttpRequest, quiz: Quiz) -> bool:
    is_allowed = rights_of(request).may_everywhere(Can.EDIT, course=quiz.course)
    return is_allowed and request.user.has_perm("cx_courses.change_quiz")


def _answer(
    admin: Any, request: HttpRequest, quiz: Quiz, found: Judged, rows: list[EstimateRow]
) -> HttpResponse:
    wrong = sum(bool(row.error) for row in rows)
    crumbs = [course_step(request, quiz.course)]
    if may_analyse(request, quiz.course):
        url = reverse("admin:cx_courses_quiz_analysis", args=[quiz.pk])
        crumbs.append(Step(quiz.title, url))
    context = frame(
        admin,
        request,
        title=_("Pass mark by estimates"),
        course=quiz.course,
        here="analyses",
        crumbs=crumbs,
        quiz=quiz,
        rows=rows,
        wrong=wrong,
        may_edit=_may_edit(request, quiz),
        **summary(found),
    )
    return TemplateResponse(request, TEMPLATE, context, status=400 if wrong else 200)


def summary(found: Judged) -> dict[str, Any]:
    """Return what the judges come to, in words."""
    suggested = found.suggested
    mark = angoff.mark_of(suggested=suggested)
    return {
        "round": found.round,
        "suggested": suggested,
        "mark": mark,
        "mark_text": words.number(float(mark)) if mark is not None else words.NONE,
        "spread": words.number(suggested.spread, 1),
        "error_of_mark": words.number(suggested.error, 1),
        "missing": sum(one.missing for one in suggested.judges),
    }
