"""Who gave which role, accommodation or extension to whom, and when: by the API or in the admin."""

import pytest
from django.urls import reverse

from courses.domain import personal_data
from courses.models import Accommodation, ApiClient, Enrolment, Event
from tests.api.platform import Platform
from tests.factories import NOW, make_learner, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform():
    return Platform("admin", name="Acme")


@pytest.fixture
def quiz():
    return make_quiz()


def done_by_the_platform(kind):
    event = Event.objects.filter(type=kind).latest("pk")
    assert (event.by, event.by_client) == (None, ApiClient.objects.get())
    return event


def test_grants_by_the_api_have_an_event_and_name_the_platform(platform, quiz):
    place = f"/learners/a-1/courses/{quiz.course.key}"
    platform.learner("a-1", course=quiz.course)
    who = Enrolment.objects.get()

    platform.put(f"{place}/accommodation", {"time_factor": "1.50", "extra_attempts": 2})
    event = done_by_the_platform("accommodation.changed")
    assert event.data == {
        "person": who.user_id,
        "course": quiz.course.key,
        "granted": {"time_factor": 1.5, "extra_attempts": 2, "closes_later_s": 0},
    }
    platform.put(f"{place}/quizzes/{quiz.key}/extension", {"extra_time_s": 600})
    event = done_by_the_platform("extension.changed")
    assert event.enrolment == who
    assert event.data["granted"]["extra_time_s"] == 600


def test_roles_by_the_api_name_the_platform_and_not_the_learner(platform, quiz):
    platform.learner("a-1", course=quiz.course)
    place = f"/learners/a-1/enrolments/{quiz.course.key}"
    for role in ("instructor", "learner"):
        assert platform.put(place, {"role": role}).status_code == 200
        assert done_by_the_platform("enrolment.changed").data["role"] == role
    platform.delete(place)
    done_by_the_platform("enrolment.withdrawn")


def test_admin_grant_names_its_author_and_is_not_in_the_feed(
    admin_client, admin_user, platform, quiz
):
    platform.learner("a-1", course=quiz.course)
    user = Enrolment.objects.get().user
    form = {"user": user.pk, "course": quiz.course.pk, "time_factor": "2", "extra_attempts": "0"}
    form |= {"closes_later_s": "0"}
    answer = admin_client.post(reverse("admin:cx_courses_accommodation_add"), form)
    assert answer.status_code == 302, answer.content.decode()

    event = Event.objects.get(type="accommodation.changed")
    assert (event.by, event.by_client) == (admin_user, None)
    rows = platform.get("/events").json()["results"]
    assert "accommodation.changed" not in {one["type"] for one in rows}
    page = admin_client.get(reverse("admin:cx_courses_event_change", args=[event.pk]))
    assert page.status_code == 200
    assert "time_factor" in page.content.decode()


def test_grant_events_are_erased_with_the_person(admin_client, quiz):
    ada = make_learner(quiz.course)
    form = {"user": ada.user_id, "time_factor": "2", "extra_attempts": "0", "closes_later_s": "0"}
    admin_client.post(reverse("admin:cx_courses_accommodation_add"), form)
    assert Event.objects.filter(type="accommodation.changed").exists()

    personal_data.erase(user=ada.user, now=NOW)

    assert not Event.objects.filter(type="accommodation.changed").exists()
    assert not Accommodation.objects.exists()
