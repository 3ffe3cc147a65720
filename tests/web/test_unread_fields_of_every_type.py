"""An unknown field is refused for every type, wherever it is answered."""

from datetime import timedelta
from typing import Any, Protocol

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courses.domain import attempts, lessons
from courses.models import Question, Response
from courses.questions.base import flatten
from courses.questions.contract import Drive
from tests.embed.frame import opened
from tests.factories import (
    NOW,
    RIGHT,
    add_checks,
    add_item,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)
from tests.lengths import spread
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=60)
"""When the cards of lessons that were done now are due."""
NOT_CARDS = {"essay", "vote"}


class Post(Protocol):
    def __call__(self, fields: dict[str, Any]) -> Any: ...


@pytest.fixture(autouse=True)
def _at_one_moment():
    with time_machine.travel(LATER, tick=False):
        yield


def in_a_quiz(client: Client, key: str) -> Post:
    quiz = make_quiz(questions=0)
    add_item(quiz, make_question(quiz.module, kind=key, data=EXAMPLES[key][0]), position=1)
    row = make_learner(quiz.course)
    client.force_login(row.user)
    sitting = attempts.start(reader=reader_of(row), quiz_key=quiz.key, by=row.user, now=LATER)
    url = reverse("cx_courses:attempt", args=[sitting.uuid])
    return lambda fields: client.post(url, prefixed("i1-", fields))


def checked(key: str) -> tuple[Any, Question]:
    """A lesson with one more check, of this type."""
    lesson = make_lesson(checks=1)
    question = make_question(lesson.module, kind=key, data=EXAMPLES[key][0])
    add_checks(lesson, lesson.checks, [question])
    return lesson, question


def in_a_lesson(client: Client, key: str) -> Post:
    lesson, question = checked(key)
    course = lesson.module.course
    client.force_login(make_learner(course).user)
    args = [course.key, lesson.key, question.key]
    url = reverse("cx_courses:lesson-check", args=args)
    return lambda fields: client.post(url, prefixed(f"c-{question.key}-", fields))


def in_a_frame(_client: Client, key: str) -> Post:
    lesson, question = checked(key)
    course = lesson.module.course
    frame = opened(course, lesson=lesson.key)
    url = reverse("cx_courses:lesson-check", args=[course.key, lesson.key, question.key])
    return lambda fields: frame.post(url[1:], prefixed(f"c-{question.key}-", fields))


def in_the_daily_review(client: Client, key: str) -> Post:
    lesson, question = checked(key)
    course = lesson.module.course
    lesson.review = [question.key]
    lesson.save(update_fields=["review"])
    row = make_learner(course)
    client.force_login(row.user)
    first = lesson.rendered["segments"][1]["check"]
    for one, raw in ((first, RIGHT), (question.key, good(key))):
        lessons.respond(
            reader=reader_of(row), lesson_key=lesson.key, question_key=one,
            raw=raw, based_on=0, by=row.user, now=NOW,
        )  # fmt: skip
    url = reverse("cx_courses:daily-review-card", args=[course.key, question.key])
    return lambda fields: client.post(url, prefixed(f"c-{question.key}-", fields))


def good(key: str) -> Any:
    """A response that can be read, by the type's schema."""
    return Drive(key, EXAMPLES[key][0]).sendable()[0]


def prefixed(prefix: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {prefix + name: value for name, value in {"based_on": "0", **fields}.items()}


CASES = [
    (place, key)
    for place in (in_a_quiz, in_a_lesson, in_a_frame, in_the_daily_review)
    for key in EXAMPLES
    if not (place is in_the_daily_review and key in NOT_CARDS)
]


@pytest.mark.parametrize(("place", "key"), spread(CASES, check=16))
def test_an_unknown_field_is_refused_by_name_and_nothing_is_no_response(place, key, client):
    post, fields, before = place(client, key), flatten(good(key)), Response.objects.count()

    refused = post({**fields, "nonsense": "1"})
    assert refused.status_code in {400, 409}
    assert "nonsense" in refused.text
    post({})
    assert Response.objects.count() == before
    assert post(fields).status_code == 302
    assert Response.objects.count() == before + 1
