"""The daily review: one card of today's set at a time, judged in place, and a finish."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.domain import access, daily_review, mistakes
from courses.domain.card_views import CardResponse
from courses.domain.lessons.checks import field_prefix
from courses.domain.outline import outline
from courses.errors import Conflict, Invalid, TooMuch
from courses.storable import judges_texts
from courses.web import fragments, unsent
from courses.web.card_rows import answered_row, chosen_row
from courses.web.errors import handles_errors, status_of
from courses.web.fragments import RefusedResponse
from courses.web.raw import based_on, raw_response
from courses.web.readers import reader_of
from courses.web.unsent import back_to
from courses.web.up_next import NextStep, progress_of


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, course: str) -> HttpResponse:
    """Show what is due today, or when something will be."""
    reader = reader_of(request, course)
    place = reverse("cx_courses:daily-review", args=[course])
    return _show(request, reader, unsent.taken(request, place))


@require_POST
@back_to("cx_courses:daily-review")
@handles_errors
@judges_texts
def respond(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Judge a response to a card: the card again as a fragment, or the page at that place."""
    reader = reader_of(request, course)
    prefix = field_prefix(question)
    raw = raw_response(request.POST, prefix)
    try:
        result = daily_review.respond(
            reader=reader,
            question_key=question,
            raw=raw,
            based_on=based_on(request.POST, prefix),
            by=request.user,
            now=timezone.now(),
        )
    except (Conflict, Invalid, TooMuch) as error:
        if fragments.is_asked_for(request):
            return fragments.refused(request, error)
        return _show(request, reader, RefusedResponse(question, error, raw))
    if fragments.is_asked_for(request):
        return _fragment(request, reader, result)
    return redirect(f"{_at(course, question)}#check-{question}")


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


def _at(course: str, question: str) -> str:
    return reverse("cx_courses:daily-review", args=[course]) + "?" + urlencode({"card": question})


def _show(
    request: HttpRequest, reader: access.Reader, refused: RefusedResponse | None = None
) -> HttpResponse:
    now = timezone.now()
    shown = daily_review.open_review(reader=reader, now=now)
    row = chosen_row(shown, chosen=request.GET.get("card", ""), refused=refused)
    context = {
        "page": shown,
        "course": shown.course,
        "course_key": shown.course.key,
        "row": row,
        "is_set_done": shown.is_done,
    }
    if row is None:
        own = progress_of(reader.enrolled(), outline(reader.course), now)
        context["up_next"] = NextStep(own) if own else None
        context["mistakes"] = mistakes.count(enrolment=reader.enrolled(), now=now)
    status = status_of(refused.error) if refused and request.method == "POST" else None
    return render(request, "cx_courses/daily_review.html", context, status=status)


def _fragment(request: HttpRequest, reader: access.Reader, result: CardResponse) -> HttpResponse:
    context = {
        "row": answered_row(result, course_key=reader.course.key),
        "course": reader.course,
        "course_key": reader.course.key,
        "is_set_done": result.is_done,
    }
    return fragments.rendered(request, "cx_courses/daily_review/card.html", context)
