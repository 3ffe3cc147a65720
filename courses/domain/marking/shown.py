"""What the page of marking shows of a response. It names a learner only where names are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from courses import markup
from courses.domain import item_views, person_marks, section_people
from courses.domain.item_views import ItemView
from courses.domain.marking import claims, holders
from courses.domain.marking.noting import CriterionChoice, Noted
from courses.domain.reveal.policy import Policy
from courses.models import AttemptItem, Mark, QuestionVersion
from courses.questions.base import Reveal

_LONGEST_STEM = 80


@dataclass(frozen=True)
class MarkShown:
    """A mark that was given before, with who gave it."""

    title: str
    who: str
    points: Fraction
    criteria: tuple[person_marks.CriterionMark, ...]
    feedback: str


@dataclass(frozen=True)
class ResponseToMark:
    """The response and all that one needs to mark it."""

    title: str
    learner: str
    """Empty where the quiz is marked without names."""
    view: ItemView
    words: int | None
    most_words: int | None
    model_answer: str
    criteria: list[CriterionChoice]
    marks: list[MarkShown]
    revision: int
    is_second: bool
    is_difference: bool
    is_marked: bool
    claim: str
    """Who holds it, in words; empty while nobody does."""
    is_others: bool

    @property
    def earned(self) -> Fraction:
        """The sum of the chosen levels."""
        chosen = (level for one in self.criteria for level in one.levels if level.is_chosen)
        return sum((level.points for level in chosen), Fraction(0))


def shown(
    *,
    item: AttemptItem,
    noted: Noted,
    errors: Mapping[str, tuple[str, ...]],
    by: Any,
    now: datetime,
) -> ResponseToMark:
    """Return what the page shows; of two marks none before both are given."""
    kind, data = item.version.question_type, item.version.parsed
    everything = kind.present(data, item.params, item.value, Reveal.everything())
    marks = list(item.marks.select_related("by", "client").order_by("sequence"))
    gradings = list(item.gradings.select_related("by").order_by("sequence"))
    grading = person_marks.latest(gradings=gradings)
    quiz = item.attempt.quiz
    is_difference = grading is None and len(marks) == len(Mark.Round) - 1
    claim = claims.of(item=item, now=now)
    is_own = claim is not None and holders.is_own(row=claim, by=by)
    return ResponseToMark(
        title=stem_of(version=item.version),
        learner="" if quiz.anonymous_marking else _name(item),
        view=_view(item),
        words=everything.get("words"),
        most_words=everything.get("max_words"),
        model_answer=str(everything.get("model_answer") or ""),
        criteria=noted.choices(kind.rubric(data), item.worth, errors),
        marks=_marks(item, marks if is_difference else [], grading),
        revision=len(gradings) + len(marks),
        is_second=grading is None and len(marks) == 1 and quiz.second_marker,
        is_difference=is_difference,
        is_marked=grading is not None,
        claim=claims.in_words(claim=claim, is_own=is_own),
        is_others=claim is not None and not is_own,
    )


def stem_of(*, version: QuestionVersion) -> str:
    """Return the beginning of a question's text, without its markup."""
    text = " ".join(markup.plain(version.data.get("stem", "")).split())
    return text if len(text) <= _LONGEST_STEM else f"{text[: _LONGEST_STEM - 1]}…"


def _name(item: AttemptItem) -> str:
    return section_people.name_of(user=item.attempt.enrolment.user)


def _view(item: AttemptItem) -> ItemView:
    view = item_views.present_item(
        item=item,
        policy=Policy.load(item.attempt.policy),
        reveal=Reveal(response=True),
        name="answer-",
        can_respond=False,
    )
    return replace(view, position=0)


def _marks(item: AttemptItem, marks: list[Mark], grading: Any) -> list[MarkShown]:
    rows = [(mark.get_round_display(), mark) for mark in marks]
    if grading is not None:
        rows.append((_("Marked"), grading))
    return [
        MarkShown(
            title=str(title),
            who=_who(row),
            points=row.scaled * Fraction(item.worth),
            criteria=person_marks.shown(version=item.version, parts=row.parts, worth=item.worth),
            feedback=row.feedback,
        )
        for title, row in rows
    ]


def _who(row: Any) -> str:
    if isinstance(row, Mark):
        return holders.name_of(row=row)
    return section_people.name_of(user=row.by) if row.by is not None else ""
