"""Starting, saving and submitting an attempt at the same moment."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from courses.domain import access, attempts, grading, relay
from courses.models import Attempt, Event, Response, Result
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
    take_quiz,
)
from tests.races import history
from tests.races.clients import COUNT, acknowledged, clients, refusals, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def together():
    with clients() as running:
        yield running


def essay_quiz(**extra):
    """One single choice, one essay: a place where twenty clients can all send something else."""
    quiz = make_quiz(questions=1, **extra)
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=2)
    return quiz


def begin(quiz, ada=None):
    ada = ada or make_learner(quiz.course)
    return attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)


def loaded(attempt):
    """The attempt as a request of its owner loads it, on this thread's connection."""
    user = get_user_model().objects.get(pk=attempt.enrolment.user_id)
    return access.owned_attempt(uuid=attempt.uuid, by=user), user


def saver(attempt, position, raw, **extra):
    def prepare(client):
        mine, user = loaded(attempt)
        value = raw(client) if callable(raw) else raw

        def act(based_on=0):
            return attempts.save(
                attempt=mine,
                position=position,
                raw=value,
                based_on=based_on,
                by=user,
                now=LATER,
                **extra,
            )

        return act

    return prepare


def submitter(attempt, now=LATER):
    mine, user = loaded(attempt)
    return lambda: attempts.submit(attempt=mine, by=user, now=now)


@pytest.mark.parametrize("allowed", [1, 2, None])
def test_start(together, allowed):
    quiz = make_quiz(questions=3, attempts_allowed=allowed)
    for _ in range(rounds()):
        ada = make_learner(quiz.course)

        def prepare(client, ada=ada):
            user = get_user_model().objects.get(pk=ada.user_id)
            reader = access.reader(course_key=quiz.course.key, by=user)
            return lambda: attempts.start(reader=reader, quiz_key=quiz.key, by=user, now=NOW)

        calls = together.race(prepare)

        rows = history.one_attempt_each(quiz.pk, ada.pk, count=1)
        assert {found.pk for found in acknowledged(calls)} == {rows[0].pk}
        assert len(acknowledged(calls)) == COUNT
        assert rows[0].items.count() == 3


def test_start_while_the_others_are_given_up(together):
    """Either an attempt is open and nothing was given up, or no attempt begins any more."""
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=2, giving_up="allowed")
    for _ in range(rounds()):
        ada = make_learner(quiz.course)
        passed = take_quiz(ada, quiz, RIGHT)

        def prepare(client, ada=ada, passed=passed):
            mine, user = loaded(passed)
            if client % 2:
                return lambda: attempts.give_up(attempt=mine, by=user, now=LATER)
            reader = access.reader(course_key=quiz.course.key, by=user)
            return lambda: attempts.start(reader=reader, quiz_key=quiz.key, by=user, now=LATER)

        calls = together.race(prepare)

        gave_up = Event.objects.filter(type="attempts.given_up", enrolment=ada).count()
        assert gave_up + ada.attempts.open().count() == 1
        assert len(acknowledged(calls)) == COUNT // 2
        assert refusals(calls) == {"Conflict"}


def test_save_based_on_the_same_revision(together):
    """One wins; the others get what won, and nothing of theirs is stored or lost silently."""
    quiz = essay_quiz()
    for _ in range(rounds()):
        attempt = begin(quiz)
        sent = {client: {"text": f"Client {client}"} for client in range(COUNT)}

        calls = together.race(saver(attempt, 2, sent.get))

        item = attempt.items.get(position=2)
        history.every_acknowledged_save_is_there(item, calls, sent)
        assert len(acknowledged(calls)) == 1
        assert refusals(calls) == {"StaleRevision"}
        for call in calls:
            if call.refusal:
                assert call.refusal.details["revision"] == 1
                assert call.refusal.details["value"] == item.value


def test_save_until_it_is_stored(together):
    """Each client takes the revision it got and tries again: all are stored, one by one."""
    quiz = essay_quiz()
    for _ in range(max(1, rounds() // 10)):
        attempt = begin(quiz)
        sent = {client: {"text": f"Client {client}"} for client in range(COUNT)}

        def prepare(client, attempt=attempt, sent=sent):
            act = saver(attempt, 2, sent.get)(client)

            def keep_trying():
                based_on = 0
                for _ in range(10 * COUNT):
                    try:
                        return act(based_on)
                    except attempts.StaleRevision as stale:
                        based_on = stale.details["revision"]
                raise AssertionError("never stored")

            return keep_trying

        calls = together.race(prepare)

        item = attempt.items.get(position=2)
        history.every_acknowledged_save_is_there(item, calls, sent)
        assert Response.objects.filter(item=item).count() == COUNT


def test_save_with_the_same_key(together):
    quiz = make_quiz(questions=1)
    for _ in range(rounds()):
        attempt = begin(quiz)

        calls = together.race(saver(attempt, 1, RIGHT, idempotency_key="the-same"))

        saved = acknowledged(calls)
        assert len(saved) == COUNT
        assert {one.revision for one in saved} == {1}
        assert sum(one.is_new for one in saved) == 1
        assert history.log_of(attempt.items.get()) == [RIGHT]


def test_submit(together):
    quiz = essay_quiz()
    for _ in range(rounds()):
        attempt = begin(quiz)
        saver(attempt, 1, RIGHT)(0)()

        calls = together.race(lambda _client, attempt=attempt: submitter(attempt))

        assert {found.submitted_at for found in acknowledged(calls)} == {LATER}
        assert len(acknowledged(calls)) == COUNT
        attempt = history.one_attempt_each(quiz.pk, attempt.enrolment_id, count=1)[0]
        history.graded_as_it_stands(attempt)
        assert attempt.score == 1


def test_submit_while_others_save(together):
    """An acknowledged save is in what was graded; after the hand-in nothing is acknowledged."""
    quiz = essay_quiz()
    for _ in range(rounds()):
        attempt = begin(quiz)
        sent = {client: {"text": f"Client {client}"} for client in range(COUNT)}
        choice = saver(attempt, 1, RIGHT)

        def prepare(client, attempt=attempt, sent=sent, choice=choice):
            if client == 0:
                return submitter(attempt)
            return choice(client) if client % 2 else saver(attempt, 2, sent.get)(client)

        calls = together.race(prepare)

        assert refusals(calls) <= {"Closed", "StaleRevision"}
        saved = [call for call in calls if call.client]
        first, second = attempt.items.order_by("position")
        choices = [call for call in saved if call.client % 2]
        texts = [call for call in saved if not call.client % 2]
        history.every_acknowledged_save_is_there(first, choices, dict.fromkeys(sent, RIGHT))
        history.every_acknowledged_save_is_there(second, texts, sent)
        attempt = history.one_attempt_each(quiz.pk, attempt.enrolment_id, count=1)[0]
        history.graded_as_it_stands(attempt)
        assert attempt.score == (1 if first.value == RIGHT else 0)


def test_deadline_while_learner_and_relays_act(together):
    """The learner's hand-in, a late save and two relays meet at the deadline: it closes once."""
    quiz = make_quiz(questions=1, time_limit_s=60)
    late = NOW + timedelta(seconds=66)
    for _ in range(rounds()):
        attempt = begin(quiz)
        saver(attempt, 1, RIGHT)(0)()

        def prepare(client, attempt=attempt):
            mine, user = loaded(attempt)
            raw = {"raw": WRONG, "based_on": 1}
            return (
                lambda: relay.attempts.close_expired(now=late),
                lambda: attempts.submit(attempt=mine, by=user, now=late),
                lambda: attempts.save(attempt=mine, position=1, by=user, now=late, **raw),
            )[client % 3]

        calls = together.race(prepare)

        assert refusals(calls) == {"Closed"}
        attempt = history.one_attempt_each(quiz.pk, attempt.enrolment_id, count=1)[0]
        history.graded_as_it_stands(attempt)
        assert (attempt.score, attempt.closed_by) == (1, Attempt.ClosedBy.DEADLINE)
        assert attempt.submitted_at == attempt.deadline_at


def test_grading_of_one_attempt_while_the_next_is_handed_in():
    """Both change the same cell of the gradebook; neither may be forgotten in it."""
    quiz = essay_quiz(grade_method="average")
    grace = make_learner(quiz.course, role="instructor")
    with clients(2) as pair:
        for _ in range(rounds()):
            first = begin(quiz)
            saver(first, 2, {"text": "Mine"})(0)()
            submitter(first)()
            second = begin(quiz, first.enrolment)
            saver(second, 1, RIGHT)(0)()
            essay = first.items.select_related("attempt").get(position=2)

            def prepare(client, second=second, essay=essay):
                if client:
                    return submitter(second)
                return lambda: grading.grade_by_person(
                    item=essay, scaled=1, by=grace.user, now=LATER
                )

            calls = pair.race(prepare)

            assert refusals(calls) == set()
            cell = Result.objects.get(enrolment=first.enrolment)
            assert cell.score_given == 50
            assert cell.grading_progress == "FullyGraded"
