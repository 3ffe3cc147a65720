"""A zip of course files makes a new course: shown first, as a draft, for those who may."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from courses.admin.studio.files import PERMISSIONS
from courses.domain import staff as accounts
from courses.models import Course, Edition, Lesson, StoredFile
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.admin.test_files import hidden, sent
from tests.coursefiles.sample import edited, files
from tests.factories import CourseFactory

pytestmark = pytest.mark.django_db

UPLOAD = reverse("admin:cx_courses_course_upload")


@pytest.fixture
def maker():
    names = ["add_course", "view_course", *(one.rpartition(".")[2] for one in PERMISSIONS)]
    return signed_in(staff(*names))


def test_a_course_is_shown_and_then_made_as_a_draft_with_its_maker_as_instructor(maker):
    home = reverse("admin:cx_courses_course_home")
    assert UPLOAD in maker.get(home).text
    assert b"status: published" in files()["course.yaml"]
    shown = maker.post(UPLOAD, sent(files()))
    assert shown.status_code == 200
    assert "Make this course" in shown.text
    assert not Course.objects.exists()

    made = maker.post(UPLOAD, {"do": "apply", **hidden(shown)})

    course = Course.objects.get()
    assert made.url == reverse("admin:cx_courses_course_outline", args=[course.pk])
    assert (course.key, course.state) == ("sample", "draft")
    assert maker.get(made.url).status_code == 200
    assert Lesson.objects.filter(course=course).exists()
    assert Edition.objects.filter(course=course, kind="course").get().by is not None

    # Once more: it is here, so the files are compared with it on its own page.
    again = maker.post(UPLOAD, sent(files()))
    assert "Nothing would change." in again.text
    assert f'action="{reverse("admin:cx_courses_course_files", args=[course.pk])}"' in again.text


def test_course_that_came_meanwhile_or_is_of_others_is_not_touched(maker):
    shown = hidden(maker.post(UPLOAD, sent(files())))
    CourseFactory(key="sample", title="Of others")
    for data in ({"do": "apply", **shown}, sent(files())):
        answer = maker.post(UPLOAD, data)
        assert answer.status_code == 409
        assert "There is a course with the key “sample” already." in answer.text
    assert Course.objects.get().title == "Of others"

    assert 'value="sample-2"' in answer.text
    for key in ("Sample 2", "x" * 200):
        refused = maker.post(UPLOAD, {"do": "show", **hidden(answer), "key": key})
        assert refused.status_code == 409
    shown = maker.post(UPLOAD, {"do": "show", **hidden(answer), "key": "sample-2"})
    assert "Make this course" in shown.text
    assert 'name="key" value="sample-2"' in shown.text
    maker.post(UPLOAD, {"do": "apply", **hidden(shown), "key": "sample-2"})
    assert set(Course.objects.values_list("key", "title")) >= {("sample", "Of others")}
    assert Course.objects.get(key="sample-2").state == "draft"


def test_errors_name_file_and_line_and_a_token_is_of_its_person_and_page(maker):
    broken = maker.post(UPLOAD, sent(edited("course.yaml", "key: sample", "key: Sample!")))
    assert broken.status_code == 422
    assert "course.yaml" in broken.text
    shown = hidden(maker.post(UPLOAD, sent(files())))
    names = ["add_course", "view_course", *(one.rpartition(".")[2] for one in PERMISSIONS)]
    other = signed_in(staff(*names))
    for client, token in ((other, shown["token"]), (maker, ""), (maker, shown["token"][:-2])):
        answer = client.post(UPLOAD, {"do": "apply", "token": token})
        assert "Choose the zip file again." in answer.text
    assert not Course.objects.exists()


def test_it_takes_the_right_to_make_a_course(maker):
    course = CourseFactory()
    plain = signed_in(teacher_of(course, "view_course", "change_course", "add_course"))
    assert plain.get(UPLOAD).status_code == 403
    assert plain.post(UPLOAD, sent(files())).status_code == 403
    assert UPLOAD not in plain.get(reverse("admin:cx_courses_course_home")).text
    assert not StoredFile.objects.exists()
    group = accounts.group()
    assert Permission.objects.get(codename="add_course") in group.permissions.all()
