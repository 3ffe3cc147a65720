"""Refusals become pages that explain what to do, and reveal nothing more."""

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from courses.errors import Closed, Conflict, CoursesError, Invalid, NotAllowed, NotFound
from courses.web import errors
from tests.factories import UserFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (Invalid("Two dates."), 400, "We could not process this"),
        (NotAllowed("Ask Grace."), 403, "You cannot open this page"),
        (NotFound(), 404, "We could not find this page"),
        (Conflict("Newer."), 409, "Something changed in the meantime"),
        (Closed(), 409, "This is closed"),
        (CoursesError("Odd."), 400, "We could not process this"),
    ],
)
def test_refusal_has_its_page(
    client: Client, error: CoursesError, status: int, heading: str
) -> None:
    response = _refused(client, error)
    html = response.content.decode()
    assert response.status_code == status
    assert heading in html
    assert html.count("<h1>") == 1
    assert reverse("cx_courses:catalogue") in html


@pytest.mark.django_db
def test_conflict_shows_both_sides(client: Client) -> None:
    html = _refused(client, Conflict(sent="my <b>text</b>", stored="their text")).content.decode()
    assert "my &lt;b&gt;text&lt;/b&gt;" in html
    assert "their text" in html


@pytest.mark.django_db
def test_script_gets_json(client: Client) -> None:
    response = _refused(client, Closed("Time is over."), accept="application/json")
    assert response.status_code == 409
    assert json.loads(response.content) == {"code": "closed", "message": "Time is over."}


@pytest.mark.django_db
def test_unknown_address_has_the_page_of_the_site(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "We could not find this page" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "data"),
    [
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", {"name": "a" * 2000}),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", {f"field-{number}": "1" for number in range(1100)}),
    ],
)
def test_form_that_is_too_large_says_so(client: Client, settings, limit: str, data) -> None:
    setattr(settings, limit, 1000)
    client.force_login(UserFactory())
    response = client.post(reverse("cx_courses:password"), data)
    assert response.status_code == 413
    assert "Too much at once" in response.content.decode()
    assert "Go back in your browser, shorten your text" in response.content.decode()


@pytest.mark.django_db
def test_expired_form_says_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    response = client.post(reverse("cx_courses:theme"), {"theme": "dark"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_server_error_page_needs_no_database() -> None:
    # No database mark: a query would fail this test.
    response = errors.server_error(RequestFactory().get("/"))
    html = response.content.decode()
    assert response.status_code == 500
    assert "Something went wrong on our side" in html
    assert "<form" not in html


@pytest.mark.parametrize("page", [errors.server_error, errors.unavailable])
def test_page_of_a_fault_leads_back_to_where_one_was(page) -> None:
    html = page(RequestFactory().get("/courses/cx/?a=1&b=2")).content.decode()
    assert 'href="/courses/cx/?a=1&amp;b=2">Try again' in html
    assert "Try again" not in page(RequestFactory().post("/courses/cx/enrol/")).content.decode()


def _refused(client: Client, error: CoursesError, **headers: str) -> HttpResponse:
    @errors.handles_errors
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    request = RequestFactory().get("/", headers=headers)
    request.user = UserFactory()
    request._messages = []
    return view(request)
