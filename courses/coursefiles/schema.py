"""A course as plain records: the content of its files, before and after any database.

Fields are written in their order. A `…Head` is the YAML of a folder or lesson, without its files.
"""

# ruff: noqa: RUF009 (`rule` and `duration` make a field, they are no defaults)

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from hashlib import sha256
from typing import Any

from courses.coursefiles.durations import duration
from courses.coursefiles.rules import rule
from courses.questions.data import Expression, dump

BLOOM = ("remember", "understand", "apply", "analyse", "evaluate", "create")
DIFFICULTIES = ("easy", "medium", "hard")
REFERENCE_KINDS = ("study", "book", "opinion", "framework", "standard", "vendor", "course")
COMPANIONS = frozenset(("publishing.yaml", "lint.yaml", "coverage.yaml"))
"""Files beside a course with rules and notes about it; they are no part of it."""
GUESS_TAG = "guess"
"""On a check that is asked before its answer is taught: what is guessed counts for nothing."""
CHECKS_PREFIX = "checks-"
"""Quizzes made from a lesson's checks are called `checks-<lesson key>`; no other quiz is."""
_SOURCE = "Keys of references, or free text."
DAILY_REVIEW, MISTAKES = "daily-review", "my-mistakes"
"""Keys of the quizzes whose attempts are sets of cards: due ones, and what one got wrong."""


@dataclass(frozen=True, kw_only=True)
class ReferenceFile:
    """A source that lessons, terms and questions cite.

    What a framework, standard or vendor says changes: `as_of` is the day for which the course
    tells it, `recheck_by` the day by which somebody looks again.
    """

    key: str = rule(form="key", is_needed=True)
    citation: str = rule(limit=2_000, is_needed=True)
    url: str = rule(form="address", limit=500, default="")
    note: str = rule(limit=2_000, default="")
    kind: str = rule(one_of=REFERENCE_KINDS, default="")
    as_of: str | None = rule(form="date", default=None)
    recheck_by: str | None = rule(form="date", default=None)


@dataclass(frozen=True, kw_only=True)
class TermFile:
    key: str = rule(form="key", is_needed=True)
    term: str = rule(limit=120, is_needed=True)
    definition: str = rule(limit=5_000, is_needed=True)
    source: str = rule(form="key", default="")


@dataclass(frozen=True, kw_only=True)
class ObjectiveFile:
    key: str = rule(form="objective", is_needed=True)
    text: str = rule(limit=400, is_needed=True)
    bloom: str = rule(one_of=BLOOM, is_needed=True)


@dataclass(frozen=True, kw_only=True)
class StimulusFile:
    """A text or table that several questions share."""

    key: str = rule(form="key", is_needed=True)
    title: str = rule(limit=200, default="")
    body: str = rule(limit=50_000, is_needed=True, help_text="Markdown")


@dataclass(frozen=True, kw_only=True)
class QuestionFile:
    """`data` is what the question type understands; `source` holds reference keys or free text.

    `enemies` are questions that never stand in the same attempt; one of the two names the other.
    """

    key: str = rule(form="key", is_needed=True)
    type: str = rule(limit=40, is_needed=True)
    objective: str = rule(form="objective", default="")
    bloom: str = rule(one_of=BLOOM, default="")
    difficulty: str = rule(one_of=DIFFICULTIES, default="medium")
    tags: tuple[str, ...] = rule(form="key", default=())
    source: tuple[str, ...] = rule(limit=300, is_needed=True, default=(), help_text=_SOURCE)
    reviewed_on: str | None = rule(form="date", default=None)
    status: str = rule(one_of=("ready", "draft", "retired"), default="ready")
    stimulus: str = rule(form="key", default="")
    enemies: tuple[str, ...] = rule(form="key", default=())
    data: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DrawFile:
    count: int = rule(form="natural")
    objective: str = rule(form="objective", default="")
    tag: str = rule(form="key", default="")
    difficulty: str = rule(one_of=DIFFICULTIES, default="")


@dataclass(frozen=True, kw_only=True)
class QuizItemFile:
    """Either a draw from the bank, or one question (its latest version, or a pinned one)."""

    question: str = rule(form="key", default="")
    version: int | None = rule(form="natural", default=None)
    draw: DrawFile | None = None
    points: Expression = rule(form="points", default=Expression("1"))


@dataclass(frozen=True, kw_only=True)
class QuizFile:
    """A test: the one table of its settings, each a column of the same name in `models.Quiz`."""

    key: str = rule(form="key", is_needed=True)
    title: str = rule(limit=200, is_needed=True)
    intro: str = rule(limit=20_000, default="", help_text="Markdown")
    kind: str = rule(
        one_of=("practice", "graded", "exam"), is_needed=True, group="passing", is_frozen=True
    )
    status: str = rule(one_of=("ready", "draft"), default="ready")
    feedback_mode: str = rule(
        one_of=("deferred", "immediate", "interactive"),
        default="deferred",
        group="feedback",
        is_frozen=True,
    )
    credit: tuple[Expression, ...] = rule(
        form="share",
        default=(),
        help_text="`interactive` only: the share of the points by try, such as 1, 1/2.",
        group="feedback",
        is_frozen=True,
    )
    review: dict[str, tuple[str, ...]] | None = rule(
        form="review", default=None, group="feedback", is_frozen=True
    )
    hides_last_try: bool = rule(default=False, group="feedback", is_frozen=True)
    hides_running_total: bool = rule(default=False, group="feedback", is_frozen=True)
    attempts_allowed: int | None = rule(
        form="natural", default=None, help_text="null: as many as one likes.", group="attempts"
    )
    attempt_delay_s: int = duration(
        "attempt_delay_minutes", "attempt_delay_seconds", default=0, group="attempts"
    )
    giving_up: str = rule(
        one_of=("by_kind", "allowed", "refused"),
        default="by_kind",
        help_text="Whether who has passed may give up the other attempts to see what follows them.",
        group="attempts",
    )
    grade_method: str = rule(
        one_of=("best", "last", "first", "average"), default="best", group="passing"
    )
    time_limit_s: int | None = duration(
        "time_limit_minutes", "time_limit_seconds", default=None, group="attempts", is_frozen=True
    )
    grace_s: int = duration("grace_seconds", default=0, group="attempts", is_frozen=True)
    opens_at: str | None = rule(
        form="moment", default=None, help_text="null: at once.", group="opening"
    )
    closes_at: str | None = rule(
        form="moment", default=None, help_text="null: never.", group="opening"
    )
    pass_mark: Expression = rule(
        form="percent",
        default=Expression("80"),
        help_text="per cent",
        group="passing",
        is_frozen=True,
    )
    shuffle_items: bool = rule(default=True, group="order")
    one_item_per_page: bool = rule(default=False, group="order", is_frozen=True)
    shuts_course: bool = rule(default=False, group="opening", is_frozen=True)
    holds_marks: bool = rule(default=False, group="marking", is_frozen=True)
    second_marker: bool = rule(default=False, group="marking")
    marker_tolerance: Expression = rule(
        form="percent", default=Expression("10"), help_text="per cent", group="marking"
    )
    anonymous_marking: bool = rule(default=False, group="marking")
    requires_modules: tuple[str, ...] = rule(form="key", default=(), group="opening")
    compares_with: str = rule(
        form="key",
        default="",
        help_text="For a post-test: the key of its pre-test.",
        group="opening",
    )
    items: tuple[QuizItemFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AssetFile:
    """A file of a module. It may be large: `load` reads its content when that is needed."""

    name: str
    sha256: str
    load: Callable[[], bytes] = field(compare=False, repr=False)

    @classmethod
    def of(cls, *, name: str, content: bytes) -> "AssetFile":
        """Return the file with this content."""
        return cls(name=name, sha256=sha256(content).hexdigest(), load=lambda: content)

    @property
    def content(self) -> bytes:
        return self.load()


@dataclass(frozen=True, kw_only=True)
class LessonHead:
    """The front matter of a lesson."""

    key: str = rule(form="key", is_needed=True)
    title: str = rule(limit=200, is_needed=True)
    summary: str = rule(limit=400, default="")
    minutes: int = rule(form="natural", default=15)
    objectives: tuple[str, ...] = rule(form="objective", default=())
    completion: str = rule(one_of=("checks", "confirm"), default="checks")
    review: tuple[str, ...] = rule(form="key", default=())
    reviewed_on: str | None = rule(form="date", default=None)
    sources: tuple[str, ...] = rule(form="key", default=())
    status: str = rule(one_of=("ready", "draft"), default="ready")


@dataclass(frozen=True, kw_only=True)
class LessonFile(LessonHead):
    body: str


@dataclass(frozen=True, kw_only=True)
class ModuleHead:
    """`module.yaml`."""

    key: str = rule(form="key", is_needed=True)
    title: str = rule(limit=200, is_needed=True)
    summary: str = rule(limit=5_000, default="")
    picture: str = rule(limit=120, default="", help_text="A file of the module.")
    picture_alt: str = rule(limit=300, default="")
    optional: bool = False
    status: str = rule(one_of=("ready", "draft"), default="ready")
    objectives: tuple[ObjectiveFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModuleFile(ModuleHead):
    lessons: tuple[LessonFile, ...] = ()
    questions: tuple[QuestionFile, ...] = ()
    stimuli: tuple[StimulusFile, ...] = ()
    quizzes: tuple[QuizFile, ...] = ()
    assets: tuple[AssetFile, ...] = ()
    instructor_notes: str = ""


@dataclass(frozen=True, kw_only=True)
class CourseHead:
    """`course.yaml` but for the list of modules."""

    key: str = rule(form="key", is_needed=True)
    title: str = rule(limit=200, is_needed=True)
    summary: str = rule(limit=300, default="")
    description: str = rule(limit=20_000, default="")
    language: str = rule(limit=16, default="en")
    level: str = rule(limit=120, default="", help_text="What one has to know before.")
    outcomes: tuple[str, ...] = rule(limit=300, default=())
    cover: str = rule(limit=200, default="", help_text="A module's picture: `module/file`.")
    cover_alt: str = rule(limit=300, default="")
    sample: str = rule(form="key", default="", help_text="May be read without enrolling.")
    authors: tuple[str, ...] = rule(limit=200, is_needed=True, default=())
    licence: str = rule(limit=120, default="")
    reviewed_on: str | None = rule(form="date", default=None)
    status: str = rule(one_of=("draft", "published"), default="draft")
    """What the course is when it is made; later its instructors decide."""


@dataclass(frozen=True, kw_only=True)
class CourseYaml(CourseHead):
    """`course.yaml`; `modules` are folder names in order."""

    modules: tuple[str, ...] = rule(form="key", default=())


@dataclass(frozen=True, kw_only=True)
class CourseFile(CourseHead):
    """A whole course."""

    references: tuple[ReferenceFile, ...] = ()
    terms: tuple[TermFile, ...] = ()
    quizzes: tuple[QuizFile, ...] = ()
    modules: tuple[ModuleFile, ...] = ()


def head_fields(record: Any, head: type) -> dict[str, Any]:
    """Return the values of a record that its head declares, as they are."""
    return {field.name: getattr(record, field.name) for field in fields(head)}


def head_values(record: Any, head: type) -> dict[str, Any]:
    """Return the same as plain values for YAML or a hash; defaults are left out."""
    values: dict[str, Any] = dump(head(**head_fields(record, head)))
    return values
