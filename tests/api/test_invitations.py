"""Invitations and ends of enrolments over the API."""

import pytest

from courses.domain import enrolments
from courses.models import Enrolment, Event, Invitation
from tests.api.platform import Platform, problem
from tests.factories import NOW, CourseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

LATER = "2099-01-01T10:00:00Z"


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def acme(course):
    platform = Platform("learners:write")
    platform.learner(course=course)
    platform.put(f"/courses/{course.key}/sections/evening", {"title": "Evening"})
    return platform


def base(course, key="evening"):
    return f"/courses/{course.key}/sections/{key}/invitations"


def test_a_link_is_made_listed_without_its_secret_and_revoked_twice(acme, course):
    made = acme.post(base(course), {"uses": 3})
    assert made.status_code == 201
    body = made.json()
    assert (body["uses"], body["uses_left"]) == (3, 3)
    assert "/join/cxi_" in body["url"]
    listed = acme.get(base(course)).json()["results"]
    assert listed == [{name: body[name] for name in body if name != "url"}]
    for _twice in range(2):
        assert acme.delete(f"{base(course)}/{body['id']}").status_code == 204
    assert acme.get(base(course)).json()["results"][0]["revoked_at"] is not None


def test_what_is_out_of_range_or_unknown_is_refused(acme, course):
    for wrong in ({"uses": 0}, {"uses": 1001}, {"expires_in": 59}, {"expires_in": 10**9}, {"x": 1}):
        problem(acme.post(base(course), wrong), 400, "invalid")
    assert not Invitation.objects.exists()
    acme.put(f"/courses/{course.key}/sections/evening", {"title": "", "is_archived": True})
    problem(acme.post(base(course), {}), 409, "conflict")
    problem(acme.post(base(course, "nowhere"), {}), 404, "not_found")


def test_invitations_of_others_are_not_seen_and_the_courses_own_class_takes_admin(acme, course):
    other = Platform("admin", name="Other")
    theirs = other.post(base(course, "default"), {}).json()
    problem(other.get(base(course)), 404, "not_found")
    problem(acme.post(base(course, "default"), {}), 403, "missing_scope")
    assert acme.get(base(course, "default")).json()["results"] == []
    problem(acme.delete(f"{base(course, 'default')}/{theirs['id']}"), 404, "not_found")


def test_an_enrolment_is_given_an_end_and_goes_on_after_it(acme, course):
    place = f"/learners/a-1/enrolments/{course.key}"
    for _twice in range(2):
        answer = acme.put(f"{place}/end", {"ends_at": LATER})
        assert (answer.status_code, answer.json()["ends_at"]) == (200, LATER)
    assert Event.objects.filter(type="enrolment.changed").count() == 1
    problem(acme.put(f"{place}/end", {"ends_at": "2020-01-01T10:00:00Z"}), 400, "invalid")
    problem(acme.put(f"{place}/end", {}), 400, "invalid")
    problem(acme.put(f"{place}/end", {"ends_at": "soon"}), 400, "invalid")

    Enrolment.objects.update(ends_at=NOW)
    enrolments.end_due(now=NOW)
    assert acme.get(place).json()["state"] == "ended"
    assert acme.put(f"{place}/end", {"ends_at": None}).json()["state"] == "active"
    acme.delete(place)
    problem(acme.put(f"{place}/end", {"ends_at": LATER}), 409, "conflict")


def test_the_end_of_staff_takes_the_scope_admin(acme, course):
    acme_admin = Platform("admin", name="Other")
    user = acme_admin.learner("t-1")
    enrolments.enrol(course=course, user=user, role="instructor", now=NOW)
    place = f"/learners/t-1/enrolments/{course.key}/end"
    assert acme_admin.put(place, {"ends_at": LATER}).status_code == 200
    weak = Platform("learners:write", name="Other")
    problem(weak.put(place, {"ends_at": None}), 403, "not_allowed")
