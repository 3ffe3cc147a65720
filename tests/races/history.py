"""Check that the clients' answers are one of the outcomes of running their calls in turn."""

from courses.models import Attempt, AttemptItem, Event, Grading, Response
from tests.races.clients import Call


def one_attempt_each(quiz_id: int, enrolment_id: int, *, count: int) -> list[Attempt]:
    """Numbers 1..count without a gap, at most one open, one start event for each."""
    rows = list(
        Attempt.objects.filter(quiz=quiz_id, enrolment=enrolment_id)
        .select_related("enrolment__course", "quiz")
        .order_by("number")
    )
    assert [row.number for row in rows] == list(range(1, count + 1))
    assert sum(row.is_open for row in rows) <= 1
    assert events(rows, "attempt.started") == count
    return rows


def events(attempts: list[Attempt], kind: str) -> int:
    uuids = [str(attempt.uuid) for attempt in attempts]
    return Event.objects.filter(type=kind, data__attempt__in=uuids).count()


def log_of(item: AttemptItem) -> list[object]:
    """The values of an item's log, whose revisions are 1, 2, 3 … and whose last is current."""
    rows = list(Response.objects.filter(item=item).order_by("revision"))
    assert [row.revision for row in rows] == list(range(1, len(rows) + 1))
    item.refresh_from_db()
    assert (item.revision, item.value) == (len(rows), rows[-1].value if rows else None)
    return [row.value for row in rows]


def every_acknowledged_save_is_there(item: AttemptItem, calls: list[Call], sent: dict) -> None:
    """Each acknowledged revision holds what that client sent; each stored row was acknowledged."""
    log = log_of(item)
    found = {}
    for call in calls:
        if call.is_acknowledged:
            assert log[call.value.revision - 1] == sent[call.client]
            if call.value.is_new:
                assert call.value.revision not in found
                found[call.value.revision] = call.client
    assert sorted(found) == list(range(1, len(log) + 1))


def graded_as_it_stands(attempt: Attempt) -> None:
    """A closed attempt was handed in once; what was judged is the last response of each item."""
    assert not attempt.is_open
    assert events([attempt], "attempt.submitted") == 1
    for item in attempt.items.all():
        last = Response.objects.filter(item=item).order_by("revision").last()
        judged = Grading.objects.filter(item=item).order_by("sequence")
        assert [row.sequence for row in judged] == list(range(1, len(judged) + 1))
        assert judged.last().response == last
