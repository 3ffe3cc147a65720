"""A job's page says how far it is, for those who may know; it can be stopped there."""

from uuid import uuid4

import pytest
from django.urls import reverse

from courses.domain import jobs
from courses.models import Job
from tests.admin.conftest import signed_in, teacher_of
from tests.factories import NOW, CourseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    course = CourseFactory()
    return jobs.queue(kind="count", args={"total": 4}, by=None, now=NOW, course=course)


def page_of(job):
    return reverse("admin:cx_courses_course_job", args=[job.course_id, job.uuid])


def test_the_page_shows_progress_errors_and_the_result(job):
    client = signed_in(teacher_of(job.course))
    errors = [{"at": NOW.isoformat(), "text": "<b>It broke</b>"}]
    Job.objects.update(state="running", done=1, total=4, errors=errors)

    page = client.get(page_of(job)).text
    assert '<progress max="4" value="1"' in page
    assert "1 of 4" in page
    assert "&lt;b&gt;It broke" in page
    assert f'href="{page_of(job)}"' in page

    Job.objects.update(state="done", done=4, result={"steps": 4}, finished_at=NOW)
    page = client.get(page_of(job)).text
    assert "<dt>Steps</dt><dd>4</dd>" in page
    assert "Stop the work" not in page


def test_it_is_stopped_once_by_those_who_may(job):
    outsider = signed_in(teacher_of(CourseFactory()))
    assert outsider.post(page_of(job), {"do": "stop"}).status_code == 404
    client = signed_in(teacher_of(job.course))
    client.post(page_of(job), {"do": "something else"})
    assert Job.objects.get().state == "queued"

    for _time in range(2):
        assert client.post(page_of(job), {"do": "stop"}).status_code == 302
    assert Job.objects.get().state == "cancelled"
    assert client.get(page_of(job).replace(str(job.uuid), str(uuid4()))).status_code == 404
