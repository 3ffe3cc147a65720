"""A response with members that the question does not read is refused."""

import pytest

from courses.models import AttemptItem, QuizItem, Response
from tests.api.platform import Platform, problem
from tests.factories import RIGHT, make_lesson, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

LOST = [
    ({"response": {"choices": ["a"]}}, "/response/choices"),
    ({"response": {**RIGHT, "nonsense": 1}}, "/response/nonsense"),
    ({"response": {"choice": {"a": True}}}, "/response/choice.a"),
    ({"response": {}}, "/response"),
    ({"response": {"choice": None}}, "/response/choice"),
    ({"response": {**RIGHT, "nonsense": None}}, "/response/nonsense"),
    ({"response": {**RIGHT, "nonsense": {}}}, "/response/nonsense"),
    ({}, "/response"),
]


def refused_at(answer):
    found = problem(answer, 400, "unreadable_response")
    assert Response.objects.count() == 0
    return [error["pointer"].replace("/choice/a", "/choice.a") for error in found["errors"]]


def test_an_attempt_refuses_what_it_would_not_keep(subtests):
    quiz = make_quiz(questions=1)
    platform = Platform("learning:write")
    platform.learner("a-1", course=quiz.course)
    path = f"/learners/a-1/courses/{quiz.course.key}/quizzes/{quiz.key}/attempts"
    uuid = platform.post(path).json()["attempt"]["id"]
    item = f"/learners/a-1/attempts/{uuid}/items/1/responses"

    for body, pointer in LOST:
        with subtests.test(body=body):
            assert refused_at(platform.post(item, {"based_on": 0, **body})) == [pointer]
    assert AttemptItem.objects.get().revision == 0
    assert platform.post(item, {"based_on": 0, "response": RIGHT}).status_code == 201


def test_a_check_of_a_lesson_refuses_what_it_would_not_keep(subtests):
    lesson, [question, _other] = lesson_with_checks()
    platform = Platform("learning:write")
    course = lesson.module.course
    platform.learner("a-1", course=course)
    path = f"/learners/a-1/courses/{course.key}/lessons/{lesson.key}/checks/{question}/responses"

    for body, pointer in LOST:
        with subtests.test(body=body):
            assert refused_at(platform.post(path, {"based_on": 0, **body})) == [pointer]
    blank = platform.post(path, {"based_on": 0, "response": {"choice": ""}})
    assert problem(blank, 400, "invalid")
    assert problem(platform.post(path, {"based_on": 0, "clear": True}), 400, "invalid")
    assert platform.post(path, {"based_on": 0, "response": RIGHT}).status_code == 201


def lesson_with_checks():
    lesson = make_lesson()
    places = QuizItem.objects.order_by("position").select_related("question")
    return lesson, [place.question.key for place in places]


def test_a_response_together_with_clear_is_refused():
    quiz = make_quiz(questions=1)
    platform = Platform("learning:write")
    platform.learner("a-1", course=quiz.course)
    path = f"/learners/a-1/courses/{quiz.course.key}/quizzes/{quiz.key}/attempts"
    uuid = platform.post(path).json()["attempt"]["id"]
    item = f"/learners/a-1/attempts/{uuid}/items/1/responses"

    both = platform.post(item, {"based_on": 0, "response": RIGHT, "clear": True})
    assert problem(both, 400, "unreadable_response")


def test_a_refusal_of_very_many_unknown_fields_stays_small():
    quiz = make_quiz(questions=1)
    platform = Platform("learning:write", "learners:write")
    platform.learner("a-1", course=quiz.course)
    path = f"/learners/a-1/courses/{quiz.course.key}/quizzes/{quiz.key}/attempts"
    uuid = platform.post(path).json()["attempt"]["id"]
    item = f"/learners/a-1/attempts/{uuid}/items/1/responses"
    many = {f"k{number}": 1 for number in range(50_000)}

    flat = platform.post(item, {"based_on": 0, "response": RIGHT, **many})
    assert problem(flat, 400, "invalid")["errors_left_out"] == 50_000 - 50
    assert len(flat.content) < 20_000
    inside = platform.post(item, {"based_on": 0, "response": many})
    assert problem(inside, 400, "unreadable_response")
    assert len(inside.content) < 2_000
    long_name = platform.post(item, {"based_on": 0, "response": {"k" * 400_000: 1}})
    assert problem(long_name, 400, "unreadable_response")
    assert len(long_name.content) < 2_000
    rows = platform.post("/learners", {"learners": [dict.fromkeys(many, 1)] * 3})
    assert len(rows.content) < 20_000
