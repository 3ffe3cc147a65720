"""Entries → rows, table by table, in bulk."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from courses.coursefiles.assets import content_type
from courses.domain.authoring.entries import Entry, digest, hash_of
from courses.domain.authoring.plan import Plan
from courses.domain.authoring.rows import Rows
from courses.errors import Invalid
from courses.models import (
    Asset,
    Course,
    Lesson,
    Module,
    Objective,
    Question,
    QuestionVersion,
    Quiz,
    QuizItem,
    Reference,
    Stimulus,
    Tag,
    Term,
)

_MINUTE = 60
Pair = tuple[Any, Entry]
"""A row, new or old, and what it shall hold."""


class Writer:
    """Carries out a plan. Rows it makes are added to `rows`, so that later ones may name them."""

    def __init__(self, rows: Rows, plan: Plan, by: Any) -> None:
        self.rows = rows
        self.plan = plan
        self.by = by

    def write(self) -> None:
        """Everything that the plan creates, updates or remembers."""
        self._course()
        self._save("reference", Reference, self._reference, ["citation", "url", "note"])
        self._save("term", Term, self._term, ["term", "definition", "source"])
        self._save(
            "module",
            Module,
            self._module,
            ["position", "title", "summary", "is_optional", "is_archived", "instructor_notes"],
        )
        self._save("objective", Objective, self._objective, ["module", "position", "text", "bloom"])
        self._save("stimulus", Stimulus, self._stimulus, ["title", "body"])
        self._save("asset", Asset, self._asset, ["content", "content_type", "content_hash"])
        self._questions()
        self._lessons()
        self._quizzes()
        self._remember()

    def _course(self) -> None:
        for row, entry in self.plan.update["course"]:
            assign_course(row, entry)
            row.save()

    def _save(
        self,
        kind: str,
        model: type[Model],
        assign: Callable[[Any, Entry], None],
        fields: list[str],
    ) -> list[Pair]:
        """Create and update the rows of a kind; returns both with their entries."""
        new: list[Pair] = [(model(**self._identity(entry)), entry) for entry in self._new(kind)]
        old = self.plan.update[kind]
        for row, entry in (*new, *old):
            assign(row, entry)
            row.source_hash = entry.hash
        manager = model._default_manager
        manager.bulk_create([row for row, _entry in new])
        if old:
            manager.bulk_update([row for row, _entry in old], [*fields, "source_hash"], 200)
        for row, entry in new:
            self.rows.by_kind[kind][entry.key] = row
        return [*new, *old]

    def _new(self, kind: str) -> list[Entry]:
        return self.plan.create[kind]

    def _identity(self, entry: Entry) -> dict[str, Any]:
        if entry.kind == "asset":
            return {"module": self._find("module", entry.module), "name": entry.record.name}
        if entry.kind == "lesson":
            return {"module": self._find("module", entry.module), "key": entry.key}
        return {"course": self.rows.course, "key": entry.key}

    def _find(self, kind: str, key: str) -> Any:
        """The row of that key; None for ""."""
        return self.rows.by_kind[kind][key] if key else None

    def _remember(self) -> None:
        """Where files and rows say the same already, or the rows win."""
        for pairs in self.plan.remember.values():
            for row, entry in pairs:
                row.source_hash = entry.hash
            if pairs:
                manager = type(pairs[0][0])._default_manager
                manager.bulk_update([row for row, _entry in pairs], ["source_hash"], 200)

    # One row of each kind.

    def _reference(self, row: Reference, entry: Entry) -> None:
        record = entry.record
        row.citation, row.url, row.note = record.citation, record.url, record.note

    def _term(self, row: Term, entry: Entry) -> None:
        record = entry.record
        row.term, row.definition = record.term, record.definition
        row.source = self._find("reference", record.source)

    def _module(self, row: Module, entry: Entry) -> None:
        record = entry.record
        row.position, row.title, row.summary = entry.position, record.title, record.summary
        row.is_optional, row.is_archived = record.optional, False
        row.instructor_notes = record.instructor_notes

    def _objective(self, row: Objective, entry: Entry) -> None:
        row.module = self._find("module", entry.module)
        row.position, row.text, row.bloom = entry.position, entry.record.text, entry.record.bloom

    def _stimulus(self, row: Stimulus, entry: Entry) -> None:
        row.title, row.body = entry.record.title, entry.record.body

    def _asset(self, row: Asset, entry: Entry) -> None:
        row.content = entry.record.content
        row.content_type = content_type(entry.record.name)
        row.content_hash = digest(entry.record)

    # Questions and their versions.

    def _questions(self) -> None:
        fields = [
            "module",
            "objective",
            "bloom",
            "difficulty",
            "source",
            "reviewed_on",
            "stimulus",
            "is_retired",
        ]
        pairs = self._save("question", Question, self._question, fields)
        self._tag(pairs)
        self._add_versions(pairs)

    def _question(self, row: Question, entry: Entry) -> None:
        record = entry.record
        row.module = self._find("module", entry.module)
        row.objective = self._find("objective", record.objective)
        row.bloom, row.difficulty = record.bloom, record.difficulty
        row.source, row.reviewed_on = list(record.source), _date(record.reviewed_on)
        row.stimulus = self._find("stimulus", record.stimulus)
        row.is_retired = record.status == "retired"

    def _tag(self, pairs: list[Pair]) -> None:
        wanted = {tag for _row, entry in pairs for tag in entry.record.tags}
        self._make_tags(wanted)
        _link(pairs, Question.tags.through, "question_id", "tag_id", self._tag_ids)

    def _make_tags(self, keys: set[str]) -> None:
        missing = sorted(keys - set(self.rows.tags))
        new = Tag.objects.bulk_create(Tag(course=self.rows.course, key=key) for key in missing)
        self.rows.tags.update({tag.key: tag for tag in new})

    def _tag_ids(self, entry: Entry) -> list[int]:
        return [self.rows.tags[tag].pk for tag in dict.fromkeys(entry.record.tags)]

    def _add_versions(self, pairs: list[Pair]) -> None:
        """A version for every question whose content is not that of its latest one."""
        new = [
            version
            for row, entry in pairs
            if (version := self._next_version(row, entry)) is not None
        ]
        QuestionVersion.objects.bulk_create(new)
        ready = []
        for version in new:
            self.rows.versions[version.question_id] = version
            if version.status == QuestionVersion.Status.READY:
                version.question.ready_version = version
                ready.append(version.question)
        Question.objects.bulk_update(ready, ["ready_version"], 200)

    def _next_version(self, row: Question, entry: Entry) -> QuestionVersion | None:
        record, latest = entry.record, self.rows.versions.get(row.pk)
        is_draft = record.status == "draft"
        status = QuestionVersion.Status.DRAFT if is_draft else QuestionVersion.Status.READY
        content_hash = hash_of({"type": record.type, "data": record.data})
        if latest is not None:
            is_same = latest.content_hash == content_hash
            if is_same and (latest.status == status or record.status == "retired"):
                return None
        return QuestionVersion(
            question=row,
            number=latest.number + 1 if latest else 1,
            type=record.type,
            data=record.data,
            status=status,
            content_hash=content_hash,
            created_by=self.by,
        )

    # Lessons and quizzes.

    def _lessons(self) -> None:
        fields = [
            "module",
            "position",
            "title",
            "summary",
            "minutes",
            "completion",
            "body",
            "reviewed_on",
            "is_archived",
        ]
        pairs = self._save("lesson", Lesson, self._lesson, fields)
        _link(
            pairs,
            Lesson.objectives.through,
            "lesson_id",
            "objective_id",
            lambda entry: self._ids("objective", entry.record.objectives),
        )
        _link(
            pairs,
            Lesson.sources.through,
            "lesson_id",
            "reference_id",
            lambda entry: self._ids("reference", entry.record.sources),
        )

    def _lesson(self, row: Lesson, entry: Entry) -> None:
        record = entry.record
        row.module = self._find("module", entry.module)
        row.position, row.title, row.summary = entry.position, record.title, record.summary
        row.minutes, row.completion, row.body = record.minutes, record.completion, record.body
        row.reviewed_on, row.is_archived = _date(record.reviewed_on), False

    def _ids(self, kind: str, keys: Iterable[str]) -> list[int]:
        return [self._find(kind, key).pk for key in dict.fromkeys(keys)]

    def _quizzes(self) -> None:
        pairs = self._save("quiz", Quiz, self._quiz, [*_QUIZ_FIELDS, "module"])
        _link(
            pairs,
            Quiz.requires_modules.through,
            "quiz_id",
            "module_id",
            lambda entry: self._ids("module", entry.record.requires_modules),
        )
        self._write_items(pairs)

    def _quiz(self, row: Quiz, entry: Entry) -> None:
        row.module = self._find("module", entry.module)
        assign_quiz(row, entry)

    def _write_items(self, pairs: list[Pair]) -> None:
        QuizItem.objects.filter(quiz__in=[row.pk for row, _entry in pairs]).delete()
        pinned = self._pinned(pairs)
        items = []
        for row, entry in pairs:
            for position, record in enumerate(entry.record.items, start=1):
                items.append(self._item(row, position, record, pinned))
        QuizItem.objects.bulk_create(items)

    def _item(self, row: Quiz, position: int, record: Any, pinned: dict[Any, Any]) -> QuizItem:
        item = QuizItem(quiz=row, position=position, points=Decimal(record.points))
        draw = record.draw
        if draw is None:
            item.question = self._find("question", record.question)
            if record.version is not None:
                item.version = pinned[item.question_id, record.version]
            return item
        item.draw_count, item.draw_difficulty = draw.count, draw.difficulty
        item.draw_objective = self._find("objective", draw.objective)
        item.draw_tag = self.rows.tags[draw.tag] if draw.tag else None
        return item

    def _pinned(self, pairs: list[Pair]) -> dict[Any, Any]:
        """(question, number) → version. Raises Invalid when a quiz pins one that is not there."""
        wanted = {
            (self._find("question", item.question).pk, item.version): (entry.key, item.question)
            for _row, entry in pairs
            for item in entry.record.items
            if item.version is not None
        }
        rows = QuestionVersion.objects.filter(question__in=[question for question, _no in wanted])
        found = {(row.question_id, row.number): row for row in rows} if wanted else {}
        for place, (quiz, question) in wanted.items():
            if place not in found:
                message = _("Quiz “%(quiz)s”: question “%(question)s” has no version %(number)d.")
                names = {"quiz": quiz, "question": question, "number": place[1]}
                raise Invalid(message % names)
        return found


_QUIZ_FIELDS = [
    "position",
    "title",
    "intro",
    "kind",
    "feedback_mode",
    "credit",
    "review",
    "attempts_allowed",
    "attempt_delay_s",
    "grade_method",
    "time_limit_s",
    "grace_s",
    "opens_at",
    "closes_at",
    "pass_mark",
    "shuffle_items",
    "one_item_per_page",
    "is_archived",
]


def assign_course(row: Course, entry: Entry) -> None:
    record = entry.record
    row.title, row.summary, row.description = record.title, record.summary, record.description
    row.language, row.authors, row.licence = record.language, list(record.authors), record.licence
    row.reviewed_on, row.source_hash = _date(record.reviewed_on), entry.hash


def assign_quiz(row: Quiz, entry: Entry) -> None:
    record = entry.record
    row.position, row.title, row.intro = entry.position, record.title, record.intro
    row.kind, row.feedback_mode = record.kind, record.feedback_mode
    row.credit = [str(share) for share in record.credit]
    row.review = {moment: list(shown) for moment, shown in (record.review or {}).items()}
    row.attempts_allowed = record.attempts_allowed
    row.attempt_delay_s = _seconds(record.attempt_delay_minutes, record.attempt_delay_seconds)
    row.grade_method = record.grade_method
    row.time_limit_s = _seconds(record.time_limit_minutes, record.time_limit_seconds) or None
    row.grace_s = record.grace_seconds
    row.opens_at, row.closes_at = _moment(record.opens_at), _moment(record.closes_at)
    row.pass_mark = Decimal(record.pass_mark)
    row.shuffle_items, row.one_item_per_page = record.shuffle_items, record.one_item_per_page
    row.is_archived = False


def _link(
    pairs: list[Pair],
    through: Any,
    near: str,
    far: str,
    ids: Callable[[Entry], list[int]],
) -> None:
    """Give the rows exactly these links of one many-to-many relation; two queries."""
    if not pairs:
        return
    through._default_manager.filter(**{f"{near}__in": [row.pk for row, _entry in pairs]}).delete()
    through._default_manager.bulk_create(
        through(**{near: row.pk, far: pk}) for row, entry in pairs for pk in ids(entry)
    )


def _seconds(minutes: int | None, seconds: int) -> int:
    return (minutes or 0) * _MINUTE + seconds


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
