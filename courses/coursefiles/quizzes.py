"""Check that the values of a quiz fit together, from its record alone."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from courses.coursefiles.rules import rules_of
from courses.coursefiles.schema import CHECKS_PREFIX, DAILY_REVIEW, MISTAKES, QuizFile
from courses.errors import Problem

FROZEN = tuple(name for name, rule in rules_of(QuizFile).items() if rule.is_frozen)
"""The settings that an attempt keeps as they were when it started."""


def settings_in(group: str) -> list[str]:
    """Return the names of the settings in a group, in their order."""
    return [name for name, rule in rules_of(QuizFile).items() if rule.group == group]


def check_quiz(record: QuizFile, *, has_module: bool) -> Iterator[Problem]:
    """Yield problems of a quiz whose single values are valid, each with its path."""
    yield from check_key(record.key)
    if record.credit and record.feedback_mode != "interactive":
        yield Problem("credit", _("Credit by try needs feedback_mode: interactive."))
    if record.holds_marks and (record.kind == "practice" or record.feedback_mode != "deferred"):
        text = _("Marks are held in graded quizzes with feedback_mode: deferred.")
        yield Problem("holds_marks", text)
    if record.opens_at and record.closes_at and not _is_later(record.closes_at, record.opens_at):
        yield Problem("closes_at", _("A quiz must close after it opens."))
    if not record.items and record.status != "draft":
        yield Problem("items", _("A quiz needs at least one item."))
    if record.compares_with and (record.kind != "practice" or not has_module):
        yield Problem("compares_with", _("A post-test is a practice quiz of a module."))
    for index, item in enumerate(record.items):
        where = f"items.{index}"
        if (item.draw is None) == (item.question == ""):
            yield Problem(where, _("An item is either a draw or a question."))
        if item.version is not None and item.draw is not None:
            yield Problem(f"{where}.version", _("Only a question can be pinned to a version."))


def check_key(key: str) -> Iterator[Problem]:
    """Yield a problem when the key belongs to the checks of a lesson or to a set of cards."""
    if key == DAILY_REVIEW:
        message = _("The key “%(key)s” belongs to the daily review of the course.")
        yield Problem("key", message % {"key": key})
    if key == MISTAKES:
        message = _("The key “%(key)s” belongs to what learners repeat of their mistakes.")
        yield Problem("key", message % {"key": key})
    if key.startswith(CHECKS_PREFIX):
        message = _("Keys that start with “%(prefix)s” belong to the checks of lessons.")
        yield Problem("key", message % {"prefix": CHECKS_PREFIX})


def _is_later(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) > datetime.fromisoformat(other)
