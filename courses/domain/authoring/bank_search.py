"""Questions of a course, found by their words and what they are about, and where they are used."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from courses.domain import drawing
from courses.domain.authoring import likeness
from courses.models import Course, Question, QuestionVersion, Quiz, QuizItem

Status = QuestionVersion.Status


@dataclass(frozen=True, kw_only=True)
class BankQuery:
    """What is looked for. Everything left empty does not limit; retired ones are asked for."""

    words: str = ""
    module: str = ""
    objective: str = ""
    tag: str = ""
    type: str = ""
    bloom: str = ""
    difficulty: str = ""
    status: str = ""
    """`ready`, `draft`, `empty` or `retired`."""
    use: str = ""
    """`quiz`, `lesson`, `draw` or `none`."""
    alike: bool = False
    """Only those that are nearly the same as another one."""


@dataclass(frozen=True)
class Use:
    """A place of a quiz or the check of a lesson that asks a question."""

    quiz: Quiz
    is_draw: bool = False


def find(*, course: Course, query: BankQuery) -> QuerySet[Question]:
    """Return the questions that fit, by module and objective, with `latest_id` of their version."""
    newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
    rows: QuerySet[Any] = Question.objects.filter(course=course)
    rows = rows.annotate(latest_id=Subquery(newest.values("pk")[:1]))
    exact = {
        "module__key": query.module,
        "objective__key": query.objective,
        "tags__key": query.tag,
        "bloom": query.bloom,
        "difficulty": query.difficulty,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    rows = rows.filter(is_retired=query.status == "retired")
    if query.status == "empty":
        rows = rows.filter(latest_id=None)
    for condition in _about_version(query):
        rows = rows.filter(condition)
    if query.alike:
        rows = rows.filter(pk__in=likeness.having_any(course=course))
    if query.use:
        rows = rows.filter(_used(course, query.use))
    return rows.order_by("module__position", "objective__position", "objective__key", "key")


def _about_version(query: BankQuery) -> Iterable[Q | Exists]:
    version = QuestionVersion.objects.filter(pk=OuterRef("latest_id"))
    if query.type:
        yield Exists(version.filter(type=query.type))
    if query.status in (Status.READY, Status.DRAFT):
        yield Exists(version.filter(status=query.status))
    for word in query.words.split():
        yield Q(key__icontains=word) | Q(Exists(version.filter(text__icontains=word)))


def _used(course: Course, use: str) -> Q:
    places = _places(course).filter(question__isnull=False)
    if use == "lesson":
        return Q(pk__in=places.filter(quiz__lesson__isnull=False).values("question"))
    in_quizzes = Q(pk__in=places.filter(quiz__lesson=None).values("question"))
    if use == "quiz":
        return in_quizzes
    checks = Q(pk__in=places.filter(quiz__lesson__isnull=False).values("question"))
    drawn = Q(pk__in=drawing.fitting(draws=_draws(course))) & ~checks
    return drawn if use == "draw" else ~in_quizzes & ~checks & ~drawn


def uses(*, course: Course, questions: Iterable[Question]) -> Mapping[int, list[Use]]:
    """Return question → where it is asked: places of quizzes, checks, draws. Two queries.

    The questions have their tags prefetched.
    """
    shown = list(questions)
    found: dict[int, list[Use]] = defaultdict(list)
    for place in _places(course).filter(question__in=shown):
        if place.question_id is not None:
            found[place.question_id].append(Use(place.quiz))
    draws = _draws(course)
    for question in shown:
        is_check = any(use.quiz.lesson_id for use in found[question.pk])
        if not is_check and not question.is_retired:
            quizzes = {
                one.quiz: None for one in draws if drawing.fits(question=question, place=one)
            }
            found[question.pk] += [Use(quiz, is_draw=True) for quiz in quizzes]
    return found


def _places(course: Course) -> QuerySet[QuizItem]:
    rows = QuizItem.objects.filter(quiz__course=course, quiz__is_archived=False)
    return rows.select_related("quiz__lesson").order_by("quiz__position", "position")


def _draws(course: Course) -> list[QuizItem]:
    return list(_places(course).filter(draw_count__isnull=False))


def texts(*, questions: Iterable[Question]) -> Mapping[int, str]:
    """Return question → the stem of its latest version. One query."""
    rows = QuestionVersion.objects.filter(question__in=list(questions)).order_by("number")
    found = rows.values_list("question", "text")
    return {pk: text.partition("\n")[0] for pk, text in found}


def naming_as_enemy(*, question: Question) -> QuerySet[Question]:
    """Return the questions of the course that name this one as their enemy."""
    rows: QuerySet[Any] = Question.objects.filter(course=question.course_id).exclude(enemies=[])
    rows = rows.annotate(enemies_text=Cast("enemies", TextField()))
    return rows.filter(enemies_text__contains=f'"{question.key}"').order_by("key")
