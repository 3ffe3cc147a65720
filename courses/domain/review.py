"""Looking back at a closed attempt: as much as the policy shows at this moment, and why."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from django.db.models import QuerySet

from courses.domain import (
    deadlines,
    grants,
    item_views,
    question_versions,
    scoring,
    shown_items,
    shutting,
)
from courses.domain.attempts import giving_up, rows, starting
from courses.domain.gains import Gains, before_and_after
from courses.domain.outline import LessonOutline, ObjectiveOutline, Outline, outline
from courses.domain.reveal import policy, visibility
from courses.domain.rights import Can, rights
from courses.domain.shown_items import ShownItem
from courses.errors import Conflict
from courses.models import Attempt, AttemptItem, Course, Grading, Quiz, Result
from courses.prepared import PreparedQuery
from courses.questions.base import Reveal

MASTERED = Fraction(4, 5)
"""An objective is met at 80 % of its items, as the course blueprint states."""


@dataclass(frozen=True)
class ObjectiveScore:
    """How an attempt went for one objective; `lesson` is where to read about it again."""

    objective: ObjectiveOutline
    count: int
    share: Fraction
    lesson: LessonOutline | None
    is_graded: bool = True
    """Was it a quiz that measures? Practice and pre-tests are not judged."""

    @property
    def percent(self) -> Decimal:
        mark = MASTERED * 100
        exact = scoring.beside(self.share * 100, mark=mark)
        return scoring.shown(exact, mark=Decimal(mark.numerator) / mark.denominator)

    @property
    def is_met(self) -> bool | None:
        return self.share >= MASTERED if self.is_graded else None

    @property
    def cache_key(self) -> tuple[object, ...]:
        """All that is shown of it beside what the course's revision says."""
        lesson = self.lesson and self.lesson.key
        return self.objective.key, lesson, self.count, self.share, self.is_graded


@dataclass(frozen=True)
class AttemptReview:
    attempt: Attempt
    quiz: Quiz
    course: Course
    moment: policy.Moment
    reveal: Reveal
    more: visibility.Next | None
    """When more is shown, if it will be; None for an author, who sees everything."""
    is_held: bool
    """Are its marks held until somebody releases them?"""
    shown: list[ShownItem]
    score: Fraction | None
    score_maximum: Fraction | None
    percent: Decimal | None
    has_passed: bool | None
    """The one verdict on the learner's work in this quiz, whichever attempt is looked at."""
    pass_mark: Decimal
    """The mark that the verdict rests on."""
    result: Result | None
    """What counts in the quiz, if it may be seen."""
    by_objective: list[ObjectiveScore]
    is_waiting_for_person: bool
    may_start: bool
    attempts_left: int | None
    """How many may still begin; None: as many as one likes."""
    may_give_up: bool
    """May the learner give up the attempts that are left, to see more now?"""
    closes_at: datetime | None
    is_author: bool
    gains: Gains | None

    @cached_property
    def items(self) -> list[item_views.ItemView]:
        return [one.view for one in self.shown]

    @property
    def counts_otherwise(self) -> bool:
        """Whether something else counts than what this attempt earned."""
        return self.result is not None and self.result.percent not in (None, self.percent)

    @property
    def to_repeat(self) -> list[ObjectiveScore]:
        """The objectives not met yet, the weakest first; none where nothing is judged."""
        missed = [row for row in self.by_objective if row.is_met is False]
        return sorted(missed, key=lambda row: row.share)

    @property
    def shows_more_later(self) -> bool:
        return self.reveal != Reveal.everything()


def review(*, attempt: Attempt, by: Any, now: datetime) -> AttemptReview:
    """Return the review for the learner; the teacher of the course sees everything.

    Raises Conflict while the attempt is open, CourseShut while another one shuts the course.
    Query count does not grow with the items.
    """
    if attempt.is_open:
        raise Conflict(attempt=attempt)
    rules = policy.Policy.load(attempt.policy)
    given = grants.of(enrolment=attempt.enrolment, quiz=attempt.quiz)
    plan = outline(attempt.enrolment.course)
    answer = _permit(attempt, plan, given, now)
    closes_at = deadlines.closing(rules=grants.rules(quiz=attempt.quiz, given=given), grants=given)
    shown = visibility.disclosure(attempt=attempt, now=now)
    is_author = _is_author(attempt, by)
    if not is_author:
        shutting.refuse_while_shut(enrolment=attempt.enrolment)
    reveal = _reveal(attempt, by, shown.reveal) if is_author else shown.reveal
    items = _items(attempt)
    result = _result(attempt, now, is_author=is_author) if reveal.points else None
    has_passed = _verdict(attempt, result) if reveal.points else None
    return AttemptReview(
        attempt=attempt,
        quiz=attempt.quiz,
        course=attempt.enrolment.course,
        moment=shown.moment,
        reveal=reveal,
        more=None if is_author else shown.more,
        is_held=shown.is_held,
        shown=_shown(attempt, items, rules, reveal, may_report=_may_report(attempt, by, reveal)),
        score=attempt.score if reveal.points else None,
        score_maximum=attempt.score_maximum if reveal.points else None,
        percent=attempt.percent if reveal.points else None,
        has_passed=has_passed,
        pass_mark=_mark(attempt, result),
        result=result,
        by_objective=_by_objective(items, plan, attempt.quiz) if reveal.points else [],
        is_waiting_for_person=attempt.state == Attempt.State.SUBMITTED,
        may_start=answer.may_start,
        attempts_left=answer.attempts_left,
        may_give_up=not is_author
        and giving_up.may_give_up(
            attempt=attempt, shown=shown, result=result, has_passed=bool(has_passed)
        ),
        closes_at=closes_at,
        is_author=is_author,
        gains=before_and_after(enrolment=attempt.enrolment, quiz=attempt.quiz, now=now),
    )


def _result(attempt: Attempt, now: datetime, *, is_author: bool) -> Result | None:
    if not attempt.quiz.is_graded:
        return None
    row = rows.result_of(enrolment=attempt.enrolment, quiz=attempt.quiz)
    if row is None or is_author or visibility.is_shown(row, now=now):
        return row
    return None


def _verdict(attempt: Attempt, result: Result | None) -> bool | None:
    if not attempt.quiz.is_graded:
        return None
    return attempt.has_passed if result is None else result.has_passed


def _mark(attempt: Attempt, result: Result | None) -> Decimal:
    if result is not None and result.pass_mark is not None:
        return result.pass_mark
    return Decimal(str(attempt.policy["pass_mark"]))


def _permit(
    attempt: Attempt, plan: Outline, given: deadlines.Grants, now: datetime
) -> starting.Permit:
    enrolment, quiz = attempt.enrolment, attempt.quiz
    if quiz.pk in plan.without_required_modules:
        quiz.has_required_modules = False  # type: ignore[attr-defined]
    last = starting.last_attempt(enrolment=enrolment, quiz=quiz)
    return starting.permit(enrolment=enrolment, quiz=quiz, last=last, given=given, now=now)


def _reveal(attempt: Attempt, by: Any, shown: Reveal) -> Reveal:
    """Return what staff see: all of it; without the right to read keys only what was earned."""
    if rights(by=by, course=attempt.enrolment.course).may(Can.READ):
        return Reveal.everything()
    return replace(shown, response=True, points=True, overall=True)


def _is_author(attempt: Attempt, by: Any) -> bool:
    """Return whether the person may see what the policy hides from the learner."""
    enrolment = attempt.enrolment
    granted = rights(by=by, course=enrolment.course)
    if enrolment.is_trial:
        return False
    if enrolment.user_id == by.pk:
        return not enrolment.is_learner and granted.may(Can.READ)
    return granted.may(Can.PEOPLE, enrolment=enrolment)


def _items(attempt: Attempt) -> list[AttemptItem]:
    return item_views.items_of(attempt=attempt)


def _may_report(attempt: Attempt, by: Any, reveal: Reveal) -> bool:
    is_own = attempt.enrolment.user_id == by.pk and not attempt.is_trial
    return is_own and policy.shows_questions(reveal)


def _shown(
    attempt: Attempt,
    items: list[AttemptItem],
    rules: policy.Policy,
    reveal: Reveal,
    *,
    may_report: bool,
) -> list[ShownItem]:
    gradings: dict[int, list[Grading]] = {}
    rows = _GRADINGS.all(attempt.pk)
    question_versions.put_on(rows=rows, course=attempt.enrolment.course)
    for row in rows:
        gradings.setdefault(row.item_id, []).append(row)
    same = shown_items.rules_of(attempt=attempt, shown=(reveal, may_report))
    found = []
    for item in items:
        own, name = gradings.get(item.pk, []), f"i{item.position}-"
        present = partial(
            item_views.present_item,
            item=item,
            policy=rules,
            reveal=reveal,
            name=name,
            can_respond=False,
            gradings=own,
            may_report=may_report,
        )
        state = shown_items.state_of(item=item, rules=same, gradings=own)
        found.append(ShownItem(item, name, state, present))
    return found


def _gradings(attempt_id: int) -> QuerySet[Grading]:
    """Return what a page shows beside the key's own judgement: that of people and of regrades."""
    kinds = (Grading.Kind.PERSON, Grading.Kind.REGRADE)
    return Grading.objects.filter(item__attempt=attempt_id, kind__in=kinds).order_by("sequence")


_GRADINGS = PreparedQuery(_gradings, int)


def _by_objective(items: list[AttemptItem], plan: Outline, quiz: Quiz) -> list[ObjectiveScore]:
    """Return objectives in the course's order, with the share of their points that was earned.

    What waits for a person, or what nobody scores, is left out.
    """
    found: OrderedDict[str, list[AttemptItem]] = OrderedDict((key, []) for key in plan.objectives)
    for item in items:
        objective = item.version.question.objective
        if objective is not None and item.score is not None:
            found.setdefault(objective.key, []).append(item)
    return [
        ObjectiveScore(
            objective=plan.objectives[key],
            count=len(rows),
            share=_share(rows),
            lesson=_lesson_for(key, plan),
            is_graded=quiz.is_graded,
        )
        for key, rows in found.items()
        if rows and key in plan.objectives
    ]


def _share(items: list[AttemptItem]) -> Fraction:
    score = scoring.add_up((item.worth, item.score, False) for item in items)
    return score.share or Fraction(0)


def _lesson_for(key: str, plan: Outline) -> LessonOutline | None:
    for module in plan.modules:
        for lesson in module.lessons:
            if any(objective.key == key for objective in lesson.objectives):
                return lesson
    return None
