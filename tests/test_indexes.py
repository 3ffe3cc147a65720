"""Indexes: every foreign key is found by one, and none is kept that a longer one replaces."""

import pytest
from django.apps import apps
from django.db import connection

CONTENT = {
    "Asset", "Cohort", "Lesson", "LineItemRule", "Module", "Objective", "Question",
    "QuestionVersion", "Quiz", "QuizItem", "Reference", "RegradeTarget", "Section", "SectionQuiz",
    "Stimulus", "StoredCheck", "Tag", "Term",
}  # fmt: skip
"""What authors write: few rows, written seldom, so that an index more costs nothing there."""


def ours():
    return apps.get_app_config("cx_courses").get_models()


def whole_indexes(model):
    """Return the columns of each index that holds every row, with whether it is unique."""
    meta = model._meta
    for field in meta.local_concrete_fields:
        if field.unique or field.db_index:
            yield (field.name,), field.unique
    for one in meta.constraints:
        if getattr(one, "fields", ()) and one.condition is None:
            yield tuple(one.fields), True
    for one in meta.indexes:
        if one.condition is None and not one.expressions:
            yield tuple(one.fields), False


def redundant(model):
    found = list(whole_indexes(model))
    return [
        (short, long)
        for short, is_unique in found
        for long, _unique in found
        if not is_unique and len(long) > len(short) and long[: len(short)] == short
    ]


def test_no_index_is_the_beginning_of_another():
    """Every row that is written is written into each index."""
    found = {model.__name__: redundant(model) for model in ours()}
    assert {name for name, pairs in found.items() if pairs} == CONTENT, found


@pytest.mark.django_db
@pytest.mark.database
def test_every_foreign_key_is_found_by_an_index():
    """Also those whose index holds only rows that have one."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        scanned = [
            f"{model.__name__}.{field.name}"
            for model in ours()
            for field in model._meta.local_concrete_fields
            if field.is_relation and not is_searched(cursor, model, field)
        ]
    assert scanned == []


def is_searched(cursor, model, field):
    asked = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    quote, value = connection.ops.quote_name, field.target_field.get_prep_value(1)
    table, column = quote(model._meta.db_table), quote(field.column)
    cursor.execute(f"{asked} SELECT 1 FROM {table} WHERE {column} = %s", [value])  # noqa: S608
    plan = "\n".join(str(row) for row in cursor.fetchall())
    return "Index Cond" in plan or "SEARCH" in plan
