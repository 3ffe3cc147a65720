"""What a change of a row dates, by one table for single saves and for bulk writes."""

import datetime as dt

import pytest

from courses.domain.outline import dates
from courses.models import Lesson, Module, Objective, Question, Quiz, QuizItem, Reference, Stimulus
from tests.factories import (
    LessonFactory,
    ModuleFactory,
    ObjectiveFactory,
    QuizFactory,
    add_item,
    make_question,
)

pytestmark = pytest.mark.django_db

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
DATED = {Module, Lesson, Quiz, Question}


@pytest.fixture
def rows():
    """A row of every model that the table names, each tied to the others."""
    module = ModuleFactory()
    course = module.course
    lesson = LessonFactory(module=module)
    source = Reference.objects.create(course=course, key="s", citation="A book")
    lesson.sources.add(source)
    case = Stimulus.objects.create(course=course, key="case", body="A case.")
    question = make_question(module, stimulus=case)
    quiz = QuizFactory(module=module)
    item = add_item(quiz, question, position=1)
    made = [ObjectiveFactory(module=module), lesson, source, case, question, quiz, item]
    return {type(row): row for row in [*made, module]}


def newer(model):
    return set(model.objects.exclude(updated_at=LONG_AGO).values_list("pk", flat=True))


def age():
    for model in DATED:
        model.objects.update(updated_at=LONG_AGO)


@pytest.mark.parametrize("rule", dates.RULES, ids=lambda rule: rule.of.__name__)
def test_save_and_bulk_write_date_the_same_rows(rows, rule):
    row = rows[rule.of]
    before = dates.states(rows=[row])
    if rule.of is Question:
        row.stimulus = None
    age()
    row.save()
    by_save = newer(rule.dates) - ({row.pk} if rule.of is rule.dates else set())
    age()
    dates.follow(rows=[row], before=before)

    assert newer(rule.dates) == by_save == {rows[rule.dates].pk}


@pytest.mark.parametrize("model", [Lesson, Objective, Quiz])
def test_row_that_moves_dates_both_modules(rows, model):
    row, other = rows[model], ModuleFactory(course=rows[Module].course)
    age()
    row.module = other
    row.save()

    assert newer(Module) == {rows[Module].pk, other.pk}


def test_question_that_learners_see_as_before_dates_no_quiz(rows):
    age()
    rows[Question].difficulty = "hard"
    rows[Question].save()

    assert newer(Quiz) == set()


def test_deleted_item_dates_its_quiz(rows):
    age()
    QuizItem.objects.all().delete()

    assert newer(Quiz) == {rows[Quiz].pk}


def test_touch_dates_rows_but_sync_columns_do_not(rows):
    age()
    Lesson.objects.update(source_hash="x")
    assert newer(Lesson) == set()
    assert Lesson.objects.touch() == 1
    assert newer(Lesson) == {rows[Lesson].pk}
