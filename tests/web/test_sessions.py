"""Tokens and sessions end with a password change; the account page lists and ends each."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain import bearer, retention, tokens
from courses.models import SignIn
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
ACCOUNT = reverse("cx_courses:account")


@pytest.fixture
def ada():
    return UserFactory(username="ada")


def browser(agent, address="192.0.2.1"):
    """A browser in which Ada signs in."""
    client = Client(REMOTE_ADDR=address, headers={"user-agent": agent})
    form = {"username": "ada", "password": PASSWORD}
    assert client.post(reverse("cx_courses:sign-in"), form).status_code == 302
    return client


def is_in(client):
    return client.get(ACCOUNT).status_code == 200


def make_token(user):
    return tokens.create_token(user=user, lifetime=dt.timedelta(days=3), now=timezone.now()).text


def opens(text):
    try:
        tokens.recognise(text=text, now=timezone.now())
    except bearer.InvalidCredentials:
        return False
    return True


def change_in_the_browser(user):
    form = {
        "old_password": PASSWORD,
        "new_password1": "another horse 7",
        "new_password2": "another horse 7",
    }
    here = browser("Here")
    here.post(reverse("cx_courses:password"), form)
    assert is_in(here)
    assert here.get(ACCOUNT).content.decode().count("/end/") == 1


def change_elsewhere(user):
    """In the admin, by `changepassword`, by a program of the host."""
    user.set_password("another horse 7")
    user.save()


@pytest.mark.parametrize("change", [change_in_the_browser, change_elsewhere])
def test_tokens_and_sessions_end_with_the_password(ada, change):
    phone, text = browser("Phone"), make_token(ada)
    assert (is_in(phone), opens(text)) == (True, True)

    change(ada)

    assert (is_in(phone), opens(text)) == (False, False)
    ada.refresh_from_db()
    assert not tokens.usable(user=ada, now=timezone.now()).exists()
    assert opens(make_token(ada))


def test_the_account_page_lists_the_sessions_and_ends_one(ada):
    phone, desk = browser("Phone <b>", "192.0.2.9"), browser("Desk")
    page = desk.get(ACCOUNT).content.decode()
    assert "192.0.2.9" in page
    assert "Phone &lt;b&gt;" in page
    row = SignIn.objects.get(browser="Phone <b>")

    desk.post(reverse("cx_courses:session-end", args=[row.uuid]))

    assert (is_in(phone), is_in(desk)) == (False, True)
    assert "192.0.2.9" not in desk.get(ACCOUNT).content.decode()
    row.refresh_from_db()
    assert row.ended_at
    assert row.session_key == ""


def test_sign_in_without_an_address_names_none(ada):
    desk = browser("Desk")
    SignIn.objects.update(address="")
    page = desk.get(ACCOUNT).text
    assert "Signed in on" in page
    assert "from the IP address" not in page


def test_ending_this_session_signs_out_here(ada):
    desk = browser("Desk")
    desk.post(reverse("cx_courses:session-end", args=[SignIn.objects.get().uuid]))
    assert not is_in(desk)


def test_session_of_another_person_cannot_be_ended(client, ada):
    desk = browser("Desk")
    client.force_login(UserFactory())
    row = SignIn.objects.get(browser="Desk")
    assert client.post(reverse("cx_courses:session-end", args=[row.uuid])).status_code == 404
    assert is_in(desk)


def test_signing_out_is_noted(ada):
    desk = browser("Desk")
    desk.post(reverse("cx_courses:sign-out"))
    assert SignIn.objects.get().ended_at
    assert not is_in(desk)


def test_the_account_page_lists_the_tokens_and_ends_one(ada):
    desk = browser("Desk")
    text = make_token(ada)
    token = tokens.usable(user=ada, now=timezone.now()).get()
    assert (
        reverse("cx_courses:token-revoke", args=[token.uuid]) in desk.get(ACCOUNT).content.decode()
    )

    desk.post(reverse("cx_courses:token-revoke", args=[token.uuid]))
    assert not opens(text)


def test_sign_ins_are_forgotten_after_half_a_year(ada):
    for age in (100, 200):
        SignIn.objects.create(user=ada, signed_in_at=NOW - dt.timedelta(days=age))

    retention.purge_sign_ins(now=NOW)

    assert [row.signed_in_at for row in SignIn.objects.all()] == [NOW - dt.timedelta(days=100)]
