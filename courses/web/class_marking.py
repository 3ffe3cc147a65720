"""Marking by those who look after a class, without the admin: what waits, and one response.

The rules are those of the admin's pages: claims, two markers, rubrics, held marks. Only responses
of learners of the class are offered.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.domain import person_marks
from courses.domain.marking import claims, giving, holders, queue, release
from courses.domain.marking.noting import Noted
from courses.domain.marking.shown import shown, stem_of
from courses.domain.rights import Can
from courses.errors import CoursesError, Invalid, NotFound
from courses.models import AttemptItem, QuestionVersion
from courses.posted import MarkForm, row_number
from courses.web.class_access import TaughtClass, taught_class
from courses.web.errors import handles_errors

PARTS = ("quiz", "question")
PATHS = ("attempt__enrolment__user", "attempt__quiz", "stimulus", "version__question__module")


@dataclass(frozen=True)
class WaitingQuestion:
    """What waits for one question in one quiz."""

    group: queue.Group
    stem: str
    query: str

    @property
    def offered(self) -> int:
        return self.group.first + self.group.second


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
def overview(request: HttpRequest, course: str) -> HttpResponse:
    """Show what waits in the class; begin to mark, or release marks, where a button says so."""
    found, now = taught_class(request, course, can=Can.MARK), timezone.now()
    scope = _scope(request, found)
    if request.method == "POST":
        return _act(request, found, scope, now)
    groups = queue.groups(rows=queue.waiting(by=request.user, scope=scope), now=now)
    versions = QuestionVersion.objects.in_bulk({one.version for one in groups})
    context = {
        "course": found.course,
        "questions": [
            WaitingQuestion(
                one,
                stem_of(version=versions[one.version]),
                urlencode({"quiz": one.quiz, "question": one.question}),
            )
            for one in groups
        ],
        "held": release.held(by=request.user, course=found.course, section=found.section),
    }
    return render(request, "cx_courses/class_marking.html", context)


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
    act = {"next": _save, "skip": _skip, "show": _show}.get(request.POST.get("do", ""))
    if act is None:
        raise NotFound
    return act(place)


def waiting_in(found: TaughtClass, by: Any) -> QuerySet[AttemptItem]:
    """Return what waits for a mark in the class."""
    return queue.waiting(by=by, scope=queue.Scope(found.course, section=found.section_id))


def _scope(request: HttpRequest, found: TaughtClass) -> queue.Scope:
    named = {name: row_number(request.GET.get(name, "")) for name in PARTS}
    return queue.Scope(found.course, section=found.section_id, **named)


def _act(
    request: HttpRequest, found: TaughtClass, scope: queue.Scope, now: datetime
) -> HttpResponse:
    do, here = request.POST.get("do", ""), redirect("cx_courses:class-marking", found.course.key)
    if do == "release":
        held = release.attempts_held(by=request.user, course=found.course)
        held = held.filter(quiz=row_number(request.POST.get("quiz", "")))
        if found.section_id is not None:
            held = held.filter(enrolment__section=found.section_id)
        count = release.release(attempts=held, by=request.user, now=now)
        text = ngettext(
            "The marks of %(count)d attempt are released.",
            "The marks of %(count)d attempts are released.",
            count,
        )
        messages.success(request, text % {"count": count})
        return here
    if do not in ("start", "compare"):
        raise NotFound
    rows = queue.waiting(by=request.user, scope=scope)
    if do == "compare":
        item = queue.differing(rows=rows).first()
    else:
        item = queue.take_next(rows=rows, by=request.user, now=now)
    if item is None:
        messages.warning(request, _("Nothing here waits for you at the moment."))
        return here
    return redirect(_url(found, scope, item))


def _place(request: HttpRequest, found: TaughtClass, item: AttemptItem) -> MarkingPlace:
    rubric, now = item.version.question_type.rubric(item.version.parsed), timezone.now()
    named: dict[str, Any] = {"worth": item.worth, "has_rubric": bool(rubric)}
    if request.method == "POST":
        noted = Noted.sent(request.POST, rubric)
        form = MarkForm(noted.texts, **named)
    else:
        noted = _stored(request, item, now)
        form = MarkForm(initial=noted.texts, **named)
    return MarkingPlace(request, found, _scope(request, found), item, now, noted, form)


def _stored(request: HttpRequest, item: AttemptItem, now: datetime) -> Noted:
    """Return what the person noted before, in the admin perhaps; else the mark that stands."""
    claim = claims.of(item=item, now=now)
    if claim is not None and claim.draft and holders.is_own(row=claim, by=request.user):
        return Noted.stored(claim.draft)
    row = person_marks.latest(gradings=list(item.gradings.order_by("sequence")))
    return Noted() if row is None else Noted.graded(row)


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
            based_on=row_number(place.request.POST.get("based_on", "")) or 0,
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
    return redirect(_url(place.found, place.scope, item))


def _skip(place: MarkingPlace) -> HttpResponse:
    """Leave the response to others."""
    claims.let_go(item=place.item, by=place.request.user)
    return _next(place, is_skip=True)


def _show(place: MarkingPlace) -> HttpResponse:
    """Show the page with what is typed: the preview of the feedback follows."""
    place.form.is_valid()
    place.is_shown_again = True
    return _page(place)


def _url(found: TaughtClass, scope: queue.Scope, item: AttemptItem) -> str:
    named = {name: getattr(scope, name) for name in PARTS}
    query = urlencode({name: pk for name, pk in named.items() if pk is not None})
    address = reverse("cx_courses:class-mark", args=[found.course.key, item.uuid])
    return f"{address}?{query}" if query else address
