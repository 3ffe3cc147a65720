"""Headers that every response carries, and the ids of the request in the logs."""

import json
import logging
import sys

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from courses.logs import JsonFormatter, RequestContextFilter, request_context
from courses.middleware import (
    ContentSecurityPolicyMiddleware,
    PermissionsPolicyMiddleware,
    RequestContextMiddleware,
    build_policy,
)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def respond(middleware: type, request: HttpRequest | None = None, status: int = 200):
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(json.dumps(request_context.get()), status=status)

    return middleware(view)(request or RequestFactory().get("/"))


def test_content_security_policy_has_no_unsafe_source() -> None:
    header = respond(ContentSecurityPolicyMiddleware).headers["Content-Security-Policy"]
    assert header == POLICY
    assert "unsafe" not in header


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500])
def test_errors_carry_the_policy_too(status: int) -> None:
    response = respond(ContentSecurityPolicyMiddleware, status=status)
    assert response.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("path", ["/healthz", "/static/nothing.css", "/no-such-page/"])
def test_the_site_sends_its_headers_with_every_response(client: Client, db: None, path: str):
    response = client.get(path)
    assert response.headers["Content-Security-Policy"] == POLICY
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert len(response.headers["X-Request-ID"]) == 32


def test_policy_values_may_be_lists_strings_or_flags() -> None:
    policy = {
        "img-src": ["'self'", "https://img.example.org"],
        "font-src": "'self'",
        "upgrade-insecure-requests": True,
        "object-src": None,
    }
    assert build_policy(policy) == (
        "img-src 'self' https://img.example.org; font-src 'self'; upgrade-insecure-requests"
    )


@override_settings(PERMISSIONS_POLICY={"camera": [], "fullscreen": ["self"]})
def test_permissions_policy_lists_each_feature() -> None:
    header = respond(PermissionsPolicyMiddleware).headers["Permissions-Policy"]
    assert header == "camera=(), fullscreen=(self)"


@override_settings()
def test_a_host_without_these_settings_gets_no_headers() -> None:
    del settings.PERMISSIONS_POLICY
    assert "Permissions-Policy" not in respond(PermissionsPolicyMiddleware).headers


def test_request_id_of_the_proxy_is_kept_and_reset_afterwards() -> None:
    request = RequestFactory().get("/", headers={"X-Request-ID": "proxy-0123456789"})
    response = respond(RequestContextMiddleware, request)
    assert json.loads(response.content) == {"request_id": "proxy-0123456789"}
    assert response.headers["X-Request-ID"] == "proxy-0123456789"
    assert request_context.get() == {"request_id": "-"}


@pytest.mark.parametrize("forged", ["short", "two\nlines-0123456789", "x" * 129, "<b>0123456789"])
def test_request_id_that_could_forge_a_log_line_is_replaced(forged: str) -> None:
    request = RequestFactory().get("/", HTTP_X_REQUEST_ID=forged)
    response = respond(RequestContextMiddleware, request)
    assert response.headers["X-Request-ID"] != forged
    assert len(response.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        (f"cc-{TRACE}-00f067aa0ba902b7-01-later-version", TRACE),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        ("nonsense", None),
    ],
)
def test_trace_id_is_taken_from_a_valid_traceparent(header: str, expected: str | None) -> None:
    request = RequestFactory().get("/", headers={"traceparent": header})
    context = json.loads(respond(RequestContextMiddleware, request).content)
    assert context.get("trace_id") == expected


def test_json_line_holds_message_ids_extras_and_traceback() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        error = sys.exc_info()
    record = logging.getLogger("courses.test").makeRecord(
        "courses.test", logging.ERROR, __file__, 1, "Saved %s", ("ä",), error, extra={"attempt": 7}
    )
    token = request_context.set({"request_id": "r-1", "trace_id": TRACE})
    try:
        RequestContextFilter().filter(record)
    finally:
        request_context.reset(token)
    text = JsonFormatter().format(record)
    line = json.loads(text)
    assert "\n" not in text
    assert line.pop("time").endswith("+00:00")
    assert line.pop("traceback").endswith("ValueError: broken")
    assert line == {
        "level": "ERROR",
        "logger": "courses.test",
        "message": "Saved ä",
        "request_id": "r-1",
        "trace_id": TRACE,
        "attempt": 7,
    }


REFUSED = [
    ("/no-such-page/", 404),
    ("/account/sign-out/", 405),
    ("/api/v1/courses", 401),
    ("/api/v1/no-such-thing", 404),
    ("/account/sign-in/?x=%00", 400),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), REFUSED)
def test_a_refusal_is_logged_with_the_id_of_its_request(
    client: Client, caplog: pytest.LogCaptureFixture, path: str, status: int
) -> None:
    caplog.handler.addFilter(RequestContextFilter())
    response = client.get(path, headers={"x-request-id": "proxy-0123456789"})
    assert response.status_code == status
    lines = [line for line in caplog.records if line.name.startswith("django.")]
    assert {line.request_id for line in lines} == {"proxy-0123456789"}
