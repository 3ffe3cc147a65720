"""Two courses with a row of everything, a hidden third, and one person of every kind."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from courses.domain import attempts, clients, cohorts, launches, tokens, webhooks
from courses.lti import inviting, registrations
from courses.lti.models import LtiClass, LtiContext, LtiLaunchRecord, LtiLink
from courses.lti.roster_models import LtiRoster, LtiRosterRead
from courses.lti.score_models import LtiScore
from courses.models import (
    ApiClient,
    Attempt,
    AttemptItem,
    Course,
    DeliveryTry,
    Enrolment,
    ExternalIdentity,
    IdempotencyRecord,
    Preferences,
)
from courses.web.embed import cookie
from tests.admin.conftest import finish, make_course, teacher_of
from tests.factories import NOW, UserFactory, make_learner, make_quiz, reader_of

HOST = "https://learn.example.org"
ACTORS = (
    "anonymous",
    "learner",
    "other learner",
    "not enrolled",
    "instructor",
    "other instructor",
    "administrator",
)


class Browser(Client):
    """Reads what is sent in parts to its end, as a browser does: a file is closed then."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if response.streaming:
            response.getvalue()
        return response


@dataclass(frozen=True)
class World:
    course: Any
    hidden: Any
    people: dict[str, Any]
    open_attempt: Any
    closed_attempt: Any
    sessions: dict[str, str]
    opened: Any
    """The learner's session in a platform's frame."""
    _ids: dict[int, dict[str, Any]] = field(default_factory=dict, repr=False)
    """What `ids` has read, by course: no test changes a key."""

    @property
    def launch(self) -> Any:
        return self.opened.launch

    def frame(self) -> Client:
        """The browser in which that frame stands."""
        client = Browser(raise_request_exception=False)
        client.cookies[cookie.NAME] = self.opened.secret
        return client

    def client(self, actor: str) -> Client:
        """A browser of that person, signed in since the world was made."""
        client = Browser(raise_request_exception=False)
        if actor in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[actor]
        return client

    def ids(self, course: Any = None) -> dict[str, Any]:
        """An argument for every place in a learner's address."""
        course = course or self.course
        if course.pk not in self._ids:
            self._ids[course.pk] = self._read_ids(course)
        return dict(self._ids[course.pk])

    def _read_ids(self, course: Any) -> dict[str, Any]:
        module = course.modules.get()
        lesson = module.lessons.get()
        return {
            "course": course.key,
            "module": module.key,
            "name": module.assets.get().name,
            "lesson": lesson.key,
            "place": "p-00000001",
            "question": lesson.checks.items.get().question.key,
            "quiz": course.quizzes.filter(lesson=None).order_by("pk").first().key,
            "uuid": self.open_attempt.uuid,
            "position": 1,
            "code": "no-such-code",
            "token": "no-such-token",
            "uidb64": urlsafe_base64_encode(str(self.open_attempt.enrolment.user_id).encode()),
            "enrolment": course.enrolments.filter(role="learner").order_by("pk").first().uuid,
            "notice": self.open_attempt.uuid,
            "item": AttemptItem.objects.filter(attempt__enrolment__course=course).first().uuid,
            "number": 4711,
            "regrade": self.open_attempt.uuid,
            "path": f"courses/{course.key}/",
        }


UNKNOWN = {
    "course": "no-such-course",
    "module": "no-such-module",
    "name": "no-such-file.csv",
    "lesson": "no-such-lesson",
    "place": "p-0badf00d",
    "question": "no-such-question",
    "quiz": "no-such-quiz",
    "uuid": uuid4(),
    "position": 4711,
    "code": "another-code",
    "token": "another-token",
    "uidb64": "OTk5OTk5",
    "enrolment": uuid4(),
    "notice": uuid4(),
    "item": uuid4(),
    "number": 4712,
    "regrade": uuid4(),
    "path": "courses/no-such-course/",
}


@contextmanager
def built(blocker: Any) -> Any:
    """The world, made once; gone when the last test of the module is done."""
    with blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    course, other, hidden = make_course(), make_course(), make_course()
    Course.objects.filter(pk=hidden.pk).update(state=Course.State.DRAFT)
    hidden.refresh_from_db()
    ada = course.enrolments.get(role="learner")
    quiz = make_quiz(module=course.modules.get(), questions=2, title="Under way")
    open_attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    bob = make_learner(course)
    finish(bob, course.quizzes.get(lesson=None, title__startswith="Quiz"))
    people = {
        "learner": ada.user,
        "other learner": bob.user,
        "not enrolled": UserFactory(),
        "instructor": teacher_of(course),
        "other instructor": teacher_of(other),
        "administrator": UserFactory(is_staff=True, is_superuser=True),
    }
    Group.objects.create(name="A group")
    who = {"username": "somebody", "ip_address": "127.0.0.1"}
    AccessAttempt.objects.create(failures_since_start=1, **who)
    AccessLog.objects.create(**who)
    AccessFailureLog.objects.create(**who)
    opened = _platform(ada)
    closed = Attempt.objects.finished().get(enrolment=ada)
    sessions = {actor: _signed_in(person) for actor, person in people.items()}
    return World(course, hidden, people, open_attempt, closed, sessions, opened)


def _platform(enrolment: Enrolment) -> launches.Opened:
    """A platform with everything that belongs to one; a frame in which the learner works."""
    client = ApiClient.objects.create(name="Acme")
    clients.create_key(client=client, scopes=["admin"])
    times = {"created_at": NOW, "updated_at": NOW}
    user = enrolment.user
    tokens.create_token(user=user, lifetime=timedelta(days=300), now=timezone.now())
    identity = ExternalIdentity.objects.create(client=client, subject="a-1", user=user, **times)
    Preferences.objects.create(user=user, time_zone="UTC")
    cohorts.put(client=client, key="spring", name="Spring", now=NOW)
    IdempotencyRecord.objects.create(owner="client:1", method="POST", path="/", created_at=NOW)
    endpoint = webhooks.register(client=client, url="https://a.example/", now=NOW)
    delivery = webhooks.ping(endpoint=endpoint, by=None, now=NOW)
    DeliveryTry.objects.create(delivery=delivery, tried_at=NOW, duration_ms=1)
    _lti_platform(enrolment)
    made = launches.create(
        identity=identity,
        course=enrolment.course,
        origin=HOST,
        return_url=f"{HOST}/back",
        now=timezone.now(),
    )
    return launches.open_launch(code=made.code, now=timezone.now())


def _lti_platform(enrolment: Enrolment) -> None:
    """A platform that speaks LTI, whose context is the class of the enrolment."""
    row = registrations.create(
        issuer=HOST,
        client_id="tool",
        name="School",
        now=NOW,
        auth_url=f"{HOST}/auth",
        keyset_url=f"{HOST}/keys",
    )
    place = registrations.deployment(registration=row, deployment_id="1", now=NOW)
    context = LtiContext.objects.create(deployment=place, context_id="red", created_at=NOW)
    found = LtiClass.objects.create(
        context=context, course=enrolment.course, section=enrolment.section
    )
    roster = LtiRoster.objects.create(context=context, url=f"{HOST}/members")
    LtiRosterRead.objects.create(roster=roster, asked_at=NOW, at=NOW)
    link = LtiLink.objects.create(
        lti_class=found,
        link_id="link",
        target="course",
        target_key=enrolment.course.key,
        created_at=NOW,
    )
    inviting.create(note="School", lifetime=timedelta(days=1), now=NOW)
    LtiLaunchRecord.objects.create(registration=row, at=NOW)
    identity = ExternalIdentity.objects.create(
        client=row.platform.client,
        subject="7",
        user=enrolment.user,
        created_at=NOW,
        updated_at=NOW,
    )
    LtiScore.objects.create(link=link, identity=identity)


def _signed_in(person: Any) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def fingerprint() -> dict[str, Any]:
    """All rows of all tables, the sessions and the log of sign-ins aside."""
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label not in ("sessions.Session",):
            rows[model._meta.label] = sorted(map(repr, model._base_manager.values_list()))
    return rows


def written_rows() -> Any:
    """How many rows were written through this connection; on PostgreSQL nobody counts them."""
    return getattr(connection.connection, "total_changes", object())
