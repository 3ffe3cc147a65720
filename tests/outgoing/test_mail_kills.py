"""Relays killed while they send mails: none arrives twice, one a kill may be lost."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.domain import grading, jobs
from courses.models import LearningMail
from tests.factories import NOW
from tests.lengths import length
from tests.marking.world import HALF, make_world
from tests.outgoing.mailbox import mailbox
from tests.outgoing.relays import relay_process, stop, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
]

SITE = "https://learn.example.org"
PAUSE = timedelta(minutes=5)
"""Between two relays: longer than the lease of a job."""


class Hook:
    """Holds the mail server up at one place until it is released, so that the relay waits there."""

    def __init__(self, box, *, is_read):
        self.box, self.is_read = box, is_read
        self.is_reached, self.is_released = threading.Event(), threading.Event()
        setattr(box, "has_read" if is_read else "answer", self.hang)

    def hang(self, _line=""):
        self.is_reached.set()
        self.is_released.wait(60)
        return False if self.is_read else "450 not now"

    def end(self):
        vars(self.box).pop("answer", None)
        self.box.has_read = lambda: True
        self.is_released.set()


@pytest.mark.two_lengths
def test_relays_killed_again_and_again_send_each_mail_at_most_once(settings):
    """By turns after the server has read the mail, and before it would take it."""
    kills = length(short=1, long=8, variable="RELAY_KILLS")
    settings.COURSES_PUBLIC_URL = SITE  # without it no mail is stored
    world = make_world(texts=2 * kills + 1)
    for item in world.items:
        grading.grade_by_person(item=item, scaled=HALF, by=world.marker, now=NOW)
    with mailbox() as box:
        for name, value in mail_settings(box.port).items():
            setattr(settings, name, value)
        for number in range(kills):
            hook = Hook(box, is_read=number % 2 == 0)
            relay = relay_process(later=number * PAUSE, values=mail_settings(box.port))
            try:
                until(hook.is_reached.is_set, relay)
            finally:
                stop(relay)
                hook.end()
        later = timezone.now() + kills * PAUSE
        jobs.work(clock=lambda: later, until=later + timedelta(seconds=1))

    rows = {row.user.email: row.state for row in LearningMail.objects.select_related("user")}
    assert len(rows) == 2 * kills + 1
    left = {address for address, state in rows.items() if state == "sending"}
    assert set(rows.values()) == {"sent", "sending"}
    assert len(left) == kills
    assert len(box.receivers) == len(set(box.receivers)), "one arrived twice"
    assert set(box.receivers) >= set(rows) - left, "one that was sent did not arrive"
    assert len(set(box.receivers) & left) == (kills + 1) // 2


def mail_settings(port):
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "COURSES_PUBLIC_URL": SITE,
    }
