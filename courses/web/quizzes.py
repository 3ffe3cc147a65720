"""The page before a quiz: its rules, earlier attempts, and the button to start."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from courses import moments
from courses.domain import attempts
from courses.domain.outline import outline
from courses.errors import Conflict
from courses.templatetags.courses_ui import beside
from courses.web.clock import now_of
from courses.web.errors import handles_errors
from courses.web.readers import reader_of
from courses.web.up_next import progress_of, rail


@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Show rules, attempts so far, and one button."""
    reader, now = reader_of(request, course), now_of(request)
    shown = attempts.quiz_page(reader=reader, quiz_key=quiz, now=now)
    plan = outline(reader.course)
    own = progress_of(reader.enrolment, plan, now)
    beside = rail(outline=plan, here=plan.quiz(shown.quiz.pk), own=own)
    context = {
        "page": shown,
        "course": shown.course,
        "attempt_rows": [_row(one) for one in shown.attempts],
        "rail": beside,
        "up_next": beside and beside.up_next,
    }
    return render(request, "cx_courses/quiz.html", context)


def _row(one: attempts.AttemptRow) -> dict[str, Any]:
    """Return the values of an earlier attempt; those of it alone are slots."""
    percent, attempt = one.percent, one.attempt
    where = "attempt" if attempt.is_open else "review"
    return {
        "state": "void" if attempt.is_void else one.state,
        "has_percent": percent is not None,
        "has_passed": bool(one.has_passed),
        "slot_number": one.number,
        "slot_at": attempt.started_at.isoformat(),
        "slot_when": moments.written(attempt.started_at),
        "slot_percent": beside(percent, one.pass_mark),
        "slot_url": reverse(f"cx_courses:{where}", args=[attempt.uuid]),
    }


@login_required
@require_POST
@handles_errors
def start(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Begin an attempt, or go on with the open one; a refusal is shown on the quiz's page."""
    reader = reader_of(request, course)
    try:
        attempt = attempts.start(reader=reader, quiz_key=quiz, by=request.user, now=now_of(request))
    except Conflict as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("cx_courses:quiz", course=course, quiz=quiz)
    return redirect("cx_courses:attempt", uuid=attempt.uuid)
