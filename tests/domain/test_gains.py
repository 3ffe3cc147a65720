"""A pre-test beside its post-test: the learner's own before and after, by objective."""

import pytest

from courses.domain import attempts, gains, review
from courses.domain.outline import outline
from courses.errors import Conflict
from courses.models import Lesson, LessonProgress, Quiz
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    ModuleFactory,
    ObjectiveFactory,
    QuizFactory,
    add_item,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]


def make_tests(objectives: int = 2):
    """(pre-test, post-test) of a module with one lesson; a question for each objective."""
    module = ModuleFactory()
    make_lesson(module=module, checks=1)
    aims = [ObjectiveFactory(module=module) for _ in range(objectives)]
    extra = {"module": module, "kind": Quiz.Kind.PRACTICE}
    pretest = QuizFactory(title="Before", position=1, **extra)
    post_test = QuizFactory(title="After", position=2, compares_with=pretest, **extra)
    make_quiz(module=module, position=3, title="Graded")
    for quiz in (pretest, post_test):
        for position, objective in enumerate(aims, start=1):
            add_item(quiz, make_question(module, objective=objective), position=position)
    return pretest, post_test


def sit(learner, quiz, *given):
    attempt = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=NOW)
    for position, raw in enumerate(given, start=1):
        attempts.save(
            attempt=attempt, position=position, raw=raw, based_on=0, by=learner.user, now=NOW
        )
    return attempts.submit(attempt=attempt, by=learner.user, now=NOW)


def read_all(learner):
    for lesson in Lesson.objects.filter(module__course=learner.course):
        LessonProgress.objects.create(
            enrolment=learner, lesson=lesson, started_at=NOW, visited_at=NOW, completed_at=NOW
        )


@pytest.fixture
def tests():
    return make_tests()


@pytest.fixture
def ada(tests):
    return make_learner(tests[0].course)


def test_a_post_test_comes_after_the_lessons_and_before_the_quiz(tests):
    steps = [step.title for step in outline(tests[0].course).steps]

    assert [steps[0], *steps[-2:]] == ["Before", "After", "Graded"]


def test_a_post_test_opens_when_the_lessons_are_done(tests, ada):
    _pretest, post_test = tests
    page = attempts.quiz_page(reader=reader_of(ada), quiz_key=post_test.key, now=NOW)

    assert not page.may_start
    assert "1 is left" in page.refusal
    with pytest.raises(Conflict):
        sit(ada, post_test)
    read_all(ada)
    assert attempts.quiz_page(reader=reader_of(ada), quiz_key=post_test.key, now=NOW).may_start


def test_before_and_after_by_objective(tests, ada):
    pretest, post_test = tests
    read_all(ada)
    sit(ada, pretest, WRONG, RIGHT)
    assert gains.before_and_after(enrolment=ada, quiz=post_test, now=NOW) is None
    closed = sit(ada, post_test, RIGHT, RIGHT)
    found = gains.before_and_after(enrolment=ada, quiz=post_test, now=NOW)

    assert (found.before, found.after) == (gains.Count(1, 2), gains.Count(2, 2))
    assert [(row.before.right, row.after.right) for row in found.by_objective] == [(0, 1), (1, 1)]
    page = attempts.quiz_page(reader=reader_of(ada), quiz_key=post_test.key, now=NOW)
    assert page.gains == found
    assert review.review(attempt=closed, by=ada.user, now=NOW).gains == found
    assert gains.before_and_after(enrolment=ada, quiz=pretest, now=NOW) is None


def test_the_first_attempts_are_compared(tests, ada):
    pretest, post_test = tests
    read_all(ada)
    for quiz in tests:
        sit(ada, quiz, WRONG, WRONG)
        sit(ada, quiz, RIGHT, RIGHT)
    found = gains.before_and_after(enrolment=ada, quiz=post_test, now=NOW)

    assert (found.before, found.after) == (gains.Count(0, 2), gains.Count(0, 2))
    assert pretest.pk


def test_hidden_pretest_is_not_compared(tests, ada):
    pretest, post_test = tests
    read_all(ada)
    Quiz.objects.filter(pk=pretest.pk).update(review={"just_after": ["response"]})
    sit(ada, pretest, RIGHT, RIGHT)
    sit(ada, post_test, RIGHT, RIGHT)

    assert gains.before_and_after(enrolment=ada, quiz=post_test, now=NOW) is None


@pytest.mark.parametrize("size", [1, 3])
def test_the_comparison_is_one_query(size, django_assert_num_queries):
    pretest, post_test = make_tests(size)
    ada = make_learner(pretest.course)
    read_all(ada)
    sit(ada, pretest, *[WRONG] * size)
    sit(ada, post_test, *[RIGHT] * size)
    outline(ada.course)
    with django_assert_num_queries(1):
        found = gains.before_and_after(enrolment=ada, quiz=post_test, now=NOW)
    assert len(found.by_objective) == size
    with django_assert_num_queries(0):
        assert gains.before_and_after(enrolment=ada, quiz=pretest, now=NOW) is None
