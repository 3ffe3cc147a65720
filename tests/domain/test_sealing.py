"""Webhook secrets are not in clear in the database, and outlive a change of SECRET_KEY."""

import pytest
from django.db import connection

from courses import sealing
from courses.domain import webhooks
from courses.models import WebhookEndpoint
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]

OLD, NEW = "an old key " * 6, "another key " * 6


def stored():
    """The column as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM cx_courses_webhookendpoint")
        return str(cursor.fetchone()[0])


def test_the_table_holds_no_secret_in_clear_and_signing_knows_it():
    made = webhooks.register(client=None, url="https://a.example/", now=NOW)
    secret = made.secrets[0]["secret"]

    row = WebhookEndpoint.objects.get()

    assert secret.startswith("whsec_")
    assert row.secrets[0]["secret"] == secret
    assert "whsec_" not in stored()
    assert secret.removeprefix("whsec_") not in stored()
    rotated = webhooks.rotate_secret(endpoint=row, now=NOW)
    assert [one["secret"] for one in WebhookEndpoint.objects.get().secrets] == [rotated, secret]
    assert "whsec_" not in stored()


def test_an_earlier_key_opens_as_long_as_it_is_a_fallback(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    sealed = sealing.seal("whsec_1")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert sealing.open_sealed(sealed) == "whsec_1"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealing.Unreadable):
        sealing.open_sealed(sealed)


def test_an_endpoint_whose_secret_cannot_be_opened_can_still_be_looked_at(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    webhooks.register(client=None, url="https://a.example/", now=NOW)
    settings.SECRET_KEY = NEW

    assert WebhookEndpoint.objects.get().secrets[0]["secret"].startswith(sealing.MARK)


def test_plain_secret_is_read_and_sealed_at_the_next_save():
    assert sealing.open_sealed("whsec_1") == "whsec_1"
    sealed = sealing.seal("whsec_1")
    assert sealing.seal(sealed) == sealed
