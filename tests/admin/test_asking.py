"""Changes with consequences need a confirmation."""

import pytest
from django.urls import reverse

from courses.domain import attempts
from courses.models import Extension, Module, Question, Tag
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import fields_of
from tests.admin.test_every_admin import page
from tests.factories import (
    NOW,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db

CLOSED_QUIZ = (
    "Nobody could start the quiz “Exam” any more: for its place 1 the bank would have 1 of the 2 "
    "questions that are drawn."
)


@pytest.fixture
def quiz():
    """A quiz that draws two questions, of which there are two."""
    quiz = make_quiz(questions=0, title="Exam")
    for _number in range(2):
        make_question(quiz.module, tags=["bank"], difficulty="easy")
    tag = Tag.objects.get(course=quiz.course)
    quiz.items.create(position=1, draw_count=2, draw_tag=tag, draw_difficulty="easy")
    return quiz


@pytest.fixture
def client(quiz):
    return signed_in(teacher_of(quiz.course))


def can_start(quiz):
    learner = make_learner(quiz.course)
    by = learner.user
    return attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)


def act(client, name, action, rows, **more):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(page(name, "changelist"), data, follow=True)


def test_archiving_a_question_asks_first(client, quiz):
    question = Question.objects.first()

    asked = act(client, "question", "archive_rows", [question])
    assert CLOSED_QUIZ in asked.text
    question.refresh_from_db()
    assert not question.is_retired
    assert can_start(quiz)

    act(client, "question", "archive_rows", [question], is_agreed="on")
    question.refresh_from_db()
    assert question.is_retired


def test_archiving_a_question_that_nobody_misses_asks_nothing(client, quiz):
    spare = make_question(quiz.module)

    assert "1 entry has been archived." in act(client, "question", "archive_rows", [spare]).text


@pytest.mark.parametrize(
    "change", [{"is_retired": "on"}, {"tags": []}, {"difficulty": "hard"}], ids=str
)
def test_a_change_of_a_question_asks_first(change, client, quiz):
    question = Question.objects.first()
    address = page("question", "change", question.pk)
    fields = {**fields_of(client.get(address)), **change}

    asked = client.post(address, fields)
    assert asked.status_code == 200
    assert CLOSED_QUIZ in asked.text
    assert "is_agreed" in asked.text
    assert can_start(quiz)

    assert client.post(address, {**fields_of(asked), "is_agreed": "on"}).status_code == 302
    question.refresh_from_db()
    assert question.is_retired or question.difficulty == "hard" or not question.tags.exists()


def test_a_lesson_that_takes_a_question_as_its_check_asks_first(client, quiz):
    lesson, question = make_lesson(module=quiz.module, checks=0), Question.objects.first()
    address = page("lesson", "change", lesson.pk)
    fields = {**fields_of(client.get(address)), "body": f"Read.\n\n[[check:{question.key}]]\n"}

    assert CLOSED_QUIZ in client.post(address, fields).text
    assert can_start(quiz)
    assert client.post(address, {**fields, "is_agreed": "on"}).status_code == 302
    lesson.refresh_from_db()
    assert question.key in lesson.body


def test_a_module_that_comes_back_with_its_checks_asks_first(client, quiz):
    lesson = make_lesson(module=Module.objects.create(course=quiz.course, key="m", position=9))
    Question.objects.update(difficulty="hard")
    for place in lesson.checks.items.all():
        place.question.difficulty = "easy"
        place.question.save()
        place.question.tags.add(Tag.objects.get(course=quiz.course))
    lesson.module.is_archived = True
    lesson.module.save()
    assert can_start(quiz)

    asked = act(client, "module", "restore_rows", [lesson.module])

    assert "“Exam”" in asked.text
    assert Module.objects.get(pk=lesson.module_id).is_archived


@pytest.mark.parametrize("state", ["is_draft", "is_archived"])
def test_unstartable_quiz_is_not_mentioned(state, client, quiz):
    setattr(quiz, state, True)
    quiz.save()
    rows = list(Question.objects.all())

    assert "2 entries have been archived." in act(client, "question", "archive_rows", rows).text


def test_the_page_that_asks_is_for_those_who_may_change(quiz):
    client = signed_in(teacher_of(quiz.course, "view_question"))
    rows = list(Question.objects.all())

    assert CLOSED_QUIZ not in act(client, "question", "archive_rows", rows).text
    assert not Question.objects.filter(is_retired=True).exists()
    assert client.get(reverse("admin:cx_courses_question_changelist")).status_code == 200


def test_an_extension_that_ends_in_the_past_is_asked_about(client, quiz):
    learner = make_learner(quiz.course)
    fields = {
        "enrolment": learner.pk, "quiz": quiz.pk, "extra_time_s": 0, "extra_attempts": 0,
        "closes_at_0": "2020-01-01", "closes_at_1": "09:00",
    }  # fmt: skip
    address = page("extension", "add")

    asked = client.post(address, fields)
    assert "ends in the past" in asked.text
    assert not Extension.objects.exists()
    assert client.post(address, {**fields, "is_agreed": "on"}).status_code == 302
    assert Extension.objects.get().closes_at.year == 2020

    later = {**fields, "closes_at_0": "2999-01-01"}
    Extension.objects.all().delete()
    assert client.post(address, later).status_code == 302


def test_a_question_placed_twice_is_asked_about(client, quiz):
    question = make_question(quiz.module)
    quiz.items.create(position=2, question=question)
    address = page("quiz", "change", quiz.pk)
    before = fields_of(client.get(address))
    new = {"items-TOTAL_FORMS": 3, "items-2-position": 3, "items-2-points": 1}
    fields = {**before, **new, "items-2-question": question.pk}

    asked = client.post(address, fields)
    assert f"“{question.key}” appears in this quiz 2 times" in asked.text
    assert quiz.items.count() == 2
    assert client.post(address, {**fields_of(asked), "is_agreed": "on"}).status_code == 302
    assert quiz.items.count() == 3
    assert (
        client.post(address, {**fields_of(client.get(address)), "title": "New"}).status_code == 302
    )
