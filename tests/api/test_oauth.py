"""OAuth 2 client credentials: a token may what its client may, and ends with it."""

import base64
import datetime as dt
import hashlib
import json
import subprocess
import sys
from io import StringIO

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from courses.domain import clients
from courses.models import ApiClient, ApiKey
from tests.api.platform import Caller, Platform, access_token, problem
from tests.factories import CourseFactory, UserFactory, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

OAUTH = ApiKey.Kind.OAUTH


def platform(*scopes, **more):
    return Platform(*scopes, kind=OAUTH, **more)


def test_a_client_gets_a_token_and_acts_with_it():
    acme, course = platform("catalogue:read"), CourseFactory()
    answer = access_token(acme.row.prefix, acme.secret)
    body = answer.json()

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert (body["scope"], body["access_token"][:4]) == ("catalogue:read", "cxo_")
    rows = Caller(body["access_token"]).get("/courses").json()["results"]
    assert [one["key"] for one in rows] == [course.key]
    acme.row.refresh_from_db()
    assert acme.row.last_used_at


def test_neither_secret_nor_token_is_readable_in_the_database():
    acme = platform("catalogue:read")

    stored = AccessToken.objects.get()
    assert stored.token == ""
    assert stored.token_checksum == hashlib.sha256(acme.key.encode()).hexdigest()
    assert acme.secret not in Application.objects.get().client_secret
    assert ApiKey.objects.get().secret_hash == ""


def test_a_token_has_what_was_asked_and_no_more():
    acme = platform("gradebook:write", "catalogue:read")
    narrow = Caller(acme.access_token(scope="gradebook:read"))
    course = make_quiz().course.key

    assert narrow.get(f"/courses/{course}/line-items").status_code == 200
    problem(narrow.get("/courses"), 403, "missing_scope")
    wide = access_token(acme.row.prefix, acme.secret, scope="gradebook:read learners:write")
    assert (wide.status_code, wide.json()["error"]) == (400, "invalid_scope")


def test_tokens_lose_rights_with_their_client():
    acme, course, other = platform("admin"), CourseFactory(), CourseFactory()
    assert len(acme.get("/courses").json()["results"]) == 2

    acme.row.courses.set([course])
    assert [one["key"] for one in acme.get("/courses").json()["results"]] == [course.key]
    acme.row.scopes = ["events:read"]
    acme.row.save()
    problem(acme.get("/courses"), 403, "missing_scope")
    assert other.key


@pytest.mark.parametrize("end", ["expired token", "expired client", "revoked", "inactive"])
def test_ended_tokens_get_the_same_401(end):
    acme, now = platform("admin"), timezone.now()
    assert acme.get("/courses").status_code == 200
    if end == "expired token":
        AccessToken.objects.update(expires=now)
    elif end == "expired client":
        ApiKey.objects.update(expires_at=now)
    elif end == "revoked":
        clients.revoke_key(key=acme.row, now=now)
    else:
        ApiClient.objects.update(is_active=False)

    refusal = problem(acme.get("/courses"), 401, "not_authenticated")
    assert refusal == problem(Caller("cxo_0_0").get("/courses"), 401, "not_authenticated")
    if end != "expired token":
        refused = access_token(acme.row.prefix, acme.secret)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("foreign", ["another application's", "a person's", "for elsewhere"])
def test_a_token_that_was_issued_for_something_else_is_nothing(foreign):
    acme = platform("admin")
    if foreign == "another application's":
        application = Application.objects.create(
            client_id="theirs",
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        )
        AccessToken.objects.update(application=application)
    elif foreign == "a person's":
        AccessToken.objects.update(user=UserFactory())
    else:
        AccessToken.objects.update(resource=["https://elsewhere.example/"])

    problem(acme.get("/courses"), 401, "not_authenticated")


def test_other_applications_get_no_token_here():
    made = Application.objects.create(
        client_id="theirs",
        client_secret="secret",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )

    answer = access_token(made.client_id, "secret")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"resource": "https://elsewhere.example/"}, "invalid_target"),
        ({"scope": "everything"}, "invalid_scope"),
    ],
)
def test_token_endpoint_knows_one_grant(asked, error):
    acme = platform("admin")
    answer = access_token(acme.row.prefix, acme.secret, **asked)

    assert answer.json()["error"] == error
    assert AccessToken.objects.count() == 1


def test_a_key_is_no_client_and_a_client_no_key():
    key, acme = Platform("admin"), platform("admin")
    _mark, prefix, secret = key.key.split("_", 2)

    assert access_token(prefix, secret).status_code == 401
    for text in (f"cxk_{acme.row.prefix}_{acme.secret}", f"cxk_{acme.row.prefix}_"):
        problem(Caller(text).get("/courses"), 401, "not_authenticated")


def test_wrong_secrets_are_slowed_down_and_right_ones_are_not(settings):
    settings.COURSES_API_RATES = {
        "client": "1000/min",
        "user": "9/min",
        "anonymous": "9/min",
        "failed_keys": "3/min",
    }
    acme = platform("admin")
    answers = [access_token(acme.row.prefix, "wrong").status_code for _try in range(4)]
    answer = access_token(acme.row.prefix, "wrong")

    assert answers == [401, 401, 401, 429]
    assert int(answer.headers["Retry-After"]) > 0
    assert access_token(acme.row.prefix, acme.secret).status_code == 200


def revoked(who, token, secret=None, **more):
    """The answer to `who`, revoking this access token."""
    basic = base64.b64encode(f"{who.row.prefix}:{secret or who.secret}".encode()).decode()
    http = Client(raise_request_exception=False)
    sent = {"token": token, **more} if token is not None else more
    return http.post("/oauth/revoke", sent, headers={"authorization": f"Basic {basic}"})


@pytest.mark.parametrize(
    "hint", [{}, {"token_type_hint": "access_token"}, {"token_type_hint": "?"}]
)
def test_one_token_ends_and_the_others_go_on(hint):
    acme = platform("admin")
    other = Caller(acme.access_token())
    answer = revoked(acme, acme.key, **hint)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    refusal = problem(acme.get("/courses"), 401, "not_authenticated")
    assert refusal == problem(Caller("cxo_0_0").get("/courses"), 401, "not_authenticated")
    assert other.get("/courses").status_code == 200
    assert revoked(acme, acme.key).status_code == 200
    assert Caller(acme.access_token()).get("/courses").status_code == 200


def test_foreign_token_is_not_revoked_and_answered_alike():
    acme, other = platform("admin"), platform("admin", name="Other")
    answers = [
        (answer.status_code, answer.content, sorted(answer.headers))
        for answer in (revoked(other, acme.key), revoked(other, "cxo_0_0"))
    ]

    assert answers[0] == answers[1]
    assert answers[0][:2] == (200, b"")
    assert acme.get("/courses").status_code == 200


def test_a_revocation_needs_its_client_and_a_token():
    acme = platform("admin")
    wrong, none = revoked(acme, acme.key, secret="wrong"), revoked(acme, None)
    other = revoked(acme, acme.key, token_type_hint="refresh_token")
    anonymous = Client().post("/oauth/revoke", {"token": acme.key, "client_id": acme.row.prefix})
    in_the_address = Client().post(f"/oauth/revoke?token={acme.key}")

    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert (none.status_code, none.json()["error"]) == (400, "invalid_request")
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_token_type")
    assert (anonymous.status_code, anonymous.json()["error"]) == (401, "invalid_client")
    assert in_the_address.status_code == 400
    assert Client().get("/oauth/revoke").status_code == 405
    clients.revoke_key(key=acme.row, now=timezone.now())
    assert revoked(acme, acme.key).status_code == 401
    assert AccessToken.objects.count() == 1


def test_guessing_at_the_revocation_is_slowed_down_too(settings):
    settings.COURSES_API_RATES = {
        "client": "1000/min",
        "user": "9/min",
        "anonymous": "9/min",
        "failed_keys": "3/min",
    }
    acme = platform("admin")
    answers = [revoked(acme, acme.key, secret="wrong").status_code for _try in range(4)]

    assert answers == [401, 401, 401, 429]
    assert revoked(acme, acme.key).status_code == 200


def test_a_token_acts_for_its_platform_also_in_repeats():
    """Throttles, idempotency keys and learners belong to the platform, whatever it showed."""
    acme, key = platform("learners:write"), Platform("learners:write")
    body, name = {"learners": [{"external_id": "a-1"}]}, {"Idempotency_Key": "k"}
    first = acme.post("/learners", body, **name)
    again = key.post("/learners", body, **name)

    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert key.get("/learners/a-1").status_code == acme.get("/learners/a-1").status_code == 200


def test_the_command_makes_and_exchanges_a_client():
    def command(*arguments):
        out = StringIO()
        call_command("api_key", *arguments, stdout=out, stderr=StringIO())
        return out.getvalue().split()

    old_id, old_secret = command("create", "Acme", "--scope", "admin", "--oauth")
    new_id, new_secret = command("rotate", old_id, "--overlap", "1")

    assert access_token(old_id, old_secret).status_code == 200
    assert access_token(new_id, new_secret).status_code == 200
    ApiKey.objects.filter(prefix=old_id).update(expires_at=timezone.now() - dt.timedelta(hours=1))
    assert access_token(old_id, old_secret).status_code == 401


def test_the_admin_shows_a_clients_secret_once(admin_client):
    client = ApiClient.objects.create(name="Acme")
    data = {"client": client.pk, "kind": "oauth", "scopes": ["admin"], "label": "x"}
    page = admin_client.post(reverse("admin:cx_courses_apikey_add"), data, follow=True)

    text = str(next(iter(page.context["messages"])))
    assert access_token(ApiKey.objects.get().prefix, text.rsplit(" ", 1)[1]).status_code == 200


def test_the_toolkits_own_pages_are_not_in_the_admin(admin_client):
    assert "oauth2_provider" not in admin_client.get(reverse("admin:index")).text


WITHOUT = """
import json, os
os.environ["CXCOURSE_PROFILE"] = "test"
del os.environ["API_OAUTH"]
os.environ["DATABASE_URL"] = "sqlite://"
import sys
sys.modules["oauth2_provider"] = None
os.environ["DJANGO_SETTINGS_MODULE"] = "cxcourse.settings"
import django
django.setup()
from django.core.checks import run_checks
from django.test import Client
from courses.domain import clients
from courses.errors import Invalid
from courses.models import ApiClient
from tests.programs.tables import make_tables
make_tables()
acme = ApiClient.objects.create(name="Acme")
key = clients.create_key(client=acme, scopes=["admin"]).text
http = Client(SERVER_NAME="localhost")
ask = lambda text: http.get("/api/v1/courses", headers={"authorization": f"Bearer {text}"})
told = [ask(text).status_code for text in (key, "cxo_0_0")]
told.append(http.post("/oauth/token").status_code)
try:
    clients.create_key(client=acme, scopes=["admin"], kind="oauth")
except Invalid as error:
    told.append(error.problems[0].path)
acme.keys.update(kind="oauth")
told += [one.id for one in run_checks(databases=["default"])]
print(json.dumps(told))
"""


@pytest.mark.slow
def test_without_the_toolkit_everything_else_is_the_same():
    """In a process in which it cannot be imported, as where it is not installed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [200, 401, 404, "kind", "cx_courses.W003"]


def test_complete_host_gets_no_messages():
    assert [one.id for one in run_checks() if one.id.startswith("courses.W00")] == []


@pytest.mark.parametrize("way", ["basic", "body"])
def test_an_unknown_client_costs_as_much_as_a_wrong_secret(monkeypatch, way):
    known = Platform("catalogue:read", kind=ApiKey.Kind.OAUTH).row.prefix
    hashed = []
    verify = MD5PasswordHasher.verify
    monkeypatch.setattr(
        MD5PasswordHasher, "verify", lambda *values: hashed.append(1) or verify(*values)
    )
    counts = []
    for client_id in (known, "no-such-client", "no-other-client"):
        hashed.clear()
        if way == "basic":
            answer = access_token(client_id, "wrong")
        else:
            form = {"grant_type": "client_credentials", "client_id": client_id}
            answer = Client().post("/oauth/token", {**form, "client_secret": "wrong"})
        assert answer.status_code == 401
        counts.append(len(hashed))
    assert counts == [1, 1, 1]


def test_a_client_id_that_no_database_stores_is_unknown():
    for client_id in ("a\0b", "%00"):
        assert access_token(client_id, "wrong").status_code == 401
