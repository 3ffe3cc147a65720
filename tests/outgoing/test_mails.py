"""Mails leave by jobs, over a real connection: none is lost, and what is refused is tried again."""

from datetime import timedelta

import pytest

from courses import sealing
from courses.domain import jobs, mailing
from courses.domain.jobs import working
from courses.models import Job
from tests.factories import NOW, CourseFactory
from tests.outgoing.mailbox import mailbox

pytestmark = pytest.mark.django_db

PEOPLE = [f"p{number}@example.org" for number in range(7)]
SECRET = "https://courses.example.org/join/cxi_secret"


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def box(settings):
    with mailbox() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found


def queue(course):
    values = {"subject": "Come in", "text": f"Join: {SECRET}", "about": "class 1"}
    return mailing.queue(to=PEOPLE, course=course, by=None, now=NOW, **values)


def work(minutes=0):
    moment = NOW + timedelta(minutes=minutes)
    jobs.work(clock=lambda: moment, until=moment + timedelta(seconds=1))


def state(course):
    return mailing.last_about(about="class 1", course=course)


def test_every_address_gets_its_own_mail_and_nothing_of_it_stays_stored(course, box):
    job = queue(course)
    assert SECRET not in str(job.args)
    assert sealing.open_sealed(job.args["text"]).endswith(SECRET)
    assert state(course).left == 7

    work()

    assert box.receivers == PEOPLE
    assert {one.get_content().strip() for one in box.mails} == {f"Join: {SECRET}"}
    job.refresh_from_db()
    assert (job.state, job.result, job.args) == (
        "done",
        {"sent": 7, "failed": []},
        {"about": "class 1"},
    )


def test_what_is_refused_is_tried_again_and_given_up_by_name(course, box):
    box.refusing |= {"p1@example.org", "p6@example.org"}
    queue(course)
    work()
    assert (len(box.mails), state(course).left) == (5, 2)
    box.refusing.remove("p6@example.org")
    work()
    assert len(box.mails) == 5
    work(minutes=1)
    assert box.receivers == [one for one in PEOPLE if one != "p1@example.org"]
    for minutes in (11, 71, 431):
        work(minutes=minutes)
    assert len(box.mails) == 6
    assert state(course) == mailing.MailState(sent=6, left=0, failed=["p1@example.org"])


def test_a_server_that_is_gone_and_a_killed_worker_lose_no_mail(course, box, settings, monkeypatch):
    queue(course)
    settings.EMAIL_PORT = 1
    work()
    assert state(course).left == 7
    settings.EMAIL_PORT = box.port

    def killed(*_values):
        raise KeyboardInterrupt

    monkeypatch.setattr(working, "_changes", killed)
    with pytest.raises(KeyboardInterrupt):
        work(minutes=1)
    monkeypatch.undo()
    work(minutes=3)
    assert set(box.receivers) == set(PEOPLE)
    assert Job.objects.get().result == {"sent": 7, "failed": []}


def test_a_cancelled_job_forgets_what_it_was_to_send(course):
    job = queue(course)
    jobs.cancel(job=job, now=NOW)
    job.refresh_from_db()
    assert job.args == {"about": "class 1"}
