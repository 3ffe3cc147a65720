"""Results that a change left behind, as tasks of the first page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.own import rights_of
from courses.admin.studio.tasks import Task
from courses.domain.regrading import left_behind
from courses.domain.rights import Can
from courses.models import Course, StaleResults


def correction_tasks(request: HttpRequest) -> list[Task]:
    """Return the quizzes in which results rest on an older rule, as a job has counted them."""
    courses = rights_of(request).whole_courses(Can.CORRECT)
    open_ones = courses.exclude(state=Course.State.ARCHIVED)
    return [_task(one) for one in left_behind.of_courses(courses=open_ones)]


def _task(one: StaleResults) -> Task:
    title = ngettext(
        "%(count)d result rests on an older rule",
        "%(count)d results rest on an older rule",
        one.count,
    )
    text = _("%(quiz)s (%(course)s): its key, points or pass mark changed since.")
    column = one.line_item
    return Task(
        icon="refresh",
        title=title % {"count": one.count},
        text=text % {"quiz": column.label, "course": column.course.title},
        url=reverse("admin:cx_courses_course_corrections", args=[column.course_id]),
        action=_("Show"),
    )
