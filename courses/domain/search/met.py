"""Which questions a learner has met and may see again: those of their reviews and their checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast

from django.db.models import Q, QuerySet

from courses.domain.reveal import policy, visibility
from courses.domain.search.groups import QuestionPlace
from courses.models import Attempt, AttemptItem, Enrolment
from courses.prepared import PreparedQuery, UserKey

MOST = 2000
"""Items of a learner that are looked through, the newest first."""


def versions_met(*, enrolments: Sequence[Enrolment]) -> tuple[int, ...]:
    """Return the question versions in closed attempts and answered checks of one person.

    One query. Those of their other enrolments may be among them; `shown_of` leaves these out.
    """
    one = enrolments[0]
    rows = _MET_IN.columns(one.pk) if len(enrolments) == 1 else _MET_BY.columns(one.user_id)
    return tuple(dict.fromkeys(version for (version,) in rows))


def shown_of(
    *, enrolments: Sequence[Enrolment], versions: Sequence[int], now: datetime
) -> dict[int, QuestionPlace]:
    """Return version → where the learner may see it; what may not be seen now is not there.

    As many queries for many as for one. An attempt is read once for all its items.
    """
    rows = _items().filter(attempt__enrolment__in=[one.pk for one in enrolments])
    rows = rows.filter(version__in=versions).order_by("-pk")
    items = [_MetItem(*row) for row in rows.values_list(*_MetItem.COLUMNS)]
    wanted = {item.attempt for item in items if item.lesson is None}
    closed = Attempt.objects.filter(pk__in=wanted).select_related("quiz", "enrolment")
    attempts = {attempt.pk: attempt for attempt in closed.order_by()} if wanted else {}
    shown = visibility.reveals(attempts=list(attempts.values()), now=now)
    found: dict[int, QuestionPlace] = {}
    for item in items:
        if item.lesson is not None:
            found.setdefault(item.version, QuestionPlace(item.key, lesson=item.lesson))
        elif item.attempt in shown and policy.shows_questions(shown[item.attempt]):
            uuid = str(attempts[item.attempt].uuid)
            place = QuestionPlace(item.key, attempt=uuid, position=item.position)
            found.setdefault(item.version, place)
    return found


@dataclass(frozen=True)
class _MetItem:
    """What is needed of an item, by the fields of its row."""

    COLUMNS: ClassVar = (
        *("version", "attempt", "position", "version__question__key"),
        "attempt__quiz__lesson__key",
    )

    version: int
    attempt: int
    position: int
    key: str
    lesson: str | None
    """The lesson whose check it is; None: it belongs to a quiz."""


def _items() -> QuerySet[AttemptItem]:
    """Return the items of attempts that have a review, and the answered checks of lessons."""
    is_closed = ~Q(attempt__state=Attempt.State.OPEN) & Q(attempt__voided_at=None)
    in_quiz = Q(attempt__quiz__lesson=None, attempt__quiz__is_review=False) & is_closed
    in_lesson = Q(attempt__quiz__lesson__is_draft=False, attempt__quiz__lesson__is_archived=False)
    return AttemptItem.objects.filter(in_quiz | (in_lesson & Q(revision__gt=0)))


def _versions(items: QuerySet[AttemptItem]) -> QuerySet[AttemptItem]:
    rows: Any = items.order_by("-pk").values_list("version")[:MOST]
    return cast("QuerySet[AttemptItem]", rows)


_MET_BY = PreparedQuery(
    lambda user: _versions(
        _items().filter(
            attempt__enrolment__user=user, attempt__enrolment__state=Enrolment.State.ACTIVE
        )
    ),
    UserKey,
)
_MET_IN = PreparedQuery(
    lambda enrolment: _versions(_items().filter(attempt__enrolment=enrolment)), int
)
