"""Bodies are read however they are sent; a missing one replaces nothing."""

import json
from urllib.parse import urlencode

import pytest

from tests.lengths import spread
from tests.wire.conftest import Site
from tests.wire.server import ask

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("way", spread(["direct", "streaming", "buffering"], check=2)),
]

GIVEN = {"time_factor": 1.75, "extra_attempts": 3, "closes_later_s": 60}


def test_a_chunked_grant_is_stored_as_it_was_sent(site: Site, way: str) -> None:
    answer = site.api(way, "PUT", "/learners/ada/accommodation", GIVEN, is_chunked=True)
    assert (answer.status, answer.body) == (200, GIVEN)
    assert site.api(way, "GET", "/learners/ada/accommodation").body == GIVEN


def test_a_chunked_extension_is_stored_as_it_was_sent(site: Site, way: str) -> None:
    place = f"/learners/ada/courses/{site.course}/quizzes/{site.quiz}/extension"
    given = {"extra_time_s": 900, "extra_attempts": 1, "closes_at": None}
    answer = site.api(way, "PUT", place, given, is_chunked=True)
    assert (answer.status, answer.body) == (200, given)


def test_an_instructor_stays_one(site: Site, way: str) -> None:
    place = f"/learners/grace/enrolments/{site.course}"
    answer = site.api(way, "PUT", place, {"role": "instructor"}, is_chunked=True)
    assert (answer.status, answer.body["role"]) == (200, "instructor")
    missing = site.api(way, "PUT", place)
    assert (missing.status, missing.body["code"]) == (400, "unreadable")
    assert site.api(way, "GET", place).body["role"] == "instructor"


@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_missing_body_replaces_nothing(site: Site, way: str, is_chunked: bool) -> None:
    site.api(way, "PUT", "/learners/alan/accommodation", GIVEN)
    for path in ("/learners/alan", "/learners/alan/accommodation", "/cohorts/new"):
        answer = site.api(way, "PUT", path, is_chunked=is_chunked)
        assert (answer.status, answer.body["code"]) == (400, "unreadable"), path
    assert site.api(way, "GET", "/learners/alan/accommodation").body == GIVEN
    assert site.api(way, "GET", "/cohorts/new").status == 404


def test_a_chunked_body_is_parsed_and_limited(site: Site, way: str) -> None:
    junk = site.api(way, "PUT", "/learners/z", b"no JSON at all", is_chunked=True)
    assert (junk.status, junk.body["code"]) == (400, "unreadable")
    large = site.api(way, "PUT", "/learners/z", b"x" * (2 * 1024 * 1024), is_chunked=True)
    assert (large.status, large.body["code"]) == (413, "too_large")
    assert site.api(way, "GET", "/learners/z").status == 404


def test_a_chunked_form_is_read(site: Site, way: str) -> None:
    port = site.ports[way]
    page = ask(port, "GET", "/account/sign-in/")
    cookie = page.headers["set-cookie"].partition(";")[0]
    token = page.content.decode().split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {"csrfmiddlewaretoken": token, "username": "admin", "password": site.password}
    answer = ask(
        port,
        "POST",
        "/account/sign-in/",
        urlencode(form).encode(),
        is_chunked=True,
        Cookie=cookie,
        Content_Type="application/x-www-form-urlencoded",
    )
    assert answer.status == 302, answer.content[:500]


def test_a_body_that_ends_too_early_is_refused(site: Site, way: str) -> None:
    whole = json.dumps(GIVEN).encode()
    answer = site.api(way, "PUT", "/learners/ada/accommodation", whole[:-3], is_chunked=True)
    assert answer.status == 400
