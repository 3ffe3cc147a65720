"""Bodies whose length nobody announced, on servers of every kind."""

import io
import json
import re
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from courses.api.schema import document
from courses.api.statuses import REPLACING
from courses.middleware import ChunkedBodyMiddleware
from tests.api.platform import Platform, problem

pytestmark = pytest.mark.django_db

PATH = "/api/v1/learners/ada"


def chunked(body: bytes, *, is_terminated: bool) -> dict[str, Any]:
    """What a server hands over; `is_terminated`: its stream ends where the body ends."""
    return {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": is_terminated,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": "",
    }


def put(platform: Platform, body: bytes, **environ: Any) -> Any:
    return platform.http.generic(
        "PUT", PATH, headers={"authorization": f"Bearer {platform.key}"}, **environ
    )


def test_a_body_without_a_length_is_read() -> None:
    platform = Platform()
    body = json.dumps({"first_name": "Ada"}).encode()
    answer = put(platform, body, **chunked(body, is_terminated=True))
    assert (answer.status_code, answer.json()["first_name"]) == (201, "Ada")


def test_where_it_cannot_be_read_the_length_is_asked_for() -> None:
    platform = Platform()
    answer = put(platform, b"{}", **chunked(b"{}", is_terminated=False))
    problem(answer, 411, "length_required")
    page = Client().generic("POST", "/account/sign-in/", **chunked(b"a=b", is_terminated=False))
    assert page.status_code == 411


def test_a_host_without_the_middleware_is_safe_too(settings: Settings) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Chunked" not in name]
    platform = Platform()
    for is_terminated in (False, True):
        answer = put(platform, b"{}", **chunked(b"{}", is_terminated=is_terminated))
        problem(answer, 411, "length_required")


def test_a_body_that_never_ends_is_cut_off(settings: Settings) -> None:
    settings.COURSES_CHUNKED_MAX_BODY = 1000
    body = b" " * 200_000
    answer = put(Platform(), body, **chunked(body, is_terminated=True))
    assert answer.status_code == 413


def test_asgi_servers_are_read_too() -> None:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "PUT",
        "path": PATH,
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"transfer-encoding", b"chunked")],
    }
    request = ASGIRequest(scope, io.BytesIO(b"a body"))

    def view(request: Any) -> HttpResponse:
        return HttpResponse(request.META["CONTENT_LENGTH"] + " " + request.body.decode())

    assert ChunkedBodyMiddleware(view)(request).content == b"6 a body"


PLACES = {
    "uuid": "00000000-0000-0000-0000-000000000000",
    **dict.fromkeys(("cycle", "position", "number"), "2"),
}
REPLACED = [
    (method.upper(), path)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
    if method.upper() in REPLACING and "requestBody" in operation
]


@pytest.mark.parametrize(("method", "path"), REPLACED)
def test_no_operation_takes_a_missing_body_for_values(method: str, path: str) -> None:
    assert document()["paths"][path][method.lower()]["requestBody"]["required"] is True
    platform = Platform("admin")
    filled = re.sub(r"\{(\w+)\}", lambda found: PLACES.get(found[1], "some-key"), path)
    given = {"authorization": f"Bearer {platform.key}"}
    for headers in (given, {**given, "content-type": "application/json"}):
        answer = platform.http.generic(method, filled, headers=headers)
        problem(answer, 400, "unreadable")
