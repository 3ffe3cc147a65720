"""What the site's own tables keep of somebody who was erased: nothing, also when tried later."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from courses.domain import personal_data

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lock(settings: Settings) -> None:
    settings.AXES_ENABLED = True


def sign_in(client: Client, name: str) -> None:
    client.post(reverse("cx_courses:sign-in"), {"username": name, "password": "wrong"})


def test_no_name_is_left_among_the_tries_to_sign_in(client: Client) -> None:
    ada = get_user_model().objects.create_user("traceme", password="right-password")
    sign_in(client, "traceme")
    assert AccessAttempt.objects.count() == 1

    personal_data.erase(user=ada, now=timezone.now())
    assert AccessAttempt.objects.count() == 0

    sign_in(client, "traceme")
    rows = list(AccessAttempt.objects.values())
    assert rows
    assert "traceme" not in str(rows)
