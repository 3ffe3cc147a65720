"""Which number a link's column gets for a learner; docs/lti/README.md has the table."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from courses.domain import progress, weights
from courses.domain.outline import outline
from courses.domain.path import COMPLETED, CourseProgress
from courses.domain.plain import plain
from courses.domain.reveal import visibility
from courses.lti.models import LtiLink
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
        links: Collection[LtiLink],
        sees_hidden: bool,
        now: datetime,
    ) -> None:
        self._results: dict[int, dict[str, Result]] = {}
        self._quizzes: dict[str, str] = {}
        self._hidden: set[int] = set()
        self._progress: dict[int, CourseProgress] = {}
        if any(map(_is_of_quizzes, links)):
            self._read_results(enrolments, now, sees_hidden=sees_hidden)
        if any(_is_of_quizzes(one) and one.target != _Kind.QUIZ for one in links):
            self._quizzes = _quizzes(course)
        if not all(map(_is_of_quizzes, links)):
            self._progress = progress.of_all(
                enrolments=list(enrolments), outline=outline(course), now=now
            )

    def of(self, *, enrolment: Enrolment, link: LtiLink) -> Value | None:
        """Return what the column of a link gets; None: nothing is said of it now."""
        kind, key = link.target, link.target_key
        if kind == _Kind.QUIZ:
            found = self._results.get(enrolment.pk, {}).get(key)
            if found is None:
                return EMPTY
            return None if self._hides(found) else _of_result(found)
        if _is_of_quizzes(link):
            return self._of_quizzes(enrolment, "" if kind == _Kind.COURSE else key)
        return self._of_progress(enrolment, kind, key)

    def _of_progress(self, enrolment: Enrolment, kind: str, key: str) -> Value | None:
        done = self._progress[enrolment.pk]
        if kind == _Kind.LESSON:
            if not done.outline.has_lesson(key):
                return None
            return _of_lesson(done.lesson_state(done.outline.lesson(key)).state == COMPLETED)
        if kind == _Kind.COURSE:
            return _of_share(done.percent)
        module = next((one for one in done.outline.modules if one.key == key), None)
        return None if module is None else _of_share(done.module_percent(module))

    def _of_quizzes(self, enrolment: Enrolment, module: str) -> Value | None:
        """Return the weighted mean of the quizzes of a module or, without one, of the course.

        As in the gradebook here: of those that have a mark; what is hidden or excused is left out.
        """
        wanted = {key for key, of_module in self._quizzes.items() if module in ("", of_module)}
        results = [one for key, one in self._results.get(enrolment.pk, {}).items() if key in wanted]
        shown = [one for one in results if not self._hides(one)]
        found = [one for one in shown if one.percent is not None and not one.is_excused]
        worth = sum(one.line_item.weight for one in found)
        if not worth:
            return EMPTY if len(shown) == len(results) else None
        total = sum(one.line_item.weight * (one.percent or 0) for one in found)
        is_whole = len(shown) == len(wanted)
        is_graded = all(one.grading_progress == _Grading.FULLY_GRADED for one in found)
        return {
            "scoreGiven": round(float(total / worth), 2),
            "scoreMaximum": 100,
            "activityProgress": str(_Activity.COMPLETED if is_whole else _Activity.IN_PROGRESS),
            "gradingProgress": str(_Grading.FULLY_GRADED if is_graded else _Grading.PENDING),
        }

    def _hides(self, row: Result) -> bool:
        return row.pk in self._hidden

    def _read_results(
        self, enrolments: Sequence[Enrolment], now: datetime, *, sees_hidden: bool
    ) -> None:
        rows = Result.objects.filter(enrolment__in=enrolments).exclude(line_item__quiz=None)
        found = list(rows.select_related("line_item__quiz", "enrolment", *visibility.RESULT_PATHS))
        for one in found:
            if one.line_item.quiz:
                self._results.setdefault(one.enrolment_id, {})[one.line_item.quiz.key] = one
        if not sees_hidden:
            shown = {one.pk for one in visibility.shown_results(results=found, now=now)}
            self._hidden = {one.pk for one in found} - shown


def _is_of_quizzes(link: LtiLink) -> bool:
    is_summary = link.target in (_Kind.COURSE, _Kind.MODULE)
    return link.target == _Kind.QUIZ or (is_summary and link.rule == LtiLink.Rule.QUIZZES)


def _quizzes(course: Course) -> dict[str, str]:
    """Return the graded quizzes that learners may take, each with the key of its module."""
    found = weights.graded_quizzes(course=course)
    return {
        one.key: one.module.key if one.module else ""
        for one in found
        if not one.is_draft and not one.is_archived
    }


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
