"""A quiz that learners have taken, with one wrong key planted in it."""

from datetime import timedelta
from random import Random

from courses.domain import attempts
from courses.domain.attempts.saving_many import SentResponse
from courses.models import Section
from tests.factories import (
    NOW,
    ModuleFactory,
    QuizFactory,
    UserFactory,
    add_item,
    join,
    make_learner,
    make_question,
    reader_of,
)

OPTIONS = "abcd"


def question_data(number, *, key, word=""):
    """A question whose content makes "a" right; "key" is what its author marked."""
    return {
        "stem": f"Question {number}{word}: what helps her?",
        "options": [
            {
                "key": one,
                "text": f"Option {one.upper()} of {number}{word}",
                "feedback": "Because.",
                "correct": one == key,
            }
            for one in OPTIONS
        ],
    }


def planted_quiz(*, learners=24, items=5, planted=3, section=None, word="", **settings):
    """A quiz whose question at that place has the key "b", although "a" is right.

    The questions are easy to hard; whoever is able chooses "a", all others at random.
    """
    module = ModuleFactory()
    quiz = QuizFactory(module=module, attempts_allowed=3, **settings)
    for position in range(1, items + 1):
        key = "b" if position == planted else "a"
        data = question_data(position, key=key, word=word)
        question = make_question(module, data=data, key=f"question-{module.pk}-{position}")
        add_item(quiz, question, position=position)
    take_quiz(quiz, learners=learners, items=items, section=section)
    return quiz


def take_quiz(quiz, *, learners, items, section: Section | None = None, seed=5):
    """So many new learners take it; the result is the same for the same seed."""
    source = Random(seed)
    rows = []
    for _learner in range(learners):
        enrolment = join(section, UserFactory()) if section else make_learner(quiz.course)
        rows.append(enrolment)
        ability = source.gauss(0, 1)
        chosen = {}
        for position in range(1, items + 1):
            hardness = 2 * (position % 5) / 4 - 1
            is_able = ability + source.gauss(0, 0.6) > hardness
            chosen[position] = "a" if is_able else source.choice(OPTIONS[1:])
        hand_in(enrolment, quiz, chosen)
    return rows


def hand_in(enrolment, quiz, chosen, *, at=NOW):
    """An attempt with these options, by position."""
    by = enrolment.user
    attempt = attempts.start(reader=reader_of(enrolment), quiz_key=quiz.key, by=by, now=at)
    sent = {
        position: SentResponse(raw={"choice": one}, based_on=0) for position, one in chosen.items()
    }
    later = at + timedelta(minutes=4)
    attempts.save_many(attempt=attempt, sent=sent, by=by, now=later)
    return attempts.submit(attempt=attempt, by=by, now=later)
