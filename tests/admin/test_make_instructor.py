"""One action makes somebody an instructor who can work in the admin."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.core.management.sql import emit_post_migrate_signal
from django.urls import reverse

from courses.domain import sections, staff
from courses.models import Enrolment
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.test_every_admin import MODELS
from tests.api.platform import Platform
from tests.factories import NOW, CourseFactory, join, make_learner

pytestmark = pytest.mark.django_db

LIST = reverse("admin:cx_courses_enrolment_changelist")


def act(client, enrolment):
    data = {"action": "make_instructor", "_selected_action": enrolment.pk}
    return client.post(LIST, data, follow=True)


def test_one_action_opens_the_admin_with_exactly_the_own_course(admin_client):
    enrolment = make_learner(CourseFactory(title="Own"))
    CourseFactory(title="Foreign")

    assert "1 person is an instructor now." in act(admin_client, enrolment).text
    act(admin_client, enrolment)

    enrolment.refresh_from_db()
    assert (enrolment.role, enrolment.section) == ("instructor", None)
    client = signed_in(type(enrolment.user).objects.get(pk=enrolment.user_id))
    assert client.get(reverse("admin:cx_courses_question_add")).status_code == 200
    courses = client.get(reverse("admin:cx_courses_course_changelist")).context["cl"].queryset
    assert [course.title for course in courses] == ["Own"]
    assert client.get(reverse("admin:cx_courses_apiclient_changelist")).status_code == 403


def test_staff_of_a_class_stay_in_their_class():
    course = CourseFactory()
    evening = sections.create(course=course, key="evening", title="", now=NOW)
    marker = join(evening, make_learner(CourseFactory()).user, role="marker")

    row = staff.make_instructor(enrolment=marker, by=None, now=NOW)

    assert (row.role, row.section) == ("instructor", evening)


def test_it_is_for_those_who_may_change_accounts_and_never_for_a_platforms_account(admin_client):
    course = CourseFactory()
    learner = make_learner(course)
    act(signed_in(teacher_of(course)), learner)
    assert Enrolment.objects.get(pk=learner.pk).role == "learner"

    acme = Platform()
    acme.learner(course=course)
    shown = act(admin_client, acme.enrolment())
    assert "cannot be given access to the admin" in shown.text
    assert acme.enrolment().role == "learner"
    assert not acme.enrolment().user.is_staff


def test_group_holds_the_permissions_on_what_is_of_a_course_and_is_mended():
    assert not Group.objects.exists()
    group = staff.group()
    of_courses = {
        model._meta.model_name
        for model in MODELS
        if site.is_registered(model) and site.get_model_admin(model).course_path is not None
    }
    assert set(group.permissions.values_list("content_type__model", flat=True)) == of_courses

    count = group.permissions.count()
    group.permissions.clear()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert group.permissions.count() == count
