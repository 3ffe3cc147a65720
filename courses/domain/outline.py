"""The structure of a course, read once per revision and kept in memory.

Pages ask for the outline on every request; the course row that they load anyway says which revision
is current, so a warm page costs no query for it and never shows an old one. Whatever changes a
course's content gives it a new revision (`touch`).
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Prefetch
from django.db.models.signals import m2m_changed, post_delete, post_save

from courses.errors import NotFound
from courses.models import (
    Asset,
    Course,
    Lesson,
    Module,
    Objective,
    Question,
    Quiz,
    QuizItem,
    Reference,
    Stimulus,
    Term,
)

KEPT = 32
"""Outlines kept in one process, the least recently used goes first."""


@dataclass(frozen=True)
class ObjectiveOutline:
    key: str
    text: str
    bloom: str


@dataclass(frozen=True)
class SourceOutline:
    key: str
    citation: str
    url: str
    note: str


@dataclass(frozen=True)
class LessonOutline:
    id: int
    key: str
    number: str
    title: str
    summary: str
    minutes: int
    completion: str
    check_count: int
    quiz_id: int | None
    objectives: tuple[ObjectiveOutline, ...]
    sources: tuple[SourceOutline, ...]
    places: tuple[QuizItem, ...] = field(default=(), repr=False)
    """The lesson's checks with their questions and versions, to read and not to change."""

    url_kind = "lesson"


@dataclass(frozen=True)
class QuizOutline:
    id: int
    key: str
    title: str
    kind: str
    item_count: int

    url_kind = "quiz"
    number = ""

    @property
    def is_graded(self) -> bool:
        return self.kind != Quiz.Kind.PRACTICE


Step = LessonOutline | QuizOutline


@dataclass(frozen=True)
class ModuleOutline:
    id: int
    key: str
    number: int
    title: str
    summary: str
    is_optional: bool
    objectives: tuple[ObjectiveOutline, ...]
    lessons: tuple[LessonOutline, ...]
    quizzes: tuple[QuizOutline, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Lessons and quizzes in the order a learner takes them: pre-tests first."""
        before = tuple(quiz for quiz in self.quizzes if not quiz.is_graded)
        after = tuple(quiz for quiz in self.quizzes if quiz.is_graded)
        return (*before, *self.lessons, *after)


@dataclass(frozen=True)
class Outline:
    course_id: int
    key: str
    modules: tuple[ModuleOutline, ...]
    quizzes: tuple[QuizOutline, ...]
    objectives: dict[str, ObjectiveOutline] = field(default_factory=dict)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Everything a learner walks through, in order."""
        return (*(step for module in self.modules for step in module.steps), *self.quizzes)

    @cached_property
    def required(self) -> tuple[Step, ...]:
        """The steps that count for progress: lessons and graded quizzes of required modules."""
        steps = [step for module in self.modules if not module.is_optional for step in module.steps]
        return tuple(
            step
            for step in (*steps, *self.quizzes)
            if isinstance(step, LessonOutline) or step.is_graded
        )

    @cached_property
    def _lessons(self) -> dict[str, tuple[ModuleOutline, LessonOutline]]:
        return {
            lesson.key: (module, lesson) for module in self.modules for lesson in module.lessons
        }

    def lesson(self, key: str) -> LessonOutline:
        """Raises NotFound."""
        if key not in self._lessons:
            raise NotFound
        return self._lessons[key][1]

    def module_of(self, key: str) -> ModuleOutline:
        """The module of a lesson. Raises NotFound."""
        if key not in self._lessons:
            raise NotFound
        return self._lessons[key][0]

    def neighbours(self, key: str) -> tuple[Step | None, Step | None]:
        """What comes before and after a lesson or quiz."""
        keys = [step.key for step in self.steps]
        here = keys.index(key)
        before = self.steps[here - 1] if here else None
        return before, self.steps[here + 1] if here + 1 < len(keys) else None


_kept: "OrderedDict[UUID, Outline]" = OrderedDict()
_lock = Lock()


def outline(course: Course) -> Outline:
    """The course's outline; no query when this revision was read before in this process."""
    key = course.revision
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    read = _read(course)
    with _lock:
        _kept[key] = read
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return read


def touch(*, course_id: int) -> None:
    """Say that the course's content changed."""
    Course.objects.filter(pk=course_id).update(revision=uuid4())


def _read(course: Course) -> Outline:
    objectives = {
        row.key: ObjectiveOutline(row.key, row.text, row.bloom)
        for row in Objective.objects.filter(course=course)
    }
    quizzes = list(
        Quiz.objects.filter(course=course, is_archived=False)
        .prefetch_related("items")
        .order_by("position", "pk")
    )
    return Outline(
        course_id=course.pk,
        key=course.key,
        modules=tuple(_modules(course, objectives, quizzes)),
        quizzes=tuple(_quiz(quiz) for quiz in quizzes if not quiz.module_id and not quiz.lesson_id),
        objectives=objectives,
    )


def _modules(
    course: Course, objectives: dict[str, ObjectiveOutline], quizzes: list[Quiz]
) -> Iterator[ModuleOutline]:
    lessons = (
        Lesson.objects.filter(is_archived=False)
        .defer("body")
        .prefetch_related("objectives", "sources")
        .order_by("position", "pk")
    )
    rows = Module.objects.filter(course=course, is_archived=False).prefetch_related(
        Prefetch("lessons", lessons), "objectives"
    )
    checks = _checks(quizzes)
    for number, module in enumerate(rows.order_by("position", "pk"), start=1):
        yield ModuleOutline(
            id=module.pk,
            key=module.key,
            number=number,
            title=module.title,
            summary=module.summary,
            is_optional=module.is_optional,
            objectives=tuple(objectives[row.key] for row in module.objectives.all()),
            lessons=tuple(
                _lesson(lesson, f"{number}.{index}", checks.get(lesson.pk, ()), objectives)
                for index, lesson in enumerate(module.lessons.all(), start=1)
            ),
            quizzes=tuple(
                _quiz(quiz)
                for quiz in quizzes
                if quiz.module_id == module.pk and not quiz.lesson_id
            ),
        )


def _checks(quizzes: list[Quiz]) -> dict[int, tuple[QuizItem, ...]]:
    """Lesson → the places of its checks in order, each with a question that is ready."""
    rows = QuizItem.objects.filter(quiz__in=[quiz.pk for quiz in quizzes if quiz.lesson_id])
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
            SourceOutline(row.key, row.citation, row.url, row.note) for row in lesson.sources.all()
        ),
        places=places,
    )


def _quiz(quiz: Quiz) -> QuizOutline:
    count = sum(item.count for item in quiz.items.all())
    return QuizOutline(quiz.pk, quiz.key, quiz.title, quiz.kind, count)


def connect() -> None:
    """Give a new revision whenever a content row is saved or deleted one by one (admin, shell).

    Bulk writers call `touch` themselves.
    """
    for model in (
        Asset,
        Course,
        Lesson,
        Module,
        Objective,
        Question,
        Quiz,
        QuizItem,
        Reference,
        Stimulus,
        Term,
    ):
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"courses.outline.{model.__name__}")
    for through in (Lesson.objectives.through, Lesson.sources.through):
        m2m_changed.connect(_changed, sender=through, dispatch_uid=f"courses.outline.{through}")


def _changed(*, instance: Any, **_kwargs: Any) -> None:
    course_id = _course_id(instance)
    if course_id is not None:
        touch(course_id=course_id)


def _course_id(instance: Any) -> int | None:
    if isinstance(instance, Course):
        return instance.pk
    for name in ("module", "quiz"):
        if not hasattr(instance, "course_id") and getattr(instance, f"{name}_id", None):
            return int(getattr(instance, name).course_id)
    return getattr(instance, "course_id", None)
