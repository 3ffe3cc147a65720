"""My mistakes: what the learner got wrong, one card at a time."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.domain import mistake_sets
from courses.storable import judges_texts
from courses.web.card_pages import CardPages
from courses.web.errors import handles_errors
from courses.web.readers import reader_of
from courses.web.unsent import back_to

_PAGES = CardPages(
    url_name="cx_courses:mistakes",
    template="cx_courses/mistakes.html",
    card_template="cx_courses/mistakes/card.html",
    open=mistake_sets.open_set,
    judge=mistake_sets.respond,
)


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, course: str) -> HttpResponse:
    """Show the next mistake to put right, or that there is none."""
    return _PAGES.first(request, course)


@require_POST
@back_to("cx_courses:mistakes")
@handles_errors
@judges_texts
def respond(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Judge a response to a card."""
    return _PAGES.respond(request, course, question)


@require_POST
@back_to("cx_courses:mistakes")
@handles_errors
def begin_next(request: HttpRequest, course: str) -> HttpResponse:
    """Go on with other mistakes."""
    reader = reader_of(request, course)
    mistake_sets.begin_next(reader=reader, by=request.user, now=timezone.now())
    return redirect("cx_courses:mistakes", course=course)
