"""Enrolling, and answering the first check of a lesson, at the same moment."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from courses.domain import access, daily_review, enrolments, lessons
from courses.domain.votes import STEP, people_in
from courses.models import Enrolment, Event, LessonProgress, Quiz, VoteTally
from tests.factories import (
    NOW,
    RIGHT,
    CourseFactory,
    UserFactory,
    make_debate,
    make_learner,
    make_lesson,
)
from tests.races import history
from tests.races.clients import COUNT, acknowledged, clients, refusals, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


@pytest.fixture
def together():
    with clients() as running:
        yield running


def load(model, row):
    return model.objects.get(pk=row.pk)


def test_enrol(together):
    course = CourseFactory()
    for _ in range(rounds()):
        ada = UserFactory()

        def prepare(client, ada=ada):
            user = load(get_user_model(), ada)
            return lambda: enrolments.self_enrol(course=course, by=user, now=NOW)

        calls = together.race(prepare)

        enrolment = Enrolment.objects.get(user=ada)
        assert {found.pk for found in acknowledged(calls)} == {enrolment.pk}
        assert len(acknowledged(calls)) == COUNT
        events = Event.objects.filter(enrolment=enrolment, type="enrolment.created")
        assert events.count() == 1


def responder(lesson, ada, questions):
    """Each client answers one of the checks, all of them for the first time."""

    def prepare(client):
        user = load(get_user_model(), ada.user)
        reader = access.reader(course_key=ada.course.key, by=user)
        return lambda: lessons.respond(
            reader=reader,
            lesson_key=lesson.key,
            question_key=questions[client % len(questions)],
            raw=RIGHT,
            based_on=0,
            by=user,
            now=NOW,
        )

    return prepare


def test_first_responses_in_a_lesson(together):
    lesson = make_lesson(checks=2)
    course = lesson.module.course
    quiz = lesson.checks
    questions = [place.question.key for place in quiz.items.order_by("position")]
    for _ in range(rounds()):
        ada = make_learner(course)

        calls = together.race(responder(lesson, ada, questions))

        assert refusals(calls) == set()
        attempt = history.one_attempt_each(quiz.pk, ada.pk, count=1)[0]
        assert [history.log_of(item) for item in attempt.items.all()] == [[RIGHT], [RIGHT]]
        assert sum(found.is_new for found in acknowledged(calls)) == 2
        assert sum(found.is_lesson_completed for found in acknowledged(calls)) == 1
        assert LessonProgress.objects.filter(enrolment=ada).count() == 1
        for kind in ("lesson.completed", "course.completed"):
            assert Event.objects.filter(enrolment=ada, type=kind).count() == 1


def test_responses_while_the_checks_are_begun_afresh(together):
    """No response lands in a practice that was already put aside."""
    lesson = make_lesson(checks=2)
    course = lesson.module.course
    quiz = lesson.checks
    questions = [place.question.key for place in quiz.items.order_by("position")]
    for _ in range(rounds()):
        ada = make_learner(course)
        respond = responder(lesson, ada, questions)
        respond(0)()

        def prepare(client, ada=ada, respond=respond):
            if client % 4:
                return respond(client)
            user = load(get_user_model(), ada.user)
            reader = access.reader(course_key=course.key, by=user)
            return lambda: lessons.practise_again(
                reader=reader, lesson_key=lesson.key, by=user, now=NOW
            )

        calls = together.race(prepare)

        assert refusals(calls) <= {"Closed", "StaleRevision"}
        count = ada.attempts.count()
        for attempt in history.one_attempt_each(quiz.pk, ada.pk, count=count):
            for item in attempt.items.all():
                history.log_of(item)
            if not attempt.is_open:
                history.graded_as_it_stands(attempt)
                scores = [item.score for item in attempt.items.all()]
                assert attempt.score == sum(scores)
                assert attempt.score_maximum == len(scores)


def test_first_responses_in_a_daily_review(together):
    """One set, every card in it once, and each card moved on by one response."""
    lesson = make_lesson(checks=3, review=3)
    course = lesson.module.course
    for _ in range(rounds()):
        ada = make_learner(course)
        for client in range(3):
            responder(lesson, ada, lesson.review)(client)()

        def prepare(client, ada=ada):
            user = load(get_user_model(), ada.user)
            reader = access.reader(course_key=course.key, by=user)
            return lambda: daily_review.respond(
                reader=reader,
                question_key=lesson.review[client % 3],
                raw=RIGHT,
                based_on=0,
                by=user,
                now=NOW + timedelta(days=30),
            )

        calls = together.race(prepare)

        assert refusals(calls) == set()
        quiz = Quiz.objects.get(course=course, is_review=True)
        attempt = history.one_attempt_each(quiz.pk, ada.pk, count=1)[0]
        assert [history.log_of(item) for item in attempt.items.all()] == [[RIGHT]] * 3
        assert sum(found.is_new for found in acknowledged(calls)) == 3
        assert list(ada.cards.values_list("review_count", flat=True)) == [1, 1, 1]


def voter(lesson, question, people, side):
    """Each client casts the vote of another person."""

    def prepare(client):
        user = load(get_user_model(), people[client].user)
        reader = access.reader(course_key=lesson.module.course.key, by=user)
        return lambda: lessons.respond(
            reader=reader,
            lesson_key=lesson.key,
            question_key=question.key,
            raw={"choice": side(client), "certainty": 50},
            based_on=0,
            by=user,
            now=NOW,
        )

    return prepare


def test_second_votes_of_many_are_all_counted(together):
    """Nobody's vote is lost in the one row of the debate, and the figures move in steps."""
    lesson, first, second = make_debate()
    people = [make_learner(lesson.module.course) for _ in range(COUNT)]
    together.race(voter(lesson, first, people, lambda client: "ab"[client % 2]))
    calls = together.race(voter(lesson, second, people, lambda _client: "b"))
    tally = VoteTally.objects.get()

    assert len(acknowledged(calls)) == COUNT
    assert tally.moves == {"a": {"b": COUNT // 2}, "b": {"b": COUNT - COUNT // 2}}
    assert people_in(tally.shown) == COUNT - COUNT % STEP
