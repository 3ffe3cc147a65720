"""The relay's backlog for Prometheus: only with the token, else not there at all."""

import pytest
from django.test import Client
from django.urls import reverse

from courses import markup
from courses.domain import webhooks
from tests.factories import NOW

pytestmark = pytest.mark.django_db

PATH = reverse("cx_courses:metrics")


def ask(**headers):
    return Client().get(PATH, headers=headers)


def test_without_a_token_in_the_settings_there_are_none():
    assert ask(authorization="Bearer ").status_code == 404
    assert ask(authorization="Bearer None").status_code == 404


@pytest.mark.parametrize("given", ["", "s3cret", "Bearer wrong", "Bearer s3cret2", "Basic s3cret"])
def test_without_the_right_token_there_are_none(settings, given):
    settings.COURSES_METRICS = "s3cret"

    assert ask(authorization=given).status_code == 404


def test_relay_gauges_have_their_values(settings):
    settings.COURSES_METRICS = "s3cret"
    made = webhooks.register(client=None, url="https://a.example/", now=NOW)
    webhooks.ping(endpoint=made, by=None, now=NOW)

    response = ask(authorization="Bearer s3cret")

    values = dict(line.split() for line in response.text.splitlines() if line[0] != "#")
    assert values["cx_courses_relay_due"] == "1"
    assert float(values["cx_courses_relay_oldest_seconds"]) > 0
    assert values["cx_courses_relay_dead"] == "0"
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")


def test_caches_count_their_hits_and_misses(settings):
    settings.COURSES_METRICS = "s3cret"
    markup._short.cache_clear()
    for text in ("one", "one", "two"):
        markup.markdown(text)

    lines = ask(authorization="Bearer s3cret").text.splitlines()

    assert 'cx_courses_cache_hits{cache="markup"} 1' in lines
    assert 'cx_courses_cache_misses{cache="markup"} 2' in lines
    assert 'cx_courses_cache_size{cache="markup"} 2' in lines
    named = {line.split('"')[1] for line in lines if line.startswith("cx_courses_cache_size{")}
    assert named >= {"catalogue", "links", "markup", "outlines", "pins", "questions"}
