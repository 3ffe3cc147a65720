"""The page on which a response of a class is marked by those who look after it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.domain.marking import desk as desks
from courses.domain.marking import queue
from courses.domain.marking.desk import Desk, DeskStep
from courses.domain.rights import Can
from courses.errors import NotFound
from courses.web.class_access import TaughtClass, taught_class
from courses.web.class_marking import mark_url, scope_of
from courses.web.errors import handles_errors

PATHS = ("attempt__enrolment__user", "attempt__quiz", "stimulus", "version__question__module")


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
    scope, now = scope_of(request, found), timezone.now()
    sent = request.POST if request.method == "POST" else None
    desk = desks.open_desk(item=row, scope=scope, by=request.user, now=now, sent=sent)
    step = DeskStep.SHOW if sent is None else desks.act(desk=desk)
    if sent and sent["do"] == "keep" and "json" in request.headers.get("Accept", ""):
        return JsonResponse({"text": desk.kept or desk.problem}, status=desk.status)
    if step is DeskStep.NEXT:
        return _next(request, found, desk)
    if step is DeskStep.KEPT:
        return redirect(mark_url(found, scope, row))
    context = {"course": found.course, **desk.context()}
    return render(request, "cx_courses/class_mark.html", context, status=desk.status)


def _next(request: HttpRequest, found: TaughtClass, desk: Desk) -> HttpResponse:
    if desk.has_differing_marks:
        text = _("The two marks differ by more than the quiz allows: an agreed mark is needed.")
        messages.warning(request, text)
    if desk.next_item is None:
        messages.success(request, _("That was the last response here for now."))
        return redirect("cx_courses:class-marking", found.course.key)
    return redirect(mark_url(found, desk.scope, desk.next_item))
