"""Two people have the same page open: the second to save gets a conflict and overwrites nothing."""

import json

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from courses.admin.mixins import ReadOnlyAdmin
from courses.domain.authoring import edits
from courses.models import Lesson, Module, Quiz
from tests.admin.conftest import make_course, signed_in, teacher_of
from tests.admin.pages import fields_of
from tests.admin.test_every_admin import NAMES, admin_of, first, page
from tests.factories import make_lesson, make_question, make_quiz

pytestmark = pytest.mark.django_db

CHANGES = {
    "accommodation": {"extra_attempts": "3"},
    "apiclient": {"name": "Another platform"},
    "certificaterule": {"description": "Map a journey."},
    "course": {"summary": "Another summary"},
    "enrolment": {"role": "instructor"},
    "extension": {"extra_time_s": "61"},
    "lesson": {"title": "Another title"},
    "module": {"summary": "Another summary"},
    "objective": {"text": "do another thing"},
    "question": {"difficulty": "hard"},
    "quiz": {"pass_mark": "60"},
    "reference": {"citation": "Another book"},
    "section": {"title": "Another title"},
    "sectionquiz": {"opens_at_0": "2026-03-03"},
    "stimulus": {"body": "Another case."},
    "term": {"definition": "Another."},
}
"""A change of every page that changes anything; a tag has none but its key, which is fixed."""
NOTHING_TO_CHANGE = {"asset", "questionversion", "tag"}


def open_page(client, address):
    """What the browser would send back of the page as it was opened."""
    return fields_of(client.get(address))


def test_every_page_that_changes_something_is_in_the_list():
    changing = {name for name in NAMES if not isinstance(admin_of(name), ReadOnlyAdmin)}
    assert changing - NOTHING_TO_CHANGE == set(CHANGES) - {"apiclient"}


@pytest.fixture(scope="module")
def one_of_everything(django_db_setup, django_db_blocker):
    """A course with a row of everything; whatever a test does to it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_course()
        transaction.set_rollback(True)


@pytest.mark.usefixtures("one_of_everything")
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_the_second_save_is_refused_and_shows_both(name, admin_client):
    apps.get_model("cx_courses", "apiclient").objects.create(name="A platform")
    row = first(name)
    if name == "quiz":
        row = Quiz.objects.get(lesson=None, is_review=False)
    if name == "lesson":
        row = make_lesson(checks=0)
    address = page(name, "change", row.pk)
    ((posted, value),) = CHANGES[name].items()
    field = posted.removesuffix("_0")
    confirmed = {"is_confirmed": "on"}
    one = two = open_page(admin_client, address)
    assert admin_client.post(address, {**one, **CHANGES[name], **confirmed}).status_code == 302

    answer = admin_client.post(address, {**two, **confirmed})

    row.refresh_from_db()
    assert answer.status_code == 200
    assert str(getattr(row, field)).startswith(value)
    assert "Somebody else has saved" in answer.text
    (difference,) = answer.context["adminform"].form.differences
    assert difference.stored not in ("", difference.yours)

    again = fields_of(answer)
    assert admin_client.post(address, {**again, **confirmed}).status_code == 302
    row.refresh_from_db()
    assert not str(getattr(row, field)).startswith(value)


def test_both_texts_of_a_lesson_are_on_the_page(admin_client):
    lesson = make_lesson(checks=0)
    address = page("lesson", "change", lesson.pk)
    mine = open_page(admin_client, address)
    admin_client.post(address, {**mine, "body": "Theirs <b>."})

    answer = admin_client.post(address, {**mine, "body": "Mine."})

    assert "Theirs &lt;b&gt;." in answer.text
    assert "Mine." in answer.text
    assert Lesson.objects.get(pk=lesson.pk).body == "Theirs <b>."


def test_a_place_added_meanwhile_is_shown(course):
    quiz = make_quiz(questions=1)
    client = signed_in(teacher_of(quiz.course))
    address = page("quiz", "change", quiz.pk)
    mine = open_page(client, address)
    new = make_question(quiz.module)
    quiz.items.create(position=2, question=new)

    answer = client.post(address, {**mine, "title": "A better title"})

    assert answer.status_code == 200
    assert f"question: {new.key}" in answer.text
    assert Quiz.objects.get(pk=quiz.pk).title == quiz.title


def test_change_by_the_api_is_a_conflict(admin_client):
    quiz = make_quiz(questions=1)
    address = page("quiz", "change", quiz.pk)
    mine = open_page(admin_client, address)
    edits.archive_quiz(quiz=quiz, origin=None)

    assert admin_client.post(address, {**mine, "title": "New"}).status_code == 200
    assert Quiz.objects.get(pk=quiz.pk).is_archived


def test_a_change_elsewhere_is_no_conflict(admin_client):
    lesson = make_lesson(checks=1)
    address = page("lesson", "change", lesson.pk)
    mine = open_page(admin_client, address)
    lesson.rendered = {"segments": []}
    lesson.save()
    Module.objects.update(title="Renamed")

    assert admin_client.post(address, {**mine, "title": "Mine"}).status_code == 302


def test_form_without_a_tag_is_not_compared(admin_client):
    """As in the API: without `If-Match` the last word counts."""
    module = make_lesson().module
    address = page("module", "change", module.pk)
    mine = open_page(admin_client, address)
    admin_client.post(address, {**mine, "summary": "Theirs"})
    del mine["based_on"]

    assert admin_client.post(address, {**mine, "summary": "Mine"}).status_code == 302


def test_a_version_is_written_on_top_of_the_one_that_was_read(course):
    question = make_question(make_quiz().module)
    client = signed_in(teacher_of(question.course))
    address = reverse("admin:cx_courses_questionversion_add") + f"?question={question.pk}"
    one, two = open_page(client, address), open_page(client, address)
    data = json.loads(one["data"])
    theirs, mine = ({**data, "stem": stem} for stem in ("Theirs?", "Mine?"))
    assert client.post(address, {**one, "data": json.dumps(theirs)}).status_code == 302

    answer = client.post(address, {**two, "data": json.dumps(mine)})

    assert answer.status_code == 200
    assert "Theirs?" in answer.text
    assert question.versions.count() == 2
    again = fields_of(answer)
    assert client.post(address, again).status_code == 302
    assert question.versions.first().data["stem"] == "Mine?"
