"""NUL in an address, which PostgreSQL cannot look for: a problem like every other refusal."""

import pytest
from django.test import Client

from tests.api.authoring import pointers
from tests.api.platform import Platform, problem

pytestmark = [pytest.mark.django_db, pytest.mark.database]

QUERIES = [
    "/courses?cursor=%00",
    "/events?cursor=a%00b",
    "/learners?unknown=%00",
    "/oembed?url=%00",
]
PATHS = ["/courses/%00", "/courses/c/assets/m/a%00.svg", "/learners/a%00b", "/no-such%00"]


@pytest.fixture(params=[True, False], ids=["with the middleware", "without it"])
def platform(request, settings):
    """A host may leave the middleware out; the answers are the same."""
    if not request.param:
        settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "StorableText" not in one]
    return Platform()


@pytest.mark.parametrize("address", QUERIES)
def test_a_query_is_refused_by_the_name_of_its_field(platform, address):
    name = address.partition("?")[2].partition("=")[0]

    assert pointers(problem(platform.get(address), 400, "invalid")) == [f"/{name}"]


def test_the_name_of_a_field_may_hold_it_too(platform):
    assert pointers(problem(platform.get("/courses?a%00=1"), 400, "invalid")) == ["/a\0"]


@pytest.mark.parametrize("address", PATHS)
def test_path_with_nul_is_not_found(platform, address):
    problem(platform.get(address), 404, "not_found")


@pytest.mark.parametrize("address", ["/courses?cursor=%00", "/events?cursor=a%00b"])
def test_without_a_credential_that_is_the_refusal(client: Client, address):
    problem(client.get(f"/api/v1{address}"), 401, "not_authenticated")


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/docs?x=%00", 200),
        ("GET", "/schema?format=%00", 400),
        ("GET", "/problems/a%00", 404),
        ("POST", "/no-such?x=%00", 404),
    ],
)
def test_public_endpoint_with_nul_answers_as_usual(client: Client, method, address, status):
    given = {"data": {"name": "a\0b"}} if method == "POST" else {}
    answer = getattr(client, method.lower())(f"/api/v1{address}", **given)

    if status == 404:
        problem(answer, 404, "not_found")
    assert answer.status_code == status
