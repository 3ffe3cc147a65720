"""What the pages of the gradebook share: who may open them, and what somebody asked for."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.admin.own import rights_of
from courses.admin.studio.frame import Step, course_step, frame
from courses.admin.studio.posted import row_number
from courses.domain.gradesheet import SHOWN, SORTS, STATES, Selection
from courses.domain.rights import Can
from courses.models import Course

TEMPLATES = "admin/cx_courses/studio/"


def course_of(admin: Any, request: HttpRequest, pk: int) -> Course:
    """Return a course of which the person may see learners. Raises Http404, PermissionDenied."""
    course: Course | None = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    is_allowed = admin.has_view_permission(request)
    if not (is_allowed and rights_of(request).may(Can.PEOPLE, course=course)):
        raise PermissionDenied
    return course


def gradebook_url(course: Course, page: str = "gradebook", *more: int) -> str:
    """Return a page of the gradebook of a course."""
    return reverse(f"admin:cx_courses_course_{page}", args=[course.pk, *more])


def gradebook_page(
    admin: Any, request: HttpRequest, template: str, course: Course, **more: Any
) -> HttpResponse:
    """Answer with a page below the gradebook."""
    status = more.pop("status", 200)
    crumbs = [course_step(request, course), Step(_("Gradebook"), gradebook_url(course))]
    context = frame(admin, request, course=course, here="gradebook", crumbs=crumbs, **more)
    return TemplateResponse(request, f"{TEMPLATES}{template}", context, status=status)


@dataclass(frozen=True)
class GradebookQuery:
    """What the address of the gradebook asks for."""

    wanted: Selection

    @property
    def text(self) -> str:
        """The address without the page, beginning with a question mark."""
        return f"?{urlencode(self._pairs())}"

    @property
    def is_filtered(self) -> bool:
        plain = Selection(sort=self.wanted.sort, is_descending=self.wanted.is_descending)
        return self.wanted != plain

    def sorted_by(self, sort: str) -> str:
        """Return the address that sorts by this; the same column once more turns the order."""
        is_again = self.wanted.sort == sort
        turned = not self.wanted.is_descending if is_again else sort != "name"
        return GradebookQuery(replace(self.wanted, sort=sort, is_descending=turned)).text

    def _pairs(self) -> dict[str, str]:
        one = self.wanted
        section = "" if one.section is None else str(one.section)
        found = {"words": one.text, "class": section, "state": one.state, "show": one.shown}
        found["sort"] = f"-{one.sort}" if one.is_descending else one.sort
        plain = {"state": STATES[0], "sort": SORTS[0]}
        return {name: value for name, value in found.items() if value != plain.get(name, "")}


def query_of(sent: QueryDict) -> GradebookQuery:
    """Return what the address asks for; what is unknown there is left out."""
    sort = sent.get("sort", "")
    state, shown = sent.get("state", ""), sent.get("show", "")
    name = sort.removeprefix("-")
    is_known = name in SORTS or row_number(name) is not None
    return GradebookQuery(
        Selection(
            text=sent.get("words", "")[:200],
            section=row_number(sent.get("class", "")),
            state=state if state in STATES else STATES[0],
            shown=shown if shown in SHOWN else "",
            sort=name if is_known else SORTS[0],
            is_descending=is_known and sort.startswith("-"),
        )
    )
