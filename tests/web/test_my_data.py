"""A person exports or erases their data: on the site, in a frame, by an administrator."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment, Event, ExternalIdentity, Launch
from tests.admin.conftest import signed_in, staff
from tests.embed.frame import opened
from tests.factories import UserFactory, make_learner, make_quiz

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
LONG_AGO = "2020-01-01T00:00:00+00:00"


@pytest.fixture
def ada(client):
    user = make_learner(make_quiz(questions=1).course, username="ada").user
    client.force_login(user)
    return user


def wait(client):
    """As if the sign-in were long ago."""
    session = client.session
    session["courses_signed_in_at"] = LONG_AGO
    session.save()


def test_after_ten_minutes_the_password_is_asked_before_the_export(client, ada):
    url = reverse("cx_courses:export")
    assert client.get(url)["Content-Type"] == "application/json"
    wait(client)

    assert "ada" not in client.get(url).headers.get("Content-Disposition", "")
    assert client.get(url)["Content-Type"].startswith("text/html")
    assert client.post(url, {"password": "wrong"})["Content-Type"].startswith("text/html")
    stored = client.post(url, {"password": PASSWORD}).getvalue()
    assert json.loads(stored)["person"]["username"] == "ada"
    assert client.get(url)["Content-Type"] == "application/json"


def test_after_ten_minutes_the_password_is_asked_before_the_erasure(client, ada):
    url = reverse("cx_courses:erase")
    wait(client)
    for sent in ({"user_name": "ada"}, {"user_name": "ada", "password": "wrong"}):
        assert client.post(url, sent).status_code == 200
        ada.refresh_from_db()
        assert ada.is_active

    assert client.post(url, {"user_name": "ada", "password": PASSWORD}).status_code == 302
    ada.refresh_from_db()
    assert not ada.is_active


def place(course, name):
    return reverse(f"cx_courses:{name}", args=[course.key]).lstrip("/")


def test_a_platforms_learner_exports_and_erases_in_its_frame():
    course = make_quiz().course
    frame = opened(course)
    page = frame.get(place(course, "my-data"))
    assert place(course, "my-data") in frame.get(place(course, "course")).text
    assert "is_sure" in page.text

    stored = json.loads(frame.post(place(course, "my-data-export")).getvalue())
    assert stored["platforms"][0]["external_id"] == "a-1"
    assert frame.post(place(course, "my-data-erase")).status_code == 400
    done = frame.post(place(course, "my-data-erase"), {"is_sure": "on"})

    assert done.status_code == 200
    assert not Enrolment.objects.exists()
    assert not ExternalIdentity.objects.exists()
    data = Event.objects.get(type="learner.erased").data
    assert data["learner"]["external_id"] == "a-1"
    listed = frame.platform.get("/events?type=learner.erased").json()["results"]
    assert [one["data"]["learner"]["external_id"] for one in listed] == ["a-1"]
    assert frame.get(place(course, "course")).status_code != 200


def test_in_a_frame_ten_minutes_after_the_launch_nothing_is_handed_out():
    course = make_quiz().course
    frame = opened(course)
    past = timezone.now() - dt.timedelta(minutes=11)
    Launch.objects.update(opened_at=past, created_at=past)

    assert "is_sure" not in frame.get(place(course, "my-data")).text
    assert frame.post(place(course, "my-data-export")).status_code == 403
    assert frame.post(place(course, "my-data-erase"), {"is_sure": "on"}).status_code == 403
    assert Enrolment.objects.exists()


def act(client, model, action, pk, **more):
    url = reverse(f"admin:{model}_changelist")
    return client.post(url, {"action": action, "_selected_action": [str(pk)], **more})


@pytest.mark.parametrize("model", ["cx_courses_enrolment", "auth_user"])
def test_an_administrator_exports_and_erases(admin_client, ada, model):
    pk = Enrolment.objects.get().pk if model == "cx_courses_enrolment" else ada.pk

    stored = json.loads(act(admin_client, model, "export_people", pk).getvalue())
    assert stored["people"][0]["person"]["username"] == "ada"
    asked = act(admin_client, model, "erase_people", pk)
    assert (asked.status_code, Enrolment.objects.count()) == (200, 1)
    assert "is_sure" in asked.content.decode()
    done = act(admin_client, model, "erase_people", pk, is_sure="yes")

    assert (done.status_code, Enrolment.objects.count()) == (302, 0)


def test_staff_who_may_not_delete_accounts_are_not_offered_it(ada):
    clerk = signed_in(staff())
    enrolment = Enrolment.objects.get()

    page = clerk.get(reverse("admin:cx_courses_enrolment_changelist")).content.decode()
    assert "erase_people" not in page
    act(clerk, "cx_courses_enrolment", "erase_people", enrolment.pk, is_sure="yes")
    assert Enrolment.objects.filter(pk=enrolment.pk).exists()


def test_commands_export_and_erase_a_person(ada):
    out = io.StringIO()
    call_command("personal_data", "export", "ada", stdout=out)
    assert json.loads(out.getvalue())["person"]["username"] == "ada"
    with pytest.raises(CommandError):
        call_command("personal_data", "export", "nobody")

    call_command("personal_data", "erase", "ada", "--yes", stdout=out)
    assert not Enrolment.objects.exists()


def test_the_command_finds_people_by_the_name_of_a_platform():
    frame = opened(make_quiz().course, name="Town school", external_id="pupil-7")
    assert frame
    UserFactory(username="pupil-7")
    out = io.StringIO()
    call_command("personal_data", "export", "pupil-7", "--platform", "Town school", stdout=out)
    assert json.loads(out.getvalue())["platforms"][0]["external_id"] == "pupil-7"
