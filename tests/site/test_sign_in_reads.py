"""A sign-in reads and writes little, and finds what Django and django-axes find."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.prepared import Address
from cxcourse import sign_in_locks
from cxcourse.backends import ModelBackend
from cxcourse.erasing import hidden
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

PASSWORD = "correct horse battery"
ADDRESSES = ["192.0.2.1", "2001:db8::1", "2001:DB8:0:0::1", ""]


@pytest.fixture(autouse=True)
def ada(settings):
    settings.AXES_ENABLED = True
    return UserFactory(username="ada")


def sign_in(password=PASSWORD, address="192.0.2.1"):
    form = {"username": "ada", "password": password}
    return Client().post(reverse("cx_courses:sign-in"), form, REMOTE_ADDR=address).status_code


def reads_of_a_sign_in():
    with CaptureQueriesContext(connection) as queries:
        assert sign_in() == 302
    return [one["sql"] for one in queries if one["sql"].startswith("SELECT")]


def test_first_sign_in_reads_the_name_the_person_and_whether_anything_failed():
    sign_in(address="192.0.2.9")

    # Name, known here, failed here; person; expired failures, own failures.
    assert len(reads_of_a_sign_in()) == 6
    # Known here: what failed is not asked.
    assert len(reads_of_a_sign_in()) == 5


@pytest.mark.parametrize("address", ADDRESSES)
def test_person_is_known_at_an_address_in_every_spelling_of_it(address):
    for known in ADDRESSES:
        AccessLog.objects.all().delete()
        AccessLog.objects.create(username="ada", ip_address=known)
        asked = AccessLog.objects.filter(username="ada", ip_address=address).exists()
        found = sign_in_locks._SIGNED_IN.all("ada", Address(address))
        assert bool(found) == asked
        assert not sign_in_locks._SIGNED_IN.all("bob", Address(address))


def test_failures_of_others_stay_and_what_is_expired_goes():
    now = timezone.now()
    for name, address, age in (
        ("ada", "192.0.2.1", timedelta()),
        ("ada", "192.0.2.2", timedelta()),
        ("bob", "192.0.2.1", timedelta()),
        ("cid", "192.0.2.3", timedelta(days=1)),
    ):
        made = AccessAttempt.objects.create(
            username=hidden(name), ip_address=address, failures_since_start=1
        )
        AccessAttempt.objects.filter(pk=made.pk).update(attempt_time=now - age)
    assert sign_in() == 302

    left = set(AccessAttempt.objects.values_list("username", "ip_address"))
    assert left == {(hidden("ada"), "192.0.2.2"), (hidden("bob"), "192.0.2.1")}


def test_backend_takes_whom_djangos_takes(ada):
    closed = UserFactory(username="closed", is_active=False)
    for given in (
        {"username": "ada", "password": PASSWORD},
        {"username": "ada", "password": "wrong"},
        {"username": "Ada", "password": PASSWORD},
        {"username": "nobody", "password": PASSWORD},
        {"username": closed.username, "password": PASSWORD},
        {"username": "ada"},
        {"password": PASSWORD},
        {"username": "", "password": ""},
        {get_user_model().USERNAME_FIELD: "ada", "password": PASSWORD},
    ):
        expected = super(ModelBackend, ModelBackend()).authenticate(None, **given)
        assert ModelBackend().authenticate(None, **given) == expected
    assert ModelBackend().authenticate(None, username="ada", password=PASSWORD) == ada


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_password_is_hashed_once_whether_the_name_exists_or_not(name, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode

    def noted(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    assert ModelBackend().authenticate(None, username=name, password="wrong") is None
    assert hashed == ["wrong"]
