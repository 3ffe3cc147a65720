"""Calls of web pages on other sites: preflights, who may call, and what a page may read."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from courses.conf import settings
from courses.domain import clients
from courses.errors import Invalid
from courses.models import ApiClient
from tests.api.platform import EVERYTHING, Caller, Platform, by_session, by_token, problem
from tests.factories import UserFactory, make_quiz

pytestmark = pytest.mark.django_db

PAGE = "https://learn.example.org"
OTHER = "https://other.example.org"
ORIGIN, METHODS = "Access-Control-Allow-Origin", "Access-Control-Allow-Methods"


@pytest.fixture
def platform():
    acme = Platform(*EVERYTHING)
    clients.allow_origins(client=acme.client, addresses=[PAGE])
    return acme


@pytest.fixture
def rival():
    other = Platform(name="Other")
    clients.allow_origins(client=other.client, addresses=[OTHER])
    return other


def learner_token(platform):
    """A program of one of the platform's learners."""
    platform.learner(course=make_quiz().course)
    made = platform.post("/learners/a-1/tokens", {"expires_in": 3600})
    return Caller(made.json()["token"])


def preflight(path="/courses", *, origin=PAGE, method="GET"):
    given = {"origin": origin, "access-control-request-method": method}
    return Client().options(f"/api/v1{path}", headers=given)


def names(response, header):
    return {name.strip() for name in response.headers.get(header, "").split(",")} - {""}


def may_be_read(response):
    assert "Origin" in names(response, "Vary")
    assert "Access-Control-Allow-Credentials" not in response.headers
    return response.headers.get(ORIGIN)


# --- preflights


@pytest.mark.parametrize(
    "path", ["/courses", "/learners/me/progress", "/no/such", "/schema", "/problems/invalid"]
)
def test_a_preflight_passes_for_an_origin_that_a_client_allows(platform, path):
    answer = preflight(path, method="PUT")

    assert (answer.status_code, may_be_read(answer)) == (204, PAGE)
    assert "PUT" in names(answer, METHODS)
    wanted = {"Authorization", "Content-Type", "Idempotency-Key", "If-Match"}
    assert wanted <= names(answer, "Access-Control-Allow-Headers")
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize("path", ["/courses", "/no/such"])
@pytest.mark.parametrize(
    "origin",
    [OTHER, "null", "*", f"{PAGE}.evil.example", f"{PAGE}:8443", "http://learn.example.org", "\0"],
)
def test_a_preflight_of_another_origin_allows_nothing(platform, path, origin):
    answer = preflight(path, origin=origin)

    assert may_be_read(answer) is None
    assert METHODS not in answer.headers


def test_the_origins_of_an_inactive_client_count_for_nothing(platform):
    ApiClient.objects.update(is_active=False)
    assert may_be_read(preflight()) is None


def test_preflights_have_their_own_rate(platform):
    rates = {**settings.API_RATES, "client": "2/min", "anonymous": "1/min"}
    with override_settings(COURSES_API_RATES=rates):
        assert [preflight().status_code for _ in range(3)] == [204, 204, 429]
        assert platform.get("/courses").status_code == 200


def test_options_without_a_page_is_what_it_was(platform):
    problem(Client().options("/api/v1/courses"), 401, "not_authenticated")
    answer = platform.call("options", "/courses")
    assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


# --- calls


def test_a_learner_token_calls_from_the_pages_of_its_platform(platform, rival):
    ada = learner_token(platform)
    path = "/learners/me/progress"

    answer = ada.get(path, origin=PAGE)
    assert (answer.status_code, may_be_read(answer)) == (200, PAGE)
    exposed = names(answer, "Access-Control-Expose-Headers")
    wanted = {"ETag", "Link", "Location", "Retry-After", "Idempotency-Replayed", "X-Request-ID"}
    assert wanted <= exposed

    refused = ada.get(path, origin=OTHER)
    problem(refused, 403, "origin_not_allowed")
    assert may_be_read(refused) == OTHER  # its preflight passed: the page may learn why
    refused = ada.get(path, origin="https://nobody.example")
    problem(refused, 403, "origin_not_allowed")
    assert may_be_read(refused) is None


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_key_is_refused_from_the_pages_of_another_client(platform, rival, method):
    problem(getattr(platform, method)("/learners/a-1", origin=OTHER), 403, "origin_not_allowed")
    problem(platform.get("/learners/a-1"), 404, "not_found")


def test_a_refused_page_changes_nothing(platform, rival):
    problem(platform.put("/learners/a-9", {}, origin=OTHER), 403, "origin_not_allowed")
    problem(platform.get("/learners/a-9"), 404, "not_found")
    assert platform.put("/learners/a-9", {}, origin=PAGE).status_code == 201


def test_a_persons_own_credentials_belong_to_no_page_of_another_site(platform):
    user = UserFactory()
    for caller in (by_token(user), by_session(user)):
        problem(caller.get("/courses", origin=PAGE), 403, "origin_not_allowed")
        assert caller.get("/courses").status_code == 200
        assert caller.get("/courses", origin="http://testserver").status_code == 200


def test_a_token_whose_platform_lost_the_origin_is_refused(platform):
    ada = learner_token(platform)
    ApiClient.objects.update(origins=[])
    problem(ada.get("/learners/me/progress", origin=PAGE), 403, "origin_not_allowed")


@pytest.mark.parametrize("origin", ["http://testserver", "https://testserver"])
def test_own_pages_need_no_allowed_origin(platform, origin):
    """Behind a proxy that ends TLS the request looks like http, and the page is on https."""
    answer = platform.get("/courses", origin=origin)
    assert (answer.status_code, may_be_read(answer)) == (200, None)


def test_a_site_on_https_is_another_than_its_name_on_http(platform):
    given = {"authorization": f"Bearer {platform.key}", "origin": "http://testserver"}
    answer = Client().get("/api/v1/courses", headers=given, secure=True)
    problem(answer, 403, "origin_not_allowed")


def test_calls_without_a_page_are_unaffected(platform):
    answer = platform.get("/courses")
    assert (answer.status_code, may_be_read(answer)) == (200, None)


# --- problems


def test_a_page_can_read_every_problem(platform):
    wrong = Caller("cxl_wrong").get("/learners/me/progress", origin=PAGE)
    unknown = Caller(None).get("/no/such", origin=PAGE)
    missing = platform.get("/courses/no-such", origin=PAGE)
    method = platform.post("/courses", origin=PAGE)
    problem(wrong, 401, "not_authenticated")
    problem(unknown, 404, "not_found")
    problem(missing, 404, "not_found")
    problem(method, 405, "method_not_allowed")
    for answer in (wrong, unknown, missing, method):
        assert may_be_read(answer) == PAGE


@pytest.mark.parametrize("path", ["/courses", "/no/such"])
def test_a_page_can_read_that_it_is_too_fast(platform, path):
    with override_settings(COURSES_API_RATES={**settings.API_RATES, "anonymous": "1/min"}):
        for _ in range(2):
            answer = Caller(None).get(path, origin=PAGE)
    problem(answer, 429, "too_many_requests")
    assert may_be_read(answer) == PAGE
    assert "Retry-After" in names(answer, "Access-Control-Expose-Headers")


def test_a_page_can_read_an_internal_error(platform, monkeypatch):
    def broken(**_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("courses.domain.learners.known", broken)
    answer = platform.get("/learners", origin=PAGE)
    problem(answer, 500, "server_error")
    assert may_be_read(answer) == PAGE


# --- origins of a client


def test_origins_are_kept_as_browsers_write_them():
    given = ["HTTPS://Learn.Example.org:443/", PAGE, "http://localhost:3000"]
    assert clients.check_origins(addresses=given) == [PAGE, "http://localhost:3000"]


@pytest.mark.parametrize(
    "address",
    [
        "*",
        "null",
        "learn.example.org",
        "http://learn.example.org",
        "https://*.example.org",
        "https://learn.example.org/course",
        "https://learn.example.org?a",
        "https://user@learn.example.org",
        "https://learn.example.org\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "https://<b>",
    ],
)
def test_invalid_origin_is_refused(address):
    with pytest.raises(Invalid):
        clients.check_origins(addresses=[address])


def test_a_client_has_so_many_origins():
    many = [f"https://p{number}.example" for number in range(clients.MOST_ORIGINS)]
    assert clients.check_origins(addresses=[*many, *many]) == many
    with pytest.raises(Invalid):
        clients.check_origins(addresses=[*many, PAGE])


def test_the_command_gives_a_new_client_its_origins():
    call_command("api_key", "create", "Acme", "--scope=learning:write", f"--origin={PAGE}")
    call_command("api_key", "create", "Acme", "--scope=learning:write", f"--origin={OTHER}")
    assert ApiClient.objects.get().origins == [PAGE, OTHER]
    with pytest.raises(CommandError, match="not an origin"):
        call_command("api_key", "create", "New", "--scope=learning:write", "--origin=*")
    assert not ApiClient.objects.filter(name="New").exists()


def test_an_administrator_gives_a_client_its_origins(admin_client):
    address = "/admin/cx_courses/apiclient/add/"
    given = {"name": "Acme", "is_active": "on"}
    assert admin_client.post(address, {**given, "origins": "*"}).status_code == 200
    assert not ApiClient.objects.exists()
    lines = f"{PAGE}/\r\n\r\n http://localhost:3000 "
    assert admin_client.post(address, {**given, "origins": lines}).status_code == 302

    client = ApiClient.objects.get()
    assert client.origins == [PAGE, "http://localhost:3000"]
    page = admin_client.get(f"/admin/cx_courses/apiclient/{client.pk}/change/")
    assert f"{PAGE}\nhttp://localhost:3000" in page.text


def test_a_mark_up_in_an_origin_is_shown_as_text(admin_client):
    given = {"name": "Acme", "is_active": "on", "origins": "</textarea><script>alert(1)</script>"}
    answer = admin_client.post("/admin/cx_courses/apiclient/add/", given)
    assert "<script>alert(1)" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
