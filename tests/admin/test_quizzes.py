"""The rules of a quiz and its places."""

import datetime as dt

import pytest
from django.urls import reverse

from courses.domain import attempts
from courses.models import Quiz
from tests.admin.conftest import finish
from tests.factories import (
    NOW,
    CourseFactory,
    ModuleFactory,
    make_learner,
    make_lesson,
    make_question,
    reader_of,
)
from tests.factories import make_quiz as quiz_with

pytestmark = pytest.mark.django_db


def change(quiz):
    return reverse("admin:cx_courses_quiz_change", args=[quiz.pk])


def form(quiz, items=(), **values):
    """What the page of a quiz sends; `items` are dicts of a place's fields."""
    data = {
        "module": quiz.module_id,
        "title": quiz.title,
        "position": 0,
        "kind": "graded",
        "feedback_mode": "deferred",
        "credit": "",
        "review": "",
        "attempt_delay_s": 0,
        "grade_method": "best",
        "giving_up": "by_kind",
        "grace_s": 0,
        "pass_mark": "80",
        "marker_tolerance": "10",
        "items-TOTAL_FORMS": len(items),
        "items-INITIAL_FORMS": 0,
        **values,
    }
    for number, item in enumerate(items):
        data |= {f"items-{number}-{name}": value for name, value in item.items()}
    return data


def errors(answer):
    context = answer.context
    formsets = [formset.formset.errors for formset in context["inline_admin_formsets"]]
    return {**context["adminform"].form.errors}, formsets


@pytest.fixture
def quiz():
    return quiz_with(questions=0)


def test_places_are_added(admin_client, quiz):
    question = make_question(quiz.module)
    items = [
        {"position": 1, "points": "2", "question": question.pk},
        {"position": 2, "points": "1", "draw_count": 3, "draw_difficulty": "easy"},
    ]

    answer = admin_client.post(change(quiz), form(quiz, items, credit="1\n1/2"))

    assert answer.status_code == 302
    assert list(quiz.items.values_list("position", "question", "draw_count")) == [
        (1, question.pk, None),
        (2, None, 3),
    ]
    assert Quiz.objects.get().credit == ["1", "1/2"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("review", '{"sometimes": ["points"]}', "review.sometimes: Unknown moment"),
        ("review", '{"later": ["everything"]}', "review.later: Unknown field"),
        ("review", '{"later": 3}', "A list is expected here."),
        ("review", "[1]", "A mapping of moments"),
        ("credit", "1/2\n1", "must not rise"),
        ("credit", "2", "between 0 and 1"),
        ("credit", "much", "Enter credit as a share"),
        ("pass_mark", "101", "less than or equal to 100"),
    ],
)
def test_a_rule_that_cannot_be_is_an_error_at_its_field(field, value, message, admin_client, quiz):
    answer = admin_client.post(change(quiz), form(quiz, **{field: value}))

    found, _formsets = errors(answer)
    assert list(found) == [field]
    assert message in str(found[field])


def test_a_place_is_a_question_or_a_draw(admin_client, quiz):
    question = make_question(quiz.module)
    other = make_question(quiz.module)
    elsewhere = make_question(ModuleFactory())
    place = {"position": 1, "points": "1"}

    def refused(**values):
        answer = admin_client.post(change(quiz), form(quiz, [{**place, **values}]))
        return errors(answer)[1][0][0]

    assert list(refused()) == ["question"]
    assert "question" in refused(question=question.pk, draw_count=2)
    assert "another course" in str(refused(question=elsewhere.pk))
    assert list(refused(question=question.pk, version=other.ready_version_id)) == ["version"]
    assert not quiz.items.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_quiz_page_takes_the_same_queries_for_one_place_and_three(
    count, admin_client, django_assert_num_queries
):
    quiz = quiz_with(questions=count)
    for item in quiz.items.select_related("question"):
        item.version_id = item.question.ready_version_id
        item.save()
    admin_client.get(change(quiz))

    with django_assert_num_queries(8):
        answer = admin_client.get(change(quiz))

    assert answer.text.count(" v1</option>") == count


def test_a_lessons_checks_are_changed_in_its_text(admin_client):
    lesson = make_lesson(checks=2)

    answer = admin_client.get(change(lesson.checks))

    (formset,) = answer.context["inline_admin_formsets"]
    assert not formset.has_add_permission
    assert not formset.has_change_permission
    assert answer.context["has_absolute_url"]


def test_a_module_of_another_course_is_refused(admin_client, quiz):
    foreign = ModuleFactory(course=CourseFactory())

    found, _formsets = errors(admin_client.post(change(quiz), form(quiz, module=foreign.pk)))

    assert "another course" in str(found["module"])


def test_changing_what_counts_says_for_whom(admin_client):
    quiz = quiz_with(questions=0)
    data = form(quiz, grade_method="last")
    question = make_question(quiz.module)
    quiz.items.create(position=1, question=question)
    finish(make_learner(quiz.course), quiz)

    answer = admin_client.post(change(quiz), data, follow=True)

    assert any("A lower pass mark" in str(one) for one in answer.context["messages"])


@pytest.mark.parametrize(("limit", "minutes", "is_warned"), [("60", 30, True), ("3600", 60, False)])
def test_open_attempts_get_more_time_and_never_less(limit, minutes, is_warned, admin_client):
    quiz = quiz_with(questions=1)
    Quiz.objects.filter(pk=quiz.pk).update(time_limit_s=1800)
    ada = make_learner(quiz.course)
    attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    place = quiz.items.get()
    items = [{"id": place.pk, "position": 1, "points": "1", "question": place.question_id}]
    sent = form(quiz, items, time_limit_s=limit) | {"items-INITIAL_FORMS": 1}
    answer = admin_client.post(change(quiz), sent, follow=True)

    attempt.refresh_from_db()
    assert attempt.deadline_at == NOW + dt.timedelta(minutes=minutes)
    warning = "1 open attempt keeps the longer time that it began with."
    assert (warning in answer.text) is is_warned


def test_quiz_page_warns_of_problems_for_learners(admin_client, quiz):
    items = [{"position": 1, "points": "1", "draw_count": 3}]
    answer = admin_client.post(change(quiz), form(quiz, items), follow=True)

    assert "The bank has 0 questions left for this draw, not 3." in answer.text
    assert quiz.items.count() == 1


def test_a_draft_is_for_its_authors(admin_client, client, quiz):
    answer = admin_client.post(change(quiz), form(quiz, is_draft="on"), follow=True)

    assert "cannot take this quiz" not in answer.text
    assert not Quiz.objects.offered().exists()
    client.force_login(make_learner(quiz.course).user)
    assert client.get(quiz.get_absolute_url()).status_code == 404
    admin_client.post(change(quiz), form(quiz))
    assert client.get(quiz.get_absolute_url()).status_code == 200


def test_a_lessons_checks_are_no_draft(admin_client):
    checks = make_lesson(checks=1).checks
    admin_client.post(change(checks), form(checks, is_draft="on", is_archived="on"))

    checks.refresh_from_db()
    assert (checks.is_draft, checks.is_archived) == (False, False)
