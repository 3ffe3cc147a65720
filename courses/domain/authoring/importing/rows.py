"""What was read from a file, kept until it is decided on, and compared with the bank."""

import base64
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from courses.domain.authoring.questions import checked
from courses.errors import CoursesError, Problem
from courses.interchange.building import title_of
from courses.interchange.found import Found, FoundFile, filled, problems_of, value_of
from courses.interchange.losses import Loss
from courses.models import (
    Course,
    Question,
    QuestionImport,
    QuestionSource,
    QuestionVersion,
    Stimulus,
)
from courses.questions import registry
from courses.questions.base import Json

NEW, CHANGED, IDENTICAL, UNSUPPORTED = "new", "changed", "identical", "unsupported"
FILES_LIMIT = 20 * 2**20
IDENT_LIMIT = 200
TEXT_LIMIT = 50_000
"""Characters of a shared text."""


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
    text: str = ""
    """A text that asks nothing, in place of a question."""
    hash: str = ""
    """That of its content where it is complete without a further reason."""
    status: str = ""
    """How it stands to the bank at this moment; it is not stored."""
    question: Any = None
    """The question of the bank that it is, or would change; it is not stored."""
    stimulus: Any = None
    """The shared text of the course that it is; it is not stored."""
    is_complete: bool = False
    """Whether it lacks nothing with the reason it was compared with; it is not stored."""

    @property
    def is_supported(self) -> bool:
        return bool(self.type or self.text)

    def problems(self, reason: str = "") -> tuple[Problem, ...]:
        """Return what it lacks, with this reason in the place of every empty one."""
        if self.text:
            return _text_problems(self.text)
        if self.hash or not self.is_supported:
            return ()
        return problems_of(registry.get(self.type), self.filled(reason))

    def content_hash(self, reason: str = "") -> str:
        """Return the hash that its content has with this reason; "" while it lacks something."""
        return self.hash or hash_of_content(type_key=self.type, value=self.filled(reason))

    def filled(self, reason: str) -> Json:
        """Return its data with this reason in the place of every empty one."""
        value: Json = filled(self.value, reason)
        return value

    @property
    def is_open(self) -> bool:
        """Whether it is still to be accepted, and lacks nothing."""
        is_new = self.is_supported and not self.accepted and self.status != IDENTICAL
        return is_new and self.is_complete

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
        text=found.text,
    )
    if found.item is not None:
        row.type, row.value = found.item.type_key, value_of(found.item)
        row.hash = hash_of_content(type_key=row.type, value=row.value)
    return row


def _ident(found: Found) -> str:
    """Return by what the question is known when the file is read again."""
    named = found.ident or title_of(f"{found.category}/{found.title}")
    return named[:IDENT_LIMIT]


def _stored(row: ImportRow) -> Json:
    values = asdict(row)
    del values["status"], values["question"], values["stimulus"], values["is_complete"]
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


def rows_of(
    *, batch: QuestionImport, reason: str = "", places: Collection[int] | None = None
) -> list[ImportRow]:
    """Return the questions of an import, or those at these places, compared with the bank.

    `reason` stands in the place of every empty one.
    """
    rows = [
        ImportRow(**values)
        for place, values in enumerate(batch.rows)
        if places is None or place in places
    ]
    known = _known(batch, [row.ident for row in rows])
    found = [row.content_hash(reason) if row.type else "" for row in rows]
    texts = _texts_of(batch.course, rows)
    stored = _stored_with(batch.course, set(filter(None, found)))
    for row, content_hash in zip(rows, found, strict=True):
        row.is_complete = bool(content_hash) or (bool(row.text) and not row.problems())
        if row.text:
            row.stimulus = texts.get(row.text)
            row.status = NEW if row.stimulus is None else IDENTICAL
            continue
        _compare(row, known.get(row.ident), stored.get(content_hash))
    return rows


def _texts_of(course: Course, rows: Iterable[ImportRow]) -> dict[str, Stimulus]:
    """Return the shared texts of the course that have the text of one of these rows."""
    wanted = {row.text for row in rows if row.text}
    found = Stimulus.objects.filter(course=course).order_by("-pk") if wanted else ()
    return {one.body: one for one in found if one.body in wanted}


def _text_problems(text: str) -> tuple[Problem, ...]:
    if len(text) <= TEXT_LIMIT:
        return ()
    message = _("The text is longer than %(limit)d characters.") % {"limit": TEXT_LIMIT}
    return (Problem("", message),)


def lock(*, batch: QuestionImport) -> None:
    """Lock an import, and read what became of its questions by now."""
    rows = QuestionImport.objects.select_for_update(no_key=True).defer("files")
    stored = rows.get(pk=batch.pk)
    batch.rows, batch.undone_at = stored.rows, stored.undone_at


def save_rows(*, batch: QuestionImport, rows: Iterable[ImportRow]) -> None:
    """Store what became of these questions."""
    for row in rows:
        batch.rows[row.place] = _stored(row)
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


def _stored_with(course: Course, hashes: Collection[str]) -> dict[str, Question]:
    """Return the questions of the bank whose newest version has one of these contents."""
    newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number")
    rows = QuestionVersion.objects.filter(
        question__course=course,
        question__is_retired=False,
        content_hash__in=hashes,
        number=Subquery(newest.values("number")[:1]),
    )
    found = rows.only("content_hash", "question").select_related("question")
    return {one.content_hash: one.question for one in found.order_by("question")}


def _compare(row: ImportRow, known: Question | None, same: Question | None) -> None:
    if not row.is_supported:
        row.status = UNSUPPORTED
        return
    row.question = known or same
    is_same = same is not None and (known is None or known.pk == same.pk)
    row.status = IDENTICAL if is_same else CHANGED if known is not None else NEW


def hash_of_content(*, type_key: str, value: Json) -> str:
    """Return the hash that a version with this content has; "" for content that none can have."""
    try:
        return checked(type=type_key, data=value).hash
    except CoursesError:
        return ""
