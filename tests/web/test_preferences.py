"""Pages on the reader's own clock and in the language they chose, on the site and in a frame."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from courses.domain import preferences
from courses.models import Preferences
from tests.embed.frame import opened
from tests.embed.test_pages import inner
from tests.factories import UserFactory, make_learner, make_quiz

pytestmark = pytest.mark.django_db

CLOSES = dt.datetime(2031, 11, 28, 22, 45, tzinfo=dt.UTC)
ZONE, PAGE = reverse("cx_courses:time-zone"), reverse("cx_courses:preferences")


@pytest.fixture
def quiz():
    return make_quiz(questions=1, closes_at=CLOSES)


def quiz_page(client, quiz):
    return client.get(reverse("cx_courses:quiz", args=[quiz.course.key, quiz.key])).content.decode()


def times(html):
    return re.findall(r'<time datetime="([^"]+)">([^<]+)</time>', html)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("", "28 November 2031, 22:45 UTC"),
        ("Europe/Berlin", "28 November 2031, 23:45 CET"),
        ("America/New_York", "28 November 2031, 17:45 EST"),
        ("Pacific/Auckland", "29 November 2031, 11:45 NZDT"),
        ("America/Sao_Paulo", "28 November 2031, 19:45 UTC-03"),
    ],
)
def test_closing_time_is_shown_in_the_readers_zone(client, quiz, zone, shown):
    client.force_login(make_learner(quiz.course).user)
    client.post(ZONE, {"time_zone": zone})
    assert ("2031-11-28T22:45:00+00:00", shown) in times(quiz_page(client, quiz))


def test_script_learns_whether_times_change(client):
    client.force_login(UserFactory())
    answers = [client.post(ZONE, {"time_zone": zone}).status_code for zone in ("UTC", "UTC", "?")]
    assert answers == [200, 204, 204]


def test_the_page_asks_for_the_zone_until_one_is_chosen(client):
    ada = UserFactory()
    client.force_login(ada)
    assert f'data-time-zone-url="{ZONE}"' in client.get(PAGE).content.decode()
    client.post(PAGE, {"time_zone": "Asia/Tokyo", "language": ""})
    html = client.get(PAGE).content.decode()
    assert "data-time-zone-url" not in html
    assert 'data-time-zone="Asia/Tokyo"' in html
    assert re.search(r'<option value="Asia/Tokyo" selected', html)


def test_a_chosen_language_is_used_in_every_browser(client):
    ada = UserFactory()
    client.force_login(ada)
    client.post(PAGE, {"time_zone": "", "language": "de"})
    other = Client(headers={"accept-language": "en"})
    other.force_login(ada)
    page = other.get(reverse("cx_courses:catalogue"))
    assert '<html lang="de"' in page.content.decode()
    assert page.headers["Content-Language"] == "de"
    assert '<html lang="en"' in Client().get(reverse("cx_courses:catalogue")).content.decode()


def test_the_switch_in_the_foot_is_remembered_with_the_person(client):
    ada = UserFactory()
    client.force_login(ada)
    client.post(reverse("cx_courses:language"), {"language": "de", "next": "/"})
    assert Preferences.objects.get(user=ada).language == "de"
    client.post(reverse("cx_courses:language"), {"language": "xx", "next": "/"})
    assert Preferences.objects.get(user=ada).language == "de"


def test_an_unknown_zone_or_language_comes_back_as_a_mistake(client):
    client.force_login(UserFactory())
    page = client.post(PAGE, {"time_zone": "Mars/Olympus", "language": "tlh"})
    assert page.status_code == 200
    assert page.content.decode().count('<ul class="error"') == 2
    assert not Preferences.objects.exists()


def test_a_frame_takes_the_browsers_zone_and_writes_its_times_so(quiz):
    frame = opened(quiz.course)
    path = inner("quiz", quiz.course.key, quiz.key)
    page = frame.get(path).text
    assert ("2031-11-28T22:45:00+00:00", "28 November 2031, 22:45 UTC") in times(page)
    assert f'data-time-zone-url="{frame.base}display/"' in page
    answer = frame.post("display/", {"time_zone": "Europe/Berlin", "theme": "", "locale": ""})
    assert answer.status_code == 200
    page = frame.get(path).text
    assert ("2031-11-28T22:45:00+00:00", "28 November 2031, 23:45 CET") in times(page)


def test_the_platforms_language_goes_before_the_persons_own(quiz):
    from courses.models import Enrolment

    frame = opened(quiz.course, locale="en")
    preferences.choose_language(user=Enrolment.objects.get().user, language="de")
    page = frame.get(inner("quiz", quiz.course.key, quiz.key)).text
    assert '<html lang="en"' in page


def test_pages_write_times_in_one_way_alone():
    """`|moment` and `|day` make a `<time>` on the reader's clock; a bare date has no zone."""
    folder = Path(apps.get_app_config("cx_courses").path) / "templates" / "cx_courses"
    bare = re.compile(r"\|(date|time|naturaltime)\b")
    found = [file.name for file in folder.rglob("*.html") if bare.search(file.read_text())]
    assert found == []
