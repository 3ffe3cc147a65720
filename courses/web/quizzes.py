"""The page before a quiz: its rules, earlier attempts, and the button to start."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from courses.domain import attempts
from courses.errors import Conflict
from courses.web.clock import now_of
from courses.web.errors import handles_errors
from courses.web.readers import reader_of


@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Show rules, attempts so far, and one button."""
    reader = reader_of(request, course)
    shown = attempts.quiz_page(reader=reader, quiz_key=quiz, now=now_of(request))
    return render(request, "cx_courses/quiz.html", {"page": shown, "course": shown.course})


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
