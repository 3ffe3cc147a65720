"""Votes before and after reading: a learner's own move, and how many went which way.

A vote is no secret of its quiz, but it is its voter's: of others one sees sums alone, only after
one's own second vote, and only in steps of `STEP` people.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.domain import scoring
from courses.errors import Conflict
from courses.models import (
    Attempt,
    AttemptItem,
    Enrolment,
    Question,
    QuestionVersion,
    Response,
    VoteTally,
)

STEP = 5
"""So many people more must have voted twice before the figures that learners see move."""

Moves = dict[str, dict[str, int]]
"""Position before → position after → people."""


class FirstVoteMissing(Conflict):
    """`details`: `question`, the key of the vote that comes first."""

    default = _(
        "Cast your first vote before you vote again. You will find it earlier on this page."
    )


@dataclass(frozen=True)
class Cast:
    """One vote of one person."""

    key: str
    text: str
    certainty: int


@dataclass(frozen=True)
class PositionCount:
    """How many held a position before and after; of the same people."""

    key: str
    text: str
    before: int
    after: int
    people: int

    @property
    def before_percent(self) -> Decimal:
        return scoring.rounded(Fraction(100 * self.before, self.people), places=0)

    @property
    def after_percent(self) -> Decimal:
        return scoring.rounded(Fraction(100 * self.after, self.people), places=0)


@dataclass(frozen=True)
class Everybody:
    """The people who voted both times, by position; their moves are not separated."""

    people: int
    rows: tuple[PositionCount, ...]


@dataclass(frozen=True)
class Move:
    """A second vote beside the first; `everybody` is None until enough people have voted twice."""

    before: Cast
    after: Cast
    everybody: Everybody | None
    step: int = STEP

    @property
    def is_changed(self) -> bool:
        return self.before.key != self.after.key


@dataclass(frozen=True)
class VotePair:
    """The items of a debate that one learner has voted on twice."""

    before: AttemptItem
    after: AttemptItem


def pairs(*, items: Iterable[AttemptItem]) -> list[VotePair]:
    """Return the debates among the items of one attempt in which both votes are cast. No query."""
    cast = {item.version.question.key: item for item in items if _is_vote(item)}
    found = ((cast.get(earlier_vote(item.version)), item) for item in cast.values())
    return [VotePair(before, after) for before, after in found if before is not None]


def refuse_early(
    *, attempt: Attempt, version: QuestionVersion, asked: Collection[str] | None = None
) -> None:
    """Raise FirstVoteMissing for a second vote while the first one, asked too, is not cast.

    `asked` are the keys of all questions beside it; without it those of the attempt's items.
    """
    key = earlier_vote(version)
    if not key:
        return
    first = attempt.items.filter(version__question__key=key)
    is_asked = first.exists() if asked is None else key in asked
    if is_asked and not first.filter(value__isnull=False).exists():
        raise FirstVoteMissing(question=key)


def earlier_vote(version: QuestionVersion) -> str:
    """Return the key of the vote that this one asks again, or ""."""
    return version.question_type.earlier_vote(version.parsed)


def moves_of(*, pairs: list[VotePair]) -> dict[str, Move]:
    """Return key of the second vote → the move. One query, none without a debate."""
    if not pairs:
        return {}
    questions = [pair.before.version.question_id for pair in pairs]
    tallies = {row.question_id: row for row in VoteTally.objects.filter(question__in=questions)}
    return {
        pair.after.version.question.key: _move(pair, tallies.get(pair.before.version.question_id))
        for pair in pairs
    }


def count(*, pair: VotePair, user_id: int) -> None:
    """Count a second vote that was cast just now; a person counts once in a debate.

    Runs in the transaction of the vote. The tally's row is the last lock that is taken.
    """
    if pair.after.attempt.is_trial:
        return
    tally = _locked(pair.before.version.question_id)
    if _has_voted_before(pair.after, user_id):
        return
    _add(tally.moves, _side(pair.before), _side(pair.after), 1)
    if people_in(tally.moves) - people_in(tally.shown) >= STEP:
        tally.shown = tally.moves
    tally.save(update_fields=["moves", "shown"])


def forget(*, user: Any) -> None:
    """Take a person's votes out of the tallies, before their records are erased."""
    courses = Enrolment.objects.filter(user=user).values_list("course", flat=True).distinct()
    for before, after in _debates(course_ids=sorted(courses)):
        moves = _logged(before, after, user=user)
        if moves:
            tally = _locked(before.pk)
            for first, row in moves.items():
                for second, number in row.items():
                    _add(tally.moves, first, second, -number)
            tally.save(update_fields=["moves"])


def people_in(moves: Mapping[str, Mapping[str, int]]) -> int:
    return sum(number for after in moves.values() for number in after.values())


def counted(moves: Moves) -> Moves:
    """Return the moves without the zeros."""
    rows = {
        first: {second: number for second, number in row.items() if number}
        for first, row in moves.items()
    }
    return {first: row for first, row in rows.items() if row}


def logged(*, course_id: int) -> Iterator[tuple[Question, Moves]]:
    """Yield every debate of a course by its first vote, with the moves in the log."""
    for before, after in _debates(course_ids=[course_id]):
        yield before, _logged(before, after)


def _debates(*, course_ids: Iterable[int]) -> Iterator[tuple[Question, Question]]:
    """Yield first and second votes that belong together, by the versions in use."""
    rows = Question.objects.filter(course__in=course_ids, ready_version__isnull=False)
    votes = [
        row
        for row in rows.select_related("ready_version").order_by("pk")
        if row.ready_version and not row.ready_version.question_type.is_scored
    ]
    by_key = {(row.course_id, row.key): row for row in votes}
    for after in votes:
        version = after.ready_version
        before = by_key.get((after.course_id, earlier_vote(version))) if version else None
        if before is not None:
            yield before, after


def _logged(before: Question, after: Question, *, user: Any = None) -> Moves:
    moves: Moves = {}
    earlier = {row["item__attempt"]: row for row in _responses(before, user)}
    seen: set[int] = set()
    for row in _responses(after, user):
        person = row["item__attempt__enrolment__user"]
        if person in seen:
            continue
        seen.add(person)
        first = earlier.get(row["item__attempt"])
        if first is not None and first["pk"] < row["pk"]:
            _add(moves, first["value"]["choice"], row["value"]["choice"], 1)
    return moves


def _responses(question: Question, user: Any) -> Iterable[dict[str, Any]]:
    """Return the votes on a question (of one person, if given) in the order they were cast."""
    rows = Response.objects.filter(item__version__question=question, value__isnull=False)
    rows = rows.exclude(item__attempt__policy__has_key="is_trial")
    if user is not None:
        rows = rows.filter(item__attempt__enrolment__user=user)
    return rows.order_by("pk").values(
        "pk", "value", "item__attempt", "item__attempt__enrolment__user"
    )


def _locked(question_id: int) -> VoteTally:
    VoteTally.objects.get_or_create(question_id=question_id)
    return VoteTally.objects.select_for_update(no_key=True).get(question_id=question_id)


def _is_vote(item: AttemptItem) -> bool:
    return item.value is not None and not item.version.question_type.is_scored


def _has_voted_before(after: AttemptItem, user_id: int) -> bool:
    """Return whether this person cast the second vote in an earlier attempt or cycle."""
    rows = AttemptItem.objects.filter(
        attempt__enrolment__user_id=user_id,
        version__question_id=after.version.question_id,
        value__isnull=False,
    )
    rows = rows.exclude(attempt__policy__has_key="is_trial")
    return rows.exclude(pk=after.pk).exists()


def _add(moves: Moves, before: str, after: str, number: int) -> None:
    row = moves.setdefault(before, {})
    row[after] = row.get(after, 0) + number


def _move(pair: VotePair, tally: VoteTally | None) -> Move:
    everybody = None
    if tally is not None and people_in(tally.shown) >= STEP:
        everybody = _everybody(tally.shown, _texts(pair.after))
    return Move(_cast(pair.before), _cast(pair.after), everybody)


def _everybody(moves: Moves, texts: dict[str, str]) -> Everybody:
    before = {key: sum(after.values()) for key, after in moves.items()}
    after = Counter[str]()
    for row in moves.values():
        after.update(row)
    people = people_in(moves)
    return Everybody(
        people,
        tuple(
            PositionCount(key, text, before.get(key, 0), after[key], people)
            for key, text in texts.items()
        ),
    )


def _cast(item: AttemptItem) -> Cast:
    side = _side(item)
    return Cast(side, _texts(item).get(side, ""), _value(item)["certainty"])


def _side(item: AttemptItem) -> str:
    side: str = _value(item)["choice"]
    return side


def _value(item: AttemptItem) -> dict[str, Any]:
    return item.value or {}


def _texts(item: AttemptItem) -> dict[str, str]:
    """Return position → its text, in the author's order."""
    return {choice.key: choice.text for choice in _choices(item)}


def _choices(item: AttemptItem) -> Iterable[Any]:
    return item.version.question_type.to_item(item.version.parsed).choices
