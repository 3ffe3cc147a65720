"""When a score or a key may be seen: the same answer to every caller."""

import datetime as dt
from random import Random

import pytest

from courses.domain import (
    attempts,
    enrolments,
    gains,
    grants,
    mastery,
    personal_data,
    progress,
    relay,
    review,
    sections,
)
from courses.domain.outline import outline
from courses.domain.reveal import visibility
from courses.domain.reveal.policy import Moment
from courses.domain.reveal.visibility import Next
from courses.models import Attempt, Event, Result
from courses.questions.base import Reveal
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    ObjectiveFactory,
    join,
    make_learner,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DAY = dt.timedelta(days=1)
CLOSES = NOW + 7 * DAY
EVERYTHING = list(Reveal.names())
HIDDEN = {"just_after": ["response"], "later": ["response"], "after_close": EVERYTHING}


def take(learner, quiz, raw=RIGHT, *, now=NOW):
    by = learner.user
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=now)
    attempts.save(attempt=sitting, position=1, raw=raw, based_on=0, by=by, now=now)
    return attempts.submit(attempt=sitting, by=by, now=now)


def seen(sitting, now):
    """The moment, and what the learner's review shows of the key then."""
    sitting.refresh_from_db()
    page = review.review(attempt=sitting, by=sitting.enrolment.user, now=now)
    return page.moment, page.reveal.solution, page.percent is not None


def progress_of(learner, now):
    learner.course.refresh_from_db()
    plan = outline(learner.course)
    return progress.course_progress(enrolment=learner, outline=plan, now=now).percent


def run_relay(now):
    relay.run_once(clock=lambda: now, jitter=Random(1))


def test_the_key_of_a_dated_exam_waits_for_the_closing_date():
    """One attempt, closing in a week: the first to submit learns nothing that helps the others."""
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=1, closes_at=CLOSES)
    sitting = take(make_learner(quiz.course), quiz, WRONG)

    assert seen(sitting, NOW) == (Moment.AFTER_LAST_TRY, False, True)
    assert seen(sitting, CLOSES - dt.timedelta(seconds=1))[1] is False
    assert seen(sitting, CLOSES) == (Moment.AFTER_CLOSE, True, True)


def test_key_waits_for_the_last_try_in_all_classes_of_the_learner():
    """Else she would read in one class what she is asked in the other."""
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=1)
    morning = make_learner(quiz.course)
    evening = sections.create(course=quiz.course, key="evening", title="", now=NOW)
    later = join(evening, morning.user)

    first = take(morning, quiz, WRONG)
    assert seen(first, NOW)[:2] == (Moment.JUST_AFTER, False)
    grants.set_extension(enrolment=later, quiz=quiz, extra_attempts=1)
    second = take(later, quiz)
    assert seen(first, NOW)[:2] == seen(second, NOW)[:2] == (Moment.JUST_AFTER, False)
    take(later, quiz)
    assert seen(first, NOW)[:2] == seen(second, NOW)[:2] == (Moment.AFTER_LAST_TRY, True)


def test_class_that_was_left_holds_no_key_back():
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=1)
    morning = make_learner(quiz.course)
    evening = sections.create(course=quiz.course, key="evening", title="", now=NOW)
    enrolments.withdraw(enrolment=join(evening, morning.user), by=None, now=NOW)

    assert seen(take(morning, quiz), NOW)[:2] == (Moment.AFTER_LAST_TRY, True)


@pytest.mark.parametrize("given", ["extension", "accommodation"])
def test_the_closing_date_is_that_of_the_last_learner(given):
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=1, closes_at=CLOSES)
    ada, bob = make_learner(quiz.course), make_learner(quiz.course)
    sitting = take(ada, quiz)
    if given == "extension":
        grants.set_extension(enrolment=bob, quiz=quiz, closes_at=CLOSES + 2 * DAY)
    else:
        grants.set_accommodation(user=bob.user, course=None, closes_later_s=2 * 86400)

    assert seen(sitting, CLOSES + DAY) == (Moment.AFTER_LAST_TRY, False, True)
    assert seen(sitting, CLOSES + 2 * DAY) == (Moment.AFTER_CLOSE, True, True)


def test_a_policy_may_show_the_key_after_the_last_try():
    table = {"after_last_try": EVERYTHING}
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=2, closes_at=CLOSES, review=table)
    ada = make_learner(quiz.course)
    first = take(ada, quiz)
    assert seen(first, NOW) == (Moment.JUST_AFTER, False, True)
    second = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    assert seen(first, NOW)[1] is False, "the last attempt is still under way"
    attempts.submit(attempt=second, by=ada.user, now=NOW)
    assert seen(first, NOW) == (Moment.AFTER_LAST_TRY, True, True)


@pytest.mark.parametrize("waiting", [0, 1])
def test_last_attempt_counts_graded_or_not(waiting):
    """An essay of the first or of the second attempt still waits for a person's grading."""
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=2)
    ada = make_learner(quiz.course)
    sittings = [take(ada, quiz), take(ada, quiz)]
    Attempt.objects.filter(pk=sittings[waiting].pk).update(state=Attempt.State.SUBMITTED)

    assert seen(sittings[0], NOW)[0] == Moment.AFTER_LAST_TRY


def test_key_of_a_learner_who_left_waits_for_no_class():
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=1)
    ada = make_learner(quiz.course)
    sitting = take(ada, quiz)
    enrolments.withdraw(enrolment=ada, by=None, now=NOW)

    assert seen(sitting, NOW)[:2] == (Moment.AFTER_LAST_TRY, True)


def test_an_extra_attempt_closes_the_key_again():
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=1)
    ada = make_learner(quiz.course)
    sitting = take(ada, quiz)
    assert seen(sitting, NOW) == (Moment.AFTER_LAST_TRY, True, True)

    grants.set_extension(enrolment=ada, quiz=quiz, extra_attempts=1)
    assert seen(sitting, NOW) == (Moment.JUST_AFTER, False, True)


def test_only_right_or_wrong_never_shows_the_key():
    table = {"after_close": ["response", "correctness", "points", "overall"]}
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=1, review=table)
    ada = make_learner(quiz.course)
    sitting = take(ada, quiz, WRONG)
    (item,) = review.review(attempt=sitting, by=ada.user, now=NOW + 300 * DAY).items

    assert item.is_correct is False
    found = {option["key"]: option.get("is_correct") for option in item.q["options"]}
    assert found == {"a": False, "b": None, "c": None}
    assert not any("feedback" in option for option in item.q["options"])


def test_a_pass_that_the_review_shows_completes_the_course():
    """No closing date, one attempt, shown "after the close": the last try is the end."""
    quiz = make_quiz(questions=1, attempts_allowed=1, review=HIDDEN)
    ada = make_learner(quiz.course)
    sitting = take(ada, quiz)

    assert seen(sitting, NOW)[2] is True
    assert progress_of(ada, NOW) == 100
    ada.refresh_from_db()
    assert ada.completed_at == NOW
    assert Event.objects.filter(type="course.completed").count() == 1


def test_an_earlier_pass_shows_when_the_last_try_is_handed_in():
    quiz = make_quiz(questions=1, attempts_allowed=2, review=HIDDEN)
    ada = make_learner(quiz.course)
    take(ada, quiz)
    assert progress_of(ada, NOW) == 0

    take(ada, quiz, WRONG)
    assert progress_of(ada, NOW) == 100


def test_every_reader_gives_the_same_answer():
    """Review, progress, results, the quiz's page, mastery and the export, at each moment."""
    quiz = make_quiz(questions=1, attempts_allowed=1, closes_at=CLOSES, review=HIDDEN)
    objective = quiz.module.objectives.create(
        course=quiz.course, key="OBJ", text="tell", bloom="apply"
    )
    quiz.module.questions.update(objective=objective)
    ada, bob = make_learner(quiz.course), make_learner(quiz.course)
    grants.set_extension(enrolment=bob, quiz=quiz, closes_at=CLOSES + DAY)
    sitting = take(ada, quiz)

    def answers(now):
        run_relay(now)
        page = attempts.quiz_page(reader=reader_of(ada), quiz_key=quiz.key, now=now)
        exported = personal_data.export(user=ada.user, now=now)["enrolments"][0]
        return {
            seen(sitting, now)[2],
            progress_of(ada, now) == 100,
            page.result is not None,
            page.attempts[0].percent is not None,
            bool(mastery.by_objective(enrolment=ada, now=now)[0].count),
            bool(exported["results"]),
            exported["attempts"][0]["percent"] is not None,
            Result.objects.get(enrolment=ada).shown_at is not None,
            Attempt.objects.get(pk=sitting.pk).pk
            in visibility.shown_scores(attempts=[sitting], now=now),
        }

    assert answers(NOW) == {False}
    assert answers(CLOSES) == {False}
    assert answers(CLOSES + DAY) == {True}


def test_visibility_queries_do_not_grow_with_results(
    django_assert_num_queries,
):
    quiz = make_quiz(questions=1, attempts_allowed=1, closes_at=CLOSES, review=HIDDEN)
    for _number in range(3):
        take(make_learner(quiz.course), quiz)
    rows = list(Attempt.objects.select_related("quiz", "enrolment"))

    for some in (rows[:1], rows):
        with django_assert_num_queries(8):
            assert visibility.shown_scores(attempts=some, now=NOW) == set()
    with django_assert_num_queries(0):
        assert visibility.shown_scores(attempts=[], now=NOW) == set()


def test_gains_respect_visibility():
    pretest = make_quiz(questions=1, kind="practice", attempts_allowed=2, review=HIDDEN)
    posttest = make_quiz(module=pretest.module, questions=1, kind="practice")
    posttest.compares_with = pretest
    posttest.save()
    ada = make_learner(pretest.course)
    take(ada, pretest)
    take(ada, posttest)
    assert gains.before_and_after(enrolment=ada, quiz=posttest, now=NOW) is None

    take(ada, pretest)
    assert gains.before_and_after(enrolment=ada, quiz=posttest, now=NOW) is not None


MINUTE = dt.timedelta(minutes=1)
FROM_CLOSE = {"just_after": [], "later": [], "after_close": ["points"]}


def taken(**extra):
    quiz = make_quiz(questions=1, kind="exam", **extra)
    return take(make_learner(quiz.course), quiz)


@pytest.mark.parametrize(
    ("rules", "more"),
    [
        ({"attempts_allowed": 1, "closes_at": CLOSES}, Next(Moment.AFTER_CLOSE, CLOSES)),
        ({"closes_at": CLOSES}, Next(Moment.AFTER_CLOSE, CLOSES)),
        ({"attempts_allowed": 2}, Next(Moment.AFTER_LAST_TRY, None)),
        ({"attempts_allowed": 1}, None),
        ({}, None),
        (
            {"review": {"just_after": [], "later": ["points"]}},
            Next(Moment.LATER, NOW + 10 * MINUTE),
        ),
        ({"review": {"just_after": ["points"], "later": [], "after_close": ["points"]}}, None),
    ],
)
def test_disclosure_names_the_next_moment_that_shows_more(rules, more):
    sitting = taken(**rules)

    assert visibility.disclosure(attempt=sitting, now=NOW).more == more
    if more is not None and more.at is not None:
        then = visibility.disclosure(attempt=sitting, now=more.at)
        assert (then.moment, then.more) == (more.moment, None)


@pytest.mark.parametrize(
    ("rules", "looks"),
    [
        ({"review": {"just_after": [], "later": ["points"]}}, {0: 10, 9: 10, 10: 10 + 1440}),
        ({"review": FROM_CLOSE, "closes_at": CLOSES}, {0: 10, 11: 11 + 1440, 10000: 10080}),
        ({"review": {**FROM_CLOSE, "after_close": []}, "closes_at": CLOSES}, {0: None}),
    ],
)
def test_next_look_at_a_hidden_score_is_at_the_next_change_or_within_a_day(rules, looks):
    """All in minutes after the submission; the quiz closes after 10,080."""
    sitting = taken(**rules)
    for minutes, expected in looks.items():
        found = visibility.next_look(sitting, now=NOW + minutes * MINUTE)
        assert found == (None if expected is None else NOW + expected * MINUTE), minutes
    assert visibility.next_look(Attempt(submitted_at=None), now=NOW) is None


def test_score_that_is_always_or_never_shown_costs_no_query(django_assert_num_queries):
    always, never = taken(), taken(review={**FROM_CLOSE, "after_close": []})
    depends = taken(review=FROM_CLOSE, closes_at=CLOSES)
    for sitting in (always, never, depends):
        sitting.refresh_from_db()
    with django_assert_num_queries(0):
        assert visibility.shown_scores(attempts=[always, never], now=NOW) == {always.pk}
    everything = [always, never, depends]
    assert visibility.shown_scores(attempts=everything, now=NOW) == {always.pk}
    assert visibility.shown_scores(attempts=everything, now=CLOSES) == {always.pk, depends.pk}


def outcome_of(sitting, raw, position=1):
    """What the learner is shown at once of a response: right or wrong, and its points."""
    item = sitting.items.get(position=position)
    view = attempts.save(
        attempt=sitting, position=position, raw=raw, based_on=item.revision,
        by=sitting.enrolment.user, now=NOW,
    ).view  # fmt: skip
    return view.is_correct, view.score is not None, view.reveal.solution or view.reveal.feedback


@pytest.mark.parametrize("raw", [RIGHT, WRONG])
def test_right_or_wrong_of_the_last_try_waits_for_the_end(raw):
    quiz = make_quiz(
        questions=2, kind="practice", feedback_mode="interactive", credit=["1", "1/2"],
        hides_last_try=True,
    )  # fmt: skip
    learner = make_learner(quiz.course)
    by = learner.user
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    other = {"choice": "c"}
    assert outcome_of(sitting, other) == (False, True, True)
    assert outcome_of(sitting, raw) == (None, False, False)
    # What is right at an earlier try is told: it was not the last.
    assert outcome_of(sitting, RIGHT, position=2)[0] is True
    attempts.submit(attempt=sitting, by=by, now=NOW)
    assert seen(sitting, NOW)[1:] == (True, True)
    page = review.review(attempt=sitting, by=by, now=NOW)
    assert page.items[0].is_correct is (raw == RIGHT)


def test_points_wait_for_the_end_where_the_running_total_is_hidden():
    quiz = make_quiz(
        questions=1, kind="graded", feedback_mode="immediate", hides_running_total=True,
        review={"during": EVERYTHING},
    )  # fmt: skip
    objective = ObjectiveFactory(module=quiz.module)
    quiz.course.questions.update(objective=objective)
    learner = make_learner(quiz.course)
    by = learner.user
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    assert outcome_of(sitting, RIGHT) == (True, False, True)
    assert [one.share for one in mastery.by_objective(enrolment=learner, now=NOW)] == [None]
    attempts.submit(attempt=sitting, by=by, now=NOW)
    assert [one.share for one in mastery.by_objective(enrolment=learner, now=NOW)] == [1]
