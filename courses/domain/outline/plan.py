"""The outline of a course: what it holds, and what follows from the order of it."""

from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from courses.domain.outline.steps import (
    LessonOutline,
    ModuleOutline,
    ObjectiveOutline,
    QuizOutline,
    Step,
)
from courses.errors import NotFound
from courses.models import Question


@dataclass(frozen=True)
class Outline:
    course_id: int
    key: str
    modules: tuple[ModuleOutline, ...]
    quizzes: tuple[QuizOutline, ...]
    objectives: dict[str, ObjectiveOutline] = field(default_factory=dict)
    revision: UUID | None = None
    sample_key: str = ""
    tried_lesson: int = 0
    """The draft of a lesson that a trial shows beside what learners see."""
    gives_certificate: bool = False
    """Is there a rule in use by which the course issues certificates?"""

    @property
    def cache_key(self) -> tuple[UUID | None, int]:
        """What names all content of the course as these learners see it."""
        return self.revision, self.tried_lesson

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Everything a learner walks through, in order."""
        return (*(step for module in self.modules for step in module.steps), *self.quizzes)

    @cached_property
    def minutes(self) -> int:
        """What the course takes, its tests among it; what is optional is not in it."""
        steps = [step for module in self.modules if not module.is_optional for step in module.steps]
        return sum(step.minutes for step in (*steps, *self.quizzes))

    @cached_property
    def optional_lessons(self) -> tuple[LessonOutline, ...]:
        return tuple(one for module in self.modules if module.is_optional for one in module.lessons)

    @cached_property
    def has_exam(self) -> bool:
        return any(isinstance(one, QuizOutline) and one.kind == "exam" for one in self.steps)

    @property
    def seconds(self) -> int:
        return self.minutes * 60

    @cached_property
    def required(self) -> tuple[Step, ...]:
        """The steps that count for progress: lessons and graded quizzes of required modules."""
        steps = [step for module in self.modules if not module.is_optional for step in module.steps]
        return tuple(
            step
            for step in (*steps, *self.quizzes)
            if isinstance(step, LessonOutline) or step.is_graded
        )

    @cached_property
    def required_lessons(self) -> tuple[LessonOutline, ...]:
        return tuple(step for step in self.required if isinstance(step, LessonOutline))

    @cached_property
    def _lessons(self) -> dict[str, tuple[ModuleOutline, LessonOutline]]:
        return {
            lesson.key: (module, lesson) for module in self.modules for lesson in module.lessons
        }

    def lesson(self, key: str) -> LessonOutline:
        """Return the lesson with this key. Raises NotFound."""
        if key not in self._lessons:
            raise NotFound
        return self._lessons[key][1]

    def has_lesson(self, key: str) -> bool:
        return key in self._lessons

    @cached_property
    def graded(self) -> frozenset[int]:
        """The graded quizzes that learners are offered."""
        return frozenset(
            step.id for step in self.steps if isinstance(step, QuizOutline) and step.is_graded
        )

    @cached_property
    def shutting(self) -> frozenset[int]:
        """The quizzes whose attempts shut the course while they run."""
        return frozenset(
            step.id for step in self.steps if isinstance(step, QuizOutline) and step.shuts_course
        )

    @cached_property
    def without_required_modules(self) -> frozenset[int]:
        """The quizzes for which no module must be passed first."""
        quizzes = (step for step in self.steps if isinstance(step, QuizOutline))
        return frozenset(step.id for step in quizzes if not step.requires_modules)

    @cached_property
    def checks(self) -> frozenset[int]:
        """The questions that lessons ask."""
        return frozenset(
            place.question_id
            for module in self.modules
            for lesson in module.lessons
            for place in lesson.places
            if place.question_id is not None
        )

    @cached_property
    def lesson_of_card(self) -> dict[int, LessonOutline]:
        """Question in the daily review → its lesson."""
        return {
            place.question_id: lesson
            for module in self.modules
            for lesson in module.lessons
            for place in lesson.review_places
            if place.question_id is not None
        }

    @cached_property
    def card_questions(self) -> dict[int, Question]:
        """Question in the daily review → its row, to read and not to change."""
        lessons = (lesson for module in self.modules for lesson in module.lessons)
        return {one.pk: one for lesson in lessons for one in lesson.review_questions}

    @property
    def sample(self) -> LessonOutline | None:
        """The lesson that may be read without enrolling."""
        return self._lessons[self.sample_key][1] if self.sample_key in self._lessons else None

    def module_of(self, key: str) -> ModuleOutline:
        """Return the module of a lesson. Raises NotFound."""
        if key not in self._lessons:
            raise NotFound
        return self._lessons[key][0]

    @cached_property
    def led_modules(self) -> frozenset[int]:
        """The modules that a learner is led through: all where all are optional.

        An optional one is among them where a graded quiz at the end of the course asks for it.
        """
        needed: set[int] = set()
        for quiz in self.quizzes:
            if quiz.is_graded:
                needed |= quiz.requires_modules
        led = [one.id for one in self.modules if not one.is_optional or one.id in needed]
        return frozenset(led or [one.id for one in self.modules])

    @cached_property
    def path(self) -> tuple[Step, ...]:
        """What a learner is led through, in order: not what is optional."""
        led = (module for module in self.modules if module.id in self.led_modules)
        return (*(step for module in led for step in module.steps), *self.quizzes)

    @cached_property
    def _places(self) -> dict[tuple[str, int], tuple[int, ModuleOutline | None]]:
        homes: list[tuple[Step, ModuleOutline | None]] = [
            (step, module) for module in self.modules for step in module.steps
        ]
        homes += [(quiz, None) for quiz in self.quizzes]
        return {_name(step): (n, module) for n, (step, module) in enumerate(homes)}

    def rank(self, step: Step) -> int:
        """Return the place of a step among all steps of the course, from 0."""
        return self._places[_name(step)][0]

    def home(self, step: Step) -> ModuleOutline | None:
        """Return the module of a step, None for a quiz at the end of the course."""
        return self._places[_name(step)][1]

    def following(self, step: Step) -> tuple[Step, ...]:
        """Return what comes after a step in its module, or at the end of the course."""
        beside = self.siblings(step)
        return beside[[_name(one) for one in beside].index(_name(step)) + 1 :]

    def siblings(self, step: Step) -> tuple[Step, ...]:
        """Return the steps of its module, or the quizzes at the end of the course."""
        module = self.home(step)
        return self.quizzes if module is None else module.steps

    def unlocking(self, quiz: QuizOutline) -> tuple[QuizOutline, ...]:
        """Return the quizzes that must be passed before this one may begin."""
        return tuple(
            one
            for module in self.modules
            if module.id in quiz.requires_modules
            for one in module.quizzes
            if one.is_graded
        )

    def quiz(self, quiz_id: int) -> QuizOutline | None:
        """Return a quiz that learners are offered as such."""
        return self._quizzes.get(quiz_id)

    @cached_property
    def _quizzes(self) -> dict[int, QuizOutline]:
        return {step.id: step for step in self.steps if isinstance(step, QuizOutline)}

    def neighbours(self, step: Step) -> tuple[Step | None, Step | None]:
        """Return the steps before and after a lesson or quiz, as one reads on.

        Outside of optional modules these are passed over; inside of one they are not.
        """
        here = self.rank(step)
        module = self.home(step)
        is_aside = module is not None and module.is_optional
        near = self.steps if is_aside else self.path
        before = [one for one in near if self.rank(one) < here]
        after = [one for one in near if self.rank(one) > here]
        return before[-1] if before else None, after[0] if after else None


def _name(step: Step) -> tuple[str, int]:
    return step.url_kind, step.id
