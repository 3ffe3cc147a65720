"""What the pages for corrections of results share: who may open them, and their words."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from courses import users
from courses.admin.own import rights_of
from courses.admin.studio.frame import Step, course_step
from courses.domain.regrading import expecting, following, plan, simulating
from courses.domain.regrading.changes import Correction, name_of
from courses.domain.rights import Can
from courses.models import Course, Enrolment

TEMPLATES = "admin/cx_courses/studio/"

TITLES: dict[str, Promise] = {
    "keep": gettext_lazy("Keep the better of the two"),
    "rule": gettext_lazy("The new rule for everybody"),
    "full": gettext_lazy("Full credit for everybody"),
    "drop": gettext_lazy("Leave the question out, nobody falls"),
    "drop_all": gettext_lazy("Leave the question out for everybody"),
}
HINTS: dict[str, Promise] = {
    "keep": gettext_lazy("Who gains by the new rule gets it; nobody loses anything."),
    "rule": gettext_lazy("Also takes points away where the old rule gave them."),
    "full": gettext_lazy("When no answer was right, or several were."),
    "drop": gettext_lazy("It counts no longer, except for those whom it would lower."),
    "drop_all": gettext_lazy("It counts no longer, whether that raises or lowers a result."),
}
NOTES: dict[str, Promise] = {
    plan.BY_PERSON: gettext_lazy("a person marked it: their mark stays"),
    plan.UNREADABLE: gettext_lazy("the new version cannot read the answer: it stays as it was"),
    plan.NOTHING_LEFT: gettext_lazy("nothing of the attempt would count: it stays as it was"),
    simulating.OVERRIDDEN: gettext_lazy("a person set the whole result: it stays"),
    expecting.SINCE_PREVIEW: gettext_lazy("changed since the preview"),
    following.LATE: gettext_lazy("an attempt was handed in after the correction"),
}


def corrected_course(admin: Any, request: HttpRequest, pk: int) -> Course:
    """Return a course whose results the person may correct. Raises Http404, PermissionDenied."""
    course: Course | None = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    require_may_correct(request, course)
    return course


def require_may_correct(request: HttpRequest, course: Course) -> None:
    """Raise PermissionDenied for a person who may not correct results of the whole course."""
    if not may_correct(request, course):
        raise PermissionDenied


def may_correct(request: HttpRequest, course: Course) -> bool:
    """Return whether the person may correct results of the course, in all its classes."""
    return rights_of(request).may_everywhere(Can.CORRECT, course=course)


def crumbs(request: HttpRequest, course: Course, *, with_list: bool = True) -> list[Step]:
    """Return the way to a page of a correction."""
    steps = [course_step(request, course)]
    if with_list:
        steps.append(Step(pgettext("of results", "Corrections"), list_url(course)))
    return steps


def list_url(course: Course) -> str:
    """Return the address of the list of corrections."""
    return reverse("admin:cx_courses_course_corrections", args=[course.pk])


def person_name(enrolment: Enrolment) -> str:
    """Return what the learner is called; the user should be loaded."""
    return users.names(enrolment.user).full_name or enrolment.user.get_username()


def notes_of(codes: list[str]) -> list[str]:
    """Return in words what a correction left as it was."""
    return [str(NOTES.get(code, code)) for code in codes]


def words_of(change: Correction) -> str:
    """Return what changes of a question, in words. The versions should be loaded."""
    version = change.version
    shown = version or change.question.ready_version
    name = name_of(question=change.question, version=shown)
    parts = []
    if version is not None:
        parts.append(_("judged by version %(number)d") % {"number": version.number})
    if change.points is not None:
        parts.append(_("worth %(points)s points") % {"points": f"{change.points.normalize():f}"})
    if not parts:
        parts.append(_("given away or left out"))
    return f"“{name}”: {', '.join(parts)}"
