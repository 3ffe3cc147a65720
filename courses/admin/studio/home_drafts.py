"""What a person has written and not published, on the first page.

What was not published in time comes first.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from courses.admin.studio.tasks import Task
from courses.domain.authoring import working_copies
from courses.domain.rights import Can, rights
from courses.models import Course, Lesson, Question, Quiz, WorkingCopy
from courses.questions import registry

SHOWN = 12
QUICK = "quick"
_SHORT = 60
_PAGES: Mapping[str, tuple[type[Any], str]] = {
    "lesson": (Lesson, "lesson_edit"),
    "question": (Question, "question_edit"),
    "quiz": (Quiz, "quiz_build"),
}


def draft_tasks(request: HttpRequest) -> list[Task]:
    """Return the newest drafts of the person as tasks. A constant number of queries."""
    found = working_copies.open_copies(owner=request.user)
    if not found:
        return []
    courses = rights(by=request.user).whole_courses(Can.EDIT)
    open_courses = courses.exclude(state=Course.State.ARCHIVED)
    allowed = set(open_courses.values_list("pk", flat=True))
    shown = [copy for copy in found if copy.course_id in allowed]
    shown = sorted(shown, key=lambda copy: not copy.refusal)[:SHOWN]
    addresses = _addresses(shown)
    return [_task(copy, addresses[copy.pk]) for copy in shown if copy.pk in addresses]


def proposal_tasks(request: HttpRequest) -> list[Task]:
    """Return the courses of the person in which proposals of programs wait."""
    courses = rights(by=request.user).whole_courses(Can.EDIT)
    found = working_copies.count_proposals(courses=courses)
    rows = courses.filter(pk__in=found).order_by("title") if found else ()
    return [_proposals(course, found[course.pk]) for course in rows]


def _proposals(course: Course, count: int) -> Task:
    title = ngettext("%(count)d proposal", "%(count)d proposals", count)
    return Task(
        icon="draft",
        title=title % {"count": count},
        text=_("%(course)s: drafted by a program, of which you decide.") % {"course": course.title},
        url=reverse("admin:cx_courses_course_proposals", args=[course.pk]),
        action=_("Review"),
    )


def _addresses(copies: Sequence[WorkingCopy]) -> dict[int, tuple[str, str]]:
    """Return draft → what it is of, and its page; without those of things that are gone."""
    stems = working_copies.texts_of_new(copies=copies, name="data.stem")
    result = {
        copy.pk: (_new_name(copy, stems.get(copy.pk, "")), new_address(copy))
        for copy in copies
        if not copy.key
    }
    for kind, (model, page) in _PAGES.items():
        own = [copy for copy in copies if copy.kind == kind]
        keys = {copy.key for copy in own if copy.key}
        courses = {copy.course_id for copy in own}
        rows = model._default_manager.filter(course__in=courses, key__in=keys)
        field = "key" if kind == "question" else "title"
        known = {
            (course, key): (pk, name)
            for pk, course, key, name in rows.values_list("pk", "course", "key", field)
        }
        for copy in own:
            if copy.key and (copy.course_id, copy.key) in known:
                pk, name = known[copy.course_id, copy.key]
                result[copy.pk] = (str(name), reverse(f"admin:cx_courses_{page}", args=[pk]))
    return result


def _new_name(copy: WorkingCopy, stem: str) -> str:
    if copy.kind == QUICK:
        return _("Quick entry")
    kind = registry.all_types().get(copy.type)
    words = {"type": kind.label if kind else copy.type, "text": Truncator(stem).chars(_SHORT)}
    return (_("%(text)s (%(type)s)") if stem.strip() else _("new question, %(type)s")) % words


def new_address(copy: WorkingCopy) -> str:
    """Return the page on which something new is written on."""
    query = {"course": copy.course.key, "type": copy.type, "draft": str(copy.uuid)}
    if copy.kind == QUICK:
        del query["type"]
        return f"{reverse('admin:cx_courses_question_quick')}?{urlencode(query)}"
    return f"{reverse('admin:cx_courses_question_write')}?{urlencode(query)}"


def _task(copy: WorkingCopy, where: tuple[str, str]) -> Task:
    name, url = where
    title = _("Not published: %(name)s") if copy.refusal else _("You are writing: %(name)s")
    return Task(
        icon="warning" if copy.refusal else "draft",
        title=title % {"name": name},
        text=f"{copy.course.title}. {_state(copy)}",
        url=url,
        action=pgettext("writing", "Continue"),
    )


def _state(copy: WorkingCopy) -> str:
    if copy.refusal:
        return copy.refusal
    if copy.publish_at is not None:
        return _("It will be published at %(time)s.") % {"time": _moment(copy.publish_at)}
    if copy.updated_at <= timezone.now() - working_copies.LISTED:
        end = copy.updated_at + working_copies.KEPT
        return _("Nobody has touched it for long; it is deleted at %(time)s.") % {
            "time": _moment(end)
        }
    return _("Saved at %(time)s, only you see it.") % {"time": _moment(copy.updated_at)}


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
