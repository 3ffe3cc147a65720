"""What an outline is made of: modules, lessons, quizzes and what they name, as plain values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from math import ceil

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
    def guesses(self) -> frozenset[str]:
        """The keys of the checks that ask for a guess before the text teaches it."""
        asked = (place.question for place in self.places if getattr(place, "asks_guess", False))
        return frozenset(question.key for question in asked if question)

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
    compares_with: int | None = None
    """Of a post-test: its pre-test."""
    time_limit_s: int | None = None
    shuts_course: bool = False
    requires_modules: frozenset[int] = frozenset()
    """Modules whose graded quizzes must be passed first."""
    is_pre_test: bool = False
    """Is there a post-test that is compared with it?"""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    attempts_allowed: int | None = None
    attempt_delay_s: int = 0

    url_kind = "quiz"
    number = ""

    @property
    def is_post_test(self) -> bool:
        return self.compares_with is not None

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
    picture: str = ""
    picture_alt: str = ""

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def seconds(self) -> int:
        """How long its lessons and tests take, about."""
        return 60 * sum(step.minutes for step in self.steps)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Lessons and quizzes in the order a learner takes them: pre-tests first.

        Post-tests come with the graded quizzes, in the quizzes' own order.
        """
        after = tuple(quiz for quiz in self.quizzes if quiz.is_graded or quiz.is_post_test)
        before = tuple(quiz for quiz in self.quizzes if quiz not in after)
        return (*before, *self.lessons, *after)
