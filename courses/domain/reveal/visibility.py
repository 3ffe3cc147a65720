"""When a learner may see the score or the key of an attempt: the one place that answers it.

The policy that the attempt froze at its start decides what is shown when; which moment it is
follows from the learner's tries and the date on which the quiz closes for its last learner.
Pages, API, progress, results and exports all ask here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, prefetch_related_objects

from courses.domain import closings, grants
from courses.domain.reveal.policy import JUST_AFTER, Moment, Policy, moment
from courses.models import Attempt, Enrolment, Result
from courses.questions.base import Reveal

AT_LEAST_EVERY = timedelta(days=1)
"""A hidden score is looked at so often, as the quiz's closing date may be moved."""

RESULT_PATHS = ("attempt__quiz", "attempt__enrolment")
"""What to `select_related` on results so that the answer costs no query for each."""

ATTEMPT_COLUMNS = tuple(
    f"attempt__{name}" for name in ("policy", "submitted_at", "released_at", "quiz", "enrolment")
)
"""What it needs of the attempts of results; the rest only where the policy leaves it open."""

_CLOSED = (Moment.JUST_AFTER, Moment.LATER, Moment.AFTER_LAST_TRY, Moment.AFTER_CLOSE)


@dataclass(frozen=True)
class QuizStanding:
    """How one learner stands with a quiz, as far as it decides what may be shown."""

    closes_at: datetime | None
    """When the last learner's time is over; None: the quiz never closes."""
    has_tries: bool
    """Is an attempt under way, or may another begin?"""
    is_limited: bool
    """Is there a last try at all?"""
    has_tries_elsewhere: bool = False
    """Are there tries in another of the learner's classes?"""


@dataclass(frozen=True)
class Next:
    """The next moment at which more is shown; `at` is None when no date is known."""

    moment: Moment
    at: datetime | None


@dataclass(frozen=True)
class Disclosure:
    """What an attempt shows its learner now, and when more will follow."""

    moment: Moment
    reveal: Reveal
    more: Next | None
    is_held: bool = False
    """Are the marks held until somebody releases them?"""
    opens_by_giving_up: bool = False
    """Would the learner see more now if they gave up the tries that are left?"""


def disclosure(*, attempt: Attempt, now: datetime) -> Disclosure:
    """Return all that this attempt may show now. Load its quiz and enrolment before."""
    standing = _standings([attempt])[attempt.pk]
    return Disclosure(
        moment=_moment(attempt, standing, now),
        reveal=_reveal(attempt, standing, now),
        more=None if is_held(attempt) else _more(attempt, standing, now),
        is_held=is_held(attempt),
        opens_by_giving_up=_opens_by_giving_up(attempt, standing, now),
    )


def reveals(*, attempts: Sequence[Attempt], now: datetime) -> dict[int, Reveal]:
    """Return what each of these closed attempts shows now; as many queries for many as for one.

    Load their quizzes and enrolments before.
    """
    standings = _standings(attempts)
    return {one.pk: _reveal(one, standings[one.pk], now) for one in attempts}


def is_held(attempt: Attempt) -> bool:
    """Return whether the marks of a closed attempt wait to be released. No query."""
    return attempt.released_at is None and Policy.load(attempt.policy).holds_marks


def is_shown(result: Result, *, now: datetime) -> bool:
    """Return whether the learner may see this result, by the policy of its attempt."""
    return result.attempt is None or shows_score(result.attempt, now=now)


def shown_results(*, results: Iterable[Result], now: datetime) -> list[Result]:
    """Return the results that their learners may see; as many queries for many as for one."""
    rows = list(results)
    shown = shown_scores(attempts=[row.attempt for row in rows if row.attempt], now=now)
    return [row for row in rows if row.attempt is None or row.attempt_id in shown]


def shows_score(attempt: Attempt, *, now: datetime) -> bool:
    """Return whether the learner may see what this attempt earned."""
    return attempt.pk in shown_scores(attempts=[attempt], now=now)


def shown_scores(*, attempts: Iterable[Attempt], now: datetime) -> set[int]:
    """Return the attempts whose score their learners may see.

    No query where the policies show it at every moment or at none; else the same number for many
    attempts as for one, two of them for their quizzes and enrolments if these are not loaded.
    """
    closed = {one.pk: one for one in attempts if one.submitted_at is not None}
    always, open_question = set(), []
    for one in closed.values():
        answers = _answers(one)
        if answers == {True}:
            always.add(one.pk)
        elif True in answers:
            open_question.append(one)
    prefetch_related_objects(open_question, "quiz", "enrolment")
    standings = _standings(open_question)
    return always | {one.pk for one in open_question if _reveal(one, standings[one.pk], now).points}


def next_look(attempt: Attempt, *, now: datetime) -> datetime | None:
    """Return when a score that is hidden now may be shown; None: never."""
    if attempt.submitted_at is None or True not in _answers(attempt):
        return None
    closes_at = _standings([attempt])[attempt.pk].closes_at
    changes = [attempt.submitted_at + JUST_AFTER, closes_at, now + AT_LEAST_EVERY]
    return min(one for one in changes if one is not None and one > now)


def _answers(attempt: Attempt) -> set[bool]:
    """Return whether the policy shows the score, as the set of its values after submission.

    Of marks that are held it is no at every moment: their release is what changes it.
    """
    policy = Policy.load(attempt.policy)
    if is_held(attempt):
        return {False}
    return {policy.reveal_at(one).points for one in _CLOSED}


def _standings(attempts: Sequence[Attempt]) -> dict[int, QuizStanding]:
    """Return, for each attempt, how its learner stands with its quiz. At most nine queries.

    What decides may lie outside one enrolment; this is where it is gathered.
    """
    if not attempts:
        return {}
    limited = [one for one in attempts if one.quiz.attempts_allowed is not None]
    tries = _places_with_tries(limited) if limited else {}
    dates = closings.latest_closings(quizzes={one.quiz for one in attempts})
    return {
        one.pk: QuizStanding(
            closes_at=dates.get(one.quiz_id),
            has_tries=bool(tries.get(one.pk, True)),
            is_limited=one.pk in tries,
            has_tries_elsewhere=bool(tries.get(one.pk, set()) - {one.enrolment_id}),
        )
        for one in attempts
    }


def _places_with_tries(attempts: Sequence[Attempt]) -> dict[int, set[int]]:
    """Return, for each attempt at a limited quiz, in which enrolments its learner has tries.

    In any of their classes: else they would read in one the key to their tries in another.
    """
    places = {one.pk: [one.enrolment, *others] for one, others in _other_classes(attempts)}
    pairs = [(row, one.quiz_id) for one in attempts for row in places[one.pk]]
    given = grants.of_pairs(pairs=pairs)
    numbers, under_way, given_up = _numbers(
        {row.pk for row, _quiz in pairs}, {one.quiz_id for one in attempts}
    )
    found = {}
    for one in attempts:
        own = [(row.pk, one.quiz_id) for row in places[one.pk]]
        left = {
            place: grants.attempts_left(
                quiz=one.quiz, used=numbers.get(place, 0), given=given[place]
            )
            for place in own
            if place not in given_up
        }
        found[one.pk] = {place[0] for place in own if place in under_way or left.get(place)}
    return found


def _other_classes(attempts: Sequence[Attempt]) -> list[tuple[Attempt, list[Enrolment]]]:
    """Return each attempt with its learner's enrolments in other classes. One query."""
    rows = (
        Enrolment.objects.active()
        .learners()
        .latest_cycle()
        .filter(
            user__in={one.enrolment.user_id for one in attempts},
            course__in={one.enrolment.course_id for one in attempts},
        )
    )
    found: dict[tuple[int, int], list[Enrolment]] = {}
    for row in rows:
        found.setdefault((row.user_id, row.course_id), []).append(row)
    return [
        (
            one,
            [
                row
                for row in found.get((one.enrolment.user_id, one.enrolment.course_id), ())
                if row.section_id != one.enrolment.section_id
            ],
        )
        for one in attempts
    ]


Place = tuple[int, int]
"""An enrolment and a quiz."""


def _numbers(
    enrolments: set[int], quizzes: set[int]
) -> tuple[dict[Place, int], set[Place], set[Place]]:
    """Return how many attempts count by place, where one is under way, and where all is given up.

    One query.
    """
    rows = Attempt.objects.filter(enrolment__in=enrolments, quiz__in=quizzes)
    latest = (
        rows.order_by()
        .values_list("enrolment", "quiz", "state")
        .annotate(count=Count("pk", filter=Q(voided_at=None)), given_up=Count("gave_up_at"))
    )
    numbers: dict[Place, int] = {}
    under_way, given_up = set(), set()
    for enrolment, quiz, state, count, gave_up in latest:
        numbers[enrolment, quiz] = count + numbers.get((enrolment, quiz), 0)
        if gave_up:
            given_up.add((enrolment, quiz))
        if state == Attempt.State.OPEN:
            under_way.add((enrolment, quiz))
    return numbers, under_way, given_up


def _moment(attempt: Attempt, standing: QuizStanding, now: datetime) -> Moment:
    return moment(
        submitted_at=attempt.submitted_at,
        closes_at=standing.closes_at,
        has_tries=standing.has_tries,
        now=now,
    )


def _reveal(attempt: Attempt, standing: QuizStanding, now: datetime) -> Reveal:
    here = _moment(attempt, standing, now)
    is_dated = standing.closes_at is not None
    shown = Policy.load(attempt.policy).reveal_at(here, is_dated=is_dated)
    return Reveal(response=shown.response) if is_held(attempt) else shown


def _opens_by_giving_up(attempt: Attempt, standing: QuizStanding, now: datetime) -> bool:
    """Return whether the learner would see more without the tries that are left.

    Never in a quiz with a closing date, in any class: others still work on what would be shown.
    """
    is_last_place = standing.has_tries and not standing.has_tries_elsewhere
    if standing.closes_at is not None or not standing.is_limited or not is_last_place:
        return False
    if attempt.submitted_at is None or is_held(attempt):
        return False
    shown = _reveal(attempt, standing, now).as_dict()
    then = Policy.load(attempt.policy).reveal_at(Moment.AFTER_LAST_TRY).as_dict()
    return any(then[name] and not shown[name] for name in then)


def _more(attempt: Attempt, standing: QuizStanding, now: datetime) -> Next | None:
    """Return the next moment at which this learner sees something that is hidden now."""
    policy, order = Policy.load(attempt.policy), list(Moment)
    is_dated = standing.closes_at is not None
    here = _moment(attempt, standing, now)
    shown = policy.reveal_at(here, is_dated=is_dated).as_dict()
    dates = {
        Moment.LATER: attempt.submitted_at and attempt.submitted_at + JUST_AFTER,
        Moment.AFTER_CLOSE: standing.closes_at,
    }
    never = {
        *(() if is_dated else (Moment.AFTER_CLOSE,)),
        *(() if standing.is_limited else (Moment.AFTER_LAST_TRY,)),
    }
    for one in order[order.index(here) + 1 :]:
        then = policy.reveal_at(one, is_dated=is_dated).as_dict()
        if one not in never and any(then[name] and not shown[name] for name in then):
            return Next(one, dates.get(one))
    return None
