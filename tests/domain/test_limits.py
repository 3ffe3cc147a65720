"""An end to what one learner may store, and what is kept when it is reached."""

from datetime import timedelta

import pytest

from courses.domain import attempts, lessons
from courses.domain.attempts import limits
from courses.errors import TooMuch
from courses.models import AttemptItem, Response
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    ModuleFactory,
    QuizFactory,
    add_item,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)
from tests.questions.cases import EXAMPLES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LONG = 99_000


class Writer:
    """A learner with an essay to write, and no end of paper."""

    def __init__(self):
        self.quiz = QuizFactory(module=ModuleFactory())
        essay = make_question(self.quiz.module, kind="essay", data=EXAMPLES["essay"][0])
        add_item(self.quiz, essay, position=1)
        self.learner = make_learner(self.quiz.course)
        self.start()

    def start(self, now=NOW):
        reader, by = reader_of(self.learner), self.learner.user
        self.attempt = attempts.start(reader=reader, quiz_key=self.quiz.key, by=by, now=now)

    def write(self, length=LONG, now=NOW):
        item = self.attempt.items.get()
        # Another text each time; every letter takes two bytes.
        text = chr(0x400 + item.revision) + "я" * (length - 1)
        return attempts.save(
            attempt=self.attempt,
            position=1,
            raw={"text": text},
            based_on=item.revision,
            by=self.learner.user,
            now=now,
        )


def test_an_attempt_holds_two_megabytes_and_keeps_what_was_stored():
    writer = Writer()
    for _ in range(10):
        writer.write()
    before = AttemptItem.objects.get().value
    with pytest.raises(TooMuch) as refused:
        writer.write()

    assert "submit the attempt" in str(refused.value.message)
    assert (Response.objects.count(), AttemptItem.objects.get().value) == (10, before)
    assert writer.write(length=100).is_new
    attempts.submit(attempt=writer.attempt, by=writer.learner.user, now=NOW)


def test_an_attempt_of_many_hours_holds_no_more():
    writer = Writer()
    for hour in range(10):
        writer.write(now=NOW + timedelta(hours=2 * hour))
    with pytest.raises(TooMuch):
        writer.write(now=NOW + timedelta(hours=20))


def test_a_learner_stores_five_megabytes_in_an_hour_in_all_attempts_together():
    writer = Writer()
    for _ in range(2):
        for _ in range(10):
            writer.write()
        attempts.submit(attempt=writer.attempt, by=writer.learner.user, now=NOW)
        writer.start()
    for _ in range(5):
        writer.write()
    with pytest.raises(TooMuch) as refused:
        writer.write(now=NOW + timedelta(minutes=59))

    assert "save it again" in str(refused.value.message)
    assert refused.value.details["retry_after"] > 0
    assert writer.write(now=NOW + timedelta(minutes=61)).is_new


def test_two_hundred_changes_of_one_response_are_kept():
    quiz = make_quiz(questions=2)
    learner = make_learner(quiz.course)
    reader, by = reader_of(learner), learner.user
    sitting = attempts.start(reader=reader, quiz_key=quiz.key, by=by, now=NOW)
    sent = {"attempt": sitting, "by": by, "now": NOW}
    for revision in range(200):
        raw = (RIGHT, WRONG)[revision % 2]
        attempts.save(**sent, position=1, raw=raw, based_on=revision)
    with pytest.raises(TooMuch):
        attempts.save(**sent, position=1, raw=RIGHT, based_on=200)

    assert Response.objects.count() == 200
    # The same once more is no change, and the other question is not concerned.
    assert not attempts.save(**sent, position=1, raw=WRONG, based_on=200).is_new
    assert attempts.save(**sent, position=2, raw=RIGHT, based_on=0).is_new


def test_the_checks_of_lessons_have_the_same_limits(monkeypatch):
    monkeypatch.setattr(limits, "ATTEMPT_BYTES", 20)
    lesson = make_lesson()
    learner = make_learner(lesson.module.course)
    first, second = lesson.checks.items.order_by("position").values_list("question__key", flat=True)
    sent = {"reader": reader_of(learner), "lesson_key": lesson.key, "by": learner.user, "now": NOW}
    lessons.respond(**sent, question_key=first, raw=RIGHT, based_on=0)
    with pytest.raises(TooMuch):
        lessons.respond(**sent, question_key=second, raw=RIGHT, based_on=0)
