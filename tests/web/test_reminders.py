"""The page of mails and reminders, and the link in a mail that ends such mails."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.domain.learning_mails import choices
from courses.models import Preferences
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("cx_courses:reminders")


@pytest.fixture(autouse=True)
def _site(settings):
    settings.COURSES_PUBLIC_URL = "https://learn.example.org"


@pytest.fixture
def ada():
    return UserFactory(email="ada@example.org")


def stop_page(ada, kind):
    return reverse("cx_courses:mails-stop", args=[choices.token(user=ada, kind=kind)])


def test_mails_are_chosen_on_the_page_and_the_weekly_one_is_off_at_first(client, ada):
    client.force_login(ada)
    page = client.get(PAGE).text
    assert 'name="marked" id="id_marked" checked' in page
    assert 'name="corrected" id="id_corrected" checked' in page
    assert '<option value="" selected>Never</option>' in page
    assert not Preferences.objects.exists()

    answer = client.post(PAGE, {"form": "mails", "marked": "on", "cards_day": "6"})
    assert (answer.status_code, answer.url) == (302, PAGE)
    row = Preferences.objects.get(user=ada)
    assert (row.gets_marked_mails, row.gets_notice_mails) == (True, False)
    assert (row.cards_mail_day, row.cards_mail_at.weekday()) == (6, 6)
    before = row.cards_mail_at
    client.post(PAGE, {"form": "mails", "marked": "on", "cards_day": "6"})
    row.refresh_from_db()
    assert row.cards_mail_at == before
    client.post(PAGE, {"form": "mails", "cards_day": ""})
    row.refresh_from_db()
    assert (row.cards_mail_day, row.cards_mail_at) == (None, None)


@pytest.mark.parametrize("day", ["7", "-1", "monday"])
def test_a_day_that_does_not_exist_changes_nothing(client, ada, day):
    client.force_login(ada)
    assert client.post(PAGE, {"form": "mails", "cards_day": day}).status_code == 200
    assert not Preferences.objects.exists()


@pytest.mark.parametrize("reason", ["address", "site", "switched off"])
def test_without_mails_nothing_is_offered_and_nothing_changes(client, ada, settings, reason):
    if reason == "address":
        ada.email = ""
        ada.save()
    elif reason == "site":
        settings.COURSES_PUBLIC_URL = None
    else:
        settings.COURSES_LEARNING_MAILS = False
    client.force_login(ada)
    page = client.get(PAGE).text
    assert 'name="marked"' not in page
    assert ("has no e-mail address" in page) is (reason == "address")
    client.post(PAGE, {"form": "mails", "cards_day": "6"})
    assert not Preferences.objects.exists()


@pytest.mark.parametrize("kind", ["marked", "corrected", "cards_due"])
def test_mail_program_ends_the_mails_by_post_without_cookie_or_token(ada, kind):
    Preferences.objects.create(user=ada, cards_mail_day=3, cards_mail_at="2031-01-01T08:00Z")
    program = Client(enforce_csrf_checks=True)
    one_click = "application/x-www-form-urlencoded"
    for _number in range(2):
        answer = program.post(
            stop_page(ada, kind), "List-Unsubscribe=One-Click", content_type=one_click
        )
        assert answer.status_code == 200
        assert "You get no more of these mails" in answer.text
        assert f'href="{PAGE}"' in answer.text
    row = Preferences.objects.get(user=ada)
    on = {"marked": row.gets_marked_mails, "corrected": row.gets_notice_mails}
    on["cards_due"] = row.cards_mail_day is not None or row.cards_mail_at is not None
    assert on == {"marked": True, "corrected": True, "cards_due": True} | {kind: False}


def test_a_visit_asks_first_and_names_nobody(client, ada):
    page = client.get(stop_page(ada, "marked"))
    assert page.status_code == 200
    assert "Get no more of these mails?" in page.text
    assert ada.get_username() not in page.text
    assert "ada@example.org" not in page.text
    assert not Preferences.objects.exists()


def test_a_link_that_was_changed_ends_nothing(client, ada):
    for token in (choices.token(user=ada, kind="marked")[:-1], "x", "a:b:c"):
        page = reverse("cx_courses:mails-stop", args=[token])
        assert client.get(page).status_code == 404
        assert client.post(page).status_code == 404
    assert not Preferences.objects.exists()


def test_nothing_is_stored_for_an_account_that_is_closed(client, ada):
    page = stop_page(ada, "marked")
    ada.is_active = False
    ada.save()
    assert client.post(page).status_code == 200
    assert not Preferences.objects.exists()
