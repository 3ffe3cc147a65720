"""A lesson and its checks. The checks are a practice quiz of the lesson: the same attempts, the
same responses, the same scoring as everywhere; the attempt begins with the first response.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import access, drawing, events, presenting, progress
from courses.domain.attempts import closing, reading, saving, starting
from courses.domain.outline import LessonOutline, ModuleOutline, Step, outline
from courses.domain.policy import Policy
from courses.domain.presenting import ItemView
from courses.errors import NotAllowed, NotFound
from courses.models import (
    Attempt,
    AttemptItem,
    Lesson,
    LessonProgress,
    QuestionVersion,
    QuizItem,
)


@dataclass(frozen=True)
class Segment:
    """A piece of a lesson: rendered text, or a check in its place."""

    kind: str
    html: str = ""
    check: ItemView | None = None


@dataclass(frozen=True)
class LessonPage:
    lesson: LessonOutline
    module: ModuleOutline
    row: Lesson
    segments: list[Segment]
    previous: Step | None
    next: Step | None
    state: progress.LessonState
    is_preview: bool
    has_begun: bool

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
    def is_complete(self) -> bool:
        return self.state.state == progress.COMPLETED


@dataclass(frozen=True)
class LessonResponse:
    """What a response to a check led to."""

    view: ItemView
    is_new: bool
    is_lesson_completed: bool
    """Did this response complete the lesson?"""


def open_lesson(*, reader: access.Reader, lesson_key: str) -> LessonPage:
    """The lesson as this person has it; reading only. Raises NotFound. At most four queries."""
    plan = outline(reader.course)
    lesson = plan.lesson(lesson_key)
    row = Lesson.objects.only("rendered", "reviewed_on").get(pk=lesson.id)
    found = _own_progress(reader, lesson)
    items = _own_items(reader, lesson)
    checks = _checks(reader, lesson, items)
    before, after = plan.neighbours(lesson_key)
    return LessonPage(
        lesson=lesson,
        module=plan.module_of(lesson_key),
        row=row,
        segments=list(_segments(row, checks)),
        previous=before,
        next=after,
        state=progress.state_of(found),
        is_preview=reader.enrolment is None,
        has_begun=any(item.attempt.is_open for item in items),
    )


def respond(
    *,
    reader: access.Reader,
    lesson_key: str,
    question_key: str,
    raw: Any,
    based_on: int,
    by: Any,
    now: datetime,
    door: str = "web",
    key: str | None = None,
) -> LessonResponse:
    """Save a response to one check, grade it, and complete the lesson when it was the last.

    Raises what `attempts.save` raises.
    """
    enrolment = reader.enrolled()
    lesson = outline(reader.course).lesson(lesson_key)
    request = saving.Request(raw, based_on, by, now, door, key, is_clear=False)
    with transaction.atomic():
        place = _place(lesson, question_key)
        attempt = _running(enrolment, place, by, now)
        item = _running_item(attempt, place)
        saved = saving.save_item(attempt=attempt, item=item, request=request)
        progress.visit(enrolment=enrolment, lesson_id=lesson.id, now=now)
        is_completed = _is_done(lesson, attempt) and progress.complete_lesson(
            enrolment=enrolment, lesson=lesson, by=by, now=now
        )
    view = _view(saved.item, attempt)
    return LessonResponse(view, saved.is_new, is_completed)


def confirm(*, reader: access.Reader, lesson_key: str, by: Any, now: datetime) -> bool:
    """The learner says the lesson's task is done; True when that completed it.

    Raises NotAllowed when the lesson is completed by its checks.
    """
    enrolment = reader.enrolled()
    lesson = outline(reader.course).lesson(lesson_key)
    if lesson.completion != Lesson.Completion.CONFIRM and lesson.check_count:
        raise NotAllowed(_("This lesson is completed by answering its checks."))
    return progress.complete_lesson(enrolment=enrolment, lesson=lesson, by=by, now=now)


def visit(
    *, reader: access.Reader, lesson_key: str, position: str | None = None, now: datetime
) -> None:
    """Remember where in the lesson the learner is."""
    enrolment = reader.enrolled()
    lesson = outline(reader.course).lesson(lesson_key)
    progress.visit(enrolment=enrolment, lesson_id=lesson.id, now=now, position=position)


def practise_again(*, reader: access.Reader, lesson_key: str, by: Any, now: datetime) -> None:
    """Put the lesson's checks aside and begin them afresh; what was answered is kept."""
    enrolment = reader.enrolled()
    lesson = outline(reader.course).lesson(lesson_key)
    if lesson.quiz_id is None:
        return
    running = enrolment.attempts.open().filter(quiz_id=lesson.quiz_id, items__revision__gt=0)
    with transaction.atomic():
        # In the order in which a response takes them: first the enrolment, then the attempt.
        starting.lock_enrolment(enrolment)
        for attempt in running.distinct().select_related("quiz"):
            closing.submit(attempt=attempt, by=by, now=now)


def _own_progress(reader: access.Reader, lesson: LessonOutline) -> LessonProgress | None:
    if reader.enrolment is None:
        return None
    return LessonProgress.objects.filter(enrolment=reader.enrolment, lesson_id=lesson.id).first()


def _own_items(reader: access.Reader, lesson: LessonOutline) -> list[AttemptItem]:
    """The learner's items at the lesson's checks, of all attempts, in their order."""
    if reader.enrolment is None or lesson.quiz_id is None:
        return []
    rows = AttemptItem.objects.filter(
        attempt__enrolment=reader.enrolment, attempt__quiz_id=lesson.quiz_id
    )
    paths = presenting.QUESTION_PATHS
    return list(rows.select_related("attempt", *paths).order_by("attempt__number", "position"))


def _checks(
    reader: access.Reader, lesson: LessonOutline, items: list[AttemptItem]
) -> dict[str, ItemView]:
    """Question key → the check: as answered in the running attempt, or not answered yet."""
    running = [item for item in items if item.attempt.is_open]
    views = {item.version.question.key: _view(item, item.attempt) for item in running}
    number = running[0].attempt.number if running else _next_number(items)
    for place in lesson.places:
        key = _version(place).question.key
        if key not in views:
            views[key] = _preview(reader, place, number)
    return views


def _next_number(items: list[AttemptItem]) -> int:
    return max((item.attempt.number for item in items), default=0) + 1


def _preview(reader: access.Reader, place: QuizItem, number: int) -> ItemView:
    version = _version(place)
    enrolment_id = reader.enrolment.pk if reader.enrolment else 0
    return presenting.preview_item(
        version=version,
        params=_params(enrolment_id, place, number),
        points=place.points,
        name=_name(version.question.key),
        is_live=reader.enrolment is not None,
    )


def _segments(row: Lesson, checks: dict[str, ItemView]) -> list[Segment]:
    segments = []
    for piece in row.rendered.get("segments", []):
        if "check" not in piece:
            segments.append(Segment("html", html=piece["html"]))
        elif piece["check"] in checks:
            segments.append(Segment("check", check=checks[piece["check"]]))
    return segments


def _place(lesson: LessonOutline, question_key: str) -> QuizItem:
    for place in lesson.places:
        if _version(place).question.key == question_key:
            return place
    raise NotFound


def _version(place: QuizItem) -> QuestionVersion:
    version = place.current_version
    if version is None:
        raise NotFound
    return version


def _params(enrolment_id: int, place: QuizItem, number: int) -> Any:
    """The draws of a check: the same before and after its attempt begins."""
    version = _version(place)
    source = drawing.rng("check", enrolment_id, place.quiz_id, number, version.pk)
    return version.question_type.prepare(version.parsed, source)


def _running(enrolment: Any, place: QuizItem, by: Any, now: datetime) -> Attempt:
    """The open attempt at the lesson's checks under its lock; begun when there is none."""
    locked = starting.lock_enrolment(enrolment)
    mine = locked.attempts.filter(quiz_id=place.quiz_id)
    rows = mine.open().select_for_update(no_key=True, of=("self",))
    attempt = rows.select_related("quiz").first()
    if attempt is not None:
        return attempt
    attempt = Attempt.objects.create(
        enrolment=locked,
        quiz=place.quiz,
        number=mine.count() + 1,
        policy=place.quiz.settings,
        started_at=now,
    )
    data = {"attempt": str(attempt.uuid), "quiz": place.quiz.key, "number": attempt.number}
    entry = (events.ATTEMPT_STARTED, data)
    events.record(entries=[entry], now=now, by=by, enrolment=locked, course=locked.course)
    return attempt


def _running_item(attempt: Attempt, place: QuizItem) -> AttemptItem:
    """The check's item in the attempt; made with the first response to it."""
    version = _version(place)
    rows = attempt.items.select_related(*presenting.QUESTION_PATHS)
    item = rows.filter(version__question_id=version.question_id).first()
    if item is None:
        item = AttemptItem.objects.create(
            attempt=attempt,
            position=place.position,
            version=version,
            points=place.points,
            params=_params(attempt.enrolment_id, place, attempt.number),
        )
    item.attempt = attempt
    return item


def _is_done(lesson: LessonOutline, attempt: Attempt) -> bool:
    answered = (
        AttemptItem.objects.filter(
            attempt__enrolment_id=attempt.enrolment_id, attempt__quiz_id=attempt.quiz_id
        )
        .exclude(value=None)
        .values("version__question")
        .distinct()
    )
    rule = lesson.completion == Lesson.Completion.CHECKS
    return rule and answered.count() >= lesson.check_count


def _view(item: AttemptItem, attempt: Attempt) -> ItemView:
    policy = Policy.load(attempt.policy)
    name = _name(item.version.question.key)
    view = reading.live_view(item=item, attempt=attempt, policy=policy, name=name)
    return replace(view, position=item.position)


def _name(question_key: str) -> str:
    return f"c-{question_key}-"
