"""Questions as the pages of item analysis list them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _

from courses.admin.studio import analysis_words as words
from courses.domain.analysis import questions
from courses.domain.analysis.findings import ENOUGH, ENOUGH_TO_COMPARE
from courses.domain.analysis.questions import QuestionFigures
from courses.models import QuestionVersion

STEM = 90
"""Characters of a question that a list shows."""


@dataclass(frozen=True)
class AnalysedQuestion:
    """A question version with its figures in words."""

    figures: QuestionFigures
    version: QuestionVersion
    url: str
    attempts: int

    @property
    def title(self) -> str:
        return title_of(self.version)

    @property
    def letters(self) -> dict[str, str]:
        return letters_of([row.key for row in self.figures.options])

    @property
    def sentence(self) -> str:
        return words.sentence(self.figures, self.letters)

    @property
    def short(self) -> str:
        return words.short(self.figures, self.letters)

    @property
    def is_suspicious(self) -> bool:
        return self.figures.finding.is_suspicious

    @property
    def is_few(self) -> bool:
        """Whether the share of right answers may be chance."""
        return self.figures.n < ENOUGH

    @property
    def is_few_to_compare(self) -> bool:
        """Whether discrimination and alpha may be chance."""
        return self.figures.n < ENOUGH_TO_COMPARE

    @property
    def facility(self) -> str:
        found = self.figures.facility
        return words.percent(found.value if found else None)

    @property
    def facility_range(self) -> str:
        return words.percent_range(self.figures.facility)

    @property
    def discrimination(self) -> str:
        found = self.figures.discrimination
        return words.number(found.value if found else None)

    @property
    def discrimination_range(self) -> str:
        return words.number_range(self.figures.discrimination)

    @property
    def is_negative(self) -> bool:
        found = self.figures.discrimination
        return found is not None and found.value < 0

    @property
    def point_biserial(self) -> str:
        found = self.figures.point_biserial
        return words.number(found.value if found else None)

    @property
    def alpha_without(self) -> str:
        return words.number(self.figures.alpha_without)

    @property
    def time(self) -> str:
        found = self.figures.seconds
        return words.duration(found.value if found else None)

    @property
    def time_range(self) -> str:
        return words.duration_range(self.figures.seconds)

    @property
    def exposure(self) -> str:
        """Into which share of the attempts it was drawn."""
        return words.percent(self.figures.drawn / self.attempts if self.attempts else None)


def title_of(version: QuestionVersion) -> str:
    """Return the beginning of a question's text, its key where it has none."""
    stem = version.text.partition("\n")[0].strip() or version.question.key
    return stem if len(stem) <= STEM else f"{stem[: STEM - 1].rstrip()}…"


def letters_of(options: Iterable[str]) -> dict[str, str]:
    """Return option → what it is called: a letter in the author's order."""
    found = {}
    for place, option in enumerate(options):
        found[option] = ascii_uppercase[place] if place < len(ascii_uppercase) else str(place + 1)
    found[""] = _("no answer")
    if set(found) <= {"true", "false", ""}:
        return {"true": _("“True”"), "false": _("“False”"), "": found[""]}
    return found


def versions_of(figures: Iterable[QuestionFigures]) -> Mapping[int, QuestionVersion]:
    """Return the versions with their questions, without their data. One query."""
    rows = QuestionVersion.objects.select_related("question").defer("data")
    return rows.in_bulk([one.version for one in figures])


def _value(found: Any) -> float:
    return -2.0 if found is None else float(getattr(found, "value", found))


SORTS: Mapping[str, Callable[[AnalysedQuestion], Any]] = {
    "doubt": lambda row: questions.order(row.figures),
    "question": lambda row: row.title.casefold(),
    "answers": lambda row: -row.figures.n,
    "right": lambda row: _value(row.figures.facility),
    "rest": lambda row: _value(row.figures.discrimination),
    "alpha": lambda row: -_value(row.figures.alpha_without),
    "time": lambda row: -_value(row.figures.seconds),
    "drawn": lambda row: -row.figures.drawn,
}
"""What a list may be sorted by, and how."""
