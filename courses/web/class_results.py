"""A class for those who look after it: progress and results of its learners, and one's attempts.

They need no admin for it, so that it can be shown in a platform's frame, where it is bound to the
class of the launch.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.domain import gradesheet, platform_gradebooks, progress, section_people
from courses.domain.outline import outline
from courses.web import class_marking, class_scores
from courses.web.class_access import may_mark, taught_class
from courses.web.clock import now_of
from courses.web.errors import handles_errors

MOST = 500
"""Learners on one page; a larger class is searched by name."""


@dataclass(frozen=True)
class LearnerLine:
    """A learner's row of the class, with how far they are in the course."""

    row: gradesheet.LearnerRow
    percent: int


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, course: str) -> HttpResponse:
    """Show every learner of the class with progress and results."""
    found = taught_class(request, course)
    query = request.GET.get("q", "").strip()
    sheet = gradesheet.read(
        course=found.course,
        granted=found.granted,
        wanted=gradesheet.Selection(text=query, section=found.section_id),
        language=get_language() or "",
    )
    shown = sheet.rows[:MOST]
    done = progress.of_all(
        enrolments=[row.enrolment for row in shown],
        outline=outline(found.course),
        now=now_of(request),
    )
    elsewhere = platform_gradebooks.of(section=found.section)
    context = {
        "course": found.course,
        "section": found.section,
        "query": query,
        "columns": sheet.columns,
        "lines": [LearnerLine(row, done[row.enrolment.pk].percent) for row in shown],
        "count": len(sheet.rows),
        "most": MOST,
        "gradebook": elsewhere and elsewhere[1],
        "may_mark": may_mark(request, found),
        "waiting": class_marking.waiting_in(found, request.user).count(),
    }
    return render(request, "cx_courses/class_results.html", context)


@never_cache
@login_required
@require_safe
@handles_errors
def learner(request: HttpRequest, course: str, enrolment: UUID) -> HttpResponse:
    """Show what one learner of the class did: every attempt that counts as one of its own."""
    found = taught_class(request, course)
    row = found.learner(enrolment)
    elsewhere = platform_gradebooks.of(section=found.section)
    context = {
        "course": found.course,
        "enrolment": row,
        "name": section_people.name_of(user=row.user),
        "attempts": row.attempts.standalone().select_related("quiz").order_by("-pk"),
        "gradebook": elsewhere and elsewhere[1],
        "cells": elsewhere and class_scores.cells_of(found, elsewhere[0], row, now_of(request)),
        "may_mark": may_mark(request, found),
    }
    return render(request, "cx_courses/class_learner.html", context)
