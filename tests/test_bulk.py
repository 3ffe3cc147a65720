"""Rows written in bulk hold what Django itself would have written."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courses import bulk
from courses.domain import gradebook
from courses.domain.attempts import starting
from courses.models import AttemptItem, Event, Grading, Response, Result
from tests.factories import NOW, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def attempt():
    quiz = make_quiz(questions=3)
    ada = make_learner(quiz.course)
    return starting.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)


def values(row):
    return {
        one.attname: getattr(row, one.attname)
        for one in row._meta.concrete_fields
        if not one.primary_key
    }


def responses(items, revision=1):
    return [
        Response(
            item=item,
            revision=revision,
            value={"choice": "ü'\\ %s \x01"} if place % 2 else None,
            received_at=NOW + timedelta(microseconds=place),
            channel="web",
            by=item.attempt.enrolment.user,
            idempotency_key=f"k{place}" if place else None,
        )
        for place, item in enumerate(items)
    ]


def test_inserted_rows_are_what_was_given(attempt, django_assert_num_queries):
    rows = responses(attempt.items.all())
    with django_assert_num_queries(1):
        bulk.insert(rows)
    found = list(Response.objects.order_by("item__position"))
    assert [values(one) for one in found] == [values(one) for one in rows]


def test_columns_that_no_row_fills_are_null(attempt):
    item = attempt.items.first()
    rows = [
        Grading(
            item=item,
            sequence=number,
            scaled=Fraction(2, 6),
            credit="2/4",
            parts=[],
            points=Decimal("1.5"),
            graded_at=NOW,
        )
        for number in (1, 2)
    ]
    bulk.insert(rows)
    for found in Grading.objects.all():
        assert (found.response, found.by, found.score) == (None, None, None)
        assert (found.scaled, found.credit) == (Fraction(1, 3), Fraction(1, 2))
        assert (found.points, found.is_undo, found.parts) == (Decimal("1.5"), False, [])


def test_updated_rows_change_in_the_named_columns_alone(attempt, django_assert_num_queries):
    first, second, third = items = list(attempt.items.all())
    before = values(third)
    for number, item in enumerate(items):
        item.is_flagged = True  # is not among the columns
        item.revision, item.value = number + 7, {"choice": str(number)} if number else None
        item.score, item.points = Fraction(number, 7), Decimal("2.125")
    with django_assert_num_queries(1):
        bulk.update([first, second], ["revision", "value", "score", "points"])
    for item in (first, second):
        stored = AttemptItem.objects.get(pk=item.pk)
        assert values(stored) == {**values(item), "is_flagged": False}
    assert values(AttemptItem.objects.get(pk=third.pk)) == before


def test_row_that_is_there_already_is_updated(attempt):
    column = gradebook.line_item(attempt.quiz)
    given = {"line_item": column, "enrolment": attempt.enrolment, "updated_at": NOW}
    for percent in (Decimal(40), Decimal(60)):
        row = Result(**given, percent=percent, has_passed=percent > 50)
        bulk.insert([row], unique=("line_item", "enrolment"), update=("percent",))
    assert [(one.percent, one.has_passed) for one in Result.objects.all()] == [(60, False)]


def test_many_rows_are_written_in_parts_that_the_database_takes(attempt, monkeypatch):
    monkeypatch.setattr(type(connection.features), "max_query_params", 21, raising=False)
    items = list(attempt.items.all())
    with CaptureQueriesContext(connection) as captured:
        bulk.insert(responses(items))
    assert len(captured) == 2  # of 9 columns, two rows and one
    for item in items:
        item.revision = 3
    with CaptureQueriesContext(connection) as captured:
        bulk.update(items, ["revision", *["value", "tries", "score", "scaled", "points"]])
    assert len(captured) == 1
    assert set(attempt.items.values_list("revision", flat=True)) == {3}
    assert Response.objects.count() == 3


def test_what_the_tables_refuse_is_refused(attempt):
    (row, *_others) = responses(attempt.items.all())
    bulk.insert([row])
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([row])
    row.revision = 0
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([row])
    attempt.closed_by = "somebody else"
    if connection.vendor == "postgresql":
        with pytest.raises(DataError), transaction.atomic():
            bulk.update([attempt], ["closed_by"])


def test_nothing_to_write_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert([])
        bulk.update([], ["revision"])


def test_sqlite_without_update_from_is_updated_all_the_same(attempt, monkeypatch):
    monkeypatch.setattr(bulk, "_OLDEST_SQLITE", (999,))
    (item, *_others) = items = list(attempt.items.all())
    item.revision = 9
    bulk.update(items, ["revision"])
    assert sorted(attempt.items.values_list("revision", flat=True)) == [0, 0, 9]


def test_value_that_a_field_sets_itself_is_set(attempt):
    course = attempt.quiz.course
    event = Event(type="x", course=course, occurred_at=NOW)
    bulk.insert([event])
    assert Event.objects.get(uuid=event.uuid).data == {}
    question = attempt.items.first().version.question
    before = question.updated_at
    question.difficulty = "hard"
    bulk.update([question], ["difficulty", "updated_at"])
    question.refresh_from_db()
    assert (question.difficulty, question.updated_at > before) == ("hard", True)


@pytest.mark.parametrize("missing", [0, 2])
def test_update_of_a_row_that_is_gone_fails_and_changes_nothing(attempt, missing):
    items = list(attempt.items.order_by("position"))
    for item in items:
        item.revision = 7
    items[missing].delete()
    items[missing].pk = 0
    with pytest.raises(DatabaseError), transaction.atomic():
        bulk.update(items, ["revision"])
    assert set(attempt.items.values_list("revision", flat=True)) == {0}
