"""A host's type of type, template, test, page and one setting works in every place."""

from copy import deepcopy
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from courses.api.openapi.responses import components, name_of
from courses.conf import DEFAULTS
from courses.domain.personal_data import exporting
from courses.models import Question, QuestionVersion, Response
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import SentFields
from tests.api.platform import Platform, problem
from tests.factories import (
    ModuleFactory,
    QuizFactory,
    add_checks,
    add_item,
    make_learner,
    make_lesson,
    make_question,
)
from tests.hosts.slider.test_slider import EXAMPLES, PAGE
from tests.web.seat import Seat

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).with_name("slider")
RIGHT, FAR = {"value": 1}, {"value": 9}


@pytest.fixture(autouse=True)
def host(settings) -> None:
    """The one line, and the app whose folder `templates` holds the template."""
    types = [*DEFAULTS["QUESTION_TYPES"], "tests.hosts.slider.slider.Slider"]
    settings.COURSES_QUESTION_TYPES = types
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0].get("DIRS", []), FOLDER / "templates"]
    settings.TEMPLATES = templates


@pytest.fixture
def quiz():
    module = ModuleFactory()
    quiz = QuizFactory(module=module)
    question = make_question(module, kind="slider", data=EXAMPLES[0])
    add_item(quiz, question, position=1)
    return quiz


@pytest.fixture
def seat(client, quiz) -> Seat:
    seat = Seat(client, questions=0)
    seat.quiz, seat.course = quiz, quiz.course
    seat.enrolment = make_learner(quiz.course)
    client.force_login(seat.enrolment.user)
    return seat


def test_nothing_else_belongs_to_the_type():
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*")}
    assert {name for name in files if "__pycache__" not in name} == {
        "__init__.py",
        "slider.md",
        "slider.py",
        "templates/cx_courses/questions/slider.html",
        "test_slider.py",
    }
    for heading in ("**Score.**", "**Author errors.**", "**What a learner sees.**"):
        assert heading in PAGE


def test_slider_in_an_attempt_and_its_review(seat):
    seat.begin()
    assert 'type="range"' in seat.html()
    assert seat.post(i1_based_on="0", i1_value="-1").status_code == 302
    assert seat.value(1) is None
    assert seat.post(i1_based_on="0", i1_value="9").status_code == 302
    assert seat.value(1) == FAR
    seat.client.post(seat.url("attempt-submit"))
    page = seat.html(seat.url("review"))
    assert "9 guests" in page
    assert "Most say nothing" in page


def test_slider_that_could_not_be_saved_keeps_what_was_sent(seat):
    seat.begin()
    page = seat.post(i1_based_on="0", i1_value="99")
    assert page.status_code == 409
    assert 'value="99"' in page.content.decode()


def test_slider_as_a_check_in_a_lesson(client, quiz):
    lesson = make_lesson(module=quiz.module, checks=0)
    checks = QuizFactory(module=quiz.module, lesson=lesson, kind="practice")
    question = make_question(quiz.module, kind="slider", data=EXAMPLES[0])
    add_checks(lesson, checks, [question])
    client.force_login(make_learner(quiz.course).user)
    sent = {f"c-{question.key}-based_on": "0", f"c-{question.key}-value": "2"}
    names = [quiz.course.key, lesson.key, question.key]
    page = client.post(reverse("cx_courses:lesson-check", args=names), sent, follow=True)
    assert page.status_code == 200
    assert Response.objects.get().value == {"value": 2}


def test_slider_is_written_in_the_admin(admin_client, quiz):
    question = quiz.items.get().question
    edit = reverse("admin:cx_courses_question_edit", args=[question.pk])
    shown = SentFields(admin_client.get(edit).text, "question-form")
    sent = shown.values | {"data.answer": "30", "do": "publish"}
    assert "lies outside of the range" in admin_client.post(edit, sent).text
    admin_client.post(edit, sent | {"data.answer": "2"})
    assert QuestionVersion.objects.get(number=2).parsed.answer == 2


def test_slider_is_written_previewed_and_taken_from_the_task_pages(client, quiz):
    """By a plain instructor: chosen among the types, each state previewed, published, answered."""
    instructor = signed_in(teacher_of(quiz.course))
    write = f"{reverse('admin:cx_courses_question_write')}?course={quiz.course.key}"
    assert "type=slider" in instructor.get(write).text
    address = f"{write}&type=slider"
    sent = SentFields(instructor.get(address).text, "question-form").values
    sent |= {f"data.{name}": str(value) for name, value in EXAMPLES[0].items()}
    seen = {}
    for state in ("open", "right", "wrong", "solution"):
        page = instructor.post(address, sent | {"do": f"show:{state}"}).text
        seen[state] = page[page.index('data-part="preview"') :]
    assert 'type="range"' in seen["open"]
    feedback = EXAMPLES[0]["feedback"]
    assert [state for state, shown in seen.items() if feedback in shown] == [
        "right",
        "wrong",
        "solution",
    ]

    instructor.post(address, sent | {"do": "publish"})
    written = Question.objects.latest("pk")
    place = quiz.items.get()
    place.question = written
    place.save()
    seat = Seat(client, questions=0)
    seat.quiz, seat.course, seat.enrolment = quiz, quiz.course, make_learner(quiz.course)
    client.force_login(seat.enrolment.user)
    seat.begin()
    assert seat.post(i1_based_on="0", i1_value=str(EXAMPLES[0]["answer"])).status_code == 302
    client.post(seat.url("attempt-submit"))
    assert seat.item(1).version.question == written
    assert seat.item(1).scaled == 1


def test_slider_over_the_api(quiz):
    platform = Platform("catalogue:read", "learning:write")
    platform.learner("a-1", course=quiz.course)
    types = {row["key"]: row for row in platform.get("/question-types").json()["results"]}
    assert types["slider"]["response"]["properties"]["value"]["type"] == "integer"
    assert types["slider"]["data"]["required"] == [
        *("stem", "lowest", "highest", "answer", "feedback")
    ]
    path = f"/learners/a-1/courses/{quiz.course.key}/quizzes/{quiz.key}/attempts"
    uuid = platform.post(path).json()["attempt"]["id"]
    saving = f"/learners/a-1/attempts/{uuid}/items/1/responses"
    problem(
        platform.post(saving, {"based_on": 0, "response": {"value": 77}}),
        400,
        "unreadable_response",
    )
    saved = platform.post(saving, {"based_on": 0, "response": RIGHT}).json()
    assert saved["item"]["response"] == RIGHT
    platform.post(f"/learners/a-1/attempts/{uuid}/submit")
    review = platform.get(f"/learners/a-1/attempts/{uuid}/review").json()
    assert review["items"][0]["is_correct"] is True


def test_slider_stands_in_the_openapi_document():
    # The whole document is kept for the process; this is what it is made of.
    assert components()[name_of("slider")]["properties"]["value"]["type"] == "integer"


def test_slider_is_exported_with_the_course_and_with_the_learner(seat, tmp_path):
    call_command("export_course", seat.course.key, str(tmp_path))
    written = "".join(path.read_text() for path in tmp_path.rglob("*.yaml"))
    assert "type: slider" in written
    assert EXAMPLES[0]["feedback"] in written
    seat.begin()
    seat.post(i1_based_on="0", i1_value="1")
    exported = exporting.export(user=seat.enrolment.user, now=timezone.now())
    assert str(RIGHT) in str(exported)
