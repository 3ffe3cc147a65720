"""The way from a learner page to its editor, for those who may edit what the page shows."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from courses.domain.rights import Can, rights
from courses.models import Course

register = template.Library()


@register.inclusion_tag("cx_courses/parts/edit.html", takes_context=True)
def edit_link(
    context: template.Context, kind: str, key: str, number: int = 0, at: str = ""
) -> dict[str, Any]:
    """Show a link to the editor of a `lesson`, `quiz` or `question`, which leads back here: to
    the `check` with this key, or to the `item` with this number.

    Nothing for everybody else, and no query for those who are no staff.
    """
    if context.get("is_cached"):  # For people without a way to the editors: see `may_edit`.
        return {"url": ""}
    request = context["request"]
    url = _editor(request, context["course"])
    if url:
        anchor = {"check": f"#check-{key}", "item": f"#item-{number}"}.get(at, "")
        url += f"?{urlencode({kind: key, 'next': _page(request) + anchor})}"
    return {"url": url, "kind": kind, "number": number}


def may_edit(context: template.Context | Mapping[str, Any]) -> bool:
    """Return whether `edit_link` shows a link on this page."""
    return bool(_editor(context["request"], context["course"]))


def _editor(request: HttpRequest, course: Course) -> str:
    """Return the address that knows the editors of the course; "" where there is no way to it."""
    is_inside = any(getattr(request, name, None) is not None for name in ("embed", "trial"))
    if is_inside or not getattr(request.user, "is_staff", False):
        return ""
    found: dict[int, str] | None = getattr(request, "_cx_editors", None)
    if found is None:
        found = request._cx_editors = {}  # type: ignore[attr-defined]
    if course.pk not in found:
        may_edit = rights(by=request.user, course=course).may_everywhere(Can.EDIT, course=course)
        found[course.pk] = _address(course) if may_edit else ""
    return found[course.pk]


def _address(course: Course) -> str:
    try:
        return reverse("admin:cx_courses_course_part", args=[course.pk])
    except NoReverseMatch:
        return ""  # A host without our admin.


def _page(request: HttpRequest) -> str:
    """Return the page that is looked at; that of a form where a part of it was asked for."""
    if request.method == "GET":
        return request.get_full_path()
    parts = urlsplit(request.headers.get("Referer", ""))
    return parts.path + (f"?{parts.query}" if parts.query else "")
