"""The page for people who found a vulnerability."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db

ADDRESS = "/.well-known/security.txt"


def test_it_names_the_contact_and_expires(client: Client, settings: Settings) -> None:
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    with time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC), tick=False):
        response = client.get(ADDRESS)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:security@example.org",
        "Expires: 2026-05-31T12:00:00Z",
        "Preferred-Languages: en",
    ]


def test_without_a_contact_there_is_no_page(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 404
