"""The page on which a learner reports that something is wrong with a question."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.domain import fault_reports
from courses.errors import CoursesError, Invalid, NotFound, TooMuch
from courses.models import Attempt
from courses.models.fault_report import LONGEST
from courses.storable import judges_texts
from courses.web.clock import now_of
from courses.web.errors import handles_errors, status_of
from courses.web.readers import own_attempt


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_errors
@judges_texts
def page(request: HttpRequest, uuid: UUID, position: int) -> HttpResponse:
    """Show the form and what was reported before; a POST sends the report."""
    attempt = own_attempt(request, uuid)
    if request.method != "POST":
        return _show(request, attempt, position)
    text = request.POST.get("text", "")
    try:
        fault_reports.report(
            attempt=attempt, position=position, text=text, by=request.user, now=now_of(request)
        )
    except (Invalid, TooMuch) as error:
        return _show(request, attempt, position, text=text, error=error)
    messages.success(
        request, _("Your report is sent. The answer will stand on the page of the course.")
    )
    return redirect(_back(attempt, position))


def _show(
    request: HttpRequest,
    attempt: Attempt,
    position: int,
    *,
    text: str = "",
    error: CoursesError | None = None,
) -> HttpResponse:
    item = fault_reports.find_item(attempt=attempt, position=position)
    may_report = fault_reports.may_report(attempt=attempt, now=now_of(request))
    reports = list(fault_reports.of_item(item=item))
    if not may_report and not reports:
        raise NotFound
    context = {
        "attempt": attempt,
        "course": attempt.enrolment.course,
        "position": position,
        "reports": reports,
        "may_report": may_report,
        "longest": LONGEST,
        "text": text,
        "error": _words(error),
        "back": _back(attempt, position),
    }
    status = 200 if error is None else status_of(error)
    return render(request, "cx_courses/report.html", context, status=status)


def _words(error: CoursesError | None) -> str:
    problems = getattr(error, "problems", ())
    return str(problems[0].message) if problems else str(error.message) if error else ""


def _back(attempt: Attempt, position: int) -> str:
    """Return the page on which the learner had the question."""
    course, quiz = attempt.enrolment.course, attempt.quiz
    if quiz.lesson is not None:
        return reverse("cx_courses:lesson", args=[course.key, quiz.lesson.key])
    if quiz.is_review and attempt.is_open:
        name = "daily-review" if quiz.is_daily_review else "mistakes"
        return reverse(f"cx_courses:{name}", args=[course.key])
    name = "attempt" if attempt.is_open else "review"
    return reverse(f"cx_courses:{name}", args=[attempt.uuid]) + f"#item-{position}"
