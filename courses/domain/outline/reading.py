"""From rows to an outline; the number of queries does not depend on the size of the course."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q

from courses.coursefiles.schema import GUESS_TAG
from courses.domain.outline.plan import Outline
from courses.domain.outline.steps import (
    LessonOutline,
    ModuleOutline,
    ObjectiveOutline,
    QuizOutline,
    SourceOutline,
)
from courses.models import Course, Lesson, Module, Objective, Question, Quiz, QuizItem


def read(course: Course, *, tried_lesson: int = 0) -> Outline:
    """Read the course's outline from the tables, with a draft of a lesson if it is named."""
    objectives = {
        row.key: ObjectiveOutline(row.key, row.module.key, row.text, row.bloom, row.updated_at)
        for row in Objective.objects.filter(course=course).select_related("module")
    }
    quizzes = list(
        (Quiz.objects.offered() | Quiz.objects.filter(lesson=tried_lesson))
        .filter(course=course)
        .prefetch_related("items", "requires_modules")
        .order_by("position", "pk")
    )
    return Outline(
        course_id=course.pk,
        key=course.key,
        modules=tuple(_modules(course, objectives, quizzes, tried_lesson)),
        quizzes=tuple(
            _quiz(quiz, quizzes) for quiz in quizzes if not quiz.module_id and not quiz.lesson_id
        ),
        objectives=objectives,
        revision=course.revision,
        sample_key=course.sample,
        tried_lesson=tried_lesson,
    )


def _modules(
    course: Course,
    objectives: dict[str, ObjectiveOutline],
    quizzes: list[Quiz],
    tried_lesson: int,
) -> Iterator[ModuleOutline]:
    lessons = (
        (Lesson.objects.offered() | Lesson.objects.filter(pk=tried_lesson))
        .defer("body")
        .prefetch_related("objectives", "sources")
        .order_by("position", "pk")
    )
    is_shown = Q(is_draft=False, is_archived=False)
    if tried_lesson:
        is_shown |= Q(pk__in=Lesson.objects.filter(pk=tried_lesson).values("module"))
    rows = Module.objects.filter(is_shown, course=course).prefetch_related(
        Prefetch("lessons", lessons), "objectives"
    )
    checks = _checks(quizzes)
    changes = {quiz.lesson_id: quiz.updated_at for quiz in quizzes if quiz.lesson_id}
    for number, module in enumerate(rows.order_by("position", "pk"), start=1):
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
            objectives=tuple(objectives[row.key] for row in module.objectives.all()),
            lessons=tuple(
                _lesson(
                    lesson,
                    f"{number}.{index}",
                    checks.get(lesson.pk, ()),
                    objectives,
                    max(lesson.updated_at, changes.get(lesson.pk, lesson.updated_at)),
                )
                for index, lesson in enumerate(module.lessons.all(), start=1)
            ),
            quizzes=tuple(
                _quiz(quiz, quizzes)
                for quiz in quizzes
                if quiz.module_id == module.pk and not quiz.lesson_id
            ),
        )


def _checks(quizzes: list[Quiz]) -> dict[int, tuple[QuizItem, ...]]:
    """Return lesson → the places of its checks in order, each with a question that is ready."""
    tagged = Question.tags.through.objects.filter(question=OuterRef("question"))
    rows = QuizItem.objects.filter(quiz__in=[quiz.pk for quiz in quizzes if quiz.lesson_id])
    rows = rows.annotate(asks_guess=Exists(tagged.filter(tag__key=GUESS_TAG)))
    found: dict[int, tuple[QuizItem, ...]] = {}
    for place in rows.select_related("quiz", "version", *_QUESTION_PATHS).order_by("position"):
        if place.current_version is not None and place.quiz.lesson_id is not None:
            found[place.quiz.lesson_id] = (*found.get(place.quiz.lesson_id, ()), place)
    return found


_QUESTION_PATHS = (
    "question__ready_version",
    "question__stimulus",
    "question__module",
    "question__objective",
)


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


def _quiz(quiz: Quiz, others: list[Quiz]) -> QuizOutline:
    return QuizOutline(
        id=quiz.pk,
        key=quiz.key,
        title=quiz.title,
        kind=quiz.kind,
        item_count=sum(item.count for item in quiz.items.all()),
        compares_with=quiz.compares_with_id,
        time_limit_s=quiz.time_limit_s,
        shuts_course=quiz.shuts_course,
        requires_modules=frozenset(module.pk for module in quiz.requires_modules.all()),
        is_pre_test=any(one.compares_with_id == quiz.pk for one in others),
        opens_at=quiz.opens_at,
        closes_at=quiz.closes_at,
        attempts_allowed=quiz.attempts_allowed,
        attempt_delay_s=quiz.attempt_delay_s or 0,
    )


def _address(url: str) -> str:
    """Return an address that a page may link to, or "".

    Forms and files refuse others; a restore may not.
    """
    return url if url.startswith(("https://", "http://")) else ""
