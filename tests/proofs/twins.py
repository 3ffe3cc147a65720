"""One course in two worlds, and one learner who does the same in both."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from courses.domain import cards, drawing, enrolments
from courses.domain.outline import outline
from courses.models import AttemptItem, Course
from courses.questions.base import flatten
from tests.factories import (
    NOW,
    CourseFactory,
    LessonFactory,
    ModuleFactory,
    QuizFactory,
    UserFactory,
    add_item,
    make_question,
)
from tests.lengths import is_long
from tests.questions.cases import EXAMPLES

HIDDEN = {moment: ["response"] for moment in ("during", "just_after", "later", "after_close")}
JSON = {"accept": "application/json"}


def questions() -> list[tuple[str, Any]]:
    """Type and data of a question of each type; among the proofs of every example of each."""
    many = None if is_long() else 1
    return [(key, value) for key, values in EXAMPLES.items() for value in values[:many]]


@contextmanager
def fixed_draws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same draws in both worlds, although the ids that seed them differ."""
    seen: dict[tuple[Any, ...], int] = {}

    def rng(*parts: Any) -> Random:
        return Random(f"{parts[0]} {seen.setdefault(parts, len(seen))}")

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "rng", rng)
        yield


def build(values: list[tuple[str, Any]], **quiz: Any) -> None:
    """A course of one lesson and one quiz that both ask all of these; Ada and Bea are in it."""
    course = CourseFactory(key="twin", title="Twin")
    module = ModuleFactory(course=course, key="m", title="M", position=1)
    lesson = LessonFactory(module=module, key="l", title="L", position=1)
    checks = QuizFactory(
        module=module, lesson=lesson, key="c", title="C", kind="practice",
        feedback_mode="interactive", credit=["1", "1/2", "1/3"],
    )  # fmt: skip
    test = QuizFactory(module=module, key="q", title="Q", **quiz)
    segments = []
    for position, (kind, value) in enumerate(values, start=1):
        question = make_question(module, kind=kind, data=value, key=f"question-{position}")
        add_item(checks, question, position=position)
        add_item(test, question, position=position)
        segments.append({"check": question.key})
    lesson.rendered = {"segments": segments}
    lesson.review = [piece["check"] for piece in segments]
    lesson.save()
    for name in ("ada", "bea"):
        person = UserFactory(username=name, email=f"{name}@example.org")
        enrolment = enrolments.enrol(course=course, user=person, now=NOW)
        step = outline(Course.objects.get(pk=course.pk)).lesson("l")
        cards.enter(enrolment=enrolment, lesson=step, now=NOW)


@dataclass
class Session:
    """What a learner does, and every answer of the site: (what was asked, status, text)."""

    name: str = "ada"
    responses: list[dict[str, Any]] = field(default_factory=list)
    """What to send to each place; filled in the first world, sent again in the second."""
    seen: list[tuple[str, int, str]] = field(default_factory=list)

    def __enter__(self) -> "Session":
        from django.contrib.auth import get_user_model

        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.client = Client()
        self.client.force_login(get_user_model().objects.get(username=self.name))
        return self

    def __exit__(self, *error: Any) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def note(self, what: str, response: Any) -> Any:
        body = response.getvalue().decode()
        text = body + response.headers.get("Location", "")
        self.seen.append((what, response.status_code, masked(text)))
        return response

    def get(self, name: str, *args: Any) -> Any:
        response = self.client.get(reverse(f"cx_courses:{name}", args=args))
        return self.note(f"GET {name} {' '.join(map(str, args[1:]))}", response)

    def post(self, name: str, *args: Any, headers: Any = None, **data: Any) -> Any:
        url = reverse(f"cx_courses:{name}", args=args)
        response = self.client.post(url, data, headers=headers)
        return self.note(f"POST {name} {' '.join(map(str, args[1:]))}", response)

    # --- the script

    def look_around(self) -> None:
        for name in ("catalogue", "progress", "account", "export"):
            self.get(name)
        for name in ("course", "glossary"):
            self.get(name, "twin")
        self.get("lesson", "twin", "l")
        for name in ("daily-review", "mistakes", "my-learning", "journal"):
            self.get(name, "twin")
        self.get("quiz", "twin", "q")

    def start(self) -> None:
        self.post("quiz-start", "twin", "q")
        items = AttemptItem.objects.select_related("attempt", "version")
        mine = items.filter(attempt__quiz__key="q", attempt__enrolment__user__username=self.name)
        self.items = list(mine.order_by("position"))
        self.uuid = self.items[0].attempt.uuid
        if not self.responses:
            self.responses = [sample(item) for item in self.items]

    def respond(self, position: int, based_on: int = 0, **extra: Any) -> Any:
        """Save, and look at the page; then what a second window and a torn form would get."""
        prefix = f"i{position}-"
        fields = {prefix + name: texts for name, texts in self.responses[position - 1].items()}
        fields[f"{prefix}based_on"] = str(based_on)
        return self.post("attempt-save", self.uuid, position, headers=JSON, **fields, **extra)

    def work(self) -> None:
        self.get("attempt", self.uuid)
        for position in range(1, len(self.items) + 1):
            self.respond(position)
        self.get("attempt", self.uuid)
        for position in range(1, len(self.items) + 1):
            self.post("attempt-save", self.uuid, position, headers=JSON)
            torn = {f"i{position}-choice": ["x", "y"], f"i{position}-text": ["x", "y"]}
            self.post("attempt-save", self.uuid, position, headers=JSON, **torn)
            self.post("attempt-flag", self.uuid, position, flagged="1")
        self.post("attempt", self.uuid, save="1", **{"i1-based_on": "0", "i1-choice": "c"})
        self.get("attempt-submit", self.uuid)
        self.get("review", self.uuid)
        self.client.get(f"/attempts/{self.uuid}/items/999/")

    def submit(self) -> None:
        self.post("attempt-submit", self.uuid)
        self.respond(1)


def sample(item: AttemptItem) -> dict[str, Any]:
    """A response that this question can read."""
    kind, data = item.version.question_type, item.version.parsed
    for one in kind.samples(data, item.params):
        if not one.is_unreadable and one.scaled != 0:
            return flatten(one.raw)
    raise AssertionError(f"{kind.key} has no readable sample")


def masked(text: str) -> str:
    """Without tokens and ids, which are random everywhere."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID", text)
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", text)
    return re.sub(r'data-user="\d+"', "", text)
