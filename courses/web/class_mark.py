"""The page on which a response of a class is marked by those who look after it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.domain.marking import claims, comments, drafts, giving, queue
from courses.domain.marking.noting import Noted
from courses.domain.marking.shown import shown
from courses.domain.rights import Can
from courses.errors import Conflict, CoursesError, Invalid, NotFound
from courses.models import AttemptItem
from courses.posted import MarkForm
from courses.web.class_access import TaughtClass, taught_class
from courses.web.class_marking import mark_url, scope_of
from courses.web.errors import handles_errors

PATHS = ("attempt__enrolment__user", "attempt__quiz", "stimulus", "version__question__module")


@dataclass
class MarkingPlace:
    """A response that somebody marks, with what they noted and what is wrong with it."""

    request: HttpRequest
    found: TaughtClass
    scope: queue.Scope
    item: AttemptItem
    now: datetime
    noted: Noted
    form: MarkForm
    status: int = 200
    problem: str = ""
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_shown_again: bool = False


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_errors
def mark(request: HttpRequest, course: str, item: UUID) -> HttpResponse:
    """Show a response of the class for marking, or do what a button says. Raises NotFound."""
    found = taught_class(request, course, can=Can.MARK)
    rows = queue.markable(by=request.user, course=found.course)
    if found.section_id is not None:
        rows = rows.filter(attempt__enrolment__section=found.section_id)
    row = rows.filter(uuid=item, version__type__in=queue.by_person()).select_related(*PATHS).first()
    if row is None:
        raise NotFound
    place = _place(request, found, row)
    if request.method != "POST":
        return _page(place)
    act = _ACTS.get(request.POST.get("do", "").partition(":")[0])
    if act is None:
        raise NotFound
    return act(place)


def _place(request: HttpRequest, found: TaughtClass, item: AttemptItem) -> MarkingPlace:
    rubric, now = item.version.question_type.rubric(item.version.parsed), timezone.now()
    named: dict[str, Any] = {"worth": item.worth, "has_rubric": bool(rubric)}
    if request.method == "POST":
        noted = Noted.sent(request.POST, rubric)
        form = MarkForm(noted.texts, **named)
    else:
        noted = drafts.begun(item=item, by=request.user, now=now)
        form = MarkForm(initial=noted.texts, **named)
    return MarkingPlace(request, found, scope_of(request, found), item, now, noted, form)


def _page(place: MarkingPlace) -> HttpResponse:
    request, found = place.request, place.found
    more = shown(
        item=place.item, noted=place.noted, errors=place.errors, by=request.user, now=place.now
    )
    seen = request.POST.get("based_on") if place.is_shown_again else None
    context = {
        "course": found.course,
        "item": place.item,
        "form": place.form,
        "feedback": place.noted.texts.get("feedback", ""),
        "problem": place.problem,
        "waiting": queue.waiting(by=request.user, scope=place.scope).count(),
        "based_on": seen or more.revision,
        "shown": more,
        "comments": comments.of(course=found.course, by=request.user),
    }
    return render(request, "cx_courses/class_mark.html", context, status=place.status)


def _save(place: MarkingPlace) -> HttpResponse:
    """Give the mark, then go on to the next response."""
    if not place.form.is_valid():
        place.status, place.is_shown_again = 400, True
        return _page(place)
    try:
        given = giving.give(
            item=place.item,
            by=place.request.user,
            now=place.now,
            based_on=drafts.revision_seen(text=place.request.POST.get("based_on", "")),
            parts=place.noted.parts,
            scaled=place.form.scaled,
            feedback=place.form.cleaned_data["feedback"].strip(),
            reason=place.form.cleaned_data["reason"],
        )
    except Invalid as error:
        place.status, place.is_shown_again = 400, True
        place.problem = place.form.name_problems(error, place.errors)
        return _page(place)
    except CoursesError as error:
        place.status, place.problem = 409, str(error)
        return _page(place)
    if given.state == "differs":
        text = _("The two marks differ by more than the quiz allows: an agreed mark is needed.")
        messages.warning(place.request, text)
    return _next(place)


def _next(place: MarkingPlace, *, is_skip: bool = False) -> HttpResponse:
    """Go to the next response of this part; those that were skipped come last."""
    by, now = place.request.user, place.now
    rows = queue.waiting(by=by, scope=place.scope)
    item = queue.take_next(rows=rows, by=by, now=now, after=place.item, begins_again=not is_skip)
    if item is None:
        messages.success(place.request, _("That was the last response here for now."))
        return redirect("cx_courses:class-marking", place.found.course.key)
    return redirect(mark_url(place.found, place.scope, item))


def _skip(place: MarkingPlace) -> HttpResponse:
    """Leave the response to others."""
    claims.let_go(item=place.item, by=place.request.user)
    return _next(place, is_skip=True)


def _show(place: MarkingPlace) -> HttpResponse:
    """Show the page with what is typed: the preview of the feedback follows."""
    place.form.is_valid()
    place.is_shown_again = True
    return _page(place)


def _keep(place: MarkingPlace) -> HttpResponse:
    """Keep what is noted so far and hold on to the response; a script does so while one types."""
    wants_json = "json" in place.request.headers.get("Accept", "")
    by = place.request.user
    try:
        text = drafts.keep(item=place.item, noted=place.noted, by=by, now=place.now)
    except Conflict as error:
        if wants_json:
            return JsonResponse({"text": str(error)}, status=409)
        place.status, place.problem = 409, str(error)
        return _page(place)
    if wants_json:
        return JsonResponse({"text": text})
    return redirect(mark_url(place.found, place.scope, place.item))


def _insert(place: MarkingPlace) -> HttpResponse:
    """Put a comment of the bank behind the feedback."""
    feedback = drafts.with_comment(
        course=place.found.course,
        comment=place.request.POST["do"].partition(":")[2],
        feedback=place.noted.texts["feedback"],
        by=place.request.user,
    )
    place.noted.texts["feedback"] = feedback
    place.form.replace_feedback(feedback)
    return _show(place)


def _remember(place: MarkingPlace) -> HttpResponse:
    """Put the feedback into one's own comments."""
    text, by = place.noted.texts["feedback"], place.request.user
    try:
        comments.keep(course=place.found.course, text=text, by=by, now=place.now)
    except CoursesError as error:
        place.status, place.problem = 400, str(error)
    return _show(place)


_ACTS = {
    "next": _save,
    "skip": _skip,
    "keep": _keep,
    "show": _show,
    "insert": _insert,
    "remember": _remember,
}
