"""How often item analysis finds a wrong key: `python -m bench.wrong_keys [quizzes] [learners,…]`.

Draws quizzes of 20 questions with four options from a three-parameter model (guessing 0.15) in
which wrong options may attract the stronger, plants one wrong key in each, and prints recall, how
often the suspected question stands first in the list, and the false alarms.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from courses.domain.analysis.choices import ChoiceKey
from courses.domain.analysis.quizzes import AnalysisInput, QuizFigures, analyse
from courses.domain.analysis.scored import ScoredItem

QUESTIONS, OPTIONS, GUESSING = 20, "abcd", 0.15
QUIZZES, LEARNERS = 600, (20, 60, 200)


@dataclass(frozen=True)
class Model:
    """A question: what is right, how hard it is, and whom its wrong options attract."""

    right: str
    slope: float
    difficulty: float
    pulls: dict[str, tuple[float, float]]

    def choose(self, ability: float, source: Random) -> str:
        chance = 1 / (1 + math.exp(-1.7 * self.slope * (ability - self.difficulty)))
        if source.random() < GUESSING + (1 - GUESSING) * chance:
            return self.right
        weights = [weight * math.exp(slope * ability) for weight, slope in self.pulls.values()]
        return source.choices([*self.pulls], weights)[0]


@dataclass
class Tally:
    """What was found in quizzes of so many learners."""

    learners: int
    quizzes: int = 0
    found: int = 0
    first: int = 0
    false: int = 0
    clean: int = 0
    """Right keys that were looked at."""
    alarmed: int = 0
    """Quizzes without a wrong key in which one is suspected."""

    def line(self) -> str:
        return (
            f"| {self.learners} | {self.found / self.quizzes:.0%} "
            f"| {self.first / max(self.found, 1):.0%} | {self.false / self.clean:.2%} "
            f"| {self.alarmed / self.quizzes:.1%} |"
        )


def draw_model(source: Random) -> Model:
    right = source.choice(OPTIONS)
    pulls = {
        one: (source.uniform(0.4, 1.6), source.gauss(-0.2, 0.4)) for one in OPTIONS if one != right
    }
    return Model(right, math.exp(source.gauss(-0.1, 0.3)), source.gauss(0, 0.9), pulls)


def draw_answers(models: Sequence[Model], learners: int, source: Random) -> list[list[str]]:
    abilities = [source.gauss(0, 1) for _learner in range(learners)]
    return [[model.choose(ability, source) for model in models] for ability in abilities]


def analysed(answers: Sequence[Sequence[str]], keys: Sequence[str]) -> QuizFigures:
    """Return the figures with these keys."""
    attempts = [
        [
            ScoredItem(number, float(chosen == key), 1.0, (chosen,))
            for number, (chosen, key) in enumerate(zip(attempt, keys, strict=True))
        ]
        for attempt in answers
    ]
    known = {number: ChoiceKey(tuple(OPTIONS), frozenset(key)) for number, key in enumerate(keys)}
    return analyse(AnalysisInput(attempts, known))


def count(tally: Tally, source: Random) -> None:
    """Draw a quiz, look at it with its keys and with one of them wrong."""
    models = [draw_model(source) for _question in range(QUESTIONS)]
    answers = draw_answers(models, tally.learners, source)
    keys = [model.right for model in models]
    alarms = [one for one in analysed(answers, keys).questions if one.finding.is_suspicious]
    tally.quizzes += 1
    tally.clean += QUESTIONS
    tally.false += len(alarms)
    tally.alarmed += bool(alarms)
    planted = source.randrange(QUESTIONS)
    keys[planted] = source.choice([one for one in OPTIONS if one != keys[planted]])
    first, *_others = found = analysed(answers, keys).questions
    if next(one for one in found if one.version == planted).finding.is_suspicious:
        tally.found += 1
        tally.first += first.version == planted


def main() -> None:
    quizzes = int(sys.argv[1]) if len(sys.argv) > 1 else QUIZZES
    sizes = map(int, sys.argv[2].split(",")) if len(sys.argv) > 2 else LEARNERS
    print(
        "| learners | recall | first in the list | false alarms per question | a clean quiz has |"
    )
    print("|---|---|---|---|---|")
    for learners in sizes:
        tally, source = Tally(learners), Random(learners)
        for _quiz in range(quizzes):
            count(tally, source)
        print(tally.line(), flush=True)


if __name__ == "__main__":
    main()
