"""A prepared query answers as its query set does, and is compiled once."""

import importlib
import sys
from datetime import date

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Count, Exists, OuterRef
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from courses import prepared
from courses.domain.attempts import items, limits, starting
from courses.models import Attempt, AttemptItem, Course, Enrolment, ReviewCard
from courses.prepared import PreparedQuery
from tests.factories import NOW, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

# The addresses import every view, and with the views the domain.
importlib.import_module("cxcourse.urls")
IN_USE = [
    one
    for name, module in sorted(sys.modules.items())
    if name.startswith(("courses.", "cxcourse."))
    for one in vars(module).values()
    if isinstance(one, PreparedQuery)
]


def of_attempt(uuid, key):
    rows = Attempt.objects.select_related("enrolment__user", "quiz__module")
    return rows.filter(uuid=uuid, quiz__key=key).order_by("number")


@pytest.fixture
def attempt():
    quiz = make_quiz(questions=2)
    ada = make_learner(quiz.course)
    return starting.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)


def test_every_query_in_use_is_prepared_on_this_django_and_database():
    assert len(IN_USE) >= 20
    for one in IN_USE:
        assert one.is_prepared(), one._model


def test_rows_and_their_related_rows_are_those_of_the_query_set(attempt, django_assert_num_queries):
    found = PreparedQuery(of_attempt, type(attempt.uuid), str)
    (ordinary,) = of_attempt(attempt.uuid, attempt.quiz.key)
    found.is_prepared()

    with django_assert_num_queries(1):
        (row,) = found.all(attempt.uuid, attempt.quiz.key)
        assert row == attempt
        for one, other in (
            (row, ordinary),
            (row.enrolment, ordinary.enrolment),
            (row.enrolment.user, ordinary.enrolment.user),
            (row.quiz, ordinary.quiz),
            (row.quiz.module, ordinary.quiz.module),
        ):
            names = [field.attname for field in one._meta.concrete_fields]
            assert [getattr(one, name) for name in names] == [
                getattr(other, name) for name in names
            ]
            assert (one._state.db, one._state.adding) == ("default", False)
    assert found.first(attempt.uuid, "no-such") is None


def test_related_row_that_is_not_there_is_none(attempt):
    found = PreparedQuery(
        lambda pk: AttemptItem.objects.filter(attempt=pk).select_related("stimulus"), int
    )
    assert [row.stimulus for row in found.all(attempt.pk)] == [None, None]


def test_annotations_are_those_of_the_query_set(attempt):
    def counted(pk):
        rows = Attempt.objects.filter(pk=pk)
        found = Exists(AttemptItem.objects.filter(attempt=OuterRef("pk"), position=2))
        return rows.annotate(item_count=Count("items"), has_second=found)

    (row,) = PreparedQuery(counted, int).all(attempt.pk)
    assert (row, row.item_count, row.has_second) == (attempt, 2, True)


def test_annotations_are_set_on_the_rows(attempt):
    found = items.with_versions(attempt, now=NOW)
    given = {"attempt_id": attempt.pk, "user_id": attempt.enrolment.user_id}
    ordinary = limits.with_sums(attempt.items.all(), **given, since=NOW - limits.HOUR)
    assert [(one.pk, one.stored_in_hour, one.stored_in_attempt) for one in found] == [
        (one.pk, one.stored_in_hour, one.stored_in_attempt) for one in ordinary
    ]
    assert {one.stored_in_attempt for one in found} == {0}


def test_column_that_was_left_out_is_read_when_it_is_needed(attempt, django_assert_num_queries):
    found = PreparedQuery(lambda pk: Attempt.objects.only("number").filter(pk=pk), int)
    row = found.first(attempt.pk)
    assert row.number == 1
    with django_assert_num_queries(1):
        assert row.started_at == NOW


def test_columns_are_those_of_the_query_set(attempt):
    def due(pk, day):
        rows = ReviewCard.objects.filter(enrolment=pk, due_on__lte=day)
        return rows.values_list("question__key", "enrolment__uuid", "due_on", "reviewed_at")

    found = PreparedQuery(due, int, date)
    ReviewCard.objects.create(
        enrolment=attempt.enrolment,
        question=attempt.items.first().version.question,
        stability=1,
        difficulty=1,
        reviewed_at=NOW,
        due_on=date(2026, 2, 1),
    )

    assert found.is_prepared()
    for day, count in ((date(2026, 1, 31), 0), (date(2026, 2, 1), 1)):
        rows = [tuple(row) for row in found.columns(attempt.enrolment_id, day)]
        assert rows == list(due(attempt.enrolment_id, day))
        assert len(rows) == count


def test_query_is_compiled_once(attempt, monkeypatch):
    found = PreparedQuery(lambda pk: Attempt.objects.filter(pk=pk), int)
    found.all(attempt.pk)
    monkeypatch.setattr(found, "_make", None)  # cannot be asked again

    assert found.all(attempt.pk) == [attempt]
    assert found.all(0) == []


@pytest.mark.parametrize(
    ("make", "kinds"),
    [
        (lambda pk, _other: Attempt.objects.filter(pk=pk), (int, int)),
        (lambda pk: Attempt.objects.filter(pk__in=range(pk % 7)), (int,)),
        (lambda _pk: Attempt.objects.none(), (int,)),
    ],
    ids=["a value that is not used", "another SQL for other values", "no SQL"],
)
def test_what_cannot_be_prepared_is_asked_as_it_is(attempt, make, kinds, caplog):
    found = PreparedQuery(make, *kinds)
    values = [attempt.pk for _kind in kinds]

    assert found.all(*values) == list(make(*values))
    assert not found.is_prepared()
    assert "compiled each time" in caplog.text


def test_django_that_has_changed_inside_is_asked_as_it_is(attempt, monkeypatch):
    monkeypatch.setattr(prepared, "query", None)
    found = PreparedQuery(lambda pk: Attempt.objects.filter(pk=pk), int)

    assert found.all(attempt.pk) == [attempt]
    assert not found.is_prepared()


def test_each_thread_uses_its_own_connection(monkeypatch):
    found = PreparedQuery(lambda key: Course.objects.filter(key=key), str)
    found.is_prepared()
    used = []

    class Refusal(Exception):
        pass

    class OtherConnection:
        def cursor(self):
            used.append(self)
            raise Refusal

    other = OtherConnection()
    monkeypatch.setattr(prepared, "connections", {"default": other})

    with pytest.raises(Refusal):
        found._compiled["default"].instances("default", ["one"])
    assert used == [other]


def test_values_are_never_read_as_sql():
    Course.objects.create(key="one", title="One")
    found = PreparedQuery(lambda key: Course.objects.filter(key=key), str)

    for text in ("one' OR '1'='1", "%s", "%(key)s", "one\x00"[:-1] + "%"):
        assert found.all(text) == []
    assert len(found.all("one")) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_and_nowhere_else():
    learner = make_learner(make_quiz(questions=1).course)
    found = PreparedQuery(
        lambda pk: Enrolment.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk),
        int,
    )
    for _round in range(2):  # before it is compiled, and afterwards
        with pytest.raises(TransactionManagementError):
            found.all(learner.pk)
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            assert found.all(learner.pk) == [learner]
            assert "FOR NO KEY UPDATE OF" in captured[0]["sql"]
    assert found.is_prepared()


def test_a_query_is_compiled_when_the_database_is_back(monkeypatch):
    found = PreparedQuery(lambda key: Course.objects.filter(key=key), str)

    def away(_self, _alias):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(PreparedQuery, "_compile", away)
        with pytest.raises(OperationalError):
            found.all("cx")
    assert found.is_prepared()
