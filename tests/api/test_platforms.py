"""The administration's key exports whole platforms and erases their people; no other key does."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import jobs, webhooks
from courses.models import (
    ApiClient,
    Course,
    Delivery,
    Event,
    ExternalIdentity,
    Job,
    WebhookEndpoint,
)
from tests.api.platform import Platform, problem
from tests.factories import RIGHT, make_quiz, take_quiz

pytestmark = pytest.mark.django_db
NAME = {"name": "Acme"}


@pytest.fixture
def acme():
    """A platform with two learners, of whom one has taken a quiz, and another platform."""
    quiz = make_quiz(questions=1)
    made, other = Platform(), Platform(name="Other")
    for name in ("a-1", "a-2"):
        made.learner(name, course=quiz.course)
    other.learner("o-1", course=quiz.course)
    take_quiz(made.enrolment("a-1"), quiz, RIGHT)
    return made


@pytest.fixture
def office():
    return Platform("platforms:write", name="Office")


def place(platform):
    return f"/platforms/{platform.client.uuid}"


def work():
    jobs.run(uuid=Job.objects.latest("pk").uuid, clock=timezone.now)


def test_the_list_names_every_platform_with_its_people(acme, office):
    rows = office.get("/platforms").json()["results"]
    assert {row["name"]: row["learners"] for row in rows} == {"Acme": 2, "Other": 1, "Office": 0}
    assert office.get(place(acme)).json() == next(row for row in rows if row["name"] == "Acme")


def test_an_export_has_each_of_its_people_and_nobody_else(acme, office):
    answer = office.get(f"{place(acme)}/export")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    found = json.loads(answer.getvalue())
    assert found["platform"] == "Acme"
    names = [one["platforms"][0]["external_id"] for one in found["people"]]
    assert names == ["a-1", "a-2"]
    assert len(found["people"][0]["enrolments"][0]["attempts"]) == 1


def test_an_export_is_recorded_with_the_key_and_the_platform(acme, office, admin_client):
    office.get(f"{place(acme)}/export").getvalue()
    record = Job.objects.get()
    assert (record.kind, record.state, record.by) == ("platform_export", "done", None)
    page = admin_client.get(reverse("admin:cx_courses_job_change", args=[record.pk])).text
    assert f"Acme, by the API key {office.row.prefix}" in page
    # A key that may not export leaves no record.
    problem(Platform("admin").get(f"{place(acme)}/export"), 403, "missing_scope")
    assert Job.objects.count() == 1


def test_an_erasure_that_is_repeated_is_one_and_leaves_the_others(acme, office):
    problem(office.get(f"{place(acme)}/erasure"), 404, "not_found")
    first = office.post(f"{place(acme)}/erasure", NAME)
    again = office.post(f"{place(acme)}/erasure", NAME)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json() == {**first.json(), "state": "queued", "erased": None}
    assert acme.get("/learners").status_code == 401
    work()
    found = office.get(f"{place(acme)}/erasure").json()
    assert (found["state"], found["erased"], found["kept"]) == ("done", 2, 0)
    assert list(ExternalIdentity.objects.values_list("subject", flat=True)) == ["o-1"]
    assert Job.objects.get().args["key"] == office.row.prefix
    # Asked for once more, nobody is left to erase.
    office.post(f"{place(acme)}/erasure", NAME)
    work()
    assert office.get(f"{place(acme)}/erasure").json()["erased"] == 0


def test_its_webhook_endpoints_end_with_it(acme, office):
    made = [
        webhooks.register(client=client, url="https://one.example/", now=timezone.now())
        for client in (acme.client, None)
    ]
    for endpoint in made:
        webhooks.ping(endpoint=endpoint, by=None, now=timezone.now())
    office.post(f"{place(acme)}/erasure", NAME)
    assert WebhookEndpoint.objects.get(client=acme.client).disabled_at is not None
    work()
    assert list(WebhookEndpoint.objects.all()) == [made[1]]
    assert {row.subscriber for row in Delivery.objects.all()} == {made[1].subscriber}
    assert Event.objects.filter(type="webhook.disabled").count() == 1


@pytest.mark.parametrize("name", ["", "acme", "Other"])
def test_an_erasure_wants_the_name(acme, office, name):
    answer = office.post(f"{place(acme)}/erasure", {"name": name})
    assert problem(answer, 400, "invalid")["errors"][0]["pointer"] == "/name"
    assert ApiClient.objects.get(pk=acme.client.pk).is_active
    assert not Job.objects.exists()


def test_a_key_does_not_erase_its_own_platform(acme, office):
    problem(office.post(f"{place(office)}/erasure", {"name": "Office"}), 409, "conflict")


def test_a_key_for_some_courses_finds_no_platform(acme):
    limited = Platform("platforms:write", name="Office", courses=Course.objects.all())
    assert limited.get("/platforms").json()["results"] == []
    problem(limited.get(f"{place(acme)}/export"), 404, "not_found")


def test_admin_is_not_enough(acme):
    for path in ("", "/export", "/erasure"):
        problem(Platform("admin").get(place(acme) + path), 403, "missing_scope")
