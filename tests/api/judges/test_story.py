"""A platform's day over the API: every answer, example and event is as it was written down.

Changed on purpose: `make api-docs` writes the answers and the examples anew; read what changed.
"""

import difflib
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from jsonschema import Draft202012Validator, FormatChecker

from courses.api import illustrations
from courses.api.openapi import webhooks as described
from courses.api.schema import document
from courses.domain import attempts, enrolments, jobs, regrading, result_release, webhooks
from courses.domain.webhooks import serialize_event
from courses.models import CertificateRule, Enrolment, Event, ExternalIdentity
from tests.api.judges.recorder import Recorder, always_the_same, lines
from tests.api.judges.refusals import refused
from tests.api.judges.story import HOST, run_story
from tests.api.platform import Platform
from tests.factories import (
    NOW,
    RIGHT,
    SINGLE_CHOICE,
    add_version,
    make_learner,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RECORDED = Path(__file__).with_name("recorded.jsonl")
WRITE = "COURSES_WRITE_EXAMPLES"


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any) -> Iterator[Recorder]:
    """The day, and the rows that it leaves."""
    proxy = ("HTTP_X_FORWARDED_PROTO", "https")
    with (
        override_settings(ALLOWED_HOSTS=[HOST], SECURE_PROXY_SSL_HEADER=proxy),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        made = run_story(Recorder)
        made.stop()
        yield made
        transaction.set_rollback(True)


def test_every_answer_is_as_it_was_recorded(story: Recorder) -> None:
    found = lines(story.exchanges)
    if os.environ.get(WRITE):
        RECORDED.write_text(found, encoding="utf-8")
    kept = RECORDED.read_text(encoding="utf-8").splitlines()
    changed = difflib.unified_diff(
        kept, found.splitlines(), "recorded", "answered", lineterm="", n=0
    )
    assert "\n".join(one[:600] for one in changed) == ""


def test_every_example_was_sent_and_answered_just_so(story: Recorder) -> None:
    found = {**story.examples, illustrations.PROBLEMS: refused(story)}
    examples = json.loads(always_the_same(json.dumps(found)))
    folder = illustrations.EXAMPLES
    if os.environ.get(WRITE):
        for path in folder.glob("*.json"):
            path.unlink()
        for name, example in examples.items():
            text = json.dumps(example, indent=2, ensure_ascii=False)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    kept = {path.stem: illustrations.read(path.stem) for path in folder.glob("*.json")}
    assert kept == examples


def test_every_event_is_as_the_webhooks_say(story: Recorder) -> None:
    call_the_rest()
    seen = set()
    for event in Event.objects.filter(type__in=described.TYPES):
        seen.add(event.type)
        known = ExternalIdentity.objects.filter(user=getattr(event.enrolment, "user_id", None))
        for identity in (known.first(), None):
            for sees_scores in (True, False):
                check(serialize_event(event, identity=identity, sees_scores=sees_scores))

    assert seen == set(described.TYPES)


def call_the_rest() -> None:
    """What the story leaves out: a hidden result shown, an end, another role, and an endpoint."""
    later = NOW + timedelta(days=1)
    score = ["response", "points", "overall"]
    review = {"just_after": [], "later": [], "after_close": score}
    quiz = make_quiz(questions=1, review=review, closes_at=later)
    platform = Platform(name="Other")
    platform.learner(course=quiz.course)
    row = platform.enrolment()
    by = row.user
    attempt = attempts.start(reader=reader_of(row), quiz_key=quiz.key, by=by, now=NOW)
    attempts.submit(attempt=attempt, by=by, now=NOW)
    assert result_release.release_due(now=later) == 1
    Enrolment.objects.filter(pk=row.pk).update(ends_at=later)
    assert enrolments.end_due(now=later) == 1
    enrolments.enrol(course=quiz.course, user=by, role="instructor", now=later)
    endpoint = webhooks.register(client=platform.client, url="https://a.example/", now=NOW)
    webhooks.disable(endpoint=endpoint, now=NOW)
    take_back_a_pass()


def take_back_a_pass() -> None:
    """A correction after which the learner has neither passed nor completed the course.

    The certificate goes too.
    """
    quiz = make_quiz(questions=1)
    CertificateRule.objects.create(course=quiz.course)
    quiz.course.refresh_from_db()
    ada = make_learner(quiz.course)
    given = {"by": ada.user, "now": NOW}
    attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, **given)
    attempts.save(attempt=attempt, position=1, raw=RIGHT, based_on=0, **given)
    attempts.submit(attempt=attempt, **given)
    options = [{**row, "correct": row["key"] == "a"} for row in SINGLE_CHOICE["options"]]
    question = quiz.items.get().question
    version = add_version(question, data={**SINGLE_CHOICE, "options": options})
    regrading.apply(
        course=quiz.course,
        quizzes=[quiz],
        changes=[regrading.Correction(question, version)],
        spares=False,
        reason="The key was wrong.",
        by=None,
        now=NOW,
    )
    jobs.work(clock=lambda: NOW, until=NOW + timedelta(seconds=1))


def check(message: dict[str, Any]) -> None:
    schema = document()["components"]["schemas"][described.name_of(message["type"])]
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(message)
    assert set(message["data"]) <= set(schema["properties"]["data"]["properties"])
