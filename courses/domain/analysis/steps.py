"""The job that brings the figures of a quiz up to date, one set of attempts in a step."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from courses.domain.analysis import storing
from courses.domain.analysis.quizzes import QuizFigures
from courses.domain.jobs import Kind, Progress
from courses.domain.rights import Can
from courses.models import Job, QuizAnalysis


@dataclass(frozen=True)
class Prepared:
    """Figures that are worked out and not yet stored; None: those that are stored still hold."""

    analysis: QuizAnalysis
    state: str
    figures: QuizFigures | None


def prepare(*, job: Job, now: datetime) -> Prepared | None:
    """Work out the next stale figures of the quiz, without a transaction: it only reads.

    A large quiz takes seconds, in which nobody else may have to wait.
    """
    del now
    rows = QuizAnalysis.objects.filter(quiz=job.args["quiz"], is_stale=True)
    analysis = rows.select_related("quiz").order_by("pk").first()
    if analysis is None:
        return None
    state = storing.state_of(analysis=analysis)
    if analysis.computed_at is not None and state == analysis.state:
        return Prepared(analysis, state, None)
    return Prepared(analysis, state, storing.figures_of(analysis=analysis))


def step(*, job: Job, now: datetime, prepared: Prepared | None) -> Progress:
    """Store what was worked out. What came in meanwhile makes it stale once more."""
    if prepared is None:
        _forget_earlier(job)
        return Progress(job.done, job.done, result={})
    rows = QuizAnalysis.objects.filter(pk=prepared.analysis.pk)
    if prepared.figures is None:
        rows.update(is_stale=False)
    elif rows.exists():
        storing.store(
            analysis=prepared.analysis, figures=prepared.figures, state=prepared.state, now=now
        )
    waiting = QuizAnalysis.objects.filter(quiz=job.args["quiz"], is_stale=True).count()
    return Progress(job.done + 1, job.done + 1 + waiting)


def _forget_earlier(job: Job) -> None:
    """Keep one finished job for each quiz: they come every few minutes."""
    done = Job.objects.filter(kind=job.kind, dedupe=job.dedupe, state=Job.State.DONE)
    done.delete()


KIND = Kind(label=gettext_lazy("Item analysis"), can=Can.PEOPLE, step=step, prepare=prepare)
