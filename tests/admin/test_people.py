"""Enrolments and grants, written through the rules."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from courses.domain import attempts
from courses.models import Accommodation, Attempt, Enrolment, Event, Extension
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import (
    CourseFactory,
    UserFactory,
    make_learner,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db


def add(name):
    return reverse(f"admin:cx_courses_{name}_add")


def change(row):
    return reverse(f"admin:cx_courses_{row._meta.model_name}_change", args=[row.pk])


def listing(name):
    return reverse(f"admin:cx_courses_{name}_changelist")


def grant(user, course=None, **extra):
    values = {"time_factor": "1.5", "extra_attempts": 0, "closes_later_s": 0}
    return {"user": user.pk, "course": course.pk if course else "", **values, **extra}


@pytest.fixture
def soon():
    """A quiz of 30 minutes that closes tomorrow."""
    closes_at = timezone.now() + dt.timedelta(days=1)
    return make_quiz(title="Last call", time_limit_s=1800, closes_at=closes_at)


def test_an_enrolment_is_made_with_its_event(admin_client, admin_user):
    course, user = CourseFactory(), UserFactory()

    admin_client.post(add("enrolment"), {"course": course.pk, "user": user.pk, "role": "learner"})

    enrolment = Enrolment.objects.get()
    assert (enrolment.user, enrolment.role, enrolment.state) == (user, "learner", "active")
    event = Event.objects.get(type="enrolment.created")
    assert (event.enrolment, event.by) == (enrolment, admin_user)


def test_enrolling_twice_is_an_error_at_the_field(admin_client):
    enrolment = make_learner(CourseFactory())
    data = {"course": enrolment.course_id, "user": enrolment.user_id, "role": "instructor"}

    answer = admin_client.post(add("enrolment"), data)

    assert "already enrolled in the course" in str(answer.context["errors"])
    assert Enrolment.objects.get().role == "learner"


def test_a_role_changes_and_a_person_leaves_and_comes_back(admin_client):
    enrolment = make_learner(CourseFactory())
    act = {"_selected_action": [enrolment.pk]}

    admin_client.post(change(enrolment), {"role": "instructor"})
    admin_client.post(listing("enrolment"), {**act, "action": "withdraw"})
    enrolment.refresh_from_db()
    assert (enrolment.role, enrolment.state) == ("instructor", "withdrawn")
    assert Event.objects.filter(type="enrolment.withdrawn").count() == 1

    admin_client.post(change(enrolment), {"role": "learner"})
    admin_client.post(listing("enrolment"), {**act, "action": "enrol_again"})
    enrolment.refresh_from_db()
    assert (enrolment.role, enrolment.state) == ("instructor", "active")


def test_grant_that_moves_a_closing_date_needs_confirmation(admin_client, soon):
    learner = make_learner(soon.course)

    asked = admin_client.post(add("accommodation"), grant(learner.user, soon.course))

    assert "Last call: closes on" in str(asked.context["errors"])
    assert not Accommodation.objects.exists()
    data = grant(learner.user, soon.course, is_confirmed="on")
    admin_client.post(add("accommodation"), data)
    assert Accommodation.objects.get().time_factor == Decimal("1.5")


def test_a_grant_that_moves_nothing_is_saved_at_once(admin_client, soon):
    soon.closes_at = timezone.now() - dt.timedelta(days=30)
    soon.save()
    learner = make_learner(soon.course)

    admin_client.post(add("accommodation"), grant(learner.user))

    assert Accommodation.objects.get().course is None


def test_a_grant_lengthens_the_attempt_under_way(admin_client):
    quiz = make_quiz(time_limit_s=1800)
    learner = make_learner(quiz.course)
    started = timezone.now()
    by = learner.user
    attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=started)

    admin_client.post(add("accommodation"), grant(by, quiz.course, time_factor="2"))
    assert Attempt.objects.get().deadline_at == started + dt.timedelta(minutes=60)

    row = Accommodation.objects.get()
    values = {"time_factor": "3", "extra_attempts": 1, "closes_later_s": 0}
    admin_client.post(change(row), values)
    row.refresh_from_db()
    assert (row.time_factor, row.extra_attempts, row.user) == (3, 1, by)
    assert Attempt.objects.get().deadline_at == started + dt.timedelta(minutes=90)


def test_an_instructor_grants_only_to_their_learners_in_their_course(course, teacher_client):
    mine = course.enrolments.get(role="learner").user
    outsider = make_learner(CourseFactory()).user

    everywhere = teacher_client.post(add("accommodation"), grant(mine))
    elsewhere = teacher_client.post(add("accommodation"), grant(outsider, course))

    assert "required" in str(everywhere.context["errors"])
    assert "Select a valid choice" in str(elsewhere.context["errors"])
    assert Accommodation.objects.get().user == mine


def test_an_extension_belongs_to_one_course(admin_client, soon):
    learner = make_learner(soon.course)
    elsewhere = make_learner(CourseFactory())
    values = {"quiz": soon.pk, "extra_time_s": 600, "extra_attempts": 1}

    refused = admin_client.post(add("extension"), {"enrolment": elsewhere.pk, **values})
    admin_client.post(add("extension"), {"enrolment": learner.pk, **values})

    assert "another course" in str(refused.context["errors"])
    assert (Extension.objects.get().enrolment, Extension.objects.get().extra_time_s) == (
        learner,
        600,
    )


def test_grants_and_enrolments_are_never_deleted(admin_client, course):
    for row in (Enrolment.objects.first(), Accommodation.objects.get(), Extension.objects.get()):
        address = reverse(f"admin:cx_courses_{row._meta.model_name}_delete", args=[row.pk])
        assert admin_client.post(address, {"post": "yes"}).status_code == 403


def test_an_instructor_enrols_into_their_own_course_only(course, other_course):
    teacher = teacher_of(course, "add_enrolment", "view_enrolment")
    teacher.user_permissions.add(Permission.objects.get(codename="view_user"))
    data = {"user": UserFactory().pk, "role": "learner"}
    client = signed_in(teacher)

    client.post(add("enrolment"), {"course": other_course.pk, **data})
    assert not Enrolment.objects.filter(user=data["user"]).exists()
    client.post(add("enrolment"), {"course": course.pk, **data})
    assert Enrolment.objects.get(user=data["user"]).course == course


def test_staff_without_courses_see_no_rows(course):
    answer = signed_in(staff()).get(listing("enrolment"))

    assert list(answer.context["cl"].queryset) == []
