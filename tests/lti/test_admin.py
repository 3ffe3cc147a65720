"""Platforms are registered, approved and looked after in the admin, by administrators alone."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from courses.lti import addresses, registrations
from courses.lti import vocabulary as words
from courses.lti.models import LtiDeployment, LtiKey, LtiRegistration
from courses.models import ApiClient
from tests.factories import UserFactory, make_quiz
from tests.lti.school import School

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FORM = {
    "name": "Town school",
    "issuer": "https://moodle.example.org",
    "client_id": "abc",
    "auth_url": "https://moodle.example.org/mod/lti/auth.php",
    "keyset_url": "https://moodle.example.org/mod/lti/certs.php",
    "token_url": "https://moodle.example.org/mod/lti/token.php",
    "privacy": "name",
    "frame_origins": "https://apps.example.org\nhttps://LMS.example.org:443",
}
LISTS = (
    *("ltiregistration", "ltideployment", "ltiplatform", "ltikey"),
    *("lticlass", "ltilink", "ltilaunchrecord"),
)


def page(name, kind, *args):
    return reverse(f"admin:cx_courses_lti_{name}_{kind}", args=args)


def add(client, **more):
    return client.post(page("ltiregistration", "add"), {**FORM, **more})


def test_a_registration_is_made_with_a_client_and_a_key(admin_client):
    assert add(admin_client).status_code == 302
    row = LtiRegistration.objects.get()
    assert (row.platform.issuer, row.client_id) == (FORM["issuer"], "abc")
    assert row.frame_origins == ["https://apps.example.org", "https://lms.example.org"]
    assert ApiClient.objects.get().name == "Town school"
    shown = admin_client.get(page("ltiregistration", "change", row.pk)).text
    for address in ("login/", f"login/{row.uuid}/", "launch/", f"keys/{row.uuid}/"):
        assert f"https://testserver/lti/{address}" in shown
    assert LtiKey.objects.get().sealed not in shown


def test_a_client_id_that_the_platform_gives_later(admin_client):
    assert add(admin_client, client_id="", privacy="mail").status_code == 302
    assert add(admin_client, client_id="").status_code == 200
    row = LtiRegistration.objects.get()
    shown = admin_client.get(page("ltiregistration", "change", row.pk)).text
    assert f"https://testserver/lti/canvas/{row.uuid}.json" in shown
    assert registrations.find(uuid=row.uuid, issuer=FORM["issuer"], client_id="") is None

    add(admin_client)
    change = page("ltiregistration", "change", row.pk)
    assert admin_client.post(change, {**FORM, "is_active": "on"}).status_code == 200
    for client_id in ("10000000000001", "other"):
        values = {**FORM, "is_active": "on", "client_id": client_id}
        assert admin_client.post(change, values).status_code == 302
        row.refresh_from_db()
        assert row.client_id == "10000000000001"
    assert registrations.find(uuid=row.uuid, issuer=FORM["issuer"], client_id="") == row


def test_what_a_canvas_reads(admin_client):
    row = School(privacy="mail").row
    given = Client().get(f"/lti/canvas/{row.uuid}.json", secure=True).json()
    assert given["public_jwk_url"] == addresses.keys(row.uuid)
    assert given["oidc_initiation_url"] == addresses.login(row.uuid)
    (of_canvas,) = given["extensions"]
    assert (of_canvas["domain"], of_canvas["privacy_level"]) == ("testserver", "public")
    places = {one["placement"]: one["message_type"] for one in of_canvas["settings"]["placements"]}
    assert places["link_selection"] == words.DEEP_LINKING_REQUEST


def test_a_second_client_of_an_issuer_shares_its_people_and_no_client_id_comes_twice(admin_client):
    add(admin_client)
    assert add(admin_client, client_id="def").status_code == 302
    assert add(admin_client).status_code == 200
    assert ApiClient.objects.count() == 1
    assert LtiRegistration.objects.count() == 2


def test_another_issuer_of_the_same_name_is_a_client_of_its_own(admin_client):
    add(admin_client)
    add(admin_client, issuer="https://other.example")
    assert sorted(ApiClient.objects.values_list("name", flat=True)) == [
        "Town school",
        "Town school 2",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("auth_url", "http://moodle.example.org/auth"),
        ("keyset_url", "ftp://moodle.example.org/keys"),
        ("frame_origins", "https://moodle.example.org/path"),
        ("issuer", ""),
    ],
)
def test_a_value_that_cannot_work_is_refused(admin_client, field, value):
    assert add(admin_client, **{field: value}).status_code == 200
    assert not LtiRegistration.objects.exists()


def test_another_key_set_is_read_anew(admin_client):
    row = School().row
    values = {**FORM, "is_active": "on", "keyset_url": "https://new.example/keys"}
    admin_client.post(page("ltiregistration", "change", row.pk), values)
    row.refresh_from_db()
    assert (row.keys, row.keys_read_at, row.client_id) == ([], None, "tool-1")


def test_replaced_key_stays_published_for_a_while(admin_client):
    row = School().row
    published = Client().get(f"/lti/keys/{row.uuid}/").json()["keys"]
    form = {"action": "rotate", "_selected_action": [row.pk]}
    admin_client.post(page("ltiregistration", "changelist"), form)
    now = Client().get(f"/lti/keys/{row.uuid}/").json()["keys"]
    assert len(now) == 2
    assert published[0] in now
    assert set(now[0]) == {"kty", "kid", "alg", "use", "n", "e"}


def test_a_deployment_is_approved_where_it_waits(admin_client):
    school, course = School(), make_quiz(questions=1).course
    assert school.launch(course=course, **{words.DEPLOYMENT_ID: "d2"}).status_code == 403
    row = LtiDeployment.objects.get(deployment_id="d2")
    form = {"action": "approve", "_selected_action": [row.pk]}
    admin_client.post(page("ltideployment", "changelist"), form)
    assert school.launch(course=course, **{words.DEPLOYMENT_ID: "d2"}).status_code == 302
    admin_client.post(page("ltideployment", "changelist"), {**form, "action": "block"})
    assert school.launch(course=course, **{words.DEPLOYMENT_ID: "d2"}).status_code == 403


def test_every_list_and_page_opens_for_administrators_alone(admin_client):
    School().launch(course=make_quiz(questions=1).course)
    staff = Client()
    staff.force_login(UserFactory(is_staff=True))
    for name in LISTS:
        row = apps.get_model("cx_courses_lti", name).objects.first()
        for address in (page(name, "changelist"), page(name, "change", row.pk)):
            assert admin_client.get(address).status_code == 200, name
            assert staff.get(address).status_code in (302, 403), name
