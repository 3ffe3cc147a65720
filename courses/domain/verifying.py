"""Compare summaries with the log. They exist so that lists are cheap; the log is the truth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from courses import file_store
from courses.domain import gradebook, grading, locks, pinning, stored_files, votes
from courses.domain.authoring import editions
from courses.domain.authoring.rows import Rows, lock_course
from courses.domain.reveal.policy import Policy
from courses.errors import NotFound
from courses.models import (
    Attempt,
    AttemptItem,
    Course,
    Enrolment,
    Grading,
    Lesson,
    PinnedContent,
    QuestionVersion,
    Response,
    Result,
    VoteTally,
    WorkingCopy,
)
from courses.models.pinned import JSON

BATCH = 200

ITEM_FIELDS = ["revision", "value", *grading.SUMMARY_FIELDS]


@dataclass(frozen=True)
class Difference:
    """A summary that differs from the log."""

    row: str
    field: str
    stored: Any
    logged: Any

    def __str__(self) -> str:
        return f"{self.row}: {self.field} is {self.stored!r}, the log says {self.logged!r}"


def verify(*, now: datetime, is_fixing: bool = False) -> Iterator[Difference]:
    """Yield every difference between summaries and log; correct them if `is_fixing`."""
    yield from verify_links()
    ids = Attempt.objects.order_by("pk").values_list("pk", flat=True)
    for pk in ids.iterator(chunk_size=BATCH):
        yield from verify_attempt(pk=pk, now=now, is_fixing=is_fixing)
    for pk in Course.objects.order_by("pk").values_list("pk", flat=True):
        yield from verify_tallies(course_id=pk, is_fixing=is_fixing)
    yield from verify_classes()
    yield from verify_lessons()
    for course in Course.objects.order_by("pk"):
        yield from verify_editions(course=course, now=now, is_fixing=is_fixing)
    yield from verify_working_copies()
    yield from verify_pinned()
    yield from verify_files()


def verify_links() -> Iterator[Difference]:
    """Yield items and gradings that name a row that is gone: PostgreSQL does not check these keys.

    These cannot be corrected.
    """
    for rows, name, column, target in (
        (AttemptItem.objects, "item", "version_id", QuestionVersion),
        (Grading.objects, "grading", "item_id", AttemptItem),
        (Grading.objects, "grading", "response_id", Response),
    ):
        found = target._base_manager.filter(pk=OuterRef(column))
        lost = rows.exclude(**{column: None}).exclude(Exists(found)).order_by("pk")
        for pk, value in lost.values_list("pk", column).iterator(chunk_size=BATCH):
            yield Difference(f"{name} {pk}", column, value, None)
    strange = Grading.objects.exclude(response=None).exclude(response__item=F("item_id"))
    for pk, stored, logged in strange.order_by("pk").values_list("pk", "item_id", "response__item"):
        yield Difference(f"grading {pk}", "item_id", stored, logged)


def verify_working_copies() -> Iterator[Difference]:
    """Yield the working copies that do not hold the state they name. Only a person can decide."""
    rows = WorkingCopy.objects.exclude(base={}).order_by("pk")
    for pk, stored, base in rows.values_list("pk", "base_hash", "base").iterator(BATCH):
        logged = editions.content_hash(base)
        if stored != logged:
            yield Difference(f"working copy {pk}", "base_hash", stored, logged)


def verify_classes() -> Iterator[Difference]:
    """Yield the enrolments whose class is of another course. Only a person can correct these."""
    rows = Enrolment.objects.exclude(section=None).exclude(section__course=F("course"))
    for pk, stored, logged in rows.order_by("pk").values_list(
        "pk", "course__key", "section__course__key"
    ):
        yield Difference(f"enrolment {pk}", "course", stored, logged)


def verify_lessons() -> Iterator[Difference]:
    """Yield the lessons whose course is not that of their module. Only a person can correct it."""
    rows = Lesson.objects.exclude(module__course=F("course")).order_by("pk")
    for pk, stored, logged in rows.values_list("pk", "course__key", "module__course__key"):
        yield Difference(f"lesson {pk}", "course", stored, logged)


@transaction.atomic
def verify_editions(*, course: Course, now: datetime, is_fixing: bool) -> list[Difference]:
    """Return what changed in a course without an edition: by a shell, or by code of the host.

    Correcting records it. What has no edition yet gets one with its next change.
    """
    lock_course(course=course)
    current = editions.states_of_course(Rows(course))
    differences = []
    # A tag's questions have editions themselves; its own follow with its next change.
    for row in editions.newest_editions(course=course).exclude(kind=editions.TAG):
        name = (row.kind, row.key)
        state = current.get(name)
        if row.hash != (state.hash if state is not None else ""):
            text = f"edition {row.kind} {row.key} of {course.key}"
            differences.append(Difference(text, "hash", row.hash, state.hash if state else ""))
    if is_fixing and differences:
        editions.record_unrecorded(course=course, states=current, now=now)
    return differences


def verify_pinned() -> Iterator[Difference]:
    """Yield pinned texts that do not match their hash. These cannot be corrected.

    Those of trials are left out: their names are no hashes of the content.
    """
    rows = PinnedContent.objects.filter(content_type=JSON).order_by("pk")
    rows = rows.exclude(content_hash__startswith=pinning.OF_TRIAL)
    for row in rows.iterator(chunk_size=BATCH):
        logged = file_store.hash_of(bytes(row.content))
        if row.content_hash != logged:
            yield Difference(f"pinned content {row.pk}", "content_hash", row.content_hash, logged)


def verify_files() -> Iterator[Difference]:
    """Yield files that the storage lost, or holds with another content. Only a backup helps."""
    for content_hash in sorted(stored_files.used_hashes()):
        try:
            stored = file_store.hash_of(file_store.read(content_hash))
        except file_store.FileMissing:
            stored = None
        if stored != content_hash:
            yield Difference(f"file {content_hash}", "content", stored, content_hash)


@transaction.atomic
def verify_tallies(*, course_id: int, is_fixing: bool) -> list[Difference]:
    """Return the differences of a course's tallies of votes."""
    differences = []
    for question, moves in votes.logged(course_id=course_id):
        tally = VoteTally.objects.select_for_update(no_key=True).filter(question=question).first()
        tally = tally or VoteTally(question=question)
        stored, tally.moves = {"moves": votes.counted(tally.moves)}, moves
        found = _differences(f"votes on {question.key}", stored, tally)
        if found and is_fixing:
            tally.save()
        differences += found
    return differences


@transaction.atomic
def verify_attempt(*, pk: int, now: datetime, is_fixing: bool) -> list[Difference]:
    """Return the differences of one attempt, its items and its result. Nine queries."""
    found = Attempt.objects.only("enrolment_id").filter(pk=pk).first()
    if found is None:
        return []  # Erased since.
    try:
        locks.enrolment(pk=found.enrolment_id)
        attempt = locks.attempt(pk=pk)
    except NotFound:
        return []
    rows = attempt.items.select_related("version__question").order_by("position")
    items = list(rows.prefetch_related("responses", "gradings"))
    policy, pinned = Policy.load(attempt.policy), _pinned(items)
    differences = [one for item in items for one in _item(item, policy, pinned)]
    if not attempt.is_open:
        differences += _attempt(attempt, items)
    if is_fixing and differences:
        AttemptItem.objects.bulk_update(items, ITEM_FIELDS)
        attempt.save(update_fields=grading.TOTAL_FIELDS)
    if not attempt.is_open:
        differences += _result(attempt, now, is_fixing=is_fixing)
    return differences


def _pinned(items: Iterable[AttemptItem]) -> set[str]:
    """Return those of the items' hashes that are stored. One query where any is named."""
    named = {content_hash for item in items for _kind, _key, content_hash in item.pinned}
    if not named:
        return set()
    rows = PinnedContent.objects.filter(content_hash__in=named)
    return set(rows.values_list("content_hash", flat=True))


def _item(item: AttemptItem, policy: Policy, pinned: set[str]) -> list[Difference]:
    """Set an item to its log; return the differences."""
    stored = {name: getattr(item, name) for name in ITEM_FIELDS}
    responses = sorted(item.responses.all(), key=lambda row: row.revision)
    gradings = sorted(item.gradings.all(), key=lambda row: row.sequence)
    item.revision = len(responses)
    item.value = responses[-1].value if responses else None
    summary = grading.summarise(gradings=gradings, policy=policy)
    grading.apply_summary(item=item, summary=summary)
    return [*_differences(f"item {item.pk}", stored, item), *_missing(item, pinned)]


def _missing(item: AttemptItem, pinned: set[str]) -> Iterator[Difference]:
    """Yield the contents that the item was made with and that no longer exist."""
    for kind, key, content_hash in pinning.pins_of(item):
        if content_hash not in pinned:
            yield Difference(f"item {item.pk}", f"{kind} {key}", None, content_hash)


def _attempt(attempt: Attempt, items: list[AttemptItem]) -> list[Difference]:
    stored = {name: getattr(attempt, name) for name in grading.TOTAL_FIELDS}
    cells = Result.objects.filter(enrolment=attempt.enrolment, line_item__quiz=attempt.quiz)
    mark = cells.values_list("pass_mark", flat=True).first()
    grading.set_totals(attempt=attempt, items=items, pass_mark=mark)
    return _differences(f"attempt {attempt.pk}", stored, attempt)


def _result(attempt: Attempt, now: datetime, *, is_fixing: bool) -> list[Difference]:
    if not attempt.quiz.is_graded or attempt.is_trial:
        return []
    cells = Result.objects.filter(enrolment=attempt.enrolment, line_item__quiz=attempt.quiz)
    fields = ["score_given", "percent", "has_passed", "pass_mark", "is_excused"]
    fields += ["grading_progress"]
    before = cells.first()
    with transaction.atomic():
        gradebook.post(attempt=attempt, now=now)
        after = cells.get()
        stored = {name: getattr(before, name, None) for name in fields}
        differences = _differences(f"result {after.pk}", stored, after)
        if not (is_fixing and differences):
            transaction.set_rollback(True)
    return differences


def _differences(row: str, stored: dict[str, Any], logged: Any) -> list[Difference]:
    return [
        Difference(row, name, value, getattr(logged, name))
        for name, value in stored.items()
        if value != getattr(logged, name)
    ]
