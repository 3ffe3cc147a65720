"""Choosing a person as an instructor, who has no right to see all accounts."""

import html
import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.urls import reverse

from courses.domain import enrolments, people
from courses.models import Accommodation, Enrolment
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.admin.test_every_admin import NAMES, admin_of, first, page
from tests.factories import NOW, CourseFactory, UserFactory, make_learner
from tests.lengths import spread

pytestmark = pytest.mark.django_db


def typed(client, text, name="enrolment", **more):
    """What the Person box of an add page offers for the text: id → label."""
    found = client.get(reverse(f"admin:cx_courses_{name}_people"), {"term": text, **more})
    assert found.status_code == 200
    return {row["id"]: row["text"] for row in found.json()["results"]}


def enrol(client, course, user, role="learner"):
    data = {"course": course.pk, "user": user.pk, "role": role}
    return client.post(page("enrolment", "add"), data)


@pytest.fixture
def learner(course):
    user = course.enrolments.get(role="learner").user
    user.first_name, user.last_name = "Ada", "Byron"
    user.save()
    return user


def test_people_of_ones_courses_are_found_by_every_name(course, learner, teacher_client):
    for text in ("ada", "BYRON", "byr ad", learner.username[2:], learner.email):
        assert typed(teacher_client, text) == {
            str(learner.pk): f"Ada Byron ({learner.username})"
        }, text
    enrolments.withdraw(enrolment=course.enrolments.get(user=learner), by=None, now=NOW)
    assert str(learner.pk) in typed(teacher_client, "ada")


def test_somebody_else_is_found_by_an_exact_name_or_address_alone(course, teacher_client):
    outsider = UserFactory(username="Carl", email="carl@example.org", first_name="Karl")

    for text in ("car", "Karl", "carl@example", "%", "", "@"):
        assert str(outsider.pk) not in typed(teacher_client, text), text
    assert typed(teacher_client, "carl") == {str(outsider.pk): "Carl"}
    assert typed(teacher_client, " CARL@example.org ") == {str(outsider.pk): "Carl"}
    outsider.is_active = False
    outsider.save()
    assert typed(teacher_client, "carl") == {}


def test_only_found_people_can_be_enrolled(course, teacher_client):
    outsider = UserFactory(username="carl")

    refused = enrol(teacher_client, course, outsider)
    assert "Select a valid choice" in str(refused.context["errors"])
    assert not Enrolment.objects.filter(user=outsider).exists()

    typed(teacher_client, "carl")
    assert enrol(teacher_client, course, outsider).status_code == 302
    assert Enrolment.objects.get(user=outsider).course == course


def test_names_are_not_guessed_without_end(course, teacher_client, monkeypatch):
    UserFactory(username="carl")
    cache.clear()
    monkeypatch.setattr(people, "GUESSES", "2/hour")

    assert [len(typed(teacher_client, "carl")) for _number in range(3)] == [1, 1, 0]


def test_people_of_other_courses_are_unknown(course, other_course, teacher_client):
    theirs = other_course.enrolments.get(role="learner").user

    assert typed(teacher_client, "person") != {}
    assert str(theirs.pk) not in typed(teacher_client, "person")
    assert enrol(teacher_client, course, theirs).status_code == 200
    assert not Enrolment.objects.filter(course=course, user=theirs).exists()


def test_staff_who_view_accounts_find_everybody(course):
    teacher = teacher_of(course)
    teacher.user_permissions.add(Permission.objects.get(codename="view_user"))
    outsider = UserFactory(username="carl")
    client = signed_in(teacher)

    assert str(outsider.pk) in typed(client, "car")
    assert enrol(client, course, outsider).status_code == 302


def test_time_is_granted_to_those_in_ones_courses_alone(course, learner, teacher_client):
    outsider = UserFactory(username="carl")
    values = {"course": course.pk, "time_factor": "2", "extra_attempts": 0, "closes_later_s": 0}
    Accommodation.objects.all().delete()

    assert typed(teacher_client, "carl", "accommodation") == {}
    assert str(learner.pk) in typed(teacher_client, "byron", "accommodation")
    add = page("accommodation", "add")
    assert teacher_client.post(add, {"user": outsider.pk, **values}).status_code == 200
    assert teacher_client.post(add, {"user": learner.pk, **values}).status_code == 302
    assert Accommodation.objects.get().user == learner


def test_the_box_is_for_those_who_may_enrol(course, other_course):
    address = reverse("admin:cx_courses_enrolment_people")
    for client in (signed_in(teacher_of(course, "view_enrolment")), signed_in(staff("x"))):
        assert client.get(address, {"term": "person"}).status_code == 403
    assert signed_in(UserFactory()).get(address).status_code == 302


def test_many_people_come_a_page_at_a_time(course, teacher_client):
    for _number in range(22):
        make_learner(course)

    address = reverse("admin:cx_courses_enrolment_people")
    one = teacher_client.get(address, {"term": "person"}).json()
    two = teacher_client.get(address, {"term": "person", "page": "2"}).json()
    assert (len(one["results"]), one["pagination"]["more"]) == (20, True)
    assert two["results"]
    assert not two["pagination"]["more"]


@pytest.mark.parametrize(
    ("role", "of_class", "least"),
    spread([("instructor", False, 20), ("author", False, 10), ("instructor", True, 5)], check=1),
)
def test_every_box_on_every_page_answers_who_may_write(course, role, of_class, least):
    """Markers and observers have none: tests/proofs/test_classes.py."""
    user, section = staff(), course.sections.get() if of_class else None
    enrolments.enrol(course=course, user=user, role=role, section=section, now=NOW)

    assert boxes_that_answer(signed_in(user)) >= least


def boxes_that_answer(client):
    """How many boxes the person's pages hold; each must answer."""
    boxes = 0
    for name in NAMES:
        rows = [page(name, "change", first(name).pk)]
        if admin_of(name).has_add_permission is not None:
            rows.append(page(name, "add"))
        for address in rows:
            text = client.get(address).content.decode()
            for tag in re.findall(r"<select[^>]*data-ajax--url[^>]*>", text):
                given = dict(re.findall(r'(data-[\w-]+)="([^"]*)"', html.unescape(tag)))
                query = {
                    name: given[f"data-{name.replace('_', '-')}"]
                    for name in ("app_label", "model_name", "field_name")
                }
                answer = client.get(given["data-ajax--url"], {"term": "a", **query})
                assert answer.status_code == 200, (address, tag)
                boxes += 1
    return boxes


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_instructor_types_a_name_and_enrols(page, live_server):
    course = CourseFactory(title="Listening")
    client = signed_in(teacher_of(course))
    carl = UserFactory(username="carl", email="carl@example.org")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])

    page.goto(live_server.url + reverse("admin:cx_courses_enrolment_add"))
    for label, text, shown in (
        ("Course", "List", "Listening"),
        ("Person", "carl@example.org", "carl"),
    ):
        page.get_by_role("combobox", name=label).click()
        page.keyboard.type(text)
        page.get_by_role("option", name=shown, exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/enrolment/")

    assert Enrolment.objects.get(user=carl).course == course
