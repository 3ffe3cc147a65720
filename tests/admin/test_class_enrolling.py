"""Enrol people into a class in the admin: by a list, with a look first, and by invitations."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from courses.domain import jobs, sections
from courses.models import Enrolment, Invitation
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.admin.pages import SentFields
from tests.factories import NOW, CourseFactory, UserFactory, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return CourseFactory(title="Experience")


@pytest.fixture
def mine(course):
    return sections.create(course=course, key="mine", title="Mine", now=NOW)


@pytest.fixture
def client(course):
    return signed_in(teacher_of(course))


def url(name, section):
    return reverse(f"admin:cx_courses_section_{name}", args=[section.pk])


def shown(client, section, text):
    page = client.post(url("enrol", section), {"do": "show", "text": text})
    assert page.status_code == 200
    return page


def enrol(client, section, page, **more):
    sent = SentFields(page.text, "enrol-form").values
    return client.post(url("enrol", section), {**sent, "do": "enrol", **more})


def in_class(section):
    return set(Enrolment.objects.filter(section=section).values_list("user__username", flat=True))


def test_a_pasted_list_is_shown_and_then_enrolled(client, course, mine):
    UserFactory(username="ada", email="ada@example.org")
    join(mine, UserFactory(username="here", email="here@example.org"))
    other = sections.create(course=course, key="other", title="Other", now=NOW)
    join(other, UserFactory(username="there", email="there@example.org"))
    text = "Ada <ada@example.org>\nhere@example.org\nthere@example.org\nx@example.org\n<i>bad"
    page = shown(client, mine, text)
    for words in (
        "new here", "already in the class", "in another class: Other",
        "no account with this address", "cannot be read", "&lt;i&gt;bad",
    ):  # fmt: skip
        assert words in page.text
    assert in_class(mine) == {"here"}

    done = enrol(client, mine, page)
    assert done.headers["Location"] == url("people", mine)
    assert in_class(mine) == {"here", "ada"}
    enrol(client, mine, page, elsewhere="move")
    assert (in_class(mine), in_class(other)) == ({"here", "ada", "there"}, set())
    enrol(client, mine, page)
    assert Enrolment.objects.filter(user__username="ada").count() == 1


def test_somebody_in_another_class_may_be_in_both(client, course, mine):
    other = sections.create(course=course, key="other", title="Other", now=NOW)
    join(other, UserFactory(username="there", email="there@example.org"))
    enrol(client, mine, shown(client, mine, "there@example.org"), elsewhere="add")
    assert in_class(mine) == in_class(other) == {"there"}


def test_only_what_was_shown_to_this_person_for_this_class_is_enrolled(client, course, mine):
    UserFactory(username="ada", email="ada@example.org")
    page = shown(client, mine, "ada@example.org")
    other = sections.create(course=course, key="other", title="Other", now=NOW)
    colleague = staff()
    join(mine, colleague, role="instructor")
    for browser, section, more in (
        (client, other, {}),
        (signed_in(colleague), mine, {}),
        (client, mine, {"token": "x"}),
    ):
        refused = enrol(browser, section, page, **more)
        assert refused.status_code == 409
        assert "Show the list again" in refused.text
    assert not Enrolment.objects.filter(user__username="ada").exists()


def test_a_file_is_read_in_the_encodings_of_spreadsheets(client, mine):
    UserFactory(username="ada", email="ada@example.org")
    for encoding in ("utf-8-sig", "cp1252"):
        content = "Name;E-Mail\nAda Löv;ada@example.org\n".encode(encoding)
        file = SimpleUploadedFile("people.csv", content)
        page = client.post(url("enrol", mine), {"do": "show", "text": "", "file": file})
        assert "Ada Löv" in page.text
    many = "\n".join(f"p{number}@example.org" for number in range(501))
    for text, words in (("", "Enter at least one address"), (many, "At most 500 people")):
        assert words in shown(client, mine, text).text


def test_an_invitation_is_shown_once_mailed_and_revoked(client, mine, settings):
    sent = {"uses": "1", "days": "3", "addresses": "ada@example.org, bob@example.org"}
    page = client.post(url("invitations", mine), {**sent, "do": "create"})
    link = re.search(r'value="(http://testserver/join/cxi_[^"]+)"', page.text)[1]
    assert "no-store" in page.headers["Cache-Control"]
    assert "2 mails are on their way." in page.text
    assert mail.outbox == []
    jobs.work(clock=timezone.now, until=timezone.now() + timedelta(seconds=9))
    assert [one.to for one in mail.outbox] == [["ada@example.org"], ["bob@example.org"]]
    assert all(link in one.body and "Experience" in one.body for one in mail.outbox)
    row = Invitation.objects.get()
    assert (row.uses, row.uses_left, row.section) == (2, 2, mine)
    assert link not in client.get(url("invitations", mine)).text

    client.post(url("invitations", mine), {"do": "revoke", "invitation": row.pk})
    row.refresh_from_db()
    assert row.revoked_at is not None
    assert "revoked" in client.get(url("invitations", mine)).text
    wrong = client.post(url("invitations", mine), {**sent, "do": "create", "addresses": "nobody"})
    assert "is not an e-mail address" in wrong.text
    filled = client.post(
        url("invitations", mine), {"do": "fill_in", "addresses": "a@b.org c@d.org"}
    )
    assert "a@b.org c@d.org" in filled.text
    assert 'value="2"' in filled.text

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "Send it to" not in client.get(url("invitations", mine)).text


def test_an_invitation_of_another_class_is_not_revoked_here(client, course, mine):
    other = sections.create(course=course, key="other", title="Other", now=NOW)
    client.post(url("invitations", other), {"uses": "1", "days": "3", "do": "create"})
    row = Invitation.objects.get()
    answer = client.post(url("invitations", mine), {"do": "revoke", "invitation": row.pk})
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.revoked_at is None


def test_markers_and_observers_enrol_nobody(mine):
    for role in ("marker", "observer"):
        user = staff()
        join(mine, user, role=role)
        browser = signed_in(user)
        for name in ("enrol", "invitations"):
            assert browser.get(url(name, mine)).status_code == 403
            assert browser.post(url(name, mine), {"uses": "1", "days": "1"}).status_code == 403
        assert browser.post(url("dates", mine), {}).status_code == 403
    assert not Invitation.objects.exists()
