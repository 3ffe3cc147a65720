"""Mails about learning over a real connection: at most once, whatever the server or a kill does."""

from datetime import timedelta

import pytest

from courses import mail
from courses.domain import grading, jobs
from courses.domain.learning_mails import sending
from courses.models import LearningMail
from tests.factories import NOW
from tests.marking.world import HALF, make_world
from tests.outgoing.mailbox import mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings):
    settings.COURSES_PUBLIC_URL = "https://learn.example.org"
    with mailbox() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found


@pytest.fixture
def world(box):
    del box
    world = make_world(texts=1)
    grading.grade_by_person(item=world.items[0], scaled=HALF, by=world.marker, now=NOW)
    return world


def work(minutes=0):
    moment = NOW + timedelta(minutes=minutes)
    jobs.work(clock=lambda: moment, until=moment + timedelta(seconds=1))


def states():
    return [row.state for row in LearningMail.objects.all()]


def address(world):
    return world.texts[0].enrolment.user.email


def test_the_mail_arrives_with_both_forms_and_the_headers_to_end_it(box, world):
    work()
    (found,) = box.mails
    assert found.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in found.iter_parts())
    (address,) = {word for word in text.split() if "/mails/stop/" in word}
    assert found["List-Unsubscribe"].replace(" ", "") == f"<{address}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Auto-Submitted"] == "auto-generated"
    assert address in html
    assert states() == ["sent"]


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(box, world):
    box.refusing.add(address(world))
    work()
    assert states() == ["waiting"]
    box.refusing.clear()
    work(minutes=1)
    assert (len(box.mails), states()) == (1, ["sent"])

    LearningMail.objects.update(state="waiting")
    box.rejecting.add(address(world))
    work(minutes=2)
    jobs.queue(kind="learning_mails", args=of_row(), by=None, now=NOW)
    work(minutes=2)
    assert (len(box.mails), states()) == (1, ["refused"])


def of_row():
    row = LearningMail.objects.get()
    return {"kind": row.kind, "about": row.about}


def test_a_server_that_is_away_gets_the_mail_later_until_it_is_given_up(box, world, settings):
    settings.EMAIL_PORT = 1
    work()
    assert states() == ["waiting"]
    for minutes in (1, 11, 71):
        work(minutes=minutes)
    assert states() == ["waiting"]
    settings.EMAIL_PORT = box.port
    work(minutes=431)
    assert (box.receivers, states()) == ([address(world)], ["sent"])


def test_a_connection_that_breaks_after_the_mail_was_read_sends_no_second_one(box, world):
    box.has_read = lambda: False
    work()
    box.has_read = lambda: True
    for minutes in (1, 11, 71, 431):
        work(minutes=minutes)
    assert (box.receivers, states()) == ([address(world)], ["sending"])


def test_a_worker_that_is_killed_while_it_sends_sends_no_second_one(box, world, monkeypatch):
    class KilledError(BaseException):
        pass

    once = mail.send_once

    def send_and_die(message):
        once(message)
        raise KilledError

    monkeypatch.setattr(sending.mail, "send_once", send_and_die)
    with pytest.raises(KilledError):
        work()
    monkeypatch.undo()
    for minutes in (2, 12, 72):
        work(minutes=minutes)
    assert (box.receivers, states()) == ([address(world)], ["sending"])
