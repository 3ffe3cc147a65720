"""Rounds of judges' estimates: which questions there are, what was given, and the mark in use."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import drawing
from courses.domain.analysis.cut_scores import EstimatedPlace, SuggestedMark, suggest
from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.row_records import quiz_record
from courses.errors import Conflict, Invalid, Problem
from courses.models import AngoffEstimate, AngoffRound, QuestionVersion, Quiz

_PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Judged:
    """The latest round of a quiz, with its questions and what the judges come to."""

    round: AngoffRound | None
    places: tuple[EstimatedPlace, ...]
    versions: Mapping[int, QuestionVersion]
    """In the order of the quiz."""
    estimates: Mapping[int, Mapping[int, int]]
    """Judge → version → per cent."""
    suggested: SuggestedMark


def judged(*, quiz: Quiz) -> Judged:
    """Return the latest round. Six queries, however many questions the quiz has."""
    places, versions = _places(quiz)
    latest = AngoffRound.objects.filter(quiz=quiz).order_by("-pk").first()
    estimates: dict[int, dict[int, int]] = {}
    rows = AngoffEstimate.objects.filter(round=latest, version__in=list(versions))
    for judge, version, percent in rows.values_list("by", "version", "percent"):
        estimates.setdefault(judge, {})[version] = percent
    found = suggest(places=places, estimates=estimates)
    return Judged(latest, tuple(places), versions, estimates, found)


@transaction.atomic
def give(*, quiz: Quiz, estimates: Mapping[int, int], by: Any, now: datetime) -> None:
    """Store a judge's estimates, version → per cent, in the latest round; begin one where none is.

    Idempotent. Raises Invalid outside 0 to 100, and for a question that is not in the quiz.
    """
    _places_found, versions = _places(quiz)
    wrong = [version for version, percent in estimates.items() if not 0 <= percent <= 100]
    if wrong:
        message = _("An estimate is from 0 to 100 per cent.")
        raise Invalid(problems=[Problem(str(version), message) for version in wrong])
    if set(estimates) - set(versions):
        raise Invalid(_("This question is not in the quiz."))
    current = AngoffRound.objects.select_for_update(no_key=True).filter(quiz=quiz)
    latest = current.order_by("-pk").first() or begin(quiz=quiz, now=now)
    AngoffEstimate.objects.bulk_create(
        [
            AngoffEstimate(round=latest, by=by, version_id=pk, percent=percent, given_at=now)
            for pk, percent in estimates.items()
        ],
        update_conflicts=True,
        unique_fields=["round", "by", "version"],
        update_fields=["percent", "given_at"],
    )


def begin(*, quiz: Quiz, now: datetime) -> AngoffRound:
    """Begin a new round: the earlier ones are kept and count no longer."""
    return AngoffRound.objects.create(quiz=quiz, created_at=now)


def use(*, quiz: Quiz, seen: str, origin: Origin) -> Decimal:
    """Make the suggested mark the quiz's pass mark, as an author's change of the quiz; return it.

    Raises Conflict where there is no complete suggestion, or it is another one than was `seen`.
    """
    found = judged(quiz=quiz).suggested
    mark = mark_of(suggested=found)
    if mark is None or not found.is_complete:
        raise Conflict(_("The estimates are not complete."))
    if str(mark) != seen:
        raise Conflict(_("The suggested mark is another one now. Look at it again."))
    items = quiz.items.select_related("question", "version", "draw_objective", "draw_tag")
    record = quiz_record(quiz, items=items.order_by("position"))
    module = quiz.module.key if quiz.module is not None else ""
    edits.change_quiz(
        quiz=quiz,
        record=replace(record, pass_mark=type(record.pass_mark)(str(mark))),
        module=module,
        origin=origin,
    )
    return mark


def mark_of(*, suggested: SuggestedMark) -> Decimal | None:
    """Return the suggested mark as a quiz stores it."""
    if suggested.percent is None:
        return None
    return Decimal(suggested.percent).quantize(_PLACES, ROUND_HALF_UP)


def _places(quiz: Quiz) -> tuple[list[EstimatedPlace], dict[int, QuestionVersion]]:
    """Return the places with the versions that they may give now. Five queries at most."""
    rows = quiz.items.select_related("question__ready_version", "version__question")
    items = list(rows.order_by("position"))
    draws = [item for item in items if item.draw_count]
    pool = list(drawing.bank(course_ids=[quiz.course_id], draws=draws)) if draws else []
    fixed = {item.question_id for item in items}
    places, versions = [], {}
    for item in items:
        found = (
            [item.current_version]
            if item.question is not None
            else [
                question.ready_version
                for question in pool
                if question.pk not in fixed and drawing.fits(question=question, place=item)
            ]
        )
        known = [one for one in found if one is not None and one.question_type.is_scored]
        versions.update({one.pk: one for one in known})
        points = float(item.points)
        places.append(EstimatedPlace(points, item.count, tuple(one.pk for one in known)))
    return places, versions
