"""Jobs run in steps; whatever happens to a worker, each step counts once."""

from datetime import timedelta
from random import Random

import pytest
from django.db import OperationalError

from courses import background, signals
from courses.domain import attempts, jobs, personal_data, relay
from courses.domain.jobs import working
from courses.models import Enrolment, Job, Tag
from tests import counting
from tests.factories import NOW, CourseFactory, UserFactory, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LATER = NOW + timedelta(seconds=61)


class Clock:
    """A clock that a test moves, and that moves by itself with every look."""

    def __init__(self, *, tick=0.0):
        self.now, self.tick = NOW, timedelta(seconds=tick)

    def __call__(self):
        self.now += self.tick
        return self.now


@pytest.fixture
def course():
    return CourseFactory()


def queue(course, *, total=3, by=None, about=""):
    args = {"total": total}
    return jobs.queue(kind="count", args=args, by=by, now=NOW, course=course, about=about)


def work(clock=None, seconds=2):
    clock = clock or Clock()
    return jobs.work(clock=clock, until=clock.now + timedelta(seconds=seconds))


def steps(course):
    return Tag.objects.filter(course=course).count()


def test_a_job_runs_to_its_end_and_keeps_its_result(course):
    job = queue(course)

    assert work() == 3
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == ("done", 3, 3, {"steps": 3})
    assert (job.lease_until, job.finished_at, job.percent) == (None, NOW, 100)
    assert work() == 0


def test_the_relay_works_jobs_in_slices_after_everything_else(course):
    quiz = make_quiz(questions=1, time_limit_s=60, module__course=course)
    ada = make_learner(quiz.course)
    attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    queue(course, total=20)
    clock = Clock(tick=0.2)
    clock.now = LATER + timedelta(minutes=1)

    first = relay.run_once(clock=clock, jitter=Random(1))

    assert (first.closed, 1 < first.worked < 10, first.was_idle) == (1, True, False)
    assert steps(course) == first.worked
    rounds = 1
    while not relay.run_once(clock=clock, jitter=Random(1)).was_idle:
        rounds += 1
    assert steps(course) == 20
    assert rounds > 2


def test_two_jobs_take_turns(course):
    other = CourseFactory()
    queue(course, total=20)
    queue(other, total=20)
    clock = Clock(tick=0.3)

    work(clock)
    work(clock)

    assert steps(course) > 0
    assert steps(other) > 0


def test_the_job_of_a_killed_worker_is_taken_over_when_its_lease_ends(course):
    queue(course)
    counting.failing.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps(course) == 0
    assert work() == 0

    clock = Clock()
    clock.now = LATER
    assert work(clock) == 3
    job = Job.objects.get()
    assert (job.state, job.tries, steps(course)) == ("done", 2, 3)
    assert [error["text"] for error in job.errors] == ["Its worker was stopped."]


def test_a_worker_that_lost_its_job_changes_nothing(course):
    job = queue(course)
    slow = working._take(Job.objects.all(), NOW)
    clock = Clock()
    clock.now = LATER
    assert jobs.work(clock=clock, until=LATER + timedelta(microseconds=1)) == 3

    Job.objects.update(state="running")
    assert working._work_on(slow, clock, None) == 0
    job.refresh_from_db()
    assert (slow.tries, job.tries, job.done, steps(course)) == (1, 2, 3, 3)


def test_a_job_that_fails_is_tried_again_and_given_up_after_three_times(course):
    job = queue(course)
    counting.failing += [ValueError("secret")] * 3
    clock = Clock()
    for seconds in (0, 11, 22):
        clock.now = NOW + timedelta(seconds=seconds * 2)
        assert work(clock) == 0

    job.refresh_from_db()
    assert (job.state, job.failures, steps(course)) == ("failed", 3, 0)
    assert [error["text"] for error in job.errors] == ["ValueError"] * 3
    assert counting.stopped == [job.pk]


def test_a_step_that_works_forgives_earlier_failures(course):
    queue(course, total=4)
    clock = Clock()
    for number in range(4):
        counting.failing += [ValueError()] * 2
        for _ in range(3):
            clock.now += timedelta(minutes=1)
            jobs.work(clock=clock, until=clock.now + timedelta(microseconds=1))
        assert steps(course) > number

    assert Job.objects.get().state == "done"


def test_a_database_that_does_not_answer_is_no_failure_of_the_job(course):
    queue(course)
    counting.failing.append(OperationalError("gone"))

    with pytest.raises(OperationalError):
        work()
    assert Job.objects.get().failures == 0


def test_a_job_waits_for_its_next_step(course):
    queue(course)
    counting.wait.append(LATER)

    assert work() == 1
    assert work() == 0
    clock = Clock()
    clock.now = LATER
    assert work(clock) == 2


def test_a_cancelled_job_stops_and_says_so(course):
    job = queue(course)
    assert jobs.cancel(job=job, now=NOW) is True
    assert jobs.cancel(job=job, now=NOW) is False

    assert work() == 0
    assert (Job.objects.get().state, counting.stopped) == ("cancelled", [job.pk])


def test_the_same_work_is_queued_once(course):
    first = queue(course, about="quiz 1")

    assert queue(course, about="quiz 1") == first
    assert queue(course, about="quiz 2") != first
    work()
    assert queue(course, about="quiz 1") != first


def test_another_engine_is_told_of_new_jobs_and_again_of_lost_ones(
    course, settings, django_capture_on_commit_callbacks
):
    settings.COURSES_TASKS_BACKEND = "default"
    settings.TASKS = {"default": {"BACKEND": "courses.background.RelayBackend"}}
    told = []

    def note(*, uuid, **_kwargs):
        told.append(uuid)

    signals.job_queued.connect(note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            job = queue(course)
        assert told == [str(job.uuid)]
        for seconds in (30, 61, 62):
            moment = NOW + timedelta(seconds=seconds)
            assert relay.run_once(clock=lambda now=moment: now, jitter=Random(1)).worked == 0
    finally:
        signals.job_queued.disconnect(note)

    assert told == [str(job.uuid)] * 2
    background.run_job.func(str(job.uuid))
    background.run_job.func(str(job.uuid))
    assert (Job.objects.get().state, steps(course)) == ("done", 3)


def test_the_backend_of_the_relay_takes_jobs_and_nothing_else(course):
    backend = background.RelayBackend("courses", {})
    job = queue(course)

    assert backend.enqueue(background.run_job, [str(job.uuid)], {}).id == str(job.uuid)
    with pytest.raises(background.InvalidTask):
        backend.validate_task(background.task(background.connect))


def test_who_may_see_a_job(course):
    grace, other, ada = UserFactory(), UserFactory(), UserFactory()
    for user in (grace, other):
        Enrolment.objects.create(course=course, user=user, role="instructor", enrolled_at=NOW)
    job = queue(course, by=grace)

    assert jobs.may_see(job=job, by=grace)
    assert jobs.may_see(job=job, by=other)
    assert not jobs.may_see(job=job, by=ada)
    assert jobs.of_course(course=course, by=other) == [job]
    Enrolment.objects.filter(user=grace).update(state="withdrawn")
    assert not jobs.may_see(job=job, by=grace)
    job.course = None
    assert jobs.may_see(job=job, by=grace)
    assert not jobs.may_see(job=job, by=other)


def test_jobs_are_in_the_export_and_forget_an_erased_person(course):
    grace = UserFactory()
    job = queue(course, by=grace)

    assert personal_data.export(user=grace, now=NOW)["jobs"][0]["uuid"] == str(job.uuid)
    personal_data.erase(user=grace, now=NOW)
    assert Job.objects.get().by is None


def test_old_jobs_are_forgotten(course):
    queue(course)
    work()
    assert jobs.purge(now=NOW + timedelta(days=90)) == 0
    assert jobs.purge(now=NOW + timedelta(days=91)) == 1
