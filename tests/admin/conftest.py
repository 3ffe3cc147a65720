"""Staff of several kinds, and a course with a row of everything."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from courses.domain import attempts, cards, enrolments, grants, overrides, progress, sections
from courses.domain.certificates import numbers
from courses.domain.outline import outline
from courses.models import (
    AttemptDecision,
    Certificate,
    CertificateRule,
    Delivery,
    Edition,
    Event,
    Job,
    LessonProgress,
    LineItem,
    Reference,
    RegradeBatch,
    RegradeOutcome,
    RegradeTarget,
    Stimulus,
    Tag,
    Term,
    VoteTally,
)
from tests.factories import (
    NOW,
    RIGHT,
    VOTE,
    ObjectiveFactory,
    UserFactory,
    make_asset,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)


def make_course() -> Any:
    """A course with one learner, who finished its quiz, and at least one row of every model."""
    quiz = make_quiz(questions=1)
    course, module = quiz.course, quiz.module
    ObjectiveFactory(module=module)
    lesson = make_lesson(module=module, checks=1, review=1)
    source = Reference.objects.create(course=course, key="source", citation="A book")
    Term.objects.create(course=course, key="term", term="Term", definition="A.", source=source)
    Stimulus.objects.create(course=course, key="case", body="A case.")
    Tag.objects.create(course=course, key="bank")
    Edition.objects.create(
        course=course, kind="stimulus", key="case", number=1, values={"body": "A case."},
        action="created", channel="admin", created_at=NOW,
    )  # fmt: skip
    make_asset(module=module, name="a.csv", content=b"a")
    learner = make_learner(course)
    grants.set_accommodation(user=learner.user, course=course, time_factor=Decimal("1.5"))
    grants.set_extension(enrolment=learner, quiz=quiz, extra_attempts=1)
    sections.set_dates(section=learner.section, quiz=quiz, opens_at=NOW, closes_at=None)
    finish(learner, quiz)
    column = LineItem.objects.get(quiz=quiz)
    overrides.override(line_item=column, enrolment=learner, scaled=None, by=None, now=NOW)
    AttemptDecision.objects.create(
        attempt=learner.attempts.get(quiz=quiz), sequence=1, kind="restored", decided_at=NOW
    )
    batch = RegradeBatch.objects.create(
        course=course, transform="rule", reason="A wrong key.", state="applied", created_at=NOW
    )
    RegradeTarget.objects.create(batch=batch, line_item=column, is_running=False)
    RegradeOutcome.objects.create(
        batch=batch, line_item=column, enrolment=learner, state="same", percent_after="61.5"
    )
    step = outline(course).lesson(lesson.key)
    progress.complete_lesson(enrolment=learner, lesson=step, by=learner.user, now=NOW)
    cards.enter(enrolment=learner, lesson=step, now=NOW)
    rule = CertificateRule.objects.create(course=course, quiz=quiz)
    Certificate.objects.create(
        number=numbers.draw(), course=course, rule=rule, enrolment=learner, issued_at=NOW,
        changed_at=NOW, course_title=course.title,
    )  # fmt: skip
    VoteTally.objects.create(
        question=make_question(module, kind="vote", data=VOTE), moves={"a": {"b": 1}}
    )
    Job.objects.create(kind="count", course=course, due_at=NOW, created_at=NOW)
    event = Event.objects.filter(course=course).first()
    Delivery.objects.create(event=event, subscriber="hook", next_try_at=NOW)
    assert LessonProgress.objects.filter(enrolment=learner).exists()
    return course


def finish(learner: Any, quiz: Any, raw: Any = None) -> Any:
    """A submitted attempt with one response."""
    by = learner.user
    attempt = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    later = NOW + dt.timedelta(minutes=1)
    attempts.save(attempt=attempt, position=1, raw=raw or RIGHT, based_on=0, by=by, now=later)
    return attempts.submit(attempt=attempt, by=by, now=later)


def staff(*codenames: str) -> Any:
    """A member of staff with these permissions of the app; without any named, with all."""
    user = UserFactory(is_staff=True)
    rows = Permission.objects.filter(content_type__app_label="cx_courses")
    user.user_permissions.set(rows.filter(codename__in=codenames) if codenames else rows)
    return user


def teacher_of(course: Any, *codenames: str) -> Any:
    user = staff(*codenames)
    enrolments.enrol(course=course, user=user, role="instructor", now=NOW)
    return user


def made_instructor(course: Any) -> Any:
    """Somebody whom an administrator made an instructor by the one action on a list."""
    enrolment = make_learner(course)
    admin = signed_in(UserFactory(is_staff=True, is_superuser=True))
    data = {"action": "make_instructor", "_selected_action": enrolment.pk}
    admin.post(reverse("admin:cx_courses_enrolment_changelist"), data)
    return type(enrolment.user).objects.get(pk=enrolment.user_id)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def other_course():
    return make_course()


@pytest.fixture
def teacher(course):
    return teacher_of(course)


@pytest.fixture
def teacher_client(teacher):
    return signed_in(teacher)
