"""Which way texts run: the course's by its language, what people type by its own letters."""

import re

import pytest
from django.urls import reverse

from courses.domain import attempts
from courses.languages import direction
from tests.factories import (
    NOW,
    CourseFactory,
    LessonFactory,
    ModuleFactory,
    QuizFactory,
    add_item,
    make_learner,
    make_question,
    reader_of,
)
from tests.questions.cases import EXAMPLES

TYPED = ("short_text", "cloze", "essay")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((code, "rtl") for code in ("ar", "ar-EG", "he", "fa_IR", "ur", "az-Arab", "ku-Arab-IQ")),
        *((code, "ltr") for code in ("en", "de-AT", "tr", "ar-Latn", "zh-Hant", "az", "")),
    ],
)
def test_a_language_has_a_direction(code, expected):
    assert direction(code) == expected


def boxes(page, language):
    return re.findall(rf'<[^>]* lang="{language}"[^>]*>', page)


@pytest.mark.django_db
def test_every_text_of_a_course_runs_its_way(client):
    course = CourseFactory(language="ar", title="تجربة العميل")
    module = ModuleFactory(course=course, title="تعريفات")
    segments = [{"html": "<p>تجربة العميل (CX) أولاً.</p>"}]
    lesson = LessonFactory(module=module, rendered={"segments": segments})
    quiz = QuizFactory(module=module)
    for position, kind in enumerate(EXAMPLES, start=1):
        if kind != "vote":
            question = make_question(module, kind=kind, data=EXAMPLES[kind][0])
            add_item(quiz, question, position=position)
    learner = make_learner(course)
    client.force_login(learner.user)
    by = learner.user
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    addresses = [
        reverse("cx_courses:catalogue"),
        reverse("cx_courses:course", args=[course.key]),
        reverse("cx_courses:lesson", args=[course.key, lesson.key]),
        reverse("cx_courses:glossary", args=[course.key]),
        reverse("cx_courses:attempt", args=[sitting.uuid]),
    ]
    for address in addresses:
        page = client.get(address).content.decode()
        found = boxes(page, "ar")
        assert [box for box in found if 'dir="rtl"' not in box] == []
        assert found or address == addresses[3]
        assert '<html lang="en" dir="ltr"' in page


@pytest.mark.django_db
def test_typed_text_has_automatic_direction(client):
    quiz = QuizFactory(module=ModuleFactory())
    for position, kind in enumerate(TYPED, start=1):
        question = make_question(quiz.module, kind=kind, data=EXAMPLES[kind][0])
        add_item(quiz, question, position=position)
    learner = make_learner(quiz.course)
    client.force_login(learner.user)
    by = learner.user
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    page = client.get(reverse("cx_courses:attempt", args=[sitting.uuid])).content.decode()
    fields = re.findall(r'<(?:textarea|input)[^>]*name="i[123]-(?!based_on)[^>]*>', page)
    one_line = [field for field in fields if field.startswith("<input")]

    assert len(fields) >= 3
    assert [field for field in fields if 'dir="auto"' not in field] == []
    for field in one_line:
        assert 'autocorrect="off"' in field
        assert 'autocapitalize="off"' in field
        assert "maxlength" not in field


@pytest.mark.django_db
def test_a_number_can_be_typed_with_its_sign_on_every_phone(client):
    """The keypad of `inputmode="decimal"` has no minus on some."""
    quiz = QuizFactory(module=ModuleFactory())
    question = make_question(quiz.module, kind="numeric", data=EXAMPLES["numeric"][0])
    add_item(quiz, question, position=1)
    learner = make_learner(quiz.course)
    client.force_login(learner.user)
    by = learner.user
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    page = client.get(reverse("cx_courses:attempt", args=[sitting.uuid])).content.decode()
    fields = re.findall(r'<input[^>]*name="i1-blank[^>]*>', page)

    assert fields
    assert "inputmode" not in "".join(fields)
