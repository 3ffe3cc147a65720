"""What is changed on stock pages of the admin gets an edition."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import verifying
from courses.models import Course, Edition, Lesson, Term
from tests.admin.pages import fields_of
from tests.factories import LessonFactory, ModuleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def newest(kind: str, key: str) -> Edition:
    return Edition.objects.filter(kind=kind, key=key).latest("number")


def differences(course: Course) -> list[Any]:
    return verifying.verify_editions(course=course, now=timezone.now(), is_fixing=False)


def test_saved_and_archived_lesson_is_recorded(admin_client: Any, admin_user: Any) -> None:
    lesson = LessonFactory(key="pills", module=ModuleFactory(), title="Before")
    address = reverse("admin:cx_courses_lesson_change", args=[lesson.pk])
    values = {**fields_of(admin_client.get(address)), "title": "After"}

    assert admin_client.post(address, values).status_code == 302
    rows = list(Edition.objects.filter(kind="lesson").order_by("number"))
    assert [(one.action, one.values["title"]) for one in rows] == [
        ("baseline", "Before"),
        ("changed", "After"),
    ]
    assert (rows[1].by, rows[1].channel) == (admin_user, "admin")

    admin_client.post(
        reverse("admin:cx_courses_lesson_changelist"),
        {"action": "archive_rows", "_selected_action": [lesson.pk]},
    )
    assert newest("lesson", "pills").action == "archived"
    assert "pills" not in newest("order", lesson.module.key).values.get("lessons", [])
    assert differences(lesson.course) == []


def test_added_lesson_and_deleted_term_are_recorded(admin_client: Any) -> None:
    module = ModuleFactory()
    address = reverse("admin:cx_courses_lesson_add")
    values = {
        "module": module.pk, "title": "New", "key": "new", "position": 1, "body": "Text.",
        "minutes": 5, "completion": "checks",
    }  # fmt: skip
    assert admin_client.post(address, values).status_code == 302
    assert newest("lesson", "new").action == "created"
    assert Lesson.objects.get(key="new").course == module.course

    term = Term.objects.create(course=module.course, key="word", term="Word", definition="A.")
    admin_client.post(reverse("admin:cx_courses_term_delete", args=[term.pk]), {"post": "yes"})
    assert newest("term", "word").action == "deleted"
    assert newest("term", "word").values["term"] == "Word"
    assert differences(module.course) == []
