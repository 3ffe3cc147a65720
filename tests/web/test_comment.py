"""What a person writes beside a response is Markdown, and safe."""

from fractions import Fraction

import pytest
from django.urls import reverse

from courses.domain import attempts, grading
from tests.factories import ESSAY, NOW, add_item, make_learner, make_question, make_quiz, reader_of

pytestmark = pytest.mark.django_db


def commented(text):
    """(learner, attempt) whose essay somebody marked with this comment."""
    quiz = make_quiz(questions=0)
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=1)
    learner = make_learner(quiz.course)
    by = learner.user
    attempt = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    raw = {"text": "An experience is lived."}
    attempts.save(attempt=attempt, position=1, raw=raw, based_on=0, by=by, now=NOW)
    attempts.submit(attempt=attempt, by=by, now=NOW)
    item = attempt.items.get()
    grading.grade_by_person(item=item, scaled=Fraction(1), feedback=text, by=by, now=NOW)
    return learner, attempt


def review(client, text):
    learner, attempt = commented(text)
    client.force_login(learner.user)
    return client.get(reverse("cx_courses:review", args=[attempt.uuid])).text


def test_a_comment_is_shown_as_markdown(client):
    page = review(client, "Say **when** you will call:\n\n- today\n- or *tomorrow*")

    assert "<strong>when</strong>" in page
    assert "<li>today</li>" in page
    assert "**when**" not in page


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "![a](https://evil.example/a.png)",
        '"><svg onload=alert(1)>',
    ],
)
def test_a_comment_runs_nothing(text, client):
    page = review(client, text)

    for found in (
        "<script>alert",
        "<img src=x",
        'href="javascript',
        'evil.example/a.png"',
        "<svg on",
    ):
        assert found not in page
