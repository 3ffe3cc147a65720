"""Deliveries sent again, and the relay's backlog on the front page."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.admin.paging import NewestPaginator
from courses.models import Delivery
from tests.admin.conftest import signed_in, teacher_of

pytestmark = pytest.mark.django_db

LISTING = reverse("admin:cx_courses_delivery_changelist")
INDEX = reverse("admin:index")


@pytest.fixture
def delivery(course):
    row = Delivery.objects.get()
    row.state, row.tries, row.last_answer = "dead", 12, "ConnectionError: refused"
    row.next_try_at = timezone.now()
    row.save()
    return row


def test_a_dead_delivery_is_sent_again(admin_client, delivery):
    assert "ConnectionError: refused" in admin_client.get(LISTING).text

    admin_client.post(LISTING, {"action": "send_again", "_selected_action": [delivery.pk]})

    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("pending", 0)


def test_a_delivery_in_a_relays_hands_is_left_to_it(admin_client, delivery):
    Delivery.objects.update(locked_until=timezone.now() + dt.timedelta(minutes=1))

    admin_client.post(LISTING, {"action": "send_again", "_selected_action": [delivery.pk]})

    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_more_deliveries_than_are_listed_are_not_sent_again_together(
    admin_client, delivery, monkeypatch
):
    Delivery.objects.create(
        event=delivery.event, subscriber="another", state="dead", next_try_at=timezone.now()
    )
    everything = {"action": "send_again", "_selected_action": [delivery.pk], "select_across": "1"}
    monkeypatch.setattr(NewestPaginator, "limit", 1)

    answer = admin_client.post(LISTING, everything, follow=True)

    assert "There are older entries than those listed" in answer.text
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}
    monkeypatch.setattr(NewestPaginator, "limit", 2)
    admin_client.post(LISTING, everything)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"pending"}


def test_front_pages_warn_of_a_late_relay(admin_client, delivery):
    late = timezone.now() - dt.timedelta(minutes=20)
    Delivery.objects.update(state="pending", next_try_at=late)

    for address in (INDEX, reverse("admin:app_list", args=["cx_courses"])):
        text = admin_client.get(address).text
        assert "The relay is behind: 1 deliveries are waiting, the oldest for 20 minutes." in text


def test_the_front_page_is_silent_when_all_is_well_or_not_ones_business(admin_client, delivery):
    viewer = signed_in(teacher_of(delivery.event.course, "view_course"))
    assert "relay" in admin_client.get(INDEX).text
    assert "relay" not in viewer.get(INDEX).text

    Delivery.objects.update(state="done")
    assert "relay" not in admin_client.get(INDEX).text
