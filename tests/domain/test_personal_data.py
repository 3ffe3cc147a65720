"""A person can take their data along, and can be forgotten."""

import datetime as dt
import json

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts, personal_data
from courses.models import ApiClient, Attempt, Enrolment, Event, ExternalIdentity, Response
from courses.streaming import StreamedList, json_parts
from tests.domain.test_attempts import save, submit
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    ModuleFactory,
    UserFactory,
    make_learner,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def ada():
    quiz = make_quiz(questions=1)
    learner = make_learner(quiz.course, username="ada")
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=NOW)
    save(sitting, 1, RIGHT)
    submit(sitting)
    return learner


@pytest.mark.full_accounts
def test_export_holds_every_response_and_is_plain_json(ada):
    found = json.loads(json.dumps(personal_data.export(user=ada.user, now=NOW)))

    assert found["person"]["username"] == "ada"
    attempt = found["enrolments"][0]["attempts"][0]
    assert (attempt["percent"], attempt["responses"][0]["value"]) == (100.0, RIGHT)


def exported(learner):
    return personal_data.export(user=learner.user, now=NOW + dt.timedelta(days=30))


def asked(learner):
    with CaptureQueriesContext(connection) as queries:
        exported(learner)
    return len(queries)


def sit(learner, quiz):
    """Answer one question wrong and then right, hand in, and have it graded by a person."""
    attempt = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=NOW)
    save(attempt, 1, WRONG)
    save(attempt, 1, RIGHT, based_on=1)
    submit(attempt)
    return attempt


def test_export_of_many_attempts_asks_as_much_as_of_one(ada):
    quiz = make_quiz(module=ModuleFactory(course=ada.course), questions=3, attempts_allowed=None)
    counts = {}
    for count in (1, 3, 20):
        while ada.attempts.count() < count + 1:
            sit(ada, quiz)
        exported(ada)  # What the process caches is asked for once.
        counts[count] = asked(ada)
    assert len(set(counts.values())) == 1, counts


def test_export_in_slices_is_the_same_text(ada, monkeypatch):
    quiz = make_quiz(module=ModuleFactory(course=ada.course), questions=2, attempts_allowed=6)
    for _number in range(5):
        sit(ada, quiz)
    attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    Event.objects.update(occurred_at=NOW)
    whole = json.dumps(exported(ada), indent=2, ensure_ascii=False)
    assert len(json.loads(whole)["enrolments"][0]["attempts"]) == 7

    monkeypatch.setattr(personal_data.attempts, "SLICE", 1)
    monkeypatch.setattr(personal_data.exporting, "EVENTS", 2)

    assert json.dumps(exported(ada), indent=2, ensure_ascii=False) == whole
    later = NOW + dt.timedelta(days=30)
    stored = personal_data.export(user=ada.user, now=later, collect=StreamedList)
    assert "".join(json_parts(stored, indent=2, ensure_ascii=False)) == whole


@pytest.mark.own_accounts
def test_erasure_removes_only_the_persons_records(ada):
    other = make_learner(ada.course)

    personal_data.erase(user=ada.user, now=NOW)

    assert list(Enrolment.objects.all()) == [other]
    left = Event.objects.order_by("pk").values_list("type", "enrolment")
    assert list(left) == [("enrolment.created", other.pk), ("person.erased", None)]
    assert not Attempt.objects.exists()
    assert not Response.objects.exists()
    ada.user.refresh_from_db()
    assert (ada.user.email, ada.user.is_active) == ("", False)
    assert ada.user.username == f"erased-{ada.user.pk}"
    assert not ada.user.has_usable_password()


def logged(user, about, text, message=""):
    kind = ContentType.objects.get_for_model(about)
    return LogEntry.objects.create(
        user=user, content_type=kind, object_id=str(about.pk), object_repr=text,
        action_flag=ADDITION, change_message=message,
    )  # fmt: skip


@pytest.mark.own_accounts
def test_erasure_takes_the_name_out_of_the_admins_log(ada):
    """In entries about the person and their records; longer names that contain theirs stay."""
    grace = UserFactory(username="grace", is_staff=True)
    other = make_learner(ada.course, username="adam")
    message = json.dumps([{"added": {"name": "extension", "object": "ada in Course: Quiz"}}])
    logged(grace, ada.user, "ada", "Changed first name.")
    logged(grace, ada, str(ada), message)
    theirs = logged(grace, other, str(other), "adam")

    personal_data.erase(user=ada.user, now=NOW)

    theirs.refresh_from_db()
    assert (theirs.object_repr, theirs.change_message) == (str(other), "adam")
    rest = LogEntry.objects.exclude(pk=theirs.pk)
    text = " ".join(f"{row.object_repr} {row.change_message}" for row in rest)
    assert "ada" not in text.replace(f"erased-{ada.user.pk}", "")
    assert rest.count() == 2


def test_erasure_sends_an_event_to_each_platform(ada):
    client = ApiClient.objects.create(name="school")
    who = ExternalIdentity.objects.create(
        client=client, subject="pupil-7", user=ada.user, created_at=NOW, updated_at=NOW
    )

    personal_data.erase(user=ada.user, now=NOW)
    personal_data.erase(user=ada.user, now=NOW)

    event = Event.objects.get(type="learner.erased")
    assert event.data == {
        "client": str(client.uuid),
        "learner": {"id": str(who.uuid), "external_id": "pupil-7"},
    }
    assert (event.course, event.enrolment, event.by) == (None, None, None)


@pytest.mark.own_accounts
def test_an_erased_account_has_no_rights_left(ada):
    ada.user.is_staff = ada.user.is_superuser = True
    ada.user.save()
    ada.user.user_permissions.set(Permission.objects.all()[:1])

    personal_data.erase(user=ada.user, now=NOW)

    ada.user.refresh_from_db()
    assert (ada.user.is_staff, ada.user.is_superuser) == (False, False)
    assert not ada.user.user_permissions.exists()
