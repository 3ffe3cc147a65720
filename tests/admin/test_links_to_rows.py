"""A page of the admin links only to rows that its reader may open."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from courses.domain import enrolments
from courses.models import Enrolment
from tests.admin.conftest import signed_in, staff
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MODELS = [one for one in admin.site._registry if one._meta.app_label == "cx_courses"]
ROLES = [("instructor", False), ("author", False), ("instructor", True), ("observer", True)]


@pytest.mark.proofs
@pytest.mark.parametrize(("role", "in_class"), ROLES)
def test_a_record_links_only_to_rows_that_staff_may_open(
    course: Any, role: str, in_class: bool
) -> None:
    section = Enrolment.objects.get(course=course).section if in_class else None
    user = staff()
    enrolments.enrol(course=course, user=user, role=role, section=section, by=None, now=NOW)
    client = signed_in(user)
    pages = {url: found for url in change_pages() if (found := read(client, url)) is not None}
    links = {link: url for url, page in pages.items() for link in links_of(page)}
    assert len(pages) > (3 if role == "observer" else 10)
    assert {link: url for link, url in links.items() if read(client, link) is None} == {}


def test_a_person_is_named_with_a_link_for_those_who_may_open_accounts(
    course: Any, teacher_client: Any, admin_client: Any
) -> None:
    learner = Enrolment.objects.get(course=course, role="learner")
    url = reverse("admin:cx_courses_enrolment_change", args=[learner.pk])
    account = reverse("admin:auth_user_change", args=[learner.user_id])
    for client, is_linked in ((teacher_client, False), (admin_client, True)):
        page = read(client, url)
        assert page is not None
        assert str(learner.user) in page
        assert (f'href="{account}"' in page) is is_linked


def change_pages() -> list[str]:
    """Return the address of the change page of the first row of each model."""
    found = []
    for model in MODELS:
        row = model._default_manager.first()
        if row is not None:
            found.append(
                reverse(f"admin:cx_courses_{model._meta.model_name}_change", args=[row.pk])
            )
    return found


def read(client: Any, url: str) -> str | None:
    """Return the page; None where the person is refused or led away."""
    response = client.get(url)
    return response.content.decode() if response.status_code == 200 else None


def links_of(page: str) -> set[str]:
    """Return the addresses of single rows, and of what hangs on them, on the page."""
    return set(re.findall(r'href="(/admin/[^"?#]*/\d+/[^"?#]*)["?#]', page))
