"""Colours, language and brand: how the pages look to whom."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

HOME = reverse("cx_courses:catalogue")
THEME = reverse("cx_courses:theme")


def home(client: Client) -> str:
    return client.get(HOME).content.decode()


def test_theme_is_remembered_without_a_script(client: Client) -> None:
    assert "data-theme" not in home(client).partition("<body")[0]
    response = client.post(THEME, {"theme": "dark", "next": "/account/sign-in/"})
    assert response.url == "/account/sign-in/"
    assert '<html lang="en" dir="ltr" data-theme="dark">' in home(client)


def test_theme_follows_the_device_again(client: Client) -> None:
    client.post(THEME, {"theme": "dark"})
    client.post(THEME, {"theme": "auto"})
    assert '<html lang="en" dir="ltr">' in home(client)


def test_theme_cookie_cannot_be_made_to_say_anything_else(client: Client) -> None:
    client.cookies["cx_theme"] = '"><script>'
    assert '<html lang="en" dir="ltr">' in home(client)


def test_theme_switch_never_leads_off_the_site(client: Client) -> None:
    response = client.post(THEME, {"theme": "dark", "next": "https://evil.example/"})
    assert response.url == HOME


@pytest.mark.parametrize("word", ["foo", "cx_courses:course", "admin:index", "..", "a.b", "httpx"])
@pytest.mark.parametrize("name", ["theme", "language"])
def test_a_word_that_is_no_address_leads_to_the_catalogue(
    client: Client, word: str, name: str
) -> None:
    response = client.post(reverse(f"cx_courses:{name}"), {"theme": "dark", "next": word})
    assert response.status_code == 302
    assert client.get(response.url, follow=True).status_code in (200, 404)


def test_language_is_switched_and_said_in_the_page(client: Client) -> None:
    client.post(reverse("cx_courses:language"), {"language": "de", "next": HOME})
    assert '<html lang="de" dir="ltr">' in home(client)


def test_brand_comes_from_settings(client: Client, settings) -> None:
    settings.COURSES_BRAND_NAME = "Acme Academy"
    settings.COURSES_BRAND_LOGO = "acme/logo.svg"
    settings.COURSES_BRAND_STYLESHEET = "acme/brand.css"
    html = home(client)
    assert "· Acme Academy</title>" in html
    assert 'src="/static/acme/logo.svg"' in html
    assert html.index("components.css") < html.index("/static/acme/brand.css")
