"""A row that is used somewhere is not deleted before the page has named the use."""

import pytest

from courses.domain import sections
from courses.domain.authoring.uses import uses_of
from courses.models import Asset, Course, Objective, Reference, Stimulus, Term
from tests.admin.conftest import make_course, signed_in, teacher_of
from tests.admin.pages import fields_of
from tests.admin.test_every_admin import page
from tests.factories import (
    NOW,
    SINGLE_CHOICE,
    CourseFactory,
    LessonFactory,
    ModuleFactory,
    ObjectiveFactory,
    make_asset,
    make_learner,
    make_question,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def module():
    return ModuleFactory()


@pytest.fixture
def client(module):
    return signed_in(teacher_of(module.course))


def used(kind, module):
    """(row, what uses it): a row of the kind, used in one place."""
    course = module.course
    if kind == "asset":
        row = make_asset(module=module, name="a.svg", content=b"<svg/>")
        return row, LessonFactory(module=module, body="![A picture](asset:a.svg)")
    if kind == "term":
        row = Term.objects.create(course=course, key="churn", term="Churn", definition="Leaving.")
        data = {**SINGLE_CHOICE, "stem": "What is [[term:churn]]?"}
        return row, make_question(module, data=data)
    if kind == "reference":
        row = Reference.objects.create(course=course, key="dodkins", citation="A post")
        return row, make_question(module, source=["dodkins"])
    if kind == "objective":
        row = ObjectiveFactory(module=module)
        lesson = LessonFactory(module=module)
        lesson.objectives.add(row)
        return row, lesson
    row = Stimulus.objects.create(course=course, key="case", body="A case.")
    return row, make_question(module, stimulus=row)


KINDS = {
    "asset": Asset, "term": Term, "reference": Reference, "objective": Objective,
    "stimulus": Stimulus,
}  # fmt: skip
DELETABLE = ["asset", "term", "reference", "objective"]
"""A stimulus that questions show is held by the database in any case."""


def delete(client, kind, row, how, **more):
    if how == "page":
        return client.post(page(kind, "delete", row.pk), {"post": "yes", **more})
    data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes", **more}
    return client.post(page(kind, "changelist"), data)


@pytest.mark.parametrize("how", ["page", "list"])
@pytest.mark.parametrize("kind", DELETABLE)
def test_the_use_is_named_and_nothing_is_deleted_before(kind, how, client, module):
    row, user = used(kind, module)
    other = LessonFactory(module=module, body="Nothing of it. churn dodkins a.svg")

    shown = client.get(page(kind, "delete", row.pk)).text
    answer = delete(client, kind, row, how)

    for text in (shown, answer.text):
        assert f"“{user}”" in text
        assert str(other) not in text.replace(str(user), "")
    assert KINDS[kind].objects.filter(pk=row.pk).exists()

    assert delete(client, kind, row, how, is_agreed="on").status_code == 302
    assert not KINDS[kind].objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("how", ["page", "list"])
@pytest.mark.parametrize("kind", DELETABLE)
def test_unused_row_is_deleted_without_a_question(kind, how, client, module):
    row, user = used(kind, module)
    if kind == "objective":
        user.objectives.clear()
    elif kind == "term":
        user.is_retired = True
        user.save()
    elif kind == "reference":
        user.source = []
        user.save()
    else:
        user.body = "No picture"
        user.save()

    assert uses_of(row) == []
    assert delete(client, kind, row, how).status_code == 302
    assert not KINDS[kind].objects.filter(pk=row.pk).exists()


def test_stimulus_in_use_is_reported(client, module):
    row, user = used("stimulus", module)

    assert f"“{user}”" in client.get(page("stimulus", "delete", row.pk)).text


def test_a_picture_that_an_old_version_shows_is_in_use(module):
    row, _lesson = used("asset", module)
    question = make_question(module, data={"stem": "Where?", "image": "a.svg"})

    assert f"question “{question}”" in uses_of(row)


def test_other_people_get_no_information(module):
    row, user = used("term", module)
    outsider = signed_in(teacher_of(ModuleFactory().course))
    viewer = signed_in(teacher_of(module.course, "view_term"))

    for client in (outsider, viewer):
        answer = client.get(page("term", "delete", row.pk), follow=True)
        assert str(user) not in answer.text
        delete(client, "term", row, "page", is_agreed="on")
    assert Term.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("how", ["page", "list"])
def test_unused_course_is_deleted_with_its_history_and_its_class(how, admin_client):
    form = {"key": "mistake", "title": "Mistake", "language": "en", "authors": "", "is_open": "on"}
    opened = fields_of(admin_client.get(page("course", "add")))
    admin_client.post(page("course", "add"), {**opened, **form})
    course = Course.objects.get()
    section = sections.default_of(course=course, now=NOW)
    assert course.editions.exists()

    assert delete(admin_client, "course", course, how).status_code == 302
    assert not Course.objects.exists()

    course = CourseFactory()
    sections.default_of(course=course, now=NOW)
    assert make_learner(course).section != section
    assert "Cannot delete" in delete(admin_client, "course", course, how).text
    assert Course.objects.exists()


def test_what_cannot_be_deleted_is_put_aside_instead():
    course = make_course()
    quiz = course.quizzes.filter(lesson=None).order_by("pk").first()
    client = signed_in(teacher_of(course))
    for kind, row, word in (
        ("question", quiz.items.get().question, "Retire"),
        ("quiz", quiz, "Archive"),
        ("lesson", course.lessons.get(), "Archive"),
        ("module", course.modules.get(), "Archive"),
        ("course", course, "Archive"),
    ):
        shown = client.get(page(kind, "delete", row.pk))
        assert f"{word} it instead" in shown.text, kind
        assert "permission to delete" not in shown.text
        if kind != "course":
            action = {"action": "archive_rows", "_selected_action": [row.pk], "is_agreed": "on"}
            assert client.post(page(kind, "changelist"), action).status_code == 302
            row.refresh_from_db()
            assert row.is_retired if kind == "question" else row.is_archived
