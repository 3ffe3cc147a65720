"""Many responses saved at once: the same rows as one by one, by few statements."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts
from courses.domain.attempts import SentResponse, limits
from courses.errors import CoursesError, Invalid
from courses.models import AttemptItem, Grading, Response
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
from tests.lengths import length

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

ESSAY_PLACE, NO_PLACE = 3, 9
CHOICES = (RIGHT, WRONG, WRONG, RIGHT, {}, {"choice": "zz"}, {"text": "Mine"})
VALUES = {
    1: CHOICES,
    2: CHOICES,
    ESSAY_PLACE: ({"text": "Mine"}, {"text": "Longer"}, {}),
    NO_PLACE: (RIGHT,),
}


def begin(**quiz):
    quiz = make_quiz(questions=2, **quiz)
    essay = make_question(quiz.module, kind="essay", data=ESSAY)
    add_item(quiz, essay, position=ESSAY_PLACE)
    ada = make_learner(quiz.course)
    return attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)


def save_many(attempt, sent, *, after=1, **extra):
    now, by = NOW + timedelta(minutes=after), attempt.enrolment.user
    return attempts.save_many(attempt=attempt, sent=sent, by=by, now=now, **extra)


def one_by_one(attempt, sent, *, after=1, **extra):
    now, by = NOW + timedelta(minutes=after), attempt.enrolment.user
    outcomes = {}
    for position, one in sent.items():
        try:
            outcomes[position] = attempts.save(
                attempt=attempt, position=position, by=by, now=now, **vars(one), **extra
            )
        except CoursesError as error:
            outcomes[position] = error
    return outcomes


def told(outcomes):
    """What a caller learns of each: its revision, or what was wrong."""
    return {
        position: (type(one).__name__, str(one.message), one.details.get("revision"))
        if isinstance(one, CoursesError)
        else (one.revision, one.is_new, one.received_at, one.seconds_left, one.item.score)
        for position, one in outcomes.items()
    }


def stored(attempt):
    """Every row that a save writes."""
    items = AttemptItem.objects.filter(attempt=attempt)
    summary = ("position", "revision", "value", "tries", "score", "is_closed")
    response = ("item__position", "revision", "value", "size", "received_at", "channel")
    rows = Response.objects.filter(item__in=items).order_by("item__position", "revision")
    gradings = Grading.objects.filter(item__in=items).order_by("item__position", "sequence")
    return (
        list(items.order_by("position").values_list(*summary)),
        list(rows.values_list(*response, "idempotency_key")),
        list(gradings.values_list("item__position", "sequence", "kind", "score")),
    )


@pytest.mark.two_lengths
@pytest.mark.parametrize("mode", [{}, {"kind": "practice", "feedback_mode": "immediate"}])
def test_many_at_once_are_stored_as_one_by_one(mode):
    attempt, seen = begin(**mode), Counter()
    for seed in range(length(short=10, long=200)):
        forms = list(generated_forms(Random(seed)))
        found = []
        for save in (one_by_one, save_many):
            # In one transaction PostgreSQL would keep, and read, every old version of each row.
            with transaction.atomic():
                outcomes = [
                    told(save(attempt, sent, after=1 + minute, idempotency_key=key))
                    for minute, (sent, key) in enumerate(forms)
                ]
                found.append((outcomes, stored(attempt)))
                transaction.set_rollback(True)
        assert found[0] == found[1], (seed, forms)
        seen += Counter(one[0] for outcome in found[0][0] for one in outcome.values())
    assert seen >= Counter(["StaleRevision", "NotFound", "ResponseError", 1]), seen
    assert seen["Closed"] if mode else seen[2], seen


def generated_forms(source):
    """Make forms that hit most of what a save can answer; most are based on what is stored."""
    guessed = dict.fromkeys(VALUES, 0)
    for turn in range(source.randint(3, 5)):
        sent = {}
        for place in source.sample(sorted(VALUES), source.randint(2, 4)):
            raw, is_clear = source.choice(VALUES[place]), source.random() < 0.1
            based_on = source.choice([guessed[place]] * 4 + [turn])
            sent[place] = SentResponse(raw, based_on, is_clear=is_clear)
            guessed[place] += raw in VALUES[place][:4] and based_on == guessed[place]
        yield sent, source.choice([None, "a", "b"])


def test_twenty_responses_take_as_many_statements_as_one():
    made = {}
    for size in (1, 20):
        quiz = make_quiz(questions=size)
        ada = make_learner(quiz.course)
        attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
        sent = {place: SentResponse(RIGHT, 0) for place in range(1, size + 1)}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            save_many(attempt, sent, idempotency_key="k")
        made[size] = len(queries)
        assert Response.objects.filter(item__attempt=attempt).count() == size
    assert made[20] == made[1] <= 9


def test_limit_of_the_attempt_counts_what_the_same_request_stores(monkeypatch):
    attempt = begin()
    monkeypatch.setattr(limits, "ATTEMPT_BYTES", limits.size_of(RIGHT) + 1)

    done = save_many(attempt, {1: SentResponse(RIGHT, 0), 2: SentResponse(RIGHT, 0)})

    assert done[1].revision == 1
    assert done[2].code == "too_much"
    assert Response.objects.count() == 1


def test_late_form_closes_the_attempt_and_says_so_for_each():
    attempt = begin(time_limit_s=60)

    done = save_many(attempt, {1: SentResponse(RIGHT, 0), 2: SentResponse(WRONG, 0)}, after=30)

    assert [one.code for one in done.values()] == ["closed", "closed"]
    attempt.refresh_from_db()
    assert attempt.closed_by == "deadline"


def test_key_that_cannot_be_stored_is_refused_before_anything_is():
    attempt = begin()

    with pytest.raises(Invalid, match="1 to 80"):
        save_many(attempt, {1: SentResponse(RIGHT, 0)}, idempotency_key="x" * 81)

    assert not Response.objects.exists()
