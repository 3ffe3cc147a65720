"""Course files on their page: download, upload, conflicts, refusals."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from courses.admin.studio.files import PERMISSIONS
from courses.coursefiles import read_files
from courses.coursefiles.archive import read_archive
from courses.domain import jobs
from courses.domain.authoring import course_zip, sync_course
from courses.models import Course, Lesson, Module, Quiz
from tests.admin.conftest import signed_in, teacher_of
from tests.coursefiles.sample import edited, files
from tests.factories import NOW, CourseFactory

pytestmark = pytest.mark.django_db

QUIZZES = "m1-first/quizzes.yaml"


@pytest.fixture
def course():
    sync_course(course_file=read_files(files()).course, now=NOW)
    return Course.objects.get(key="sample")


@pytest.fixture
def client(course):
    user = teacher_of(course)
    names = [one.rpartition(".")[2] for one in PERMISSIONS]
    user.user_permissions.add(*Permission.objects.filter(codename__in=names))
    return signed_in(user)


def page(course, name="files"):
    return reverse(f"admin:cx_courses_course_{name}", args=[course.pk])


def sent(contents):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return {"do": "show", "file": SimpleUploadedFile("course.zip", file.getvalue())}


def hidden(answer):
    return dict(re.findall(r'name="(token|shown)" value="([^"]*)"', answer.text))


def test_the_zip_of_a_large_course_is_made_in_the_background(client, course, monkeypatch):
    assert "Download zip" in client.get(page(course)).text
    monkeypatch.setattr(course_zip, "AT_ONCE", 0)
    assert "Make a zip" in client.get(page(course)).text
    made = client.post(page(course, "zip"))
    assert client.post(page(course, "zip")).url == made.url
    jobs.work(clock=timezone.now, until=timezone.now() + timedelta(seconds=9))
    shown = client.get(made.url)
    assert "Download the file" in shown.text
    file = client.get(re.search(r'href="([^"]*/file/)"', shown.text)[1])
    contents = b"".join(file.streaming_content)
    plain = b"".join(client.get(page(course, "zip")).streaming_content)
    assert read_archive(io.BytesIO(contents)) == read_archive(io.BytesIO(plain))
    other = signed_in(teacher_of(CourseFactory()))
    assert other.get(made.url).status_code == 404


def test_download_uploaded_again_changes_nothing(client, course):
    answer = client.get(page(course, "zip"))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="sample-')
    contents = read_archive(io.BytesIO(b"".join(answer.streaming_content)))
    assert "m1-first/assets/square.svg" in contents
    shown = client.post(page(course), sent(contents))
    assert "Nothing would change." in shown.text


def test_changes_are_shown_first_and_then_done(client, course):
    contents = edited(QUIZZES, "title: Quiz", "title: Another quiz")
    contents["m2-second/01-new.md"] = (
        b"---\nkey: brand-new\ntitle: New\ncompletion: confirm\n---\nRead.\n"
    )
    shown = client.post(page(course), sent(contents))
    assert "lesson “brand-new”" in shown.text
    assert "quiz “m1-quiz”" in shown.text
    assert not Lesson.objects.filter(key="brand-new").exists()

    client.post(page(course), {"do": "apply", **hidden(shown)})
    assert Lesson.objects.get(key="brand-new").rendered["segments"]
    assert Quiz.objects.get(key="m1-quiz").title == "Another quiz"


def test_conflict_shows_both_sides_and_is_decided_by_a_choice(client, course):
    contents = edited(QUIZZES, "title: Quiz", "title: Theirs")
    Quiz.objects.filter(key="m1-quiz").update(title="Ours")
    Module.objects.filter(key="m2-second").update(title="Second of ours")
    for side, title in (("", "Ours"), ("theirs", "Theirs")):
        shown = client.post(page(course), sent(contents))
        assert "Theirs" in shown.text
        assert "Ours" in shown.text
        assert "Changed in the files" in shown.text, "The state that both come from is known."
        client.post(page(course), {"do": "apply", "side.quiz m1-quiz": side, **hidden(shown)})
        assert Quiz.objects.get(key="m1-quiz").title == title
    assert Module.objects.get(key="m2-second").title == "Second of ours"


def test_course_that_changed_after_the_look_is_shown_again(client, course):
    shown = client.post(page(course), sent(edited(QUIZZES, "title: Quiz", "title: Theirs")))
    Quiz.objects.filter(key="m1-quiz").update(title="Ours")
    again = client.post(page(course), {"do": "apply", **hidden(shown)})
    assert again.status_code == 409
    assert "has changed since you looked" in again.text
    assert "Changed here and in the files" in again.text
    assert Quiz.objects.get(key="m1-quiz").title == "Ours"


def test_errors_name_file_line_and_field(client, course):
    answer = client.post(page(course), sent(edited(QUIZZES, "kind: graded", "kind: grated")))
    assert answer.status_code == 422
    text = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
    assert re.search(r"m1-first/quizzes.yaml \d+ kind: Expected here", text)
    other = client.post(page(course), sent(edited("course.yaml", "key: sample", "key: other")))
    assert "These are the files of the course “other”" in other.text
    assert (
        "not a zip file"
        in client.post(
            page(course), {"do": "show", "file": SimpleUploadedFile("x.zip", b"no")}
        ).text
    )


def test_token_holds_for_its_person_and_course_alone(client, course):
    shown = hidden(client.post(page(course), sent(edited(QUIZZES, "title: Quiz", "title: T"))))
    stranger = signed_in(teacher_of(course))
    plain = signed_in(teacher_of(course, "view_course", "change_course"))
    assert plain.post(page(course), {"do": "apply", **shown}).status_code == 403
    tries = [(stranger, shown["token"]), (client, ""), (client, "x"), (client, shown["token"][:-2])]
    for sender, token in tries:
        answer = sender.post(page(course), {"do": "apply", **shown, "token": token})
        assert "Choose the zip file again." in answer.text
    assert client.get(page(CourseFactory())).status_code == 404
    assert Quiz.objects.get(key="m1-quiz").title == "Quiz"
