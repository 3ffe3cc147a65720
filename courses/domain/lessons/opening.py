"""A lesson as one learner has it. Reading only: opening a lesson writes nothing."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from courses.domain import access, item_views, progress, shutting, votes
from courses.domain.item_views import ItemView
from courses.domain.lessons.checks import draws, field_prefix, version_of, view_of
from courses.domain.outline import LessonOutline, ModuleOutline, outline
from courses.domain.reveal.policy import Policy
from courses.models import AttemptItem, Lesson, LessonProgress, QuestionVersion, QuizItem
from courses.prepared import PreparedQuery


@dataclass(frozen=True)
class LessonSegment:
    """A segment of a lesson: rendered text, or a check in its place."""

    kind: str
    html: str = ""
    check: ItemView | None = None


@dataclass(frozen=True)
class LessonPage:
    lesson: LessonOutline
    module: ModuleOutline
    row: Lesson
    segments: list[LessonSegment]
    state: progress.LessonState
    is_preview: bool
    has_begun: bool
    outline_key: tuple[Any, ...] = ()
    """What names the content of the course: see `Outline.cache_key`."""

    @property
    def checks(self) -> list[ItemView]:
        return [segment.check for segment in self.segments if segment.check]

    @property
    def checks_total(self) -> int:
        return len(self.checks)

    @property
    def checks_answered(self) -> int:
        return sum(check.is_answered for check in self.checks)

    @property
    def waits_for_confirmation(self) -> bool:
        """Whether the lesson is done when its learner says so, and they have not yet."""
        by_word = self.lesson.completion != Lesson.Completion.CHECKS or not self.checks_total
        return by_word and not self.is_complete and not self.is_preview

    @property
    def is_complete(self) -> bool:
        return self.state.state == progress.COMPLETED


def open_lesson(
    *, reader: access.Reader, lesson_key: str, own: progress.CourseProgress | None = None
) -> LessonPage:
    """Return the lesson with this person's progress. Writes nothing. Raises NotFound.

    `own` is their progress in the course, if it was read already. Two queries when the outline is
    warm, one less with `own`, and one for the figures of debates voted on twice.
    """
    plan = outline(reader.course)
    lesson = plan.lesson(lesson_key)
    shutting.refuse_while_shut(enrolment=reader.enrolment)
    state = own.lesson_state(lesson) if own else progress.state_of(_own_progress(reader, lesson))
    items = _own_items(reader, lesson)
    checks = _checks(reader, lesson, items)
    return LessonPage(
        lesson=lesson,
        module=plan.module_of(lesson_key),
        row=lesson.row,
        segments=list(_segments(lesson.row, checks)),
        state=state,
        is_preview=reader.enrolment is None,
        has_begun=any(item.attempt.is_open for item in items),
        outline_key=plan.cache_key,
    )


def _own_progress(reader: access.Reader, lesson: LessonOutline) -> LessonProgress | None:
    if reader.enrolment is None:
        return None
    return _PROGRESS.first(reader.enrolment.pk, lesson.id)


def _own_items(reader: access.Reader, lesson: LessonOutline) -> list[AttemptItem]:
    """Return the learner's items at the lesson's checks, of all attempts, in their order."""
    if reader.enrolment is None or lesson.quiz_id is None:
        return []
    items = _ITEMS.all(reader.enrolment.pk, lesson.quiz_id)
    _put_versions(items, lesson)
    return items


def _put_versions(items: list[AttemptItem], lesson: LessonOutline) -> None:
    """Give the items their versions: from the outline, from the tables only those edited since."""
    known = {version.pk: version for version in map(version_of, lesson.places)}
    older = {item.version_id for item in items} - set(known)
    if older:
        known |= QuestionVersion.objects.select_related(*item_views.VERSION_PATHS).in_bulk(older)
    for item in items:
        item.version = known[item.version_id]


def _checks(
    reader: access.Reader, lesson: LessonOutline, items: list[AttemptItem]
) -> dict[str, ItemView]:
    """Return question key → check, as answered in the running attempt, or not answered yet."""
    running = [item for item in items if item.attempt.is_open]
    views = _answered(running, lesson)
    number = running[0].attempt.number if running else _next_number(items)
    for place in lesson.places:
        key = version_of(place).question.key
        if key not in views:
            view = _preview(reader, place, number)
            views[key] = replace(view, is_guess=key in lesson.guesses)
    for key, move in votes.moves_of(pairs=votes.pairs(items=running)).items():
        views[key] = replace(views[key], move=move)
    for place in lesson.places:
        version = version_of(place)
        first = views.get(votes.earlier_vote(version))
        if first is not None and not first.is_answered:
            key = version.question.key
            views[key] = replace(views[key], can_respond=False, waits_for=first.question_key)
    return views


def _answered(running: list[AttemptItem], lesson: LessonOutline) -> dict[str, ItemView]:
    """Return question key → check, for the items of the running attempt."""
    if not running:
        return {}
    policy = Policy.load(running[0].attempt.policy)
    views = [view_of(item, policy=policy, lesson=lesson) for item in running]
    return {view.question_key: view for view in views}


def _next_number(items: list[AttemptItem]) -> int:
    return max((item.attempt.number for item in items), default=0) + 1


def _preview(reader: access.Reader, place: QuizItem, number: int) -> ItemView:
    version = version_of(place)
    enrolment_id = reader.enrolment.pk if reader.enrolment else 0
    return item_views.preview_item(
        version=version,
        params=draws(
            place, enrolment_id=enrolment_id, number=number, language=reader.course.language
        ),
        points=place.points,
        name=field_prefix(version.question.key),
        is_live=reader.enrolment is not None,
    )


def _segments(row: Lesson, checks: dict[str, ItemView]) -> list[LessonSegment]:
    segments = []
    for segment in row.segments:
        if "check" not in segment:
            segments.append(LessonSegment("html", html=segment["html"]))
        elif segment["check"] in checks:
            segments.append(LessonSegment("check", check=checks[segment["check"]]))
    return segments


def _checks_of(enrolment_id: int, quiz_id: int) -> QuerySet[AttemptItem]:
    rows = AttemptItem.objects.filter(attempt__enrolment=enrolment_id, attempt__quiz=quiz_id)
    return rows.select_related("attempt", "stimulus").order_by("attempt__number", "position")


_ITEMS = PreparedQuery(_checks_of, int, int)
_PROGRESS = PreparedQuery(
    lambda enrolment, lesson: LessonProgress.objects.filter(enrolment=enrolment, lesson=lesson),
    int,
    int,
)
