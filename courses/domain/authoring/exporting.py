"""Questions of the bank on their way into a file of another system."""

from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch

from courses import file_store
from courses.domain.authoring import row_records
from courses.interchange import writing
from courses.interchange.outgoing import ASSET, OutgoingQuestion, OutgoingText, Written
from courses.models import Asset, Course, Question, QuestionVersion
from courses.questions.base import Item


def export_questions(
    *, course: Course, format_key: str, keys: Collection[str] | None = None
) -> Written:
    """Return a file with the newest version of these questions, or of all that are not retired.

    What the format cannot say is named in the result.
    """
    return writing.WRITE[format_key].write(_questions(course, keys))


def _questions(course: Course, keys: Collection[str] | None) -> list[OutgoingQuestion]:
    rows: Any = course.questions.select_related("module", "objective", "stimulus", "course")
    rows = rows.filter(is_retired=False) if keys is None else rows.filter(key__in=keys)
    versions = QuestionVersion.objects.order_by("-number")
    rows = rows.prefetch_related("tags", Prefetch("versions", versions))
    found = [row for row in rows.order_by("module__position", "key") if row.versions.all()]
    return [_outgoing(row) for row in found]


def _outgoing(row: Question) -> OutgoingQuestion:
    version = row.versions.all()[0]
    item = version.question_type.to_item(version.parsed)
    return OutgoingQuestion(
        row.key,
        item,
        tags=tuple(tag.key for tag in row.tags.all()),
        category=row.module.key if row.module else "",
        files=_files(row, item),
        record=row_records.question_record(row, version=version),
        shared=_shared(row),
    )


def _shared(row: Question) -> OutgoingText | None:
    text = row.stimulus
    if text is None:
        return None
    return OutgoingText(text.key, text.title, text.body, _stored(row, [text.body]))


def _files(row: Question, item: Item) -> dict[str, bytes]:
    """Return the pictures that the texts show, as far as they are stored."""
    texts = [item.prompt, item.explanation, *item.hints]
    texts += [text for one in item.choices for text in (one.text, one.feedback)]
    return _stored(row, texts)


def _stored(row: Question, texts: Collection[str]) -> dict[str, bytes]:
    names = {name for text in texts for name in ASSET.findall(text)}
    assets = Asset.objects.filter(module=row.module, name__in=names) if names else []
    contents = {}
    for asset in assets:
        try:
            contents[asset.name] = asset.content
        except file_store.FileMissing:
            continue
    return contents
