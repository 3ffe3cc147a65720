"""A question's versions are written once; the next one is a new row."""

import json

import pytest
from django.urls import reverse

from courses.domain.authoring.questions import publish_version
from courses.errors import Invalid
from courses.models import AttemptItem, QuestionVersion
from tests.admin.conftest import finish
from tests.factories import SINGLE_CHOICE, ModuleFactory, make_learner, make_question, make_quiz

pytestmark = pytest.mark.django_db

ADD = reverse("admin:cx_courses_questionversion_add")
NEW = {**SINGLE_CHOICE, "stem": "Which is inside-out?"}


def form(question, data):
    text = data if isinstance(data, str) else json.dumps(data)
    return {"question": question.pk, "type": "single_choice", "data": text, "note": "Turned."}


@pytest.fixture
def question():
    return make_question(ModuleFactory())


def test_a_new_version_is_ready_and_leaves_the_old_one_alone(admin_client, admin_user, question):
    before = QuestionVersion.objects.values().get()

    admin_client.post(ADD, form(question, NEW))

    question.refresh_from_db()
    latest = question.ready_version
    assert (latest.number, latest.status, latest.note) == (2, "ready", "Turned.")
    assert (latest.data["stem"], latest.created_by) == ("Which is inside-out?", admin_user)
    assert len(latest.content_hash) == 64
    assert QuestionVersion.objects.values().get(number=1) == before


def test_an_attempt_keeps_the_version_it_began_with(admin_client):
    quiz = make_quiz(questions=1)
    finish(make_learner(quiz.course), quiz)
    question = quiz.items.get().question

    admin_client.post(ADD, form(question, NEW))

    assert AttemptItem.objects.get().version.number == 1


def test_the_same_content_again_makes_no_version(admin_client, admin_user, question):
    first = publish_version(question=question, type="single_choice", data=NEW, by=admin_user)
    again = publish_version(question=question, type="single_choice", data=NEW, by=admin_user)

    assert again == first
    assert question.versions.count() == 2


def test_mistakes_are_named_with_their_path(admin_client, question):
    options = [dict(option) for option in SINGLE_CHOICE["options"]]
    options[1]["feedback"] = ""
    wrong = admin_client.post(ADD, form(question, {**NEW, "options": options}))
    odd = admin_client.post(ADD, form(question, {**NEW, "colour": "red", "stem": 1}))
    broken = admin_client.post(ADD, form(question, "{"))

    def errors(answer):
        return answer.context["adminform"].form.errors["data"]

    assert errors(wrong) == ["options.1.feedback: This text must not be empty."]
    assert [line.partition(":")[0] for line in errors(odd)] == ["colour", "stem"]
    assert errors(broken)[0] == "Enter a valid JSON."
    assert question.versions.count() == 1


def test_publishing_what_the_type_refuses_raises_with_paths(question, admin_user):
    with pytest.raises(Invalid) as caught:
        publish_version(question=question, type="single_choice", data={}, by=admin_user)

    assert [problem.path for problem in caught.value.problems] == ["stem", "options"]


def test_a_version_cannot_be_changed_or_deleted(admin_client, question):
    version = question.ready_version
    for kind in ("change", "delete"):
        address = reverse(f"admin:cx_courses_questionversion_{kind}", args=[version.pk])
        assert admin_client.post(address, {"post": "yes"}).status_code == 403


def test_a_new_version_starts_from_the_latest(admin_client, question):
    answer = admin_client.get(ADD, {"question": question.pk})

    assert json.loads(answer.context["adminform"].form["data"].value()) == SINGLE_CHOICE


def test_a_question_lists_its_versions(admin_client, question):
    text = admin_client.get(reverse("admin:cx_courses_question_change", args=[question.pk])).text

    assert reverse("admin:cx_courses_question_edit", args=[question.pk]) in text
    assert (
        reverse("admin:cx_courses_questionversion_change", args=[question.ready_version_id]) in text
    )


def test_a_question_is_retired_and_brought_back(admin_client, question):
    address = reverse("admin:cx_courses_question_changelist")
    data = {"_selected_action": [question.pk]}

    admin_client.post(address, {**data, "action": "archive_rows"})
    question.refresh_from_db()
    assert question.is_retired
    admin_client.post(address, {**data, "action": "restore_rows"})
    question.refresh_from_db()
    assert not question.is_retired


class TestEnemies:
    def save(self, client, question, lines):
        form = {
            "course": question.course_id,
            "module": question.module_id,
            "key": question.key,
            "difficulty": "medium",
            "enemies": lines,
            "versions-TOTAL_FORMS": "0",
            "versions-INITIAL_FORMS": "0",
        }
        page = reverse("admin:cx_courses_question_change", args=[question.pk])
        return client.post(page, form)

    def test_they_are_named_one_per_line(self, admin_client, question):
        other = make_question(question.module, key="other")
        self.save(admin_client, question, f"{other.key}\n{other.key}\n")

        question.refresh_from_db()
        assert question.enemies == ["other"]

    def test_one_that_is_not_there_is_refused(self, admin_client, question):
        answer = self.save(admin_client, question, "nobody")

        assert "The course has nothing with the key “nobody”." in answer.content.decode()
        question.refresh_from_db()
        assert question.enemies == []

    def test_one_that_stands_in_the_same_quiz_is_refused(self, admin_client):
        quiz = make_quiz(questions=2)
        one, two = (item.question for item in quiz.items.order_by("position"))
        answer = self.save(admin_client, one, two.key)

        assert f"The quiz “{quiz.title}” asks both questions." in answer.content.decode()


@pytest.mark.parametrize("number", ["x", "9" * 30, "9" * 5000, "²"])
def test_version_of_a_question_that_cannot_be_one_starts_empty(admin_client, number):
    address = reverse("admin:cx_courses_questionversion_add")
    answer = admin_client.get(address, {"question": number})

    assert answer.status_code == 200
    assert not answer.context["adminform"].form.initial.get("data")
