"""Search through the API: what the learner in the address finds in one course."""

import pytest
from django.utils import timezone

from courses.domain import attempts
from courses.domain.authoring import refresh_lessons
from courses.markup.paragraphs import NAME
from tests import factories as f
from tests.api.platform import Platform

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    found = f.CourseFactory(key="cx")
    module = f.ModuleFactory(course=found)
    body = "## Gifts\n\nComplaints are `<b>gifts</b>`."
    f.LessonFactory(module=module, key="pills", title="The path", body=body, rendered={})
    refresh_lessons(course=found)
    return found


def text(pieces) -> str:
    return "".join(piece["text"] for piece in pieces)


@pytest.fixture
def platform(course):
    found = Platform()
    found.learner("a-1", course=course)
    return found


def test_passage_comes_with_its_place_and_the_words_apart(platform):
    body = platform.get("/learners/a-1/courses/cx/search?q=gifts").json()
    [group] = body["results"]
    assert (group["kind"], group["key"], text(group["title"])) == ("lesson", "pills", "The path")
    [passage] = group["passages"]
    assert (passage["anchor"], text(passage["heading"])) == ("h-gifts", "Gifts")
    assert text(passage["excerpt"]) == "Complaints are <b>gifts</b>."
    assert [one["text"] for one in passage["excerpt"] if one["is_match"]] == ["gifts"]
    assert NAME.fullmatch(passage["place"])
    assert (body["count"], body["page"], body["pages"]) == (1, 1, 1)


@pytest.fixture
def other():
    """A course that the learner is not in, with one open lesson and one that is not."""
    found = f.CourseFactory(key="other", sample="open", summary="All about complaints.")
    module = f.ModuleFactory(course=found)
    for key in ("open", "closed"):
        f.LessonFactory(module=module, key=key, title=key, body="Complaints.", rendered={})
    refresh_lessons(course=found)
    return found


def found(body):
    return {(one["course"], one["kind"], one["key"]) for one in body["results"]}


OWN = ("cx", "lesson", "pills")
OPEN = {("other", "lesson", "open"), ("other", "course", "other")}


def test_search_in_all_courses_finds_own_texts_and_what_everybody_may_read(platform, other):
    body = platform.get("/learners/a-1/search?q=complaints").json()
    assert found(body) == {OWN, *OPEN}
    assert (body["is_shut"], body["shut"]) == (False, [])
    assert found(platform.get("/learners/a-1/search?q=complaints&course=cx").json()) == {OWN}
    assert found(platform.get("/learners/a-1/search?q=complaints&course=other").json()) == OPEN
    assert platform.get("/learners/a-1/search?q=complaints&course=no").status_code == 404
    assert platform.get("/learners/nobody/search?q=complaints").status_code == 404


def test_search_in_all_courses_stays_within_those_of_the_key(platform, course, other):
    limited = Platform("learning:write", courses=[other])
    assert found(limited.get("/learners/a-1/search?q=complaints").json()) == OPEN
    assert limited.get("/learners/a-1/search?q=complaints&course=cx").status_code == 404


def test_search_in_all_courses_names_those_that_an_attempt_shuts(platform, course):
    quiz = f.make_quiz(module=course.modules.get(), kind="graded", shuts_course=True)
    reader = f.reader_of(course.enrolments.get())
    attempts.start(reader=reader, quiz_key=quiz.key, by=reader.enrolment.user, now=timezone.now())
    body = platform.get("/learners/a-1/search?q=gifts").json()
    assert (found(body), body["is_shut"], body["shut"]) == (set(), True, ["cx"])


@pytest.mark.parametrize("query", ["", "?q=", "?q=x&page=0", "?q=x&page=a", f"?q={'x' * 121}"])
def test_query_that_is_none_is_refused(platform, query):
    assert platform.get(f"/learners/a-1/courses/cx/search{query}").status_code == 400


def test_learner_who_is_not_in_the_course_is_refused(platform, course):
    platform.learner("b-2")
    assert platform.get("/learners/b-2/courses/cx/search?q=gifts").status_code == 403
    assert platform.get("/learners/c-3/courses/cx/search?q=gifts").status_code == 404
    assert platform.get("/learners/a-1/courses/no/search?q=gifts").status_code == 404
