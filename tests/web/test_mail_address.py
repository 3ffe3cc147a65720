"""An address is in force once a mailed link was opened, once; until then the old one stays."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain import jobs, mail_address, personal_data
from courses.models import Job, Preferences
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.own_accounts]

ADDRESS, ACCOUNT = reverse("cx_courses:address"), reverse("cx_courses:account")
SIGN_UP = reverse("cx_courses:sign-up")
PASSWORD = "correct horse battery"
OLD, NEW = "old@example.org", "new@example.org"


@pytest.fixture
def ada(client: Client):
    person = UserFactory(username="ada", email=OLD)
    client.force_login(person)
    return person


def work() -> None:
    moment = timezone.now()
    jobs.work(clock=lambda: moment, until=moment + timedelta(seconds=1))


def give(client: Client, address: str, password: str = PASSWORD):
    response = client.post(ADDRESS, {"email": address, "password": password})
    work()
    return response


def link(number: int = -1) -> str:
    found = re.search(r"http://testserver(/\S+)", mail.outbox[number].body)
    assert found is not None
    return found[1]


def address_of(person) -> str:
    person.refresh_from_db()
    return person.email


def test_new_address_counts_once_its_link_is_confirmed(client: Client, ada) -> None:
    assert give(client, NEW).url == ACCOUNT
    assert [one.to for one in mail.outbox] == [[NEW]]
    assert address_of(ada) == OLD
    assert NEW in client.get(ACCOUNT).text

    assert address_of(ada) == OLD  # Opening the link alone does nothing: programs do that.
    assert Client().get(link()).status_code == 200
    assert address_of(ada) == OLD
    assert Client().post(link()).status_code == 302
    assert address_of(ada) == NEW
    work()
    assert [one.to for one in mail.outbox] == [[NEW], [OLD]]
    assert "no longer uses" in mail.outbox[1].body


def test_link_works_once_also_after_the_address_was_removed(client: Client, ada) -> None:
    give(client, NEW)
    Client().post(link())
    used = link(0)
    give(client, "")
    assert address_of(ada) == ""
    assert Client().get(used).status_code == 404
    assert Client().post(used).status_code == 404
    assert address_of(ada) == ""


def test_later_link_replaces_an_earlier_one(client: Client, ada) -> None:
    give(client, NEW)
    give(client, "newer@example.org")
    assert Client().post(link(0)).status_code == 404
    assert Client().post(link(1)).status_code == 302
    assert address_of(ada) == "newer@example.org"


def test_link_expires(client: Client, ada, monkeypatch) -> None:
    give(client, NEW)
    monkeypatch.setattr(mail_address, "LIFETIME", timedelta(0))
    assert Client().post(link()).status_code == 404


@pytest.mark.parametrize("change", ["x", "other"])
def test_changed_link_is_refused(client: Client, ada, change) -> None:
    give(client, NEW)
    assert Client().get(link().rstrip("/") + change + "/").status_code == 404


def test_wrong_password_changes_nothing(client: Client, ada) -> None:
    assert give(client, NEW, "guessed").status_code == 200
    assert not Job.objects.exists()
    assert give(client, "", "guessed").status_code == 200
    assert address_of(ada) == OLD


@pytest.mark.parametrize("address", ["new@example.org\r\nBcc: eve@example.org", "new", "a@b@c.org"])
def test_what_is_no_address_is_refused(client: Client, ada, address) -> None:
    assert give(client, address).status_code == 200
    assert not Job.objects.exists()


def test_address_of_somebody_else_is_answered_alike(client: Client, ada) -> None:
    UserFactory(email="carl@example.org")
    known, unknown = give(client, "carl@example.org"), give(client, "nobody@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_one_person_has_few_links_sent(client: Client, ada) -> None:
    found = [give(client, f"p{number}@example.org").status_code for number in range(6)]
    assert found == [302] * 5 + [200]
    assert len(mail.outbox) == 5


def test_erased_person_gets_no_link(client: Client, ada) -> None:
    client.post(ADDRESS, {"email": NEW, "password": PASSWORD})
    assert personal_data.export(user=ada, now=timezone.now())["person"]["new_address"] == NEW
    personal_data.erase(user=ada, now=timezone.now())
    work()
    assert mail.outbox == []
    assert NEW not in str(list(Job.objects.values())) + str(list(Preferences.objects.values()))


def test_closed_account_cannot_confirm(client: Client, ada) -> None:
    give(client, NEW)
    get_user_model().objects.update(is_active=False)
    assert Client().post(link()).status_code == 404


def test_new_account_gets_the_address_once_it_is_confirmed(client: Client) -> None:
    values = {"username": "bea", "password1": "tall green kettle", "password2": "tall green kettle"}
    assert client.post(SIGN_UP, {**values, "address": NEW}).status_code == 302
    work()
    bea = get_user_model().objects.get(username="bea")
    assert (bea.email, mail.outbox[0].to) == ("", [NEW])
    client.post(link())
    assert address_of(bea) == NEW


def test_site_without_mail_asks_for_no_address(client: Client, ada, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert client.get(ADDRESS).status_code == 404
    assert ADDRESS not in client.get(ACCOUNT).text
    client.logout()
    assert 'name="address"' not in client.get(SIGN_UP).text
