"""What an outline holds: plain values, and what follows from their order."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from math import ceil
from uuid import UUID

from courses.errors import NotFound
from courses.models import Lesson, Question, Quiz, QuizItem


@dataclass(frozen=True)
class ObjectiveOutline:
    key: str
    module_key: str
    text: str
    bloom: str
    updated_at: datetime


@dataclass(frozen=True)
class SourceOutline:
    key: str
    citation: str
    url: str
    note: str
    kind: str
    as_of: date | None
    recheck_by: date | None


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
    updated_at: datetime
    """When the lesson or its checks last changed."""
    row: Lesson = field(repr=False)
    """The lesson without its source; like `places` to read and not to change."""
    places: tuple[QuizItem, ...] = field(default=(), repr=False)
    """The lesson's checks with their questions and versions."""

    url_kind = "lesson"

    @cached_property
    def review_places(self) -> tuple[QuizItem, ...]:
        """The checks in the daily review: those that a rule can judge."""
        return tuple(place for place in self.places if _is_reviewed_daily(place, self.row.review))

    @property
    def review_questions(self) -> tuple[Question, ...]:
        """The questions of those checks."""
        return tuple(place.question for place in self.review_places if place.question)


def _is_reviewed_daily(place: QuizItem, keys: list[str]) -> bool:
    version = place.current_version
    if version is None or version.question.key not in keys:
        return False
    return version.question_type.is_judged_by_rule


SECONDS_PER_QUESTION = 90


@dataclass(frozen=True)
class QuizOutline:
    id: int
    key: str
    title: str
    kind: str
    item_count: int
    is_post_test: bool = False
    time_limit_s: int | None = None
    shuts_course: bool = False
    requires_modules: bool = False

    url_kind = "quiz"
    number = ""

    @property
    def is_graded(self) -> bool:
        return self.kind != Quiz.Kind.PRACTICE

    @property
    def minutes(self) -> int:
        """What it takes: its time limit, else about a minute and a half for each question."""
        seconds = self.time_limit_s or SECONDS_PER_QUESTION * self.item_count
        return ceil(seconds / 60)


Step = LessonOutline | QuizOutline


@dataclass(frozen=True)
class ModuleOutline:
    id: int
    key: str
    number: int
    title: str
    summary: str
    is_optional: bool
    updated_at: datetime
    objectives: tuple[ObjectiveOutline, ...]
    lessons: tuple[LessonOutline, ...]
    quizzes: tuple[QuizOutline, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Lessons and quizzes in the order a learner takes them: pre-tests first.

        Post-tests come with the graded quizzes, in the quizzes' own order.
        """
        after = tuple(quiz for quiz in self.quizzes if quiz.is_graded or quiz.is_post_test)
        before = tuple(quiz for quiz in self.quizzes if quiz not in after)
        return (*before, *self.lessons, *after)


@dataclass(frozen=True)
class Outline:
    course_id: int
    key: str
    modules: tuple[ModuleOutline, ...]
    quizzes: tuple[QuizOutline, ...]
    objectives: dict[str, ObjectiveOutline] = field(default_factory=dict)
    revision: UUID | None = None
    tried_lesson: int = 0
    """The draft of a lesson that a trial shows beside what learners see."""

    @property
    def cache_key(self) -> tuple[UUID | None, int]:
        """What names all content of the course as these learners see it."""
        return self.revision, self.tried_lesson

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Everything a learner walks through, in order."""
        return (*(step for module in self.modules for step in module.steps), *self.quizzes)

    @cached_property
    def minutes(self) -> int:
        """What the course takes, its tests among it; what is optional is not in it."""
        steps = [step for module in self.modules if not module.is_optional for step in module.steps]
        return sum(step.minutes for step in (*steps, *self.quizzes))

    @property
    def seconds(self) -> int:
        return self.minutes * 60

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
    def required_lessons(self) -> tuple[LessonOutline, ...]:
        return tuple(step for step in self.required if isinstance(step, LessonOutline))

    @cached_property
    def _lessons(self) -> dict[str, tuple[ModuleOutline, LessonOutline]]:
        return {
            lesson.key: (module, lesson) for module in self.modules for lesson in module.lessons
        }

    def lesson(self, key: str) -> LessonOutline:
        """Return the lesson with this key. Raises NotFound."""
        if key not in self._lessons:
            raise NotFound
        return self._lessons[key][1]

    @cached_property
    def graded(self) -> frozenset[int]:
        """The graded quizzes that learners are offered."""
        return frozenset(
            step.id for step in self.steps if isinstance(step, QuizOutline) and step.is_graded
        )

    @cached_property
    def shutting(self) -> frozenset[int]:
        """The quizzes whose attempts shut the course while they run."""
        return frozenset(
            step.id for step in self.steps if isinstance(step, QuizOutline) and step.shuts_course
        )

    @cached_property
    def without_required_modules(self) -> frozenset[int]:
        """The quizzes for which no module must be passed first."""
        quizzes = (step for step in self.steps if isinstance(step, QuizOutline))
        return frozenset(step.id for step in quizzes if not step.requires_modules)

    @cached_property
    def checks(self) -> frozenset[int]:
        """The questions that lessons ask."""
        return frozenset(
            place.question_id
            for module in self.modules
            for lesson in module.lessons
            for place in lesson.places
            if place.question_id is not None
        )

    @cached_property
    def lesson_of_card(self) -> dict[int, LessonOutline]:
        """Question in the daily review → its lesson."""
        return {
            place.question_id: lesson
            for module in self.modules
            for lesson in module.lessons
            for place in lesson.review_places
            if place.question_id is not None
        }

    def module_of(self, key: str) -> ModuleOutline:
        """Return the module of a lesson. Raises NotFound."""
        if key not in self._lessons:
            raise NotFound
        return self._lessons[key][0]

    def neighbours(self, key: str) -> tuple[Step | None, Step | None]:
        """Return the steps before and after a lesson or quiz."""
        keys = [step.key for step in self.steps]
        here = keys.index(key)
        before = self.steps[here - 1] if here else None
        return before, self.steps[here + 1] if here + 1 < len(keys) else None
