"""Starting an attempt: every rule at its edge, and what the new rows hold."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.domain import attempts, deadlines
from courses.domain.attempts import starting
from courses.errors import Conflict, NotAllowed, NotFound
from courses.models import Event, LessonProgress, Quiz, QuizItem, Result
from tests.factories import (
    NOW,
    RIGHT,
    CourseFactory,
    LessonFactory,
    ModuleFactory,
    QuizFactory,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db

TIMES = {
    "stem": "What is {a} times 2?",
    "explanation": "Twice {a}.",
    "params": {"a": {"min": 1, "max": 1_000_000}},
    "blanks": [{"key": "b", "label": "Twice {a}", "answer": "2*a", "feedback": "Twice {a}."}],
}
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def start(learner, quiz, now=NOW):
    return attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=now)


def permit(learner, quiz, now=NOW, given=None):
    last = starting.last_attempt(enrolment=learner, quiz=quiz)
    return attempts.permit(
        enrolment=learner, quiz=quiz, last=last, given=given or deadlines.Grants(), now=now
    )


def submit(learner, attempt, now=NOW):
    return attempts.submit(attempt=attempt, by=learner.user, now=now)


def passed(learner, quiz):
    for position in (1, 2):
        sitting = start(learner, quiz)
        sent = {"raw": RIGHT, "based_on": 0, "by": learner.user, "now": NOW}
        attempts.save(attempt=sitting, position=position, **sent)
    submit(learner, sitting)


def test_quiz_is_found_in_its_course_while_it_is_offered():
    quiz = make_quiz()
    other = make_quiz(module=ModuleFactory())
    lesson = make_lesson(module=quiz.module)
    reader = reader_of(make_learner(quiz.course))
    assert starting.find_quiz(reader=reader, quiz_key=quiz.key) == quiz
    draft = make_quiz(module=quiz.module, is_draft=True)
    aside = make_quiz(module=ModuleFactory(course=quiz.course, is_archived=True))
    for missing in (other, lesson.checks, draft, aside):
        with pytest.raises(NotFound):
            starting.find_quiz(reader=reader, quiz_key=missing.key)


def test_start_freezes_the_rules_and_records_the_event():
    quiz = make_quiz(points="1.5", time_limit_s=600, pass_mark=70)
    ada = make_learner(quiz.course)

    made = start(ada, quiz)

    assert (made.enrolment, made.quiz, made.number) == (ada, quiz, 1)
    assert (made.started_at, made.deadline_at) == (NOW, NOW + timedelta(seconds=600))
    assert Decimal(made.policy["pass_mark"]) == 70
    assert "is_trial" not in made.policy
    items = list(made.items.order_by("position"))
    assert [(item.position, item.points) for item in items] == [(1, 1.5), (2, 1.5)]
    assert [item.version.question for item in items] == [
        place.question for place in quiz.items.order_by("position")
    ]
    event = Event.objects.get(type="attempt.started")
    assert event.data == {"attempt": str(made.uuid), "quiz": quiz.key, "number": 1}
    assert (event.by, event.occurred_at) == (ada.user, NOW)
    assert (event.enrolment, event.course) == (ada, quiz.course)
    submit(ada, made)
    assert start(ada, quiz, NOW + HOUR).number == 2


def test_every_attempt_draws_its_own_questions_and_numbers():
    """Of ten questions in ten orders two attempts agree once in three million."""
    quiz = make_quiz(questions=0)
    for _number in range(10):
        make_question(quiz.module, difficulty="easy", kind="numeric", data=TIMES)
    QuizItem.objects.create(quiz=quiz, position=1, draw_count=10, draw_difficulty="easy")
    drawn = []
    for _number in range(2):
        items = start(make_learner(quiz.course), quiz).items.order_by("position")
        drawn.append([(item.version_id, item.params["values"]["a"]) for item in items])

    questions = [[version for version, _value in one] for one in drawn]
    assert sorted(questions[0]) == sorted(questions[1])
    assert questions[0] != questions[1]
    values = [dict(one) for one in drawn]
    assert len(set(values[0].values())) > 1
    assert values[0] != values[1]


def test_start_closes_the_attempt_whose_time_is_over():
    quiz = make_quiz(time_limit_s=600)
    ada = make_learner(quiz.course)
    first = start(ada, quiz)

    second = start(ada, quiz, NOW + HOUR)

    first.refresh_from_db()
    assert (first.is_open, second.number) == (False, 2)


def test_instructor_tries_without_limits_but_by_the_dates():
    quiz = make_quiz(attempts_allowed=1, attempt_delay_s=3600, closes_at=NOW + HOUR)
    grace = make_learner(quiz.course, role="instructor")

    first = start(grace, quiz)
    submit(grace, first)

    assert first.policy["is_trial"] is True
    assert start(grace, quiz).number == 2
    assert permit(grace, quiz) == attempts.Permit()
    assert not permit(grace, quiz, NOW + HOUR).may_start
    assert not Result.objects.exists()


def test_quiz_without_questions_and_a_preview_are_refused():
    quiz = make_quiz(questions=0)
    with pytest.raises(Conflict, match="no questions yet"):
        start(make_learner(quiz.course), quiz)
    root = make_learner(CourseFactory(), is_superuser=True)
    reader = starting.access.reader(course_key=quiz.course.key, by=root.user)
    with pytest.raises(NotAllowed):
        attempts.start(reader=reader, quiz_key=quiz.key, by=root.user, now=NOW)


def test_permit_between_opening_and_closing():
    quiz = make_quiz(attempts_allowed=3, opens_at=NOW, closes_at=NOW + HOUR)
    ada = make_learner(quiz.course)

    early = permit(ada, quiz, NOW - SECOND)
    assert early.refusal == "This quiz opens on 2 March 2026, 09:00 UTC."
    assert (early.may_start, early.next_start_at, early.attempts_left) == (False, NOW, 3)
    for now in (NOW, NOW + HOUR - SECOND):
        assert permit(ada, quiz, now) == attempts.Permit("", None, 3)
        assert permit(ada, quiz, now).may_start
    late = permit(ada, quiz, NOW + HOUR)
    assert late == attempts.Permit("This quiz closed on 2 March 2026, 10:00 UTC.", None, 3)
    later = deadlines.Grants(closes_at=NOW + 2 * HOUR, extra_attempts=1)
    assert permit(ada, quiz, NOW + HOUR, later) == attempts.Permit("", None, 4)


def test_permit_counts_attempts_and_waits_between_them():
    quiz = make_quiz(attempts_allowed=2, attempt_delay_s=3600)
    ada = make_learner(quiz.course)
    submit(ada, start(ada, quiz))

    soon = permit(ada, quiz, NOW + HOUR - SECOND)
    assert soon.refusal == "You can start another attempt on 2 March 2026, 10:00 UTC."
    assert (soon.next_start_at, soon.attempts_left) == (NOW + HOUR, 1)
    assert permit(ada, quiz, NOW + HOUR) == attempts.Permit("", None, 1)
    submit(ada, start(ada, quiz, NOW + HOUR))
    used = permit(ada, quiz, NOW + 5 * HOUR)
    assert used == attempts.Permit("You have used all your attempts.", None, 0)
    with pytest.raises(Conflict) as refused:
        start(ada, quiz, NOW + 5 * HOUR)
    assert refused.value.details["next_start_at"] is None
    quiz.attempts_allowed = None
    assert permit(ada, quiz, NOW + 5 * HOUR) == attempts.Permit("", None, None)


def test_permit_names_the_quizzes_that_must_be_passed_first():
    quiz = make_quiz()
    ada, bob = make_learner(quiz.course), make_learner(quiz.course)
    first, second = (
        make_quiz(module=ModuleFactory(course=quiz.course), title=title)
        for title in ("First", "Second")
    )
    gone = make_quiz(module=ModuleFactory(course=quiz.course, is_archived=True))
    QuizFactory(module=first.module, kind=Quiz.Kind.PRACTICE)
    make_lesson(module=first.module)
    quiz.requires_modules.set([first.module, second.module, gone.module])
    make_quiz(module=ModuleFactory(course=quiz.course), title="Not needed")

    assert permit(ada, quiz).refusal == "Pass these first: First, Second."
    passed(ada, first)
    passed(bob, second)
    assert permit(ada, quiz).refusal == "Pass these first: Second."
    passed(ada, second)
    assert permit(ada, quiz).may_start


def test_post_test_waits_for_the_lessons_of_its_module():
    pretest = make_quiz()
    ada, bob = make_learner(pretest.course), make_learner(pretest.course)
    post = make_quiz(module=pretest.module, compares_with=pretest)
    lessons = [LessonFactory(module=pretest.module) for _number in range(2)]
    LessonFactory(module=pretest.module, is_archived=True)
    LessonFactory(module=ModuleFactory(course=pretest.course))
    assert permit(ada, pretest).may_start

    text = "The post-test opens when the lessons of this module are done; {} left."
    assert permit(ada, post).refusal == text.format("2 are")
    for number, lesson in enumerate(lessons):
        for learner in (ada, bob):
            row = LessonProgress.objects.create(
                enrolment=learner, lesson=lesson, started_at=NOW, visited_at=NOW
            )
            if learner == ada:
                LessonProgress.objects.filter(pk=row.pk).update(completed_at=NOW)
        if number == 0:
            assert permit(ada, post).refusal == text.format("1 is")
    assert permit(ada, post).may_start
    assert not permit(bob, post).may_start
