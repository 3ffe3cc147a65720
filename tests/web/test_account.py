"""Signing in and up, the password, and what a person may demand about their data."""

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from courses.models import Enrolment
from tests.factories import CourseFactory, UserFactory, make_learner

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
SIGN_IN, SIGN_UP = reverse("cx_courses:sign-in"), reverse("cx_courses:sign-up")


def sign_in(client: Client, username: str, **extra: str):
    return client.post(SIGN_IN, {"username": username, "password": PASSWORD, **extra})


def test_sign_in_leads_to_the_catalogue(client: Client) -> None:
    assert sign_in(client, UserFactory().username).url == reverse("cx_courses:catalogue")


def test_sign_in_comes_back_to_where_one_was(client: Client) -> None:
    response = sign_in(client, UserFactory().username, next="/progress/")
    assert response.url == "/progress/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_sign_in_never_leads_off_the_site(client: Client, elsewhere: str) -> None:
    response = sign_in(client, UserFactory().username, next=elsewhere)
    assert response.url == reverse("cx_courses:catalogue")


@pytest.mark.parametrize("page", [SIGN_IN, reverse("admin:login")])
@pytest.mark.parametrize(
    ("name", "typed"), [("maria", "Maria"), ("Maria", "mARIA"), ("ärmel", "Ärmel")]
)
def test_sign_in_ignores_case(client: Client, page: str, name: str, typed: str) -> None:
    person = UserFactory(username=name, is_staff=True)
    response = client.post(page, {"username": typed, "password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_accounts_that_differ_in_case_open_with_their_own_spelling(
    client: Client,
) -> None:
    small, capital = UserFactory(username="maria"), UserFactory(username="Maria")
    for person in (small, capital):
        sign_in(client, person.username)
        assert client.session["_auth_user_id"] == str(person.pk)
        client.logout()
    assert sign_in(client, "MARIA").status_code == 200


@pytest.mark.parametrize(("name", "typed"), [("maria", "Maria"), ("ärmel", "ÄRMEL")])
def test_a_name_that_differs_in_case_alone_is_taken(client: Client, name: str, typed: str) -> None:
    UserFactory(username=name)
    data = {"username": typed, "password1": PASSWORD, "password2": PASSWORD}
    html = client.post(SIGN_UP, data).content.decode()
    assert "This user name is taken." in html
    assert get_user_model().objects.count() == 1


def test_sign_up_shows_the_rule_for_names_first(client: Client) -> None:
    html = client.get(SIGN_UP).content.decode()
    assert "without spaces" in html
    assert "what you like" not in html


def test_passwords_can_be_looked_at_where_scripts_run_and_no_dead_button_stands_elsewhere(
    client: Client,
) -> None:
    for page, count in ((SIGN_IN, 1), (SIGN_UP, 2)):
        buttons = re.findall(r"<button[^>]*data-show-password>", client.get(page).content.decode())
        assert len(buttons) == count
        assert all(" hidden" in one and 'type="button"' in one for one in buttons)
    assert "Show password</button>" in client.get(SIGN_IN).text
    words = '<span class="visually-hidden"> (Password confirmation)</span></button>'
    assert f"Show password{words}" in client.get(SIGN_UP).text


def test_sign_in_with_a_wrong_password_says_so_once(client: Client) -> None:
    response = client.post(SIGN_IN, {"username": UserFactory().username, "password": "no"})
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("data-focus-first") == 1
    assert "do not match an account. The password is case-sensitive." in html


def test_sign_out_needs_a_post(client: Client) -> None:
    client.force_login(UserFactory())
    url = reverse("cx_courses:sign-out")
    assert client.get(url).status_code == 405
    assert client.post(url).url == reverse("cx_courses:catalogue")
    assert "_auth_user_id" not in client.session


def test_sign_up_makes_an_account_and_signs_in(client: Client) -> None:
    data = {"username": "ada", "password1": PASSWORD, "password2": PASSWORD, "next": "/progress/"}
    response = client.post(SIGN_UP, data)
    assert response.url == "/progress/"
    person = get_user_model().objects.get(username="ada")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert not person.is_staff


@pytest.mark.parametrize("word", ["foo", "cx_courses:course", "https://evil.example/", "//evil"])
def test_sign_up_with_a_next_that_is_no_address_of_ours_leads_home(
    client: Client, word: str
) -> None:
    data = {"username": "ada", "password1": PASSWORD, "password2": PASSWORD, "next": word}
    assert client.post(SIGN_UP, data).url == reverse("cx_courses:catalogue")


@pytest.mark.parametrize("word", ["foo", "cx_courses:course"])
def test_sign_in_takes_any_word_as_next(client: Client, word: str) -> None:
    assert sign_in(client, UserFactory().username, next=word).status_code == 302


def test_sign_up_ties_mistakes_to_their_fields(client: Client) -> None:
    data = {"username": "ada", "password1": PASSWORD, "password2": "something else"}
    html = client.post(SIGN_UP, data).content.decode()
    assert 'href="#id_password2"' in html
    assert 'aria-invalid="true"' in html


VALIDATORS = "django.contrib.auth.password_validation"
SHORT = {"NAME": f"{VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}}
OTHERS = [
    {"NAME": f"{VALIDATORS}.{name}Validator"}
    for name in ("UserAttributeSimilarity", "CommonPassword", "NumericPassword")
]
OF_THE_HOST = {"NAME": "tests.web.test_account.HasDash"}


class HasDash:
    def validate(self, password: str, user: object = None) -> None:
        raise NotImplementedError

    def get_help_text(self) -> str:
        return "Your password has a dash."


OUR_HELP = "At least 12 characters. Several words"


@pytest.mark.parametrize(
    ("validators", "says"),
    [
        ([SHORT, *OTHERS], OUR_HELP),
        ([SHORT], OUR_HELP),
        ([SHORT, *OTHERS, OF_THE_HOST], "<li>Your password has a dash.</li>"),
        (OTHERS, "<li>Your password can’t be entirely numeric.</li>"),
    ],
)
def test_sign_up_says_how_to_make_a_password_that_the_site_takes(
    client: Client, settings, validators: list[dict[str, object]], says: str
) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = validators
    html = client.get(SIGN_UP).content.decode()
    assert says in html
    assert (OUR_HELP in html) is (says == OUR_HELP)


def test_password_help_is_german_and_on_every_page_for_a_new_password(client: Client) -> None:
    client.force_login(UserFactory())
    address = reverse("cx_courses:password")
    html = client.get(address, headers={"accept-language": "de"}).content.decode()
    assert "Mindestens 8 Zeichen. Mehrere Wörter" in html


def test_sign_up_in_the_header_comes_back_to_where_one_was(client: Client) -> None:
    CourseFactory(key="cx")
    place = reverse("cx_courses:course", args=["cx"])
    assert f'href="{SIGN_UP}?next={place}"' in client.get(place).content.decode()
    assert f'href="{SIGN_UP}"' in client.get(SIGN_IN).content.decode()


def test_sign_up_can_be_switched_off(client: Client, settings) -> None:
    settings.COURSES_SIGN_UP = False
    assert client.get(SIGN_UP).status_code == 404
    assert SIGN_UP not in client.get(SIGN_IN).content.decode()


def test_password_change_keeps_one_signed_in(client: Client) -> None:
    person = UserFactory()
    client.force_login(person)
    data = {
        "old_password": PASSWORD,
        "new_password1": "a quite different one",
        "new_password2": "a quite different one",
    }
    response = client.post(reverse("cx_courses:password"), data, follow=True)
    assert "Your password has been changed." in response.content.decode()
    person.refresh_from_db()
    assert person.check_password("a quite different one")


def test_export_is_a_file_with_everything_about_the_person(client: Client) -> None:
    enrolment = make_learner(CourseFactory(key="cx"))
    client.force_login(enrolment.user)
    response = client.get(reverse("cx_courses:export"))
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Cache-Control"] == "no-store"
    assert "cx" in json.dumps(json.loads(response.getvalue()))


def test_erasure_needs_the_user_name(client: Client) -> None:
    enrolment = make_learner(CourseFactory())
    client.force_login(enrolment.user)
    response = client.post(reverse("cx_courses:erase"), {"user_name": "somebody"})
    assert "This is not your user name." in response.content.decode()
    assert Enrolment.objects.filter(pk=enrolment.pk).exists()


def test_erasure_removes_the_records_and_signs_out(client: Client) -> None:
    enrolment = make_learner(CourseFactory())
    client.force_login(enrolment.user)
    data = {"user_name": enrolment.user.username}
    response = client.post(reverse("cx_courses:erase"), data, follow=True)
    assert "Your personal data has been erased" in response.content.decode()
    assert not Enrolment.objects.filter(pk=enrolment.pk).exists()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["account", "password", "export", "erase", "progress"])
def test_personal_pages_send_anonymous_visitors_to_sign_in(client: Client, name: str) -> None:
    url = reverse(f"cx_courses:{name}")
    assert client.get(url).url == f"{SIGN_IN}?next={url}"
