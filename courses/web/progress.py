"""My learning: how far I am in each course, and my attempts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.domain import attempts, cards
from courses.domain import progress as domain
from courses.web import notices, readers
from courses.web.errors import handles_errors
from courses.web.page_numbers import page_number
from courses.web.up_next import NextStep

_ATTEMPTS = 50
"""So many are on a page."""


@require_safe
@login_required
@handles_errors
def progress(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    chosen = readers.chosen(request).values()
    mine = domain.my_courses(by=request.user, now=now, chosen=chosen)
    due = cards.set_counts(enrolments=[row.enrolment for row in mine], now=now)
    context = {
        "notices": notices.unread(enrolments=[row.enrolment for row in mine], now=now),
        "courses": [
            {"course": row.course, "own": NextStep(row.progress, due.get(row.enrolment.pk, 0))}
            for row in mine
        ],
        "attempts": attempts.page_of(
            by=request.user, now=now, number=page_number(request, "attempts"), size=_ATTEMPTS
        ),
    }
    return render(request, "cx_courses/progress.html", context)
