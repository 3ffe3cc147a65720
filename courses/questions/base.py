"""The contract of a question type, and the plain records that pass through it.

A type is pure: no clock, no database, no randomness but the `Random` it is given, no HTML. See
docs/architecture.md for the members; `tests/questions/test_contract.py` runs over every type.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, ClassVar, Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Invalid, Problem
from courses.questions import data as author_data

Json = dict[str, Any]
Raw = Mapping[str, Sequence[str]]
"""What was sent, flat: field name → texts. `flatten` makes it from a form or from JSON."""

D = TypeVar("D", bound=author_data.BaseData)

RAW_TEXT_LIMIT = 100_000
"""Characters in one text of a response; longer is refused, never cut."""
RAW_FIELDS_LIMIT = 500
RAW_DEPTH_LIMIT = 3


class ResponseError(Invalid):
    """What was sent is not a response to this question. Nothing was stored."""

    code = "unreadable_response"
    default = gettext_lazy("This response could not be read.")


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
    """The seven fields of a review policy: what may be shown at this moment."""

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
class Choice:
    """One thing to choose, place or order. `weight` is the share of full marks it earns."""

    key: str
    text: str
    weight: Fraction = Fraction(0)
    feedback: str = ""


@dataclass(frozen=True)
class Entry:
    """One text or number to type: accepted values with their weight and feedback."""

    key: str
    label: str = ""
    accepted: tuple[Choice, ...] = ()
    feedback: str = ""


@dataclass(frozen=True)
class Item:
    """The neutral exchange form: formats map interactions, types map themselves to it.

    `extra` holds what only our own type understands; a format that cannot carry it reports the
    loss by name. `target` of a pair is the key of an entry in `targets`.
    """

    interaction: str
    type_key: str
    prompt: str
    explanation: str = ""
    hints: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    targets: tuple[Choice, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    entries: tuple[Entry, ...] = ()
    extra: Json = field(default_factory=dict)


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
    interaction: ClassVar[str]
    Data: ClassVar[type[author_data.BaseData]]
    needs_person: ClassVar[bool] = False
    """A person grades it in graded work (essay)."""
    is_typed: ClassVar[bool] = False
    """Responses are typed text: the page saves while the learner writes."""
    is_scored: ClassVar[bool] = True
    """Something in it can be right. If not (vote), no score counts it, a response is final, and
    it has its place in lessons alone."""

    @property
    def is_judged_by_rule(self) -> bool:
        """Is a response right or wrong, and does nobody have to say so?"""
        return self.is_scored and not self.needs_person

    @property
    def template(self) -> str:
        return f"courses/questions/{self.key}.html"

    def load(self, value: Json) -> D:
        """Stored or authored JSON → Data. Raises DataError with paths."""
        return author_data.load(self.Data, value)  # type: ignore[return-value]

    def dump(self, data: D) -> Json:
        dumped: Json = author_data.dump(data)
        return dumped

    def check(self, data: D) -> Iterator[Problem]:
        """Author errors that the shape alone does not show, before saving."""
        raise NotImplementedError

    def prepare(self, data: D, rng: Random) -> Json:
        """Everything random, drawn once per attempt and stored. Must not depend on the key."""
        return {}

    def parse(self, data: D, params: Json, raw: Raw) -> Json | None:
        """What was sent → canonical response; None when it is blank. Raises ResponseError."""
        raise NotImplementedError

    def grade(self, data: D, params: Json, response: Json | None) -> Outcome:
        """The judgement on a canonical response (None: nothing was answered, earns 0)."""
        raise NotImplementedError

    def present(self, data: D, params: Json, response: Json | None, reveal: Reveal) -> Json:
        """Values for a template or the API, never HTML; secrets only as far as `reveal` says."""
        raise NotImplementedError

    def hints(self, data: D, params: Json) -> tuple[str, ...]:
        """The author's hints as this learner may read them; the door decides how many to show."""
        return data.hints

    def solution(self, data: D, params: Json) -> Json | None:
        """A response that earns full marks; None where only a person can say, or nobody."""
        raise NotImplementedError

    def asked_before(self, data: D) -> str:
        """The key of the question that this one asks again, or ""."""
        return ""

    def samples(self, data: D, params: Json) -> Iterator[Sample]:
        """Right, partly right, wrong and unreadable input with what each must earn."""
        raise NotImplementedError

    def to_item(self, data: D) -> Item:
        raise NotImplementedError

    def from_item(self, item: Item) -> D | None:
        """The item as this type's data, or None when it is not this type's."""
        raise NotImplementedError

    def base_presentation(self, data: D, reveal: Reveal) -> Json:
        """The part of `present` that all types share."""
        shown: Json = {"type": self.key, "stem": data.stem}
        if reveal.explanation and data.explanation:
            shown["explanation"] = data.explanation
        return shown


def flatten(raw: Mapping[str, Any]) -> dict[str, list[str]]:
    """Nested JSON or form lists as flat fields: `{"match": {"a": "x"}}` → `{"match.a": ["x"]}`.

    Raises ResponseError on anything that is neither text, number, list nor mapping, and on input
    beyond the limits: it is refused, never cut.
    """
    flat: dict[str, list[str]] = {}
    for name, value in raw.items():
        _flatten_into(flat, str(name), value, depth=0)
    if len(flat) > RAW_FIELDS_LIMIT or any(len(v) > RAW_FIELDS_LIMIT for v in flat.values()):
        raise ResponseError(_("There is more in this response than the question asks for."))
    return flat


def _flatten_into(flat: dict[str, list[str]], name: str, value: Any, depth: int) -> None:
    if isinstance(value, Mapping) and depth < RAW_DEPTH_LIMIT:
        for inner, part in value.items():
            _flatten_into(flat, f"{name}.{inner}", part, depth + 1)
    elif isinstance(value, list | tuple):
        flat.setdefault(name, [])
        for part in value:
            flat[name].append(_plain_text(part))
    elif value is not None:
        flat.setdefault(name, []).append(_plain_text(value))


def _plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise ResponseError(_("A text was expected, something else was sent."))
    text = str(value)
    if len(text) > RAW_TEXT_LIMIT:
        limit = {"limit": RAW_TEXT_LIMIT}
        raise ResponseError(_("This text is longer than %(limit)d characters.") % limit)
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ResponseError(_("This text holds characters that cannot be stored."))
    return text


def one(raw: Raw, name: str) -> str:
    """The only text sent for a field, or "". Raises ResponseError when there are several."""
    texts = raw.get(name) or [""]
    if len(texts) > 1:
        raise ResponseError(_("One value was expected, several were sent."))
    return texts[0]


def known(keys: Sequence[str], given: Sequence[str]) -> None:
    """Raises ResponseError unless every given key exists and none is repeated."""
    if len(set(given)) != len(given) or not set(given) <= set(keys):
        raise ResponseError(_("This response does not belong to this question."))


def keyed(
    raw: Raw, name: str, keys: Sequence[str], allowed: Collection[str] | None = None
) -> dict[str, str]:
    """The texts of the fields `name.<key>` by key, in the order of `keys`, blank ones left out.

    Raises ResponseError on several texts for one field, on a key that is not in `keys` and on a
    text that is not in `allowed`, if that is given.
    """
    prefix = f"{name}."
    given = {field[len(prefix) :]: one(raw, field) for field in raw if field.startswith(prefix)}
    known(keys, list(given))
    filled = {key: given[key] for key in keys if given.get(key, "").strip()}
    if allowed is not None:
        known(list(allowed), list(set(filled.values())))
    return filled
