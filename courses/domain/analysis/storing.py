"""The stored figures of a quiz: found, compared with its attempts, computed and written."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, Sum

from courses.domain import jobs
from courses.domain.analysis import reading
from courses.domain.analysis.quizzes import QuizFigures, analyse
from courses.domain.analysis.stored_figures import dump
from courses.domain.plain import plain
from courses.models import ApiClient, Attempt, Quiz, QuizAnalysis, RegradeTarget, Section

KIND = "quiz_analysis"
AT_ONCE = 300
"""Attempts that are computed while somebody waits; more are left to the background."""
EVERY = timedelta(minutes=5)
"""How often the figures of a quiz are computed again by themselves while attempts come in."""


def find(
    *,
    quiz: Quiz,
    section: Section | None = None,
    client: ApiClient | None = None,
    attempts: str = QuizAnalysis.Attempts.FIRST,
) -> QuizAnalysis:
    """Return the row of these attempts, made when there is none."""
    row, _is_new = QuizAnalysis.objects.get_or_create(
        quiz=quiz, section=section, client=client, attempts=attempts
    )
    row.quiz = quiz
    return row


def current(*, analysis: QuizAnalysis, now: datetime) -> QuizAnalysis:
    """Return the row with figures that are as new as can be had at once.

    Those of a small quiz are computed here; a large one's in the background, and until then the
    row is stale. Three queries where nothing changed.
    """
    state = state_of(analysis=analysis)
    if analysis.computed_at is not None and state == analysis.state:
        if analysis.is_stale:
            QuizAnalysis.objects.filter(pk=analysis.pk).update(is_stale=False)
            analysis.is_stale = False
        return analysis
    if int(state.partition(" ")[0]) <= AT_ONCE:
        return compute(analysis=analysis, now=now)
    analysis.is_stale = True
    with transaction.atomic():
        QuizAnalysis.objects.filter(pk=analysis.pk).update(is_stale=True)
        queue(quiz=analysis.quiz, now=now)
    return analysis


def queue(*, quiz: Quiz, now: datetime) -> None:
    """Have the stale figures of the quiz computed in the background."""
    args = {"quiz": quiz.pk}
    jobs.queue(kind=KIND, args=args, by=None, now=now, course=quiz.course, about=str(quiz.pk))


def state_of(*, analysis: QuizAnalysis) -> str:
    """Return what the attempts are like in a few numbers, the count first. Two queries.

    Whatever changes the figures changes one of them: an attempt that is handed in, marked, voided
    or erased, a learner who changes the class, a correction of results.
    """
    waits = Q(state=Attempt.State.SUBMITTED)
    sums = (
        reading.attempts_of(analysis=analysis)
        .order_by()
        .aggregate(
            count=Count("pk"),
            waiting=Count("pk", filter=waits),
            passed=Count("pk", filter=Q(has_passed=True)),
            newest=Max("pk"),
            last=Max("submitted_at"),
            percents=Sum("percent"),
        )
    )
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
    analysis.state, analysis.computed_at, analysis.is_stale = state, now, False
    analysis.data = dump(figures)
    analysis.suspected = sum(one.finding.is_suspicious for one in figures.questions)
    analysis.save(update_fields=["state", "computed_at", "is_stale", "data", "suspected"])
    return analysis
