"""The demo accounts of `manage.py make_demo`."""

import os
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command

from courses.models import Course, Enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return Course.objects.create(key="cx", title="CX", state=Course.State.PUBLISHED)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "accounts.txt"


def make_demo(file: Path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("make_demo", file=file, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def passwords(file: Path) -> dict[str, str]:
    return dict(line.split() for line in file.read_text().splitlines())


def test_three_people_with_their_rights_and_passwords(course: Course, file: Path) -> None:
    out, err = make_demo(file)
    kept = passwords(file)
    assert set(kept) == {"learner", "instructor", "admin"}
    assert all(authenticate(username=name, password=word) for name, word in kept.items())
    assert all(name in out and word in out for name, word in kept.items())
    assert err == ""
    users = get_user_model().objects
    rights = users.order_by("username").values_list("username", "is_staff", "is_superuser")
    assert list(rights) == [
        ("admin", True, True),
        ("instructor", True, False),
        ("learner", False, False),
    ]
    enrolled = Enrolment.objects.order_by("role").values_list("user__username", "course", "role")
    assert list(enrolled) == [
        ("instructor", course.pk, "instructor"),
        ("learner", course.pk, "learner"),
    ]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions")
def test_only_the_owner_may_read_the_passwords(course: Course, file: Path) -> None:
    make_demo(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_second_time_changes_nothing(course: Course, file: Path) -> None:
    make_demo(file)
    before = file.read_text()
    _, err = make_demo(file)
    assert file.read_text() == before
    assert err.splitlines() == [
        f"The account {name} exists; its password stays."
        for name in ("learner", "instructor", "admin")
    ]
    assert Enrolment.objects.count() == 2


def test_somebody_elses_account_keeps_its_password_and_rights(course: Course, file: Path) -> None:
    get_user_model().objects.create_user("admin", password="their-own")
    make_demo(file)
    assert set(passwords(file)) == {"learner", "instructor"}
    admin = authenticate(username="admin", password="their-own")
    assert admin is not None
    assert not admin.is_superuser


def test_a_new_database_replaces_the_old_passwords(course: Course, file: Path) -> None:
    file.write_text("learner      outdated\nmy-own-note  stays\n")
    make_demo(file)
    kept = passwords(file)
    assert kept["my-own-note"] == "stays"
    assert kept["learner"] != "outdated"
    assert len(kept) == 4


def test_a_later_course_is_joined_too(course: Course, file: Path) -> None:
    make_demo(file)
    Course.objects.create(key="later", title="Later", state=Course.State.PUBLISHED)
    Course.objects.create(key="draft", title="Draft", state=Course.State.DRAFT)
    make_demo(file)
    assert Enrolment.objects.filter(course__key="later").count() == 2
    assert Enrolment.objects.filter(course__key="draft").count() == 0
    assert Enrolment.objects.filter(enrolled_at__gt=datetime(2020, 1, 1, tzinfo=UTC)).count() == 4
