"""The contract of a question type, and the plain records that pass through it.

A type is pure: no clock, no database, no HTML; `courses.questions.contract` proves what it keeps.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from random import Random
from typing import Any, ClassVar, Generic, TypeVar

from courses.errors import Problem
from courses.questions import data as author_data
from courses.questions import responses, rubrics
from courses.questions.exchange import Choice, Entry, Item
from courses.questions.raw import (
    RAW_FIELDS_LIMIT,
    RAW_TEXT_LIMIT,
    Raw,
    ResponseError,
    UnknownFields,
    Watched,
    flatten,
    keyed,
    known,
    one,
)
from courses.questions.refilling import refilled
from courses.questions.rubrics import RubricCriterion

__all__ = [
    "RAW_FIELDS_LIMIT",
    "RAW_TEXT_LIMIT",
    "Choice",
    "Entry",
    "Item",
    "Json",
    "Outcome",
    "Part",
    "QuestionType",
    "Raw",
    "ResponseError",
    "Reveal",
    "Sample",
    "flatten",
    "keyed",
    "known",
    "one",
]

Json = dict[str, Any]
D = TypeVar("D", bound=author_data.BaseData)


@dataclass(frozen=True)
class Part:
    """The judgement on one option, blank or pair. `feedback` is Markdown source."""

    key: str
    scaled: Fraction
    feedback: str = ""

    @property
    def is_correct(self) -> bool:
        return self.scaled == 1


@dataclass(frozen=True)
class Outcome:
    """The judgement on one response: `scaled` 0…1; None when a person must grade, or nobody can."""

    scaled: Fraction | None
    parts: tuple[Part, ...] = ()
    feedback: str = ""


@dataclass(frozen=True)
class Reveal:
    """The seven fields of a reveal policy: what may be shown at this moment."""

    response: bool = True
    correctness: bool = False
    points: bool = False
    feedback: bool = False
    explanation: bool = False
    solution: bool = False
    overall: bool = False

    @classmethod
    def nothing(cls) -> "Reveal":
        return cls()

    @classmethod
    def everything(cls) -> "Reveal":
        return cls(**dict.fromkeys(cls.names(), True))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(cls.__dataclass_fields__)

    def as_dict(self) -> dict[str, bool]:
        return asdict(self)


@dataclass(frozen=True)
class Sample:
    """A type's own proof: sending `raw` earns `scaled`, or None where a person must grade.

    `raw` is nested JSON for `flatten`; with `is_unreadable` it must raise ResponseError.
    """

    raw: Json
    scaled: Fraction | None
    is_unreadable: bool = False


class QuestionType(Generic[D]):
    """One question type. Subclasses are stateless; the registry holds one instance of each."""

    key: ClassVar[str]
    label: ClassVar[Any]
    about: ClassVar[Any] = ""
    """What it is good for, in a line for authors who choose a type."""
    interaction: ClassVar[str]
    """What a learner does, in the words of QTI where it has one: "choice", "slider" …"""
    Data: ClassVar[type[author_data.BaseData]]
    response_schema: ClassVar[Json] = responses.ANYTHING
    """The fields of a response (`responses.response_of`), for reading, OpenAPI and the docs."""
    helper_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields that its form sends along although nothing was answered."""
    is_neutral: ClassVar[bool] = False
    """Its `Item` is complete without `extra`: exchange formats can carry the whole question."""
    needs_person: ClassVar[bool] = False
    """A person grades it in graded work (essay)."""
    is_typed: ClassVar[bool] = False
    """Responses are typed text: the page saves while the learner writes."""
    is_scored: ClassVar[bool] = True
    """Something in it can be right. If not (vote), no score counts it, a response is final, and
    it has its place in lessons alone."""
    is_cacheable: ClassVar[bool] = True
    """One rendering serves all learners whose question is in one state; False: for each page."""
    free_rows: ClassVar[str] = ""
    """The list of `present()` that learners have in any order; no row shows its place."""
    asks_certainty: ClassVar[bool] = False
    """Learners also say how sure they are of a response that can be wrong; see `certainty`."""

    @property
    def is_judged_by_rule(self) -> bool:
        """Whether a rule, and not a person, judges a response."""
        return self.is_scored and not self.needs_person

    @property
    def template(self) -> str:
        return f"cx_courses/questions/{self.key}.html"

    def load(self, value: Json) -> D:
        """Return stored or authored JSON as data. Raises DataError with paths."""
        return author_data.load(self.Data, value)  # type: ignore[return-value]

    def dump(self, data: D) -> Json:
        return dict(author_data.dump(data))

    def check(self, data: D) -> Iterator[Problem]:
        """Yield author errors that the data's form alone does not show, before saving."""
        raise NotImplementedError

    def prepare(self, data: D, rng: Random) -> Json:
        """Return everything random, drawn once per attempt and stored; it never shows the key."""
        return {}

    def named_rows(self, value: Json) -> Iterator[tuple[str, str]]:
        """Yield list and key of each row that a text names, for an author's form to offer."""
        yield from ()

    def marked(self, value: Json) -> Json:
        """Return an author's unfinished data with what its texts mark put where it belongs."""
        return value

    def draws(self, data: D, seeds: Iterable[int]) -> list[dict[str, str]]:
        """Return what is drawn with each seed, by column, for a table; [] where a page shows it."""
        return []

    def parse(self, data: D, params: Json, raw: Raw) -> Json | None:
        """Return the response in canonical form, None when it is blank. Raises ResponseError."""
        raise NotImplementedError

    def read(self, data: D, params: Json, raw: Raw) -> Json | None:
        """Read a response that was sent from outside: `parse`, held to the declared fields.

        Raises ResponseError also for a field that the schema does not name or `parse` does not
        look at, and for a required one that is missing; its `problems` name the field.
        """
        responses.refuse_unknown(self.response_schema, raw)
        missing = responses.missing(self.response_schema, raw)
        watched = Watched(raw)
        try:
            response = self.parse(data, params, watched)
        except ResponseError as error:
            if missing and not error.problems:
                raise responses.MissingFields(missing, str(error.message)) from error
            raise
        if missing:
            raise responses.MissingFields(missing)
        unread = [name for name in watched.unread if raw[name]]
        if unread:
            raise UnknownFields(unread)
        return response

    def certainty(self, response: Json) -> int | None:
        """Return how sure the learner was of the response, in per cent; None: it was not asked."""
        return None

    def empty_parts(self, data: D, response: Json) -> int:
        """Return how many parts of a response are empty; 0 where leaving one out may be meant."""
        return 0

    def grade(self, data: D, params: Json, response: Json | None) -> Outcome:
        """Return the outcome of a canonical response (None: nothing was answered, earns 0)."""
        raise NotImplementedError

    def present(self, data: D, params: Json, response: Json | None, reveal: Reveal) -> Json:
        """Return values for a template or the API, no HTML; secrets only as `reveal` allows."""
        raise NotImplementedError

    def refill(self, shown: Json, raw: Raw) -> Json:
        """Return what `present` returned, with the input in its fields, for a form shown again."""
        return refilled(shown, raw)

    def hints(self, data: D, params: Json) -> tuple[str, ...]:
        """Return the hints for this learner; the entry point decides how many to show."""
        return data.hints

    def solution(self, data: D, params: Json) -> Json | None:
        """Return a response that earns full marks; None where only a person can judge."""
        raise NotImplementedError

    def rubric(self, data: D) -> tuple[RubricCriterion, ...]:
        """Return the criteria by which a person marks a response; () where there are none."""
        return ()

    def marks(self, data: D, levels: Mapping[str, int]) -> Fraction | None:
        """Return the share of full marks that the chosen levels earn; None without a rubric.

        Raises Invalid for levels that do not fit the rubric.
        """
        rubric = self.rubric(data)
        return rubrics.marks(rubric=rubric, levels=levels) if rubric else None

    def with_levels(self, shown: Json, levels: Mapping[str, int]) -> Json:
        """Return what `present` returned, with the levels that a person chose."""
        return shown

    def earlier_vote(self, data: D) -> str:
        """Return the key of the question that this one asks again, or ""."""
        return ""

    def chosen(self, response: Json | None) -> tuple[str, ...]:
        """Return the keys of the `choices` of `to_item` that a response names, for statistics."""
        found = (response or {}).get("choice")
        if isinstance(found, str):
            return (found,)
        return tuple(map(str, found)) if isinstance(found, list) else ()

    def known_errors(self, data: D) -> tuple[str, ...]:
        """Return the errors that the author foresaw, as texts in Markdown, for statistics."""
        return ()

    def met_errors(self, data: D, params: Json, response: Json) -> tuple[int, ...]:
        """Return which of `known_errors` the response shows, by their places from 0."""
        return ()

    def samples(self, data: D, params: Json) -> Iterator[Sample]:
        """Yield right, partly right, wrong and unreadable input with what each must earn."""
        raise NotImplementedError

    def to_item(self, data: D) -> Item:
        """Return the question in the exchange form; here all but the prompt is in `extra`.

        A type whose questions other systems can show fills in more (`choices`, `entries` …).
        """
        shared = {field.name for field in fields(author_data.BaseData)}
        own = {name: value for name, value in self.dump(data).items() if name not in shared}
        return Item(self.interaction, self.key, data.stem, data.explanation, data.hints, extra=own)

    def from_item(self, item: Item) -> D | None:
        """Return the item as this type's data, or None when it is not this type's.

        Raises DataError.
        """
        if item.type_key != self.key:
            return None
        shared = {"stem": item.prompt, "explanation": item.explanation, "hints": list(item.hints)}
        return self.load({**item.extra, **shared})

    def base_presentation(self, data: D, reveal: Reveal) -> Json:
        """Return the part of `present` that all types share."""
        shown: Json = {"type": self.key, "stem": data.stem}
        if reveal.explanation and data.explanation:
            shown["explanation"] = data.explanation
        return shown
