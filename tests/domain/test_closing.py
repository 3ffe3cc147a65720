"""Saving and closing at their edges, and what is recorded of them."""

from datetime import timedelta

import pytest

from courses.domain import attempts
from courses.domain.attempts import closing, limits
from courses.errors import Closed, Invalid, NotFound, TooMuch
from courses.models import AttemptItem, Event, Grading, Quiz, Response
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    WRONG,
    add_item,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SECOND = timedelta(seconds=1)
ENDS = NOW + 600 * SECOND
OVER = ENDS + 36 * SECOND
"""A second after the grace of the quiz (30) and of the network (5)."""
WRITTEN = {"text": "A word."}


def started(*, essay=False, **extra):
    quiz = make_quiz(questions=2, **extra)
    if essay:
        text = make_question(quiz.module, kind="essay", data=ESSAY)
        add_item(quiz, text, position=3)
    ada = make_learner(quiz.course)
    return attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)


def timed():
    return started(time_limit_s=600, grace_s=30)


def save(attempt, position=1, raw=RIGHT, based_on=0, *, now=NOW, **extra):
    by = attempt.enrolment.user
    given = {"raw": raw, "based_on": based_on, "by": by, "now": now, **extra}
    return attempts.save(attempt=attempt, position=position, **given)


def test_saved_row_holds_the_request():
    attempt = timed()
    by = attempt.enrolment.user

    saved = save(attempt, now=NOW + SECOND, channel="api", idempotency_key="k" * 80)

    assert (saved.revision, saved.is_new, saved.received_at) == (1, True, NOW + SECOND)
    assert saved.seconds_left == 599
    assert (saved.view.revision, saved.view.is_answered) == (1, True)
    row = Response.objects.get()
    assert (row.item, row.revision, row.value, row.channel) == (saved.item, 1, RIGHT, "api")
    assert (row.by, row.received_at, row.size) == (by, NOW + SECOND, len('{"choice":"b"}'))
    assert row.idempotency_key == "k" * 80
    again = save(attempt, now=NOW + 9 * SECOND, based_on=1)
    assert (again.revision, again.is_new, again.received_at) == (1, False, NOW + 9 * SECOND)
    repeat = save(attempt, now=NOW + 9 * SECOND, idempotency_key="k" * 80)
    assert (repeat.revision, repeat.is_new, repeat.received_at) == (1, False, NOW + SECOND)
    assert repeat.seconds_left == 591
    same = save(attempt, based_on=7)
    assert (same.revision, same.is_new) == (1, False)
    assert save(attempt, 2, WRONG).received_at == NOW
    assert Response.objects.latest("pk").channel == "web"
    assert Response.objects.latest("pk").idempotency_key is None


def test_key_has_one_to_eighty_printable_characters():
    attempt = started()
    for key in ("", "k" * 81, "a\nb"):
        with pytest.raises(Invalid, match="1 to 80 characters"):
            save(attempt, idempotency_key=key)
    assert save(attempt, idempotency_key="k").is_new


def test_refused_save_says_what_is_stored():
    attempt = started()
    save(attempt)
    with pytest.raises(attempts.StaleRevision) as stale:
        save(attempt, raw=WRONG, based_on=2)
    with pytest.raises(attempts.BlankRefused) as blank:
        save(attempt, raw={}, based_on=1)

    for refused in (stale, blank):
        details = refused.value.details
        assert (details["revision"], details["value"]) == (1, RIGHT)
        assert details["item"] == attempt.items.get(position=1)
    assert save(attempt, raw=WRONG, based_on=1, is_clear=True).item.value is None


def test_flag_is_set_and_removed_until_the_end():
    attempt = timed()
    for is_flagged in (True, False, True):
        item = attempts.flag(attempt=attempt, position=2, is_flagged=is_flagged, now=NOW)
        assert item.is_flagged is is_flagged
        assert attempt.items.get(position=2).is_flagged is is_flagged
    assert attempt.items.get(position=1).is_flagged is False
    with pytest.raises(NotFound):
        attempts.flag(attempt=attempt, position=3, is_flagged=True, now=NOW)
    with pytest.raises(Closed):
        attempts.flag(attempt=attempt, position=1, is_flagged=True, now=OVER)
    attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW)
    with pytest.raises(Closed):
        attempts.flag(attempt=attempt, position=1, is_flagged=True, now=NOW)


def test_attempt_is_over_after_both_graces():
    attempt = timed()
    last = OVER - SECOND
    assert not closing.is_over(attempt=attempt, now=last)
    assert closing.is_over(attempt=attempt, now=OVER)
    assert not closing.is_over(attempt=started(), now=OVER)

    assert attempts.close_due(attempts=[attempt, started()], now=last) == 0
    assert attempts.close_due(attempts=[attempt, started()], now=OVER) == 1
    attempt.refresh_from_db()
    assert not closing.is_over(attempt=attempt, now=OVER)
    assert (attempt.closed_by, attempt.submitted_at) == ("deadline", ENDS)
    event = Event.objects.get(type="attempt.submitted")
    assert (event.by, event.occurred_at) == (None, OVER)


def test_save_after_the_end_closes_the_attempt():
    attempt = timed()
    with pytest.raises(Closed):
        save(attempt, now=OVER)

    attempt.refresh_from_db()
    assert attempt.closed_by == "deadline"
    assert not Response.objects.exists()


def test_submission_is_by_the_learner_until_the_end_and_by_the_clock_after_it():
    for now, closed_by, submitted_at in (
        (NOW + SECOND, "learner", NOW + SECOND),
        (OVER - SECOND, "learner", OVER - SECOND),
        (OVER, "deadline", ENDS),
        (NOW - SECOND, "learner", NOW),
    ):
        attempt = timed()
        by = attempt.enrolment.user
        done = attempts.submit(attempt=attempt, by=by, now=now)
        assert (done.closed_by, done.submitted_at) == (closed_by, submitted_at)
        attempt.refresh_from_db()
        assert (attempt.closed_by, attempt.submitted_at) == (closed_by, submitted_at)
        event = Event.objects.filter(type="attempt.submitted").latest("pk")
        assert event.by == (by if closed_by == "learner" else None)


def test_closing_records_its_events_with_the_result():
    attempt = started(pass_mark=50)
    by = attempt.enrolment.user
    save(attempt)
    Event.objects.all().delete()

    attempts.submit(attempt=attempt, by=by, now=NOW + SECOND)

    rows = list(Event.objects.order_by("pk"))
    assert [row.type for row in rows] == [
        "attempt.submitted",
        "attempt.graded",
        "result.changed",
        "course.completed",
    ]
    for row in rows:
        assert (row.by, row.occurred_at) == (by, NOW + SECOND)
        assert (row.enrolment, row.course) == (attempt.enrolment, attempt.quiz.course)
    assert rows[0].data == rows[1].data
    assert (rows[0].data["percent"], rows[0].data["has_passed"]) == (50, True)


def test_closing_grades_what_has_no_grade_yet():
    attempt = started(essay=True)
    save(attempt, raw=WRONG)
    save(attempt, based_on=1)
    save(attempt, 3, WRITTEN)

    done = attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW + SECOND)

    assert (done.state, done.score) == ("submitted", 1)
    rows = Grading.objects.order_by("item__position")
    found = [(row.item.position, row.sequence, row.scaled) for row in rows]
    assert found == [(1, 1, 1), (2, 1, 0), (3, 1, None)]
    revisions = [row.response.revision if row.response else None for row in rows]
    assert revisions == [2, None, 1]
    assert {row.graded_at for row in rows} == {NOW + SECOND}
    items = attempt.items.order_by("position").values_list("tries", "score", "is_closed")
    assert list(items) == [(1, 1, True), (1, 0, True), (0, None, False)]
    assert not Event.objects.filter(type="attempt.graded").exists()


def test_closing_leaves_what_was_graded_at_once():
    attempt = started(essay=True, feedback_mode="immediate")
    save(attempt)
    save(attempt, 3, WRITTEN)
    before = set(Grading.objects.values_list("pk", flat=True))
    assert len(before) == 2

    attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW + SECOND)

    (made,) = Grading.objects.exclude(pk__in=before)
    assert (made.item.position, made.sequence, made.score) == (2, 1, 0)


def test_closing_a_review_forgets_what_was_not_answered():
    attempt = started()
    Quiz.objects.update(is_review=True)
    save(attempt)

    attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW)

    assert list(attempt.items.values_list("position", "score")) == [(1, 1)]


def test_what_others_store_in_an_hour_counts_for_nobody_else():
    attempt, other = started(), save(started()).item
    store_an_hour(other, 2, by=other.attempt.enrolment.user)
    assert save(attempt).item.revision == 1
    store_an_hour(other, 3, by=attempt.enrolment.user)
    with pytest.raises(TooMuch, match="5 MB per hour"):
        save(attempt, 2)


def store_an_hour(item, revision, *, by):
    """Store a response of as many bytes as anybody may store in an hour."""
    row = {"revision": revision, "value": RIGHT, "size": limits.HOUR_BYTES}
    Response.objects.create(item=item, received_at=NOW, by=by, **row)


def test_cleared_essay_that_waited_is_graded_as_blank():
    attempt = started(essay=True, feedback_mode="immediate")
    save(attempt, 3, WRITTEN)
    save(attempt, 3, {}, based_on=1, is_clear=True)

    attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW)

    rows = Grading.objects.filter(item__position=3).order_by("sequence")
    assert [(row.sequence, row.score) for row in rows] == [(1, None), (2, 0)]


def test_expired_attempts_are_closed_up_to_a_limit_the_oldest_first():
    first, second, third = timed(), timed(), timed()
    for number, attempt in enumerate((third, first, second)):
        attempt.deadline_at = NOW + number * SECOND
        attempt.save()

    assert attempts.close_expired(now=NOW + SECOND) == 0
    assert attempts.close_expired(now=OVER, limit=2) == 2
    is_open = []
    for attempt in (first, second, third):
        attempt.refresh_from_db()
        is_open.append(attempt.is_open)
    assert is_open == [False, True, False]
    assert attempts.close_expired(now=OVER) == 1


def test_limits_count_up_to_their_last_byte():
    assert limits.size_of({"text": "я b"}) == len('{"text":"я b"}'.encode())
    attempt = started()
    by = attempt.enrolment.user
    item = AttemptItem.objects.get(pk=save(attempt).item.pk)
    size = Response.objects.get().size
    other = save(started()).item
    given = {"item": item, "user_id": by.pk, "now": NOW}
    limits.check(size=2_000_000 - size, **given)
    with pytest.raises(TooMuch, match="2 MB"):
        limits.check(size=2_000_001 - size, **given)

    Response.objects.create(
        item=other, revision=2, value=RIGHT, size=4_999_000 - size, received_at=NOW, by=by
    )
    limits.check(size=1000, **given)
    with pytest.raises(TooMuch, match="5 MB per hour") as refused:
        limits.check(size=1001, **given)
    assert refused.value.details["retry_after"] == 600
    limits.check(size=1001, **{**given, "now": NOW + timedelta(hours=1)})
    with pytest.raises(TooMuch):
        limits.check(size=1001, **{**given, "now": NOW + timedelta(hours=1) - SECOND})
    limits.check(**{**given, "user_id": 0}, size=1001)
    sums = {"attempt_id": item.attempt_id, "user_id": by.pk, "since": NOW - limits.HOUR}
    read = limits.with_sums(AttemptItem.objects.all(), **sums)
    with pytest.raises(TooMuch):
        limits.check(**{**given, "item": read.get(pk=item.pk)}, size=1001)


def test_limit_of_changes_is_two_hundred():
    item = save(started()).item
    given = {"size": 1, "user_id": item.attempt.enrolment.user_id, "now": NOW}
    item.revision = 199
    limits.check(item=item, **given)
    item.revision = 200
    with pytest.raises(TooMuch, match="200 times"):
        limits.check(item=item, **given)
