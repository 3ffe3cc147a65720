"""The page on which a response is marked: answer, model answer and rubric on one screen."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.marking_frame import (
    QueuePart,
    course_of,
    mark_url,
    marking_page,
    part_of,
    queue_url,
)
from courses.domain.marking import claims, comments, drafts, giving, queue
from courses.domain.marking.noting import Noted
from courses.domain.marking.shown import shown
from courses.errors import Conflict, CoursesError, Invalid
from courses.models import AttemptItem, Course
from courses.posted import MarkForm

PATHS = (
    "attempt__enrolment__user",
    "attempt__quiz",
    "stimulus",
    "version__question__module",
    "version__question__objective",
)


@dataclass
class Desk:
    """A response that somebody marks, with what they noted and what is wrong with it."""

    request: HttpRequest
    course: Course
    part: QueuePart
    item: AttemptItem
    now: datetime
    noted: Noted
    form: MarkForm
    status: int = 200
    problem: str = ""
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_shown_again: bool = False

    @property
    def here(self) -> str:
        return mark_url(self.course.pk, self.item.uuid, self.part.query)


def mark(admin: Any, request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    """Show a response for marking, or do what a button says. Raises Http404."""
    course = course_of(admin, request, pk)
    rows = queue.markable(by=request.user, course=course).select_related(*PATHS)
    item = rows.filter(uuid=uuid, version__type__in=queue.by_person()).first()
    if item is None:
        raise Http404
    desk = _desk(request, course, item)
    if request.method != "POST":
        return _page(admin, desk)
    act = _ACTS.get(request.POST.get("do", "").partition(":")[0])
    if act is None:
        raise Http404
    return act(admin, desk)


def _desk(request: HttpRequest, course: Course, item: AttemptItem) -> Desk:
    now = timezone.now()
    rubric = item.version.question_type.rubric(item.version.parsed)
    named: dict[str, Any] = {"worth": item.worth, "has_rubric": bool(rubric)}
    if request.method == "POST":
        noted = Noted.sent(request.POST, rubric)
        form = MarkForm(noted.texts, **named)
    else:
        noted = drafts.begun(item=item, by=request.user, now=now)
        form = MarkForm(initial=noted.texts, **named)
    part = part_of(request, course)
    return Desk(request, course, part, item, now, noted, form)


def _page(admin: Any, desk: Desk) -> HttpResponse:
    more = shown(
        item=desk.item, noted=desk.noted, errors=desk.errors, by=desk.request.user, now=desk.now
    )
    seen = desk.request.POST.get("based_on") if desk.is_shown_again else None
    return marking_page(
        admin,
        desk.request,
        "marking.html",
        desk.course,
        title=_("Mark a response"),
        status=desk.status,
        part=desk.part,
        item=desk.item,
        form=desk.form,
        feedback=desk.noted.texts.get("feedback", ""),
        problem=desk.problem,
        waiting=queue.waiting(by=desk.request.user, scope=desk.part.scope).count(),
        based_on=seen or more.revision,
        shown=more,
        comments=comments.of(course=desk.course, by=desk.request.user),
        queue_url=queue_url(desk.course.pk),
    )


def _save(admin: Any, desk: Desk) -> HttpResponse:
    """Give the mark, then go on to the next response."""
    if not desk.form.is_valid():
        desk.status, desk.is_shown_again = 400, True
        return _page(admin, desk)
    try:
        given = giving.give(
            item=desk.item,
            by=desk.request.user,
            now=desk.now,
            based_on=drafts.revision_seen(text=desk.request.POST.get("based_on", "")),
            parts=desk.noted.parts,
            scaled=desk.form.scaled,
            feedback=desk.form.cleaned_data["feedback"].strip(),
            reason=desk.form.cleaned_data["reason"],
        )
    except Invalid as error:
        desk.status, desk.is_shown_again = 400, True
        desk.problem = desk.form.name_problems(error, desk.errors)
        return _page(admin, desk)
    except CoursesError as error:
        desk.status, desk.problem = 409, str(error)
        return _page(admin, desk)
    if given.state == "differs":
        text = _("The two marks differ by more than the quiz allows: an agreed mark is needed.")
        admin.message_user(desk.request, text, "WARNING")
    return _next(admin, desk)


def _next(admin: Any, desk: Desk, *, is_skip: bool = False) -> HttpResponse:
    """Go to the next response of this part; those that were skipped come last."""
    rows = queue.waiting(by=desk.request.user, scope=desk.part.scope)
    item = queue.take_next(
        rows=rows, by=desk.request.user, now=desk.now, after=desk.item, begins_again=not is_skip
    )
    if item is None:
        admin.message_user(desk.request, _("That was the last response here for now."))
        return redirect(queue_url(desk.course.pk))
    return redirect(mark_url(desk.course.pk, item.uuid, desk.part.query))


def _skip(admin: Any, desk: Desk) -> HttpResponse:
    """Leave the response to others."""
    claims.let_go(item=desk.item, by=desk.request.user)
    return _next(admin, desk, is_skip=True)


def _keep(admin: Any, desk: Desk) -> HttpResponse:
    """Keep what is noted so far and hold on to the response; a script does so while one types."""
    wants_json = "json" in desk.request.headers.get("Accept", "")
    try:
        text = drafts.keep(item=desk.item, noted=desk.noted, by=desk.request.user, now=desk.now)
    except Conflict as error:
        if wants_json:
            return JsonResponse({"text": str(error)}, status=409)
        desk.status, desk.problem = 409, str(error)
        return _page(admin, desk)
    if wants_json:
        return JsonResponse({"text": text})
    return redirect(desk.here)


def _show(admin: Any, desk: Desk) -> HttpResponse:
    """Show the page with what is typed: the preview of the feedback follows."""
    desk.form.is_valid()
    desk.is_shown_again = True
    return _page(admin, desk)


def _insert(admin: Any, desk: Desk) -> HttpResponse:
    """Put a comment of the bank behind the feedback."""
    feedback = drafts.with_comment(
        course=desk.course,
        comment=desk.request.POST["do"].partition(":")[2],
        feedback=desk.noted.texts["feedback"],
        by=desk.request.user,
    )
    desk.noted.texts["feedback"] = feedback
    desk.form.replace_feedback(feedback)
    desk.is_shown_again = True
    return _page(admin, desk)


def _remember(admin: Any, desk: Desk) -> HttpResponse:
    """Put the feedback into one's own comments."""
    try:
        comments.keep(
            course=desk.course,
            text=desk.noted.texts["feedback"],
            by=desk.request.user,
            now=desk.now,
        )
    except CoursesError as error:
        desk.status, desk.problem = 400, str(error)
    desk.is_shown_again = True
    return _page(admin, desk)


_ACTS = {
    "next": _save,
    "skip": _skip,
    "keep": _keep,
    "show": _show,
    "insert": _insert,
    "remember": _remember,
}
