"""Questions of a course that are nearly the same, by their stems and options.

Each question is compared with the others once; what was found is stored, and found anew for the
questions whose content has changed since.
"""

from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from courses.coursefiles.publishing.likeness import alike, fingerprint, most_alike
from courses.domain.authoring.rows import lock_course
from courses.domain.authoring.wording import plain_text
from courses.models import AlikePair, Course, Question, QuestionFingerprint, QuestionVersion

LEAST = 0.5
"""The share of word triples from which two questions are named as nearly the same."""
SHOWN = 5
FEWEST_WORDS = 5
"""A shorter text says too little to be compared."""
BATCH = 500
MOST = 100
"""So many changed questions are compared at once."""
MOST_SKIPPED = 100
"""So often the relay trusts that nothing was written; who wrote long may store late."""
_seen: dict[str, Any] = {}
"""The state in which this process last found nothing to compare."""


@dataclass(frozen=True)
class Likeness:
    """A question that is like another one."""

    pk: int
    key: str
    stem: str
    percent: int


def like_data(*, course: Course, data: Any, but: Question | None = None) -> list[Likeness]:
    """Return the questions most like this content of a question, the nearest first. One query."""
    return like_texts(course=course, texts=[plain_text(data)], but=but)[0]


def like_texts(
    *, course: Course, texts: Iterable[str], but: Question | None = None
) -> list[list[Likeness]]:
    """Return for each text the questions most like it, the nearest first. One query."""
    wanted = list(texts)
    long_enough = [_is_long_enough(text) for text in wanted]
    rows = _rows(course.pk) if any(long_enough) else []
    others = [row for row in rows if but is None or row[0] != but.pk]
    return [
        _nearest(text, others) if is_long else []
        for text, is_long in zip(wanted, long_enough, strict=True)
    ]


def having_any(*, course: Course) -> QuerySet[AlikePair, int]:
    """Return the questions that are nearly the same as another one, to filter by.

    Compares some of those first that have changed; the relay compares the others. One query when
    none have.
    """
    _compare_changed(course)
    pairs = AlikePair.objects.filter(question__course=course, other__is_retired=False)
    return pairs.values_list("question", flat=True)


def like_each(*, questions: Iterable[Question]) -> Mapping[int, list[Likeness]]:
    """Return question → those nearly the same, as they were compared last. One query."""
    newest = QuestionVersion.objects.filter(question=OuterRef("other")).order_by("-number")
    pairs = AlikePair.objects.filter(question__in=list(questions), other__is_retired=False)
    named = pairs.annotate(key=F("other__key"), text=Subquery(newest.values("text")[:1]))
    found: dict[int, list[Likeness]] = {}
    for pair in named.order_by("-percent", "other"):
        stem = pair.text.partition("\n")[0]
        likeness = Likeness(pair.other_id, pair.key, stem, pair.percent)
        found.setdefault(pair.question_id, []).append(likeness)
    return found


def count_waiting(*, course: Course) -> int:
    """Return how many questions have changed and are not compared yet."""
    return _changed(course.pk).count()


def compare_some() -> int:
    """Compare some questions that have changed, of one course; return how many. For the relay.

    Where nothing waited and nothing was written since, this is two small queries.
    """
    state = _state_of_banks()
    if _seen.get("state") == state and _seen["skipped"] < MOST_SKIPPED:
        _seen["skipped"] += 1
        return 0
    course = Course.objects.filter(pk__in=_changed().values("question__course")).first()
    if course is None:
        _seen.update(state=state, skipped=0)
        return 0
    return _compare_changed(course)


def _state_of_banks() -> tuple[Any, Any]:
    """Return what changes with every version that is added, and every draft that is replaced."""
    version = QuestionVersion.objects.aggregate(newest=Max("pk"))
    question = Question.objects.aggregate(newest=Max("updated_at"))
    return version["newest"], question["newest"]


def _compare_changed(course: Course) -> int:
    """Compare questions whose content is not that of their fingerprint with all others."""
    if not _changed(course.pk).exists():
        return 0
    with transaction.atomic():
        lock_course(course=course)  # Of two who compare, the second sees what the first has stored.
        some = list(
            _changed(course.pk).order_by("pk").only("question", "content_hash", "text")[:MOST]
        )
        prints = {
            version.question_id: QuestionFingerprint(
                question_id=version.question_id,
                content_hash=version.content_hash,
                triples=_fingerprint(version.text).tobytes(),
            )
            for version in some
        }
        others = QuestionFingerprint.objects.filter(question__course=course)
        stored = others.exclude(question__in=list(prints))
        sets: dict[int, Collection[int]] = {
            pk: frozenset(_read(own.triples)) for pk, own in prints.items()
        }
        sets |= {pk: _read(triples) for pk, triples in stored.values_list("question", "triples")}
        pairs = list(_pairs(sets, new=len(prints)))
        _store(prints, pairs)
    return len(prints)


def _pairs(sets: Mapping[int, Collection[int]], *, new: int) -> Iterable[AlikePair]:
    """Yield the pairs of the first so many questions, both ways round."""
    ids = list(sets)
    for one, other, share in alike(list(sets.values()), least=LEAST, new=range(new)):
        for near, far in ((one, other), (other, one)):
            yield AlikePair(question_id=ids[near], other_id=ids[far], percent=round(100 * share))


def _store(prints: Mapping[int, QuestionFingerprint], pairs: list[AlikePair]) -> None:
    changed = list(prints)
    AlikePair.objects.filter(Q(question__in=changed) | Q(other__in=changed)).delete()
    QuestionFingerprint.objects.filter(question__in=changed).delete()
    QuestionFingerprint.objects.bulk_create(prints.values(), BATCH)
    AlikePair.objects.bulk_create(pairs, BATCH)


def _changed(course_id: int | None = None) -> QuerySet[QuestionVersion]:
    """Return the latest versions of the course, or of any, that were not compared yet."""
    latest = _latest(course_id)
    return latest.exclude(question__fingerprint__content_hash=F("content_hash"))


def _latest(course_id: int | None) -> QuerySet[QuestionVersion]:
    newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number")
    rows = QuestionVersion.objects.filter(pk=Subquery(newest.values("pk")[:1]))
    return rows if course_id is None else rows.filter(question__course=course_id)


def _fingerprint(text: str) -> "array[int]":
    return fingerprint(text) if _is_long_enough(text) else array("I")


def _read(triples: Any) -> "array[int]":
    found = array("I")
    found.frombytes(bytes(triples))
    return found


def _is_long_enough(text: str) -> bool:
    return len(text.split()) >= FEWEST_WORDS


def _nearest(text: str, others: list[tuple[int, str, str]]) -> list[Likeness]:
    found = most_alike(text, (row[2] for row in others), least=LEAST)
    by_share = sorted(found, key=lambda one: (-one[1], one[0]))
    return [_likeness(others[place], share) for place, share in by_share[:SHOWN]]


def _likeness(row: tuple[int, str, str], share: float) -> Likeness:
    pk, key, text = row
    return Likeness(pk, key, text.partition("\n")[0], round(100 * share))


def _rows(course_id: int) -> list[tuple[int, str, str]]:
    """Return number, key and text of every question that is not retired, in a fixed order."""
    rows = _latest(course_id).filter(question__is_retired=False)
    named = rows.annotate(key=F("question__key")).order_by("question")
    return list(named.values_list("question", "key", "text"))
