"""From rows to an outline; the number of queries does not depend on the size of the course."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects

from courses.coursefiles.schema import GUESS_TAG
from courses.domain.outline.plan import Outline
from courses.domain.outline.steps import (
    LessonOutline,
    ModuleOutline,
    ObjectiveOutline,
    QuizOutline,
    SourceOutline,
)
from courses.models import (
    CertificateRule,
    Course,
    Lesson,
    Module,
    Objective,
    Question,
    Quiz,
    QuizItem,
)
from courses.prepared import PreparedQuery


def read(course: Course, *, tried_lesson: int = 0) -> Outline:
    """Read the course's outline from the tables, with a draft of a lesson if it is named."""
    objectives = {
        row.key: ObjectiveOutline(row.key, row.module.key, row.text, row.bloom, row.updated_at)
        for row in _OBJECTIVES.all(course.pk)
    }
    rows = _quizzes_of(course.pk, tried_lesson) if tried_lesson else _QUIZZES.all(course.pk)
    quizzes = _Quizzes(course, list(rows))
    return Outline(
        course_id=course.pk,
        key=course.key,
        modules=tuple(_modules(course, objectives, quizzes, tried_lesson)),
        quizzes=quizzes.of(None),
        objectives=objectives,
        revision=course.revision,
        sample_key=course.sample,
        tried_lesson=tried_lesson,
        gives_certificate=bool(_RULES.columns(course.pk)),
    )


class _Quizzes:
    """The quizzes of a course in order, those of its lessons' checks too."""

    def __init__(self, course: Course, rows: list[Quiz]) -> None:
        self.rows = rows
        self._counts: defaultdict[int, int] = defaultdict(int)
        self._required: defaultdict[int, set[int]] = defaultdict(set)
        if rows:
            for quiz, draw_count in _PLACES.columns(course.pk):
                self._counts[quiz] += draw_count or 1
            for quiz, module in _REQUIRED.columns(course.pk):
                self._required[quiz].add(module)
        self._pre_tests = {quiz.compares_with_id for quiz in rows}

    def of(self, module_id: int | None) -> tuple[QuizOutline, ...]:
        """Return those that stand in this module by themselves."""
        return tuple(
            self._quiz(quiz)
            for quiz in self.rows
            if quiz.module_id == module_id and not quiz.lesson_id
        )

    def _quiz(self, quiz: Quiz) -> QuizOutline:
        return QuizOutline(
            id=quiz.pk,
            key=quiz.key,
            title=quiz.title,
            kind=quiz.kind,
            item_count=self._counts[quiz.pk],
            compares_with=quiz.compares_with_id,
            time_limit_s=quiz.time_limit_s,
            shuts_course=quiz.shuts_course,
            requires_modules=frozenset(self._required[quiz.pk]),
            is_pre_test=quiz.pk in self._pre_tests,
            opens_at=quiz.opens_at,
            closes_at=quiz.closes_at,
            attempts_allowed=quiz.attempts_allowed,
            attempt_delay_s=quiz.attempt_delay_s or 0,
        )


def _modules(
    course: Course,
    objectives: dict[str, ObjectiveOutline],
    quizzes: _Quizzes,
    tried_lesson: int,
) -> Iterator[ModuleOutline]:
    key = course.pk
    modules = list(_modules_of(key, tried_lesson) if tried_lesson else _MODULES.all(key))
    lessons: list[Lesson] = []
    if modules:
        lessons += _lessons_of(key, tried_lesson) if tried_lesson else _LESSONS.all(key)
    prefetch_related_objects(lessons, "objectives", "sources")
    checks = _checks(course, quizzes.rows)
    changes = {quiz.lesson_id: quiz.updated_at for quiz in quizzes.rows if quiz.lesson_id}
    for number, module in enumerate(modules, start=1):
        own = [lesson for lesson in lessons if lesson.module_id == module.pk]
        for lesson in own:
            lesson.module = module
        yield ModuleOutline(
            id=module.pk,
            key=module.key,
            number=number,
            title=module.title,
            summary=module.summary,
            is_optional=module.is_optional,
            picture=module.picture,
            picture_alt=module.picture_alt,
            updated_at=module.updated_at,
            objectives=tuple(one for one in objectives.values() if one.module_key == module.key),
            lessons=tuple(
                _lesson(
                    lesson,
                    f"{number}.{index}",
                    checks.get(lesson.pk, ()),
                    objectives,
                    max(lesson.updated_at, changes.get(lesson.pk, lesson.updated_at)),
                )
                for index, lesson in enumerate(own, start=1)
            ),
            quizzes=quizzes.of(module.pk),
        )


def _checks(course: Course, quizzes: list[Quiz]) -> dict[int, tuple[QuizItem, ...]]:
    """Return lesson → the places of its checks in order, each with a question that is ready."""
    shown = {quiz.pk for quiz in quizzes if quiz.lesson_id}
    found: dict[int, tuple[QuizItem, ...]] = {}
    for place in _CHECKS.all(course.pk) if shown else ():
        lesson = place.quiz.lesson_id
        if place.quiz_id in shown and place.current_version is not None and lesson is not None:
            found[lesson] = (*found.get(lesson, ()), place)
    return found


def _lesson(
    lesson: Lesson,
    number: str,
    places: tuple[QuizItem, ...],
    objectives: dict[str, ObjectiveOutline],
    updated_at: datetime,
) -> LessonOutline:
    return LessonOutline(
        id=lesson.pk,
        key=lesson.key,
        number=number,
        title=lesson.title,
        summary=lesson.summary,
        minutes=lesson.minutes,
        completion=lesson.completion,
        check_count=len(places),
        quiz_id=places[0].quiz_id if places else None,
        objectives=tuple(objectives[row.key] for row in lesson.objectives.all()),
        sources=tuple(
            SourceOutline(
                row.key,
                row.citation,
                _address(row.url),
                row.note,
                row.kind,
                row.as_of,
                row.recheck_by,
            )
            for row in lesson.sources.all()
        ),
        updated_at=updated_at,
        row=lesson,
        places=places,
    )


def _address(url: str) -> str:
    """Return an address that a page may link to, or "".

    Forms and files refuse others; a restore may not.
    """
    return url if url.startswith(("https://", "http://")) else ""


def _objectives_of(course_id: int) -> QuerySet[Objective]:
    return Objective.objects.filter(course=course_id).select_related("module")


def _quizzes_of(course_id: int, tried_lesson: int = 0) -> QuerySet[Quiz]:
    rows = Quiz.objects.offered()
    if tried_lesson:
        rows |= Quiz.objects.filter(lesson=tried_lesson)
    return rows.filter(course=course_id).order_by("position", "pk")


def _modules_of(course_id: int, tried_lesson: int = 0) -> QuerySet[Module]:
    is_shown = Q(is_draft=False, is_archived=False)
    if tried_lesson:
        is_shown |= Q(pk__in=Lesson.objects.filter(pk=tried_lesson).values("module"))
    return Module.objects.filter(is_shown, course=course_id).order_by("position", "pk")


def _lessons_of(course_id: int, tried_lesson: int = 0) -> QuerySet[Lesson]:
    rows = Lesson.objects.offered()
    if tried_lesson:
        rows |= Lesson.objects.filter(pk=tried_lesson)
    return rows.filter(module__course=course_id).defer("body").order_by("position", "pk")


def _checks_of(course_id: int) -> QuerySet[QuizItem]:
    tagged = Question.tags.through.objects.filter(question=OuterRef("question"))
    rows = QuizItem.objects.filter(quiz__course=course_id, quiz__lesson__isnull=False)
    rows = rows.annotate(asks_guess=Exists(tagged.filter(tag__key=GUESS_TAG)))
    paths = ("ready_version", "stimulus", "module", "objective")
    related = ("quiz", "version", *(f"question__{path}" for path in paths))
    return rows.select_related(*related).order_by("position")


def _places_of(course_id: int) -> Any:
    rows = QuizItem.objects.filter(quiz__course=course_id).order_by()
    return rows.values_list("quiz", "draw_count")


def _required_of(course_id: int) -> Any:
    rows = Quiz.requires_modules.through.objects.filter(quiz__course=course_id)
    return rows.order_by().values_list("quiz", "module")


def _rules_of(course_id: int) -> Any:
    rows = CertificateRule.objects.filter(course=course_id, is_active=True)
    return rows.order_by().values_list("pk")


_OBJECTIVES = PreparedQuery(_objectives_of, int)
_QUIZZES = PreparedQuery(_quizzes_of, int)
_MODULES = PreparedQuery(_modules_of, int)
_LESSONS = PreparedQuery(_lessons_of, int)
_CHECKS = PreparedQuery(_checks_of, int)
_PLACES = PreparedQuery(_places_of, int)
_REQUIRED = PreparedQuery(_required_of, int)
_RULES = PreparedQuery(_rules_of, int)
