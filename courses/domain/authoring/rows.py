"""All rows of one course that course files contain, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

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


def lock_course(*, course: Course) -> Course:
    """Lock and return the course as it is now: edits and `sync` of one course run one by one."""
    return Course.objects.select_for_update(no_key=True).get(pk=course.pk)


class Rows:
    """Rows by kind and key; `tags` by key; a question's `versions` holds its latest one."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.modules = list(Module.objects.filter(course=course).order_by("position", "pk"))
        self._module_keys = {module.pk: module.key for module in self.modules}
        self.tags = {tag.key: tag for tag in Tag.objects.filter(course=course)}
        self.versions = {version.question_id: version for version in _latest(course)}
        self.items: dict[int, list[QuizItem]] = defaultdict(list)
        for item in items_of(Quiz.objects.filter(course=course)):
            self.items[item.quiz_id].append(item)
        self.by_kind: dict[str, dict[str, Any]] = {
            "course": {course.key: course},
            "module": _by_key(self.modules),
            "objective": _by_key(Objective.objects.filter(course=course)),
            "reference": _by_key(Reference.objects.filter(course=course)),
            "term": _by_key(Term.objects.filter(course=course).select_related("source")),
            "stimulus": _by_key(Stimulus.objects.filter(course=course)),
            "asset": {
                f"{self.module_key(asset.module_id)}/{asset.name}": asset
                for asset in Asset.objects.filter(module__course=course).order_by("name")
            },
            "question": _by_key(
                Question.objects.filter(course=course)
                .select_related("objective", "stimulus")
                .defer("stimulus__body")
                .order_by("key")
                .prefetch_related("tags")
            ),
            "lesson": _by_key(
                Lesson.objects.filter(module__course=course)
                .order_by("is_archived", "position", "pk")
                .prefetch_related("objectives", "sources")
            ),
            "quiz": _by_key(
                Quiz.objects.standalone()
                .filter(course=course)
                .select_related("compares_with")
                .order_by("position", "pk")
                .prefetch_related("requires_modules")
            ),
        }

    def module_key(self, pk: int | None) -> str:
        return self._module_keys.get(pk, "") if pk is not None else ""

    def key_of(self, kind: str, pk: int | None) -> str:
        """Return the key of a row by its primary key; "" for none."""
        if pk is None:
            return ""
        return next((key for key, row in self.by_kind[kind].items() if row.pk == pk), "")

    def keys(self, kind: str) -> dict[int, str]:
        return {row.pk: key for key, row in self.by_kind[kind].items()}


def is_archived(row: Any) -> bool:
    """Return whether the row is archived or, for questions, retired."""
    return bool(getattr(row, "is_archived", False) or getattr(row, "is_retired", False))


def in_order(rows: Iterable[Any]) -> list[Any]:
    """Return the rows that are not archived in the order in which a module shows them."""
    left = (row for row in rows if not is_archived(row))
    return sorted(left, key=lambda row: (row.position, row.pk))


def latest_version(question: Question) -> QuestionVersion | None:
    """Return the version of the question that its author goes on from, draft or ready."""
    return question.versions.order_by("-number").first()


def items_of(quizzes: Any) -> QuerySet[QuizItem]:
    """Return the items of these quizzes in their order, with what they name."""
    return (
        QuizItem.objects.filter(quiz__in=quizzes)
        .select_related("version", "question", "draw_objective", "draw_tag")
        .defer("version__data")
        .order_by("quiz_id", "position")
    )


def _by_key(rows: Iterable[Any]) -> dict[str, Any]:
    """Return the first row of each key."""
    found: dict[str, Any] = {}
    for row in rows:
        found.setdefault(row.key, row)
    return found


def _latest(course: Course) -> Iterable[QuestionVersion]:
    newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number")
    return QuestionVersion.objects.filter(
        question__course=course, number=Subquery(newest.values("number")[:1])
    )
