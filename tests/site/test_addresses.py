"""The client's address: one answer for every limit, lock and log line."""

import logging

import pytest
from django.test import Client, RequestFactory, override_settings
from pytest_django.fixtures import Settings

from courses import addresses
from courses.addresses import client_address
from tests.site.test_settings import PRODUCTION, ask

PROXY = "10.0.0.1"


def seen(forwarded: str | None, *, trusted: int, direct: str = PROXY) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=direct, **headers)
    with override_settings(COURSES_TRUSTED_PROXIES=trusted):
        return client_address(request)


@pytest.mark.parametrize(
    ("forwarded", "trusted", "expected"),
    [
        (None, 0, PROXY),
        (None, 2, PROXY),
        ("192.0.2.1", 0, PROXY),
        ("192.0.2.1", 1, "192.0.2.1"),
        # What the client sent itself stands before what the proxies added.
        ("198.51.100.9, 192.0.2.1", 1, "192.0.2.1"),
        ("198.51.100.9, 192.0.2.1, 10.0.0.2", 2, "192.0.2.1"),
        # Came in past the outer proxy: only the inner one has added an address.
        ("192.0.2.1", 2, "192.0.2.1"),
        ("192.0.2.1:4711", 1, "192.0.2.1"),
        ("[2001:db8::1]:4711", 1, "2001:db8::1"),
        ("2001:DB8:0::1", 1, "2001:db8::1"),
        ("::ffff:192.0.2.1", 1, "192.0.2.1"),
        ("unknown", 1, PROXY),
        ("", 1, PROXY),
        ("192.0.2.1, ", 1, PROXY),
        ("1\x00", 1, PROXY),
    ],
)
def test_the_entry_that_the_outermost_trusted_proxy_added(
    forwarded: str | None, trusted: int, expected: str
) -> None:
    assert seen(forwarded, trusted=trusted) == expected


def test_ignored_header_is_logged_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses._Warning, "is_given", False)
    with caplog.at_level(logging.WARNING):
        seen(None, trusted=0)
        seen("192.0.2.1", trusted=1)
        assert caplog.messages == []
        seen("192.0.2.1", trusted=0)
        seen("192.0.2.1", trusted=0)
    assert len(caplog.messages) == 1
    assert "TRUSTED_PROXIES" in caplog.messages[0]


def test_production_warns_of_a_proxy_that_is_not_counted() -> None:
    behind = {**PRODUCTION, "TRUST_X_FORWARDED_PROTO": "1"}
    assert "RuntimeWarning: TRUSTED_PROXIES is 0" in ask("DEBUG", **behind).stderr
    assert "TRUSTED_PROXIES" not in ask("DEBUG", **behind, TRUSTED_PROXIES="1").stderr
    assert "TRUSTED_PROXIES" not in ask("DEBUG", **PRODUCTION).stderr


def test_the_access_log_finds_the_address(settings: Settings) -> None:
    settings.COURSES_TRUSTED_PROXIES = 1
    response = Client().get("/healthz", headers={"x-forwarded-for": "192.0.2.7"})
    assert response.wsgi_request.META["courses.client_address"] == "192.0.2.7"
