"""What a working copy is of: named as course files name it, by its kind and key."""

from dataclasses import dataclass
from typing import Any

from courses.coursefiles.schema import LessonFile, QuestionFile, QuizFile
from courses.models import Course, Lesson, Question, Quiz

MODELS: dict[str, type[Any]] = {"lesson": Lesson, "question": Question, "quiz": Quiz}
RECORDS: dict[str, type[Any]] = {
    "lesson": LessonFile,
    "question": QuestionFile,
    "quiz": QuizFile,
}


@dataclass(frozen=True)
class Thing:
    """Something of a course that has an editor; the key is "" for a new one."""

    course: Course
    kind: str
    key: str = ""
    type: str = ""
    """Of a question."""

    @property
    def names(self) -> dict[str, Any]:
        return {"course": self.course, "kind": self.kind, "key": self.key}


def row_of(thing: Thing) -> Any:
    """Return the row, or None where it is new or gone."""
    if not thing.key:
        return None
    rows = MODELS[thing.kind]._default_manager.filter(course=thing.course, key=thing.key)
    if thing.kind == "quiz":
        rows = rows.filter(pk__in=Quiz.objects.standalone())
    with_module = rows.select_related("course", "module__course")
    return with_module.first()
