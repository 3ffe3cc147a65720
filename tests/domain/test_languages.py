"""The course's language decides how typed words are judged and found."""

import pytest

from courses.domain import attempts, glossary
from courses.models import AttemptItem
from tests.factories import (
    NOW,
    CourseFactory,
    ModuleFactory,
    QuizFactory,
    add_item,
    make_learner,
    make_question,
    reader_of,
)

pytestmark = pytest.mark.django_db

WORD = {
    "stem": "Say it.",
    "accept": [{"text": "ılık", "feedback": "Warm."}],
    "otherwise": "Read it again.",
}


@pytest.mark.parametrize(("language", "expected"), [("tr", 0), ("en", 1)])
def test_an_attempt_keeps_the_language_in_which_it_is_judged(language, expected):
    course = CourseFactory(language=language)
    quiz = QuizFactory(module=ModuleFactory(course=course))
    add_item(quiz, make_question(quiz.module, kind="short_text", data=WORD), position=1)
    learner = make_learner(course)
    by = learner.user
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    sent = {"attempt": sitting, "position": 1, "raw": {"text": "ilik"}, "based_on": 0}
    attempts.save(**sent, by=by, now=NOW)
    course.language = "de"
    course.save()
    attempts.submit(attempt=sitting, by=by, now=NOW)

    assert AttemptItem.objects.get().scaled == expected


@pytest.mark.parametrize(
    "query", ["CUSTOMER\u2019S", "customer's\u200b", "cafe\u0301", "win\u2014win", "win CAFÉ"]
)
def test_the_glossary_finds_what_looks_the_same(query):
    learner = make_learner(CourseFactory())
    definition = "The customer’s café, a win-win."
    learner.course.terms.create(key="view", term="View", definition=definition)
    learner.course.terms.create(key="other", term="Other", definition="Something else.")
    found = glossary.terms(reader=reader_of(learner), query=query)

    assert [term.key for term in found] == ["view"]
