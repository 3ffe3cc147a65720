"""A person's time zone and language: sent by the browser, chosen by hand, used for their days."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from courses.domain import cards, personal_data, preferences
from courses.errors import Invalid
from courses.models import Preferences
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

BERLIN, AUCKLAND = "Europe/Berlin", "Pacific/Auckland"


@pytest.fixture
def ada():
    return UserFactory(username="ada")


def set_by_browser(user, name):
    return preferences.note_time_zone(user=user, time_zone=name)


def zone(user):
    user = type(user).objects.get(pk=user.pk)
    return str(preferences.zone(user=user))


def test_the_browsers_zone_is_kept_and_follows_it(ada):
    assert zone(ada) == "UTC"
    assert (set_by_browser(ada, BERLIN), set_by_browser(ada, BERLIN)) == (True, False)
    assert zone(ada) == BERLIN
    assert set_by_browser(ada, AUCKLAND)
    assert zone(ada) == AUCKLAND


def test_a_zone_that_was_chosen_stays_whatever_the_browser_says(ada):
    preferences.choose(user=ada, time_zone=AUCKLAND, language="")
    assert not set_by_browser(ada, BERLIN)
    assert zone(ada) == AUCKLAND
    preferences.choose(user=ada, time_zone="", language="")
    assert set_by_browser(ada, BERLIN)
    assert zone(ada) == BERLIN


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "x" * 500, "a\0b"]
)
def test_unknown_zone_is_ignored_from_a_browser_and_refused_from_a_person(ada, name):
    assert not set_by_browser(ada, name)
    if name:
        with pytest.raises(Invalid):
            preferences.choose(user=ada, time_zone=name, language="")
    assert not Preferences.objects.exists()


def test_a_language_that_the_site_does_not_speak_is_refused(ada):
    with pytest.raises(Invalid):
        preferences.choose_language(user=ada, language="tlh")
    preferences.choose_language(user=ada, language="de-at")
    assert Preferences.objects.get().language == "de"


def test_choosing_the_language_leaves_the_zone_of_the_browser(ada):
    set_by_browser(ada, BERLIN)
    preferences.choose(user=ada, time_zone="", language="de")
    assert zone(ada) == BERLIN


def test_the_day_is_the_one_on_the_persons_calendar(ada):
    set_by_browser(ada, AUCKLAND)
    evening = dt.datetime(2026, 3, 2, 20, tzinfo=dt.UTC)
    assert preferences.day(user=ada, moment=evening) == dt.date(2026, 3, 3)


def test_forgotten_card_is_due_on_the_persons_next_day():
    home = ZoneInfo(AUCKLAND)
    morning = dt.datetime(2026, 3, 3, 9, tzinfo=home)
    memory = cards.recall(memory=None, share=0, now=morning)
    assert memory.due_on == dt.date(2026, 3, 4)


def test_preferences_go_with_the_personal_data(ada):
    preferences.choose(user=ada, time_zone=BERLIN, language="de")
    person = personal_data.export(user=ada, now=NOW)["person"]
    assert (person["time_zone"], person["language"]) == (BERLIN, "de")
    personal_data.erase(user=ada, now=NOW)
    assert not Preferences.objects.exists()
