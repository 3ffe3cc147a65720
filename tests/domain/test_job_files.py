"""A job may make a file: piece by piece, for those who may read it now, and not for ever."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import enrolments, jobs, personal_data
from courses.domain.jobs import Kind, Progress
from courses.domain.rights import Can
from courses.errors import NotAllowed, NotFound
from courses.models import Enrolment, JobFilePart
from tests.admin.conftest import signed_in, teacher_of
from tests.factories import CourseFactory, make_learner

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def write(*, job, now):
    number = (job.cursor or 0) + 1
    jobs.add_part(job=job, content=f"Grüße {number}\n".encode())
    if number < 3:
        return Progress(number, 3, cursor=number)
    jobs.set_file(job=job, name="marks-für-alle.csv", content_type="text/csv", now=now)
    return Progress(3, 3, result={})


WRITE = Kind(
    label="Writing",
    can=Can.PEOPLE,
    step=write,
    may_download=lambda job, granted: granted.may_everywhere(Can.PEOPLE, course=job.course),
)


@pytest.fixture
def job(settings):
    settings.COURSES_JOBS = {"write": "tests.domain.test_job_files.WRITE"}
    course = CourseFactory()
    now = timezone.now()
    return jobs.queue(
        kind="write", args={}, by=teacher_of(course), now=now, course=course, about="all"
    )


def worked(job):
    jobs.run(uuid=job.uuid, clock=timezone.now)
    job.refresh_from_db()
    return job


def page_of(job, name="jobfile"):
    return reverse(f"admin:cx_courses_course_{name}", args=[job.course_id, job.uuid])


def test_the_file_is_all_parts_in_their_order_for_those_who_may(job):
    client = signed_in(job.by)
    assert client.get(page_of(job)).status_code == 404
    worked(job)

    assert page_of(job) in client.get(page_of(job, "job")).text
    answer = client.get(page_of(job))
    assert b"".join(answer.streaming_content).decode() == "Grüße 1\nGrüße 2\nGrüße 3\n"
    assert answer["Content-Type"] == "text/csv"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''marks-f%C3%BCr")
    assert signed_in(teacher_of(CourseFactory())).get(page_of(job)).status_code == 404


def test_the_rights_of_now_decide(job):
    worked(job)
    row = Enrolment.objects.get(user=job.by)
    enrolments.enrol(
        course=job.course, user=job.by, role="observer", section=None, by=None, now=timezone.now()
    )
    assert jobs.open_file(job=job, by=job.by, now=timezone.now()).name
    enrolments.withdraw(enrolment=row, by=None, now=timezone.now())
    with pytest.raises(NotAllowed):
        jobs.open_file(job=job, by=job.by, now=timezone.now())


def test_files_expire_and_are_deleted_also_those_that_nobody_finished(job):
    worked(job)
    later = timezone.now() + timedelta(days=4)
    with pytest.raises(NotFound):
        jobs.open_file(job=job, by=job.by, now=later)
    jobs.purge(now=timezone.now())
    assert JobFilePart.objects.count() == 3
    jobs.purge(now=later)
    assert not JobFilePart.objects.exists()

    stopped = jobs.queue(kind="write", args={}, by=job.by, now=timezone.now(), course=job.course)
    jobs.add_part(job=stopped, content=b"half")
    jobs.cancel(job=stopped, now=timezone.now())
    jobs.purge(now=later)
    assert not JobFilePart.objects.exists()


def test_erasing_a_learner_deletes_the_files_of_their_courses(job):
    ada = make_learner(job.course)
    worked(job)
    other = worked(jobs.queue(kind="write", args={}, by=job.by, now=timezone.now()))

    personal_data.erase(user=ada.user, now=timezone.now())
    job.refresh_from_db()
    assert not jobs.has_file(job=job, now=timezone.now())
    assert "no longer kept" in signed_in(job.by).get(page_of(job, "job")).text
    assert jobs.has_file(job=other, now=timezone.now())


def test_a_large_piece_is_stored_in_several(job, monkeypatch):
    monkeypatch.setattr("courses.domain.jobs.files.PIECE", 4)
    jobs.add_part(job=job, content=b"0123456789")
    jobs.add_part(job=job, content=b"ab")
    parts = JobFilePart.objects.filter(job=job).values_list("number", "content")
    assert [(n, bytes(c)) for n, c in parts] == [(1, b"0123"), (2, b"4567"), (3, b"89"), (4, b"ab")]
