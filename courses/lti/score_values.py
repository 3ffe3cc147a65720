"""Which number a link's column gets for a learner; docs/lti/README.md has the table."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from courses.domain import progress
from courses.domain.outline import outline
from courses.domain.path import COMPLETED, CourseProgress
from courses.domain.plain import plain
from courses.domain.reveal import visibility
from courses.models import Course, Enrolment, Launch, Result

Value = dict[str, Any]
"""A score without person and time; without `scoreGiven` the platform's cell is emptied."""
_Kind = Launch.Target
_Activity, _Grading = Result.ActivityProgress, Result.GradingProgress
EMPTY: Value = {
    "scoreMaximum": 100,
    "activityProgress": str(_Activity.INITIALIZED),
    "gradingProgress": str(_Grading.NOT_READY),
}


class ColumnValues:
    """The numbers of learners of one course as they are now, read for all of them at once."""

    def __init__(
        self,
        *,
        course: Course,
        enrolments: Sequence[Enrolment],
        kinds: Collection[str],
        sees_hidden: bool,
        now: datetime,
    ) -> None:
        self._results: dict[tuple[int, str], Result] = {}
        self._hidden: set[int] = set()
        self._progress: dict[int, CourseProgress] = {}
        if _Kind.QUIZ in kinds:
            self._read_results(enrolments, now, sees_hidden=sees_hidden)
        if set(kinds) - {_Kind.QUIZ}:
            self._progress = progress.of_all(
                enrolments=list(enrolments), outline=outline(course), now=now
            )

    def of(self, *, enrolment: Enrolment, kind: str, key: str) -> Value | None:
        """Return what the column of a link to this gets; None: nothing is said of it now."""
        if kind == _Kind.QUIZ:
            found = self._results.get((enrolment.pk, key))
            if found is None:
                return EMPTY
            return None if found.pk in self._hidden else _of_result(found)
        done = self._progress[enrolment.pk]
        if kind == _Kind.LESSON:
            if not done.outline.has_lesson(key):
                return None
            return _of_lesson(done.lesson_state(done.outline.lesson(key)).state == COMPLETED)
        if kind == _Kind.COURSE:
            return _of_share(done.percent)
        module = next((one for one in done.outline.modules if one.key == key), None)
        return None if module is None else _of_share(done.module_percent(module))

    def _read_results(
        self, enrolments: Sequence[Enrolment], now: datetime, *, sees_hidden: bool
    ) -> None:
        rows = Result.objects.filter(enrolment__in=enrolments).exclude(line_item__quiz=None)
        found = list(rows.select_related("line_item__quiz", "enrolment", *visibility.RESULT_PATHS))
        self._results = {
            (one.enrolment_id, one.line_item.quiz.key): one for one in found if one.line_item.quiz
        }
        if not sees_hidden:
            shown = {one.pk for one in visibility.shown_results(results=found, now=now)}
            self._hidden = {one.pk for one in found} - shown


def _of_result(row: Result) -> Value:
    """Return the result by the quiz's rule; zero is a score. What is excused has none."""
    found: Value = {
        "scoreMaximum": 100,
        "activityProgress": row.activity_progress,
        "gradingProgress": row.grading_progress,
    }
    if row.percent is not None and not row.is_excused:
        found["scoreGiven"] = float(row.percent)
    if row.submitted_at is not None:
        found["submission"] = {"submittedAt": plain(row.submitted_at)}
    return found


def _of_lesson(is_completed: bool) -> Value:
    if not is_completed:
        return {**EMPTY, "scoreMaximum": 1}
    return {
        "scoreGiven": 1,
        "scoreMaximum": 1,
        "activityProgress": str(_Activity.COMPLETED),
        "gradingProgress": str(_Grading.FULLY_GRADED),
    }


def _of_share(percent: int) -> Value:
    if not percent:
        return EMPTY
    activity = _Activity.COMPLETED if percent == 100 else _Activity.IN_PROGRESS  # noqa: PLR2004
    return {
        "scoreGiven": percent,
        "scoreMaximum": 100,
        "activityProgress": str(activity),
        "gradingProgress": str(_Grading.FULLY_GRADED),
    }
