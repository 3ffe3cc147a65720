"""Drafts of questions, new questions and quizzes: by the same means as those of lessons."""

from typing import Any

import pytest
from django.urls import reverse

from courses.admin.studio.editor_fields import fields_of
from courses.domain.authoring.editions import state_of
from courses.domain.authoring.working_copies import Thing
from courses.models import Question, Quiz, WorkingCopy
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import SentFields
from tests.admin.test_drafts import SCRIPT
from tests.factories import (
    ModuleFactory,
    ObjectiveFactory,
    make_question,
    make_quiz,
)
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db

WRITE = reverse("admin:cx_courses_question_write")


@pytest.fixture
def module():
    return ModuleFactory()


@pytest.fixture
def client(module):
    return signed_in(teacher_of(module.course))


@pytest.fixture
def other(module):
    return signed_in(teacher_of(module.course))


class Editor:
    """The page of a question or quiz, as one person uses it."""

    def __init__(self, client: Any, row: Any) -> None:
        name = "question_edit" if isinstance(row, Question) else "quiz_build"
        self.client, self.url = client, reverse(f"admin:cx_courses_{name}", args=[row.pk])
        self.form = "question-form" if isinstance(row, Question) else "quiz-form"
        self.opened = self.sent(client.get(self.url))

    def sent(self, page: Any, form: str = "") -> dict[str, str]:
        return SentFields(page.text, form or self.form).values

    def press(self, button: str, fields: Any = None, **typed: Any) -> Any:
        data = {**(fields or self.opened), **{k.replace("__", "."): v for k, v in typed.items()}}
        return self.client.post(self.url, {**data, "do": button}, follow=True)


def test_question_is_kept_compared_and_published(client, module):
    question = make_question(module)
    editor = Editor(client, question)
    page = editor.press("keep", data__stem="", difficulty="hard")
    assert editor.sent(page)["data.stem"] == ""
    assert "Not saved yet." not in page.text.partition("<form")[0]

    page = editor.press("compare", editor.sent(page), data__stem="Anew?")
    assert "<dt>Question</dt>" in page.text
    assert "<dt>Difficulty</dt>" in page.text
    assert "Who and what is affected" in page.text
    editor.press("publish", editor.sent(page, "publish-form"))
    question.refresh_from_db()
    assert question.ready_version.data["stem"] == "Anew?"
    assert (question.difficulty, WorkingCopy.objects.count()) == ("hard", 0)


def test_two_editors_of_a_question_choose_part_by_part(client, other, module):
    question = make_question(module)
    mine, theirs = Editor(client, question), Editor(other, question)
    theirs.press("publish", data__options__0__text="Theirs <b>", tags="seen")
    page = mine.press("publish", data__stem="Mine?", data__options__1__text="Mine")

    assert page.status_code == 409
    assert "Theirs &lt;b&gt;" in page.text
    fields = mine.sent(page, "conflict-form")
    choices = {name: fields[name] for name in fields if name.startswith("choice.")}
    assert choices == {
        "choice.data.stem": "mine", "choice.data.options": "mine", "choice.tags": "theirs",
    }  # fmt: skip
    chosen = mine.press("merge", fields, choice__data__options="theirs")
    mine.press("publish", mine.sent(chosen))

    question.refresh_from_db()
    data = question.ready_version.data
    assert (data["stem"], data["options"][0]["text"]) == ("Mine?", "Theirs <b>")
    assert [tag.key for tag in question.tags.all()] == ["seen"]


def test_new_question_is_a_draft_with_an_address_until_it_is_published(client, module):
    address = f"{WRITE}?course={module.course.key}&type=single_choice"
    fields = SentFields(client.get(address).text, "question-form").values
    typed = {**fields, "data.stem": "Half a"}
    first = client.post(address, typed | {"do": "keep", "tab": "a", "turn": "1"}, headers=SCRIPT)
    # The answer was lost: the same page is not given a second draft.
    again = client.post(address, typed | {"do": "keep", "tab": "a", "turn": "2"}, headers=SCRIPT)
    assert first.json()["draft"] == again.json()["draft"]
    assert WorkingCopy.objects.count() == 1
    assert not Question.objects.exists()

    page = client.get(f"{address}&draft={first.json()['draft']}")
    assert "You go on with what you wrote" in page.text
    fields = SentFields(page.text, "question-form").values
    assert fields["data.stem"] == "Half a"
    done = client.post(
        address,
        fields | {
            "data.stem": "Whole?", "data.options.0.text": "One", "data.options.1.text": "Two",
            "data.options.0.feedback": "No.", "data.options.1.feedback": "Yes.",
            "data.options~correct": "1", "do": "publish",
        },
    )  # fmt: skip
    assert done.status_code == 302, done.text
    assert Question.objects.get().ready_version.data["stem"] == "Whole?"
    assert not WorkingCopy.objects.exists()


def test_drafts_of_others_have_no_address(client, other, module):
    address = f"{WRITE}?course={module.course.key}&type=single_choice"
    fields = SentFields(client.get(address).text, "question-form").values
    kept = client.post(address, fields | {"data.stem": "Secret", "do": "keep"}, headers=SCRIPT)
    page = other.get(f"{address}&draft={kept.json()['draft']}")
    assert "Secret" not in page.text
    assert client.get(f"{address}&draft=nonsense").status_code == 200


def test_quiz_is_kept_compared_and_published(client, module):
    quiz = make_quiz(questions=2, module=module)
    editor = Editor(client, quiz)
    page = editor.press("keep", title="", place__0__points="2")
    again = editor.sent(page)
    assert (again["title"], again["place.0.points"]) == ("", "2")

    page = editor.press("compare", again, title="After")
    assert "<dt>Title</dt>" in page.text
    assert "<dt>Place 1: points</dt>" in page.text
    assert "Who and what is affected" in page.text
    editor.press("save", editor.sent(page, "publish-form"))
    quiz.refresh_from_db()
    assert (quiz.title, quiz.items.order_by("position")[0].points) == ("After", 2)
    assert not WorkingCopy.objects.exists()


def test_two_editors_of_a_quiz_choose_part_by_part(client, other, module):
    quiz = make_quiz(questions=2, module=module)
    mine, theirs = Editor(client, quiz), Editor(other, quiz)
    theirs.press("save", pass_mark="55", title="Theirs")
    page = mine.press("drop:1")
    page = mine.press("save", mine.sent(page), title="Mine")

    assert page.status_code == 409
    fields = mine.sent(page, "conflict-form")
    chosen = mine.press("merge", fields)
    mine.press("save", mine.sent(chosen))
    quiz.refresh_from_db()
    assert (quiz.title, str(quiz.pass_mark), quiz.items.count()) == ("Mine", "55.00", 1)


def _posted(page: Any, form: str) -> dict[str, str]:
    own = ("based_on", "revision", "draft", "tab", "seed", "state", "csrfmiddlewaretoken")
    found = SentFields(page.text, form).values
    return {
        name: text.replace("\r\n", "\n")
        for name, text in found.items()
        if name not in own and not name.startswith(("find-", "find_"))
    }


@pytest.mark.parametrize("key", EXAMPLES)
def test_the_fields_of_stored_values_are_those_of_the_page(client, module, key):
    ObjectiveFactory(module=module, key="OBJ-1")
    question = make_question(module, kind=key, data=EXAMPLES[key][0])
    editor = Editor(client, question)
    thing = Thing(module.course, "question", question.key, key)
    made = dict(fields_of(thing=thing, row=question, values=state_of(question).values))
    shown = _posted(client.get(editor.url), "question-form")
    of_the_search = {name for name in shown if name.startswith("insert_")}
    assert made == {name: text for name, text in shown.items() if name not in of_the_search}


def test_the_fields_of_a_stored_quiz_are_those_of_its_page(client, module):
    quiz = make_quiz(questions=2, module=module)
    Quiz.objects.filter(pk=quiz.pk).update(time_limit_s=90, shuffle_items=False)
    editor = Editor(client, Quiz.objects.get(pk=quiz.pk))
    thing = Thing(module.course, "quiz", quiz.key)
    row = Quiz.objects.get(pk=quiz.pk)
    made = dict(fields_of(thing=thing, row=row, values=state_of(row).values))
    shown = _posted(client.get(editor.url), "quiz-form")
    for name in ("pass_mark", "marker_tolerance"):
        assert float(made.pop(name)) == float(shown.pop(name))
    assert shown == {"place.0.version": "", "place.1.version": "", **made}
