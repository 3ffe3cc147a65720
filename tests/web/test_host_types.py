"""A host's own question type on our pages: typed input is shown again when a save is refused."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from html import escape

import pytest
from django.urls import reverse

from courses.domain import attempts
from courses.questions.base import Json, Outcome, QuestionType, Raw, ResponseError, Reveal, one
from courses.questions.data import BaseData
from tests.factories import (
    NOW,
    ModuleFactory,
    QuizFactory,
    add_checks,
    add_item,
    make_learner,
    make_lesson,
    make_question,
    reader_of,
)

pytestmark = pytest.mark.django_db

TYPED = "a <very> bright teal"


@dataclass(frozen=True, kw_only=True)
class ShadeData(BaseData):
    longest: int = 10


class Shade(QuestionType[ShadeData]):
    """A text under names of its own: the field is `shade`, the page shows `swatches`."""

    key = "host_shade"
    label = "Shade"
    interaction = "text_entry"
    is_typed = True
    Data = ShadeData

    def check(self, data: ShadeData) -> Iterator[None]:
        yield from ()

    def parse(self, data: ShadeData, params: Json, raw: Raw) -> Json | None:
        text = one(raw, "shade")
        if len(text) > data.longest:
            raise ResponseError
        return {"shade": text} if text else None

    def grade(self, data: ShadeData, params: Json, response: Json | None) -> Outcome:
        return Outcome(Fraction(bool(response)))

    def present(self, data: ShadeData, params: Json, response: Json | None, reveal: Reveal) -> Json:
        own = response["shade"] if response and reveal.response else ""
        return self.base_presentation(data, reveal) | {"swatches": {"first": own}}

    def refill(self, shown: Json, raw: Raw) -> Json:
        return {**shown, "swatches": {"first": one(raw, "shade")}}


@pytest.fixture
def question(settings, tmp_path):
    settings.COURSES_QUESTION_TYPES = ["tests.web.test_host_types.Shade"]
    folder = tmp_path / "cx_courses" / "questions"
    folder.mkdir(parents=True)
    field = '<input name="{{ name }}shade" value="{{ q.swatches.first }}">'
    (folder / "host_shade.html").write_text(field, encoding="utf-8")
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0].get("DIRS", []), tmp_path]
    settings.TEMPLATES = templates
    return make_question(ModuleFactory(), kind="host_shade", data={"stem": "Which shade?"})


def test_attempt_shows_the_typed_input_again(client, question):
    quiz = QuizFactory(module=question.module)
    add_item(quiz, question, position=1)
    learner = make_learner(quiz.course)
    client.force_login(learner.user)
    by = learner.user
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    url = reverse("cx_courses:attempt", args=[sitting.uuid])
    page = client.post(url, {"i1-based_on": "0", "i1-shade": TYPED})

    assert page.status_code == 409
    assert f'value="{escape(TYPED)}"' in page.content.decode()


def test_lesson_shows_the_typed_input_again(client, question):
    lesson = make_lesson(module=question.module, checks=0)
    quiz = QuizFactory(module=question.module, lesson=lesson, kind="practice")
    add_checks(lesson, quiz, [question])
    client.force_login(make_learner(quiz.course).user)
    names = [quiz.course.key, lesson.key, question.key]
    prefix = f"c-{question.key}-"
    sent = {f"{prefix}based_on": "0", f"{prefix}shade": TYPED}
    page = client.post(reverse("cx_courses:lesson-check", args=names), sent)

    assert page.status_code == 400
    assert f'value="{escape(TYPED)}"' in page.content.decode()
