"""Which questions an attempt gets, and in what order. Drawn once, stored, never again.

A draw prefers what this learner has met least often. The random seed of an attempt cannot be
worked out from anything a learner sees.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from courses.errors import Conflict
from courses.models import AttemptItem, Enrolment, Question, QuestionVersion, Quiz, QuizItem

_SALT = "courses.domain.drawing"


@dataclass(frozen=True)
class Drawn:
    version: QuestionVersion
    points: Decimal
    stimulus_id: int | None


def rng(*parts: object) -> Random:
    """A random source for exactly this place; the same parts give the same draws."""
    text = ":".join(str(part) for part in parts)
    return Random(salted_hmac(_SALT, text, algorithm="sha256").digest())  # noqa: S311


def draw(*, quiz: Quiz, enrolment: Enrolment, source: Random) -> list[Drawn]:
    """The questions of a new attempt in their order.

    Raises Conflict when the bank cannot fill a place. At most three queries.
    """
    places = list(
        quiz.items.select_related("question__ready_version", "version").order_by("position")
    )
    fixed = {place.question_id for place in places if place.question_id}
    draws = [place for place in places if place.draw_count]
    bank = _Bank(quiz, enrolment, draws, fixed, source) if draws else None
    drawn = [one for place in places for one in _fill(place, bank)]
    return _arrange(drawn, source, is_shuffled=quiz.shuffle_items)


def bank(*, course_id: int, draws: Iterable[QuizItem]) -> QuerySet[Question]:
    """The questions of a course that one of the draws may take, with their tags; two queries."""
    found = Question.objects.drawable().filter(course_id=course_id, pk__in=_fitting(draws))
    return found.select_related("ready_version").prefetch_related("tags")


def shortages(*, places: Sequence[QuizItem], questions: Iterable[Question]) -> dict[int, int]:
    """Index of a draw → how many questions are surely left for it, where that is too few. Pure.

    Surely: whichever questions the draws before it take. `questions` are those of `bank`.
    """
    fixed = {place.question_id for place in places}
    free = [one for one in questions if one.pk not in fixed and _is_scored(one)]
    short: dict[int, int] = {}
    earlier: list[tuple[int, set[int]]] = []
    for index, place in enumerate(places):
        if not place.draw_count:
            continue
        fitting = {question.pk for question in free if _fits(question, place)}
        shared = [(count, others & fitting) for count, others in earlier]
        taken = min(
            sum(min(count, len(both)) for count, both in shared),
            len(set().union(*(both for _count, both in shared))),
        )
        if len(fitting) - taken < place.draw_count:
            short[index] = len(fitting) - taken
        earlier.append((place.draw_count, fitting))
    return short


def _fill(place: QuizItem, bank: "_Bank | None") -> Iterator[Drawn]:
    if place.question is not None:
        version = place.version or place.question.ready_version
        if version is None:
            raise Conflict(_("A question of this quiz is not ready yet."))
        yield Drawn(version, place.points, place.question.stimulus_id)
    elif bank is not None:
        for question in bank.take(place):
            if question.ready_version is not None:
                yield Drawn(question.ready_version, place.points, question.stimulus_id)


class _Bank:
    """The questions of a course that these draws may take, and how often the learner met them."""

    def __init__(
        self,
        quiz: Quiz,
        enrolment: Enrolment,
        draws: list[QuizItem],
        fixed: set[int],
        source: Random,
    ) -> None:
        self._left = [
            question
            for question in bank(course_id=quiz.course_id, draws=draws).order_by("key")
            if question.pk not in fixed and _is_scored(question)
        ]
        source.shuffle(self._left)
        met = AttemptItem.objects.filter(attempt__enrolment__user_id=enrolment.user_id)
        self._met = Counter(
            met.filter(attempt__quiz__course_id=quiz.course_id).values_list(
                "version__question_id", flat=True
            )
        )

    def take(self, place: QuizItem) -> list[Question]:
        candidates = [question for question in self._left if _fits(question, place)]
        candidates.sort(key=lambda question: self._met[question.pk])
        chosen = candidates[: place.count]
        if len(chosen) < place.count:
            raise Conflict(_("The question bank holds too few questions for this quiz."))
        self._left = [question for question in self._left if question not in chosen]
        return chosen


def _is_scored(question: Question) -> bool:
    """What nobody can get right or wrong is not drawn; a vote stands in its lesson."""
    version = question.ready_version
    return version is not None and version.question_type.is_scored


def _fitting(draws: Iterable[QuizItem]) -> QuerySet[Question, int]:
    """What `_fits` one of the draws: of the course only as much is read as is wanted."""
    wanted = Q(pk__in=())
    for place in draws:
        rules = {
            "objective": place.draw_objective_id,
            "difficulty": place.draw_difficulty,
            "tags": place.draw_tag_id,
        }
        wanted |= Q(pk__isnull=False, **{name: rule for name, rule in rules.items() if rule})
    return Question.objects.filter(wanted).values_list("pk", flat=True)


def _fits(question: Question, place: QuizItem) -> bool:
    if place.draw_objective_id and question.objective_id != place.draw_objective_id:
        return False
    if place.draw_difficulty and question.difficulty != place.draw_difficulty:
        return False
    return not place.draw_tag_id or place.draw_tag_id in {tag.pk for tag in question.tags.all()}


def _arrange(drawn: list[Drawn], source: Random, *, is_shuffled: bool) -> list[Drawn]:
    """Shuffle if wished; questions that share a stimulus stay together."""
    groups: dict[object, list[Drawn]] = {}
    for index, one in enumerate(drawn):
        groups.setdefault(one.stimulus_id or f"alone {index}", []).append(one)
    order = list(groups.values())
    if is_shuffled:
        source.shuffle(order)
    return [one for group in order for one in group]
