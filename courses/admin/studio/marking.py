"""The page on which a response is marked: answer, model answer and rubric on one screen."""

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
from courses.domain.marking import desk as desks
from courses.domain.marking import queue
from courses.domain.marking.desk import Desk, DeskStep
from courses.errors import NotFound

PATHS = (
    "attempt__enrolment__user",
    "attempt__quiz",
    "stimulus",
    "version__question__module",
    "version__question__objective",
)


def mark(admin: Any, request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    """Show a response for marking, or do what a button says. Raises Http404."""
    course = course_of(admin, request, pk)
    rows = queue.markable(by=request.user, course=course).select_related(*PATHS)
    item = rows.filter(uuid=uuid, version__type__in=queue.by_person()).first()
    if item is None:
        raise Http404
    part, now = part_of(request, course), timezone.now()
    sent = request.POST if request.method == "POST" else None
    desk = desks.open_desk(item=item, scope=part.scope, by=request.user, now=now, sent=sent)
    try:
        step = DeskStep.SHOW if sent is None else desks.act(desk=desk)
    except NotFound as error:
        raise Http404 from error
    if sent and sent["do"] == "keep" and "json" in request.headers.get("Accept", ""):
        return JsonResponse({"text": desk.kept or desk.problem}, status=desk.status)
    if step is DeskStep.NEXT:
        return _next(admin, request, part, desk)
    if step is DeskStep.KEPT:
        return redirect(mark_url(course.pk, item.uuid, part.query))
    return _page(admin, request, part, desk)


def _page(admin: Any, request: HttpRequest, part: QueuePart, desk: Desk) -> HttpResponse:
    return marking_page(
        admin,
        request,
        "marking.html",
        part.scope.course,
        title=_("Mark a response"),
        status=desk.status,
        part=part,
        queue_url=queue_url(part.scope.course.pk),
        **desk.context(),
    )


def _next(admin: Any, request: HttpRequest, part: QueuePart, desk: Desk) -> HttpResponse:
    course = part.scope.course
    if desk.has_differing_marks:
        text = _("The two marks differ by more than the quiz allows: an agreed mark is needed.")
        admin.message_user(request, text, "WARNING")
    if desk.next_item is None:
        admin.message_user(request, _("That was the last response here for now."))
        return redirect(queue_url(course.pk))
    return redirect(mark_url(course.pk, desk.next_item.uuid, part.query))
