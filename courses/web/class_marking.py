"""What waits for a mark in a class, for those who look after it, without the admin.

The rules are those of the admin's pages: claims, two markers, rubrics, held marks. Only responses
of learners of the class are offered.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

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

from courses.domain.marking import comments, queue, release
from courses.domain.marking.shown import stem_of
from courses.domain.rights import Can
from courses.errors import NotFound
from courses.models import AttemptItem, QuestionVersion
from courses.posted import row_number
from courses.web.class_access import TaughtClass, taught_class
from courses.web.errors import handles_errors

PARTS = ("quiz", "question")


@dataclass(frozen=True)
class WaitingQuestion:
    """What waits for one question in one quiz."""

    group: queue.Group
    stem: str
    query: str

    @property
    def offered(self) -> int:
        return self.group.first + self.group.second


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_errors
def overview(request: HttpRequest, course: str) -> HttpResponse:
    """Show what waits in the class; begin to mark, or release marks, where a button says so."""
    found, now = taught_class(request, course, can=Can.MARK), timezone.now()
    scope = scope_of(request, found)
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
        "comments": comments.of(course=found.course, by=request.user),
    }
    return render(request, "cx_courses/class_marking.html", context)


def waiting_in(found: TaughtClass, by: Any) -> QuerySet[AttemptItem]:
    """Return what waits for a mark in the class."""
    return queue.waiting(by=by, scope=queue.Scope(found.course, section=found.section_id))


def scope_of(request: HttpRequest, found: TaughtClass) -> queue.Scope:
    """Return the part of what waits in the class that the address names."""
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
    if do == "delete_comment":
        number = row_number(request.POST.get("comment", ""))
        if number is not None:
            comments.delete(course=found.course, comment=number, by=request.user)
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
    return redirect(mark_url(found, scope, item))


def mark_url(found: TaughtClass, scope: queue.Scope, item: AttemptItem) -> str:
    """Return the page on which the response is marked, as part of what waits."""
    named = {name: getattr(scope, name) for name in PARTS}
    query = urlencode({name: pk for name, pk in named.items() if pk is not None})
    address = reverse("cx_courses:class-mark", args=[found.course.key, item.uuid])
    return f"{address}?{query}" if query else address
