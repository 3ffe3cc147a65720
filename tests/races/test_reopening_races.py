"""Reopening, saving, handing in and closing an attempt, and correcting it, at the same moment."""

from datetime import timedelta
from fractions import Fraction

import pytest

from courses.domain import attempts, gradebook, grants, jobs, overrides, regrading
from courses.domain.verifying import verify
from courses.models import Attempt, AttemptDecision, Response, Result, ResultOverride
from tests.factories import (
    NOW,
    RIGHT,
    SINGLE_CHOICE,
    WRONG,
    add_version,
    make_learner,
    make_quiz,
    take_quiz,
)
from tests.races import history
from tests.races.clients import acknowledged, clients, refusals, rounds
from tests.races.test_attempt_races import begin, loaded

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]
END = NOW + timedelta(minutes=10)
LATE = END + timedelta(hours=1)
NEW_END = END + timedelta(days=1)
CLIENTS = 8


def reopener(attempt, now):
    """One who reopens this attempt alone, or all that time closed."""
    mine, _user = loaded(attempt)
    return lambda: attempts.reopen_many(attempts=[mine], reason="Ill", by=None, now=now)


def test_reopening_while_others_save_submit_and_close():
    """An acknowledged save is in what was judged, and the attempt was reopened at most once."""
    quiz = make_quiz(questions=2, time_limit_s=600)
    with clients(CLIENTS) as together:
        for _ in range(rounds()):
            attempt = begin(quiz)
            first = attempt.items.get(position=1)
            attempts.close_expired(now=LATE)
            grants.set_extension(enrolment=attempt.enrolment, quiz=quiz, extra_time_s=86_400)

            def prepare(client, attempt=attempt):
                mine, user = loaded(attempt)
                act = {"attempt": mine, "by": user, "now": LATE}
                return (
                    reopener(attempt, LATE),
                    lambda: attempts.save(**act, position=1, raw=RIGHT, based_on=0),
                    lambda: attempts.submit(**act),
                    lambda: attempts.close_expired(now=LATE),
                )[client % 4]

            calls = together.race(prepare)

            assert refusals(calls) <= {"Closed"}
            opened = [one for call in calls if call.client % 4 == 0 for one in call.value]
            assert len(opened) == AttemptDecision.objects.filter(attempt=attempt).count() == 1
            saved = [call.value for call in calls if call.client % 4 == 1 and call.is_acknowledged]
            assert len(history.log_of(first)) == len({one.revision for one in saved}) <= 1
            attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=LATE)
            attempt.refresh_from_db()
            assert attempt.score == len(Response.objects.filter(item=first))
    assert list(verify(now=LATE)) == []


def test_two_who_reopen_at_the_deadline_while_relays_close():
    """The reopened attempt is open until its new deadline, whatever the relay meant to do."""
    quiz = make_quiz(questions=1, time_limit_s=600)
    with clients(CLIENTS) as together:
        for _ in range(rounds()):
            attempt = begin(quiz)

            def prepare(client, attempt=attempt):
                mine, _user = loaded(attempt)
                reopening = {"deadline_at": NEW_END, "reason": "x", "by": None, "now": LATE}
                if client % 2:
                    return lambda: attempts.close_expired(now=LATE)
                return lambda: attempts.reopen(attempt=mine, **reopening)

            calls = together.race(prepare)

            assert refusals(calls) <= {"Conflict"}
            done = [call for call in calls if not call.client % 2 and call.is_acknowledged]
            attempt.refresh_from_db()
            assert len(done) == attempt.decisions.count() <= 1
            assert attempt.is_open == bool(done)
            if done:
                assert attempt.deadline_at == NEW_END
    assert list(verify(now=LATE)) == []


def test_a_result_is_overridden_while_a_correction_of_it_runs():
    """Both are kept: the override counts, and taken back it leaves what the correction made."""
    other_key = {
        **SINGLE_CHOICE,
        "options": [{**row, "correct": row["key"] == "a"} for row in SINGLE_CHOICE["options"]],
    }
    with clients(2) as pair:
        for _ in range(rounds()):
            quiz = make_quiz(questions=1)
            ada = make_learner(quiz.course)
            take_quiz(ada, quiz, WRONG)
            column = gradebook.line_item(quiz)
            question = quiz.items.get().question
            version = add_version(question, data=other_key)
            batch = regrading.apply(
                course=quiz.course, quizzes=[quiz], spares=False, by=None, now=NOW, reason="x",
                changes=[regrading.Correction(question, version, None)],
            )  # fmt: skip
            cell = {"line_item": column, "enrolment": ada, "by": None}

            def prepare(client, cell=cell):
                if client:
                    return lambda: overrides.override(**cell, scaled=Fraction(1, 2), now=NOW)
                return lambda: jobs.work(clock=lambda: NOW, until=NOW + timedelta(seconds=1))

            calls = pair.race(prepare)

            assert refusals(calls) == set()
            assert len(acknowledged(calls)) == 2
            for look in (1, 2, 3):
                then = NOW + timedelta(seconds=61 * look)
                jobs.work(clock=lambda then=then: then, until=then + timedelta(seconds=1))
            batch.refresh_from_db()
            assert batch.state == "applied"
            result = Result.objects.get(enrolment=ada)
            assert (result.percent, result.is_overridden) == (50, True)
            assert ResultOverride.objects.filter(enrolment=ada).count() == 1
            overrides.override(**cell, scaled=None, now=NOW)
            result.refresh_from_db()
            assert (result.percent, result.is_overridden) == (100, False)
    assert list(verify(now=NOW)) == []
    assert not Attempt.objects.open().exists()
