"""Lists of records stay quick with a million rows: no query looks through all of them."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.admin.mixins import ReadOnlyAdmin
from courses.admin.paging import NewestPaginator
from courses.domain import attempts, events
from courses.models import Attempt, Event, Grading
from tests.admin.conftest import signed_in, teacher_of
from tests.factories import NOW, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db]


def name_of(model):
    return model._meta.label_lower.replace(".", "_")


LISTS = sorted(
    (name_of(model) for model, one in admin.site._registry.items()
     if isinstance(one, ReadOnlyAdmin)),
)  # fmt: skip

FEW = {"cx_courses_edition", "cx_courses_job"}
"""Of these there are thousands, so that a filter may ask for the values that there are."""


@pytest.fixture
def three_attempts():
    quiz = make_quiz(questions=1)
    for _number in range(3):
        learner = make_learner(quiz.course)
        by = learner.user
        attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)


def listing(model):
    return reverse(f"admin:{model}_changelist")


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.usefixtures("three_attempts")
def test_list_of_records_reads_neither_all_values_nor_all_rows(admin_client, model):
    with CaptureQueriesContext(connection) as queries:
        page = admin_client.get(listing(model))
    assert page.status_code == 200
    for query in queries:
        sql = query["sql"]
        assert "SELECT DISTINCT" not in sql or model in FEW, sql
        assert "COUNT(" not in sql or "LIMIT" in sql, sql


@pytest.mark.usefixtures("three_attempts")
def test_list_of_more_rows_than_are_counted_ends_and_says_so(admin_client, monkeypatch):
    text = "There are older entries than those listed"
    assert text not in admin_client.get(listing("cx_courses_attempt")).text

    monkeypatch.setattr(NewestPaginator, "limit", 2)
    monkeypatch.setattr(admin.site.get_model_admin(Attempt), "list_per_page", 1)
    page = admin_client.get(listing("cx_courses_attempt") + "?p=2")

    assert text in page.text
    assert [row.pk for row in page.context["cl"].result_list] == [
        Attempt.objects.order_by("pk")[1].pk
    ]
    assert admin_client.get(listing("cx_courses_attempt") + "?p=3").status_code == 302


@pytest.mark.usefixtures("three_attempts")
def test_list_of_an_instructor_is_counted_less_far(admin_client, monkeypatch):
    teacher = signed_in(teacher_of(Attempt.objects.first().quiz.course, "view_attempt"))
    monkeypatch.setattr(NewestPaginator, "limit_of_few", 2)

    assert admin_client.get(listing("cx_courses_attempt")).context["cl"].result_count == 3
    shown = teacher.get(listing("cx_courses_attempt")).context["cl"]
    assert (shown.result_count, shown.paginator.is_cut_off) == (2, True)


@pytest.mark.usefixtures("three_attempts")
def test_few_rows_are_found_as_they_are_counted_and_shown_in_order(admin_client):
    with CaptureQueriesContext(connection) as queries:
        page = admin_client.get(listing("cx_courses_attempt") + "?state__exact=open")
    (rows,) = (one["sql"] for one in queries if '"number"' in one["sql"])
    assert "LIMIT 200" in rows
    assert list(page.context["cl"].result_list) == list(Attempt.objects.order_by("-pk"))


@pytest.mark.usefixtures("three_attempts")
def test_people_filtered_by_group_are_told_apart_by_their_keys(admin_client):
    address = listing(name_of(get_user_model())) + "?groups__isnull=True"
    with CaptureQueriesContext(connection) as queries:
        page = admin_client.get(address)
    (counted,) = (one["sql"] for one in queries if "COUNT(" in one["sql"])
    assert "DISTINCT" in counted
    assert "password" not in counted
    assert page.context["cl"].result_count == get_user_model().objects.count()


@pytest.mark.usefixtures("three_attempts")
def test_filter_by_type_offers_every_type_of_event(admin_client):
    page = admin_client.get(listing("cx_courses_event") + f"?type={events.ATTEMPT_STARTED}")
    assert page.context["cl"].result_count == 3
    for name in events.ALL_TYPES:
        assert f"?type={name}" in page.text


def plan(rows):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    return rows.explain()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (Attempt.objects.filter(state="submitted"), "cx_courses_attempt_waiting"),
        (Event.objects.filter(type="accommodation.changed").order_by(), "cx_courses_event_seldom"),
        (Grading.objects.filter(kind="person").order_by(), "cx_courses_grading_seldom"),
    ],
    ids=["attempt", "event", "grading"],
)
def test_what_is_seldom_is_found_by_an_index(rows, index):
    assert index in plan(rows)


@pytest.mark.postgres
def test_page_of_records_is_read_in_the_order_of_an_index():
    for model in LISTS:
        one = next(a for m, a in admin.site._registry.items() if name_of(m) == model)
        rows = one.model._base_manager.order_by(*one.ordering).values("pk")[:50]
        assert "Sort" not in plan(rows), model
