"""Each operation that takes an `Idempotency-Key`, in a world where it has an effect to repeat.

A new one fails `tests/api/test_schema.py` until it stands in RECIPES: then
`test_api_retries.py` repeats it hundreds of times and looks for a second effect.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import count
from typing import Any

from django.utils import timezone

from courses.domain import (
    attempts,
    cohorts,
    fault_reports,
    feed,
    gradebook,
    grading,
    grants,
    jobs,
    lessons,
    webhooks,
)
from courses.models import Attempt, Event, Job, RegradeBatch
from tests.api.platform import Platform
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    SINGLE_CHOICE,
    WRONG,
    ModuleFactory,
    add_item,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
    take_quiz,
)

_numbers = count(1)


@dataclass(frozen=True)
class Ask:
    """A request that will be granted."""

    path: str
    body: dict[str, Any]
    method: str = "POST"


Recipe = Callable[[Platform], Ask]


def _learner(platform: Platform, course: Any) -> str:
    name = f"r-{next(_numbers)}"
    platform.learner(name, course=course)
    return name


def _start(platform: Platform) -> Ask:
    quiz = make_quiz(questions=3)
    who = _learner(platform, quiz.course)
    return Ask(f"/learners/{who}/courses/{quiz.course.key}/quizzes/{quiz.key}/attempts", {})


def _attempt(platform: Platform) -> tuple[str, Any]:
    """The address of an open attempt with an essay at its second place, and the attempt."""
    quiz = make_quiz(questions=1)
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=2)
    who = _learner(platform, quiz.course)
    reader = reader_of(platform.enrolment(who))
    by = reader.enrolled().user
    attempt = attempts.start(reader=reader, quiz_key=quiz.key, by=by, now=NOW)
    attempts.save(attempt=attempt, position=2, raw={"text": "Mine"}, based_on=0, by=by, now=NOW)
    return f"/learners/{who}/attempts/{attempt.uuid}", attempt


def _save(platform: Platform) -> Ask:
    path, _attempt_row = _attempt(platform)
    return Ask(f"{path}/items/1/responses", {"response": RIGHT, "based_on": 0})


def _save_many(platform: Platform) -> Ask:
    path, _attempt_row = _attempt(platform)
    rows = [{"position": 1, "response": RIGHT, "based_on": 0}]
    return Ask(f"{path}/responses", {"responses": rows}, "PUT")


def _submit(platform: Platform) -> Ask:
    path, _attempt_row = _attempt(platform)
    return Ask(f"{path}/submit", {})


def _give_up(platform: Platform) -> Ask:
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=2, giving_up="allowed")
    who = _learner(platform, quiz.course)
    attempt = take_quiz(platform.enrolment(who), quiz, RIGHT)
    return Ask(f"/learners/{who}/attempts/{attempt.uuid}/give-up", {})


def _grade(platform: Platform) -> Ask:
    path, attempt = _attempt(platform)
    attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW)
    return Ask(f"{path}/items/2/gradings", {"scaled": 0.5, "reason": "Half of it."})


def _reported(platform: Platform) -> Ask:
    path, attempt = _attempt(platform)
    attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW)
    return Ask(f"{path}/items/1/reports", {"text": "The key is wrong."})


def _answered(platform: Platform) -> Ask:
    _path, attempt = _attempt(platform)
    by = attempt.enrolment.user
    attempts.submit(attempt=attempt, by=by, now=NOW)
    closed = Attempt.objects.select_related("enrolment__course", "quiz").get(pk=attempt.pk)
    made = fault_reports.report(attempt=closed, position=1, text="Wrong.", by=by, now=NOW)
    place = f"/courses/{closed.quiz.course.key}/fault-reports/{made.report.uuid}/answer"
    return Ask(place, {"outcome": "no_fault", "answer": "It is right."})


def _waiting(platform: Platform, **quiz: Any) -> tuple[str, Any]:
    """The address of marking in a course, and an attempt whose text waits there."""
    row = make_quiz(questions=0, **quiz)
    add_item(row, make_question(row.module, kind="essay", data=ESSAY), position=1)
    reader = reader_of(platform.enrolment(_learner(platform, row.course)))
    by = reader.enrolled().user
    attempt = attempts.start(reader=reader, quiz_key=row.key, by=by, now=NOW)
    attempts.save(attempt=attempt, position=1, raw={"text": "Mine"}, based_on=0, by=by, now=NOW)
    return f"/courses/{row.course.key}/marking", attempts.submit(attempt=attempt, by=by, now=NOW)


def _mark(platform: Platform) -> Ask:
    path, attempt = _waiting(platform)
    return Ask(f"{path}/{attempt.items.get().uuid}/marks", {"scaled": 0.5, "based_on": 1})


def _release(platform: Platform) -> Ask:
    path, attempt = _waiting(platform, holds_marks=True)
    grading.grade_by_person(item=attempt.items.get(), scaled=Fraction(1), by=None, now=NOW)
    return Ask(f"{path}/release", {"quiz": attempt.quiz.key})


def _lesson(platform: Platform, **extra: Any) -> tuple[str, Any]:
    lesson = make_lesson(**extra)
    course = lesson.module.course
    who = _learner(platform, course)
    return f"/learners/{who}/courses/{course.key}/lessons/{lesson.key}", lesson


def _confirm(platform: Platform) -> Ask:
    path, _lesson_row = _lesson(platform, checks=0, completion="confirm")
    return Ask(f"{path}/confirm", {})


def _check(platform: Platform) -> Ask:
    path, lesson = _lesson(platform, checks=1)
    question = lesson.checks.items.get().question
    return Ask(f"{path}/checks/{question.key}/responses", {"response": RIGHT, "based_on": 0})


def _again(platform: Platform) -> Ask:
    check = _check(platform)
    platform.post(check.path, check.body)
    return Ask(f"{check.path.partition('/checks/')[0]}/restart", {})


def _card(platform: Platform) -> Ask:
    """A card that is due: its lesson was completed on a day long gone."""
    path, lesson = _lesson(platform, checks=1, review=1)
    course = lesson.module.course
    enrolment = course.enrolments.get()
    lessons.respond(
        reader=reader_of(enrolment),
        lesson_key=lesson.key,
        question_key=lesson.review[0],
        raw=RIGHT,
        based_on=0,
        by=enrolment.user,
        now=NOW,
    )
    review = f"{path.partition('/lessons/')[0]}/daily-review"
    body = {"response": RIGHT, "based_on": 0}
    return Ask(f"{review}/cards/{lesson.review[0]}/responses", body)


def _next_cards(platform: Platform) -> Ask:
    card = _card(platform)
    platform.post(card.path, card.body)
    return Ask(f"{card.path.partition('/cards/')[0]}/next", {})


def _mistake(platform: Platform) -> Ask:
    """A card of the daily review, just answered wrong."""
    card = _card(platform)
    platform.post(card.path, {"response": WRONG, "based_on": 0})
    return Ask(card.path.replace("/daily-review/", "/mistakes/"), card.body)


def _next_mistakes(platform: Platform) -> Ask:
    card = _mistake(platform)
    platform.post(card.path, card.body)
    return Ask(f"{card.path.partition('/cards/')[0]}/next", {})


def _snoozed_card(platform: Platform) -> Ask:
    card = _card(platform)
    return Ask(card.path.replace("/responses", "/snooze"), {})


def _learners(_platform: Platform) -> Ask:
    names = [f"b-{next(_numbers)}" for _number in range(3)]
    return Ask("/learners", {"learners": [{"external_id": name} for name in names]})


def _launch(platform: Platform) -> Ask:
    course = make_quiz().course
    origin = "https://learn.example.org"
    who = _learner(platform, course)
    return Ask(
        "/launches", {"external_id": who, "target": {"course": course.key}, "origin": origin}
    )


def _webhook(_platform: Platform) -> Ask:
    return Ask("/webhooks", {"url": f"https://example.org/{next(_numbers)}"})


def _endpoint(platform: Platform) -> str:
    url = f"https://example.org/{next(_numbers)}"
    made = webhooks.register(client=platform.client, url=url, now=timezone.now())
    return f"/webhooks/{made.uuid}"


def _secret(platform: Platform) -> Ask:
    return Ask(f"{_endpoint(platform)}/secret", {})


def _ping(platform: Platform) -> Ask:
    return Ask(f"{_endpoint(platform)}/ping", {})


def _redeliver(platform: Platform) -> Ask:
    """An event that the endpoint missed, being made after it."""
    enrolment = platform.enrolment(_learner(platform, make_quiz().course))
    while feed.number(now=timezone.now()):
        pass
    event = Event.objects.get(enrolment=enrolment)
    return Ask(f"{_endpoint(platform)}/redeliver", {"event": str(event.uuid)})


def _erase(_platform: Platform) -> Ask:
    other = Platform("catalogue:read", name=f"Other {next(_numbers)}")
    other.learner("o-1")
    path = f"/platforms/{other.client.uuid}/erasure"
    return Ask(path, {"name": other.client.name})


def _course(_platform: Platform) -> tuple[str, Any]:
    """The address of a course for its authors, and a module of it."""
    module = ModuleFactory()
    return f"/authoring/courses/{module.course.key}", module


def _new_objective(platform: Platform) -> Ask:
    path, module = _course(platform)
    aim = {"text": "tell one from the other", "bloom": "apply"}
    return Ask(f"{path}/objectives", {"key": "AIM-1", "module": module.key, **aim})


def _new_stimulus(platform: Platform) -> Ask:
    return Ask(f"{_course(platform)[0]}/stimuli", {"key": "text", "body": "Read this."})


def _new_question(platform: Platform) -> Ask:
    body = {"key": "q-1", "type": "single_choice", "data": SINGLE_CHOICE, "tags": ["bank"]}
    return Ask(f"{_course(platform)[0]}/questions", body)


def _new_quiz(platform: Platform) -> Ask:
    path, module = _course(platform)
    items = [{"question": make_question(module).key}]
    body = {"key": "quiz-a", "title": "Quiz", "kind": "graded", "items": items}
    return Ask(f"{path}/quizzes", body)


def _question(platform: Platform, **extra: Any) -> str:
    path, module = _course(platform)
    return f"{path}/questions/{make_question(module, **extra).key}"


def _new_version(platform: Platform) -> Ask:
    data = {**SINGLE_CHOICE, "stem": "Which one?"}
    body = {"type": "single_choice", "data": data, "status": "ready"}
    return Ask(f"{_question(platform)}/versions", body)


def _publish_version(platform: Platform) -> Ask:
    ask = _new_version(platform)
    draft = platform.post(ask.path, {**ask.body, "status": "draft"})
    return Ask(f"{ask.path}/{draft.json()['number']}/publish", {})


def _retire(platform: Platform) -> Ask:
    return Ask(f"{_question(platform)}/retire", {})


def _restore(platform: Platform) -> Ask:
    return Ask(f"{_question(platform, is_retired=True)}/restore", {})


def _quiz_action(action: str, **extra: Any) -> Recipe:
    def recipe(_platform: Platform) -> Ask:
        quiz = make_quiz(**extra)
        return Ask(f"/authoring/courses/{quiz.course.key}/quizzes/{quiz.key}/{action}", {})

    return recipe


def _enrolments(platform: Platform) -> Ask:
    course, names = make_quiz().course, [f"e-{next(_numbers)}" for _number in range(3)]
    for name in names:
        platform.learner(name)
    rows = [{"external_id": name} for name in names]
    return Ask(f"/courses/{course.key}/enrolments", {"enrolments": rows})


def _members(platform: Platform) -> Ask:
    key, name = f"c-{next(_numbers)}", f"m-{next(_numbers)}"
    platform.learner(name)
    cohorts.put(client=platform.client, key=key, name="", now=NOW)
    return Ask(f"/cohorts/{key}/learners", {"learners": [{"external_id": name}]})


def _override(platform: Platform) -> Ask:
    quiz = make_quiz()
    who, column = _learner(platform, quiz.course), gradebook.line_item(quiz)
    return Ask(f"/learners/{who}/line-items/{column.uuid}/overrides", {"scaled": 0.5})


def _preview(platform: Platform) -> Ask:
    quiz, body = _corrected(platform)
    return Ask(f"/courses/{quiz.course.key}/regrade-previews", body)


def _applied(platform: Platform) -> Ask:
    quiz, body = _corrected(platform)
    made = platform.post(f"/courses/{quiz.course.key}/regrade-previews", body).json()
    place = f"/courses/{quiz.course.key}/regrade-previews/{made['id']}/apply"
    return Ask(place, {"policy": "full", "reason": "Two were right."})


def _undone(platform: Platform) -> Ask:
    batch = _stopped_batch(platform)
    return Ask(f"/courses/{batch.course.key}/regrades/{batch.uuid}/undo", {})


def _resumed(platform: Platform) -> Ask:
    batch = _stopped_batch(platform)
    return Ask(f"/courses/{batch.course.key}/regrades/{batch.uuid}/resume", {})


def _stopped_batch(platform: Platform) -> RegradeBatch:
    ask = _applied(platform)
    platform.post(ask.path, ask.body)
    jobs.cancel(job=Job.objects.filter(kind="regrade").latest("pk"), now=timezone.now())
    return RegradeBatch.objects.select_related("course").latest("pk")


def _corrected(platform: Platform) -> tuple[Any, dict[str, Any]]:
    """A quiz with a finished attempt, and what to ask a preview for."""
    _path, attempt = _attempt(platform)
    attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW)
    question = attempt.quiz.items.order_by("position").first().question
    body = {"quizzes": [attempt.quiz.key], "changes": [{"question": question.key, "points": 2}]}
    return attempt.quiz, body


def _reopened(platform: Platform) -> Ask:
    path, attempt = _attempt(platform)
    attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW)
    return Ask(f"{path}/decisions", {"kind": "reopened", "reason": "The network failed."})


def _closed_by_time(platform: Platform) -> Ask:
    """An attempt that a deadline closed, of a learner who has more time since."""
    quiz = make_quiz(questions=1, closes_at=NOW + timedelta(hours=1))
    who = _learner(platform, quiz.course)
    reader = reader_of(platform.enrolment(who))
    by = reader.enrolled().user
    attempt = attempts.start(reader=reader, quiz_key=quiz.key, by=by, now=NOW)
    attempts.submit(attempt=attempt, by=by, now=NOW + timedelta(hours=2))
    later = timezone.now() + timedelta(days=1)
    grants.set_extension(enrolment=reader.enrolled(), quiz=quiz, closes_at=later)
    body = {"attempts": [str(attempt.uuid)], "reason": "She was ill."}
    return Ask(f"/courses/{quiz.course.key}/closed-by-time", body)


RECIPES: dict[str, Recipe] = {
    "start_attempt": _start,
    "save_response": _save,
    "save_responses": _save_many,
    "submit_attempt": _submit,
    "give_up_attempts": _give_up,
    "grade_item": _grade,
    "mark_item": _mark,
    "release_marks": _release,
    "report_item": _reported,
    "answer_fault_report": _answered,
    "confirm_lesson": _confirm,
    "restart_lesson": _again,
    "respond_to_check": _check,
    "respond_to_card": _card,
    "begin_next_cards": _next_cards,
    "snooze_card": _snoozed_card,
    "respond_to_mistake": _mistake,
    "begin_next_mistakes": _next_mistakes,
    "bulk_put_learners": _learners,
    "bulk_put_enrolments": _enrolments,
    "bulk_put_cohort_learners": _members,
    "override_result": _override,
    "decide_on_attempt": _reopened,
    "reopen_attempts": _closed_by_time,
    "create_regrade_preview": _preview,
    "apply_regrade_preview": _applied,
    "undo_regrade": _undone,
    "resume_regrade": _resumed,
    "create_launch": _launch,
    "create_webhook": _webhook,
    "rotate_webhook_secret": _secret,
    "erase_platform": _erase,
    "ping_webhook": _ping,
    "redeliver": _redeliver,
    "create_objective": _new_objective,
    "create_stimulus": _new_stimulus,
    "create_question": _new_question,
    "create_version": _new_version,
    "publish_version": _publish_version,
    "retire_question": _retire,
    "restore_question": _restore,
    "create_quiz": _new_quiz,
    "publish_quiz": _quiz_action("publish", is_draft=True),
    "archive_quiz": _quiz_action("archive"),
    "restore_quiz": _quiz_action("restore", is_archived=True),
}
"""By operation id."""

HARMLESS = {
    # While its job is under way, another is not made.
    "ask_quiz_analysis",
    "activate_learner", "create_invitation", "create_learner_token", "deactivate_learner",
    "visit_lesson",
}  # fmt: skip
"""POSTs that take no key: repeating a visit or a state changes nothing; a repeated token or
invitation is one more that ends, and its stored answer would hold the secret of which only the hash
is kept."""
