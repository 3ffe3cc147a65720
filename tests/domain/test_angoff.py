"""Judges' estimates and the pass mark that comes of them."""

from statistics import mean, stdev

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import gradebook
from courses.domain.analysis import angoff
from courses.domain.analysis.cut_scores import EstimatedPlace, suggest
from courses.domain.authoring.editions import Origin
from courses.errors import Conflict, Invalid
from courses.models import AngoffEstimate, AngoffRound, Edition, LineItemRule, QuizItem, Tag
from tests.factories import NOW, UserFactory, add_item, make_question, make_quiz

pytestmark = pytest.mark.django_db

PLACES = [
    EstimatedPlace(1, 1, (1,)),
    EstimatedPlace(3, 1, (2,)),
    EstimatedPlace(2, 2, (3, 4, 5)),
]


def test_mark_is_the_mean_of_the_judges_weighted_by_points():
    """By hand: the drawn place counts 2 points twice, with the mean of its pool."""
    estimates = {
        7: {1: 50, 2: 80, 3: 60, 4: 70, 5: 80},
        8: {1: 40, 2: 60, 3: 50, 4: 50, 5: 50},
        9: {1: 90, 2: 100, 3: 90, 4: 80, 5: 70},
    }
    cuts = [
        (50 + 3 * 80 + 4 * 70) / 8,
        (40 + 3 * 60 + 4 * 50) / 8,
        (90 + 3 * 100 + 4 * 80) / 8,
    ]
    found = suggest(places=PLACES, estimates=estimates)
    assert [one.percent for one in found.judges] == pytest.approx(cuts)
    assert found.percent == pytest.approx(mean(cuts))
    assert found.spread == pytest.approx(stdev(cuts))
    assert found.error == pytest.approx(stdev(cuts) / 3**0.5)
    assert found.is_complete


def test_too_few_judges_and_missing_estimates_are_incomplete():
    whole = {1: 50, 2: 80, 3: 60, 4: 70, 5: 80}
    two = suggest(places=PLACES, estimates={7: whole, 8: whole})
    assert (two.is_complete, two.percent) == (False, pytest.approx(71.25))
    lacking = suggest(places=PLACES, estimates={7: whole, 8: whole, 9: whole, 6: {1: 1}})
    assert (lacking.is_complete, lacking.complete, lacking.percent) == (
        False, 3, pytest.approx(71.25),
    )  # fmt: skip
    assert lacking.judges[0].missing == 4
    assert lacking.judges[0].percent is None
    none = suggest(places=PLACES, estimates={})
    assert (none.percent, none.spread, none.is_complete) == (None, None, False)
    assert suggest(places=[], estimates={7: {}}).percent is None


@pytest.fixture
def quiz():
    """Two questions, and two drawn of three."""
    quiz = make_quiz(questions=2, pass_mark=80)
    tag = Tag.objects.create(course=quiz.course, key="pool")
    for _number in range(3):
        make_question(quiz.module, tags=["pool"])
    QuizItem.objects.create(quiz=quiz, position=3, draw_count=2, draw_tag=tag, points=1)
    return quiz


def give(quiz, percent, *, judges=3):
    versions = angoff.judged(quiz=quiz).versions
    people = [UserFactory() for _judge in range(judges)]
    for one in people:
        angoff.give(quiz=quiz, estimates=dict.fromkeys(versions, percent), by=one, now=NOW)
    return people


def origin():
    return Origin(channel="admin", by=UserFactory(), now=NOW)


def test_estimates_are_kept_by_judge_and_may_be_changed(quiz):
    people = give(quiz, 60)
    found = angoff.judged(quiz=quiz)
    assert (len(found.versions), found.suggested.percent) == (5, 60)
    changed = dict.fromkeys(found.versions, 90)
    for _time in range(2):
        angoff.give(quiz=quiz, estimates=changed, by=people[0], now=NOW)
    assert angoff.judged(quiz=quiz).suggested.percent == pytest.approx(70)
    assert AngoffEstimate.objects.count() == 15
    assert AngoffRound.objects.count() == 1
    angoff.begin(quiz=quiz, now=NOW)
    assert angoff.judged(quiz=quiz).suggested.percent is None
    assert AngoffEstimate.objects.count() == 15


@pytest.mark.parametrize("percent", [-1, 101])
def test_estimate_outside_the_scale_is_refused(quiz, percent):
    version = next(iter(angoff.judged(quiz=quiz).versions))
    with pytest.raises(Invalid):
        angoff.give(quiz=quiz, estimates={version: percent}, by=UserFactory(), now=NOW)
    other = make_question(quiz.module).ready_version_id
    with pytest.raises(Invalid):
        angoff.give(quiz=quiz, estimates={other: 50}, by=UserFactory(), now=NOW)
    assert not AngoffEstimate.objects.exists()


def test_mark_is_used_as_a_change_of_the_quiz(quiz):
    column = gradebook.line_item(quiz)
    gradebook.rules(line_item=column, now=NOW)
    give(quiz, 62)
    items = list(quiz.items.order_by("position").values_list("pk", flat=True))
    angoff.use(quiz=quiz, seen="62.00", origin=origin())
    quiz.refresh_from_db()
    assert quiz.pass_mark == 62
    assert list(quiz.items.order_by("position").values_list("pk", flat=True)) == items
    assert Edition.objects.filter(kind="quiz", key=quiz.key).exists()
    gradebook.rules(line_item=gradebook.line_item(quiz), now=NOW)
    assert [row.pass_mark for row in LineItemRule.objects.order_by("sequence")] == [80, 62]


def test_mark_that_is_not_complete_or_changed_meanwhile_is_not_used(quiz):
    people = give(quiz, 60, judges=2)
    with pytest.raises(Conflict):
        angoff.use(quiz=quiz, seen="60.00", origin=origin())
    give(quiz, 60, judges=1)
    angoff.give(
        quiz=quiz,
        estimates=dict.fromkeys(angoff.judged(quiz=quiz).versions, 90),
        by=people[0],
        now=NOW,
    )
    with pytest.raises(Conflict):
        angoff.use(quiz=quiz, seen="60.00", origin=origin())
    quiz.refresh_from_db()
    assert quiz.pass_mark == 80


def test_queries_do_not_depend_on_questions(quiz):
    def count():
        with CaptureQueriesContext(connection) as queries:
            angoff.judged(quiz=quiz)
        return len(queries)

    before = count()
    for position in range(4, 9):
        add_item(quiz, make_question(quiz.module), position=position)
        make_question(quiz.module, tags=["pool"])
    assert count() == before
