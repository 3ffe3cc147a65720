"""What is known of questions beside their scores: how long they took, which errors were met.

The latest attempts are enough for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from courses.models import Attempt, AttemptItem, QuestionVersion, Response
from courses.questions.raw import ResponseError

RECENT = 2_000
"""The latest attempts in which times and errors are looked at."""
_CANNOT = (ResponseError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What types raise on responses and draws that are not theirs."""


@dataclass
class ErrorCounts:
    """By version: how often each foreseen error was met, and in how many responses."""

    met: dict[int, list[int]] = field(default_factory=dict)
    checked: dict[int, int] = field(default_factory=dict)


def seconds(*, attempts: Sequence[int], judged_by: Mapping[int, int]) -> dict[int, list[float]]:
    """Return version → seconds until the first response to it, an attempt each. Two queries.

    They begin with the response before, whatever it answered, or with the start.
    """
    last = dict(Attempt.objects.filter(pk__in=attempts).values_list("pk", "started_at"))
    rows = Response.objects.filter(item__attempt__in=attempts).order_by("received_at", "pk")
    fields = ("item", "item__attempt", "item__version", "revision", "received_at")
    found: dict[int, list[float]] = {}
    for item, attempt, version, revision, received_at in rows.values_list(*fields):
        if revision == 1:
            taken = (received_at - last[attempt]).total_seconds()
            found.setdefault(judged_by.get(item, version), []).append(max(0.0, taken))
        last[attempt] = received_at
    return found


def errors(
    *,
    attempts: Sequence[int],
    versions: Mapping[int, QuestionVersion],
    judged_by: Mapping[int, int],
) -> ErrorCounts:
    """Count the errors that authors foresaw, where their questions have any. One query at most."""
    known = {pk: len(one.question_type.known_errors(one.parsed)) for pk, one in versions.items()}
    known = {pk: count for pk, count in known.items() if count}
    counts = ErrorCounts({pk: [0] * count for pk, count in known.items()}, dict.fromkeys(known, 0))
    if not known:
        return counts
    rows = AttemptItem.objects.filter(attempt__in=attempts, value__isnull=False)
    for pk, version, params, value in rows.values_list("pk", "version", "params", "value"):
        effective = judged_by.get(pk, version)
        if effective not in known:
            continue
        counts.checked[effective] += 1
        for place in _met(versions[effective], params, value):
            counts.met[effective][place] += 1
    return counts


def _met(version: QuestionVersion, params: object, value: object) -> tuple[int, ...]:
    """Return the errors in one response; none where the version cannot read it."""
    try:
        return version.question_type.met_errors(version.parsed, params, value)  # type: ignore[arg-type]
    except _CANNOT:
        return ()
