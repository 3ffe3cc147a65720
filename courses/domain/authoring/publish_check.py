"""The check of a course before learners get it: errors that stop it, advice that does not.

It reads and compares the whole course. A course of a few questions is checked whenever it is asked
for; of a larger one the last report is kept, with what it rests on.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy

from courses.coursefiles.publishing.rules import PublishRules
from courses.coursefiles.publishing.written import (
    CheckFinding,
    CheckReport,
    WrittenCheck,
    check_written,
    together,
)
from courses.domain import jobs
from courses.domain.authoring.export import course_to_records
from courses.domain.jobs import Fact, Kind, Progress
from courses.domain.rights import Can
from courses.errors import Problem
from courses.models import Course, Job, Question, StoredCheck
from courses.questions.data import DataError, load

USUAL = PublishRules(
    alike_percent=70,
    are_enemies_declared=True,
    are_terms_linked=False,
    are_links_followed=True,
    are_objectives_met=True,
)
"""The rules of a course that has chosen none."""
KIND = "course_check"
AT_ONCE = 200
"""A course of more questions is checked when somebody asks for it."""


@dataclass(frozen=True)
class LastCheck:
    """A report, and when it was made; None for one that was made just now."""

    report: CheckReport
    checked_at: datetime | None = None
    is_current: bool = True
    """Whether neither the course nor its rules have changed since."""


def rules_of(*, course: Course) -> PublishRules:
    """Return the rules of the course."""
    if not course.publish_rules:
        return USUAL
    try:
        return load(PublishRules, course.publish_rules)
    except DataError:
        return USUAL  # Written by a version with other rules.


def set_rules(*, course: Course, rules: PublishRules) -> None:
    """Choose the rules of the course."""
    Course.objects.filter(pk=course.pk).update(publish_rules=asdict(rules))
    course.publish_rules = asdict(rules)


def last_check(*, course: Course) -> LastCheck | None:
    """Return what is wrong with the course and what its rules advise.

    Of a large course this is the last report in the language of the caller; None without one.
    """
    count, state = _state(course)
    if count <= AT_ONCE:
        return LastCheck(_check(course.pk, state, rules_of(course=course), _language()))
    row = StoredCheck.objects.filter(course=course, language=_language()).first()
    if row is None:
        return None
    is_current = row.state == state and row.rules == asdict(rules_of(course=course))
    return LastCheck(_read(row.report), row.checked_at, is_current)


def queue_check(*, course: Course, by: Any, now: datetime) -> Job:
    """Ask for the whole course to be checked in the background, however large, for its report."""
    language = _language()
    about = f"{course.pk} {language}"
    args = {"language": language}
    return jobs.queue(kind=KIND, args=args, by=by, now=now, course=course, about=about)


def unfinished_check(*, course: Course) -> Job | None:
    """Return the job that checks the course for those with the language of the caller."""
    about = f"{course.pk} {_language()}"
    return Job.objects.unfinished().filter(kind=KIND, dedupe=about).first()


def prepare_step(*, job: Job, now: datetime) -> dict[str, Any]:
    """Do one part of the check, and return how far it is then.

    When the course has changed since the first part, the check begins again.
    """
    del now
    course = job.course
    if course is None:
        return {}
    _count, state = _state(course)
    rules = rules_of(course=course)
    start: dict[str, Any] = {"state": [state, asdict(rules)], "number": 0, "reports": []}
    stored = Job.objects.values_list("cursor", flat=True).get(pk=job.pk)
    cursor = stored if stored and stored["state"] == start["state"] else start
    with translation.override(job.args["language"]):
        found = _written(course.pk, state, rules).run(cursor["number"])
    return {
        **cursor,
        "number": cursor["number"] + 1,
        "reports": [*cursor["reports"], asdict(found)],
    }


def check_step(*, job: Job, now: datetime, prepared: dict[str, Any]) -> Progress:
    """Store how far the check is; after its last part keep the report."""
    if job.course is None or not prepared:
        return Progress(0, 0, result={})
    number, parts = prepared["number"], WrittenCheck.parts
    if number < parts:
        return Progress(number, parts, cursor=prepared)
    report = together([_read(one) for one in prepared["reports"]])
    state, rules = prepared["state"]
    StoredCheck.objects.update_or_create(
        course=job.course,
        language=job.args["language"],
        defaults={"state": state, "rules": rules, "report": asdict(report), "checked_at": now},
    )
    _written.cache_clear()
    counts = {"errors": len(report.errors), "advice": len(report.advice)}
    return Progress(number, parts, result=counts)


def errors(*, course: Course) -> list[Problem]:
    """Return what stops the course from being published."""
    found = check_written(course_to_records(course=course), PublishRules()).errors
    return [Problem("", text_of(one)) for one in found]


def text_of(finding: CheckFinding) -> str:
    """Return the finding in one line, with its place."""
    place = f"{finding.key}, {finding.path}" if finding.path else finding.key
    return f"{place}: {finding.message}"


def _state(course: Course) -> tuple[int, str]:
    """Return the number of questions, and what changes with the course and with any draft."""
    rows = Question.objects.filter(course=course)
    found = rows.aggregate(count=Count("pk"), newest=Max("updated_at"))
    newest = found["newest"]
    return found["count"], f"{course.revision} {newest.isoformat() if newest else ''}"


def _language() -> str:
    return get_language() or ""


@lru_cache(maxsize=16)
def _check(
    course_id: int,
    state: str,  # noqa: ARG001 (the key of what is kept)
    rules: PublishRules,
    language: str,  # noqa: ARG001
) -> CheckReport:
    course: Any = Course.objects.get(pk=course_id)
    return check_written(course_to_records(course=course), rules)


@lru_cache(maxsize=1)
def _written(
    course_id: int,
    state: str,  # noqa: ARG001 (the key of what is kept)
    rules: PublishRules,
) -> WrittenCheck:
    """Return the check of a course, read once for all its parts."""
    course: Any = Course.objects.get(pk=course_id)
    return WrittenCheck(course_to_records(course=course), rules)


def _facts(result: dict[str, Any]) -> list[Fact]:
    labels = {"errors": gettext_lazy("Errors"), "advice": gettext_lazy("Advice")}
    return [Fact(label, result[name]) for name, label in labels.items() if name in result]


CHECK_KIND = Kind(
    label=gettext_lazy("Check before publishing"),
    can=Can.EDIT,
    step=check_step,
    prepare=prepare_step,
    results=_facts,
)


def _read(report: dict[str, Any]) -> CheckReport:
    return CheckReport(_findings(report["errors"]), _findings(report["advice"]))


def _findings(found: Iterable[dict[str, Any]]) -> tuple[CheckFinding, ...]:
    return tuple(CheckFinding(**one) for one in found)
