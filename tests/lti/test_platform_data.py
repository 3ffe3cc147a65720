"""All data of a platform leaves as one file, and its people are erased in resumable steps."""

import itertools
import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain import jobs
from courses.domain.personal_data import whole_platform
from courses.lti.models import LtiContext, LtiLaunchRecord, LtiPlatform, LtiRegistration
from courses.lti.score_models import LtiScore
from courses.lti.score_sending import SENDER
from courses.models import (
    ApiClient,
    Enrolment,
    ExternalIdentity,
    Job,
    Launch,
    Trial,
    WebhookEndpoint,
)
from tests.factories import RIGHT, take_quiz
from tests.lti.school import GONE, School, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def enter(school, quiz, sub):
    http = Client()
    follow(http, school.launch(http, quiz.course, sub=sub, given_name=f"Ada {sub}"))
    found = Launch.objects.latest("pk").enrolment
    take_quiz(found, quiz, RIGHT, now=timezone.now())
    return found


@pytest.fixture
def school(quiz):
    """A platform with three people, of whom one signs in here as well, and another platform."""
    made = School()
    rows = [enter(made, quiz, sub) for sub in ("1", "2", "3")]
    rows[2].user.set_password("secret")
    rows[2].user.save()
    LtiScore.objects.create(
        link=rows[0].section.lti_class.links.get(),
        identity=ExternalIdentity.objects.get(subject="1"),
    )
    WebhookEndpoint.objects.create(
        client=made.row.platform.client,
        uuid=made.row.uuid,
        sender=SENDER,
        url="https://school.example/token",
        created_at=timezone.now(),
    )
    enter(School(issuer="https://two.example"), quiz, "1")
    return made


def page(school):
    return reverse("admin:cx_courses_lti_ltiplatform_data", args=[school.row.platform_id])


def slow_clock():
    """A clock on which every look at it takes a second."""
    begun, seconds = timezone.now(), itertools.count()
    return lambda: begun + timedelta(seconds=next(seconds))


def test_the_export_has_the_platform_and_each_of_its_people(admin_client, school):
    answer = admin_client.post(page(school), {"do": "export"})
    found = json.loads(b"".join(answer.streaming_content))
    assert found["issuer"] == school.issuer
    assert [row["client_id"] for row in found["registrations"]] == ["tool-1"]
    assert [row["link_id"] for row in found["links"]] == ["link-1"]
    names = [person["platforms"][0]["external_id"] for person in found["people"]]
    assert names == ["1", "2", "3"]
    assert [len(person["enrolments"][0]["attempts"]) for person in found["people"]] == [1, 1, 1]
    assert "two.example" not in json.dumps(found)
    assert "no-store" in answer.headers["Cache-Control"]
    assert LogEntry.objects.filter(change_message__contains="exported").count() == 1
    record = Job.objects.get(kind="platform_export")
    assert (record.by.username, record.state) == ("admin", "done")
    assert record.args == {"client": school.row.platform.client_id}


def test_the_erasure_wants_the_name_and_says_what_goes(admin_client, school):
    shown = admin_client.get(page(school)).text
    assert f"type {school.issuer}" in shown
    for name in ("", "https://two.example", "school"):
        answer = admin_client.post(page(school), {"do": "erase", "name": name})
        assert answer.status_code == 422
    assert not Job.objects.exists()
    assert school.row.platform.client.is_active


def test_an_erasure_goes_on_step_by_step_and_leaves_other_platforms(
    admin_client, school, monkeypatch
):
    monkeypatch.setattr(whole_platform, "AT_ONCE", 1)
    sent = {"do": "erase", "name": school.issuer}
    assert admin_client.post(page(school), sent).status_code == 302
    assert "under way" in admin_client.get(page(school)).text
    assert admin_client.post(page(school), sent).status_code == 302
    job = Job.objects.get(kind=whole_platform.KIND)
    login = {"iss": school.issuer, "client_id": "tool-1", "login_hint": "1"}
    assert "registration_unknown" in Client().post("/lti/login/", login, secure=True).text
    own = ExternalIdentity.objects.filter(client=school.row.platform.client)
    left = [own.count()]
    clock = slow_clock()
    while not job.is_finished:
        # The worker stops after each step, and another one goes on.
        jobs.work(clock=clock, until=clock() + timedelta(seconds=4))
        job.refresh_from_db()
        left.append(own.count())
    assert left[:4] == [3, 2, 1, 0]
    assert (job.state, job.result) == ("done", {"people": 3, "refused": 0})
    assert LtiPlatform.objects.get().issuer == "https://two.example"
    assert LtiRegistration.objects.get().platform == LtiPlatform.objects.get()
    assert LtiContext.objects.count() == 1
    assert not LtiScore.objects.exists()
    assert not WebhookEndpoint.objects.exists()
    logged = LtiLaunchRecord.objects.exclude(registration=None)
    assert {row.registration for row in logged} == {LtiRegistration.objects.get()}
    assert not ApiClient.objects.get(pk=school.row.platform.client_id).is_active
    kept = Enrolment.objects.order_by("pk")
    assert [row.attempts.count() for row in kept] == [1, 1]
    assert [row.section.is_archived for row in kept] == [True, False]
    assert LogEntry.objects.filter(change_message__contains="begun").count() == 2


def test_a_launch_that_is_open_ends_with_the_person(admin_client, school):
    admin_client.post(page(school), {"do": "erase", "name": school.issuer})
    jobs.run(uuid=Job.objects.get().uuid, clock=timezone.now)
    ended = Launch.objects.filter(client=school.row.platform.client)
    assert all(row.ended_at is not None for row in ended)
    assert {row.identity_id for row in ended} == {None}


def test_the_account_of_people_whom_it_does_not_name_goes_too(admin_client, school, quiz):
    http = Client()
    follow(http, school.launch(http, quiz.course, sub=GONE))
    guest = LtiPlatform.objects.get(issuer=school.issuer).guest
    assert Trial.objects.get().enrolment.user == guest
    admin_client.post(page(school), {"do": "erase", "name": school.issuer})
    jobs.run(uuid=Job.objects.get().uuid, clock=timezone.now)
    guest.refresh_from_db()
    assert not guest.is_active
    assert not Trial.objects.exists()
