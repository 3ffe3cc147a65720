"""Courses, modules and lessons as their authors edit them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import Asset, Course, Lesson, Term
from tests.factories import ESSAY, CourseFactory, LessonFactory, ModuleFactory, make_question

pytestmark = pytest.mark.django_db


def address(row, kind="change"):
    return reverse(f"admin:cx_courses_{row._meta.model_name}_{kind}", args=[row.pk])


def lesson_form(module, **values):
    return {
        "module": module.pk,
        "title": "Pills",
        "position": 1,
        "body": "## Heading\n\nText.",
        "minutes": 5,
        "completion": "checks",
        **values,
    }


def test_saving_a_lesson_renders_it_and_makes_its_checks(admin_client):
    lesson = LessonFactory(body="")
    question = make_question(lesson.module)
    before = lesson.module.course.revision
    body = f"Read **this**.\n\n[[check:{question.key}]]\n"

    admin_client.post(address(lesson), lesson_form(lesson.module, body=body))

    lesson = Lesson.objects.get()
    assert "<strong>this</strong>" in lesson.rendered["segments"][0]["html"]
    assert lesson.rendered["checks"] == [question.key]
    assert [item.question for item in lesson.checks.items.all()] == [question]
    assert Course.objects.get().revision != before


def test_an_instructor_says_which_checks_come_back(admin_client):
    lesson = LessonFactory(body="")
    good = make_question(lesson.module)
    essay = make_question(lesson.module, kind="essay", data=ESSAY)
    body = f"[[check:{good.key}]]\n\n[[check:{essay.key}]]\n"

    def save(*keys):
        form = lesson_form(lesson.module, body=body, review="\n".join(keys))
        answer = admin_client.post(address(lesson), form)
        lesson.refresh_from_db()
        return str(answer.context["errors"]) if answer.context else ""

    assert "no check “c9”" in save("c9")
    assert "there twice" in save(good.key, good.key)
    assert "no rule judges" in save(essay.key)
    assert lesson.review == []
    assert save(good.key) == ""
    assert lesson.review == [good.key]
    assert f">{good.key}</textarea>" in admin_client.get(address(lesson)).text.replace("\n", "")


def test_a_lessons_key_is_unique_in_the_course(admin_client):
    lesson = LessonFactory(key="pills")
    second = ModuleFactory(course=lesson.module.course)
    add = reverse("admin:cx_courses_lesson_add")

    answer = admin_client.post(add, lesson_form(second, key="pills"))

    assert "has this key" in str(answer.context["errors"])


def test_a_renamed_term_is_renamed_in_the_lessons(admin_client):
    lesson = LessonFactory(body="See [[term:pill]].")
    course = lesson.module.course
    term = Term.objects.create(course=course, key="pill", term="Pill", definition="A choice.")

    admin_client.post(address(term), {"term": "Red pill", "definition": "A choice."})

    assert "Red pill" in Lesson.objects.get().rendered["segments"][0]["html"]


def test_pages_link_to_what_learners_see(admin_client):
    lesson = LessonFactory()
    module, course = lesson.module, lesson.module.course
    for row in (lesson, module, course):
        assert row.get_absolute_url() in admin_client.get(address(row)).text

    Course.objects.update(state=Course.State.ARCHIVED)
    Lesson.objects.update(is_archived=True)
    for row in (lesson, module, course):
        assert not admin_client.get(address(row)).context["has_absolute_url"] or row is module


def test_archived_rows_can_be_restored(admin_client):
    lesson = LessonFactory(rendered={})
    for row, value in ((lesson, "is_archived"), (lesson.module.course, "state")):
        listing = reverse(f"admin:cx_courses_{row._meta.model_name}_changelist")
        data = {"_selected_action": [row.pk]}

        admin_client.post(listing, {**data, "action": "archive_rows"})
        row.refresh_from_db()
        assert getattr(row, value) in (True, "archived")
        admin_client.post(listing, {**data, "action": "restore_rows"})
        row.refresh_from_db()
        assert getattr(row, value) in (False, "draft")
    assert Lesson.objects.get().rendered["segments"]


def test_an_upload_is_checked_by_its_content(admin_client):
    module = ModuleFactory()
    add = reverse("admin:cx_courses_asset_add")

    def upload(name, content):
        data = {"module": module.pk, "name": name, "upload": SimpleUploadedFile(name, content)}
        return admin_client.post(add, data)

    assert "Line 1" in str(upload("a.png", b"no picture").context["errors"])
    script = b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
    assert "not allowed" in str(upload("a.svg", script).context["errors"])
    assert not Asset.objects.exists()
    assert upload("a.csv", b"1,2\n").status_code == 302
    asset = Asset.objects.get()
    assert (asset.content_type, bytes(asset.content)) == ("text/csv; charset=utf-8", b"1,2\n")


def test_keys_stay_as_they_are(admin_client):
    course = CourseFactory(key="cx")

    admin_client.post(
        address(course),
        {"key": "other", "title": "CX", "language": "en", "state": "draft", "authors": ""},
    )

    assert Course.objects.values_list("key", "title").get() == ("cx", "CX")
