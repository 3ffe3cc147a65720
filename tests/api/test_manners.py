"""What holds for every address: credentials, problems, repeated requests, limits."""

import json
import threading

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from courses.api import problems
from courses.domain import clients, idempotency, learners
from courses.models import ApiKey, ExternalIdentity, IdempotencyRecord
from tests.api.platform import Platform, problem
from tests.factories import CourseFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def platform():
    return Platform()


# --- credentials


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer x", "Basic YTpi", "Token KEY", "Bearer KEYx", "Bearer KEY KEY", "KEY"],
)
def test_request_without_a_valid_key_is_refused(platform, authorization):
    given = {"authorization": authorization.replace("KEY", platform.key)} if authorization else {}
    response = Client().get("/api/v1/courses", headers=given)

    problem(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert platform.key.split("_", 2)[2] not in response.text


def test_a_key_in_the_query_is_no_key(platform):
    assert Client().get(f"/api/v1/courses?key={platform.key}").status_code == 401


def test_the_scheme_may_be_in_lower_case(platform):
    given = {"authorization": f"bearer {platform.key}"}
    assert Client().get("/api/v1/courses", headers=given).status_code == 200


def test_revoked_and_expired_keys_open_nothing(platform):
    row = ApiKey.objects.get()
    row.expires_at = timezone.now()
    row.save()
    problem(platform.get("/courses"), 401, "not_authenticated")
    ApiKey.objects.update(expires_at=None)
    assert platform.get("/courses").status_code == 200
    clients.revoke_key(key=row, now=timezone.now())
    problem(platform.get("/courses"), 401, "not_authenticated")


def test_a_key_does_what_its_scopes_say():
    assert Platform("catalogue:read").get("/courses").status_code == 200
    problem(Platform("catalogue:read").get("/learners"), 403, "missing_scope")
    problem(Platform("learners:write").get("/courses"), 403, "missing_scope")
    assert Platform("admin").get("/learners").status_code == 200


def test_a_person_in_the_browser_has_no_platform():
    client = Client()
    client.force_login(UserFactory(is_superuser=True))

    assert client.get("/api/v1/courses").status_code == 200
    problem(client.get("/api/v1/learners"), 403, "missing_scope")


def test_a_session_changes_nothing_without_its_token(platform):
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())

    problem(client.post("/api/v1/learners", {}), 403, "not_allowed")
    # A key comes from no form: it needs no token.
    platform.http = client
    assert platform.put("/learners/a-1", {}).status_code == 201


def test_wrong_keys_are_counted_and_right_ones_never_refused(platform):
    rates = {**settings_rates(), "failed_keys": "3/min"}
    with override_settings(COURSES_API_RATES=rates):
        wrong = [
            Client().get("/api/v1/courses", headers={"authorization": "Bearer x"}) for _ in range(4)
        ]
        assert [one.status_code for one in wrong] == [401, 401, 401, 429]
        assert problem(wrong[-1], 429, "too_many_requests")
        assert int(wrong[-1].headers["Retry-After"]) >= 1
        assert platform.get("/courses").status_code == 200


def settings_rates():
    from courses.conf import settings as app_settings

    return app_settings.API_RATES


def test_a_credential_has_its_own_rate(platform):
    other = Platform(name="Other")
    with override_settings(COURSES_API_RATES={**settings_rates(), "client": "2/min"}):
        answers = [platform.get("/courses").status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        assert other.get("/courses").status_code == 200


# --- problems


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/courses/", "/api/", "/api/v2/courses"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_unknown_address_is_a_problem(client, path, method):
    problem(getattr(client, method)(path), 404, "not_found")


def test_methods_bodies_and_formats_that_do_not_fit(platform):
    wrong = platform.post("/courses")
    problem(wrong, 405, "method_not_allowed")
    assert wrong.headers["Allow"] == "GET, HEAD, OPTIONS"
    problem(platform.get("/courses", accept="text/html"), 406, "not_acceptable")
    form = platform.http.put(
        "/api/v1/learners/a",
        "a=b",
        content_type="application/x-www-form-urlencoded",
        headers={"authorization": f"Bearer {platform.key}"},
    )
    problem(form, 415, "unsupported_media_type")
    problem(platform.put("/learners/a", b"x" * 1_048_577), 413, "too_large")


@pytest.mark.parametrize("path", ["/courses", "/learners/nobody", "/schema"])
def test_an_unknown_format_is_refused_with_a_pointer(platform, path):
    body = problem(platform.get(f"{path}?format=xml"), 400, "invalid")
    assert [one["pointer"] for one in body["errors"]] == ["/format"]
    assert "json" in body["errors"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"first_name": NaN}',
        b'{"first_name": 1e999}',
        b'{"first_name": {"a": [-1e999]}}',
        b'{"first_name": "a\\u0000"}',
        b'{"first_name": "\\ud800"}',
        b'{"\\u0000": 1}',
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b'{"a": 1' + b"0" * 10_000 + b"}",
    ],
)
def test_unreadable_bodies(platform, body):
    problem(platform.put("/learners/a-1", body), 400, "unreadable")


def test_unexpected_error_is_a_problem(platform, monkeypatch):
    def broken(**_kwargs):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(learners, "known", broken)
    response = platform.get("/learners")

    problem(response, 500, "server_error")
    assert "secret" not in response.text


def test_every_type_leads_somewhere(client):
    for code in problems.TITLES:
        assert client.get(f"/api/v1/problems/{code}").json()["code"] == code
    assert client.get("/api/v1/problems/nonsense").status_code == 404


def test_the_request_id_comes_back(platform):
    response = platform.get("/courses", x_request_id="my-request-1")
    assert response.headers["X-Request-ID"] == "my-request-1"


def test_people_are_never_kept_by_a_cache_and_the_catalogue_is_asked_for_again(platform):
    assert platform.get("/learners").headers["Cache-Control"] == "no-store"
    assert platform.get("/courses").headers["Cache-Control"] == "private, no-cache"


def test_pointers():
    nested = {"learners": {0: {"a/b": ["x"]}}, "non_field_errors": ["y"]}
    assert list(problems.pointed(nested)) == [
        {"pointer": "/learners/0/a~1b", "message": "x"},
        {"pointer": "", "message": "y"},
    ]


# --- repeated requests

BULK = {"learners": [{"external_id": "a-1", "first_name": "Ada"}]}


def test_the_same_request_is_answered_again_and_done_once(platform):
    first = platform.post("/learners", BULK, idempotency_key="k1")
    platform.put("/learners/a-1", {"first_name": "Augusta"})
    again = platform.post("/learners", BULK, idempotency_key="k1")

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert platform.get("/learners/a-1").json()["first_name"] == "Augusta"
    assert IdempotencyRecord.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(platform):
    platform.post("/learners", BULK, idempotency_key="k1")
    other = {"learners": [{"external_id": "b-1"}]}

    answer = platform.post("/learners", other, idempotency_key="k1")
    problem(answer, 422, "idempotency_key_reused")
    assert ExternalIdentity.objects.count() == 1


def test_the_order_of_fields_makes_no_other_body(platform):
    platform.post("/learners", BULK, idempotency_key="k1")
    turned = {"learners": [dict(reversed(BULK["learners"][0].items()))]}
    assert platform.post("/learners", turned, idempotency_key="k1").status_code == 200


def test_an_answer_with_indents_says_the_same(platform):
    accept = {"accept": "application/json; indent=2"}
    first = platform.post("/learners", BULK, idempotency_key="k1", **accept)
    again = platform.post("/learners", BULK, idempotency_key="k1", **accept)
    compact = platform.post("/learners", BULK, idempotency_key="k1")

    assert first.content == again.content
    assert b"\n  " in first.content
    assert b"\n" not in compact.content
    assert first.json() == compact.json()


def test_an_answer_forgotten_while_it_was_read_is_made_again(platform, monkeypatch):
    platform.post("/learners", BULK, idempotency_key="k1")
    earlier = idempotency.earlier

    def forgotten(**kwargs):
        IdempotencyRecord.objects.all().delete()
        return earlier(**kwargs)

    monkeypatch.setattr(idempotency, "earlier", forgotten)
    again = platform.post("/learners", BULK, idempotency_key="k1")

    assert again.status_code == 200
    assert "Idempotency-Replayed" not in again.headers
    assert IdempotencyRecord.objects.count() == 1


def test_a_key_belongs_to_its_client(platform):
    platform.post("/learners", BULK, idempotency_key="k1")
    other = Platform(name="Other")

    assert "Idempotency-Replayed" not in other.post("/learners", BULK, idempotency_key="k1")


def test_a_refused_request_leaves_no_key(platform):
    problem(platform.post("/learners", {}, idempotency_key="k1"), 400, "invalid")

    assert IdempotencyRecord.objects.count() == 0
    assert platform.post("/learners", BULK, idempotency_key="k1").status_code == 200


def test_a_failed_request_leaves_neither_key_nor_effect(platform, monkeypatch):
    def broken(**_kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "store", broken)
        problem(platform.post("/learners", BULK, idempotency_key="k1"), 500, "server_error")
    assert ExternalIdentity.objects.count() == IdempotencyRecord.objects.count() == 0
    assert platform.post("/learners", BULK, idempotency_key="k1").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 81, "ä"])
def test_keys_have_limits(platform, key):
    problem(platform.post("/learners", BULK, idempotency_key=key), 400, "invalid")


def test_after_a_week_a_key_is_forgotten(platform):
    platform.post("/learners", BULK, idempotency_key="k1")
    now = timezone.now()
    assert idempotency.purge(now=now) == 0
    IdempotencyRecord.objects.update(created_at=now - idempotency.RETENTION)

    again = platform.post("/learners", BULK, idempotency_key="k1")
    assert "Idempotency-Replayed" not in again
    IdempotencyRecord.objects.update(created_at=now - idempotency.RETENTION)
    assert idempotency.purge(now=now) == 1


def test_a_running_request_is_not_run_twice(platform, monkeypatch):
    """While the first is at work, the second is asked to retry."""
    seen = []
    upsert = learners.upsert

    def slow(**kwargs):
        if not seen:
            seen.append(platform.post("/learners", BULK, idempotency_key="k1"))
        return upsert(**kwargs)

    monkeypatch.setattr(learners, "upsert", slow)
    first = platform.post("/learners", BULK, idempotency_key="k1")

    problem(seen[0], 409, "in_flight")
    assert seen[0].headers["Retry-After"] == "1"
    assert first.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_one_effect(platform):
    """Also where the cache of one process knows nothing of another's."""
    from django.db import connection

    found = []

    def act():
        mine = Platform.__new__(Platform)
        mine.__dict__ = {**platform.__dict__, "http": Client(raise_request_exception=False)}
        cache.clear()
        for _ in range(20):
            response = mine.post("/learners", BULK, idempotency_key="k1")
            if response.status_code != 409:
                break
        found.append((response.status_code, json.dumps(response.json())))
        connection.close()

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {status for status, _body in found} <= {200, 409}
    assert len({body for status, body in found if status == 200}) == 1
    assert ExternalIdentity.objects.count() == 1


def test_settings_of_the_host_do_not_matter(platform):
    CourseFactory()
    assert not hasattr(settings, "REST_FRAMEWORK")
    assert "rest_framework" not in settings.INSTALLED_APPS
    assert platform.get("/courses").status_code == 200
