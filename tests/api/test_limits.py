"""Rate limits of the API, also for callers without a valid credential."""

import pytest
from django.test import Client, override_settings

from courses.conf import DEFAULTS
from tests.api.platform import Platform, problem
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

RATES = {**DEFAULTS["API_RATES"], "anonymous": "4/min", "failed_keys": "4/min"}
FREE = [
    "/api/v1/courses",
    "/api/v1/learners/a-1",
    "/api/v1/schema",
    "/api/v1/docs",
    "/api/v1/oembed?url=x",
    "/api/v1/problems/invalid",
    "/api/v1/no/such/address",
    "/api/v2/courses",
]


def answers_of(path, count=6, method="get", **more):
    client = Client(raise_request_exception=False)
    return [getattr(client, method)(path, **more) for _ in range(count)]


@pytest.fixture(autouse=True)
def rates():
    with override_settings(COURSES_API_RATES=RATES):
        yield


@pytest.mark.parametrize("path", FREE)
def test_without_a_credential_the_rate_holds_everywhere(path):
    answers = answers_of(path)

    assert [answer.status_code == 429 for answer in answers] == [False] * 4 + [True] * 2
    problem(answers[-1], 429, "too_many_requests")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_every_answer_says_how_much_of_the_rate_is_left():
    key = Platform("catalogue:read").key
    with override_settings(COURSES_API_RATES={**RATES, "client": "5/min"}):
        answers = answers_of("/api/v1/courses", 6, headers={"authorization": f"Bearer {key}"})

    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == list("432100")
    assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"5"}
    assert all(0 < int(answer.headers["RateLimit-Reset"]) <= 60 for answer in answers)
    problem(answers[-1], 429, "too_many_requests")


@pytest.mark.parametrize("path", FREE)
def test_without_a_credential_every_answer_says_it_too(path):
    answers = answers_of(path, 5)

    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == list("32100")
    assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"4"}
    assert all(0 < int(answer.headers["RateLimit-Reset"]) <= 60 for answer in answers)


def test_the_shipped_rate_fires():
    with override_settings(COURSES_API_RATES=DEFAULTS["API_RATES"]):
        statuses = [answer.status_code for answer in answers_of("/api/v1/problems/invalid", 70)]
    assert statuses == [200] * 60 + [429] * 10


@pytest.mark.parametrize("authorization", ["Bearer cxk_00_00", "Basic YTpi", "Token x"])
def test_every_wrong_credential_counts(authorization):
    answers = answers_of("/api/v1/courses", headers={"authorization": authorization})
    assert [answer.status_code for answer in answers] == [401] * 4 + [429] * 2


@pytest.mark.parametrize("path", ["/api/v1/problems/invalid", "/api/v1/courses"])
def test_an_invented_address_passes_no_limit(path):
    for trusted in (0, 1):
        with override_settings(COURSES_TRUSTED_PROXIES=trusted):
            statuses = [
                Client()
                .get(
                    path,
                    REMOTE_ADDR=f"203.0.113.{trusted}",
                    headers={"x-forwarded-for": f"198.51.100.{number}, 192.0.2.{trusted}"},
                )
                .status_code
                for number in range(6)
            ]
        assert statuses[4:] == [429, 429]


def test_invented_addresses_guess_no_client_secret():
    statuses = [
        Client()
        .post(
            "/oauth/token",
            {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"},
            headers={"x-forwarded-for": f"198.51.100.{number}"},
        )
        .status_code
        for number in range(6)
    ]
    assert statuses == [401] * 4 + [429] * 2


def test_anonymous_requests_do_not_use_up_a_credentials_rate():
    answers_of("/api/v1/courses", 6)
    assert Platform().get("/courses").status_code == 200


def test_refused_requests_count_toward_the_rate():
    client = Client()
    client.force_login(UserFactory())
    with override_settings(COURSES_API_RATES={**RATES, "user": "2/min"}):
        statuses = [client.get("/api/v1/learners").status_code for _ in range(3)]
    assert statuses == [403, 403, 429]
