"""One row as an entry, compared with the export of the whole course."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.coursefiles import read_course, read_files
from courses.domain import verifying
from courses.domain.authoring import course_to_records, sync_course
from courses.domain.authoring.entries import take_apart
from courses.domain.authoring.row_entries import entries_of, entry_of
from courses.domain.authoring.rows import Rows
from courses.models import Course, Lesson, Module, Objective, Question, Quiz, Tag, Term
from tests.content.oracle import COURSE as SHIPPED
from tests.coursefiles.sample import files
from tests.factories import NOW, LessonFactory, ModuleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def sample() -> Course:
    sync_course(course_file=read_files(files()).course, now=NOW)
    return Course.objects.get(key="sample")


def exported(course: Course) -> dict[tuple[str, str], Any]:
    found = take_apart(course_to_records(course=course))
    return {(kind, key): one.values for kind, each in found.items() for key, one in each.items()}


def one_by_one(course: Course) -> dict[tuple[str, str], Any]:
    rows = Rows(course).by_kind
    entries = [entry_of(row) for each in rows.values() for row in each.values()]
    return {(one.kind, one.key): one.values for one in entries if one is not None}


def test_entry_of_each_row_equals_the_export(sample: Course) -> None:
    Question.objects.filter(key="q-one").update(module=None)

    assert one_by_one(sample) == exported(sample)
    assert len(exported(sample)) > 20


@pytest.mark.proofs
def test_entry_of_each_row_of_the_shipped_course_equals_the_export() -> None:
    reading = read_course(SHIPPED)
    sync_course(course_file=reading.course, now=NOW)
    course = Course.objects.get(key=reading.course.key)

    assert one_by_one(course) == exported(course)


def test_all_entries_equal_those_of_each_row_archived_ones_too(sample: Course) -> None:
    Lesson.objects.filter(pk=Lesson.objects.earliest("pk").pk).update(is_archived=True)
    Quiz.objects.filter(pk=Quiz.objects.standalone().earliest("pk").pk).update(is_archived=True)
    Module.objects.filter(pk=Module.objects.latest("position").pk).update(is_archived=True)

    entries = [one.entry for one in entries_of(Rows(sample))]
    bulk = {(one.kind, one.key): one.values for one in entries}

    assert bulk == one_by_one(sample)
    assert sum(values.get("archived", False) for values in bulk.values()) == 3


def test_entry_of_takes_a_constant_number_of_queries(sample: Course) -> None:
    tags = [Tag.objects.create(course=sample, key=f"more-{n}") for n in range(9)]
    models: list[Any] = [Course, Module, Lesson, Term, Objective, Question, Quiz]
    for model in models:
        row = model.objects.first()
        if model is Question:
            row.tags.add(*tags)

        with CaptureQueriesContext(connection) as queries:
            entry_of(row)

        assert len(queries) <= 7, model


def test_entry_of_a_deleted_row_is_none(sample: Course) -> None:
    term = Term.objects.create(course=sample, key="gone", term="Gone", definition="Gone.")
    pk = term.pk
    term.delete()

    assert entry_of(Term(pk=pk)) is None


def test_entry_of_a_question_without_a_version_has_no_content(sample: Course) -> None:
    row = Question.objects.create(course=sample, key="empty")

    found = entry_of(row)

    assert found is not None
    assert (found.record.type, found.record.status, found.record.data) == ("", "draft", {})


def test_two_lessons_of_a_course_with_one_key_are_refused_by_the_database() -> None:
    lesson = LessonFactory(key="pills")
    beside = ModuleFactory(course=lesson.module.course)

    with pytest.raises(IntegrityError), transaction.atomic():
        LessonFactory(key="pills", module=beside)

    assert LessonFactory(key="pills").course != lesson.course


def test_a_lesson_of_another_course_than_its_module_is_a_difference() -> None:
    lesson = LessonFactory()
    Lesson.objects.update(course=ModuleFactory().course)

    (found,) = verifying.verify_lessons()

    assert (found.row, found.logged) == (f"lesson {lesson.pk}", lesson.module.course.key)
