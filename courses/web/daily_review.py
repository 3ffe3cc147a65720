"""The daily review: one card of today's set at a time, and a finish."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.domain import access, daily_review, mistakes
from courses.storable import judges_texts
from courses.web.card_pages import CardPages
from courses.web.errors import handles_errors
from courses.web.readers import reader_of
from courses.web.unsent import back_to


def _mistakes(reader: access.Reader, now: datetime) -> Mapping[str, Any]:
    return {"mistakes": mistakes.count(enrolment=reader.enrolled(), now=now)}


_PAGES = CardPages(
    url_name="cx_courses:daily-review",
    template="cx_courses/daily_review.html",
    card_template="cx_courses/daily_review/card.html",
    open=daily_review.open_review,
    judge=daily_review.respond,
    finish_context=_mistakes,
)


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, course: str) -> HttpResponse:
    """Show what is due today, or when something will be."""
    return _PAGES.first(request, course)


@require_POST
@back_to("cx_courses:daily-review")
@handles_errors
@judges_texts
def respond(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Judge a response to a card."""
    return _PAGES.respond(request, course, question)


@require_POST
@back_to("cx_courses:daily-review")
@handles_errors
def begin_next(request: HttpRequest, course: str) -> HttpResponse:
    """Go on with what else is due today."""
    reader = reader_of(request, course)
    daily_review.begin_next(reader=reader, by=request.user, now=timezone.now())
    return redirect("cx_courses:daily-review", course=course)


@require_POST
@back_to("cx_courses:daily-review")
@handles_errors
def snooze(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Put a card off until tomorrow and go on with the next."""
    reader = reader_of(request, course)
    now = timezone.now()
    daily_review.snooze(reader=reader, question_key=question, by=request.user, now=now)
    return redirect("cx_courses:daily-review", course=course)
