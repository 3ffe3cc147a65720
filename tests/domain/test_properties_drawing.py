"""Drawing from the bank: no repeats, least met first, what belongs together stays together."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.domain import draw_checks, drawing
from courses.errors import Conflict
from courses.models import Attempt, AttemptItem, QuizItem, Stimulus
from tests.factories import NOW, QuizFactory, add_item, make_learner, make_question, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
PROPERTY = settings(deadline=None)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A bank of eight easy and four hard questions, two of them about one case; made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        quiz = make_quiz(questions=2)
        module = quiz.module
        case = Stimulus.objects.create(course=quiz.course, key="case", body="A case.")
        bank = [make_question(module, difficulty="easy", key=f"easy-{n}") for n in range(8)]
        bank += [make_question(module, difficulty="hard", key=f"hard-{n}") for n in range(4)]
        for question in (bank[0], bank[9]):
            question.stimulus = case
            question.save()
        yield quiz, make_learner(quiz.course), bank
        transaction.set_rollback(True)


def draw_places(quiz, *counts):
    """Places that draw so many easy, hard or any questions."""
    first = quiz.items.count() + 1
    for position, (difficulty, count) in enumerate(counts, start=first):
        QuizItem.objects.create(
            quiz=quiz,
            position=position,
            draw_count=count,
            draw_difficulty=difficulty,
            points=Decimal(position),
        )


def drawn(quiz, learner, seed):
    return drawing.draw(quiz=quiz, enrolment=learner, source=Random(seed))


def keys(rows):
    return [one.version.question.key for one in rows]


def meet(quiz, learner, questions, number=1):
    """The learner meets these questions in a closed attempt."""
    attempt = Attempt.objects.create(
        enrolment=learner,
        quiz=quiz,
        number=number,
        state=Attempt.State.GRADED,
        policy=quiz.settings,
        started_at=NOW,
        submitted_at=NOW,
    )
    AttemptItem.objects.bulk_create(
        AttemptItem(attempt=attempt, position=place, version=question.ready_version, points=1)
        for place, question in enumerate(questions, start=1)
    )


def shortages(quiz):
    items = list(quiz.items.order_by("position"))
    draws = [item for item in items if item.draw_count]
    bank = draw_checks.read_bank(course_id=quiz.course_id, draws=draws)
    return draw_checks.shortages(places=items, bank=bank)


counts = st.lists(
    st.tuples(st.sampled_from(["easy", "hard", ""]), st.integers(1, 4)), min_size=1, max_size=4
)


def is_enough(places):
    """Can eight easy and four hard questions fill the places, in their order?"""
    easy = sum(count for kind, count in places if kind == "easy")
    hard = sum(count for kind, count in places if kind == "hard")
    return easy <= 8 and hard <= 4 and sum(count for _, count in places) <= 12


@PROPERTY
@given(places=counts, seed=st.integers(0, 2**32), is_shuffled=st.booleans())
def test_draw(world, places, seed, is_shuffled):
    original, learner, bank = world
    hard = {question.key for question in bank if question.difficulty == "hard"}
    with transaction.atomic():
        quiz = QuizFactory(module=original.module, shuffle_items=is_shuffled)
        pinned = [place.question for place in original.items.all()]
        for position, question in enumerate(pinned, start=1):
            add_item(quiz, question, position=position, points="0.5")
        draw_places(quiz, *places)
        short = shortages(quiz)
        try:
            rows = drawn(quiz, learner, seed)
        except Conflict:
            # What is reported as fillable is filled, whatever the draws before take.
            assert short
            # An open place may take what a later one needs; without one it is plain arithmetic.
            assert not is_enough(places) or any(not kind for kind, _ in places[:-1])
        else:
            found = keys(rows)
            assert len(set(found)) == len(found) == 2 + sum(count for _, count in places)
            assert {question.key for question in pinned} <= set(found)
            for position, (kind, count) in enumerate(places, start=3):
                mine = [one for one in rows if one.points == position]
                assert len(mine) == count
                assert kind != "hard" or set(keys(mine)) <= hard
                assert kind != "easy" or not set(keys(mine)) & hard
            case = [place for place, one in enumerate(rows) if one.question.stimulus_id]
            assert not case or case == list(range(case[0], case[0] + len(case)))
            assert keys(drawn(quiz, learner, seed)) == found
        transaction.set_rollback(True)


@PROPERTY
@given(
    met=st.lists(st.lists(st.integers(0, 7), unique=True, max_size=8), max_size=3),
    count=st.integers(1, 8),
    seed=st.integers(0, 2**32),
)
def test_draw_prefers_the_least_met(world, met, count, seed):
    original, learner, bank = world
    easy = bank[:8]
    with transaction.atomic():
        quiz = QuizFactory(module=original.module)
        draw_places(quiz, ("easy", count))
        for number, places in enumerate(met, start=1):
            meet(quiz, learner, [easy[place] for place in places], number)
        often = Counter(easy[place].key for places in met for place in places)
        found = keys(drawn(quiz, learner, seed))
        left = {question.key for question in easy} - set(found)
        transaction.set_rollback(True)

    if left:
        assert max(often[key] for key in found) <= min(often[key] for key in left)


def test_another_learners_attempts_do_not_count(world):
    original, learner, bank = world
    with transaction.atomic():
        other = make_learner(original.course)
        quiz = QuizFactory(module=original.module)
        draw_places(quiz, ("easy", 4))
        before = keys(drawn(quiz, learner, 7))
        meet(quiz, other, bank[:4])
        after = keys(drawn(quiz, learner, 7))
        transaction.set_rollback(True)

    assert before == after


def test_seeds_give_different_draws(world):
    original, learner, _bank = world
    with transaction.atomic():
        quiz = QuizFactory(module=original.module)
        draw_places(quiz, ("", 6))
        found = {tuple(keys(drawn(quiz, learner, seed))) for seed in range(20)}
        transaction.set_rollback(True)

    assert len(found) > 10


def test_retired_questions_and_drafts_are_not_drawn(world):
    original, learner, bank = world
    with transaction.atomic():
        quiz = QuizFactory(module=original.module)
        draw_places(quiz, ("hard", 2))
        for question, change in zip(bank[8:10], ("retired", "draft"), strict=True):
            question.is_retired = change == "retired"
            question.ready_version = None if change == "draft" else question.ready_version
            question.save()
        found = {key for seed in range(20) for key in keys(drawn(quiz, learner, seed))}
        transaction.set_rollback(True)
    for question in bank[8:10]:
        question.is_retired = False
        question.ready_version = question.versions.get()

    assert found == {bank[10].key, bank[11].key}
