"""Votes of a debate: before and after reading, without a score, and anonymous."""

import pytest

from courses.domain import attempts, lessons, mastery, personal_data, verifying, votes
from courses.errors import Closed, Conflict
from courses.models import VoteTally
from tests.factories import (
    NOW,
    RIGHT,
    VOTE,
    WRONG,
    add_item,
    make_debate,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]


@pytest.fixture
def debate():
    return make_debate()


def cast(learner, lesson, question, side, certainty=70, *, based_on=0):
    return lessons.respond(
        reader=reader_of(learner),
        lesson_key=lesson.key,
        question_key=question.key,
        raw={"choice": side, "certainty": certainty},
        based_on=based_on,
        by=learner.user,
        now=NOW,
    )


def vote_twice(debate, before="a", after="b", learner=None):
    lesson, first, second = debate
    learner = learner or make_learner(lesson.module.course)
    cast(learner, lesson, first, before)
    return cast(learner, lesson, second, after, 50).view, learner


def page_of(learner, lesson):
    views = lessons.open_lesson(reader=reader_of(learner), lesson_key=lesson.key).checks
    return {view.question_key: view for view in views}


def test_a_vote_is_neither_right_nor_wrong_and_stands(debate):
    lesson, first, _second = debate
    ada = make_learner(lesson.module.course)
    view = cast(ada, lesson, first, "a").view

    assert (view.is_correct, view.score, view.scaled) == (None, None, None)
    assert (view.is_closed, view.can_respond, view.is_answered) == (True, False, True)
    assert [row["feedback"] for row in view.q["options"]] != []
    with pytest.raises(Closed):
        cast(ada, lesson, first, "b", based_on=1)


def test_votes_complete_a_lesson_and_count_in_no_score(debate):
    lesson, first, second = debate
    ada = make_learner(lesson.module.course)
    cast(ada, lesson, first, "a")
    cast(ada, lesson, second, "a")
    key = page_of(ada, lesson)
    other = next(name for name in key if name not in (first.key, second.key))
    done = lessons.respond(
        reader=reader_of(ada), lesson_key=lesson.key, question_key=other, raw=RIGHT,
        based_on=0, by=ada.user, now=NOW,
    )  # fmt: skip
    lessons.practise_again(reader=reader_of(ada), lesson_key=lesson.key, by=ada.user, now=NOW)
    attempt = ada.attempts.get()

    assert done.is_lesson_completed
    assert (attempt.score, attempt.score_maximum, attempt.percent) == (1, 1, 100)
    assert mastery.by_objective(enrolment=ada, now=NOW) == []


def test_a_second_vote_shows_the_learners_own_move(debate):
    lesson, first, second = debate
    view, ada = vote_twice(debate)
    seen = page_of(ada, lesson)

    assert view.move == seen[second.key].move
    assert (view.move.before.text, view.move.before.certainty) == ("Everyone owns it", 70)
    assert (view.move.after.text, view.move.after.certainty) == ("One lead owns it", 50)
    assert view.move.is_changed
    assert seen[first.key].move is None


def test_a_second_vote_waits_for_the_first(debate):
    lesson, first, second = debate
    ada = make_learner(lesson.module.course)
    with pytest.raises(votes.FirstVoteMissing):
        cast(ada, lesson, second, "a")

    waiting = page_of(ada, lesson)[second.key]
    assert (waiting.can_respond, waiting.waits_for) == (False, first.key)
    cast(ada, lesson, first, "a")
    ready = page_of(ada, lesson)[second.key]
    assert (ready.can_respond, ready.waits_for) == (True, "")
    assert cast(ada, lesson, second, "b").view.move.is_changed


def test_after_practising_again_the_second_vote_waits_again(debate):
    lesson, _first, second = debate
    _view, ada = vote_twice(debate)
    lessons.practise_again(reader=reader_of(ada), lesson_key=lesson.key, by=ada.user, now=NOW)
    with pytest.raises(votes.FirstVoteMissing):
        cast(ada, lesson, second, "a")


def test_a_second_vote_does_not_wait_for_a_first_that_is_asked_no_more(debate):
    lesson, first, second = debate
    lesson.checks.items.filter(question=first).delete()
    ada = make_learner(lesson.module.course)

    assert cast(ada, lesson, second, "a").view.move is None


def test_in_an_attempt_the_second_vote_waits_too():
    quiz = make_quiz(questions=1, feedback_mode="deferred")
    first = make_question(quiz.module, kind="vote", data=VOTE)
    second = make_question(quiz.module, kind="vote", data={**VOTE, "again": first.key})
    for position, question in enumerate((first, second), start=2):
        add_item(quiz, question, position=position)
    ada = make_learner(quiz.course)
    by = ada.user
    attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=by, now=NOW)
    keys = list(attempt.items.order_by("position").values_list("version__question__key", flat=True))
    vote = {"raw": {"choice": "a", "certainty": 70}, "based_on": 0, "by": by, "now": NOW}
    place = {key: keys.index(key) + 1 for key in keys}
    with pytest.raises(votes.FirstVoteMissing):
        attempts.save(attempt=attempt, position=place[second.key], **vote)
    attempts.save(attempt=attempt, position=place[first.key], **vote)
    attempts.save(attempt=attempt, position=place[second.key], **vote)


def test_others_are_shown_as_sums_from_five_on_and_in_steps_of_five(debate):
    seen = []
    for number in range(11):
        view, _learner = vote_twice(debate, "a" if number % 2 else "b", "b")
        everybody = view.move.everybody
        seen.append(everybody.people if everybody else 0)
    rows = view.move.everybody.rows

    assert seen == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]
    assert [(row.text, row.before, row.after) for row in rows] == [
        ("Everyone owns it", 5, 0),
        ("One lead owns it", 5, 10),
    ]
    assert [(row.before_percent, row.after_percent) for row in rows] == [(50, 0), (50, 100)]


def test_votes_of_others_are_shown_after_the_second_vote(debate):
    lesson, first, _second = debate
    for _ in range(5):
        vote_twice(debate)
    ada = make_learner(lesson.module.course)

    assert all(view.move is None for view in page_of(ada, lesson).values())
    cast(ada, lesson, first, "a")
    assert all(view.move is None for view in page_of(ada, lesson).values())


def test_a_person_counts_once_however_often_she_practises(debate):
    lesson, first, second = debate
    _view, ada = vote_twice(debate, "a", "b")
    for _ in range(3):
        lessons.practise_again(reader=reader_of(ada), lesson_key=lesson.key, by=ada.user, now=NOW)
        vote_twice(debate, "b", "a", learner=ada)

    assert VoteTally.objects.get().moves == {"a": {"b": 1}}
    assert page_of(ada, lesson)[second.key].move.after.key == "a"
    assert first.tally.pk


def test_the_same_vote_sent_twice_counts_once(debate):
    lesson, first, second = debate
    ada = make_learner(lesson.module.course)
    cast(ada, lesson, first, "a")
    assert cast(ada, lesson, second, "b").is_new
    again = cast(ada, lesson, second, "b")

    assert not again.is_new
    assert again.view.move.after.key == "b"
    assert VoteTally.objects.get().moves == {"a": {"b": 1}}


def test_the_tally_is_what_the_log_says(debate):
    lesson, first, _second = debate
    for before, after in ["ab", "bb", "ba", "ab"]:
        _view, learner = vote_twice(debate, before, after)
    lessons.practise_again(
        reader=reader_of(learner), lesson_key=lesson.key, by=learner.user, now=NOW
    )
    vote_twice(debate, "b", "b", learner=learner)
    bob = make_learner(lesson.module.course)
    cast(bob, lesson, first, "a")

    assert list(verifying.verify(now=NOW)) == []
    VoteTally.objects.update(moves={"a": {"a": 9}})
    (difference,) = verifying.verify(now=NOW, is_fixing=True)
    assert difference.logged == {"a": {"b": 2}, "b": {"b": 1, "a": 1}}
    assert list(verifying.verify(now=NOW)) == []


def test_erasure_updates_the_tally(debate):
    for _ in range(2):
        _view, learner = vote_twice(debate, "a", "b")
    personal_data.erase(user=learner.user, now=NOW)

    assert VoteTally.objects.get().moves == {"a": {"b": 1}}
    assert list(verifying.verify(now=NOW)) == []


def test_a_vote_in_a_quiz_neither_raises_nor_lowers_its_score():
    """Files and admin refuse it; a row that got there all the same does not count."""
    quiz = make_quiz(questions=2, feedback_mode="deferred")
    vote = make_question(quiz.module, kind="vote", data=VOTE)
    add_item(quiz, vote, position=3, points="5")
    for answers in (True, False):
        ada = make_learner(quiz.course)
        attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
        sent = {1: RIGHT, 2: WRONG, 3: {"choice": "a", "certainty": 10}}
        for position, raw in sent.items():
            if answers or position < 3:
                attempts.save(
                    attempt=attempt, position=position, raw=raw, based_on=0, by=ada.user, now=NOW
                )
        closed = attempts.submit(attempt=attempt, by=ada.user, now=NOW)
        assert (closed.score, closed.score_maximum, closed.state) == (1, 2, "graded")


def test_a_draw_passes_votes_over():
    quiz = make_quiz(questions=0)
    make_question(quiz.module, kind="vote", data=VOTE, tags=["bank"])
    one = make_question(quiz.module, tags=["bank"])
    tag = one.tags.get()
    quiz.items.create(position=1, draw_count=1, draw_tag=tag)
    ada = make_learner(quiz.course)
    attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    assert [item.version.type for item in attempt.items.all()] == ["single_choice"]
    quiz.items.create(position=2, draw_count=1, draw_tag=tag)
    bob = make_learner(quiz.course)
    with pytest.raises(Conflict):
        attempts.start(reader=reader_of(bob), quiz_key=quiz.key, by=bob.user, now=NOW)


def test_pairs_need_both_votes_and_ask_nothing(debate, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert votes.pairs(items=[]) == []
        assert votes.moves_of(pairs=[]) == {}
