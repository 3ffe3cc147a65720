"""Reports of learners that something is wrong with a question, and the answers to them.

A report holds the version and the response that the learner had before them. It can be made once
the attempt is handed in and its questions are shown; before that only in practice, so that nobody
writes during a test or asks about its questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain import events, grading, item_views, locks, notices
from courses.domain.authoring import bank_search
from courses.domain.reveal import visibility
from courses.domain.reveal.policy import Policy, shows_questions
from courses.domain.rights import Can, rights
from courses.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, TooMuch
from courses.models import Attempt, AttemptItem, Course, Enrolment, FaultReport, Question, Response
from courses.models.fault_report import LONGEST, FaultReportQuerySet
from courses.storable import NUL

A_DAY = timedelta(days=1)
PER_DAY = 20
"""Reports of one person in 24 hours; more than anybody needs who means them."""
State = FaultReport.State
OUTCOMES = (State.CORRECTED, State.NO_FAULT)


class NotReportable(NotAllowed):
    code = "not_reportable"
    default = gettext_lazy("Nothing can be reported about this question now.")


@dataclass(frozen=True)
class ReportMade:
    report: FaultReport
    is_new: bool


@dataclass(frozen=True)
class ReportedQuestion:
    """A question with its reports, the newest first."""

    question: Question
    title: str
    reports: list[FaultReport]


def may_report(*, attempt: Attempt, now: datetime) -> bool:
    """Return whether the learner may report a fault of the attempt's questions now."""
    if attempt.is_trial or not attempt.enrolment.is_learner:
        return False
    if attempt.is_open:
        return Policy.load(attempt.policy).lets_report_while_open
    shown = visibility.disclosure(attempt=attempt, now=now).reveal
    return shows_questions(shown)


def find_item(*, attempt: Attempt, position: int) -> AttemptItem:
    """Return the item at this place, with its question. Raises NotFound."""
    rows = attempt.items.select_related(*item_views.QUESTION_PATHS)
    found = rows.filter(position=position).first()
    if found is None:
        raise NotFound
    found.attempt = attempt
    return found


def of_item(*, item: AttemptItem) -> FaultReportQuerySet:
    """Return the reports on an item, the newest first."""
    return FaultReport.objects.filter(item=item).select_related(
        "item__attempt", "version__question"
    )


def report(*, attempt: Attempt, position: int, text: str, by: Any, now: datetime) -> ReportMade:
    """Store that something is wrong with a question of the learner's own attempt.

    While an earlier report on it is open, the text replaces its text: sending it again changes
    nothing. Raises NotReportable, Invalid, TooMuch, NotFound.
    """
    words = text.strip()
    if not words or len(words) > LONGEST:
        wrong = _("Write what is wrong, in at most %(limit)d characters.") % {"limit": LONGEST}
        raise Invalid(problems=[Problem("text", wrong)])
    if NUL in words:
        raise Invalid(problems=[Problem("text", _("This text cannot be stored."))])
    with transaction.atomic():
        locks.enrolment(pk=attempt.enrolment_id)
        current = locks.attempt(pk=attempt.pk)
        if not may_report(attempt=current, now=now):
            raise NotReportable
        item = find_item(attempt=current, position=position)
        earlier = of_item(item=item).open().first()
        if earlier is not None:
            earlier.text = words
            earlier.save(update_fields=["text"])
            return ReportMade(earlier, is_new=False)
        _refuse_too_many(by, now)
        row = FaultReport.objects.create(
            enrolment=current.enrolment,
            item=item,
            version=_shown_version(item),
            revision=item.revision,
            text=words,
            created_at=now,
        )
        _record(row, by, now)
    return ReportMade(row, is_new=True)


def of_course(*, by: Any, course: Course | None = None) -> FaultReportQuerySet:
    """Return the reports of learners whose records the person may see."""
    reached = rights(by=by, course=course).enrolments(Can.PEOPLE).learners()
    rows = FaultReport.objects.filter(enrolment__in=reached.values("pk"))
    if course is not None:
        rows = rows.filter(enrolment__course=course)
    paths = (
        "enrolment__user",
        "enrolment__section",
        "enrolment__course",
        "item__attempt__quiz",
        "decided_by",
    )
    return rows.select_related(*paths, *(f"version__{path}" for path in item_views.VERSION_PATHS))


def open_counts(*, by: Any) -> dict[int, int]:
    """Return course → open reports that the person may answer. One query."""
    reached = rights(by=by).enrolments(Can.MARK).learners()
    rows = FaultReport.objects.open().filter(enrolment__in=reached.values("pk")).order_by()
    return dict(rows.values_list("enrolment__course").annotate(count=Count("pk")))


def with_responses(*, rows: FaultReportQuerySet) -> FaultReportQuerySet:
    """Return the reports with `response_value`: what was answered when each was made."""
    given = Response.objects.filter(item=OuterRef("item"), revision=OuterRef("revision"))
    return rows.annotate(response_value=Subquery(given.values("value")[:1]))


def by_question(*, reports: Sequence[FaultReport]) -> list[ReportedQuestion]:
    """Return the reports grouped by their questions, those with the most first. One query."""
    grouped: dict[int, list[FaultReport]] = {}
    for row in reports:
        grouped.setdefault(row.version.question_id, []).append(row)
    questions = [rows[0].version.question for rows in grouped.values()]
    titles = bank_search.texts(questions=questions)
    found = [
        ReportedQuestion(one, titles.get(one.pk) or one.key, grouped[one.pk]) for one in questions
    ]
    return sorted(found, key=lambda one: (-len(one.reports), one.question.pk))


def answerable(*, by: Any, course: Course) -> FaultReportQuerySet:
    """Return the reports of a course that the person may answer."""
    reached = rights(by=by, course=course).enrolments(Can.MARK).filter(course=course).learners()
    return FaultReport.objects.filter(enrolment__in=reached.values("pk"))


def answer(
    *,
    reports: FaultReportQuerySet,
    uuids: Sequence[UUID],
    outcome: str,
    text: str,
    by: Any,
    now: datetime,
) -> list[FaultReport]:
    """Answer some of the reports, all of them or none, and notify their learners.

    Answering again with the same words changes nothing. Raises NotFound for one that is not among
    the reports, Conflict for one that has another answer, Invalid.
    """
    words = text.strip()
    problems = []
    if outcome not in OUTCOMES:
        problems.append(Problem("outcome", _("Choose what became of the report.")))
    if len(words) > LONGEST:
        limit = _("This text is longer than %(limit)d characters.") % {"limit": LONGEST}
        problems.append(Problem("answer", limit))
    if problems:
        raise Invalid(problems=problems)
    with transaction.atomic():
        rows = _locked(reports, uuids)
        answered = [row for row in rows if row.state != State.OPEN]
        if any((row.state, row.answer) != (outcome, words) for row in answered):
            raise Conflict(_("Somebody has answered one of these reports meanwhile."))
        waiting = [row for row in rows if row.state == State.OPEN]
        for row in waiting:
            row.state, row.answer, row.answered_at, row.decided_by = outcome, words, now, by
        FaultReport.objects.bulk_update(waiting, ["state", "answer", "answered_at", "decided_by"])
        _notify(waiting, now)
    return rows


def _locked(reports: FaultReportQuerySet, uuids: Sequence[UUID]) -> list[FaultReport]:
    known = list(reports.order_by().filter(uuid__in=uuids).values_list("pk", flat=True))
    locked = FaultReport.objects.select_for_update(no_key=True).filter(pk__in=known)
    rows = list(locked.order_by("pk"))
    if len(rows) != len(set(uuids)) or not rows:
        raise NotFound
    people = Enrolment.objects.select_related("course").in_bulk({row.enrolment_id for row in rows})
    for row in rows:
        row.enrolment = people[row.enrolment_id]
    return rows


def _notify(rows: Sequence[FaultReport], now: datetime) -> None:
    """Tell the learners; what a report is called is the question, not what it asks in full."""
    versions = FaultReport.objects.filter(pk__in=[row.pk for row in rows])
    found = versions.select_related("version__question").in_bulk()
    titles = bank_search.texts(questions=[row.version.question for row in found.values()])
    notices.write(
        messages=[
            notices.NewNotice(
                row.enrolment,
                notices.Kind.REPORT_ANSWERED,
                {
                    "report": str(row.uuid),
                    "question": titles.get(found[row.pk].version.question_id, ""),
                    "outcome": str(row.state),
                    "answer": row.answer,
                },
            )
            for row in rows
        ],
        now=now,
    )


def _refuse_too_many(by: Any, now: datetime) -> None:
    recent = FaultReport.objects.filter(enrolment__user=by, created_at__gt=now - A_DAY)
    if recent.count() >= PER_DAY:
        raise TooMuch(_("You have reported many questions today. Go on tomorrow."))


def _shown_version(item: AttemptItem) -> Any:
    """Return the version by which the question is shown: the corrected one after a regrade."""
    gradings = list(item.gradings.select_related("version").order_by("sequence"))
    corrected = grading.correction(gradings)
    return (corrected and corrected.version) or item.version


def _record(row: FaultReport, by: Any, now: datetime) -> None:
    data = {
        "report": str(row.uuid),
        "attempt": str(row.item.attempt.uuid),
        "position": row.item.position,
        "question": row.version.question.key,
        "version": row.version.number,
    }
    events.record(
        entries=[(events.FAULT_REPORTED, data)],
        now=now,
        by=by,
        enrolment=row.enrolment,
        course=row.enrolment.course,
    )
