"""Guessing passwords: after a few failures the pair of name and address has to wait."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def try_to_sign_in(client: Client, password: str, address: str = "192.0.2.1") -> int:
    form = {"username": "ada", "password": password}
    return client.post(reverse("cx_courses:sign-in"), form, REMOTE_ADDR=address).status_code


@pytest.fixture(autouse=True)
def lock(settings: Settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    get_user_model().objects.create_user("ada", password="right-password")


def test_too_many_wrong_passwords_lock_name_and_address(client: Client) -> None:
    assert [try_to_sign_in(client, "wrong") for _ in range(3)] == [200, 200, 429]
    assert try_to_sign_in(client, "right-password") == 429


def test_locked_page_says_how_long_and_leads_to_a_new_password(client: Client) -> None:
    form = {"username": "ada", "password": "wrong"}
    for _ in range(3):
        html = client.post(reverse("cx_courses:sign-in"), form).content.decode()
    assert "Too many sign-in attempts" in html
    assert "Wait 15 min and try again." in html
    assert f'href="{reverse("cx_courses:password-forgotten")}"' in html


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


def from_address(name: str, password: str, address: str, **more: str) -> int:
    form = {"username": name, "password": password}
    return (
        Client().post(reverse("cx_courses:sign-in"), form, REMOTE_ADDR=address, **more).status_code
    )


def test_a_right_password_is_taken_where_the_person_signed_in_before() -> None:
    home = "192.0.2.7"
    assert from_address("ada", "right-password", home) == 302
    assert [from_address("ada", "wrong", home) for _ in range(5)] == [200] * 5
    assert from_address("ada", "right-password", home) == 302
    # Elsewhere the lock holds, also for the right password.
    assert [from_address("ada", "wrong", "192.0.2.8") for _ in range(4)] == [200, 200, 429, 429]
    assert from_address("ada", "right-password", "192.0.2.8") == 429


def test_admin_sign_in_has_the_same_lock() -> None:
    get_user_model().objects.create_superuser("root", password="right-password")
    form = {"username": "root", "password": "right-password"}
    admin = reverse("admin:login")
    assert Client().post(admin, form, REMOTE_ADDR="192.0.2.7").status_code == 302
    for _ in range(4):
        Client().post(admin, {**form, "password": "wrong"}, REMOTE_ADDR="192.0.2.7")
    assert Client().post(admin, form, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_an_invented_address_passes_no_lock(settings: Settings) -> None:
    for trusted in (0, 1):
        settings.COURSES_TRUSTED_PROXIES = trusted
        found = [
            from_address(
                "ada",
                "wrong",
                f"203.0.113.{trusted}",
                HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 192.0.2.{trusted}",
            )
            for number in range(4)
        ]
        assert found == [200, 200, 429, 429]


def test_spellings_of_one_name_count_together() -> None:
    found = [from_address(name, "wrong", "192.0.2.1") for name in ("ada", "Ada", "ADA", "aDa")]
    assert found == [200, 200, 429, 429]


def test_one_password_for_many_names_is_judged_ten_times(settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 10
    model = get_user_model()
    model.objects.bulk_create(
        model(username=f"person-{number}", password=make_password("spring-2026"))
        for number in (3, 50)
    )
    found = [from_address(f"person-{number}", "spring-2026", "192.0.2.1") for number in range(60)]
    assert found == [200, 200, 200, 302, *[200] * 7, *[429] * 49]
    # Who signed in from there before still does, and so does everybody elsewhere.
    assert from_address("person-3", "spring-2026", "192.0.2.1") == 302
    assert from_address("person-50", "spring-2026", "192.0.2.2") == 302


def test_a_lock_ends_in_its_time_whatever_is_tried_meanwhile() -> None:
    with time_machine.travel(datetime(2026, 11, 2, 9, tzinfo=UTC), tick=False) as clock:
        assert [from_address("ada", "wrong", "192.0.2.1") for _ in range(3)][-1] == 429
        clock.shift(timedelta(minutes=10))
        assert from_address("ada", "right-password", "192.0.2.1") == 429
        clock.shift(timedelta(minutes=6))
        assert from_address("ada", "right-password", "192.0.2.1") == 302


def test_accounts_from_one_address_are_limited(settings: Settings) -> None:
    settings.COURSES_SIGN_UP_RATE = "3/hour"

    def sign_up(number: int, address: str) -> int:
        password = "a-good-long-phrase"
        form = {"username": f"new-{number}", "password1": password, "password2": password}
        page = Client().post(reverse("cx_courses:sign-up"), form, REMOTE_ADDR=address)
        return page.status_code

    assert [sign_up(number, "192.0.2.1") for number in range(5)] == [302, 302, 302, 429, 429]
    assert sign_up(9, "192.0.2.2") == 302
    assert get_user_model().objects.filter(username__startswith="new-").count() == 4
