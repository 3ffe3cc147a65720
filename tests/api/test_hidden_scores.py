"""No event shows a platform a score before the quiz shows it to the learner.

Two worlds that differ in nothing but how well the learner did look the same from outside.
"""

import json
import re
from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.db import transaction

from courses.domain import attempts, grading, outgoing, relay
from courses.models import Enrolment, Event, Result
from tests.api.platform import Platform, problem
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    WRONG,
    add_item,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLOSES = NOW + 7 * DAY
SCORE = ["response", "points", "overall"]
AFTER_CLOSE = {"just_after": [], "later": [], "after_close": SCORE}
LATER = {"just_after": [], "later": SCORE, "after_close": SCORE}
NEVER = {"just_after": [], "later": [], "after_close": []}


def make_world(review, *, closes_at=CLOSES, essay=False):
    """A graded quiz that hides its score, a platform without and one with the gradebook."""
    quiz = make_quiz(questions=1, review=review, closes_at=closes_at)
    if essay:
        add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=2)
    plain = Platform("events:read", "learning:write", "learners:write", "webhooks:write")
    plain.learner(course=quiz.course)
    return quiz, plain


def sit(quiz, response, *, now=NOW):
    enrolment = Enrolment.objects.get(course=quiz.course)
    by = enrolment.user
    attempt = attempts.start(reader=reader_of(enrolment), quiz_key=quiz.key, by=by, now=now)
    attempts.save(attempt=attempt, position=1, raw=response, based_on=0, by=by, now=now)
    return attempts.submit(attempt=attempt, by=by, now=now)


def round_at(moment):
    return relay.run_once(clock=lambda: moment, jitter=Random(1))


def seen(platform, quiz):
    """All that the platform can receive or read of the learner, ids left out."""
    learner, course = "/learners/a-1", quiz.course.key
    attempt = quiz.attempts.latest("pk").uuid
    found = [
        platform.get(path).json()
        for path in (
            "/events",
            f"{learner}/progress",
            f"{learner}/courses/{course}/progress",
            f"{learner}/enrolments/{course}",
            f"{learner}/courses/{course}/quizzes/{quiz.key}",
            f"{learner}/attempts/{attempt}",
            f"{learner}/attempts/{attempt}/review",
            f"{learner}/export",
            *(f"/courses/{course}/{kind}" for kind in ("results", "attempts", "responses")),
        )
    ]
    text = json.dumps(_without_chance(found)).replace(quiz.key, "QUIZ").replace(course, "COURSE")
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)


def _without_chance(value):
    """Without what differs by chance, or because the learner chose something else."""
    if isinstance(value, dict):
        own = {"after", "content", "key", "objective", "question", "value"}
        return {name: _without_chance(one) for name, one in value.items() if name not in own}
    return [_without_chance(one) for one in value] if isinstance(value, list) else value


def in_both_worlds(review, at, **more):
    """What the platform sees at that time when the learner did well, and when not."""
    found, sent = [], []
    for response in (RIGHT, WRONG):
        with transaction.atomic(), time_machine.travel(at, tick=False):
            quiz, plain = make_world(review, **more)
            plain.post("/webhooks", {"url": "https://a.example/"})
            sit(quiz, response)
            round_at(at)
            found.append(seen(plain, quiz))
            sent.append(Event.objects.values_list("type", flat=True).order_by("pk"))
            sent[-1] = list(sent[-1])
            transaction.set_rollback(True)
    return found, sent


@pytest.mark.parametrize("review", [AFTER_CLOSE, LATER, NEVER])
def test_before_its_time_right_and_wrong_look_the_same(review):
    (ours, theirs), (types, others) = in_both_worlds(review, NOW)

    assert ours == theirs
    assert types == others


@pytest.mark.parametrize(("review", "at"), [(AFTER_CLOSE, CLOSES), (LATER, NOW + HOUR)])
def test_after_its_time_they_differ(review, at):
    """The comparison above would see it."""
    found = []
    for response in (RIGHT, WRONG):
        with transaction.atomic():
            quiz, plain = make_world(review)
            sit(quiz, response)
            round_at(at)
            with time_machine.travel(at, tick=False):
                found.append(seen(plain, quiz))
            transaction.set_rollback(True)

    assert found[0] != found[1]


def scores_of(platform, kind):
    found = platform.get(f"/events?type={kind}").json()["results"]
    return [(one["data"]["percent"], one["data"]["has_passed"]) for one in found]


def test_gradebook_credential_gets_hidden_scores_at_once():
    quiz, plain = make_world(AFTER_CLOSE)
    sit(quiz, RIGHT)
    graded = Platform("events:read", "gradebook:read")

    for kind in ("attempt.submitted", "attempt.graded", "result.changed"):
        assert scores_of(plain, kind) == [(None, None)]
        assert scores_of(graded, kind) == [(100.0, True)]
        (one,) = graded.get(f"/events?type={kind}").json()["results"]
        assert one["data"]["is_shown"] is False


def test_an_event_says_when_it_is_shown_once():
    quiz, plain = make_world(AFTER_CLOSE)
    sit(quiz, RIGHT)
    round_at(CLOSES - HOUR)
    assert scores_of(plain, "result.shown") == []

    assert round_at(CLOSES).shown == 1
    round_at(CLOSES + DAY)
    assert scores_of(plain, "result.shown") == [(100.0, True)]
    assert scores_of(plain, "result.changed") == [(None, None)]


def test_immediately_shown_score_is_in_the_first_event():
    quiz, plain = make_world({})
    sit(quiz, RIGHT)
    round_at(NOW)

    assert scores_of(plain, "result.changed") == [(100.0, True)]
    assert scores_of(plain, "result.shown") == []


def test_moved_closing_date_is_applied():
    quiz, plain = make_world(AFTER_CLOSE)
    sit(quiz, RIGHT)
    quiz.closes_at = CLOSES + 30 * DAY
    quiz.save()
    round_at(CLOSES)
    assert scores_of(plain, "result.shown") == []

    quiz.closes_at = CLOSES
    quiz.save()
    assert round_at(CLOSES + 2 * DAY).shown == 1


def test_never_released_result_is_not_checked_again():
    quiz, plain = make_world(NEVER)
    sit(quiz, RIGHT)

    assert Result.objects.get().look_again_at is None
    assert round_at(CLOSES + 99 * DAY).shown == 0
    assert scores_of(plain, "result.shown") == []


def test_a_hidden_pass_completes_the_course_when_it_is_shown():
    quiz, _plain = make_world(AFTER_CLOSE)
    sit(quiz, RIGHT)
    assert Enrolment.objects.get().completed_at is None

    round_at(CLOSES)
    assert Enrolment.objects.get().completed_at == CLOSES
    assert Event.objects.filter(type="course.completed").count() == 1


def test_a_pass_by_a_persons_grading_completes_the_course():
    quiz, _plain = make_world({}, essay=True)
    attempt = sit(quiz, RIGHT)
    enrolment = attempt.enrolment
    item = attempt.items.get(position=2)
    assert enrolment.completed_at is None

    grading.grade_by_person(item=item, scaled=1, by=None, now=NOW + HOUR)
    enrolment.refresh_from_db()
    assert enrolment.completed_at == NOW + HOUR


# --- webhooks


class Calls(list):
    def post(self, url, *, body, headers):
        self.append(json.loads(body))
        return outgoing.Answer(204)


@pytest.mark.parametrize("is_included", [True, False])
def test_endpoint_gets_hidden_scores_only_if_asked_for(monkeypatch, is_included):
    calls = Calls()
    monkeypatch.setattr(outgoing, "post", calls.post)
    quiz, _plain = make_world(AFTER_CLOSE)
    keeper = Platform("webhooks:write", "gradebook:read")
    body = {"url": "https://a.example/", "include_hidden_scores": is_included}
    with time_machine.travel(NOW, tick=False):
        assert keeper.post("/webhooks", body).json()["include_hidden_scores"] is is_included
    sit(quiz, RIGHT)
    while not round_at(NOW + timedelta(seconds=1)).was_idle:
        pass

    found = [one["data"]["percent"] for one in calls if one["type"] == "result.changed"]
    assert found == [100.0 if is_included else None]


def test_hidden_scores_need_the_gradebook_scope():
    plain, keeper = Platform("webhooks:write"), Platform("webhooks:write", "gradebook:read")
    body = {"url": "https://a.example/", "include_hidden_scores": True}
    problem(plain.post("/webhooks", body), 403, "missing_scope")
    made = keeper.post("/webhooks", body).json()["id"]
    own = plain.post("/webhooks", {"url": "https://b.example/"}).json()["id"]

    assert [one["id"] for one in plain.get("/webhooks").json()["results"]] == [own]
    for method, path in (("get", ""), ("patch", ""), ("delete", ""), ("post", "/secret")):
        bodies = {"patch": {"url": "https://evil.example/"}, "post": {}}
        answer = plain.call(method, f"/webhooks/{made}{path}", bodies.get(method))
        problem(answer, 404, "not_found")
    change = plain.call("patch", f"/webhooks/{own}", {"include_hidden_scores": True})
    problem(change, 403, "missing_scope")
