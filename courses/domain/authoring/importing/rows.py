"""What was read from a file, kept until it is decided on, and compared with the bank."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.domain.authoring.questions import checked
from courses.errors import CoursesError, Problem
from courses.interchange.building import title_of
from courses.interchange.found import Found, FoundFile, filled, problems_of, value_of
from courses.interchange.losses import Loss
from courses.models import Course, Question, QuestionImport, QuestionSource
from courses.questions import registry
from courses.questions.base import Json

NEW, CHANGED, IDENTICAL, UNSUPPORTED = "new", "changed", "identical", "unsupported"
FILES_LIMIT = 20 * 2**20
IDENT_LIMIT = 200


@dataclass
class ImportRow:
    """One question of a file. `type` is ours, "" where it is not supported."""

    place: int
    line: int
    format_type: str
    title: str
    type: str = ""
    value: Json = field(default_factory=dict)
    reason: str = ""
    ident: str = ""
    category: str = ""
    tags: list[str] = field(default_factory=list)
    losses: list[list[str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    accepted: str = ""
    """The key of the question that it became."""
    status: str = ""
    """How it stands to the bank at this moment; it is not stored."""
    question: Any = None
    """The question of the bank that it is, or would change; it is not stored."""

    @property
    def is_supported(self) -> bool:
        return bool(self.type)

    def problems(self, reason: str = "") -> tuple[Problem, ...]:
        """Return what it lacks, with this reason in the place of every empty one."""
        return problems_of(registry.get(self.type), self.filled(reason))

    def filled(self, reason: str) -> Json:
        """Return its data with this reason in the place of every empty one."""
        value: Json = filled(self.value, reason)
        return value

    @property
    def loss_texts(self) -> list[str]:
        """What is not kept, in sentences."""
        return [Loss(code, detail).text for code, detail in self.losses]


def start(
    *, course: Course, found: Sequence[Found], format_key: str, file_name: str, now: datetime
) -> QuestionImport:
    """Keep the questions of a file, so that an author can decide on each."""
    rows = [_row(place, one) for place, one in enumerate(found)]
    return QuestionImport.objects.create(
        course=course,
        format=format_key,
        file_name=file_name[-120:],
        rows=[_stored(row) for row in rows],
        files=_files(found, rows),
        created_at=now,
    )


def _row(place: int, found: Found) -> ImportRow:
    row = ImportRow(
        place,
        found.line,
        found.type[:60],
        found.title,
        reason=found.reason,
        ident=_ident(found),
        category=found.category[:200],
        tags=[tag[:60] for tag in found.tags],
        losses=[[loss.code, loss.detail[:300]] for loss in found.losses],
        files=[file.name for file in found.files],
    )
    if found.item is not None:
        row.type, row.value = found.item.type_key, value_of(found.item)
    return row


def _ident(found: Found) -> str:
    """Return by what the question is known when the file is read again."""
    named = found.ident or title_of(f"{found.category}/{found.title}")
    return named[:IDENT_LIMIT]


def _stored(row: ImportRow) -> Json:
    values = asdict(row)
    del values["status"], values["question"]
    return values


def _files(found: Sequence[Found], rows: Sequence[ImportRow]) -> dict[str, str]:
    """Return the pictures as text; those above the limit are lost by name."""
    kept: dict[str, str] = {}
    left = FILES_LIMIT
    for one, row in zip(found, rows, strict=True):
        for file in one.files:
            left -= _size(file, kept)
            if left < 0:
                row.losses.append(["picture", file.name])
            else:
                kept.setdefault(file.name, base64.b64encode(file.content).decode())
    return kept


def _size(file: FoundFile, kept: dict[str, str]) -> int:
    return 0 if file.name in kept else len(file.content)


def rows_of(*, batch: QuestionImport, reason: str = "") -> list[ImportRow]:
    """Return the questions of an import, compared with the bank as it is now.

    `reason` stands in the place of every empty one.
    """
    rows = [ImportRow(**values) for values in batch.rows]
    known = _known(batch, [row.ident for row in rows])
    hashes = _hashes(batch.course)
    for row in rows:
        _compare(row, known.get(row.ident), hashes, reason)
    return rows


def lock(*, batch: QuestionImport) -> None:
    """Lock an import, and read what became of its questions by now."""
    stored = QuestionImport.objects.select_for_update().get(pk=batch.pk)
    batch.rows, batch.undone_at = stored.rows, stored.undone_at


def save_rows(*, batch: QuestionImport, rows: Sequence[ImportRow]) -> None:
    """Store what became of the questions."""
    batch.rows = [_stored(row) for row in rows]
    batch.save(update_fields=["rows"])


@transaction.atomic
def remember(*, question: Question, batch: QuestionImport, ident: str) -> None:
    """Note by what the question is known in files of this format."""
    QuestionSource.objects.get_or_create(question=question, format=batch.format, ident=ident)


def _known(batch: QuestionImport, idents: Iterable[str]) -> dict[str, Question]:
    sources = QuestionSource.objects.filter(
        question__course=batch.course, format=batch.format, ident__in=set(idents)
    )
    return {one.ident: one.question for one in sources.select_related("question").order_by("pk")}


def _hashes(course: Course) -> dict[str, Question]:
    """Return the questions of the bank by the content of their newest version."""
    found: dict[int, tuple[str, Question]] = {}
    questions = course.questions.filter(is_retired=False).prefetch_related("versions")
    for question in questions:
        newest = max(question.versions.all(), key=lambda one: one.number, default=None)
        if newest is not None:
            found[question.pk] = newest.content_hash, question
    return dict(found.values())


def _compare(
    row: ImportRow, known: Question | None, hashes: dict[str, Question], reason: str
) -> None:
    if not row.is_supported:
        row.status = UNSUPPORTED
        return
    same = hashes.get(hash_of_content(type_key=row.type, value=row.filled(reason)))
    row.question = known or same
    is_same = same is not None and (known is None or known.pk == same.pk)
    row.status = IDENTICAL if is_same else CHANGED if known is not None else NEW


def hash_of_content(*, type_key: str, value: Json) -> str:
    """Return the hash that a version with this content has; "" for content that none can have."""
    try:
        return checked(type=type_key, data=value).hash
    except CoursesError:
        return ""
