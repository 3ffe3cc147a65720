"""The check of a registration says what works at this moment, and what to do about the rest."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.lti.launch_models import LtiLaunchRecord
from courses.lti.models import LtiDeployment, LtiKey, LtiRegistration
from courses.lti.succession_model import LtiSuccession
from courses.models import WebhookEndpoint
from tests.factories import RIGHT, UserFactory
from tests.lti.platform.state import NOTICES, NRPS
from tests.lti.platform.web import Answer
from tests.lti.school import School

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROW = re.compile(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>')
NO_ACCESS = "The platform gives no access"


def address(row):
    return reverse("admin:cx_courses_lti_ltiregistration_check", args=[row.pk])


def found(client, row):
    """What the page says after the button is pressed: name → (state, details)."""
    LtiRegistration.objects.update(keys_tried_at=None)
    page = client.post(address(row))
    assert page.status_code == 200
    plain = unescape(re.sub(r"</?strong>", "", page.text))
    return {name: (state, text) for name, state, text in ROW.findall(plain)}


def test_everything_works_after_a_score_was_sent(admin_client, world):
    world.take(world.launch(), RIGHT, RIGHT)
    world.relay()
    lines = found(admin_client, world.row)
    reviews = lines.pop("From the gradebook to the work")
    assert {state for state, _text in lines.values()} == {"works"}
    assert len(lines) == 10
    assert reviews[0] == "off"
    assert "tick “the platform sends submission reviews”" in reviews[1]
    LtiRegistration.objects.update(sends_reviews=True)
    assert found(admin_client, world.row)["From the gradebook to the work"][0] == "works"


def test_a_new_registration_has_nothing_to_say_of_launches_yet(admin_client, world):
    lines = found(admin_client, world.row)
    for name in ("Deployments", "Last launch", "Scores on their way"):
        assert lines[name][0] == "not known yet"
    assert lines["Keys of the platform"] == (
        "works", "1 key that may sign launches was read."
    )  # fmt: skip


def test_only_a_button_calls_the_platform(admin_client, world):
    page = admin_client.get(address(world.row))
    assert "Check now" in page.text
    assert world.platform.calls == []
    change = reverse("admin:cx_courses_lti_ltiregistration_change", args=[world.row.pk])
    assert address(world.row) in admin_client.get(change).text
    staff = Client()
    staff.force_login(UserFactory(is_staff=True))
    assert staff.post(address(world.row)).status_code in (302, 403)
    assert world.platform.calls == []


def test_each_service_that_the_platform_does_not_allow_is_named(admin_client, world):
    world.tool.scopes = tuple(one for one in world.tool.scopes if one not in (NRPS, NOTICES))
    lines = found(admin_client, world.row)
    refused = {name for name, (_state, text) in lines.items() if NO_ACCESS in text}
    assert refused == {"Read the list of people", "Notices of copied courses"}
    world.platform.pages["POST /other"] = lambda *_call: Answer(400, b"{}")
    LtiRegistration.objects.update(token_url=f"{world.platform.base}/other")
    world.row.refresh_from_db()
    lines = found(admin_client, world.row)
    assert sum("status 400" in text for _state, text in lines.values()) == 5


def test_a_platform_that_does_not_answer_is_asked_once(admin_client, world):
    gone = "http://127.0.0.1:9/gone"
    LtiRegistration.objects.update(token_url=gone, keyset_url=gone)
    lines = found(admin_client, world.row)
    assert lines["Keys of the platform"][0] == "does not work"
    assert "could not be read" in lines["Keys of the platform"][1]
    assert lines["Access tokens"][0] == "does not work"
    assert "Send scores" not in lines
    LtiRegistration.objects.update(token_url="", keyset_url=f"{world.platform.base}/token")
    lines = found(admin_client, world.row)
    assert "status 404" in lines["Keys of the platform"][1]
    assert lines["Access tokens"][0] == "off"


def test_a_key_of_ours_that_cannot_be_read_is_named(admin_client, world):
    LtiKey.objects.update(sealed="sealed:under another SECRET_KEY")
    assert "Replace our key" in found(admin_client, world.row)["Access tokens"][1]


def test_deployments_and_refused_launches_are_named(admin_client, world):
    states = LtiDeployment.State
    one = LtiDeployment.objects.create(
        registration=world.row, deployment_id="d", created_at=timezone.now()
    )
    LtiLaunchRecord.objects.create(
        registration=world.row, at=timezone.now(), reason="deployment_pending", detail="d"
    )
    lines = found(admin_client, world.row)
    assert lines["Deployments"][0] == "waits for you"
    assert lines["Last launch"][0] == "does not work"
    assert "deployment_pending" in lines["Last launch"][1]
    LtiDeployment.objects.filter(pk=one.pk).update(state=states.BLOCKED)
    assert found(admin_client, world.row)["Deployments"] == ("does not work", "All are blocked.")


def test_sending_that_fails_or_is_off_is_named(admin_client, world):
    world.launch()
    WebhookEndpoint.objects.update(failures=2)
    assert "Tries of deliveries" in found(admin_client, world.row)["Scores on their way"][1]
    WebhookEndpoint.objects.update(disabled_at=timezone.now())
    assert "switched off" in found(admin_client, world.row)["Scores on their way"][1]


def test_a_registration_that_opens_nothing_says_why(admin_client, world):
    LtiRegistration.objects.update(client_id="")
    assert found(admin_client, world.row)["Registration"][0] == "waits for you"
    LtiRegistration.objects.update(is_active=False)
    assert "switched off" in found(admin_client, world.row)["Registration"][1]
    other = School(issuer="https://two.example").row
    LtiSuccession.objects.create(former=world.row, successor=other, declared_at=timezone.now())
    assert f"{other.name} has taken its place" in found(admin_client, world.row)["Registration"][1]
