"""Guessing passwords: after a few failures the pair of name and address has to wait."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


def try_to_sign_in(client: Client, password: str, address: str = "192.0.2.1") -> int:
    form = {"username": "ada", "password": password}
    return client.post(reverse("courses:sign-in"), form, REMOTE_ADDR=address).status_code


@pytest.fixture(autouse=True)
def lock(settings: Settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    get_user_model().objects.create_user("ada", password="right-password")


def test_too_many_wrong_passwords_lock_name_and_address(client: Client) -> None:
    assert [try_to_sign_in(client, "wrong") for _ in range(3)] == [200, 200, 429]
    assert try_to_sign_in(client, "right-password") == 429


def test_the_same_person_may_come_in_from_elsewhere(client: Client) -> None:
    for _ in range(3):
        try_to_sign_in(client, "wrong")
    assert try_to_sign_in(client, "right-password", address="192.0.2.2") == 302


def test_success_forgets_earlier_failures(client: Client) -> None:
    for _ in range(2):
        try_to_sign_in(client, "wrong")
    assert try_to_sign_in(client, "right-password") == 302
    client.logout()
    assert [try_to_sign_in(client, "wrong") for _ in range(2)] == [200, 200]
