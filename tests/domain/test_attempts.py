"""One sitting of a quiz, from start to review, without a browser."""

from datetime import timedelta
from fractions import Fraction

import pytest

from courses.domain import attempts, review
from courses.errors import Closed, Conflict, Invalid, NotFound
from courses.models import Attempt, Event, Grading, Response, Result
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    UserFactory,
    add_version,
    make_learner,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def ada(quiz):
    return make_learner(quiz.course)


@pytest.fixture
def quiz():
    return make_quiz(questions=2)


@pytest.fixture
def attempt(quiz, ada):
    return attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)


def save(attempt, position, raw, based_on=0, *, after=1, **extra):
    return attempts.save(
        attempt=attempt,
        position=position,
        raw=raw,
        based_on=based_on,
        by=attempt.enrolment.user,
        now=NOW + timedelta(minutes=after),
        **extra,
    )


def submit(attempt, *, after=2):
    by = attempt.enrolment.user
    return attempts.submit(attempt=attempt, by=by, now=NOW + timedelta(minutes=after))


def test_start_draws_every_item_once(attempt):
    assert attempt.number == 1
    assert [item.position for item in attempt.items.order_by("position")] == [1, 2]
    assert attempt.deadline_at is None


def test_start_again_returns_the_open_attempt(attempt, quiz, ada):
    again = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    assert again == attempt
    assert Attempt.objects.count() == 1
    assert Event.objects.filter(type="attempt.started").count() == 1


def test_start_beyond_the_limit_is_refused(quiz, ada):
    quiz.attempts_allowed = 1
    quiz.save()
    first = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    submit(first)

    with pytest.raises(Conflict, match="all your attempts"):
        attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)


def test_start_during_the_delay_is_refused_with_the_time(quiz, ada):
    quiz.attempt_delay_s = 3600
    quiz.save()
    submit(attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW))

    with pytest.raises(Conflict) as caught:
        attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    assert caught.value.details["next_start_at"] == NOW + timedelta(minutes=62)


def test_save_keeps_every_revision(attempt):
    save(attempt, 1, WRONG)
    saved = save(attempt, 1, RIGHT, based_on=1)

    assert (saved.revision, saved.is_new) == (2, True)
    values = Response.objects.order_by("revision").values_list("revision", "value")
    assert list(values) == [(1, WRONG), (2, RIGHT)]


def test_stale_save_is_refused_with_the_stored_value(attempt):
    save(attempt, 1, WRONG)

    with pytest.raises(attempts.StaleRevision) as caught:
        save(attempt, 1, RIGHT, based_on=0)

    assert caught.value.details["revision"] == 1
    assert caught.value.details["value"] == WRONG
    assert Response.objects.count() == 1


def test_repeated_key_has_one_effect(attempt):
    first = save(attempt, 1, RIGHT, idempotency_key="k1")
    again = save(attempt, 1, RIGHT, idempotency_key="k1")

    assert (first.is_new, again.is_new) == (True, False)
    assert again.revision == first.revision == 1
    assert Response.objects.count() == 1


def test_repeated_key_is_answered_even_after_submission(attempt):
    save(attempt, 1, RIGHT, idempotency_key="k1")
    submit(attempt)

    assert save(attempt, 1, RIGHT, idempotency_key="k1", after=3).revision == 1


def test_reused_key_for_another_response_is_refused(attempt):
    save(attempt, 1, RIGHT, idempotency_key="k1")

    with pytest.raises(attempts.saving.ResponseKeyReused):
        save(attempt, 1, WRONG, based_on=1, idempotency_key="k1")


def test_blank_never_replaces_a_response_unless_cleared(attempt):
    save(attempt, 1, RIGHT)

    with pytest.raises(attempts.BlankRefused):
        save(attempt, 1, {}, based_on=1)
    assert attempt.items.get(position=1).value == RIGHT

    assert save(attempt, 1, {}, based_on=1, is_clear=True).revision == 2
    assert attempt.items.get(position=1).value is None


def test_unreadable_response_stores_nothing(attempt):
    with pytest.raises(Invalid):
        save(attempt, 1, {"choice": "no-such-option"})

    assert Response.objects.count() == 0


def test_save_at_an_unknown_position_is_not_found(attempt):
    with pytest.raises(NotFound):
        save(attempt, 9, RIGHT)


def test_submit_grades_and_posts_the_result(attempt, ada):
    save(attempt, 1, RIGHT)
    save(attempt, 2, WRONG)
    closed = submit(attempt)

    assert closed.state == Attempt.State.GRADED
    assert (closed.score, closed.score_maximum) == (Fraction(1), Fraction(2))
    assert closed.has_passed is False
    result = Result.objects.get(enrolment=ada)
    assert result.score_given == Fraction(50)
    assert result.grading_progress == "FullyGraded"
    assert list(Event.objects.values_list("type", flat=True)) == [
        "enrolment.created",
        "attempt.started",
        "attempt.submitted",
        "attempt.graded",
        "result.changed",
    ]


def test_submit_twice_has_one_effect(attempt):
    save(attempt, 1, RIGHT)
    first = submit(attempt)
    again = submit(attempt, after=9)

    assert again.submitted_at == first.submitted_at
    assert Event.objects.filter(type="attempt.submitted").count() == 1
    assert Grading.objects.count() == 2


def test_save_after_submit_is_closed(attempt):
    submit(attempt)

    with pytest.raises(Closed):
        save(attempt, 1, RIGHT, after=3)


def test_best_attempt_counts(quiz, ada):
    for right in (2, 1):
        sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
        for position in range(1, right + 1):
            save(sitting, position, RIGHT)
        submit(sitting)

    result = Result.objects.get(enrolment=ada)
    assert (result.score_given, result.has_passed) == (Fraction(100), True)


@pytest.mark.parametrize(
    ("method", "expected"), [("best", 100), ("last", 0), ("first", 50), ("average", 50)]
)
def test_grade_method(method, expected):
    quiz = make_quiz(questions=2, grade_method=method)
    ada = make_learner(quiz.course)
    for right in (1, 2, 0):
        sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
        for position in range(1, right + 1):
            save(sitting, position, RIGHT)
        submit(sitting)

    assert Result.objects.get(enrolment=ada).score_given == expected


def test_thirds_are_exact():
    quiz = make_quiz(questions=3, points="0.1", pass_mark="66.67")
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    save(sitting, 1, RIGHT)
    save(sitting, 2, RIGHT)
    closed = submit(sitting)

    assert closed.score / closed.score_maximum == Fraction(2, 3)
    assert str(closed.percent) == "66.667"
    assert closed.has_passed is False  # 66.666… is below 66.67, whatever is shown


def test_time_limit_closes_the_attempt_for_saves():
    quiz = make_quiz(questions=1, time_limit_s=600, grace_s=30)
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    save(sitting, 1, RIGHT, after=10)

    with pytest.raises(Closed):
        save(sitting, 1, WRONG, based_on=1, after=11)

    sitting.refresh_from_db()
    assert sitting.state == Attempt.State.GRADED
    assert sitting.closed_by == Attempt.ClosedBy.DEADLINE
    assert sitting.submitted_at == NOW + timedelta(seconds=600)
    assert sitting.score == 1


def test_save_within_grace_is_kept():
    quiz = make_quiz(questions=1, time_limit_s=600, grace_s=30)
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    assert save(sitting, 1, RIGHT, after=10.4).revision == 1


def test_expired_attempts_are_closed_without_anybody_looking():
    quiz = make_quiz(questions=1, time_limit_s=600)
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    assert attempts.close_expired(now=NOW + timedelta(seconds=604)) == 0
    assert attempts.close_expired(now=NOW + timedelta(seconds=606)) == 1
    sitting.refresh_from_db()
    assert sitting.state == Attempt.State.GRADED


def test_failing_close_does_not_block_other_attempts(monkeypatch, caplog):
    quiz = make_quiz(questions=1, time_limit_s=600)
    first, second = make_learner(quiz.course), make_learner(quiz.course)
    for learner in (first, second):
        attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=NOW)
    grade_rest = attempts.closing._grade_rest

    def broken(attempt, *rest):
        if attempt.enrolment == first:
            raise ValueError("a type that its host removed")
        grade_rest(attempt, *rest)

    monkeypatch.setattr(attempts.closing, "_grade_rest", broken)

    assert attempts.close_expired(now=NOW + timedelta(hours=1)) == 1
    assert "could not be closed" in caplog.text
    assert [one.state for one in Attempt.objects.order_by("pk")] == ["open", "graded"]


def test_interactive_mode_gives_falling_credit_and_closes():
    quiz = make_quiz(questions=1, kind="practice", feedback_mode="interactive", credit=["1", "1/2"])
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    save(sitting, 1, WRONG)
    saved = save(sitting, 1, RIGHT, based_on=1)

    assert (saved.item.score, saved.item.is_closed) == (Fraction(1, 2), True)
    with pytest.raises(Closed):
        save(sitting, 1, WRONG, based_on=2)


def test_a_response_that_was_judged_before_costs_no_further_try():
    credit = ["1", "1/2", "1/4"]
    quiz = make_quiz(questions=1, kind="practice", feedback_mode="interactive", credit=credit)
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    save(sitting, 1, {"choice": "a"})
    save(sitting, 1, {"choice": "c"}, based_on=1)
    again = save(sitting, 1, {"choice": "a"}, based_on=2)
    assert (again.item.revision, again.item.tries, again.item.is_closed) == (3, 2, False)

    right = save(sitting, 1, RIGHT, based_on=3)
    assert (right.item.tries, right.item.score) == (3, Fraction(1, 4))
    kinds = right.item.gradings.order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["auto", "auto", "repeat", "auto"]


def test_edit_of_a_question_never_changes_a_past_attempt(attempt, quiz):
    save(attempt, 1, RIGHT)
    submit(attempt)
    question = quiz.items.get(position=1).question
    add_version(question, data={**question.ready_version.data, "stem": "Changed"})

    page = review.review(attempt=fresh(attempt), by=attempt.enrolment.user, now=NOW)

    assert page.items[0].q["stem"] == "Which is outside-in?"
    assert page.items[0].score == 1


def test_review_of_an_open_attempt_is_refused(attempt):
    with pytest.raises(Conflict):
        review.review(attempt=attempt, by=attempt.enrolment.user, now=NOW)


def test_review_gives_every_option_its_reason(attempt):
    save(attempt, 1, WRONG)
    submit(attempt)

    page = review.review(attempt=fresh(attempt), by=attempt.enrolment.user, now=NOW)

    feedback = {option["key"]: option["feedback"] for option in page.items[0].q["options"]}
    assert feedback == {
        "a": "That counts work.",
        "b": "It follows her goal.",
        "c": "That is our view.",
    }


def test_exam_shows_no_key_while_attempts_are_left():
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=2)
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    save(sitting, 1, WRONG)
    submit(sitting)

    page = review.review(attempt=fresh(sitting), by=ada.user, now=NOW)

    assert all("is_correct" not in option for option in page.items[0].q["options"])
    assert page.percent == 0


def test_person_without_enrolment_does_not_find_an_attempt(attempt):
    from courses.domain import access

    carl = UserFactory()
    with pytest.raises(NotFound):
        access.attempt(uuid=attempt.uuid, by=carl)
    with pytest.raises(NotFound):
        access.owned_attempt(uuid=attempt.uuid, by=carl)


def fresh(attempt):
    related = ("enrolment__course", "enrolment__user", "quiz")
    return Attempt.objects.select_related(*related).get(pk=attempt.pk)
