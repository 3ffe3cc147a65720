"""Learners who fall behind, as tasks of the first page; each leads to the page that names them."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import moments
from courses.admin.studio.tasks import Task
from courses.domain import falling_behind, fault_reports
from courses.domain.falling_behind import Late, Stuck
from courses.models import Course


def learner_tasks(*, by: Any, now: datetime) -> list[Task]:
    """Return who is late and who is stuck, among the learners that the person may see."""
    late = falling_behind.late(by=by, now=now)
    stuck = falling_behind.stuck(by=by, now=now)
    return [*map(_late, late), *map(_stuck, stuck)]


def report_tasks(*, by: Any) -> list[Task]:
    """Return the courses whose learners wait for an answer to what they reported. Two queries."""
    counts = fault_reports.open_counts(by=by)
    courses = Course.objects.in_bulk(counts)
    return [_report(courses[pk], counts[pk]) for pk in sorted(counts)]


def _report(course: Course, count: int) -> Task:
    title = ngettext(
        "%(count)d report of a faulty question", "%(count)d reports of faulty questions", count
    )
    return Task(
        icon="flag",
        title=title % {"count": count},
        text=_("%(course)s: learners wait for an answer.") % {"course": course.title},
        url=reverse("admin:cx_courses_course_reports", args=[course.pk]),
        action=_("Show"),
    )


def _late(one: Late) -> Task:
    count = len(one.enrolments)
    title = ngettext(
        "%(count)d learner has not handed in a quiz",
        "%(count)d learners have not handed in a quiz",
        count,
    )
    parts = []
    if one.closed:
        parts.append(_("it has closed for %(count)d") % {"count": len(one.closed)})
    if one.closing and one.closes_at is not None:
        text = _("it closes for %(count)d from %(when)s on")
        parts.append(text % {"count": len(one.closing), "when": moments.written(one.closes_at)})
    return Task(
        icon="clock",
        title=title % {"count": count},
        text=f"{one.quiz.title}: {'; '.join(parts)}.",
        url=_dashboard(one.quiz.course_id),
        action=_("Show"),
    )


def _stuck(one: Stuck) -> Task:
    count = len(one.enrolments)
    title = ngettext("%(count)d learner is stuck", "%(count)d learners are stuck", count)
    parts = []
    if one.failing:
        text = _("%(count)d with %(tries)d failed attempts or more")
        parts.append(text % {"count": len(one.failing), "tries": falling_behind.FAILED_TRIES})
    if one.idle:
        text = _("%(count)d without anything done for %(days)d days")
        parts.append(text % {"count": len(one.idle), "days": falling_behind.IDLE.days})
    return Task(
        icon="user",
        title=title % {"count": count},
        text=f"{one.course.title}: {'; '.join(parts)}.",
        url=_dashboard(one.course.pk),
        action=_("Show"),
    )


def _dashboard(course_pk: int) -> str:
    return f"{reverse('admin:cx_courses_course_progress', args=[course_pk])}#needs"
