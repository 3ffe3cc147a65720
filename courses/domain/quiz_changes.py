"""What follows when a quiz's rules change, from wherever: admin, API, files or a shell.

Open attempts get the time that the new rules give; results are judged by the new mark; a hidden
score is looked at again, as its date may have moved.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.utils.translation import ngettext

from courses.domain import events, gradebook, grants
from courses.models import Attempt, Enrolment, LineItem, Quiz, Result

BATCH = 200


def connect() -> None:
    """Follow every quiz that is saved alone; who writes many at once calls `follow`."""
    post_save.connect(_saved, sender=Quiz, dispatch_uid="courses.quiz_changes")


def follow(*, quizzes: Sequence[Quiz], now: datetime) -> dict[int, grants.DeadlineChanges]:
    """Bring what hangs on these quizzes' rules in line; quiz → what became of open attempts.

    Enrolments are locked before attempts, as everywhere.
    """
    columns = LineItem.objects.filter(quiz__in=[quiz.pk for quiz in quizzes if quiz.is_graded])
    for column in columns.select_related("quiz").order_by("pk"):
        _judge_again(column, now)
        hidden = Result.objects.filter(line_item=column, look_again_at__gt=now)
        hidden.update(look_again_at=now)
    return {
        quiz.pk: grants.extend_open(attempts=Attempt.objects.open().filter(quiz=quiz))
        for quiz in quizzes
    }


def count_unchanged(*, quiz: Quiz) -> int:
    """Return how many open attempts have more time than the rules would give them now."""
    return grants.extend_open(attempts=Attempt.objects.open().filter(quiz=quiz)).unchanged


def unchanged_warning(count: int) -> str:
    """Return the warning about open attempts that keep their time."""
    return ngettext(
        "%(count)d open attempt keeps the longer time that it began with.",
        "%(count)d open attempts keep the longer time that they began with.",
        count,
    ) % {"count": count}


def _saved(*, instance: Quiz, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    if not created and not raw:
        follow(quizzes=[instance], now=instance.updated_at)


@transaction.atomic
def _judge_again(column: LineItem, now: datetime) -> None:
    """Apply a new rule to everybody who has a result, where it takes nothing away."""
    before = column.rules.count()
    if len(gradebook.rules(line_item=column, now=now)) == before:
        return
    for enrolments in _batches(column):
        changed = gradebook.refresh_changed(line_item=column, enrolments=enrolments, now=now)
        for one in enrolments:
            if one.pk in changed:
                entries = [changed[one.pk]]
                events.record(entries=entries, now=now, by=None, enrolment=one, course=one.course)


def _batches(column: LineItem) -> Iterator[list[Enrolment]]:
    """Yield enrolments with a result, some at a time; lock them and their attempts."""
    last = 0
    while ids := _next_ids(column, last):
        rows = Enrolment.objects.filter(pk__in=ids).select_related("course").order_by("pk")
        found = list(rows.select_for_update(no_key=True, of=("self",)))
        attempts = Attempt.objects.finished().filter(quiz=column.quiz, enrolment__in=ids)
        list(attempts.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        yield found
        last = ids[-1]


def _next_ids(column: LineItem, last: int) -> list[int]:
    rows = Result.objects.filter(line_item=column, enrolment__gt=last).order_by("enrolment")
    return list(rows.values_list("enrolment_id", flat=True)[:BATCH])
