"""What a platform's gradebook was sent of a class, and sending one learner's scores once more."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses import rates
from courses.domain import platform_gradebooks, section_people
from courses.domain.platform_gradebooks import PlatformScores, ScoreDifference, SentScore
from courses.domain.rights import Can
from courses.errors import NotFound, TooMuch
from courses.models import Enrolment
from courses.web.class_access import TaughtClass, may_mark, taught_class
from courses.web.clock import now_of
from courses.web.errors import handles_errors

MOST = 200
"""Learners on one page; a larger class is searched by name."""
COMPARED_RATE = "6/min"
"""Comparisons of one class."""


@dataclass(frozen=True)
class SentLine:
    """A learner of the class with their cells in the platform's columns."""

    enrolment: Enrolment
    name: str
    cells: list[SentScore]


@dataclass(frozen=True)
class DifferenceLine:
    """A cell in which the platform has something else than it was sent, with its learner."""

    enrolment: Enrolment
    name: str
    found: ScoreDifference


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, course: str) -> HttpResponse:
    """Show of every learner what the platform was sent. Raises NotFound without a gradebook."""
    found = taught_class(request, course)
    elsewhere = platform_gradebooks.of(section=found.section)
    if elsewhere is None or found.section is None:
        raise NotFound
    scores, gradebook = elsewhere
    query = request.GET.get("q", "").strip()
    rows = section_people.of_class(section=found.section, text=query).learners()
    shown = list(rows[:MOST])
    cells = scores.cells(section=found.section, enrolments=shown, now=now_of(request))
    names = ((one, section_people.name_of(user=one.user)) for one in shown)
    context = {
        "course": found.course,
        "gradebook": gradebook,
        "query": query,
        "count": rows.count(),
        "most": MOST,
        "may_compare": gradebook.is_readable and may_mark(request, found),
        "lines": [SentLine(one, name, cells.get(one.pk, [])) for one, name in names],
    }
    return render(request, "cx_courses/class_scores.html", context)


@login_required
@require_POST
@handles_errors
def send_again(request: HttpRequest, course: str, enrolment: UUID) -> HttpResponse:
    """Have one learner's scores sent once more. Raises NotFound without a gradebook."""
    found = taught_class(request, course, can=Can.MARK)
    row = found.learner(enrolment)
    elsewhere = platform_gradebooks.of(section=found.section)
    if elsewhere is None or found.section is None:
        raise NotFound
    scores, gradebook = elsewhere
    if scores.send_again(section=found.section, enrolments=[row], now=timezone.now()):
        text = _("The scores are sent to %(platform)s again within a few minutes.")
        messages.success(request, text % {"platform": gradebook.name})
    elif gradebook.is_on:
        messages.info(request, _("There is no score to send again. A new one is sent by itself."))
    else:
        messages.error(request, _("Sending is switched off. An administrator has to switch it on."))
    return redirect("cx_courses:class-learner", course=course, enrolment=enrolment)


@never_cache
@login_required
@require_POST
@handles_errors
def compare(request: HttpRequest, course: str) -> HttpResponse:
    """Ask the platform what it has, and show where that differs. Raises NotFound, TooMuch.

    Changes nothing. Only on request: it calls the platform for every column.
    """
    found = taught_class(request, course, can=Can.MARK)
    elsewhere = platform_gradebooks.of(section=found.section)
    if elsewhere is None or found.section is None or not elsewhere[1].is_readable:
        raise NotFound
    if not rates.spend(f"gradebook.{found.section_id}", COMPARED_RATE):
        raise TooMuch(_("Please wait a minute before you compare again."))
    rows = list(section_people.of_class(section=found.section).learners())
    read = elsewhere[0].compare(section=found.section, enrolments=rows)
    learners = {one.pk: one for one in rows}
    context = {
        "course": found.course,
        "gradebook": elsewhere[1],
        "read": read,
        "lines": [
            DifferenceLine(
                learners[one.enrolment],
                section_people.name_of(user=learners[one.enrolment].user),
                one,
            )
            for one in read.differences
        ],
    }
    return render(request, "cx_courses/class_compare.html", context)


def cells_of(
    found: TaughtClass, scores: PlatformScores, row: Enrolment, now: datetime
) -> list[SentScore]:
    """Return one learner's cells in the platform's columns."""
    if found.section is None:
        return []
    return scores.cells(section=found.section, enrolments=[row], now=now).get(row.pk, [])
