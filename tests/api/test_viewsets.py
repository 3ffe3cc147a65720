"""View sets: none without its scopes, none without rows bound to the credential."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from courses.api.credentials import KeyCredential
from courses.api.platforms import AllPlatformsViewSet
from courses.api.urls import router
from courses.api.viewsets import ApiViewSet, faults
from courses.domain import (
    attempts,
    cohorts,
    fault_reports,
    gradebook,
    invitations,
    overrides,
    sections,
    tokens,
    webhooks,
)
from courses.errors import NotFound
from courses.models import (
    QuizAnalysis,
    RegradeBatch,
    RegradeOutcome,
    RegradePreview,
    Stimulus,
    WorkingCopy,
)
from tests.api.platform import Platform
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    ObjectiveFactory,
    add_item,
    make_question,
    make_quiz,
    reader_of,
)


class Open(ApiViewSet):
    """Names nothing."""


class Closed(ApiViewSet):
    scopes = "catalogue:read"

    def get_queryset(self):
        return self.request.auth.courses()


def test_a_view_set_without_scopes_or_rows_of_its_own_is_an_error():
    assert [one.id for one in faults(Open)] == ["cx_courses.E020", "cx_courses.E021"]
    assert list(faults(Closed)) == []


@pytest.mark.django_db
def test_the_check_looks_at_every_view_set_with_an_address(monkeypatch):
    assert [
        one for one in run_checks(tags=["cx_courses"]) if one.id.startswith("cx_courses.E02")
    ] == []
    monkeypatch.setattr(router, "registry", [("open", Open, "open")])
    found = {one.id for one in run_checks(tags=["cx_courses"])}
    assert {"cx_courses.E020", "cx_courses.E021"} <= found


def test_a_view_set_has_no_action_that_it_does_not_define():
    standard = ("list", "create", "retrieve", "update", "partial_update", "destroy")
    for _prefix, viewset, _name in router.registry:
        assert {name for name in standard if hasattr(viewset, name)} <= set(vars(viewset)), viewset


class World:
    """A platform with a row in every list of a view set."""

    def __init__(self):
        self.quiz = make_quiz(questions=1)
        self.course, module = self.quiz.course, self.quiz.module
        self.platform = Platform("admin", courses=[self.course])
        user = self.platform.learner("ada", course=self.course)
        enrolment = self.platform.enrolment("ada")
        reader = reader_of(enrolment)
        self.attempt = attempts.start(reader=reader, quiz_key=self.quiz.key, by=user, now=NOW)
        attempts.save(attempt=self.attempt, position=1, raw=RIGHT, based_on=0, by=user, now=NOW)
        self.attempt = attempts.submit(attempt=self.attempt, by=user, now=NOW)
        fault_reports.report(attempt=self.attempt, position=1, text="Wrong.", by=user, now=NOW)
        texts = make_quiz(questions=0, module=module, holds_marks=True)
        add_item(texts, make_question(module, kind="essay", data=ESSAY), position=1)
        written = attempts.start(reader=reader, quiz_key=texts.key, by=user, now=NOW)
        raw = {"text": "Mine."}
        attempts.save(attempt=written, position=1, raw=raw, based_on=0, by=user, now=NOW)
        attempts.submit(attempt=written, by=user, now=NOW)
        limited = make_quiz(questions=1, module=module, time_limit_s=60)
        attempts.start(reader=reader, quiz_key=limited.key, by=user, now=NOW)
        attempts.close_expired(now=NOW + timedelta(hours=1))
        for act in (attempts.void, attempts.restore):
            act(attempt=self.attempt, reason="x", by=None, now=NOW)
        self.column = gradebook.line_item(self.quiz)
        cell = {"line_item": self.column, "enrolment": enrolment}
        overrides.override(**cell, scaled=None, by=None, now=NOW)
        client = self.platform.client
        cohorts.put(client=client, key="spring", name="", now=NOW)
        url = "https://hooks.example.org/"
        webhooks.register(client=client, url=url, courses=[self.course], now=NOW)
        lasting = {"lifetime": timedelta(days=1), "now": timezone.now()}
        tokens.create_token(user=user, issuer=self.platform.row, **lasting)
        evening = sections.create(
            course=self.course, key="evening", title="", client=client, now=NOW
        )
        sections.set_dates(section=evening, quiz=self.quiz, opens_at=NOW, closes_at=None)
        lasting = {"lifetime": timedelta(days=1), "uses": 1}
        invitations.create(section=evening, client=client, now=NOW, **lasting)
        ObjectiveFactory(module=module)
        Stimulus.objects.create(course=self.course, key="text", body="b")
        WorkingCopy.objects.create(
            course=self.course, kind="lesson", key="l", client=client, created_at=NOW,
            updated_at=NOW,
        )  # fmt: skip
        RegradePreview.objects.create(course=self.course, created_at=NOW)
        QuizAnalysis.objects.create(quiz=self.quiz, client=client)
        self.regrade = RegradeBatch.objects.create(
            course=self.course, transform="full", reason="Unclear.", created_at=NOW
        )
        RegradeOutcome.objects.create(
            batch=self.regrade, line_item=self.column, enrolment=self.attempt.enrolment,
            state="same",
        )  # fmt: skip

    def view(self, prefix, viewset, key):
        """The view set at its list, asked with this key."""
        view = viewset()
        auth = KeyCredential(key)
        view.request = SimpleNamespace(auth=auth, headers={}, query_params={}, method="GET")
        view.action = "list"
        ids = {
            "external_id": "ada",
            "course": self.course.key,
            "module": self.quiz.module.key,
            "question": self.quiz.items.get().question.key,
            "uuid": (self.column if "line-items" in prefix else self.attempt).uuid,
            "position": 1,
            "class_key": "evening",
            "regrade": self.regrade.uuid,
            "quiz": self.quiz.key,
        }
        view.kwargs = {name: ids[name] for name in re.findall(r":(\w+)>", prefix)}
        return view


def rows_of(view):
    try:
        return set(view.get_queryset())
    except NotFound:
        return set()


@pytest.mark.django_db
def test_no_view_set_shows_rows_to_a_credential_that_does_not_reach_them():
    world = World()
    other = Platform("admin", name="Other", courses=[make_quiz(questions=0).course])
    # Platforms themselves are of the whole site: no key for some courses reaches one.
    keys = {AllPlatformsViewSet: Platform("platforms:write", name="Office").row}
    for prefix, viewset, _name in router.registry:
        own = rows_of(world.view(prefix, viewset, keys.get(viewset, world.platform.row)))
        assert own, viewset
        assert own.isdisjoint(rows_of(world.view(prefix, viewset, other.row))), viewset
