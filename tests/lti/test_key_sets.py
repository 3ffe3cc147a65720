"""A platform's keys are read, kept, and asked for at most once a minute."""

import datetime as dt
import json
import time

import pytest
from django.utils import timezone

from courses.lti import key_sets
from courses.lti.models import LtiLaunchRecord, LtiRegistration
from courses.lti.reasons import LaunchDenied
from courses.models import Launch
from tests.factories import make_quiz
from tests.lengths import length
from tests.lti.school import OTHER_KEY, School, jwk
from tests.outgoing.receiver import running, status

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = timezone.now()
MINUTE = dt.timedelta(minutes=1)


def body(*keys):
    return json.dumps({"keys": list(keys)}).encode()


@pytest.fixture
def school(settings):
    """A registration without keys, and the server where they are read."""
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    with running(status(200, body(jwk()))) as server:
        found = School(keyset_url=server.url)
        LtiRegistration.objects.update(keys=[], keys_read_at=None, keys_tried_at=None)
        found.row.refresh_from_db()
        yield found, server


@pytest.fixture
def platform(school):
    return school[0].row, school[1]


def find(row, kid="k1", now=NOW):
    row.refresh_from_db()
    return key_sets.find(registration=row, kid=kid, now=now)


def reason(row, kid="k1", now=NOW):
    with pytest.raises(LaunchDenied) as denied:
        find(row, kid, now)
    return denied.value.reason


def test_keys_are_read_once_an_hour(platform):
    row, server = platform
    for minutes in (0, 1, 59):
        assert find(row, now=NOW + minutes * MINUTE).key_size == 2048
    assert len(server.received) == 1
    find(row, now=NOW + 61 * MINUTE)
    assert len(server.received) == 2


def test_an_unknown_key_is_looked_for_once_a_minute(platform):
    row, server = platform
    for second in range(60):
        assert reason(row, f"u{second}", NOW + dt.timedelta(seconds=second)) == "key_unknown"
    assert len(server.received) == 1
    server.behave = status(200, body(jwk(), jwk(OTHER_KEY, "k2")))
    assert find(row, "k2", NOW + MINUTE).key_size == 2048


@pytest.mark.two_lengths
def test_a_storm_of_launches_with_unknown_keys_asks_for_keys_once_a_minute(school):
    found, server = school
    course, began_at = make_quiz().course, time.monotonic()
    launches = length(short=20, long=1000)
    for number in range(launches):
        found.kid = f"u{number}"
        assert found.launch(course=course).status_code == 403
    minutes = int((time.monotonic() - began_at) // 60)

    assert len(server.received) <= 1 + minutes
    assert not Launch.objects.exists()
    assert {one.reason for one in LtiLaunchRecord.objects.all()} == {"key_unknown"}
    found.kid = "k1"
    assert found.launch(course=course).status_code == 302


def test_a_key_that_was_taken_back_stops_to_work_within_an_hour(platform):
    row, server = platform
    find(row)
    server.behave = status(200, body(jwk(OTHER_KEY, "k2")))
    assert find(row, now=NOW + 59 * MINUTE)
    assert reason(row, now=NOW + 61 * MINUTE) == "key_unknown"


def test_kept_keys_work_for_a_day_while_the_platform_is_down(platform):
    row, server = platform
    find(row)
    server.behave = status(503)
    assert find(row, now=NOW + 120 * MINUTE)
    assert reason(row, now=NOW + 25 * 60 * MINUTE) == "keys_unreachable"


@pytest.mark.parametrize(
    "answer",
    [
        status(500),
        status(302, Location="https://evil.example/"),
        status(200, b"<html>"),
        status(200, b"[]"),
        status(200, b'{"keys": 1}'),
        status(200, b" " * 2_000_000 + b"{}"),
    ],
)
def test_what_is_no_key_set(platform, answer):
    row, server = platform
    server.behave = answer
    assert reason(row) == "keys_unreachable"


def test_keys_for_something_else_are_left_out(platform):
    row, server = platform
    others = (
        jwk(use="enc"),
        jwk(alg="RS512"),
        {"kty": "EC", "kid": "k1", "crv": "P-256", "x": "x", "y": "y"},
        {"kty": "oct", "kid": "k1", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "k1", "n": 1, "e": "AQAB"},
        {"kty": "RSA", "n": "x", "e": "AQAB"},
        "k1",
    )
    server.behave = status(200, body(*others))
    assert reason(row) == "key_unknown"
    assert row.keys == []


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/keys", "https://127.0.0.1/keys", "https://localhost/keys"),
        *("https://10.0.0.1/", "https://169.254.169.254/latest/", "https://[::1]/keys"),
        *("https://2130706433/", "https://0x7f.1/", "https://[::ffff:127.0.0.1]/", "file:///keys"),
    ],
)
def test_addresses_inside_of_our_network_are_not_called(url, settings):
    settings.COURSES_OUTGOING_ALLOW = []
    row = School(keyset_url=url).row
    LtiRegistration.objects.update(keys=[], keys_read_at=None, keys_tried_at=None)
    assert reason(row) == "keys_unreachable"


def test_after_a_failure_others_are_refused_at_once_with_its_reason(platform):
    row, server = platform
    server.behave = status(500)
    for _number in range(20):
        assert reason(row) == "keys_unreachable"
    assert len(server.received) == 1
    assert row.keys_problem == "status 500: no key set"
