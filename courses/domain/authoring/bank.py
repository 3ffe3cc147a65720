"""Writes questions. What changes in a question is a new version; versions are never updated."""

from courses.coursefiles.schema import QuestionFile
from courses.domain import outline
from courses.domain.authoring.bulk_writer import BATCH, BulkWriter, Find, Pair
from courses.domain.authoring.columns import column_names, fill
from courses.domain.authoring.entries import RecordEntry, hash_of
from courses.domain.authoring.wording import plain_text
from courses.models import Question, QuestionVersion, Tag

_FIELDS = (
    *column_names(model=Question, kind=QuestionFile),
    "module",
    "objective",
    "stimulus",
    "is_retired",
)


def write_questions(writer: BulkWriter) -> None:
    """Write questions with their tags and, where the content is new, a new version."""
    pairs = writer.save("question", Question, assign_question, _FIELDS)
    tags = writer.rows.tags
    missing = sorted({tag for _row, entry in pairs for tag in entry.record.tags} - set(tags))
    new = Tag.objects.bulk_create(Tag(course=writer.rows.course, key=key) for key in missing)
    tags.update({tag.key: tag for tag in new})
    writer.link(
        pairs,
        Question.tags.through,
        ("question_id", "tag_id"),
        lambda entry: [tags[tag].pk for tag in dict.fromkeys(entry.record.tags)],
    )
    _add_versions(writer, pairs)


def assign_question(*, row: Question, entry: RecordEntry, find: Find) -> None:
    """Give the row all values of a question's record except its tags and its content."""
    record = entry.record
    fill(row=row, record=record)
    row.module = find("module", entry.module)
    row.objective = find("objective", record.objective)
    row.stimulus = find("stimulus", record.stimulus)
    row.is_retired = record.status == "retired"


def _add_versions(writer: BulkWriter, pairs: list[Pair]) -> None:
    """Add a version to every question whose content is not that of its latest one."""
    versions = [_next_version(writer, row, entry) for row, entry in pairs]
    new = [version for version in versions if version is not None]
    QuestionVersion.objects.bulk_create(new)
    ready = [version.question for version in new if version.status == QuestionVersion.Status.READY]
    before = outline.states(rows=ready)
    for version in new:
        writer.rows.versions[version.question_id] = version
        if version.status == QuestionVersion.Status.READY:
            version.question.ready_version = version
    Question.objects.bulk_update(ready, ["ready_version"], BATCH)
    outline.follow(rows=ready, before=before)


def _next_version(writer: BulkWriter, row: Question, entry: RecordEntry) -> QuestionVersion | None:
    """Return the version to add; None when the latest one is the same."""
    record, latest = entry.record, writer.rows.versions.get(row.pk)
    is_draft = record.status == "draft"
    status = QuestionVersion.Status.DRAFT if is_draft else QuestionVersion.Status.READY
    content_hash = hash_of({"type": record.type, "data": record.data})
    is_same = latest is not None and latest.content_hash == content_hash
    if latest and is_same and (latest.status == status or record.status == "retired"):
        return None
    return QuestionVersion(
        question=row,
        number=latest.number + 1 if latest else 1,
        type=record.type,
        data=record.data,
        status=status,
        content_hash=content_hash,
        text=plain_text(record.data),
        created_by=writer.by,
    )
