"""The stored figures of a quiz: found, compared with its attempts, worked out and written."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, Sum

from courses.domain import jobs
from courses.domain.analysis import reading
from courses.domain.analysis.quizzes import QuizFigures, analyse
from courses.domain.analysis.stored_figures import dump
from courses.domain.plain import plain
from courses.models import ApiClient, Attempt, Quiz, QuizAnalysis, RegradeTarget, Section
from courses.models.attempt import AttemptQuerySet

KIND = "quiz_analysis"
AT_ONCE = 300
"""Attempts whose figures are worked out while somebody waits for the page."""
COMPARED = 5_000
"""Attempts that are compared with the figures whenever somebody looks at them."""
EVERY = timedelta(minutes=5)
"""How often the figures of a quiz are computed again by themselves while attempts come in."""


def find(
    *,
    quiz: Quiz,
    section: Section | None = None,
    client: ApiClient | None = None,
    attempts: str = QuizAnalysis.Attempts.FIRST,
) -> QuizAnalysis:
    """Return the stored row of these attempts, or a new one that is not saved."""
    names = {"quiz": quiz, "section": section, "client": client, "attempts": attempts}
    row = QuizAnalysis.objects.filter(**names).first()
    if row is None:
        return QuizAnalysis(**names)
    row.quiz = quiz
    return row


def current(*, analysis: QuizAnalysis, now: datetime) -> QuizAnalysis:
    """Return the row with figures that are as new as can be had at once. Nothing is written.

    Those of a small quiz are worked out here where something has changed; of a large one the
    stored ones are returned, which are then stale. Of a very large one it is not compared here
    whether they are: `is_stale` says what the relay found. Two queries where nothing changed.
    """
    sums = _sums(reading.attempts_of(analysis=analysis).order_by()[: COMPARED + 1])
    if sums["count"] > COMPARED:
        return analysis
    state = _state(analysis, sums)
    analysis.is_stale = analysis.computed_at is None or state != analysis.state
    if analysis.is_stale and int(state.partition(" ")[0]) <= AT_ONCE:
        _fill(analysis, figures_of(analysis=analysis), state, now)
    return analysis


@transaction.atomic
def ask(*, analysis: QuizAnalysis, now: datetime) -> QuizAnalysis:
    """Have the figures worked out in the background, also where nobody did so before."""
    row, _is_new = QuizAnalysis.objects.get_or_create(
        quiz=analysis.quiz,
        section=analysis.section,
        client=analysis.client,
        attempts=analysis.attempts,
    )
    QuizAnalysis.objects.filter(pk=row.pk).update(is_stale=True)
    queue(quiz=analysis.quiz, now=now)
    return row


def queue(*, quiz: Quiz, now: datetime) -> None:
    """Have the stale figures of the quiz computed in the background."""
    args = {"quiz": quiz.pk}
    jobs.queue(kind=KIND, args=args, by=None, now=now, course=quiz.course, about=str(quiz.pk))


def state_of(*, analysis: QuizAnalysis) -> str:
    """Return what the attempts are like in a few numbers, the count first. Two queries.

    Whatever changes the figures changes one of them: an attempt that is handed in, marked, voided
    or erased, a learner who changes the class, a correction of results.
    """
    return _state(analysis, _sums(reading.attempts_of(analysis=analysis).order_by()))


def _sums(rows: AttemptQuerySet) -> dict[str, Any]:
    waits = Q(state=Attempt.State.SUBMITTED)
    return rows.aggregate(
        count=Count("pk"),
        waiting=Count("pk", filter=waits),
        passed=Count("pk", filter=Q(has_passed=True)),
        newest=Max("pk"),
        last=Max("submitted_at"),
        percents=Sum("percent"),
    )


def _state(analysis: QuizAnalysis, sums: dict[str, Any]) -> str:
    corrected = RegradeTarget.objects.filter(line_item__quiz=analysis.quiz_id).order_by()
    batches = corrected.aggregate(
        number=Count("pk"), applied=Max("batch__applied_at"), undone=Max("batch__undone_at")
    )
    return " ".join(str(plain(value)) for value in (*sums.values(), *batches.values()))


def compute(*, analysis: QuizAnalysis, now: datetime) -> QuizAnalysis:
    """Work the figures out and store them. What happens meanwhile makes them stale again."""
    state = state_of(analysis=analysis)
    return store(analysis=analysis, figures=figures_of(analysis=analysis), state=state, now=now)


def figures_of(*, analysis: QuizAnalysis) -> QuizFigures:
    """Work the figures out; nothing is written."""
    return analyse(reading.input_of(analysis=analysis))


def store(
    *, analysis: QuizAnalysis, figures: QuizFigures, state: str, now: datetime
) -> QuizAnalysis:
    """Write the figures, which are those of this state."""
    _fill(analysis, figures, state, now)
    analysis.save()
    return analysis


def _fill(analysis: QuizAnalysis, figures: QuizFigures, state: str, now: datetime) -> None:
    analysis.state, analysis.computed_at, analysis.is_stale = state, now, False
    analysis.data = dump(figures)
    analysis.suspected = sum(one.finding.is_suspicious for one in figures.questions)
