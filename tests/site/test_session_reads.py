"""Sessions and the signed-in person are read as Django reads them, by fewer steps."""

from datetime import timedelta

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxcourse import backends, sessions
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

PASSWORD = "correct horse battery"


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


def sign_in(http, user):
    form = {"username": user.get_username(), "password": PASSWORD}
    with CaptureQueriesContext(connection) as queries:
        assert http.post("/account/sign-in/", form).status_code == 302
    return [one["sql"].split()[0] for one in queries if "django_session" in one["sql"]]


def test_a_sign_in_stores_its_session_once():
    http = Client()
    assert sign_in(http, UserFactory()) == ["INSERT"]
    assert signed_in(http)
    assert Session.objects.get().session_key == http.cookies["sessionid"].value


def test_a_key_from_before_the_sign_in_opens_nothing():
    """Somebody who put a session of theirs into another's browser is not signed in with it."""
    put = sessions.SessionStore()
    put.create()
    put["basket"] = "kept"
    put.save()
    http = Client()
    http.cookies["sessionid"] = put.session_key
    sign_in(http, UserFactory())

    assert http.session.session_key != put.session_key
    assert http.session["basket"] == "kept"
    assert [row.session_key for row in Session.objects.all()] == [http.session.session_key]
    other = Client()
    other.cookies["sessionid"] = put.session_key
    assert not signed_in(other)


def test_a_new_password_moves_the_session_to_a_new_key(client, ada):
    before = client.session.session_key
    form = {
        "old_password": PASSWORD,
        "new_password1": "another 7 b",
        "new_password2": "another 7 b",
    }
    assert client.post("/account/password/", form).status_code == 302

    assert signed_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("change", ["create", "cycle_key"])
def test_a_key_that_is_taken_is_never_shared(monkeypatch, change):
    """The row of another session stays as it is."""
    hers = sessions.SessionStore()
    hers["name"] = "ada"
    hers.save()
    keys = iter([hers.session_key, "f" * 32])
    monkeypatch.setattr(sessions, "get_random_string", lambda *_given: next(keys))
    his = sessions.SessionStore()
    his["name"] = "bob"
    getattr(his, change)()
    if change == "cycle_key":
        with pytest.raises(CreateError):
            his.save()
    else:
        assert his.session_key == "f" * 32

    assert sessions.SessionStore(hers.session_key)["name"] == "ada"


def test_a_session_is_a_new_row_only_once():
    store = sessions.SessionStore()
    store.cycle_key()
    store["a"] = 1
    store.save()
    store["a"] = 2
    store.save()
    assert sessions.SessionStore(store.session_key)["a"] == 2

    Session.objects.filter(session_key=store.session_key).delete()
    with pytest.raises(UpdateError):  # ended meanwhile: it does not come back
        store.save()
