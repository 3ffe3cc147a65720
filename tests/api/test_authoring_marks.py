"""Sent texts may name only what exists, as in course files; refusals name the place."""

import copy
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.domain.authoring import edits
from courses.models import Lesson, Question, QuestionVersion, Reference, Term
from tests.api.authoring import Author, pointers
from tests.api.platform import problem
from tests.factories import SINGLE_CHOICE, ModuleFactory, make_asset, make_lesson

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

GOOD = (
    "[[term:cx]], [[term:cx|shown]], [[source:smuda]], [a lesson](lesson:intro), "
    "![a figure](asset:a.svg) and $x^2$"
)
BAD = {
    "term": "[[term:none]]",
    "source": "[[source:none]]",
    "lesson": "[a lesson](lesson:none)",
    "archived lesson": "[a lesson](lesson:old)",
    "asset": "![a figure](asset:none.svg)",
    "another module's asset": "![a figure](asset:b.svg)",
    "unknown mark": "[[lesion:intro]]",
    "formula": r"$\frac{$",
}


@pytest.fixture
def author():
    made = Author()
    module, other = made.module, ModuleFactory(course=made.course)
    make_lesson(module=module, key="intro", checks=0)
    make_lesson(module=module, key="old", checks=0)
    Lesson.objects.filter(key="old").update(is_archived=True)
    Term.objects.create(course=made.course, key="cx", term="CX", definition="Experience.")
    Reference.objects.create(course=made.course, key="smuda", citation="Smuda.")
    for place, name in ((module, "a.svg"), (other, "b.svg")):
        make_asset(module=place, name=name)
    # Keys of other courses are not known here.
    foreign = make_lesson(key="none", checks=0).module
    Term.objects.create(course=foreign.course, key="none", term="N", definition="N.")
    return made


def asking(text):
    data = copy.deepcopy(SINGLE_CHOICE)
    data["options"][1]["feedback"] = text
    return data


def question(author, text, **more):
    body = {"key": "q-new", "type": "single_choice", "data": asking(text), **more}
    return {"module": author.module.key, **body}


def refused(answer):
    return pointers(problem(answer, 400, "invalid"))


FIELD = "/data/options/1/feedback"


def test_existing_names_are_accepted_in_texts(author):
    made = author.post("/questions", question(author, GOOD))
    assert made.status_code == 201, made.content
    assert author.post("/questions/q-new/versions/1/publish").status_code == 200
    stimulus = {"key": "s", "title": "", "body": GOOD + " ![another](asset:b.svg)"}
    assert author.post("/stimuli", stimulus).status_code == 201
    quiz = {"key": "quiz", "title": "Q", "kind": "graded", "intro": GOOD}
    assert author.post("/quizzes", {**quiz, "module": author.module.key}).status_code == 201


@pytest.mark.parametrize("name", BAD)
def test_unknown_names_are_refused_in_texts(author, name):
    known = author.question(key="q-1")
    bad = f"See {BAD[name]}."
    assert refused(author.post("/questions", question(author, bad))) == [FIELD]
    new = {"type": "single_choice", "data": asking(bad)}
    assert refused(author.post("/questions/q-1/versions", new)) == [FIELD]
    quiz = {"key": "quiz", "title": "Q", "kind": "graded", "intro": bad}
    quiz |= {"module": author.module.key}
    assert refused(author.post("/quizzes", quiz)) == ["/intro"]
    if name != "another module's asset":
        assert refused(author.post("/stimuli", {"key": "s", "body": bad})) == ["/body"]

    assert Question.objects.filter(course=author.course).get() == known
    assert QuestionVersion.objects.filter(question=known).count() == 1


def test_a_draft_is_looked_at_again_when_it_is_replaced_and_published(author):
    author.post("/questions", question(author, GOOD))
    place = "/questions/q-new/versions/1"
    bad = {"type": "single_choice", "data": asking(BAD["term"]), "note": ""}
    assert refused(author.put(place, bad)) == [FIELD]
    Term.objects.filter(course=author.course).delete()

    assert refused(author.post(f"{place}/publish")) == [FIELD, FIELD]


def test_a_question_without_a_module_shows_no_figure(author):
    body = question(author, "![a figure](asset:a.svg)", module=None)
    assert refused(author.post("/questions", body)) == [FIELD]


def test_existing_problems_do_not_block_other_changes(author):
    quiz = author.quiz(key="quiz-1", intro=BAD["term"])
    body = author.get("/quizzes/quiz-1").json()
    assert author.put("/quizzes/quiz-1", {**body, "title": "Other"}).status_code == 200
    assert refused(author.put("/quizzes/quiz-1", {**body, "intro": BAD["source"]})) == ["/intro"]
    stimulus = author.course.stimuli.create(key="s", body=BAD["term"])
    changed = {"title": "Other", "body": stimulus.body}
    assert author.put("/stimuli/s", changed).status_code == 200

    quiz.refresh_from_db()
    assert (quiz.title, quiz.intro) == ("Other", BAD["term"])


def test_a_plain_text_costs_nothing_and_marks_a_query_for_each_kind(author):
    def cost(count, text):
        data = asking(text)
        data["options"][0]["feedback"] = text * count
        row = author.question()
        with CaptureQueriesContext(connection) as queries:
            edits.write_version(
                question=row, type="single_choice", data=data, is_ready=False, by=None, origin=None
            )
        return len(queries)

    plain = cost(1, "Plain.")
    assert cost(1, "[[term:cx]] [a](lesson:intro)") == plain + 2
    assert cost(20, "[[term:cx]] [a](lesson:intro)") == plain + 2


@pytest.mark.parametrize(("name", "count"), [("check:q-1", 0), ("check:q-2", 1), ("term:none", 1)])
def test_the_admin_warns_of_what_a_lesson_names_in_vain(author, admin_client, name, count):
    """Lessons are often written before what they name."""
    author.question(key="q-1")
    data = {"module": author.module.pk, "title": "T", "key": "new", "position": 9, "minutes": 5}
    data |= {"completion": "confirm", "body": f"First.\n\n[[{name}]]\n"}
    page = admin_client.post(reverse("admin:cx_courses_lesson_add"), data, follow=True)
    found = [str(one) for one in page.context["messages"] if "Line 3 of the text" in str(one)]

    assert Lesson.objects.filter(key="new").exists()
    assert len(found) == count


@pytest.mark.parametrize("text", [GOOD, BAD["term"]])
def test_the_admin_asks_the_same(author, admin_client, text):
    """Where the API refuses a field, the form does."""
    row, course, module = author.question(), author.course, author.module
    forms = {
        "questionversion": {
            "question": row.pk,
            "type": "single_choice",
            "data": json.dumps(asking(text)),
            "note": "",
        },
        "stimulus": {"course": course.pk, "key": "s", "title": "", "body": text},
        "term": {"course": course.pk, "key": "t", "term": "T", "definition": text},
    }
    for name, data in forms.items():
        # A definition belongs to no module: no figure.
        sent = {
            key: str(value).replace("![a figure](asset:a.svg)", "") for key, value in data.items()
        }
        page = admin_client.post(reverse(f"admin:cx_courses_{name}_add"), sent)
        if text == GOOD:
            assert page.status_code == 302, (name, page.context["errors"])
        else:
            assert "there is nothing with the key “none” here" in page.text, name
    assert module.course == course
