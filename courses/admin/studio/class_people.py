"""The people of a class."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from courses.admin.studio import grant_words
from courses.admin.studio.class_frame import class_page, section_of
from courses.domain import activity, section_people
from courses.domain.section_people import Member

PER_PAGE = 50


@dataclass(frozen=True)
class PersonRow:
    """A person as the list shows them."""

    member: Member

    @property
    def url(self) -> str:
        return person_url(self.member.enrolment.pk)

    @property
    def account(self) -> str:
        """The name with which they sign in, where that is another one."""
        account = str(self.member.enrolment.user.get_username())
        return account if account != self.member.name else ""

    @property
    def granted(self) -> str:
        return ", ".join(grant_words.summary(self.member.granted))


def person_url(pk: int) -> str:
    """Return the page of one person in a class."""
    return reverse("admin:cx_courses_enrolment_person", args=[pk])


def people(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show who is in the class, or who was."""
    section = section_of(admin, request, pk)
    text = request.GET.get("words", "")[:200]
    is_former = request.GET.get("who") == "former"
    rows = section_people.of_class(section=section, text=text, are_former=is_former)
    found = Paginator(activity.with_last_acts(rows), PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    members = section_people.members(rows=page, course=section.course)
    return class_page(
        admin,
        request,
        "class_people.html",
        section,
        tab="people",
        rows=[PersonRow(one) for one in members],
        page=page,
        words=text,
        is_former=is_former,
    )
