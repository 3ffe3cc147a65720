"""The page on which a lesson is written: by forms alone."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.domain import enrolments, sections
from courses.models import Edition, Enrolment, Lesson, Reference
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.admin.pages import SentFields
from tests.factories import NOW, LessonFactory, ModuleFactory, ObjectiveFactory, make_question

pytestmark = pytest.mark.django_db

BODY = "# Why\r\n\r\nRead *this* [[source:book]].\r\n\r\n[[check:why]]\r\n"


@pytest.fixture
def lesson():
    module = ModuleFactory(title="M1")
    ObjectiveFactory(module=module, key="OBJ-1", text="Say why")
    ObjectiveFactory(module=ModuleFactory(course=module.course), key="OBJ-2")
    make_question(module, key="why")
    Reference.objects.create(course=module.course, key="book", citation="A *good* book")
    return LessonFactory(module=module, title="Before", key="before", position=3, minutes=15)


@pytest.fixture
def client(lesson):
    return signed_in(teacher_of(lesson.module.course))


def url(lesson: Lesson) -> str:
    return reverse("admin:cx_courses_lesson_edit", args=[lesson.pk])


def sent(page: Any) -> dict[str, str]:
    assert page.status_code == 200
    return SentFields(page.content.decode(), "lesson-form").values


def plain(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_everything_is_entered_saved_and_shown_again(client, lesson):
    entered = {
        "title": "After", "summary": "In short", "minutes": "30", "completion": "confirm",
        "objectives": ["OBJ-1", "OBJ-2"], "body": BODY, "review": "why",
        "reviewed_on": "2026-01-31",
    }  # fmt: skip
    saved = client.post(url(lesson), sent(client.get(url(lesson))) | entered | {"do": "save"})

    assert saved.status_code == 302, plain(saved)
    assert saved.url == url(lesson)
    lesson.refresh_from_db()
    assert (lesson.title, lesson.summary, lesson.minutes) == ("After", "In short", 30)
    assert (lesson.completion, lesson.review) == ("confirm", ["why"])
    assert (lesson.key, lesson.position, lesson.is_archived) == ("before", 3, False)
    assert lesson.body == BODY.replace("\r\n", "\n")
    assert {row.key for row in lesson.objectives.all()} == {"OBJ-1", "OBJ-2"}
    assert {row.key for row in lesson.sources.all()} == {"book"}
    assert lesson.rendered["checks"] == ["why"]
    assert lesson.checks.items.get().question.key == "why"
    edition = Edition.objects.get(kind="lesson", key="before", channel=Edition.Channel.STUDIO)
    assert edition.by is not None

    page = client.get(url(lesson))
    assert "30 min" in plain(page)
    again = sent(page)
    assert (again["reviewed_on"], again["body"]) == ("2026-01-31", BODY)
    ticked = {"objectives": ["OBJ-1", "OBJ-2"], "sources": ["book"]}
    client.post(url(lesson), again | ticked | {"do": "save"})
    assert Edition.objects.filter(kind="lesson", channel=Edition.Channel.STUDIO).count() == 1


def test_preview_shows_what_saving_would_and_stores_nothing(client, lesson):
    text = "A **word**.\n\n[[check:why]]\n\n[[check:gone]]\n\n[[source:book]] [[term:nothing]]"
    page = client.post(url(lesson), sent(client.get(url(lesson))) | {"body": text, "do": "show"})

    preview = page.text.partition('data-part="preview"')[2]
    assert "<strong>word</strong>" in preview
    assert "Check 1" in preview
    assert "Check 2" not in preview
    assert "The check “gone” is not there" in preview
    assert "A <em>good</em> book" in preview
    assert sent(page)["body"] == text.replace("\n", "\r\n")
    marks = page.text.partition('data-part="marks"')[2].partition("</form>")[0]
    assert re.findall(r'href="#id_body" data-line="(\d+)"', marks) == ["5", "7"]
    lesson.refresh_from_db()
    assert lesson.body == "Read this."
    assert not Edition.objects.exists()

    empty = client.post(url(lesson), {"do": "show"})
    assert "The lesson appears here as soon as it has a text." in empty.text


def test_what_is_wrong_is_named_and_linked_and_nothing_is_saved(client, lesson):
    bad = {"title": "", "minutes": "0", "body": " ", "review": "why"}
    page = client.post(url(lesson), sent(client.get(url(lesson))) | bad | {"do": "save"})
    problems = page.text.partition('id="problems"')[2].partition("</ul>")[0]
    assert re.findall(r'href="#([^"]+)"', problems) == ["id_title", "id_minutes"]

    bad |= {"title": "After", "minutes": "1"}
    page = client.post(url(lesson), sent(page) | bad | {"do": "save"})
    problems = page.text.partition('id="problems"')[2].partition("</ul>")[0]
    assert re.findall(r'href="#([^"]+)"', problems) == ["id_body", "id_review"]
    assert "Learners see this lesson: it needs a text." in problems
    lesson.refresh_from_db()
    assert (lesson.title, lesson.body) == ("Before", "Read this.")


def test_moving_or_publishing_meanwhile_is_no_conflict(client, lesson):
    page = sent(client.get(url(lesson)))
    Lesson.objects.filter(pk=lesson.pk).update(position=9, is_archived=True)
    client.post(url(lesson), page | {"body": "Mine.", "do": "save"})
    lesson.refresh_from_db()
    assert (lesson.body, lesson.position, lesson.is_archived) == ("Mine.", 9, True)


def test_adding_in_the_outline_leads_here_and_the_lesson_is_published_from_here(client, lesson):
    outline = reverse("admin:cx_courses_course_outline", args=[lesson.module.course_id])
    do = {"do": f"module:{lesson.module_id}:add_lesson", "title": "New"}
    added = client.post(outline, do)
    new = Lesson.objects.get(title="New")
    assert added.url == url(new)
    assert f'href="{url(lesson)}" id="title-lesson-{lesson.pk}"' in client.get(outline).text

    page = client.post(url(new), sent(client.get(url(new))) | {"do": "publish"})
    assert "The lesson has no text yet." in page.text
    client.post(url(new), sent(page) | {"body": "Read.", "do": "publish"})
    new.refresh_from_db()
    assert (new.body, new.is_archived) == ("Read.", False)
    assert new.segments


def test_page_is_for_those_who_may_edit_the_whole_course(lesson):
    course = lesson.module.course
    of_one_class = teacher_of(course)
    own_class = sections.create(course=course, key="mondays", title="Mondays", now=NOW)
    Enrolment.objects.filter(user=of_one_class).update(section=own_class)
    marker = staff()
    enrolments.enrol(course=course, user=marker, role=Enrolment.Role.MARKER, now=NOW)
    for user in (of_one_class, marker, teacher_of(course, "view_lesson")):
        client = signed_in(user)
        assert client.get(url(lesson)).status_code == 403
        assert client.post(url(lesson), {"do": "save", "title": "X"}).status_code == 403
    other = signed_in(teacher_of(ModuleFactory().course))
    assert other.get(url(lesson)).status_code == 404


def test_number_of_queries_does_not_grow_with_the_course(client, lesson):
    def count() -> int:
        client.get(url(lesson))
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(url(lesson)).status_code == 200
        return len(found)

    lesson.body = "[[check:why]]"
    lesson.save()
    few = count()
    module = lesson.module
    for number in range(4):
        ObjectiveFactory(module=module)
        make_question(module, key=f"more-{number}")
        Reference.objects.create(course=module.course, key=f"r-{number}", citation="B")
    lesson.body = "\n\n".join(
        f"[[check:more-{number}]] [[source:r-{number}]]" for number in range(4)
    )
    lesson.body += "\n\n[[check:why]]\n\n[[check:more-0]]"
    lesson.save()
    assert count() <= few + 2  # sources and cited references are looked up only where there are any
