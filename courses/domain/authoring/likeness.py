"""Questions of a course that are nearly the same, by their stems and options."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from courses.coursefiles.publishing.likeness import alike, most_alike, triples
from courses.domain.authoring.wording import plain_text
from courses.models import Course, Question, QuestionVersion

LEAST = 0.5
"""The share of word triples from which two questions are named as nearly the same."""
SHOWN = 5
FEWEST_WORDS = 5
"""A shorter text says too little to be compared."""


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
    long_enough = [len(text.split()) >= FEWEST_WORDS for text in wanted]
    rows = _rows(course.pk) if any(long_enough) else []
    others = [row for row in rows if but is None or row[0] != but.pk]
    return [
        _nearest(text, others) if is_long else []
        for text, is_long in zip(wanted, long_enough, strict=True)
    ]


def pairs(*, course: Course) -> Mapping[int, list[Likeness]]:
    """Return question → those nearly the same, for all that have any.

    At most one query: what was found is kept until the course changes.
    """
    return _pairs(course.pk, course.revision)


@lru_cache(maxsize=8)
def _pairs(course_id: int, revision: UUID) -> Mapping[int, list[Likeness]]:  # noqa: ARG001
    rows = [row for row in _rows(course_id) if len(row[2].split()) >= FEWEST_WORDS]
    found: dict[int, list[Likeness]] = {}
    for later, earlier, share in alike([triples(text) for _pk, _key, text in rows], least=LEAST):
        for one, other in ((later, earlier), (earlier, later)):
            found.setdefault(rows[one][0], []).append(_likeness(rows[other], share))
    return found


def _nearest(text: str, others: list[tuple[int, str, str]]) -> list[Likeness]:
    found = most_alike(text, (row[2] for row in others), least=LEAST)
    by_share = sorted(found, key=lambda one: (-one[1], one[0]))
    return [_likeness(others[place], share) for place, share in by_share[:SHOWN]]


def _likeness(row: tuple[int, str, str], share: float) -> Likeness:
    pk, key, text = row
    return Likeness(pk, key, text.partition("\n")[0], round(100 * share))


def _rows(course_id: int) -> list[tuple[int, str, str]]:
    """Return number, key and text of every question that is not retired, in a fixed order."""
    newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number")
    rows = QuestionVersion.objects.filter(
        question__course=course_id, question__is_retired=False, pk=Subquery(newest.values("pk")[:1])
    )
    named = rows.annotate(key=F("question__key")).order_by("question")
    return list(named.values_list("question", "key", "text"))
