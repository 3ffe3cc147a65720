"""Who is where: how much of each module each learner has done."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from courses.domain.outline import LessonOutline, ModuleOutline, Outline, QuizOutline, Step
from courses.models import Attempt, LessonProgress, Result

ACTIVE = timedelta(days=7)


@dataclass(frozen=True)
class HeatRow:
    """One learner: the per cent of the course and of each module, in its order."""

    enrolment: int
    percent: int
    cells: tuple[int, ...]
    begun: tuple[bool, ...]
    """Whether a lesson of the module was opened, or an attempt at one of its quizzes began."""
    done: int
    """Required steps that are done."""


@dataclass(frozen=True)
class HeatMap:
    modules: tuple[ModuleOutline, ...]
    rows: tuple[HeatRow, ...]
    """The learner who has done most first."""
    total: int
    """The required steps of the course."""

    @property
    def median(self) -> int:
        """The per cent that half of the learners have reached."""
        found = sorted(row.percent for row in self.rows)
        return found[(len(found) - 1) // 2] if found else 0


@dataclass(frozen=True)
class Activity:
    learners: int
    active: int
    """Those who did something in the last seven days."""


@dataclass
class _Counts:
    """What one learner has done, by module; None is the course itself."""

    done: dict[int | None, int]
    begun: set[int | None]


def heat_map(*, learners: Any, plan: Outline) -> HeatMap:
    """Return how much of each module each of the learners has done. Four queries.

    A graded quiz counts as done once it is passed or excused, whether that is shown yet or not.
    """
    found = _counts(learners, plan)
    sizes = [(module.id, _size(module.steps)) for module in plan.modules]
    rows = [
        _row(pk, found[pk], plan, sizes)
        for pk in learners.order_by("pk").values_list("pk", flat=True)
    ]
    rows.sort(key=lambda row: (-row.percent, -sum(row.cells), -sum(row.begun), row.enrolment))
    return HeatMap(plan.modules, tuple(rows), len(plan.required))


def activity_of(*, learners: Any, now: datetime) -> Activity:
    """Return how many there are and how many of them were active lately. Three queries."""
    since = {"enrolment__in": learners.values("pk")}
    visited = LessonProgress.objects.filter(**since, visited_at__gte=now - ACTIVE)
    started = Attempt.objects.filter(**since, started_at__gte=now - ACTIVE)
    active = {
        pk
        for rows in (visited, started)
        for pk in rows.order_by().values_list("enrolment", flat=True).distinct()
    }
    return Activity(learners.count(), len(active))


def _counts(learners: Any, plan: Outline) -> defaultdict[int, _Counts]:
    found: defaultdict[int, _Counts] = defaultdict(lambda: _Counts(defaultdict(int), set()))
    for pk, *numbers in _visits(learners, plan):
        for place, module in enumerate(plan.modules):
            visited, done = numbers[2 * place : 2 * place + 2]
            if visited:
                found[pk].begun.add(module.id)
                found[pk].done[module.id] = done
    for pk, module_id in _attempted(learners, plan):
        found[pk].begun.add(module_id)
    passed = (
        Result.objects.done()
        .filter(enrolment__in=learners.values("pk"), line_item__quiz__in=plan.graded)
        .order_by()
    )
    quizzes = passed.values_list("enrolment", "line_item__quiz__module")
    for pk, module_id, done in quizzes.annotate(done=Count("pk")):
        found[pk].done[module_id] += done
    return found


def _attempted(learners: Any, plan: Outline) -> Any:
    """Return each learner with the modules in which they have begun a quiz."""
    quizzes = [step.id for step in plan.steps if isinstance(step, QuizOutline)]
    rows = Attempt.objects.filter(enrolment__in=learners.values("pk"), quiz__in=quizzes)
    return rows.order_by().values_list("enrolment", "quiz__module").distinct()


def _visits(learners: Any, plan: Outline) -> Any:
    """Return each learner with the lessons visited and completed in each module.

    A count for each module with its lessons is four times as quick as a join with the lessons.
    """
    rows = LessonProgress.objects.filter(enrolment__in=learners.values("pk")).order_by()
    counts: dict[str, Any] = {}
    for module in plan.modules:
        its_own = Q(lesson__in=[lesson.id for lesson in module.lessons])
        counts[f"visited_{module.id}"] = Count("pk", filter=its_own)
        counts[f"done_{module.id}"] = Count("completed_at", filter=its_own)
    return rows.values_list("enrolment").annotate(**counts)


def _row(pk: int, counts: _Counts, plan: Outline, sizes: list[tuple[int, int]]) -> HeatRow:
    optional = {module.id for module in plan.modules if module.is_optional}
    done = sum(count for module, count in counts.done.items() if module not in optional)
    return HeatRow(
        enrolment=pk,
        percent=_percent(done, len(plan.required)),
        cells=tuple(_percent(counts.done.get(module, 0), size) for module, size in sizes),
        begun=tuple(module in counts.begun for module, _size in sizes),
        done=done,
    )


def _size(steps: Iterable[Step]) -> int:
    return sum(isinstance(step, LessonOutline) or step.is_graded for step in steps)


def _percent(done: int, total: int) -> int:
    return min(100, 100 * done // total) if total else 0
