"""Who has passed may give up the other attempts, and sees what follows the last one."""

import datetime as dt

import pytest

from courses.domain import attempts, grants, jobs, progress, regrading, review, sections
from courses.domain.bars import USED_UP
from courses.domain.outline import outline
from courses.errors import Conflict
from courses.models import Event, Quiz, SectionQuiz
from courses.questions.base import Reveal
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    UserFactory,
    add_item,
    join,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
    take_quiz,
)

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(hours=1)
CLOSES = NOW + dt.timedelta(days=7)


def exam(**settings):
    given = {"kind": "exam", "attempts_allowed": 2, "giving_up": "allowed", **settings}
    return make_quiz(questions=1, **given)


def page(sitting, now=LATER):
    sitting.refresh_from_db()
    return review.review(attempt=sitting, by=sitting.enrolment.user, now=now)


def give_up(sitting, now=LATER):
    return attempts.give_up(attempt=sitting, by=sitting.enrolment.user, now=now)


def start(learner, quiz, now=LATER):
    reader = reader_of(learner)
    return attempts.start(reader=reader, quiz_key=quiz.key, by=learner.user, now=now)


def given_up_events():
    return Event.objects.filter(type="attempts.given_up")


def test_everything_is_explained_and_no_attempt_begins():
    quiz = exam(attempts_allowed=3)
    ada = make_learner(quiz.course)
    sitting = take_quiz(ada, quiz, RIGHT)
    before = page(sitting)
    assert before.may_give_up
    assert before.attempts_left == 2
    assert not before.reveal.explanation

    give_up(sitting)

    after = page(sitting)
    assert after.reveal == Reveal.everything()
    assert not after.may_start
    assert not after.may_give_up
    assert after.attempts_left == 0
    standing = attempts.quiz_page(reader=reader_of(ada), quiz_key=quiz.key, now=LATER)
    assert not standing.may_start
    assert standing.attempts_left == 0
    assert "gave up" in standing.refusal
    with pytest.raises(Conflict, match="gave up"):
        start(ada, quiz)
    assert ada.attempts.count() == 1


def test_it_is_recorded_once():
    quiz = exam()
    sitting = take_quiz(make_learner(quiz.course), quiz, RIGHT)
    first = give_up(sitting)
    again = give_up(sitting, LATER + dt.timedelta(hours=1))
    assert first.gave_up_at == again.gave_up_at == LATER
    assert given_up_events().get().data == {
        "attempt": str(sitting.uuid),
        "quiz": quiz.key,
        "number": 1,
    }


def test_the_latest_attempt_keeps_it_whichever_review_is_looked_at():
    quiz = exam(attempts_allowed=3)
    ada = make_learner(quiz.course)
    passed, missed = take_quiz(ada, quiz, RIGHT), take_quiz(ada, quiz, WRONG)
    assert give_up(passed) == missed
    assert page(passed).reveal == page(missed).reveal == Reveal.everything()


@pytest.mark.parametrize(
    "settings",
    [
        {"giving_up": "by_kind"},
        {"giving_up": "refused"},
        {"closes_at": CLOSES},
        {"attempts_allowed": None},
        {"attempts_allowed": 1},
        {"review": {"after_last_try": ["response", "points", "overall"]}},
        {"review": {"just_after": ["response"], "later": ["response"]}},
        {"kind": "practice"},
        {"kind": "graded"},
    ],
    ids=str,
)
def test_refused_by_the_rules_of_the_quiz(settings):
    """Not allowed, dated, without a last attempt, nothing more to see, or a pass not yet shown."""
    quiz = exam(**settings)
    sitting = take_quiz(make_learner(quiz.course), quiz, RIGHT)
    assert not page(sitting).may_give_up
    with pytest.raises(Conflict):
        give_up(sitting)
    assert not given_up_events()


def test_refused_without_a_pass():
    quiz = exam()
    sitting = take_quiz(make_learner(quiz.course), quiz, WRONG)
    assert not page(sitting).may_give_up
    with pytest.raises(Conflict):
        give_up(sitting)


def test_refused_during_an_attempt():
    quiz = exam()
    ada = make_learner(quiz.course)
    sitting = take_quiz(ada, quiz, RIGHT)
    start(ada, quiz)
    with pytest.raises(Conflict, match="open first"):
        give_up(sitting)
    assert not page(sitting).reveal.explanation


def test_attempt_whose_time_is_over_does_not_stand_in_the_way():
    quiz = exam(time_limit_s=600, attempts_allowed=3)
    ada = make_learner(quiz.course)
    sitting = take_quiz(ada, quiz, RIGHT)
    start(ada, quiz, NOW)
    assert give_up(sitting).number == 2


def test_refused_while_attempts_are_left_in_another_class():
    quiz = exam()
    ada = make_learner(quiz.course)
    sitting = take_quiz(ada, quiz, RIGHT)
    evening = sections.create(course=quiz.course, key="evening", title="", now=NOW)
    join(evening, ada.user)
    assert not page(sitting).may_give_up
    with pytest.raises(Conflict):
        give_up(sitting)


def test_refused_while_any_class_has_a_closing_date():
    """Its learners would be told what they are still asked."""
    quiz = exam()
    sitting = take_quiz(make_learner(quiz.course), quiz, RIGHT)
    evening = sections.create(course=quiz.course, key="evening", title="", now=NOW)
    SectionQuiz.objects.create(section=evening, quiz=quiz, closes_at=CLOSES)
    assert not page(sitting).may_give_up
    with pytest.raises(Conflict):
        give_up(sitting)


def test_closing_date_set_afterwards_hides_the_key_again():
    quiz = exam()
    sitting = take_quiz(make_learner(quiz.course), quiz, RIGHT)
    give_up(sitting)
    Quiz.objects.update(closes_at=CLOSES)
    sitting.quiz.refresh_from_db()
    assert not page(sitting).reveal.explanation
    assert page(sitting, CLOSES).reveal.explanation


def test_extra_attempt_does_not_take_it_back():
    quiz = exam()
    ada = make_learner(quiz.course)
    sitting = take_quiz(ada, quiz, RIGHT)
    give_up(sitting)
    grants.set_extension(enrolment=ada, quiz=quiz, extra_attempts=3)
    assert page(sitting).reveal.explanation
    with pytest.raises(Conflict, match="gave up"):
        start(ada, quiz)


def test_void_attempt_takes_it_back():
    quiz = exam()
    ada = make_learner(quiz.course)
    sitting = take_quiz(ada, quiz, RIGHT)
    give_up(sitting)
    attempts.void(attempt=sitting, reason="Try again", by=None, now=LATER)
    assert start(ada, quiz).number == 2
    attempts.restore(attempt=sitting, reason="Both count", by=None, now=LATER)
    assert not page(sitting).reveal.explanation


def test_correction_that_takes_the_pass_away_gives_no_attempt_back():
    """The key has been seen. The path leads past the quiz and says why."""
    quiz = exam(pass_mark=50)
    add_item(quiz, make_question(quiz.module), position=2)
    ada = make_learner(quiz.course)
    sitting = take_quiz(ada, quiz, RIGHT, WRONG)
    give_up(sitting)
    Quiz.objects.update(pass_mark=80)
    quiz.refresh_from_db()
    about = {"reason": "The mark was wrong.", "by": UserFactory(), "now": LATER}
    regrading.apply(
        course=quiz.course, quizzes=[quiz], changes=[], has_rule=True, spares=False, **about
    )
    then = LATER + dt.timedelta(minutes=2)
    jobs.work(clock=lambda: then, until=then + dt.timedelta(seconds=1))

    assert ada.results.get().has_passed is False
    with pytest.raises(Conflict, match="gave up"):
        start(ada, quiz, then)
    assert page(sitting, then).reveal.explanation
    own = progress.course_progress(enrolment=ada, outline=outline(ada.course), now=then)
    assert own.barred[quiz.pk].reason == USED_UP


def test_time_closed_attempt_is_not_offered_for_reopening():
    quiz = exam(time_limit_s=600)
    ada = make_learner(quiz.course)
    sitting = start(ada, quiz, NOW)
    attempts.save(attempt=sitting, position=1, raw=RIGHT, based_on=0, by=ada.user, now=NOW)
    attempts.close_due(attempts=[sitting], now=LATER)
    assert attempts.closed_by_time().count() == 1
    give_up(sitting)
    assert not attempts.closed_by_time()
