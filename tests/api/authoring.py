"""An author's tool with a key, and a course that nobody may see yet."""

from typing import Any

from courses.models import Course, Quiz
from tests.api.platform import Platform
from tests.factories import (
    SINGLE_CHOICE,
    CourseFactory,
    ModuleFactory,
    ObjectiveFactory,
    make_question,
    make_quiz,
)

BROKEN = {
    **SINGLE_CHOICE,
    "options": [{**option, "feedback": " "} for option in SINGLE_CHOICE["options"]],
}


class Author:
    """`author.post("/questions", …)`: a request below the course's address."""

    def __init__(self, *, course: Course | None = None, **platform: Any) -> None:
        self.course = course or CourseFactory(state=Course.State.DRAFT)
        self.module = ModuleFactory(course=self.course)
        self.platform = Platform("authoring:write", **platform)
        self.root = f"/authoring/courses/{self.course.key}"

    def __getattr__(self, method: str) -> Any:
        def call(path: str, *args: Any, **headers: str) -> Any:
            given = path if path.startswith("http") else self.root + path
            return getattr(self.platform, method)(given, *args, **headers)

        return call

    def revision(self) -> Any:
        return Course.objects.values_list("revision", flat=True).get(pk=self.course.pk)

    def question(self, **extra: Any) -> Any:
        return make_question(self.module, **extra)

    def objective(self, **extra: Any) -> Any:
        return ObjectiveFactory(module=self.module, **extra)

    def quiz(self, **extra: Any) -> Quiz:
        return make_quiz(module=self.module, **extra)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [one["pointer"] for one in problem["errors"]]
