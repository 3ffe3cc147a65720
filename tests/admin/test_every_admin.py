"""What holds for the admin of every model."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.admin.mixins import CourseAdmin, ReadOnlyAdmin
from courses.admin.own import OwnCourses
from courses.admin.rows import course_id_of
from courses.models import Course
from tests.admin.conftest import make_course, signed_in, teacher_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOT_IN_ADMIN = {
    "alikepair", "angoffestimate", "angoffround", "faultreport", "invitation",
    "lessonnote",
    "jobfilepart", "calendarfeed", "learningmail", "mark", "markingclaim",
    "markingcomment", "notice",
    "questionfingerprint", "questionimport", "questionsource", "quizanalysis", "regradepreview",
    "regradepreviewrow", "searchtext", "staleresults", "storedcheck", "storedfile", "syncedfolder",
    "trial", "workingcopy",
}  # fmt: skip
"""These have pages of their own, or are worked out; a stored file is its asset's."""
MODELS = [
    model
    for model in apps.get_app_config("cx_courses").get_models()
    if model._meta.model_name not in NOT_IN_ADMIN
]
ROOTS_ALONE = {
    "apiclient", "apikey", "cohort", "deliverytry", "externalidentity", "idempotencyrecord",
    "launch", "learnertoken", "pinnedcontent", "preferences", "relayprocess", "signin",
    "signingkey",
    "webhookendpoint",
}  # fmt: skip
"""Rows of no course, which only administrators see.

Their own tests: tests/api/test_keys.py, tests/admin/test_webhooks.py.
"""
NAMES = sorted({model._meta.model_name for model in MODELS} - ROOTS_ALONE)

LIST_QUERIES = {
    "accommodation": 6,
    "asset": 7,
    "attempt": 6,
    "attemptdecision": 5,
    "attemptitem": 6,
    "certificate": 5,
    "certificaterule": 6,
    "course": 6,
    "delivery": 6,
    "edition": 6,
    "enrolment": 6,
    "event": 5,
    "extension": 7,
    "grading": 5,
    "job": 6,
    "lesson": 7,
    "lessonprogress": 6,
    "lineitem": 5,
    "lineitemrule": 5,
    "module": 6,
    "objective": 7,
    "question": 9,
    "questionversion": 6,
    "quiz": 7,
    "quizitem": 5,
    "reference": 6,
    "regradebatch": 5,
    "regradeoutcome": 6,
    "regradetarget": 5,
    "response": 5,
    "result": 6,
    "resultoverride": 6,
    "reviewcard": 6,
    "section": 6,
    "sectionquiz": 7,
    "stimulus": 6,
    "tag": 6,
    "term": 6,
    "votetally": 5,
}
"""Queries of a list, session and user among them; whatever it holds."""

READ_ONLY = [
    "attempt", "attemptdecision", "attemptitem", "certificate", "delivery", "edition", "event",
    "grading", "job", "lessonprogress", "lineitem", "lineitemrule", "quizitem", "regradebatch",
    "regradeoutcome", "regradetarget", "response", "result", "resultoverride", "reviewcard",
    "votetally",
]  # fmt: skip


def page(name, kind, *args):
    return reverse(f"admin:cx_courses_{name}_{kind}", args=args)


def first(name):
    return apps.get_model("cx_courses", name).objects.first()


def admin_of(name):
    return admin.site.get_model_admin(apps.get_model("cx_courses", name))


def test_every_model_is_registered_with_search_and_filters():
    for name in NAMES:
        found = admin_of(name)
        assert isinstance(found, CourseAdmin), name
        assert found.search_fields, name
        assert found.list_filter, name


def test_no_inline_is_a_table():
    inlines = [inline for name in NAMES for inline in admin_of(name).inlines]

    assert inlines
    assert all(issubclass(inline, admin.StackedInline) for inline in inlines)
    assert all(issubclass(inline, OwnCourses) for inline in inlines)


def test_a_list_takes_the_same_queries_for_one_row_and_three(admin_client):
    make_course()
    ContentType.objects.get_for_models(*apps.get_models())  # They are read once per process.
    one = list_queries(admin_client)
    for _number in range(2):
        make_course()

    assert one == LIST_QUERIES
    assert list_queries(admin_client) == LIST_QUERIES


def list_queries(client):
    counts = {}
    for name in NAMES:
        with CaptureQueriesContext(connection) as queries:
            client.get(page(name, "changelist"))
        counts[name] = len(queries)
    return counts


def test_every_page_opens_without_style_or_script_of_its_own(admin_client, course):
    """And every list names the course of its rows."""
    for name in NAMES:
        row = first(name)
        listing, change = page(name, "changelist"), page(name, "change", row.pk)
        for address in (f"{listing}?q=course", listing, change, page(name, "history", row.pk)):
            answer = admin_client.get(address)
            assert answer.status_code == 200, address
            if address == listing:
                rows = answer.text.partition('id="result_list"')[2].partition("</table>")[0]
                assert course.title in rows, name
            for inline in ("<style", " style=", "<script>"):
                assert inline not in answer.text, address


def test_records_are_read_only_even_for_a_superuser(admin_client, course):
    for name in READ_ONLY:
        row = first(name)

        assert isinstance(admin_of(name), ReadOnlyAdmin), name
        assert admin_client.get(page(name, "add")).status_code == 403, name
        assert admin_client.post(page(name, "change", row.pk), {}).status_code == 403, name
        answer = admin_client.post(page(name, "delete", row.pk), {"post": "yes"})
        assert answer.status_code == 403, name


def test_an_instructor_sees_only_rows_of_their_course(
    course, other_course, teacher_client, admin_user, rf
):
    request = rf.get("/")
    request.user = admin_user
    for name in NAMES:
        mine = teacher_client.get(page(name, "changelist")).context["cl"]
        foreign = set(admin_of(name).get_queryset(request)) - set(mine.queryset)
        choices = [str(getattr(spec, "lookup_choices", "")) for spec in mine.filter_specs]

        assert mine.queryset.exists(), name
        assert foreign, name
        assert other_course.title not in "".join(choices), name
        for kind in ("change", "delete", "history"):
            answer = teacher_client.get(page(name, kind, foreign.copy().pop().pk))
            assert answer.status_code in {302, 403}, (name, kind)


def test_autocomplete_offers_only_rows_of_ones_own_course(course, other_course, teacher_client):
    for name in NAMES:
        for field in admin_of(name).autocomplete_fields:
            query = {"app_label": "cx_courses", "model_name": name, "field_name": field}
            answer = teacher_client.get(reverse("admin:autocomplete"), query).json()
            rows = target(name, field).objects.filter(
                pk__in=[row["id"] for row in answer["results"]]
            )
            assert {course_id_of(row) for row in rows} == {course.pk}, (name, field)


def target(name, field):
    return apps.get_model("cx_courses", name)._meta.get_field(field).remote_field.model


def test_staff_without_permission_get_nothing(course):
    client = signed_in(teacher_of(course, "nothing-at-all"))

    for name in NAMES:
        assert client.get(page(name, "changelist")).status_code == 403
        assert client.get(page(name, "change", first(name).pk)).status_code == 403


def test_view_only_staff_change_nothing(course):
    views = [f"view_{name}" for name in NAMES]
    client = signed_in(teacher_of(course, *views))
    before = everything()

    for name in NAMES:
        row = first(name)
        form = client.get(page(name, "change", row.pk))
        assert form.status_code == 200, name
        for kind, args in (("add", ()), ("change", (row.pk,)), ("delete", (row.pk,))):
            data = {"title": "Mine now", "post": "yes", "items-TOTAL_FORMS": "1"}
            assert client.post(page(name, kind, *args), data).status_code == 403, (name, kind)
        acts = {"_selected_action": [row.pk], "post": "yes"}
        for action in ("delete_selected", *map(name_of_action, admin_of(name).actions)):
            client.post(page(name, "changelist"), {**acts, "action": action})

    assert everything() == before


def name_of_action(action):
    return action if isinstance(action, str) else action.__name__


def everything():
    return {model: sorted(map(repr, model.objects.values_list())) for model in MODELS}


def test_a_foreign_row_in_a_form_is_refused(course, other_course, teacher_client):
    module = other_course.modules.first()

    answer = teacher_client.post(
        page("lesson", "add"),
        {"module": module.pk, "title": "T", "key": "t", "position": 1, "body": "B", "minutes": 5},
    )

    assert "Select a valid choice" in str(answer.context["errors"])
    assert not module.lessons.filter(key="t").exists()


def test_author_of_a_new_course_becomes_its_instructor(course, teacher, teacher_client):
    teacher_client.post(
        page("course", "add"),
        {"key": "new", "title": "New", "language": "en", "state": "draft", "authors": "A\nB"},
    )

    made = Course.objects.get(key="new")
    assert made.authors == ["A", "B"]
    assert made.enrolments.get().user == teacher
    assert made.enrolments.get().role == "instructor"
