"""Twenty clients delay, repeat and lose the requests of one attempt.

Afterwards the attempt is what a sequential model makes of what was acknowledged: nothing that was
acknowledged is missing, nothing happened twice, and no answer contradicts the order of events.
"""

import logging
import random
from fractions import Fraction

import pytest

from courses.models import Delivery, Event, Grading, Response, Result
from tests.api.platform import Platform
from tests.domain.attempt_model import ESSAY, POINTS, Model
from tests.factories import ESSAY as ESSAY_DATA
from tests.factories import NOW, add_item, make_question, make_quiz
from tests.lengths import spread
from tests.races import acknowledged
from tests.races.clients import COUNT, clients, rounds
from tests.races.wire import Ask, Wire
from tests.races.wsgi_client import WsgiClient

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
]

ACTIONS = 8
GRADERS = 5
CREDIT = ["1", "1/2", "1/3"]


def listen(_event):
    """A subscriber, so that a second event would also be a second delivery."""


@pytest.fixture
def platform(settings):
    settings.COURSES_SUBSCRIBERS = {"test": f"{__name__}.listen"}
    settings.COURSES_API_RATES = {"client": "1000000/min", "failed_keys": "20/min"}
    logging.disable(logging.WARNING)
    yield Platform()
    logging.disable(logging.NOTSET)


@pytest.fixture(params=spread(["a cache of each process", "one cache for all"], check=1))
def any_cache(request, settings):
    if request.param != "one cache for all":
        backend = "django.core.cache.backends.dummy.DummyCache"
        settings.CACHES = {"default": {"BACKEND": backend}}


def make(mode):
    quiz = make_quiz(questions=0, feedback_mode=mode, credit=CREDIT)
    kinds = [{}, {}, {"kind": "essay", "data": ESSAY_DATA}]
    for position, kind in enumerate(kinds, start=1):
        points = str(float(POINTS[position]))
        add_item(quiz, make_question(quiz.module, **kind), position=position, points=points)
    return quiz


@pytest.mark.usefixtures("any_cache")
@pytest.mark.parametrize("mode", spread(["deferred", "interactive"], check=1))
def test_twenty_clients_in_one_attempt(platform, mode):
    for number in range(max(1, rounds() // 10)):
        quiz = make(mode)
        who = f"{mode}-{number}"
        platform.learner(who, course=quiz.course)
        wire = Wire(WsgiClient(platform.key))
        seeds = [random.getrandbits(64) for _client in range(COUNT)]

        def prepare(client, quiz=quiz, who=who, wire=wire, seeds=seeds):
            mine = Client(client, quiz, who, wire, random.Random(seeds[client]))
            mine.start()
            return mine.work

        with clients() as together:
            together.race(prepare)
        wire.bring_the_rest()

        model = acknowledged.replay(wire.log, model_of(mode))
        acknowledged.every_repeat_got_the_first_answer(wire.log)
        acknowledged.no_answer_contradicts_the_order(wire.log, model)
        the_database_agrees(platform.enrolment(who), model, wire.log)


def model_of(mode):
    credit = [Fraction(share) for share in (CREDIT if mode == "interactive" else ["1"])]
    rules = {"limit_s": None, "grace_s": 0, "delay_s": 0, "allowed": None, "closes_at": None}
    return Model(kind="graded", mode=mode, credit=credit, method="best", **rules)


class Client:
    """Starts the attempt like everybody else, and once all have, does this and that in it and
    hands it in."""

    def __init__(self, number, quiz, who, wire, source):
        self.number, self.wire, self.source = number, wire, source
        self.quiz = f"/learners/{who}/courses/{quiz.course.key}/quizzes/{quiz.key}"
        self.learner = f"/learners/{who}"
        self.seen = dict.fromkeys(POINTS, 0)
        self.count = 0

    def start(self):
        started = self.deliver("start", "POST", f"{self.quiz}/attempts", {})
        self.attempt = f"{self.learner}/attempts/{started.body['attempt']['id']}"

    def work(self):
        actions = [self.save] * 5 + [self.flag, self.read]
        for _ in range(ACTIONS):
            self.source.choice(actions)()
            self.wire.bring_late_ones(self.source)
        self.deliver("submit", "POST", f"{self.attempt}/submit", {})
        if self.number < GRADERS:
            self.grade()

    def deliver(self, kind, method, path, body=None, position=0):
        self.count += 1
        key = f"{self.number}-{self.count}" if method == "POST" else None
        return self.wire.deliver(Ask(kind, method, path, body, key, position), self.source)

    def save(self):
        position = self.source.choice(list(POINTS))
        body = {"based_on": self.seen[position], **self.something(position)}
        path = f"{self.attempt}/items/{position}/responses"
        answer = self.deliver("save", "POST", path, body, position)
        if answer.is_done or answer.code in {"stale_revision", "blank_refused"}:
            self.seen[position] = answer.body.get("revision", 0)

    def something(self, position):
        if self.source.random() < 0.1:
            blank = {"text": ""} if position == ESSAY else {"choice": ""}
            return self.source.choice([{"clear": True}, {"response": blank}])
        text = {"text": f"Client {self.number}, {self.count}."}
        choice = {"choice": self.source.choice("aaabcc")}
        return {"response": text if position == ESSAY else choice}

    def flag(self):
        position = self.source.choice(list(POINTS))
        body = {"is_flagged": self.source.random() < 0.5}
        self.deliver("flag", "PUT", f"{self.attempt}/items/{position}/flag", body, position)

    def read(self):
        answer = self.deliver("read", "GET", self.attempt)
        for item in answer.body["items"]:
            self.seen[item["position"]] = item["revision"]

    def grade(self):
        body = {"scaled": f"0.{self.number + 1}", "reason": f"Grader {self.number}"}
        self.deliver("grade", "POST", f"{self.attempt}/items/{ESSAY}/gradings", body, ESSAY)


def the_database_agrees(ada, model, log):
    (wanted,) = model.attempts
    attempt = ada.attempts.get()
    items = list(attempt.items.order_by("position"))
    for item in items:
        must = wanted.items[item.position]
        found = (item.value, item.revision, item.tries, item.score, item.is_closed)
        assert found == (must.value, len(must.log), must.tries, must.score, must.is_closed)
        assert item.is_flagged in acknowledged.possible_flags(log, item.position)
    rows = Response.objects.filter(item__attempt=attempt).order_by("item__position", "revision")
    fields = ("item__position", "revision", "value", "idempotency_key", "channel", "by")
    assert list(rows.values_list(*fields)) == [
        (*place, acknowledged.value_of(one.ask.body), one.ask.key, "api", ada.user_id)
        for place, one in acknowledged.stored(log).items()
    ]
    gradings = Grading.objects.filter(item__attempt=attempt).order_by("item__position", "sequence")
    assert list(gradings.values_list("item__position", "sequence")) == [
        (place, number)
        for place, item in wanted.items.items()
        for number in range(1, item.judged + 1)
    ]
    assert (attempt.score, attempt.score_maximum) == model.totals(wanted)
    assert (attempt.state, attempt.closed_by, attempt.number) == ("graded", "learner", 1)
    assert Result.objects.get(enrolment=ada).score_given == model.result()
    the_events_tell_it_once(ada, was_waiting=wanted.items[ESSAY].value is not None)


def the_events_tell_it_once(ada, was_waiting):
    """An essay leaves the attempt waiting, so that it is graded only by the first person."""
    graded = GRADERS + (not was_waiting)
    expected = [
        "enrolment.created",
        "attempt.started",
        "attempt.submitted",
        *["attempt.graded"] * graded,
        *["result.changed"] * (1 + GRADERS),
    ]
    rows = Event.objects.filter(enrolment=ada)
    assert sorted(rows.values_list("type", flat=True)) == sorted(
        [*expected, *(["course.completed"] * rows.filter(type="course.completed").count())]
    )
    assert rows.filter(type="course.completed").count() <= 1
    # Events from before the subscriber was there are not delivered.
    assert Delivery.objects.filter(event__in=rows.filter(occurred_at__gt=NOW)).count() == (
        rows.filter(occurred_at__gt=NOW).count()
    )
