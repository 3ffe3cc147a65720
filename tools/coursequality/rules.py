"""The rules of one course, as its `lint.yaml` states them: numbers and lists, no code.

A rule whose field is left out is off. docs/course-files.md describes every field.
"""

from dataclasses import dataclass, field

RULES_FILE = "lint.yaml"


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `least` to `most`, both allowed."""

    least: int
    most: int

    def __contains__(self, number: float) -> bool:
        return self.least <= number <= self.most


@dataclass(frozen=True, kw_only=True)
class LessonRules:
    """`words_between_checks` is the longest text without a check; `reading_grade` the highest.

    `minutes_of`: another span for single lessons by their keys. `review`: how many checks come
    back in the daily review. `twins`: the pictures that show the same as a live figure, by its
    key: with scripts the figure takes the picture's place.
    """

    needs: tuple[str, ...] = ()
    words: Span | None = None
    minutes: Span | None = None
    minutes_of: dict[str, Span] = field(default_factory=dict)
    words_between_checks: int | None = None
    review: Span | None = None
    reading_grade: int | None = None
    figure_text_words: int | None = None
    has_table_per_live_figure: bool = False
    twins: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class QuestionRules:
    """`known_errors`: how many wrong numbers each numeric blank has feedback for, at least.
    `gap_options`: how many wordings a gap offers that is filled by choosing.
    `highest_by_rule`: the highest level of questions that a rule judges; no person reads them.
    `unwanted_openings`: words with which no reason begins, because the page shows the verdict and
    shows the reason also to those who did not choose.
    `several_percent`: among questions of which several options may be right, how often each place
    is; the place gives the key its letter, which a page shows.
    """

    needs: tuple[str, ...] = ()
    has_feedback_per_option: bool = False
    known_errors: int = 0
    unwanted_options: tuple[str, ...] = ()
    unwanted_openings: tuple[str, ...] = ()
    gap_options: Span | None = None
    several_percent: Span | None = None
    highest_by_rule: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReferenceRules:
    """What each source must state, and the kinds whose claims change: `as_of`, `recheck_by`.

    `has_address_or_note`: a source has an address, or a note about it.
    """

    needs: tuple[str, ...] = ()
    dated_kinds: tuple[str, ...] = ()
    has_address_or_note: bool = False


@dataclass(frozen=True, kw_only=True)
class TermRules:
    """What each entry of the glossary must state."""

    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BankRules:
    """Balance over the questions with `tag`, per module or over the whole course.

    `position_percent`: the share of keys at each place among questions with as many options.
    `length_percent`: the key's length in per cent of the other options' mean, on average.
    `longest_percent`: how often the key is the longest option by a visible margin.
    Fewer than `least_questions` are not judged.
    """

    tag: str
    is_per_module: bool = True
    least_questions: int = 9
    position_percent: Span | None = None
    length_percent: Span | None = None
    longest_percent: int | None = None


@dataclass(frozen=True, kw_only=True)
class QuizRules:
    """What a quiz draws, and from how large a bank.

    `objectives`: items drawn per objective. `bloom`: items drawn per level, each at the level of
    its objective. `types`: items per type among as many as are drawn; the bank must hold
    `authored_per_drawn` times as many (the rest is free). `shared_stimulus`: items in the bank
    that share a stimulus with another. `is_capped`: no item asks for more than its objective.
    `true_percent`: how many of the bank's true-or-false questions are true. `named_percent`: the
    largest share of the points for questions that name one of `authors`. `are_numbers_drawn`: no
    numeric question has the same numbers in every attempt.
    """

    quiz: str
    authored_per_drawn: int = 1
    objectives: dict[str, int] = field(default_factory=dict)
    bloom: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    shared_stimulus: int = 0
    is_capped: bool = False
    true_percent: Span | None = None
    named_percent: int | None = None
    are_numbers_drawn: bool = False


@dataclass(frozen=True, kw_only=True)
class PretestRules:
    """A quiz whose questions all have `tag` is a pre-test. Its post-test asks for the same
    objectives with questions that have `post_tag`; each has so many `items`.
    """

    tag: str
    post_tag: str
    items: Span | None = None


@dataclass(frozen=True, kw_only=True)
class LintRules:
    """Everything that `lint.yaml` may hold.

    `lesson_words` stand before the number of a lesson, as in “lesson 2.3”: such a number is a link
    to the lesson, and is the one that the lesson has.
    """

    lessons: LessonRules = LessonRules()
    questions: QuestionRules = QuestionRules()
    references: ReferenceRules = ReferenceRules()
    terms: TermRules = TermRules()
    banks: tuple[BankRules, ...] = ()
    quizzes: tuple[QuizRules, ...] = ()
    pretests: PretestRules | None = None
    lesson_words: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
