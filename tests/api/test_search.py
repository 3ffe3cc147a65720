"""Search through the API: what the learner in the address finds in one course."""

import pytest

from courses.domain.authoring import refresh_lessons
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
    assert (body["count"], body["page"], body["pages"]) == (1, 1, 1)


@pytest.mark.parametrize("query", ["", "?q=", "?q=x&page=0", "?q=x&page=a", f"?q={'x' * 121}"])
def test_query_that_is_none_is_refused(platform, query):
    assert platform.get(f"/learners/a-1/courses/cx/search{query}").status_code == 400


def test_learner_who_is_not_in_the_course_is_refused(platform, course):
    platform.learner("b-2")
    assert platform.get("/learners/b-2/courses/cx/search?q=gifts").status_code == 403
    assert platform.get("/learners/c-3/courses/cx/search?q=gifts").status_code == 404
    assert platform.get("/learners/a-1/courses/no/search?q=gifts").status_code == 404
