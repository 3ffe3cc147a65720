"""Questions that give each other away never meet in one attempt."""

from collections import Counter
from random import Random

import pytest
from django.db import transaction

from courses.coursefiles.schema import DrawFile, QuestionFile, QuizFile, QuizItemFile
from courses.domain import access, attempts, drawing
from courses.domain.authoring import edits
from courses.errors import Conflict, Invalid
from courses.models import Question, QuizItem
from tests.factories import NOW, SINGLE_CHOICE, add_item, make_learner, make_question, make_quiz
from tests.lengths import length

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]


def declare(question, *others):
    question.enemies = [other.key for other in others]
    question.save()


def drawing_quiz(*counts, bank):
    """A quiz that draws by difficulty, with a bank of its own: keys by difficulty."""
    quiz = make_quiz(questions=0)
    made = {
        key: make_question(quiz.module, difficulty=difficulty, key=key)
        for difficulty, keys in bank.items()
        for key in keys
    }
    for position, (difficulty, count) in enumerate(counts, start=1):
        QuizItem.objects.create(
            quiz=quiz, position=position, draw_count=count, draw_difficulty=difficulty
        )
    return quiz, made


def drawn(quiz, learner, seed):
    rows = drawing.draw(quiz=quiz, enrolment=learner, source=Random(seed))
    return {one.version.question.key for one in rows}


def begin(quiz, learner):
    reader = access.reader(course_key=quiz.course.key, by=learner.user)
    return attempts.start(reader=reader, quiz_key=quiz.key, by=learner.user, now=NOW)


def test_two_draws_never_take_enemies():
    bank = {"easy": ["e1", "e2", "e3"], "hard": ["h1", "h2"]}
    quiz, made = drawing_quiz(("easy", 1), ("hard", 1), bank=bank)
    declare(made["e1"], made["h1"])
    declare(made["h2"], made["e2"])
    learner = make_learner(quiz.course)
    found = {frozenset(drawn(quiz, learner, seed)) for seed in range(60)}

    assert found == {
        frozenset(pair) for pair in [("e1", "h2"), ("e2", "h1"), ("e3", "h1"), ("e3", "h2")]
    }


def test_one_draw_never_takes_enemies():
    quiz, made = drawing_quiz(("easy", 2), bank={"easy": ["e1", "e2", "e3"]})
    declare(made["e1"], made["e2"])
    learner = make_learner(quiz.course)

    assert all({"e1", "e2"} - drawn(quiz, learner, seed) for seed in range(20))


def test_a_draw_takes_no_enemy_of_a_fixed_question():
    quiz, made = drawing_quiz(("easy", 1), bank={"easy": ["e1", "e2"]})
    fixed = make_question(quiz.module, key="fixed", difficulty="hard")
    declare(made["e1"], fixed)
    add_item(quiz, fixed, position=9)
    learner = make_learner(quiz.course)

    assert {frozenset(drawn(quiz, learner, seed)) for seed in range(10)} == {
        frozenset(["e2", "fixed"])
    }


def test_it_is_filled_whenever_there_is_a_way():
    """Whichever easy question comes first by chance: h1 alone is hard, so e1 has to give way."""
    quiz, made = drawing_quiz(("easy", 1), ("hard", 1), bank={"easy": ["e1", "e2"], "hard": ["h1"]})
    declare(made["h1"], made["e1"])
    learner = make_learner(quiz.course)

    assert {frozenset(drawn(quiz, learner, seed)) for seed in range(10)} == {
        frozenset(["e2", "h1"])
    }


def test_the_second_attempt_prefers_what_was_not_met_and_has_no_enemies_either():
    bank = {"easy": ["e1", "e2"], "hard": ["h1", "h2"]}
    quiz, made = drawing_quiz(("easy", 1), ("hard", 1), bank=bank)
    declare(made["e1"], made["h1"])
    learner = make_learner(quiz.course)
    first = begin(quiz, learner)
    met = {item.version.question.key for item in first.items.all()}

    second = drawn(quiz, learner, 1)
    assert met != {"e1", "h1"}
    assert second != {"e1", "h1"}


def test_a_draw_that_only_enemies_would_fill_is_refused_in_words():
    quiz, made = drawing_quiz(("easy", 1), ("hard", 1), bank={"easy": ["e1"], "hard": ["h1"]})
    declare(made["e1"], made["h1"])
    learner = make_learner(quiz.course)

    with pytest.raises(Conflict, match="without questions that give each other away"):
        begin(quiz, learner)
    assert not learner.attempts.exists()
    [problem] = edits.quiz_problems(quiz)
    assert problem.path == "items.0.draw.count"
    assert "enemies of others" in problem.message


def test_two_fixed_enemies_are_refused_in_words():
    quiz = make_quiz(questions=0)
    one, two = (make_question(quiz.module, key=key) for key in ("one", "two"))
    declare(two, one)
    add_item(quiz, one, position=1)
    add_item(quiz, two, position=2)
    learner = make_learner(quiz.course)

    with pytest.raises(Conflict, match="“two” and “one” are enemies"):
        begin(quiz, learner)
    assert [problem.path for problem in edits.quiz_problems(quiz)] == ["items.1.question"]


class TestAuthoring:
    def record(self, question, *enemies):
        return QuestionFile(
            key=question.key, type="single_choice", data=SINGLE_CHOICE, enemies=tuple(enemies)
        )

    def change(self, question, *enemies):
        return edits.change_question(
            question=question,
            record=self.record(question, *enemies),
            module=question.module.key,
            origin=None,
        )

    def test_enemies_are_kept_by_key(self):
        _quiz, made = drawing_quiz(("easy", 1), bank={"easy": ["e1", "e2"]})
        self.change(made["e1"], "e2")

        assert Question.objects.get(key="e1").enemies == ["e2"]

    def test_unknown_enemies_and_oneself_are_refused(self):
        _quiz, made = drawing_quiz(("easy", 1), bank={"easy": ["e1", "e2"]})

        with pytest.raises(Invalid) as caught:
            self.change(made["e1"], "e1", "nobody")
        assert {problem.path for problem in caught.value.problems} == {"enemies.0", "enemies.1"}

    def test_two_questions_that_a_quiz_asks_both_cannot_become_enemies(self):
        quiz = make_quiz(questions=0)
        one, two = (make_question(quiz.module, key=key) for key in ("one", "two"))
        add_item(quiz, one, position=1)
        add_item(quiz, two, position=2)

        with pytest.raises(Invalid) as caught:
            self.change(one, "two")
        [problem] = caught.value.problems
        assert problem.path == "enemies.0"
        assert quiz.title in problem.message

    def test_a_new_quiz_with_enemies_is_refused(self):
        quiz, made = drawing_quiz(("easy", 1), bank={"easy": ["e1"], "hard": ["h1"]})
        declare(made["e1"], made["h1"])
        items = (
            QuizItemFile(question="h1"),
            QuizItemFile(draw=DrawFile(count=1, difficulty="easy")),
        )
        record = QuizFile(key="new", title="New", kind="graded", items=items)

        with pytest.raises(Invalid) as caught:
            edits.create_quiz(
                course=quiz.course, record=record, module=quiz.module.key, origin=None
            )
        assert [problem.path for problem in caught.value.problems] == ["items.1.draw.count"]


@pytest.mark.two_lengths
def test_no_attempt_of_any_quiz_holds_two_enemies():
    """Generated banks, enemies and quizzes: a draw keeps enemies apart, or is refused."""
    source = Random(11)
    outcomes = Counter()
    for _turn in range(length(short=12, long=300)):
        with transaction.atomic():
            outcomes += draws_of_a_generated_quiz(source)
            # In one transaction PostgreSQL would keep, and read, every old version of each row.
            transaction.set_rollback(True)
    assert min(outcomes["drawn"], outcomes["refused"]) > 0, outcomes


def draws_of_a_generated_quiz(source):
    """Draw three times: how often that was refused, and how often no two enemies were drawn."""
    found = Counter()
    keys = {
        level: [f"{level}-{n}" for n in range(source.randint(1, 5))] for level in ("easy", "hard")
    }
    counts = [(level, source.randint(1, len(keys[level]))) for level in keys]
    quiz, made = drawing_quiz(*counts, bank=keys)
    fixed = make_question(quiz.module, key="fixed", difficulty="medium")
    add_item(quiz, fixed, position=9)
    everybody = [*made.values(), fixed]
    pairs = [source.sample(everybody, 2) for _pair in range(source.randint(0, 5))]
    for one, other in pairs:
        one.enemies = [*one.enemies, other.key]
        one.save()
    learner = make_learner(quiz.course)
    for seed in range(3):
        try:
            keys_drawn = drawn(quiz, learner, seed)
        except Conflict:
            found["refused"] += 1
            continue
        found["drawn"] += 1
        assert len(keys_drawn) == 1 + sum(count for _level, count in counts)
        assert not [pair for pair in pairs if {one.key for one in pair} <= keys_drawn]
    return found
