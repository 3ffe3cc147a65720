"""Questions whose key is suspected, as tasks of the first page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.studio.tasks import Task
from courses.domain.analysis.suspected import SuspectedKeys, suspected_keys


def analysis_tasks(*, by: Any) -> list[Task]:
    """Return the quizzes with a suspected key, among those of which the person may see figures."""
    return [_task(one) for one in suspected_keys(by=by)]


def _task(one: SuspectedKeys) -> Task:
    title = ngettext(
        "The key of %(count)d question is suspected",
        "The keys of %(count)d questions are suspected",
        one.count,
    )
    url = reverse("admin:cx_courses_quiz_analysis", args=[one.quiz.pk])
    where = f"{one.quiz.title} ({one.section})" if one.section else one.quiz.title
    text = _("%(quiz)s: stronger learners choose another option.")
    return Task(
        icon="flag",
        title=title % {"count": one.count},
        text=text % {"quiz": where},
        url=f"{url}?class={one.section.pk}" if one.section else url,
        action=_("Look at it"),
    )
