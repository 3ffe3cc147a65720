"""How far a learner is. By doing, never by scrolling; done stays done; 0 to 100 per cent."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from courses import collation
from courses.domain import bars, certificates, events, progress_rows
from courses.domain.bars import Tries
from courses.domain.outline import LessonOutline, Outline, Step, outline
from courses.domain.path import COMPLETED, NEW, STARTED, STATES, CourseProgress, LessonState
from courses.domain.reveal import visibility
from courses.models import Course, Enrolment, LessonProgress, Result

__all__ = ["COMPLETED", "NEW", "STARTED", "STATES", "CourseProgress", "LessonState"]


@dataclass(frozen=True)
class CourseSummary:
    """One of a person's courses, for lists."""

    course: Course
    enrolment: Enrolment
    progress: CourseProgress

    @property
    def percent(self) -> int:
        return self.progress.percent

    @property
    def next_step(self) -> Step | None:
        return self.progress.next_step


def course_progress(*, enrolment: Enrolment, outline: Outline, now: datetime) -> CourseProgress:
    """Return progress as the learner may know it: without results that a quiz still hides.

    Two queries, whatever the size of the course.
    """
    results = visibility.shown_results(results=progress_rows.RESULTS.all(enrolment.pk), now=now)
    states, tries = _done(row[1:] for row in progress_rows.DONE.columns(enrolment.pk))
    return _next_known(enrolment, _fold(outline, states, results, tries, enrolment), now)


def my_courses(*, by: Any, now: datetime, chosen: Collection[str] = ()) -> list[CourseSummary]:
    """Return a person's courses with progress; three queries when their outlines are warm.

    Each in the class of one of the `chosen` enrolments, else in the class entered last.
    """
    enrolments = _current(by, chosen)
    if not enrolments:
        return []
    rows: dict[int, list[Sequence[Any]]] = {one.pk: [] for one in enrolments}
    for pk, *row in progress_rows.DONE_BY.columns(by.pk):
        if pk in rows:
            rows[pk].append(row)
    done = {pk: _done(found) for pk, found in rows.items()}
    own = [row for row in progress_rows.RESULTS_OF.all(by.pk) if row.enrolment_id in rows]
    results = visibility.shown_results(results=own, now=now)
    return [
        CourseSummary(
            one.course,
            one,
            _next_known(
                one,
                _fold(
                    outline(one.course),
                    done[one.pk][0],
                    [row for row in results if row.enrolment_id == one.pk],
                    done[one.pk][1],
                    one,
                ),
                now,
            ),
        )
        for one in enrolments
    ]


def current(*, by: Any) -> list[Enrolment]:
    """Return a person's active enrolments, one for each course. One query."""
    return _current(by, ())


def of_all(
    *, enrolments: list[Enrolment], outline: Outline, now: datetime
) -> dict[int, CourseProgress]:
    """Return enrolment → progress, for many people in one course. Two queries.

    As each learner may know it now: figures here and on their own page are the same. Which practice
    they took is not read, so that what is next is not known here.
    """
    visited: dict[int, dict[int, LessonState]] = {}
    rows = LessonProgress.objects.filter(enrolment__in=enrolments)
    for pk, lesson, *row in rows.values_list(*progress_rows.VISIT_COLUMNS):
        visited.setdefault(pk, {})[lesson] = _state(*row)
    results: dict[int, list[Result]] = {}
    found = list(progress_rows.results(enrolment__in=enrolments))
    for result in visibility.shown_results(results=found, now=now):
        results.setdefault(result.enrolment_id, []).append(result)
    return {
        one.pk: _fold(outline, visited.get(one.pk, {}), results.get(one.pk, []))
        for one in enrolments
    }


def state_of(row: LessonProgress | None) -> LessonState:
    if row is None:
        return LessonState()
    return _state(row.position, row.visited_at, row.completed_at, row.has_notes)


def _state(
    position: str, visited_at: datetime, completed_at: datetime | None, has_notes: bool | int
) -> LessonState:
    state = COMPLETED if completed_at else STARTED
    return LessonState(state, position, visited_at, bool(has_notes))


def visit(
    *, enrolment: Enrolment, lesson_id: int, now: datetime, position: str | None = None
) -> None:
    """Store that the learner is in this lesson, and where. At most two queries."""
    defaults: dict[str, Any] = {"visited_at": now}
    if position is not None:
        defaults["position"] = position[:120]
    rows = LessonProgress.objects.filter(enrolment=enrolment, lesson_id=lesson_id)
    if rows.update(**defaults):
        return
    row = LessonProgress(enrolment=enrolment, lesson_id=lesson_id, started_at=now, **defaults)
    LessonProgress.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def complete_lesson(*, enrolment: Enrolment, lesson: LessonOutline, by: Any, now: datetime) -> bool:
    """Mark the lesson completed; True when it was not before. It never un-completes."""
    visit(enrolment=enrolment, lesson_id=lesson.id, now=now)
    changed = LessonProgress.objects.filter(
        enrolment=enrolment, lesson_id=lesson.id, completed_at=None
    ).update(completed_at=now)
    if not changed:
        return False
    entries: list[events.Entry] = [(events.LESSON_COMPLETED, {"lesson": lesson.key})]
    entries += course_completed(enrolment=enrolment, now=now)
    events.record(entries=entries, now=now, by=by, enrolment=enrolment, course=enrolment.course)
    return True


def course_completed(*, enrolment: Enrolment, now: datetime) -> list[events.Entry]:
    """Return the events to record when this step completed the course or earned a certificate.

    As the learner may know it: a pass that the quiz hides completes nothing until it is shown.
    """
    done = _complete(enrolment, now)
    entries = [(events.COURSE_COMPLETED, {"enrolment": str(enrolment.uuid)})] if done else []
    return entries + certificates.issue(enrolment=enrolment, is_completed_now=done, now=now)


def _complete(enrolment: Enrolment, now: datetime) -> bool:
    if enrolment.completed_at is not None:
        return False
    plan, visited = outline(enrolment.course), _visited(enrolment)
    if not all(map(_fold(plan, visited, []).is_done, plan.required_lessons)):
        return False
    results = visibility.shown_results(results=progress_rows.RESULTS.all(enrolment.pk), now=now)
    rows = Enrolment.with_trials.filter(pk=enrolment.pk, completed_at=None)
    return _fold(plan, visited, results).is_complete and bool(rows.update(completed_at=now))


def settle_completion(
    *, enrolments: Sequence[Enrolment], now: datetime
) -> list[tuple[Enrolment, events.Entry]]:
    """Complete the course, or take its completion back, after results were corrected.

    For learners of one course whose verdicts changed. Returns each with its event; their
    certificates are for `certificates.settle`.
    """
    found: list[tuple[Enrolment, events.Entry]] = []
    if not enrolments:
        return found
    states = of_all(enrolments=list(enrolments), outline=outline(enrolments[0].course), now=now)
    for one in enrolments:
        is_complete = states[one.pk].is_complete
        if is_complete == (one.completed_at is not None):
            continue
        one.completed_at = now if is_complete else None
        kind = events.COURSE_COMPLETED if is_complete else events.COURSE_COMPLETION_WITHDRAWN
        found.append((one, (kind, {"enrolment": str(one.uuid)})))
    Enrolment.with_trials.bulk_update([one for one, _entry in found], ["completed_at"])
    return found


def _visited(enrolment: Enrolment) -> dict[int, LessonState]:
    rows = progress_rows.VISITED.columns(enrolment.pk)
    return {lesson: _state(*row) for _pk, lesson, *row in rows}


def _done(
    rows: Iterable[Sequence[Any]],
) -> tuple[dict[int, LessonState], dict[int, Tries]]:
    """Return lesson → its state, and quiz → the learner's attempts at it."""
    lessons: dict[int, LessonState] = {}
    tries: dict[int, Tries] = {}
    for key, text, begun_at, done_at, has_notes in rows:
        if key > 0:
            lessons[key] = _state(text, begun_at, done_at, has_notes)
        elif text == progress_rows.DATES:
            own = tries.get(-key, Tries())
            tries[-key] = replace(own, class_opens_at=begun_at, class_closes_at=done_at)
        else:
            tries[-key] = tries.get(-key, Tries()).with_one(text, done_at, gave_up=bool(has_notes))
    return lessons, tries


def _next_known(enrolment: Enrolment, own: CourseProgress, now: datetime) -> CourseProgress:
    """Return the progress with what cannot be started now."""
    barred = bars.of(
        enrolment=enrolment,
        quizzes=own.due_quizzes,
        tries=own.tries,
        results=own.results,
        now=now,
    )
    return replace(own, barred=barred) if barred else own


def _fold(
    plan: Outline,
    lessons: dict[int, LessonState],
    results: list[Result],
    tries: dict[int, Tries] | None = None,
    enrolment: Enrolment | None = None,
) -> CourseProgress:
    own = tries or {}
    return CourseProgress(
        outline=plan,
        lessons=lessons,
        results={row.line_item.quiz_id: row for row in results if row.line_item.quiz_id},
        taken={quiz: one.submitted_at is not None for quiz, one in own.items() if one.count},
        tries=own,
        has_locks=enrolment is None or enrolment.is_learner,
    )


def _current(by: Any, chosen: Collection[str]) -> list[Enrolment]:
    """Return a person's active enrolments, one for each course."""
    found = progress_rows.CURRENT.all(by.pk)
    classes = {(row.course_id, row.section_id) for row in found if str(row.uuid) in chosen}
    latest: dict[int, Enrolment] = {}
    for row in sorted(found, key=lambda row: (row.course_id, row.section_id) not in classes):
        row.user = by
        latest.setdefault(row.course_id, row)
    language = get_language() or ""
    return sorted(latest.values(), key=lambda row: collation.sort_key(row.course.title, language))
