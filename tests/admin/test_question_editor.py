"""The page on which a question is written: every type, by forms alone."""

import html
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.domain import enrolments, sections
from courses.models import Enrolment, Question, QuestionVersion
from courses.questions import registry
from courses.questions.contract.editor import posted
from courses.questions.forms import controls, fill
from tests.admin.conftest import finish, signed_in, staff, teacher_of
from tests.admin.pages import SentFields
from tests.factories import (
    NOW,
    CourseFactory,
    ModuleFactory,
    ObjectiveFactory,
    make_asset,
    make_learner,
    make_question,
    make_quiz,
)
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db

WRITE = reverse("admin:cx_courses_question_write")


def edit_url(question: Question) -> str:
    return reverse("admin:cx_courses_question_edit", args=[question.pk])


def sent(page: Any) -> SentFields:
    assert page.status_code == 200
    return SentFields(page.content.decode(), "question-form")


@pytest.fixture
def module():
    module = ModuleFactory()
    ObjectiveFactory(module=module, key="OBJ-1")
    make_asset(module=module, name="blueprint.svg", content=b"<svg/>")
    return module


@pytest.fixture
def client(module):
    return signed_in(teacher_of(module.course))


@pytest.mark.parametrize("key", EXAMPLES)
def test_every_type_is_created_edited_and_saved_by_forms_alone(client, module, key):
    kind = registry.get(key)
    value = kind.dump(kind.load(EXAMPLES[key][0]))
    address = f"{WRITE}?course={module.course.key}&type={key}"
    empty = sent(client.get(address)).values
    filled = posted(controls(kind, fill(kind, value)))
    about = {"module": module.key, "objective": "OBJ-1", "tags": "one, two", "source": "A book"}

    created = client.post(address, empty | filled | about | {"do": "publish"})
    question = Question.objects.get()
    assert created.url == edit_url(question), sent(created).values
    assert question.ready_version.data == value
    assert sorted(tag.key for tag in question.tags.all()) == ["one", "two"]
    assert (question.objective.key, question.source) == ("OBJ-1", ["A book"])

    again = sent(client.get(edit_url(question))).values
    client.post(edit_url(question), again | {"do": "publish"})
    assert question.versions.count() == 1

    again = sent(client.get(edit_url(question))).values
    client.post(edit_url(question), again | {"data.stem": "Asked\r\nanew?", "do": "publish"})
    question.refresh_from_db()
    assert question.ready_version.number == 2
    assert question.ready_version.data == value | {"stem": "Asked\nanew?"}
    assert question.ready_version.created_by is not None


def test_course_and_type_are_chosen_first(client, module):
    kinds = client.get(WRITE)

    assert kinds.status_code == 200
    assert all(f"type={key}" in html.unescape(kinds.text) for key in EXAMPLES)

    other = CourseFactory()
    teacher = staff()
    for course in (module.course, other):
        enrolments.enrol(course=course, user=teacher, role="instructor", now=NOW)
    both = signed_in(teacher).get(WRITE).text
    assert f"course={module.course.key}" in both
    assert f"course={other.key}" in both
    assert client.get(f"{WRITE}?course={other.key}").status_code == 404


def test_rows_are_added_moved_and_dropped_and_nothing_is_stored(client, module):
    question = make_question(module)
    page = sent(client.get(edit_url(question)))

    added = sent(client.post(edit_url(question), page.values | {"do": "add:data.options"}))
    assert added.values["data.options.3.text"] == ""
    assert added.values["data.options.3.key"] == "d"
    assert added.focused == ["data.options.3.text"]

    moved = sent(client.post(edit_url(question), added.values | {"do": "up:data.options.1"}))
    assert moved.values["data.options.0.text"] == page.values["data.options.1.text"]
    assert moved.values["data.options~correct"] == "0"

    dropped = sent(client.post(edit_url(question), moved.values | {"do": "drop:data.options.1"}))
    assert "data.options.1.text" not in dropped.values
    assert QuestionVersion.objects.count() == 1


def test_first_button_of_the_form_saves_nothing(client, module):
    """Enter in a line presses it."""
    page = sent(client.get(edit_url(make_question(module))))

    assert page.actions[0].startswith("show:")


def test_errors_stand_beside_their_controls_and_are_listed_with_links(client, module):
    question = make_question(module)
    values = sent(client.get(edit_url(question))).values
    values |= {"data.options.1.feedback": " ", "objective": "NONE", "do": "publish"}
    page = client.post(edit_url(question), values)
    found = sent(page)

    assert "Option 2: Reason for the learner" in page.text
    assert 'href="#id_data.options.1.feedback"' in page.text
    assert 'href="#id_objective"' in page.text
    assert {"id_data.options.1.feedback", "id_objective"} <= found.ids
    assert found.focused == ["data.options.1.feedback"]
    assert found.values["data.options.1.feedback"] == " "

    values["data.options.1.feedback"] = "Because."
    assert sent(client.post(edit_url(question), values)).focused == ["objective"]
    assert QuestionVersion.objects.count() == 1


def test_key_is_made_from_the_text_or_chosen_and_never_taken_twice(client, module):
    kind = registry.get("true_false")
    value = {"stem": "Is *a* journey a map?", "answer": False, "if_true": "No.", "if_false": "Yes."}
    address = f"{WRITE}?type=true_false"
    values = sent(client.get(address)).values | posted(controls(kind, fill(kind, value)))

    for own in ("", "", "own-key", "own-key"):
        client.post(address, values | {"key": own, "do": "another"})

    assert sorted(Question.objects.values_list("key", flat=True)) == [
        "is-a-journey-a-map",
        "is-a-journey-a-map-2",
        "own-key",
    ]


def test_draft_is_kept_from_learners_replaced_and_published_under_its_number(client, module):
    question = make_question(module)
    for stem in ("First?", "Second?"):
        values = sent(client.get(edit_url(question))).values
        client.post(edit_url(question), values | {"data.stem": stem, "do": "draft"})
    question.refresh_from_db()
    assert question.ready_version.number == 1
    assert [v.data["stem"] for v in question.versions.filter(number__gt=1)] == ["Second?"]

    page = client.get(edit_url(question))
    assert "Draft of version 2" in page.text
    assert "Learners get version 1." in page.text
    # What learners have is written and published; a draft of its next version is not offered.
    assert not {"draft", "another"} & set(sent(page).actions)
    assert "draft" in sent(client.get(f"{WRITE}?type=single_choice")).actions
    client.post(edit_url(question), sent(page).values | {"do": "publish"})
    question.refresh_from_db()
    assert (question.ready_version.number, question.versions.count()) == (2, 2)


def test_quiz_that_would_lack_questions_is_named_and_asked_for(client, module):
    quiz = make_quiz(questions=1, module=module)
    place = quiz.items.get()
    question = place.question
    client.post(
        edit_url(question),
        sent(client.get(edit_url(question))).values | {"tags": "drawn", "do": "publish"},
    )
    question.refresh_from_db()
    place.question, place.draw_count, place.draw_tag = None, 1, question.tags.get()
    place.save()
    values = sent(client.get(edit_url(question))).values | {"tags": "", "do": "publish"}

    refused = client.post(edit_url(question), values)
    assert quiz.title in refused.text
    assert question.tags.count() == 1

    client.post(edit_url(question), sent(refused).values | {"confirmed": "on", "do": "publish"})
    assert question.tags.count() == 0


@pytest.mark.parametrize(
    ("state", "shown", "hidden"),
    [
        ("open", "Her solved need", "It follows her goal."),
        ("right", "It follows her goal.", "That counts work."),
        ("wrong", "That counts work.", "It follows her goal."),
        ("solution", "It follows her goal.", "no such text"),
    ],
)
def test_preview_shows_each_state_as_a_learner_meets_it(client, module, state, shown, hidden):
    question = make_question(module)
    values = sent(client.get(edit_url(question))).values | {"data.stem": "Not saved?"}
    page = client.post(edit_url(question), values | {"do": f"show:{state}"}).text
    preview = page[page.index('data-part="preview"') :]

    assert "Not saved?" in preview
    assert shown in preview
    assert hidden not in preview


def test_preview_draws_again_and_waits_for_enough_to_show(client, module):
    kind = registry.get("numeric")
    address = f"{WRITE}?type=numeric"
    values = sent(client.get(address)).values
    assert "as soon as there is enough" in client.get(address).text

    values |= posted(controls(kind, fill(kind, EXAMPLES["numeric"][0])))
    drawn = set()
    for _turn in range(4):
        page = client.post(address, values | {"do": "draw"})
        values = sent(page).values
        drawn.add(
            page.text[page.text.index('data-part="preview"') :].partition("Promoters ")[2][:5]
        )
    assert values["seed"] == "5"
    assert len(drawn) > 1


def test_who_met_a_version_is_counted(client, module):
    quiz = make_quiz(questions=1, module=module)
    for _learner in range(2):
        finish(make_learner(module.course), quiz)

    assert (
        "2 learners have met the version in use."
        in client.get(edit_url(quiz.items.get().question)).text
    )


def test_only_those_who_may_edit_the_whole_course_get_the_page(module):
    question = make_question(module)
    own_class = sections.create(course=module.course, key="evening", title="Evening", now=NOW)
    of_class = teacher_of(module.course)
    Enrolment.objects.filter(user=of_class).update(section=own_class)
    others = {
        of_class: 403,
        teacher_of(module.course, "view_question", "change_question"): 403,
        teacher_of(CourseFactory()): 404,
    }

    for user, status in others.items():
        for method in ("get", "post"):
            answer = getattr(signed_in(user), method)(edit_url(question))
            assert answer.status_code == status
    assert signed_in(of_class).get(f"{WRITE}?course={module.course.key}").status_code == 403


def test_gaps_of_a_text_get_rows_and_are_shown_before_they_are_complete(client, module):
    address = f"{WRITE}?type=cloze"
    texts = {"data.stem": "Fill in.", "data.text": "Two [[1]] and [[2]].", "do": "show:open"}
    page = client.post(address, sent(client.get(address)).values | texts)

    assert sent(page).values["data.blanks.1.key"] == "2"
    assert page.text[page.text.index('data-part="preview"') :].count("gap-number") == 2


def test_marked_words_are_gaps_also_when_the_first_button_publishes(client, module):
    address = f"{WRITE}?type=cloze"
    texts = {"data.stem": "Fill in.", "data.text": "Her [[need|wish]] counts.", "do": "publish"}
    page = sent(client.post(address, sent(client.get(address)).values | texts))
    assert page.focused == ["data.blanks.0.feedback"]
    assert page.values["data.text"] == "Her [[1]] counts."

    client.post(address, page.values | {"data.blanks.0.feedback": "It does.", "do": "publish"})
    assert Question.objects.get().ready_version.data["blanks"] == [
        {"key": "1", "accept": ["need", "wish"], "feedback": "It does."}
    ]


def test_page_takes_as_many_queries_for_a_large_course(client, module):
    question = make_question(module)
    client.get(edit_url(question))
    with CaptureQueriesContext(connection) as few:
        client.get(edit_url(question))
    for number in range(20):
        make_question(module)
        ObjectiveFactory(module=module, key=f"MORE-{number}")
        ModuleFactory(course=module.course)
    with CaptureQueriesContext(connection) as many:
        client.get(edit_url(question))

    assert len(many) == len(few) < 40
