"""The export misses nothing: every table with a way to the learner is walked, field by field."""

import datetime as dt
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, ManyToManyField

from courses.domain import (
    calendars,
    grading,
    grants,
    notices,
    overrides,
    personal_data,
    sign_ins,
    tokens,
)
from courses.domain.plain import plain
from courses.models import (
    ApiClient,
    ApiKey,
    Attempt,
    AttemptDecision,
    CalendarFeed,
    Certificate,
    CertificateRule,
    Cohort,
    Enrolment,
    ExternalIdentity,
    FaultReport,
    Launch,
    LearningMail,
    Lesson,
    LessonNote,
    LineItem,
    Mark,
    MarkingComment,
    Notice,
    Preferences,
    RegradeBatch,
    RegradeOutcome,
    Response,
    WorkingCopy,
)
from tests.admin.conftest import make_course
from tests.factories import NOW, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = NOW + dt.timedelta(days=400)

NO_DATA_OF_THEIRS = {
    "MarkingClaim": "what somebody else noted before a mark; exported as data of that person",
    "Delivery": "how an event travels to a program",
    "DeliveryTry": "how an event travels to a program",
    "RegradePreviewRow": "what a correction would do, worked out from the attempts and not kept",
    "Trial": "a clock, for a day; its attempts are exported as all others",
}
"""Tables with a way to the learner that hold nothing about them."""

LEFT_OUT = {
    "content_hash": "a technical copy", "secret_hash": "a secret", "code_hash": "a secret",
    "session_key": "a secret", "password_mark": "a secret",
    "params": "random draws, which may tell the key", "pinned": "content of the course",
    "policy": "rules of the course", "idempotency_key": "chosen by a program",
    "data": "a session's scratch, or an event's body, which is exported as it is told",
    "size": "a measure of the system", "shown_at": "a note of the system",
    "has_notes": "a note of the system; the notes themselves are exported",
    "look_again_at": "a reminder of the system",
    "position": "a place in the feed", "moved_at": "a step of a launch",
    "base": "content of the course", "base_hash": "content of the course",
    "record": "what is published, which is content of the course", "tab": "a note of the system",
    "turn": "a note of the system", "confirmed_at": "a step of a launch",
    "session_ends_at": "a step of a launch",
}  # fmt: skip
"""Fields that are no data of the person, each with the reason."""

AUTHORS = {"by", "undone_by", "created_by", "decided_by", "reviewed_by", "revoked_by", "updated_by"}
"""A relation of this name is to the author of a change, not to its subject."""


def about_a_person():
    """Model → the path of relations from it to the person it is about."""
    found = {get_user_model(): ""}
    models = list(apps.get_app_config("cx_courses").get_models())
    while True:
        new = {}
        for model in models:
            for field in model._meta.get_fields():
                is_way = isinstance(field, ForeignKey | ManyToManyField) and not field.auto_created
                if not is_way or field.name in AUTHORS or model in found:
                    continue
                if field.related_model in found:
                    rest = found[field.related_model]
                    new.setdefault(model, f"{field.name}__{rest}".removesuffix("__"))
        if not new:
            return found
        found |= new


def leaves(value):
    """Every value in an export, and every list and object in it."""
    yield json.dumps(value, sort_keys=True)
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    if isinstance(value, list):
        for one in value:
            yield from leaves(one)


@pytest.fixture
def ada():
    """A learner with a row in every table that can hold their data, with values of their own."""
    course = make_course()
    ada = Enrolment.objects.get(course=course)
    quiz = LineItem.objects.get(course=course).quiz
    teacher = UserFactory()
    client = ApiClient.objects.create(name="Town school")
    key = ApiKey.objects.create(client=client, prefix="cxk_1", scopes=["learning:write"])
    who = ExternalIdentity.objects.create(
        client=client, subject="pupil-77", user=ada.user, created_at=NOW, updated_at=NOW
    )
    cohort = Cohort.objects.create(client=client, key="class-7b", name="Class 7b", created_at=NOW)
    cohort.learners.add(who)
    tokens.create_token(user=ada.user, lifetime=dt.timedelta(days=3), label="My phone", now=NOW)
    item = Attempt.objects.get(quiz=quiz).items.get()
    grading.grade_by_person(
        item=item, scaled=Fraction(3, 7), by=teacher, now=NOW, feedback="Well put.", reason="Late."
    )
    Mark.objects.create(
        item=item, sequence=7, round="first", by=teacher, scaled=Fraction(2, 11), given_at=LATER,
        feedback="Nearly.", reason="Second look.", parts=[{"key": "a"}],
    )  # fmt: skip
    MarkingComment.objects.create(
        course=course, owner=ada.user, text="Name the goal.", created_at=NOW
    )
    Attempt.objects.filter(quiz=quiz).update(released_at=LATER, reopened_at=LATER, voided_at=LATER)
    AttemptDecision.objects.create(
        attempt=Attempt.objects.get(quiz=quiz), sequence=2, kind="voided", decided_at=LATER,
        reason="Copied from a neighbour.", deadline_at=LATER,
    )  # fmt: skip
    column = LineItem.objects.get(quiz=quiz)
    overrides.override(
        line_item=column, enrolment=ada, scaled=Fraction(5, 9), by=teacher, now=NOW, reason="Ill."
    )
    batch = RegradeBatch.objects.create(
        course=course, transform="full", reason="A wrong key.", created_at=NOW
    )
    RegradeOutcome.objects.create(
        batch=batch, line_item=column, enrolment=ada, state="changed", percent_before="12.125",
        percent_after="61.875", notes=["by_person"], undone_at=NOW,
    )  # fmt: skip
    message = notices.NewNotice(ada, "regraded", {"line_item": str(column.uuid), "quiz": quiz.key})
    (notice,) = notices.write(messages=[message], now=NOW)
    notices.mark_read(uuid=notice.uuid, enrolments=[ada], now=LATER)
    Notice.objects.update(mailed_at=LATER)
    rule = CertificateRule.objects.get(course=course)
    for edition, number in (11, "7Q4M-2K9X-3D5T"), (12, "7Q4M-2K9X-3D5V"):
        Certificate.objects.create(
            number=number, course=course, rule=rule, enrolment=ada, edition=edition,
            name="Ada on paper", course_title="A title then", description="Maps.", language="fi",
            exam_title="An exam then", percent="87.125", minutes=613, cycle=7, issued_at=LATER,
            valid_until=LATER, changed_at=LATER, revoked_at=LATER, cause="staff", reason="Copied.",
        )  # fmt: skip
    Certificate.objects.filter(edition=11).update(superseded_by=Certificate.objects.get(edition=12))
    FaultReport.objects.create(
        enrolment=ada, item=item, version=item.version, revision=41, text="The key is odd.",
        state="no_fault", created_at=NOW, answer="It is not odd.", answered_at=LATER,
        decided_by=teacher,
    )  # fmt: skip
    LessonNote.objects.create(
        enrolment=ada, lesson=Lesson.objects.get(course=course), place="p-00c0ffee",
        quote="A map is not", text="Maps lie.", revision=43, created_at=NOW, changed_at=LATER,
    )  # fmt: skip
    grants.set_accommodation(user=ada.user, course=course, time_factor=Decimal("1.7"))
    grants.set_extension(enrolment=ada, quiz=quiz, extra_time_s=777)
    sign_ins.note(user=ada.user, session_key="k", address="192.0.2.7", browser="Lynx", now=NOW)
    Preferences.objects.create(
        user=ada.user,
        time_zone="Asia/Tokyo",
        language="de",
        cards_mail_day=4,
        cards_mail_at=LATER,
        weekly_goal=6,
    )
    calendars.renew(user=ada.user, now=NOW)
    CalendarFeed.objects.update(last_used_at=LATER)
    LearningMail.objects.create(
        user=ada.user, enrolment=ada, kind="marked", about="an attempt", state="sending", tries=3,
        due_at=LATER, created_at=NOW, sent_at=LATER,
    )  # fmt: skip
    WorkingCopy.objects.create(
        course=course, kind="lesson", key="a-lesson", owner=ada.user, fields=[["body", "Mine."]],
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    Launch.objects.create(
        client=client, api_key=key, identity=who, enrolment=ada, target="course",
        target_key=course.key, origin="https://school.example", code_hash="c", created_at=NOW,
        expires_at=NOW, opened_at=NOW, ended_at=NOW,
    )  # fmt: skip
    return ada


def test_every_table_with_a_way_to_the_learner_is_in_the_export(ada):
    exported = set(leaves(personal_data.export(user=ada.user, now=LATER)))
    missing = []
    for model, path in about_a_person().items():
        if model.__name__ in NO_DATA_OF_THEIRS:
            continue
        rows = list(model._default_manager.filter(**{path or "pk": ada.user.pk}))
        assert rows, f"{model.__name__} has no row: give the learner of this test one"
        for row in rows:
            missing += [
                f"{model.__name__}.{field.name} = {getattr(row, field.name)!r}"
                for field in exported_fields(model)
                if not is_in(plain(getattr(row, field.name)), exported)
            ]

    assert missing == []


def exported_fields(model):
    if model is get_user_model():
        return [model._meta.get_field(name) for name in ("username", "email", "last_login")]
    return [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.is_relation or field.name in LEFT_OUT)
    ]


def is_in(value, exported):
    return value in ("", None) or json.dumps(value, sort_keys=True) in exported


def test_a_vote_is_exported_with_its_certainty(ada):
    Response.objects.create(
        item=Response.objects.get().item,
        revision=2,
        value={"choice": "a"},
        certainty=70,
        received_at=NOW,
        channel="web",
        by=ada.user,
    )

    exported = personal_data.export(user=ada.user, now=LATER)["enrolments"][0]["attempts"]

    found = [row for attempt in exported for row in attempt["responses"]]
    assert (found[-1]["value"], found[-1]["certainty"]) == ({"choice": "a"}, 70)


def test_grades_wait_as_the_score_does(ada):
    attempt = Attempt.objects.get()
    moments = ("during", "just_after", "later", "after_last_try", "after_close")
    attempt.policy["review"] = {moment: [] for moment in moments}
    attempt.save()

    exported = personal_data.export(user=ada.user, now=LATER)["enrolments"][0]["attempts"][0]

    assert (exported["percent"], exported["score"]) == (None, None)
    assert [set(row) for row in exported["items"][0]["gradings"]] == [
        {"sequence", "kind", "graded_at"}
    ] * 2
