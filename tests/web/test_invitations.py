"""The page behind an invitation: sign in first, then join, once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import enrolments, invitations, sections
from courses.models import Enrolment
from tests.admin.conftest import signed_in
from tests.factories import NOW, CourseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    course = CourseFactory(key="cx", title="Experience")
    return sections.create(course=course, key="evening", title="Evening <b>", now=NOW)


@pytest.fixture
def made(section):
    day = timedelta(days=1)
    return invitations.create(section=section, lifetime=day, uses=2, now=timezone.now())


def page(made):
    return reverse("cx_courses:join", args=[made.text])


def test_who_signs_in_reads_to_what_and_joins(client, made):
    asked = client.get(page(made))
    assert asked.status_code == 302
    assert page(made) in asked.headers["Location"]
    ada = UserFactory()
    client.force_login(ada)
    text = client.get(page(made)).text
    assert "Experience" in text
    assert "Evening &lt;b&gt;" in text
    assert not Enrolment.objects.exists()

    done = client.post(page(made))
    assert done.headers["Location"] == reverse("cx_courses:course", args=["cx"])
    assert Enrolment.objects.get(user=ada).section == made.row.section
    again = client.get(page(made))
    assert again.status_code == 200
    client.post(page(made))
    made.row.refresh_from_db()
    assert made.row.uses_left == 1


def test_a_revoked_one_is_not_found_and_who_was_taken_out_reads_why(made):
    ada = UserFactory()
    row = enrolments.enrol(
        course=made.row.section.course, section=made.row.section, user=ada, now=NOW
    )
    enrolments.withdraw(enrolment=row, by=None, now=NOW)
    refused = signed_in(ada).post(page(made))
    assert refused.status_code == 409
    assert "Ask its instructor" in refused.text
    invitations.revoke(invitation=made.row, now=NOW)
    assert signed_in(UserFactory()).get(page(made)).status_code == 404
    assert signed_in(UserFactory()).post(page(made)).status_code == 404
