"""What holds in a host with accounts and tables of its own, whatever its user model."""

import datetime as dt
import json

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from courses import signals, users
from courses.domain import enrolments, personal_data
from courses.errors import Conflict
from courses.models import Enrolment, ExternalIdentity, SignIn
from courses.web import recent
from tests.api.platform import Platform, problem
from tests.factories import NOW, CourseFactory, UserFactory, make_learner, make_quiz
from tests.hosts.notes.models import Invoice, Note, Remark, Visit

pytestmark = pytest.mark.django_db

GONE = ("sign-in", "sign-out", "sign-up", "password", "erase")
SENT = {"first_name": "Ada", "last_name": "Läufer", "email": "ada@example.org"}


@pytest.fixture
def browser():
    return Client()


@pytest.fixture
def ada():
    row = make_learner(CourseFactory(), username="ada@example.org")
    row.user.set_password("a long password of Ada")
    row.user.save()
    return row


def columns(user):
    return {field.name: getattr(user, field.attname) for field in user._meta.concrete_fields}


def in_course(row, name):
    return reverse(f"cx_courses:{name}", args=[row.course.key])


def test_the_checks_pass():
    assert run_checks(tags=["cx_courses"]) == []


@pytest.mark.parametrize("name", GONE)
def test_there_are_no_pages_of_accounts(name, browser):
    with pytest.raises(NoReverseMatch):
        reverse(f"cx_courses:{name}")
    assert browser.post(f"/account/{name}/").status_code == 404


def test_everything_leads_to_the_hosts_page_to_sign_in(browser, ada):
    page = in_course(ada, "course")
    link = f'href="/admin/login/?next={page}"'
    shown = browser.get(page).content.decode()
    assert shown.count(link) == 2
    assert "sign-in/" not in shown
    asked = browser.get(reverse("cx_courses:progress"))
    assert asked.headers["Location"] == "/admin/login/?next=/progress/"


def test_signing_out_is_the_hosts(browser, ada, settings):
    browser.force_login(ada.user)
    page = reverse("cx_courses:progress")
    assert b"Sign out" not in browser.get(page).content
    settings.COURSES_SIGN_OUT_URL = "admin:logout"
    assert b'action="/admin/logout/"' in browser.get(page).content


def test_the_account_page_keeps_what_belongs_to_the_courses(browser, ada):
    browser.force_login(ada.user)
    shown = browser.get(reverse("cx_courses:account")).content.decode()
    for name in ("export", "preferences", "tokens"):
        assert reverse(f"cx_courses:{name}") in shown
    assert "assword</h2>" not in shown
    assert SignIn.objects.count() == 0


def test_the_export_asks_for_no_password(browser, ada, monkeypatch):
    browser.force_login(ada.user)
    page = reverse("cx_courses:export")
    stored = json.loads(browser.get(page).getvalue())
    assert stored["person"]["username"] == ada.user.get_username()
    monkeypatch.setattr(recent, "RECENT", dt.timedelta(0))
    for answer in (browser.get(page), browser.post(page, {"password": "a long password of Ada"})):
        assert answer.headers["Content-Type"].startswith("text/html")
        assert b"/admin/login/" in answer.content
        assert b'type="password"' not in answer.content


def test_in_course_erasure_needs_a_frame(browser, ada):
    browser.force_login(ada.user)
    assert b"Erase" not in browser.get(in_course(ada, "my-data")).content
    answer = browser.post(in_course(ada, "my-data-erase"), {"is_sure": "on"})
    assert answer.status_code == 404
    assert Enrolment.objects.filter(pk=ada.pk).exists()


def test_erasure_leaves_the_hosts_account_alone(ada):
    before = columns(ada.user)
    personal_data.erase(user=ada.user, now=NOW)
    ada.user.refresh_from_db()
    assert columns(ada.user) == before
    assert not Enrolment.objects.filter(pk=ada.pk).exists()
    assert enrolments.enrol(course=ada.course, user=ada.user, now=NOW).cycle == 1


def test_erasure_sends_signals_to_the_host(ada):
    calls = []

    def erasing(user, name, **_more):
        calls.append(("erasing", name, Enrolment.objects.filter(user=user).count()))

    def erased(user, name, **_more):
        calls.append(("erased", name, Enrolment.objects.filter(user=user).count()))

    signals.learner_erasing.connect(erasing)
    signals.learner_erased.connect(erased)
    name = ada.user.get_username()
    personal_data.erase(user=ada.user, now=NOW)
    signals.learner_erasing.disconnect(erasing)
    signals.learner_erased.disconnect(erased)
    assert calls == [("erasing", name, 1), ("erased", name, 0)]


def test_a_receiver_that_fails_undoes_the_erasure(ada):
    def refuse(**_more):
        raise Conflict("Not yet.")

    signals.learner_erased.connect(refuse)
    with pytest.raises(Conflict, match="Not yet"):
        personal_data.erase(user=ada.user, now=NOW)
    signals.learner_erased.disconnect(refuse)
    assert Enrolment.objects.filter(pk=ada.pk).exists()


@pytest.mark.parametrize("has_password", [False, True])
def test_an_account_that_was_made_for_a_platform_is_closed_unless_the_host_took_it_over(
    has_password,
):
    user = Platform().learner()
    name = user.get_username()
    if has_password:
        user.set_password("a password of the host")
        user.save()
    personal_data.erase(user=user, now=NOW)
    user.refresh_from_db()
    assert user.get_username() == (name if has_password else users.erased_name(user))
    assert user.is_active == (has_password or not users.has_field("is_active"))


def test_rows_of_the_host_go_as_they_say(ada):
    note = Note.objects.create(enrolment=ada, text="of Ada")
    Remark.objects.create(note=note, text="to it")
    grace = make_learner(ada.course)
    Note.objects.create(enrolment=grace, text="of Grace")
    quiz = make_quiz(course=ada.course)
    attempt = ada.attempts.create(quiz=quiz, number=1, started_at=NOW, policy={})
    visit = Visit.objects.create(attempt=attempt)

    personal_data.erase(user=ada.user, now=NOW)

    assert [row.text for row in Note.objects.all()] == ["of Grace"]
    assert Remark.objects.count() == 0
    visit.refresh_from_db()
    assert visit.attempt_id is None


def test_a_protected_record_of_the_host_stops_the_erasure(ada):
    Note.objects.create(enrolment=ada, text="of Ada")
    Invoice.objects.create(enrolment=ada)
    acme = ExternalIdentity.objects.count()
    with pytest.raises(Conflict, match=r"depend on theirs \(invoice\)"):
        personal_data.erase(user=ada.user, now=NOW)
    with pytest.raises(CommandError, match="invoice"):
        call_command("personal_data", "erase", ada.user.get_username(), "--yes")
    assert Note.objects.count() == 1
    assert Enrolment.objects.filter(pk=ada.pk).exists()
    assert ExternalIdentity.objects.count() == acme


def test_the_admin_shows_why_somebody_cannot_be_erased(browser, ada):
    Invoice.objects.create(enrolment=ada)
    grace = make_learner(ada.course)
    browser.force_login(UserFactory(is_staff=True, is_superuser=True))
    sent = {"action": "erase_people", "_selected_action": [ada.pk, grace.pk], "is_sure": "yes"}
    page = reverse("admin:cx_courses_enrolment_changelist")
    shown = browser.post(page, sent, follow=True).content.decode()
    assert "depend on theirs (invoice)" in shown
    assert "The personal data of 1 person has been erased." in shown
    assert list(Enrolment.objects.all()) == [ada]


def test_a_value_is_stored_or_refused_and_never_dropped():
    acme = Platform("learners:write")
    lost = [name for name in SENT if not users.may_set(name)]
    answer = acme.put("/learners/a-1", SENT)
    if lost:
        refusal = problem(answer, 400, "invalid")["errors"]
        assert [one["pointer"] for one in refusal] == [f"/{name}" for name in lost]
        assert ExternalIdentity.objects.count() == 0
    kept = {name: value for name, value in SENT.items() if name not in lost}
    acme.put("/learners/a-1", kept | dict.fromkeys(lost, ""))
    found = acme.get("/learners/a-1").json()
    assert {name: found[name] for name in SENT} == dict.fromkeys(SENT, "") | kept


def test_the_admin_finds_people(browser):
    root = UserFactory(username="root@example.org", is_staff=True, is_superuser=True)
    make_learner(CourseFactory(), username="ada@example.org")
    browser.force_login(root)
    rows = browser.get(reverse("admin:cx_courses_enrolment_changelist"), {"q": "ada"})
    assert b"1 enrolment" in rows.content
    found = browser.get(reverse("admin:cx_courses_enrolment_people"), {"term": "ada"}).json()
    assert len(found["results"]) == 1
