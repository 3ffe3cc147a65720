"""Progress reveals nothing that a quiz still hides."""

from datetime import timedelta

import pytest

from courses.domain import attempts, progress
from courses.domain.outline import outline
from tests.domain.test_attempts import save, submit
from tests.factories import NOW, RIGHT, make_learner, make_quiz, reader_of

pytestmark = pytest.mark.django_db

HIDDEN_UNTIL_CLOSE = {"just_after": ["response"], "later": ["response"]}


def test_a_hidden_result_shows_in_progress_only_after_the_close():
    quiz = make_quiz(questions=1, review=HIDDEN_UNTIL_CLOSE, closes_at=NOW + timedelta(days=1))
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    save(sitting, 1, RIGHT)
    submit(sitting)
    ada.course.refresh_from_db()

    def percent(after):
        now = NOW + timedelta(days=after)
        plan = outline(ada.course)
        one = progress.course_progress(enrolment=ada, outline=plan, now=now)
        (row,) = progress.my_courses(by=ada.user, now=now)
        assert (row.percent, set(row.progress.results)) == (one.percent, set(one.results))
        return one.percent

    assert [percent(0.5), percent(2)] == [0, 100]


def test_my_courses_costs_the_same_for_one_and_three(django_assert_num_queries):
    first = make_learner(make_quiz().course)
    progress.my_courses(by=first.user, now=NOW)
    with django_assert_num_queries(3):
        progress.my_courses(by=first.user, now=NOW)
    from courses.domain import enrolments

    for _number in range(2):
        enrolments.enrol(course=make_quiz().course, user=first.user, now=NOW)
    progress.my_courses(by=first.user, now=NOW)

    with django_assert_num_queries(3):
        assert len(progress.my_courses(by=first.user, now=NOW)) == 3
