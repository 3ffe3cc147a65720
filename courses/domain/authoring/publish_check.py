"""The check of a course before learners get it: errors that stop it, advice that does not."""

from dataclasses import asdict
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from courses.coursefiles.publishing.rules import PublishRules
from courses.coursefiles.publishing.written import CheckFinding, CheckReport, check_written
from courses.domain.authoring.export import course_to_records
from courses.errors import Problem
from courses.models import Course
from courses.questions.data import DataError, load

USUAL = PublishRules(
    alike_percent=70,
    are_enemies_declared=True,
    are_terms_linked=False,
    are_links_followed=True,
    are_objectives_met=True,
)
"""The rules of a course that has chosen none."""


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


def check(*, course: Course) -> CheckReport:
    """Return what is wrong with the course and what its rules advise.

    Reads and compares the whole course; what was found is kept until it changes.
    """
    return _check(course.pk, course.revision, rules_of(course=course), get_language() or "")


def errors(*, course: Course) -> list[Problem]:
    """Return what stops the course from being published."""
    found = check_written(course_to_records(course=course), PublishRules()).errors
    return [Problem("", text_of(one)) for one in found]


def text_of(finding: CheckFinding) -> str:
    """Return the finding in one line, with its place."""
    place = f"{finding.key}, {finding.path}" if finding.path else finding.key
    return f"{place}: {finding.message}"


@lru_cache(maxsize=16)
def _check(
    course_id: int,
    revision: UUID,  # noqa: ARG001 (the key of what is kept)
    rules: PublishRules,
    language: str,  # noqa: ARG001
) -> CheckReport:
    course: Any = Course.objects.get(pk=course_id)
    return check_written(course_to_records(course=course), rules)
