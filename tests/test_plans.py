"""Statements that are planned for their values are sent unprepared, and only these."""

import pytest
from django.db import connection

from courses.models import Course
from courses.plans import planned_for_values

pytestmark = pytest.mark.django_db


def read():
    return list(Course.objects.filter(key="nothing-like-that"))


def prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [one for (one,) in cursor.fetchall() if "cx_courses_course" in one]


@pytest.mark.postgres
def test_statement_is_prepared_outside_and_not_inside():
    connection.ensure_connection()
    connection.connection.prepare_threshold = 1
    with planned_for_values("default"):
        for _time in range(4):
            read()
    assert prepared() == []
    assert connection.connection.prepare_threshold == 1
    for _time in range(4):
        read()
    assert len(prepared()) == 1


def fail():
    with planned_for_values("default"):
        assert read() == []
        raise ZeroDivisionError


def test_statements_are_as_before_where_something_fails_inside():
    with pytest.raises(ZeroDivisionError):
        fail()
    assert not connection.execute_wrappers
