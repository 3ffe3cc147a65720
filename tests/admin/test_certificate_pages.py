"""Staff revoke certificates and issue them again; administrators replace and revoke keys."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from courses.domain.certificates import keys
from courses.models import Certificate, CertificateRule, SigningKey
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import NOW, RIGHT, UserFactory, make_learner, make_quiz, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    exam = make_quiz(questions=1, pass_mark=60)
    CertificateRule.objects.create(course=exam.course)
    exam.course.refresh_from_db()
    take_quiz(make_learner(exam.course), exam, RIGHT)
    return Certificate.objects.get()


@pytest.fixture
def teacher(row):
    return signed_in(teacher_of(row.course))


@pytest.fixture
def root():
    return signed_in(UserFactory(is_staff=True, is_superuser=True))


def act(client, model, action, *rows, **more):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(reverse(f"admin:cx_courses_{model}_changelist"), data, follow=True)


def test_a_certificate_is_revoked_with_a_reason_and_by_whom(teacher, row):
    page = act(teacher, "certificate", "revoke", row, reason=" Copied  <b> ")

    assert "The selected certificates are revoked." in page.text
    row.refresh_from_db()
    assert (row.cause, row.reason) == ("staff", "Copied <b>")
    assert row.revoked_by.get_username()
    assert LogEntry.objects.get(object_id=row.pk).user == row.revoked_by


@pytest.mark.parametrize("reason", [" ", "x" * 301])
def test_without_a_fitting_reason_nothing_is_revoked(teacher, row, reason):
    page = act(teacher, "certificate", "revoke", row, reason=reason)

    assert page.status_code == 200
    assert "are revoked" not in page.text
    row.refresh_from_db()
    assert row.revoked_at is None
    assert not LogEntry.objects.exists()


def test_a_revoked_one_is_issued_again_once(teacher, row):
    act(teacher, "certificate", "revoke", row, reason="A mistake")

    page = act(teacher, "certificate", "issue_again", row)
    new = Certificate.objects.current().get()
    again = act(teacher, "certificate", "issue_again", row)

    assert f"{row.number} is replaced by {new.number}." in page.text
    assert f"{row.number} cannot be issued again." in again.text
    assert (new.edition, new.revoked_at, Certificate.objects.count()) == (2, None, 2)


def test_other_staff_cannot_decide_on_it(row):
    foreign = teacher_of(make_quiz().course)
    reader = teacher_of(row.course, "view_certificate", "view_course")
    for user in (foreign, reader, staff("view_certificate")):
        for action in ("revoke", "issue_again"):
            act(signed_in(user), "certificate", action, row, reason="Mine")

    row.refresh_from_db()
    assert row.revoked_at is None
    assert Certificate.objects.count() == 1


def test_a_new_key_signs_and_the_old_one_stays_published(root):
    old = keys.rotate(now=NOW)

    act(root, "signingkey", "rotate", old)

    new = SigningKey.objects.get(is_active=True)
    old.refresh_from_db()
    assert new != old
    assert (old.is_active, old.revoked_at) == (False, None)
    assert set(keys.published()) == {old, new}


def test_a_revoked_key_is_published_no_more_and_another_one_signs(root):
    old = keys.rotate(now=NOW)

    act(root, "signingkey", "revoke", old)

    old.refresh_from_db()
    assert old.revoked_at is not None
    assert not keys.published()
    assert keys.active(now=NOW).key_id != str(old.uuid)


def test_keys_are_the_administrators_alone_and_never_shown_whole(root, teacher):
    key = keys.rotate(now=NOW)
    for action in ("rotate", "revoke"):
        assert act(teacher, "signingkey", action, key).status_code == 403
    page = root.get(reverse("admin:cx_courses_signingkey_change", args=[key.pk]))

    assert key.public_key in page.text
    assert key.sealed_private_key not in page.text
    key.refresh_from_db()
    assert (SigningKey.objects.count(), key.is_active, key.revoked_at) == (1, True, None)
