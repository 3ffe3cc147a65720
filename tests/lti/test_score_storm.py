"""Platform down for an hour, relays killed: every cell ends with its one right score."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import cycle, islice, pairwise

import pytest
from django.db.models import Q
from django.utils import timezone

from courses.domain import gradebook, overrides
from courses.domain.attempts import deciding
from courses.lti.models import LtiScore
from courses.models import Delivery, Enrolment, Event, ExternalIdentity, WebhookEndpoint
from tests.factories import RIGHT, WRONG, UserFactory, join, make_quiz, take_quiz
from tests.lengths import is_long, length
from tests.outgoing.relays import has_finished_a_round, is_done, relay_process, stop, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]

HOUR = timedelta(hours=1)
LONGEST_PAUSE = timedelta(minutes=31)
"""After it the relay has noticed that the platform is there again."""
FAULTS = ("timeout", "cut", "html", "500", "429", "401")
LONGEST_WAIT_HOURS = 4
LONGEST_CALL_S = 3
"""While the platform is down; longer than it takes to give out a token on a busy machine."""
COLUMNS, HIDDEN = (1, 2), 3
PATIENCE_S = 240
ANSWERS = {1: (RIGHT, WRONG), 3: (RIGHT, WRONG), 4: (RIGHT, RIGHT)}


@dataclass
class Story:
    """What one learner does in the hour, and the score that is right at its end."""

    name: str
    enrolment: Enrolment
    number: int

    @property
    def score(self):
        return (100, 50, 0, 80, 50)[self.number % 5]

    def happen(self, world, hidden, staff, now):
        """Two tries; one; one without a right answer; a grade by hand; a try that is void."""

        def take(*answers):
            return take_quiz(self.enrolment, world.quiz, *answers, now=now)

        kind = self.number % 5
        first = take(*ANSWERS.get(kind, (WRONG, WRONG)))
        if kind == 0:
            take(RIGHT, RIGHT)
        elif kind == 3:
            overrides.override(
                line_item=gradebook.line_item(world.quiz),
                enrolment=self.enrolment,
                scaled=Fraction(4, 5),
                by=staff,
                now=now,
            )
        elif kind == 4:
            take(RIGHT, WRONG)
            deciding.void(attempt=first, reason="Copied", by=staff, now=now)
        if self.number % 3 == 0:
            take_quiz(self.enrolment, hidden, RIGHT, now=now)


def make_stories(world, count):
    """Learners of a class with two links to the quiz, and one to a quiz that shows no scores."""
    section, now = world.launch("first").section, timezone.now()
    world.launch("first", item=world.column(2), link="link-2")
    stories = []
    for number in range(count):
        name, user = f"learner-{number}", UserFactory()
        ExternalIdentity.objects.create(
            client=world.row.platform.client,
            user=user,
            subject=name,
            created_at=now,
            updated_at=now,
        )
        world.platform.enrol(name)
        stories.append(Story(name, join(section, user), number))
    return stories


def make_hidden_quiz(world):
    quiz = make_quiz(
        questions=1,
        module=world.quiz.module,
        review={"just_after": [], "later": [], "after_close": ["points"]},
        closes_at=timezone.now() + timedelta(days=9),
    )
    world.launch("first", item=world.column(HIDDEN), link="link-3", quiz=quiz.key)
    return quiz


def break_down(platform):
    """Let nothing but faults come back from now on."""
    platform.faults += [("/token", kind) for kind in ("500", "429", "401")]
    platform.faults += [("/scores", kind) for kind in islice(cycle(FAULTS), 300)]


def submit_under_a_relay(world, stories, hidden, staff, later):
    """Some hand in while a relay finds the platform down; it is killed in or after a call."""
    met = len(world.platform.faults_met)
    process = relay_process(later=later, timeout_s=LONGEST_CALL_S)
    try:
        for one in stories:
            one.happen(world, hidden, staff, timezone.now() + later)
        until(
            lambda: len(world.platform.faults_met) > met or has_finished_a_round(process),
            process,
            patience_s=PATIENCE_S,
        )
    finally:
        stop(process)


def kill_while_it_sends(world, later, scores_before):
    """Kill a relay while the platform takes its scores: once it has what the last one left."""
    left = unrecorded(world, scores_before)
    process = relay_process(later=later)
    try:
        until(lambda: not left.exists(), process, patience_s=PATIENCE_S)
        count = len(world.platform.scores)
        until(
            lambda: is_done() or len(world.platform.scores) > count + 3,
            process,
            patience_s=PATIENCE_S,
        )
    finally:
        stop(process)


def unrecorded(world, scores_before):
    """The cells of which a relay that was killed did not learn that the platform has them."""
    new = world.platform.scores[scores_before:]
    taken = {(world.item_url(item), one["userId"]) for item, one in new}
    rows = LtiScore.objects.filter(state="waiting")
    found = rows.values_list("pk", "link__line_item", "identity__subject")
    return rows.filter(pk__in=[pk for pk, item, user in found if (item, user) in taken])


def finish(later):
    """Let relays work until all has arrived.

    A call may have failed because this machine is busy: it is tried again at the next hour.
    """
    for _hour in range(LONGEST_WAIT_HOURS):
        last = relay_process(later=later)
        try:
            until(
                lambda last=last, later=later: is_done() or waits(last, later),
                last,
                patience_s=PATIENCE_S,
            )
        finally:
            stop(last)
        if is_done():
            return
        later += HOUR
    assert not list(Delivery.objects.exclude(state="done").values())


def waits(process, later):
    """Whether the relay has been through, and all that is left is for a later time."""
    now = timezone.now() + later
    left = Delivery.objects.filter(state="pending")
    is_idle = not left.filter(Q(next_try_at__lte=now) | ~Q(locked_until=None)).exists()
    return has_finished_a_round(process) and is_idle and not Event.objects.filter(position=None)


def assert_right(world, stories):
    for one in stories:
        for column in COLUMNS:
            scores = world.sent(one.name, column)
            assert scores, one
            assert scores[-1]["scoreGiven"] == one.score, one
            times = [datetime.fromisoformat(score["timestamp"]) for score in scores]
            assert all(b - a >= timedelta(seconds=1) for a, b in pairwise(times)), one


def test_storm(world):
    """Hundreds submit while the platform is down; relays are killed then and while it recovers."""
    platform, stories = (
        world.platform,
        make_stories(world, length(short=10, long=500, variable="STORM_LEARNERS")),
    )
    hidden, staff = make_hidden_quiz(world), UserFactory(is_superuser=True)
    # Some have a score of before, which is another one.
    for one in stories[::10]:
        take_quiz(one.enrolment, world.quiz, WRONG, RIGHT, now=timezone.now())
    world.relay()
    before = len(platform.scores)
    assert world.given("learner-0") == world.given("learner-0", item=2) == [50]

    break_down(platform)
    kills = length(short=1, long=15)
    for number in range(kills):
        some = stories[number::kills]
        submit_under_a_relay(world, some, hidden, staff, HOUR * number / kills)
    assert len(platform.scores) == before
    assert {kind for _path, kind in platform.faults_met} >= set(FAULTS if is_long() else ["500"])

    platform.recover()
    for kill in range(length(short=1, long=5)):
        later = HOUR + LONGEST_PAUSE + kill * timedelta(minutes=2)
        kill_while_it_sends(world, later, before)
    finish(2 * HOUR)

    assert_right(world, stories)
    assert {status for _m, path, status in platform.noted if path.endswith("/scores")} == {204}
    sent = Counter((of, one["userId"]) for of, one in platform.scores[before:])
    (item, user), most = sent.most_common(1)[0]
    assert most <= 3, [one["timestamp"] for one in world.sent(user, item)]
    assert HIDDEN not in {of for of, _user in sent}
    assert not LtiScore.objects.exclude(state="sent").exists()
    assert WebhookEndpoint.objects.get().failures == 0
