"""Where a platform's gradebook differs from what it was sent: read on request, nothing changed."""

import pytest
from django.core.cache import cache

from courses.lti import access_tokens, score_results
from courses.lti.models import LtiLink, LtiScore
from courses.lti.score_results import PlatformResult, ResultsUnread
from tests.factories import RIGHT, WRONG
from tests.lti.gradebook import World
from tests.lti.platform.server import running
from tests.lti.platform.state import INSTRUCTOR, SCOPES

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SAME = "The gradebook there has what was sent."


@pytest.fixture
def world(tool):
    access_tokens._tokens.clear()
    cache.clear()
    with running() as platform:
        found = World(platform)
        for name in ("ada", "bob", "carl"):
            found.take(found.launch(name), RIGHT, WRONG)
        found.relay()
        yield found


@pytest.fixture
def teacher(world):
    return world.seat("grace", INSTRUCTOR)


def compare(world, seat):
    return seat.post("class-compare", world.quiz.course.key)


def reads(world):
    return [status for _m, path, status in world.platform.calls if path.endswith("/results")]


def rows():
    return list(LtiScore.objects.order_by("pk").values())


def test_nothing_is_read_before_the_button_is_pressed_and_then_all_pages(world, teacher):
    page = teacher.get("class-scores", world.quiz.course.key)
    assert "Compare with School" in page.text
    assert reads(world) == []
    before = rows()
    page = compare(world, teacher)
    assert SAME in page.text
    assert "3 cells of the gradebook there were compared" in page.text
    assert reads(world) == [200, 200]
    assert rows() == before


def test_other_missing_and_foreign_scores_are_named(world, teacher):
    world.launch("dora")
    scores = world.platform.scores
    for _item, one in scores:
        if one["userId"] == "bob":
            one["scoreGiven"] = 70
    scores[:] = [pair for pair in scores if pair[1]["userId"] != "ada"]
    scores.append((1, {"userId": "dora", "scoreGiven": 9, "scoreMaximum": 10}))
    before = rows()
    text = compare(world, teacher).text
    for said in ("missing there", "is another one", "was not sent from here"):
        assert text.count(said) == 1
    for number in ("50 of 100", "70 of 100", "9 of 10"):
        assert number in text
    assert rows() == before
    assert world.given("bob") == [70]


def test_a_platform_that_cannot_be_read_is_named(world, teacher):
    world.platform.faults.append(("/results", "500"))
    page = compare(world, teacher)
    assert "no list (status 500)" in page.text
    assert SAME not in page.text
    world.tool.scopes = tuple(one for one in SCOPES if not one.endswith("result.readonly"))
    world.platform.tokens.clear()
    access_tokens._tokens.clear()
    assert "does not let this site read its results" in compare(world, teacher).text


def test_nobody_else_compares_and_not_without_the_scope(world, teacher):
    course = world.quiz.course.key
    assert compare(world, world.seat("bob")).status == 404
    other = world.seat("eve", INSTRUCTOR, link="other", more=world.context("blue"))
    page = compare(world, other)
    assert "0 cells" in page.text
    assert "50 of" not in page.text
    LtiLink.objects.update(scopes=["https://purl.imsglobal.org/spec/lti-ags/scope/score"])
    assert "Compare with" not in teacher.get("class-scores", course).text
    assert compare(world, teacher).status == 404


def test_a_class_is_compared_some_times_a_minute(world, teacher):
    found = [compare(world, teacher).status for _time in range(8)]
    assert found.count(200) >= 6
    assert set(found) <= {200, 413}


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", None),
        ('<https://a.example/x?From=2>; rel="next"', "https://a.example/x?From=2"),
        ("</x?P=3>;rel=next", "https://a.example/x?P=3"),
        ('<https://a.example/1>; rel="prev", <https://a.example/3>; rel="next"',
         "https://a.example/3"),
    ],
)  # fmt: skip
def test_the_next_page_is_found_with_its_capitals(header, wanted):
    answer = score_results.outgoing.Answer(200, {"link": header})
    assert score_results._next(answer, "https://a.example/results") == wanted


@pytest.mark.parametrize("url", ["https://b.example/x", "http://a.example/x", "//b.example/", "x:"])
def test_no_token_goes_to_another_site(url):
    answer = score_results.outgoing.Answer(200, {"link": f'<{url}>; rel="next"'})
    with pytest.raises(ResultsUnread):
        score_results._next(answer, "https://a.example/results")


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b"null", b"[" * 100_000])
def test_what_is_no_list_is_refused(body):
    with pytest.raises(ResultsUnread):
        list(score_results._rows(score_results.outgoing.Answer(200, {}, body)))


def test_odd_rows_are_left_out_and_odd_numbers_are_none():
    body = (
        b'[{"userId": 7, "resultScore": 0.5}, {"userId": true}, "x", {"resultScore": 1},'
        b' {"userId": "a", "resultScore": NaN, "resultMaximum": 0},'
        b' {"userId": "b", "resultScore": 1e400, "resultMaximum": 5}]'
    )
    found = dict(score_results._rows(score_results.outgoing.Answer(200, {}, body)))
    assert found == {
        "7": PlatformResult(0.5, 1.0),
        "a": PlatformResult(None, 0.0),
        "b": PlatformResult(None, 5.0),
    }
    assert found["a"].share is None


def test_results_end_the_path_before_a_query():
    assert score_results.results_address("https://m.example/1/lineitem?type_id=1") == (
        "https://m.example/1/lineitem/results?type_id=1&limit=200"
    )
