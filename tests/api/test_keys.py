"""API keys: how they are made and recognised, their command and their admin."""

import datetime as dt
import hashlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from courses.domain import bearer, clients
from courses.errors import Conflict, Invalid
from courses.models import ApiClient, ApiKey
from tests.factories import NOW, CourseFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

DAY = dt.timedelta(days=1)


@pytest.fixture
def platform():
    return ApiClient.objects.create(name="Acme")


@pytest.fixture
def new(platform):
    return clients.create_key(client=platform, scopes=["catalogue:read"])


def refused(text, now=NOW):
    with pytest.raises(bearer.InvalidCredentials) as caught:
        clients.recognise(text=text, now=now)
    return str(caught.value.message)


def test_only_the_hash_is_kept(new):
    _mark, prefix, secret = new.text.split("_", 2)

    row = ApiKey.objects.get(prefix=prefix)
    assert row.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(ApiKey.objects.values())
    assert len(secret) * 6 >= 160


def test_ten_thousand_secrets_are_all_different(new):
    assert len({bearer.draw("cxk").secret for _ in range(10_000)}) == 10_000


def test_a_key_is_recognised_and_its_use_noted_once_a_minute(new):
    assert clients.recognise(text=new.text, now=NOW) == new.row
    clients.recognise(text=new.text, now=NOW + dt.timedelta(seconds=30))
    assert ApiKey.objects.get().last_used_at == NOW

    clients.recognise(text=new.text, now=NOW + DAY)
    assert ApiKey.objects.get().last_used_at == NOW + DAY


@pytest.mark.parametrize("text", ["", "cxk", "cxk__", "cxk_é_a", "x" * 5000, "cxk_0_\ud800"])
def test_nonsense_is_refused(text):
    refused(text)


def test_key_errors_are_identical(platform, new):
    other = clients.create_key(client=platform, scopes=["admin"], expires_at=NOW)
    revoked = clients.create_key(client=platform, scopes=["admin"])
    clients.revoke_key(key=revoked.row, now=NOW)
    answers = {refused(text) for text in (new.text + "x", "cxk_00_00", other.text, revoked.text)}
    platform.is_active = False
    platform.save()

    assert len(answers | {refused(new.text)}) == 1


def test_rotation_keeps_the_rights_and_ends_the_old_key(platform):
    course = CourseFactory()
    old = clients.create_key(client=platform, scopes=["learning:write"], courses=[course])

    new = clients.rotate_key(key=old.row, overlap=DAY, now=NOW)

    assert (new.row.scopes, list(new.row.courses.all())) == (["learning:write"], [course])
    assert clients.recognise(text=old.text, now=NOW + DAY / 2)
    refused(old.text, NOW + DAY)
    assert clients.recognise(text=new.text, now=NOW + DAY)
    with pytest.raises(Conflict):
        clients.rotate_key(key=old.row, overlap=DAY, now=NOW + DAY)


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_scopes_are_known_ones(platform, scopes):
    with pytest.raises(Invalid):
        clients.create_key(client=platform, scopes=scopes)


def command(*arguments):
    out = StringIO()
    call_command("api_key", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_command_makes_rotates_lists_and_revokes():
    course = CourseFactory(key="cx")
    first = command("create", "Acme", "--scope", "admin", "--course", "cx", "--days", "30")
    second = command("rotate", first.split("_")[1], "--overlap", "1")
    command("revoke", second.split("_")[1])

    old, new = ApiKey.objects.order_by("pk")
    assert list(new.courses.all()) == [course]
    assert old.expires_at < new.expires_at
    assert new.revoked_at
    assert [line.split()[1] for line in command("list").splitlines()] == ["usable", "closed"]
    with pytest.raises(CommandError):
        command("create", "Acme", "--scope", "admin", "--course", "no-such-course")
    with pytest.raises(CommandError):
        command("revoke", "no-such-key")


def test_admin_shows_a_new_key_once(admin_client, platform):
    address = reverse("admin:cx_courses_apikey_add")
    page = admin_client.post(
        address,
        {"client": platform.pk, "kind": "key", "scopes": ["admin"], "label": "x"},
        follow=True,
    )

    text = str(next(iter(page.context["messages"])))
    row = ApiKey.objects.get()
    assert clients.recognise(text=text.rsplit(" ", 1)[1], now=NOW) == row
    change = reverse("admin:cx_courses_apikey_change", args=[row.pk])
    assert row.secret_hash not in admin_client.get(change).text


def test_admin_revokes(admin_client, new):
    data = {"action": "revoke", "_selected_action": [new.row.pk]}
    admin_client.post(reverse("admin:cx_courses_apikey_changelist"), data)

    assert ApiKey.objects.get().revoked_at


@pytest.mark.parametrize("name", ["apiclient", "apikey", "externalidentity", "idempotencyrecord"])
def test_admin_shows_platforms_to_administrators_alone(admin_client, client, name):
    from django.contrib.auth.models import Permission

    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    address = reverse(f"admin:cx_courses_{name}_changelist")

    assert client.get(address).status_code == 403
    assert admin_client.get(f"{address}?q=a").status_code == 200
