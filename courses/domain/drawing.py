"""Which questions an attempt gets, and in what order. Drawn once, stored, never again.

A draw prefers what this learner has met least often, and never puts two questions into one attempt
that are enemies of each other. The random seed of an attempt cannot be
worked out from anything a learner sees.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from courses.coursefiles import filling
from courses.coursefiles.enemies import clash_message
from courses.errors import Conflict
from courses.lru_cache import LRUCache
from courses.models import (
    AttemptItem,
    Enrolment,
    Lesson,
    Module,
    Question,
    QuestionVersion,
    Quiz,
    QuizItem,
    ReviewCard,
)
from courses.questions import texts

_SALT = "courses.domain.drawing"


@dataclass(frozen=True)
class Drawn:
    version: QuestionVersion
    points: Decimal
    question: Question
    """With its stimulus."""


def rng(*parts: object) -> Random:
    """Return a random source for exactly this place; the same parts give the same draws."""
    text = ":".join(str(part) for part in parts)
    return Random(salted_hmac(_SALT, text, algorithm="sha256").digest())  # noqa: S311


def prepared(*, version: QuestionVersion, source: Random, language: str) -> dict[str, Any]:
    """Return the values drawn once for an item and stored with it.

    Also the course's language where it has letters of its own, so that a typed text is judged for
    ever as it was read first.
    """
    params = version.question_type.prepare(version.parsed, source)
    return {**params, "language": language} if texts.has_dotless(language) else params


PLACES_CACHED = 64
"""Quizzes whose places are kept in one process."""

_cache: LRUCache[tuple[UUID, int], tuple[QuizItem, ...]] = LRUCache(
    PLACES_CACHED, name="quiz_places"
)


def draw(
    *, quiz: Quiz, enrolment: Enrolment, source: Random, revision: UUID | None = None
) -> list[Drawn]:
    """Return the questions of a new attempt in their order.

    Raises Conflict when the bank cannot fill a place. At most three queries; one less where this
    process has read the quiz's places in this revision of its course before.
    """
    places = _places(quiz) if revision is None else _known_places(quiz, revision)
    named = [place.question for place in places if place.question is not None]
    draws = [place for place in places if place.draw_count]
    met, free = _free(quiz, enrolment, draws, named, source) if draws else (Counter(), [])
    known = enemies([*named, *free])
    if quiz.lesson_id is None:
        _refuse_enemies(named, known)
    chosen = iter(_chosen(draws, free, met, named, known))
    drawn = [
        one
        for place in places
        for one in ([_named(place)] if place.question else _taken(place, next(chosen)))
    ]
    return _arrange(drawn, source, is_shuffled=quiz.shuffle_items)


def _known_places(quiz: Quiz, revision: UUID) -> Sequence[QuizItem]:
    return _cache.get_or_create((revision, quiz.pk), lambda: _places(quiz))


def _places(quiz: Quiz) -> tuple[QuizItem, ...]:
    """Return the quiz's places in their order, with questions, versions and stimuli."""
    paths = ("question__ready_version", "question__stimulus", "version")
    return tuple(quiz.items.select_related(*paths).order_by("position"))


def enemies(questions: Iterable[Question]) -> dict[str, frozenset[str]]:
    """Return key → its enemies, of questions that must not be in one attempt."""
    return filling.enemies((question.key, question.enemies) for question in questions)


def bank(*, course_ids: Collection[int], draws: Iterable[QuizItem]) -> QuerySet[Question]:
    """Return the questions of courses that one of the draws may take, with tags. Two queries.

    Not the checks of their lessons: a reader of the lesson was just shown the solution; and none of
    a module that is a draft, unless the draw's quiz is in it too.
    """
    draws = list(draws)
    found = Question.objects.drawable().filter(course__in=course_ids, pk__in=fitting(draws=draws))
    found = found.exclude(pk__in=lesson_checks(course_ids=course_ids))
    unseen = Module.objects.filter(course__in=course_ids, is_draft=True)
    unseen = unseen.exclude(quizzes__in={one.quiz_id for one in draws if one.quiz_id})
    unseen = unseen.exclude(pk__in={one.quiz.module_id for one in draws if not one.quiz_id})
    found = found.exclude(module__in=unseen)
    return found.select_related("ready_version", "stimulus").prefetch_related("tags")


def lesson_checks(*, course_ids: Collection[int]) -> QuerySet[QuizItem, int | None]:
    """Return the questions that lessons ask: readers of the lesson have seen their solutions."""
    places = QuizItem.objects.filter(
        question__isnull=False,
        quiz__course__in=course_ids,
        quiz__is_archived=False,
        quiz__lesson__in=Lesson.objects.offered(),
    )
    return places.values_list("question", flat=True)


def apart(cards: Iterable[ReviewCard]) -> Iterator[ReviewCard]:
    """Yield the cards in their order, without those that are enemies of an earlier one."""
    taken: list[Question] = []
    for card in cards:
        question = card.question
        if not is_enemy(question=question, others=taken):
            taken.append(question)
            yield card


def is_enemy(*, question: Question, others: Iterable[Question]) -> bool:
    """Return whether the question is an enemy of one of the others."""
    return any(question.key in one.enemies or one.key in question.enemies for one in others)


def _named(place: QuizItem) -> Drawn:
    question = place.question
    version = place.version or (question.ready_version if question else None)
    if question is None or version is None:
        raise Conflict(_("A question of this quiz is not ready yet."))
    return Drawn(version, place.points, question)


def _taken(place: QuizItem, questions: Iterable[Question]) -> Iterator[Drawn]:
    for question in questions:
        if question.ready_version is not None:
            yield Drawn(question.ready_version, place.points, question)


def _refuse_enemies(named: Sequence[Question], known: filling.Enemies) -> None:
    for _index, key, other in filling.clashes([question.key for question in named], known):
        raise Conflict(clash_message(key, other))


def _free(
    quiz: Quiz,
    enrolment: Enrolment,
    draws: Sequence[QuizItem],
    named: Sequence[Question],
    source: Random,
) -> tuple[Counter[int], list[Question]]:
    """Return how often the learner met each question, and the candidates, the least met first."""
    fixed = {question.pk for question in named}
    left = [
        question
        for question in bank(course_ids=[quiz.course_id], draws=draws).order_by("key")
        if question.pk not in fixed and _is_scored(question)
    ]
    source.shuffle(left)
    rows = AttemptItem.objects.filter(_of_person(enrolment))
    met = Counter(
        rows.filter(attempt__quiz__course_id=quiz.course_id).values_list(
            "version__question_id", flat=True
        )
    )
    return met, sorted(left, key=lambda question: met[question.pk])


def _of_person(enrolment: Enrolment) -> Q:
    """Return the condition on items that the person met; what they tried steers no real draw."""
    if enrolment.is_trial:
        return Q(attempt__enrolment=enrolment)
    own = Q(attempt__enrolment__user_id=enrolment.user_id)
    return own & ~Q(attempt__enrolment__state=Enrolment.TRIAL)


def _chosen(
    draws: Sequence[QuizItem],
    free: Sequence[Question],
    met: Counter[int],
    named: Sequence[Question],
    known: filling.Enemies,
) -> list[list[Question]]:
    """Return the questions of each draw. Raises Conflict when there is no way to fill them all.

    First with what the learner never met alone: an early choice shall not make a later draw take
    a question again, only because its enemy is there.
    """
    fixed = [question.key for question in named]
    fresh = [question for question in free if not met[question.pk]]
    found = filling.fill([_wanted(place, fresh) for place in draws], fixed=fixed, known=known)
    wanted = [_wanted(place, free) for place in draws]
    if found.short is not None:
        found = filling.fill(wanted, fixed=fixed, known=known)
    if found.short is not None:
        if known and len(wanted[found.short].candidates) >= wanted[found.short].count:
            raise Conflict(
                _("This quiz cannot be put together without questions that give each other away.")
            )
        raise Conflict(_("The question bank has too few questions for this quiz."))
    by_key = {question.key: question for question in free}
    return [[by_key[key] for key in keys] for keys in found.chosen]


def _wanted(place: QuizItem, free: Iterable[Question]) -> filling.Draw:
    return filling.Draw(place.count, [one.key for one in free if fits(question=one, place=place)])


def _is_scored(question: Question) -> bool:
    """Return whether the question can be right or wrong: a vote cannot and is not drawn."""
    version = question.ready_version
    return version is not None and version.question_type.is_scored


def fitting(*, draws: Iterable[QuizItem]) -> QuerySet[Question, int]:
    """Return the questions that fit one of the draws.

    Reads only as much of the course as needed.
    """
    wanted = Q(pk__in=())
    for place in draws:
        rules = {
            "objective": place.draw_objective_id,
            "difficulty": place.draw_difficulty,
            "tags": place.draw_tag_id,
        }
        wanted |= Q(pk__isnull=False, **{name: rule for name, rule in rules.items() if rule})
    return Question.objects.filter(wanted).values_list("pk", flat=True)


def fits(*, question: Question, place: QuizItem) -> bool:
    """Return whether a draw may take the question; its tags are prefetched."""
    if place.draw_objective_id and question.objective_id != place.draw_objective_id:
        return False
    if place.draw_difficulty and question.difficulty != place.draw_difficulty:
        return False
    return not place.draw_tag_id or place.draw_tag_id in {tag.pk for tag in question.tags.all()}


def _arrange(drawn: list[Drawn], source: Random, *, is_shuffled: bool) -> list[Drawn]:
    """Shuffle if wished; questions that share a stimulus stay together."""
    groups: dict[object, list[Drawn]] = {}
    for index, one in enumerate(drawn):
        groups.setdefault(one.question.stimulus_id or f"alone {index}", []).append(one)
    order = list(groups.values())
    if is_shuffled:
        source.shuffle(order)
    return [one for group in order for one in group]
