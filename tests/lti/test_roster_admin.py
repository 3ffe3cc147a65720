"""Administrators have lists of people read, and see what came of it; so does a command."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.lti import access_tokens, rosters
from courses.lti.models import LtiClass, LtiRegistration
from courses.lti.roster_models import LtiRoster
from courses.models import Job
from tests.factories import UserFactory
from tests.lti.class_list import ListWorld
from tests.lti.platform.server import running

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(tool):
    access_tokens._tokens.clear()
    with running() as platform:
        platform.enrol("ada")
        world = ListWorld(platform)
        Job.objects.all().delete()
        yield world


def choose(client, name, *rows):
    address = reverse(f"admin:cx_courses_lti_{name}_changelist")
    form = {"action": "read_roster", "_selected_action": [row.pk for row in rows]}
    return client.post(address, form, follow=True)


@pytest.mark.parametrize("name", ["lticlass", "ltiroster"])
def test_an_administrator_has_a_list_read(world, admin_client, name):
    row = (LtiClass if name == "lticlass" else LtiRoster).objects.get()

    assert "1 list is being read" in choose(admin_client, name, row).text
    choose(admin_client, name, row)

    assert Job.objects.unfinished().count() == 1
    world.work()
    assert world.learners() == ["ada"]
    shown = admin_client.get(reverse("admin:cx_courses_lti_ltirosterread_changelist")).text
    assert "Course 1" in shown
    staff = Client()
    staff.force_login(UserFactory(is_staff=True))
    assert choose(staff, name, row).status_code in (302, 403)


def test_why_a_list_is_not_read_is_said(world, admin_client):
    LtiRegistration.objects.update(is_active=False)
    shown = choose(admin_client, "ltiroster", LtiRoster.objects.get()).text
    assert "The registration of the platform is switched off." in shown
    LtiRoster.objects.all().delete()
    shown = choose(admin_client, "lticlass", LtiClass.objects.get()).text
    assert "The platform offers no list of people" in shown
    assert not Job.objects.exists()


def test_the_command_asks_for_lists_or_reads_them(world, capsys):
    call_command("lti_rosters")
    assert "1 lists are asked for" in capsys.readouterr().out
    call_command("lti_rosters", now=True)
    assert capsys.readouterr().out == "Course 1: 2 listed, 1 joined, 0 left\n"
    world.tool.scopes = ()
    access_tokens._tokens.clear()
    call_command("lti_rosters", now=True)
    assert "Names and Role Provisioning" in capsys.readouterr().out
    call_command("lti_rosters", older_than=1.0)
    assert "0 lists are asked for" in capsys.readouterr().out


def test_a_teacher_who_comes_again_soon_has_nothing_read(world):
    roster = LtiRoster.objects.get()
    assert not rosters._is_due(roster, timezone.now())
    world.launch("grace", *world.platform.members["grace"].roles)
    assert not Job.objects.exists()
    LtiRoster.objects.update(asked_at=timezone.now() - rosters.OFTEN)
    world.launch("ada")
    assert not Job.objects.exists()
    world.launch("grace", *world.platform.members["grace"].roles)
    assert Job.objects.count() == 1
