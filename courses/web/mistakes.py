"""My mistakes: what the learner got wrong, one card at a time, judged in place."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.domain import access, mistake_sets
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
    """Show the next mistake to put right, or that there is none."""
    reader = reader_of(request, course)
    place = reverse("cx_courses:mistakes", args=[course])
    return _show(request, reader, unsent.taken(request, place))


@require_POST
@back_to("cx_courses:mistakes")
@handles_errors
@judges_texts
def respond(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Judge a response: the card again as a fragment, or the page at that place."""
    reader = reader_of(request, course)
    prefix = field_prefix(question)
    raw = raw_response(request.POST, prefix)
    try:
        result = mistake_sets.respond(
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
        context = {
            "row": answered_row(result, course_key=course),
            "course": reader.course,
            "course_key": course,
            "is_set_done": result.is_done,
        }
        return fragments.rendered(request, "cx_courses/mistakes/card.html", context)
    here = reverse("cx_courses:mistakes", args=[course])
    return redirect(f"{here}?{urlencode({'card': question})}#check-{question}")


@require_POST
@back_to("cx_courses:mistakes")
@handles_errors
def begin_next(request: HttpRequest, course: str) -> HttpResponse:
    """Go on with other mistakes."""
    reader = reader_of(request, course)
    mistake_sets.begin_next(reader=reader, by=request.user, now=timezone.now())
    return redirect("cx_courses:mistakes", course=course)


def _show(
    request: HttpRequest, reader: access.Reader, refused: RefusedResponse | None = None
) -> HttpResponse:
    now = timezone.now()
    shown = mistake_sets.open_set(reader=reader, now=now)
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
    status = status_of(refused.error) if refused and request.method == "POST" else None
    return render(request, "cx_courses/mistakes.html", context, status=status)
