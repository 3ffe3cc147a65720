"""A search in a list of records finds what Django's own would, table by table."""

from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.admin import searching
from courses.admin.searching import SearchesByKeys, words_of
from courses.domain import attempts
from courses.models import Attempt, AttemptItem, Event, Result
from tests.factories import NOW, RIGHT, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def rows():
    quiz = make_quiz(questions=2, title="Moments of truth")
    for name in ("Ada", "Grace"):
        learner = make_learner(quiz.course, first_name=name, email=f"{name}@example.org")
        reader, by = reader_of(learner), learner.user
        attempt = attempts.start(reader=reader, quiz_key=quiz.key, by=by, now=NOW)
        attempts.save(attempt=attempt, position=1, raw=RIGHT, based_on=0, by=by, now=NOW)
        attempts.submit(attempt=attempt, by=by, now=NOW)


def found(model, term):
    """Return the keys that ours finds; they must be those that Django's own search finds."""
    one = admin.site.get_model_admin(model)
    ours, has_doubles = one.get_search_results(None, model.objects.all(), term)
    assert not has_doubles
    theirs, _doubles = ModelAdmin.get_search_results(one, None, model.objects.all(), term)
    keys = sorted(ours.values_list("pk", flat=True))
    assert keys == sorted(set(theirs.values_list("pk", flat=True))), term
    return keys


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("most", [500, 0])
def test_same_rows_are_found_as_by_joins(monkeypatch, most):
    monkeypatch.setattr(searching, "MOST_KEYS", most)
    first = Attempt.objects.order_by("pk").first()

    assert len(found(Attempt, "ada")) == 1
    assert len(found(Attempt, "ada moments")) == 1
    assert len(found(Attempt, "truth")) == 2
    assert len(found(Attempt, '"moments of truth" grace')) == 1
    assert found(Attempt, "ada grace") == []
    assert found(Attempt, str(first.uuid)) == [first.pk]
    assert found(Attempt, first.uuid.hex.upper()) == [first.pk]
    assert found(Attempt, str(uuid4())) == []
    assert len(found(AttemptItem, str(first.uuid))) == 2
    assert found(AttemptItem, "nothing like that") == []
    assert len(found(Result, "example.org")) == 2
    assert len(found(Event, "ada")) == 5


@pytest.mark.usefixtures("rows")
def test_long_table_is_not_joined():
    one = admin.site.get_model_admin(AttemptItem)
    with CaptureQueriesContext(connection) as queries:
        rows, _doubles = one.get_search_results(None, AttemptItem.objects.all(), str(uuid4()))
        list(rows.order_by("pk"))
    for query in queries:
        assert "JOIN" not in query["sql"]
        assert "LIKE" not in query["sql"] or "cx_courses_question" in query["sql"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", []),
        ("  two  words ", ["two", "words"]),
        ("\"one word\" 'and one'", ["one word", "and one"]),
        ('"', ['"']),
        ("it's", ["it's"]),
    ],
)
def test_words_are_those_of_django(typed, words):
    assert words_of(typed) == words


def test_every_read_only_list_searches_by_keys():
    lists = [one for one in admin.site._registry.values() if isinstance(one, SearchesByKeys)]
    assert len(lists) > 10
    for one in lists:
        assert one.get_search_results(None, one.model._base_manager.all(), "x y")[0].count() == 0
