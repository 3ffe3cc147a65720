"""Can the draws of quizzes be filled from the bank?

Reads a few columns of each question and keeps them by what draws choose them for, so that many
quizzes of a large course are checked in little time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from courses.coursefiles import filling
from courses.domain import drawing
from courses.models import Question, QuizItem
from courses.questions import registry


@dataclass(frozen=True)
class DrawCandidate:
    """What is read of a question that draws may take."""

    pk: int
    key: str
    enemies: Sequence[str]
    objective: int | None
    difficulty: str


class CandidateBank:
    """The questions that the draws of a course may take, found by objective, tag, difficulty."""

    def __init__(self, rows: Iterable[DrawCandidate], tags: Mapping[int, Collection[int]]) -> None:
        """`tags` maps each tag that a draw names to the questions that have it."""
        self.rows = {row.pk: row for row in rows}
        self._all = frozenset(self.rows)
        found: dict[tuple[str, object], set[int]] = defaultdict(set)
        for row in self.rows.values():
            found["objective", row.objective].add(row.pk)
            found["difficulty", row.difficulty].add(row.pk)
        for tag, questions in tags.items():
            found["tag", tag] = self._all & set(questions)  # type: ignore[assignment]
        self._by_rule = found

    def fitting(self, place: QuizItem) -> frozenset[int]:
        """Return the questions that the draw may take."""
        rules = (
            ("objective", place.draw_objective_id),
            ("difficulty", place.draw_difficulty),
            ("tag", place.draw_tag_id),
        )
        found = self._all
        for rule in rules:
            if rule[1]:
                found = found & self._by_rule.get(rule, set())
        return found


def read_banks(
    *, course_ids: Collection[int], draws: Sequence[QuizItem]
) -> dict[int, CandidateBank]:
    """Return the bank of each course, as far as one of the draws may take it. Two queries."""
    known = registry.all_types()
    names = ("pk", "course", "ready_version__type", "key", "enemies", "objective", "difficulty")
    rows: dict[int, list[DrawCandidate]] = {pk: [] for pk in course_ids}
    questions = drawing.bank(course_ids=course_ids, draws=draws)
    for pk, course, kind, *rest in questions.order_by("key").values_list(*names):
        if kind in known and known[kind].is_scored:
            rows[course].append(DrawCandidate(pk, *rest))
    tags = _tagged({place.draw_tag_id for place in draws if place.draw_tag_id})
    return {course: CandidateBank(found, tags) for course, found in rows.items()}


def read_bank(*, course_id: int, draws: Sequence[QuizItem]) -> CandidateBank:
    """Return the bank of one course, as far as one of the draws may take it. Two queries."""
    return read_banks(course_ids=[course_id], draws=draws)[course_id]


def _tagged(tags: Collection[int]) -> Mapping[int, Collection[int]]:
    found: dict[int, set[int]] = {tag: set() for tag in tags}
    if tags:
        links = Question.tags.through.objects.filter(tag__in=tags)
        for tag, question in links.values_list("tag", "question"):
            found[tag].add(question)
    return found


def shortages(*, places: Sequence[QuizItem], bank: CandidateBank) -> dict[int, int]:
    """Return index of a draw → questions left for it at least, where that is too few. Pure.

    Surely: whichever questions the draws before it take.
    """
    fixed = {place.question_id for place in places}
    short: dict[int, int] = {}
    earlier: list[tuple[int, frozenset[int]]] = []
    for index, place in enumerate(places):
        if not place.draw_count:
            continue
        fitting = bank.fitting(place) - fixed
        shared = [(count, others & fitting) for count, others in earlier]
        taken = min(
            sum(min(count, len(both)) for count, both in shared),
            len(set().union(*(both for _count, both in shared))),
        )
        if len(fitting) - taken < place.draw_count:
            short[index] = len(fitting) - taken
        earlier.append((place.draw_count, fitting))
    return short


def count_fitting(*, places: Sequence[QuizItem], bank: CandidateBank) -> dict[int, int]:
    """Return index of a draw → how many questions it may take from, other draws apart. Pure."""
    fixed = {place.question_id for place in places}
    return {
        index: len(bank.fitting(place) - fixed)
        for index, place in enumerate(places)
        if place.draw_count
    }


def unfillable(*, places: Sequence[QuizItem], bank: CandidateBank) -> int | None:
    """Return the index of a draw that only enemies of other questions could fill, or None. Pure.

    Asked where no draw has `shortages`.
    """
    named = [place.question for place in places if place.question is not None]
    keys = {question.key for question in named}
    draws = [(index, place) for index, place in enumerate(places) if place.draw_count]
    fitting = [sorted(bank.fitting(place)) for _index, place in draws]
    free = {pk for each in fitting for pk in each}
    pairs = [(one.key, one.enemies) for one in named]
    pairs += [(bank.rows[pk].key, bank.rows[pk].enemies) for pk in free]
    known = filling.enemies(pairs)
    if not known:
        return None
    wanted = [
        filling.Draw(
            place.count, [bank.rows[pk].key for pk in pks if bank.rows[pk].key not in keys]
        )
        for (_index, place), pks in zip(draws, fitting, strict=True)
    ]
    short = filling.fill(wanted, fixed=keys, known=known).short
    return None if short is None else draws[short][0]
