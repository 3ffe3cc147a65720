"""Sessions and the signed-in person are read as Django reads them, by fewer steps."""

from datetime import timedelta

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from cxcourse import backends, sessions
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def ada(client):
    user = UserFactory()
    client.force_login(user)
    return user


def signed_in(client):
    return client.get("/account/").status_code == 200


def test_a_session_is_read_by_its_key(client, ada):
    assert signed_in(client)

    client.cookies["sessionid"] = "x" * 32
    assert not signed_in(client)


def test_a_session_ends_at_its_time(client, ada):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert not signed_in(client)


def test_a_closed_account_is_signed_out(client, ada):
    ada.is_active = False
    ada.save()

    assert not signed_in(client)


def test_a_new_password_ends_the_session(client, ada):
    ada.set_password("another-2026")
    ada.save()

    assert not signed_in(client)


def test_a_session_of_djangos_backend_goes_on(client, ada):
    session = client.session
    session[BACKEND_SESSION_KEY] = sessions.BACKEND_BEFORE
    session.save()

    assert signed_in(client)


def test_both_reads_are_prepared():
    assert sessions._BY_KEY.is_prepared()
    assert backends._BY_KEY.is_prepared()
