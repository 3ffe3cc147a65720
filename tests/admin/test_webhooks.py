"""Webhook endpoints in the admin: made, tried out, given new secrets, switched off and on."""

import pytest
from django.urls import reverse

from courses.domain import webhooks
from courses.models import ApiClient, Delivery, DeliveryTry, WebhookEndpoint
from tests.admin.conftest import signed_in, staff
from tests.factories import NOW, make_quiz

pytestmark = pytest.mark.django_db

LISTING = reverse("admin:cx_courses_webhookendpoint_changelist")
ADD = reverse("admin:cx_courses_webhookendpoint_add")
URL = "https://platform.example/hook"


@pytest.fixture
def endpoint():
    return webhooks.register(client=None, url=URL, now=NOW)


def act(client, action, *rows):
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(LISTING, data, follow=True)


def test_a_new_endpoint_shows_its_secret_once(admin_client):
    course = make_quiz().course
    client = ApiClient.objects.create(name="Acme")
    data = {
        "url": URL,
        "client": client.pk,
        "event_types": ["attempt.graded"],
        "courses": [course.pk],
    }

    page = admin_client.post(ADD, data, follow=True)

    made = WebhookEndpoint.objects.get()
    secret = made.secrets[0]["secret"]
    assert (made.url, made.client, made.event_types) == (URL, client, ["attempt.graded"])
    assert list(made.courses.all()) == [course]
    assert secret in page.text
    change = reverse("admin:cx_courses_webhookendpoint_change", args=[made.pk])
    for address in (LISTING, change):
        assert secret not in admin_client.get(address).text


@pytest.mark.parametrize("url", ["http://plain.example/", "ftp://x/", "https://a:b@host.example/"])
def test_an_address_that_cannot_be_called_is_refused_in_the_form(admin_client, url):
    page = admin_client.post(ADD, {"url": url})

    assert "url" in page.context["adminform"].form.errors
    assert not WebhookEndpoint.objects.exists()


def test_an_endpoint_is_changed_and_keeps_its_secret(admin_client, endpoint):
    change = reverse("admin:cx_courses_webhookendpoint_change", args=[endpoint.pk])

    admin_client.post(change, {"url": URL + "/2", "description": "Ours"})

    after = WebhookEndpoint.objects.get()
    assert (after.url, after.description) == (URL + "/2", "Ours")
    assert after.secrets == endpoint.secrets


def test_actions(admin_client, endpoint):
    act(admin_client, "ping", endpoint)
    assert Delivery.objects.get().event.type == "webhook.ping"

    page = act(admin_client, "rotate", endpoint)
    endpoint.refresh_from_db()
    assert len(endpoint.secrets) == 2
    assert endpoint.secrets[0]["secret"] in page.text

    act(admin_client, "disable", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.disabled_reason == "by_hand"
    assert "switched off" in act(admin_client, "ping", endpoint).text

    act(admin_client, "enable", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.is_enabled


def test_front_page_names_endpoints_disabled_for_failing(admin_client, endpoint):
    text = "1 webhook endpoint did not answer and is switched off."
    webhooks.disable(endpoint=endpoint, now=NOW)
    assert text not in admin_client.get(reverse("admin:index")).text

    WebhookEndpoint.objects.update(disabled_reason="failing")
    assert text in admin_client.get(reverse("admin:index")).text


def test_staff_see_no_endpoint_and_no_try_whatever_their_permissions(endpoint, admin_client):
    delivery = webhooks.ping(endpoint=endpoint, by=None, now=NOW)
    DeliveryTry.objects.create(delivery=delivery, tried_at=NOW, duration_ms=5, status=500)
    tries = reverse("admin:cx_courses_deliverytry_changelist")
    client = signed_in(staff())

    assert [client.get(one).status_code for one in (LISTING, ADD, tries)] == [403] * 3
    act(client, "disable", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.is_enabled
    assert admin_client.get(tries).context["cl"].result_count == 1
