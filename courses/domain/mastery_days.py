"""How an objective went from day to day: the share of the points after each day. No database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from courses.domain import scoring
from courses.domain.review import MASTERED

SHOWN_DAYS = 12
"""So many of the latest days are listed."""


@dataclass(frozen=True)
class JudgedResponse:
    """A judged response to a question, on a day of the learner's calendar."""

    day: date
    question: int
    worth: Decimal
    score: Fraction | None
    is_given: bool
    """False for a question of a test that was handed in without a response to it."""


@dataclass(frozen=True)
class MasteryDay:
    """`share` of the points after this day, with the last response to each question."""

    day: date
    response_count: int
    share: Fraction

    @property
    def percent(self) -> Decimal:
        return shown_percent(self.share)


def shown_percent(share: Fraction) -> Decimal:
    """Return the share rounded so that it stays on its side of what counts as mastered."""
    mark = MASTERED * 100
    exact = scoring.beside(share * 100, mark=mark)
    return scoring.shown(exact, mark=Decimal(mark.numerator) / mark.denominator)


def by_day(responses: Iterable[JudgedResponse]) -> list[MasteryDay]:
    """Return the latest days with a response, the first of them first.

    The responses come as mastery counts them, the last of each question last.
    """
    rows = list(responses)
    days = sorted({one.day for one in rows if one.is_given})[-SHOWN_DAYS:]
    found = [_day(rows, one) for one in days]
    return [one for one in found if one is not None]


def _day(rows: list[JudgedResponse], day: date) -> MasteryDay | None:
    last = {one.question: one for one in rows if one.day <= day}
    score = scoring.add_up((one.worth, one.score, False) for one in last.values())
    count = sum(one.day == day and one.is_given for one in rows)
    return None if score.share is None else MasteryDay(day, count, score.share)
