"""What the quiz page and the attempt page show. Reading; only an expired attempt is closed."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.domain import access, deadlines, grants, item_views, shown_items, shutting
from courses.domain.attempts import giving_up, quiz_sizes, rows, starting
from courses.domain.attempts.closing import close_due
from courses.domain.attempts.rows import AttemptRow
from courses.domain.gains import Gains, before_and_after
from courses.domain.reveal import visibility
from courses.domain.reveal.policy import Moment, Policy
from courses.domain.shown_items import ShownItem
from courses.models import Attempt, AttemptItem, Course, Enrolment, Quiz, Result
from courses.prepared import PreparedQuery
from courses.questions.base import Reveal

LISTED = 50
"""Attempts on the page before a quiz; a learner who has more finds the rest in their export."""


@dataclass(frozen=True)
class QuizPage:
    """The page before a quiz: what will happen, in figures; `None` means "no such rule"."""

    quiz: Quiz
    course: Course
    attempts: list[AttemptRow]
    """The latest first, at most `LISTED`."""
    open_attempt: Attempt | None
    may_start: bool
    refusal: str
    next_start_at: datetime | None
    attempts_left: int | None
    time: deadlines.TimeAllowance | None
    opens_at: datetime | None
    closes_at: datetime | None
    item_count: int
    points_total: Decimal
    result: Result | None
    is_preview: bool
    gains: Gains | None = None
    """Of a post-test that was taken: how the pre-test went beside it."""
    lacks: bool = False
    """Must other steps of the course be done first?"""
    is_trial: bool = False
    """Does an instructor look at it, whose attempts count nowhere?"""
    may_be_given_up: bool = False
    """May who passes give up the attempts that are left, to see the explanations?"""

    @property
    def pass_mark(self) -> Decimal:
        """The mark that counts for this learner."""
        own = self.result.pass_mark if self.result else None
        return self.quiz.pass_mark if own is None else own

    @property
    def is_behind(self) -> bool:
        """Whether the learner has this behind them: passed, excused, or practice taken."""
        if self.quiz.is_graded:
            return self.result is not None and (
                bool(self.result.has_passed) or self.result.is_excused
            )
        return any(not row.attempt.is_open and not row.attempt.is_void for row in self.attempts)

    @property
    def attempt_number(self) -> int:
        """Which of the learner's attempts the next one is; void ones do not count."""
        return 1 + sum(not row.attempt.is_void for row in self.attempts)

    @property
    def attempts_total(self) -> int | None:
        """How many attempts there are in all; None in practice and where there is no limit."""
        if self.attempts_left is None or not self.quiz.is_graded:
            return None
        return self.attempt_number - 1 + self.attempts_left

    @property
    def credit(self) -> tuple[Fraction, ...]:
        """What a right response earns of its points, try by try."""
        return Policy.load(self.quiz.settings).credit

    @cached_property
    def explained_at(self) -> Moment | None:
        """The first moment at which one sees which responses were right; None if there is none."""
        ends, closes = self.quiz.attempts_allowed is not None, self.closes_at is not None
        moments = zip(list(Moment)[1:], (True, False, ends, closes), strict=True)
        return next((at for at, is_met in moments if is_met and self._shown(at).correctness), None)

    @property
    def shows_answers(self) -> bool:
        """Whether the right answers are shown at that moment, too."""
        return self.explained_at is not None and self._shown(self.explained_at).solution

    def _shown(self, at: Moment) -> Reveal:
        return Policy.load(self.quiz.settings).reveal_at(at, is_dated=self.closes_at is not None)


@dataclass(frozen=True)
class AttemptPage:
    attempt: Attempt
    quiz: Quiz
    course: Course
    shown: list[ShownItem]
    deadline_at: datetime | None
    seconds_left: int | None
    is_open: bool
    one_item_per_page: bool

    @cached_property
    def items(self) -> list[item_views.ItemView]:
        return [one.view for one in self.shown]

    @property
    def answered_count(self) -> int:
        return sum(one.is_answered for one in self.shown)

    @property
    def unanswered(self) -> list[ShownItem]:
        return [one for one in self.shown if not one.is_answered]

    @property
    def flagged(self) -> list[ShownItem]:
        return [one for one in self.shown if one.is_flagged]


def quiz_page(*, reader: access.Reader, quiz_key: str, now: datetime) -> QuizPage:
    """Return the quiz with the reader's attempts and what they may do next. Raises NotFound."""
    quiz = starting.find_quiz(reader=reader, quiz_key=quiz_key)
    size = quiz_sizes.size_of(quiz=quiz, course=reader.course)
    attempts: list[Attempt] = []
    given, answer, result, gained = deadlines.Grants(), _preview(), None, None
    if reader.enrolment is not None:
        attempts = _listed(reader.enrolment, quiz, now)
        given = grants.of(enrolment=reader.enrolment, quiz=quiz)
        answer = starting.permit(
            enrolment=reader.enrolment,
            quiz=quiz,
            last=_last(reader.enrolment, quiz, attempts),
            given=given,
            now=now,
        )
        result = _result(reader.enrolment, quiz, now)
        gained = before_and_after(enrolment=reader.enrolment, quiz=quiz, now=now)
    open_attempt = next((attempt for attempt in attempts if attempt.is_open), None)
    page = QuizPage(
        quiz=quiz,
        course=reader.course,
        attempts=rows.rows(attempts=attempts, results=[result] if result else [], now=now),
        open_attempt=open_attempt,
        may_start=answer.may_start and open_attempt is None,
        refusal="" if open_attempt else answer.refusal,
        next_start_at=answer.next_start_at,
        attempts_left=answer.attempts_left,
        time=deadlines.allowance(rules=grants.rules(quiz=quiz, given=given), grants=given),
        opens_at=grants.opening(quiz=quiz, given=given),
        closes_at=deadlines.closing(rules=grants.rules(quiz=quiz, given=given), grants=given),
        item_count=size.item_count,
        points_total=size.points_total,
        result=result,
        is_preview=reader.enrolment is None,
        gains=gained,
        lacks=answer.lacks,
        is_trial=reader.enrolment is not None and not reader.enrolment.is_learner,
    )
    foreseen = giving_up.is_foreseen(quiz=quiz, attempts_total=page.attempts_total)
    return replace(page, may_be_given_up=foreseen)


def _listed(enrolment: Enrolment, quiz: Quiz, now: datetime) -> list[Attempt]:
    """Return the learner's attempts, the latest first; one whose time is over is closed."""
    found = _LISTED.all(enrolment.pk, quiz.pk)
    if close_due(attempts=found, now=now):
        found = _LISTED.all(enrolment.pk, quiz.pk)
    for one in found:
        one.enrolment, one.quiz = enrolment, quiz
    return found


def _last(enrolment: Enrolment, quiz: Quiz, attempts: list[Attempt]) -> Attempt | None:
    """Return the latest attempt, as `starting.last_attempt` does; no query for a short list."""
    if len(attempts) == LISTED:
        return starting.last_attempt(enrolment=enrolment, quiz=quiz)
    if attempts:
        attempts[0].void_count = sum(one.is_void for one in attempts)  # type: ignore[attr-defined]
    return attempts[0] if attempts else None


def _latest(enrolment_id: int, quiz_id: int) -> QuerySet[Attempt]:
    rows = Attempt.objects.filter(enrolment=enrolment_id, quiz=quiz_id)
    return rows.order_by("-number")[:LISTED]


_LISTED = PreparedQuery(_latest, int, int)


def taken(*, reader: access.Reader, quiz_key: str, now: datetime) -> QuerySet[Attempt]:
    """Return the reader's attempts at a quiz, whose open one is closed if its time is over.

    Raises NotFound.
    """
    quiz = starting.find_quiz(reader=reader, quiz_key=quiz_key)
    mine = Attempt.objects.filter(enrolment=reader.enrolment, quiz=quiz)
    close_due(attempts=mine.open(), now=now)
    return mine.select_related("enrolment__course", "quiz")


def _result(enrolment: Enrolment, quiz: Quiz, now: datetime) -> Result | None:
    """Return what counts so far, as far as the learner may know it."""
    row = rows.result_of(enrolment=enrolment, quiz=quiz)
    return row if row is not None and visibility.is_shown(row, now=now) else None


def attempt_page(*, attempt: Attempt, by: Any, now: datetime) -> AttemptPage:
    """Show an open attempt to its owner, or to a teacher who looks on; a closed one has no items.

    One query.
    """
    if close_due(attempts=[attempt], now=now):
        attempt.refresh_from_db()
    policy = Policy.load(attempt.policy)
    is_own = attempt.enrolment.user_id == by.pk
    if is_own:
        shutting.refuse_practice(attempt=attempt)
    items = item_views.items_of(attempt=attempt) if attempt.is_open else []
    rules = shown_items.rules_of(attempt=attempt, shown=is_own)
    return AttemptPage(
        attempt=attempt,
        quiz=attempt.quiz,
        course=attempt.enrolment.course,
        shown=[
            ShownItem(
                item,
                f"i{item.position}-",
                shown_items.state_of(item=item, rules=rules),
                partial(live_view, item=item, policy=policy, can_respond=is_own),
            )
            for item in items
        ],
        deadline_at=attempt.deadline_at,
        seconds_left=deadlines.seconds_left(
            deadline_at=attempt.deadline_at if attempt.is_open else None, now=now
        ),
        is_open=attempt.is_open,
        one_item_per_page=policy.one_item_per_page,
    )


def view_of(item: AttemptItem) -> item_views.ItemView:
    """Show an item to the learner whose attempt it is, as it is now."""
    return live_view(item=item, policy=Policy.load(item.attempt.policy))


def live_view(
    *,
    item: AttemptItem,
    policy: Policy,
    can_respond: bool = True,
    name: str = "",
    is_guess: bool = False,
) -> item_views.ItemView:
    """Show an item of an open attempt, with as much revealed as its mode allows by now.

    A guess is answered once and not judged: its reasons are shown, and nothing is called wrong.
    """
    kind = item.version.question_type
    is_judged = item.tries > 0 or (item.value is not None and not kind.is_judged_by_rule)
    reveal = policy.reveal_during(
        is_graded=is_judged,
        is_closed=item.is_closed or kind.needs_person or is_guess,
        is_last_try=item.tries >= policy.tries,
    )
    if is_guess:
        reveal = replace(reveal, correctness=False, points=False, solution=False, overall=False)
        can_respond = can_respond and item.value is None
    shown = item_views.present_item(
        item=item,
        policy=policy,
        reveal=reveal,
        name=name or f"i{item.position}-",
        can_respond=item.attempt.is_open and can_respond,
        may_report=can_respond and policy.lets_report_while_open and not item.attempt.is_trial,
    )
    if is_guess:
        left = 0 if shown.is_answered else None
        return replace(shown, is_guess=True, is_correct=None, tries_left=left, credit_next=None)
    return shown


def _preview() -> starting.Permit:
    return starting.Permit(_("This is a preview; enrol in the course to take the quiz."))
