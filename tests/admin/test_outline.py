"""The outline of a course in the admin: moving, adding, publishing and hiding by forms alone."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.domain.authoring import marks
from courses.domain.outline import outline
from courses.models import Asset, Course, Enrolment, Lesson, Module, Quiz
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import (
    CourseFactory,
    LessonFactory,
    ModuleFactory,
    QuizFactory,
    make_lesson,
    make_quiz,
)
from tests.proofs.test_query_budgets import queries, within

pytestmark = pytest.mark.django_db


def url(course):
    return reverse("admin:cx_courses_course_outline", args=[course.pk])


def titles(page):
    """The titles of the rows in their order."""
    return re.findall(r'<a href="[^"]+" id="title-[^>]+>([^<]+)</a>', page.text)


def buttons(page):
    return re.findall(r'name="do" value="([^"]*)"', page.text)


@pytest.fixture
def module():
    module = ModuleFactory(title="M1")
    for title in ("A", "B", "C"):
        LessonFactory(module=module, title=title, position=3)
    return module


@pytest.fixture
def client(module):
    return signed_in(teacher_of(module.course))


def test_tree_shows_what_learners_walk_through_and_what_they_do_not_see(client, module):
    make_lesson(module=module, checks=2, title="With checks", minutes=25, position=9)
    LessonFactory(module=module, title="Not yet", position=10, is_draft=True)
    pre = QuizFactory(course=module.course, module=module, title="Pre", kind="practice")
    quiz = make_quiz(module=module, questions=2, title="Test", time_limit_s=1800)
    quiz.items.filter(position=1).update(question=None, draw_count=5)
    make_quiz(module=module, questions=1, title="Gone", is_archived=True)
    QuizFactory(course=module.course, module=None, title="Exam", kind="exam", is_draft=True)

    page = client.get(url(module.course))
    assert titles(page) == [
        "M1", "Pre", "A", "B", "C", "With checks", "Not yet", "Test", "Exam", "Gone",
    ]  # fmt: skip
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "1.4 25 min 2 checks" in text
    assert "6 questions Graded quiz 80% to pass 30 min" in text
    assert "Draft Move “Not yet” up" in text
    assert f"quiz:{pre.pk}:up:" not in page.text
    learner = outline(Course.objects.get(pk=module.course.pk)).modules[0]
    assert [step.title for step in learner.steps] == [
        "Pre", "A", "B", "C", "With checks", "Test",
    ]  # fmt: skip


def test_each_move_is_one_request_and_focus_returns_to_the_button(client, module):
    where = url(module.course)
    a, _b, c = Lesson.objects.filter(module=module).order_by("pk")
    page = client.get(where)
    down = next(one for one in buttons(page) if one.startswith(f"lesson:{a.pk}:down"))

    moved = client.post(where, {"do": down}, follow=True)
    assert titles(moved)[1:] == ["B", "A", "C"]
    assert re.search(rf'value="lesson:{a.pk}:down::\w+"[^>]* autofocus', moved.text)
    assert client.post(where, {"do": down}, follow=True).status_code == 200
    assert titles(client.get(where))[1:] == ["B", "A", "C"]

    last = client.post(where, {"do": f"lesson:{a.pk}:down:"}, follow=True)
    assert titles(last)[1:] == ["B", "C", "A"]
    assert re.search(rf'value="lesson:{a.pk}:up:{c.pk}:\w+"[^>]* autofocus', last.text)
    course = Course.objects.get(pk=module.course.pk)
    assert [one.title for one in outline(course).modules[0].lessons] == ["B", "C", "A"]


def test_modules_quizzes_and_checks_move_too(client, module):
    course, where = module.course, url(module.course)
    other = ModuleFactory(course=course, title="M2")
    client.post(where, {"do": f"module:{other.pk}:up:{module.pk}"})
    assert [one.title for one in course.modules.order_by("position")] == ["M2", "M1"]

    first, second = make_quiz(module=module, title="Q1"), make_quiz(module=module, title="Q2")
    client.post(where, {"do": f"quiz:{second.pk}:up:{first.pk}"})
    assert titles(client.get(where))[-2:] == ["Q2", "Q1"]

    lesson = make_lesson(module=module, checks=1, title="Checked", position=30)
    a = Lesson.objects.get(title="A")
    client.post(where, {"do": f"lesson:{lesson.pk}:up:{a.pk}"})
    lesson.refresh_from_db()
    assert lesson.checks.position == lesson.position


def test_move_on_an_order_that_somebody_changed_is_refused_and_shows_the_new_one(client, module):
    where = url(module.course)
    a, b, c = Lesson.objects.filter(module=module).order_by("pk")
    seen = buttons(client.get(where))
    client.post(where, {"do": next(one for one in seen if one.startswith(f"lesson:{c.pk}:up"))})
    stale = next(one for one in seen if one.startswith(f"lesson:{b.pk}:up"))

    refused = client.post(where, {"do": stale}, follow=True)
    assert "Somebody else has changed the order" in refused.text
    assert titles(refused)[1:] == ["A", "C", "B"]

    Lesson.objects.filter(pk=b.pk).update(module=ModuleFactory(course=module.course))
    gone = client.post(where, {"do": f"lesson:{a.pk}:up:{b.pk}"}, follow=True)
    assert "Somebody else has changed the order" in gone.text


def test_lesson_moves_into_another_module_with_its_checks_and_files(client, module):
    where = url(module.course)
    lesson = make_lesson(module=module, checks=1, title="Goes", position=30)
    check = lesson.checks.items.get().question
    body = f"![Way](asset:way.svg)\n\n[[check:{check.key}]]"
    Lesson.objects.filter(pk=lesson.pk).update(body=body)
    Asset.objects.create(module=module, name="way.svg", content_hash="1")
    other = ModuleFactory(course=module.course, title="M2")
    there = LessonFactory(module=other, title="There")

    page = client.get(f"{where}?at=lesson-{lesson.pk}")
    do = next(one for one in buttons(page) if one.startswith(f"lesson:{lesson.pk}:to:"))
    moved = client.post(where, {"do": do, "module": other.pk}, follow=True)
    assert titles(moved)[-2:] == ["There", "Goes"]
    lesson.refresh_from_db()
    check.refresh_from_db()
    assert (lesson.module, check.module, lesson.checks.module) == (other, other, other)
    assert other.assets.get().name == "way.svg"
    assert not marks.lesson_oddities(lesson=lesson)
    course = Course.objects.get(pk=module.course.pk)
    assert [one.title for one in outline(course).modules[1].lessons] == ["There", "Goes"]

    drop = f"lesson:{lesson.pk}:to:{there.pk}:x,{do.rpartition(':')[2]}"
    stale = client.post(where, {"do": drop, "module": module.pk}, follow=True)
    assert "Somebody else has changed the order" in stale.text
    exam = QuizFactory(course=module.course, module=module, title="Goes out")
    client.post(where, {"do": f"quiz:{exam.pk}:to:", "module": ""})
    exam.refresh_from_db()
    assert exam.module is None
    for sent in ("", "99999"):
        client.post(where, {"do": f"lesson:{lesson.pk}:to:", "module": sent})
    lesson.refresh_from_db()
    assert lesson.module == other


def test_lesson_stays_where_another_one_asks_its_check_too(client, module):
    lesson = make_lesson(module=module, checks=1, title="Goes", position=30)
    key = lesson.checks.items.get().question.key
    Lesson.objects.filter(pk=lesson.pk).update(body=f"[[check:{key}]]")
    Lesson.objects.filter(title="A").update(rendered={"segments": [], "checks": [key]})
    other = ModuleFactory(course=module.course)

    where = url(module.course)
    do = {"do": f"lesson:{lesson.pk}:to:", "module": other.pk}
    assert "stands in “A” too" in client.post(where, do, follow=True).text
    lesson.refresh_from_db()
    assert lesson.module == module


def test_everything_is_added_unseen_and_published_by_one_post_each(client, module):
    course, where = module.course, url(module.course)
    for do in ("course::add_module", "course::add_quiz"):
        client.post(where, {"do": do, "title": "New <b>one"})
    added = Module.objects.get(course=course, title="New <b>one")
    client.post(where, {"do": f"module:{added.pk}:add_lesson", "title": "L"})
    client.post(where, {"do": f"module:{added.pk}:add_quiz", "title": "L"})
    lesson, quiz = Lesson.objects.get(title="L"), Quiz.objects.get(title="L")
    assert (lesson.is_draft and added.is_draft, quiz.is_draft, quiz.module, added.key) == (
        True,
        True,
        added,
        "new-bone",
    )
    assert "New &lt;b&gt;one" in client.get(where).text

    refused = client.post(where, {"do": f"lesson:{lesson.pk}:publish"}, follow=True)
    assert "The lesson has no text yet." in refused.text
    refused = client.post(where, {"do": f"quiz:{quiz.pk}:publish"}, follow=True)
    assert "A quiz needs at least one item." in refused.text
    Lesson.objects.filter(pk=lesson.pk).update(body="Read.")
    for row in (f"module:{added.pk}", f"lesson:{lesson.pk}"):
        client.post(where, {"do": f"{row}:publish"})
    lesson.refresh_from_db()
    assert not lesson.is_draft
    assert lesson.segments
    client.post(where, {"do": f"module:{added.pk}:unpublish"})
    added.refresh_from_db()
    assert added.is_draft

    empty = client.post(where, {"do": f"module:{added.pk}:add_lesson", "title": " "}, follow=True)
    assert "Enter a title." in empty.text
    taken = client.post(where, {"do": f"module:{module.pk}:add_lesson", "title": "L"}, follow=True)
    assert taken.status_code == 200
    assert set(Lesson.objects.filter(title="L").values_list("key", flat=True)) == {"l", "l-2"}


def test_everything_goes_to_the_archive_and_back(client, module):
    rows = [make_quiz(module=module), make_lesson(module=module, checks=0), module]
    where = url(module.course)
    for row in rows:
        name = f"{row._meta.model_name}:{row.pk}"
        for verb, is_archived in (("archive", True), ("restore", False)):
            assert f"{name}:{verb}" in buttons(client.get(where))
            client.post(where, {"do": f"{name}:{verb}"})
            row.refresh_from_db()
            assert row.is_archived is is_archived


def test_draft_gets_a_time_at_which_it_is_published(client, module):
    lesson = LessonFactory(module=module, title="Later", position=20, is_draft=True)
    where, do = url(module.course), {"do": f"lesson:{lesson.pk}:schedule"}
    past = client.post(where, do | {"publish_at": "2020-01-01T09:00"}, follow=True)
    assert "Choose a time that has not passed yet." in past.text
    assert (
        "Enter a valid date/time." in client.post(where, do | {"publish_at": "x"}, follow=True).text
    )
    later = client.post(where, do | {"publish_at": "2999-03-01T09:00"}, follow=True)
    assert "From 1 March 2999" in later.text
    assert 'value="2999-03-01T09:00"' in later.text
    client.post(where, {"do": f"lesson:{lesson.pk}:unschedule"})
    lesson.refresh_from_db()
    assert lesson.publish_at is None
    client.post(where, {"do": f"lesson:{lesson.pk}:publish"})
    refused = client.post(where, do | {"publish_at": "2999-03-01T09:00"})
    assert refused.status_code == 409


def test_course_is_published_when_it_shows_something():
    course = CourseFactory(state=Course.State.DRAFT)
    client, where = signed_in(teacher_of(course)), url(course)
    refused = client.post(where, {"do": "course::publish"}, follow=True)
    assert "no published lesson or quiz yet" in refused.text
    LessonFactory(module=ModuleFactory(course=course))
    client.post(where, {"do": "course::publish"})
    course.refresh_from_db()
    assert course.state == Course.State.PUBLISHED


def test_publishing_a_lesson_whose_checks_a_draw_needs_is_asked_for(client, module):
    lesson = make_lesson(module=module, checks=1)
    question = lesson.checks.items.get().question
    body = f"Read.\n\n[[check:{question.key}]]"
    Lesson.objects.filter(pk=lesson.pk).update(is_draft=True, body=body)
    quiz = make_quiz(module=module, questions=1, title="Drawn")
    place = quiz.items.get()
    place.question.is_retired = True
    place.question.save()
    place.question, place.draw_count = None, 1
    place.save()
    do = {"do": f"lesson:{lesson.pk}:publish"}

    asked = client.post(url(module.course), do)
    assert asked.status_code == 409
    assert "Drawn" in asked.text
    lesson.refresh_from_db()
    assert lesson.is_draft
    client.post(url(module.course), do | {"confirmed": "on"})
    lesson.refresh_from_db()
    assert not lesson.is_draft
    assert question.quiz_items.exists()


def test_only_those_who_may_edit_the_whole_course_change_anything(module):
    course, where = module.course, url(module.course)
    a, b, _c = Lesson.objects.filter(module=module).order_by("pk")
    do = {"do": f"lesson:{b.pk}:up:{a.pk}"}
    looks = teacher_of(course, "view_course", "change_course")
    foreign = teacher_of(CourseFactory())
    former = teacher_of(course)
    Enrolment.objects.filter(user=former).update(state="withdrawn")
    found = {}
    for name, user in {
        "looks": looks, "foreign": foreign, "former": former, "staff": staff(),
    }.items():  # fmt: skip
        client = signed_in(user)
        found[name] = (client.get(where).status_code, client.post(where, do).status_code)
    assert found == {
        "looks": (200, 403),
        "foreign": (404, 404),
        "former": (404, 404),
        "staff": (404, 404),
    }


@pytest.mark.parametrize(
    "do",
    ["", "lesson", "lesson:1", "lesson:x:up:", "course::unpublish", "tag:1:up:", "lesson:99999:up:",
     "module:9999999999999999999:unpublish", "lesson:²:up:"],
)  # fmt: skip
def test_button_that_is_none_is_not_found(client, module, do):
    assert client.post(url(module.course), {"do": do}).status_code == 404


def test_row_of_another_course_is_not_found(client, module):
    other = LessonFactory()
    do = {"do": f"lesson:{other.pk}:unpublish"}
    assert client.post(url(module.course), do).status_code == 404


def test_as_many_queries_for_twenty_rows_as_for_one(client, module):
    measured = {}
    for size in (1, 3):
        for _one in range(size):
            make_lesson(module=ModuleFactory(course=module.course), checks=size)
            make_quiz(module=module, questions=size)
        measured[size] = queries(lambda: client.get(url(module.course)))
    within(12, measured)


def test_move_of_the_first_of_many_writes_few_statements(client, module):
    for _one in range(20):
        LessonFactory(module=module)
    rows = list(Lesson.objects.filter(module=module).order_by("position", "pk"))
    with CaptureQueriesContext(connection) as captured:
        client.post(url(module.course), {"do": f"lesson:{rows[0].pk}:down:"})
    assert len(captured) < 70
