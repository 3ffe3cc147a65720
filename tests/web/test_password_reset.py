"""A forgotten password: a link by mail that works once, and no word of who has an account."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain import jobs, password_resets
from courses.models import Job, SignIn
from courses.web import password_reset
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.own_accounts]

FORGOTTEN, SIGN_IN = reverse("cx_courses:password-forgotten"), reverse("cx_courses:sign-in")
PASSWORD, NEW = "correct horse battery", "another staple entirely"
ADDRESS = "ada@example.org"


@pytest.fixture
def ada():
    return UserFactory(username="ada", email=ADDRESS)


def work(hours=0) -> None:
    moment = timezone.now() + timedelta(hours=hours)
    jobs.work(clock=lambda: moment, until=moment + timedelta(seconds=1))


def ask(client: Client, address: str = ADDRESS):
    response = client.post(FORGOTTEN, {"email": address})
    work()
    return response


def link(number: int = 0) -> str:
    """Return the path of the link in a mail that was sent."""
    found = re.search(r"http://testserver(/\S+)", mail.outbox[number].body)
    assert found is not None
    return found[1]


def set_password(client: Client, path: str, password: str = NEW):
    form = client.get(path, follow=True)
    place = form.redirect_chain[-1][0] if form.redirect_chain else path
    return client.post(place, {"new_password1": password, "new_password2": password})


def test_mailed_link_sets_the_password_and_ends_every_session(client: Client, ada) -> None:
    other = Client()
    other.post(SIGN_IN, {"username": "ada", "password": PASSWORD})
    assert SignIn.objects.get(user=ada).ended_at is None

    assert ask(client).url == reverse("cx_courses:password-mailed")
    assert [one.to for one in mail.outbox] == [[ADDRESS]]
    assert "“ada”" in mail.outbox[0].body
    assert set_password(client, link()).url == SIGN_IN

    assert other.get(reverse("cx_courses:account")).status_code == 302
    assert SignIn.objects.get(user=ada).ended_at is not None
    signed_in = Client().post(SIGN_IN, {"username": "ada", "password": NEW})
    assert signed_in.status_code == 302


def test_link_works_once(client: Client, ada) -> None:
    ask(client)
    set_password(client, link())
    again = Client().get(link())
    assert "no longer works" in again.text
    set_password(Client(), link(), "a third one for luck")
    ada.refresh_from_db()
    assert ada.check_password(NEW)


def test_link_expires(client: Client, ada, settings) -> None:
    ask(client)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "no longer works" in client.get(link()).text


def test_weak_password_is_refused(client: Client, ada) -> None:
    ask(client)
    assert set_password(client, link(), "12345").status_code == 200
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_answers_are_the_same_for_an_unknown_address(client: Client, ada) -> None:
    known, unknown = ask(client), ask(client, "nobody@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mail.outbox) == 1


def test_asking_looks_nothing_up(client: Client, ada, django_assert_num_queries) -> None:
    counts = []
    for address in (ADDRESS, "nobody@example.org"):
        with django_assert_num_queries(5) as found:
            client.post(FORGOTTEN, {"email": address})
        counts.append(len(found))
        assert not any("auth_user" in one["sql"] for one in found.captured_queries)
    assert counts[0] == counts[1]


def test_nothing_of_the_address_stays_stored(client: Client, ada) -> None:
    client.post(FORGOTTEN, {"email": ADDRESS})
    job = Job.objects.get(kind=password_resets.KIND)
    assert ADDRESS not in str(job.args)
    work()
    job.refresh_from_db()
    assert (job.state, job.args, job.by) == ("done", {}, None)


@pytest.mark.parametrize("change", ["closed", "without a password"])
def test_accounts_that_nobody_signs_in_to_get_no_link(client: Client, ada, change) -> None:
    if change == "closed":
        ada.is_active = False
    else:
        ada.set_unusable_password()
    ada.save()
    ask(client)
    assert mail.outbox == []


def test_every_account_of_an_address_gets_its_own_link(client: Client, ada) -> None:
    UserFactory(username="ada2", email=ADDRESS.upper())
    ask(client)
    assert sorted("ada2" in one.body for one in mail.outbox) == [False, True]


def test_one_account_gets_few_mails_and_the_page_says_nothing_of_it(client: Client, ada) -> None:
    answers = {ask(client).url for _number in range(7)}
    assert len(answers) == 1
    assert len(mail.outbox) == 5


def test_one_caller_asks_for_few_links(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(password_reset, "PER_CALLER", "2/hour")
    found = [ask(client, f"p{number}@example.org").status_code for number in range(3)]
    assert found == [302, 302, 429]


@pytest.mark.parametrize("address", ["ada@example.org\nBcc: eve@example.org", "ada", ""])
def test_what_is_no_address_is_refused(client: Client, ada, address) -> None:
    assert ask(client, address).status_code == 200
    assert not Job.objects.exists()


def test_refused_mail_is_tried_again(client: Client, ada, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    ask(client)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    work(hours=1)
    work(hours=2)
    assert len(mail.outbox) == 1


def test_mail_is_in_the_language_of_the_page(client: Client, ada) -> None:
    client.post(FORGOTTEN, {"email": ADDRESS}, headers={"accept-language": "de"})
    work()
    assert "Passwort" in mail.outbox[0].subject


def test_site_without_mail_names_whom_to_ask(client: Client, ada, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.COURSES_CONTACT = "help@example.org"
    page = client.get(FORGOTTEN)
    assert 'href="mailto:help@example.org"' in page.text
    assert 'name="email"' not in page.text
    client.post(FORGOTTEN, {"email": ADDRESS})
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("help@example.org", 'href="mailto:help@example.org"'),
        ("https://example.org/help", 'href="https://example.org/help"'),
        ("Ask Ms Khan, room 3", "Ask Ms Khan, room 3"),
        ("javascript:alert(1)", '<p class="contact">Need help? javascript:alert(1)</p>'),
    ],
)
def test_contact_is_shown_at_sign_in_and_with_errors(client, settings, contact, shown) -> None:
    settings.COURSES_CONTACT = contact
    assert shown in client.get(SIGN_IN).text
    assert shown in client.get("/nowhere/").text
