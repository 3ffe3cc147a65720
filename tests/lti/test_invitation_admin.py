"""Invitations for platforms in the admin: made, shown once, withdrawn."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.errors import NotFound
from courses.lti import inviting
from courses.lti.invitation_model import LtiInvitation

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def page(kind, *args):
    return reverse(f"admin:cx_courses_lti_ltiinvitation_{kind}", args=args)


def add(client, **more):
    form = {"note": "Town school", "host": "Moodle.example.org", "days": 3, **more}
    return client.post(page("add"), form, follow=True)


def test_invitation_is_made_and_its_address_shown_once(admin_client):
    answer = add(admin_client)

    (code,) = set(re.findall(r"https://testserver/lti/register/(cxl_\w+[\w-]*)/", answer.text))
    row = LtiInvitation.objects.get()
    assert inviting.find(code=code, now=timezone.now()) == row
    assert (row.host, row.created_by.is_superuser) == ("moodle.example.org", True)
    assert timedelta(days=2) < row.expires_at - timezone.now() <= timedelta(days=3)
    assert code not in admin_client.get(page("change", row.pk)).text
    assert code not in admin_client.get(page("changelist")).text


@pytest.mark.parametrize("more", [{"host": "https://a.example/b"}, {"days": 0}, {"days": 61}])
def test_invitation_that_cannot_be_is_not_made(admin_client, more):
    assert add(admin_client, **more).status_code == 200
    assert not LtiInvitation.objects.exists()


def test_withdrawn_invitation_no_longer_works(admin_client):
    new = inviting.create(note="A", lifetime=timedelta(days=1), now=timezone.now())

    form = {"action": "withdraw", "_selected_action": [new.row.pk]}
    assert "no longer work" in admin_client.post(page("changelist"), form, follow=True).text

    with pytest.raises(NotFound):
        inviting.find(code=new.code, now=timezone.now())
