"""What the database holds of a course, as the records that its files would hold."""

from collections.abc import Iterable
from typing import Any

from courses.coursefiles.schema import CourseFile, ModuleFile, QuizFile
from courses.domain.authoring import row_records
from courses.domain.authoring.rows import Rows, in_order
from courses.models import Course, Module


def course_to_records(*, course: Course) -> CourseFile:
    """Return the course as records, in canonical order; archived parts are left out.

    Whether it is published is left out too: what is made of the records begins as a draft.
    """
    return records(Rows(course))


def records(rows: Rows) -> CourseFile:
    """Return the course as records, from rows that were read before."""
    return _Export(rows).course()


class _Export:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.modules = [module for module in rows.modules if not module.is_archived]
        self.first = self.modules[0].pk if self.modules else None
        self.stimulus_homes = self._stimulus_homes()

    def course(self) -> CourseFile:
        return row_records.course_record(
            self.rows.course,
            references=tuple(map(row_records.reference_record, self._sorted("reference"))),
            terms=tuple(map(row_records.term_record, self._sorted("term"))),
            quizzes=self._quizzes(None),
            modules=tuple(self._module(module) for module in self.modules),
        )

    def _sorted(self, kind: str) -> list[Any]:
        return [row for _key, row in sorted(self.rows.by_kind[kind].items())]

    def _module(self, module: Module) -> ModuleFile:
        return row_records.module_record(
            module,
            objectives=tuple(map(row_records.objective_record, self._placed("objective", module))),
            lessons=tuple(map(row_records.lesson_record, self._placed("lesson", module))),
            questions=tuple(
                row_records.question_record(question, version=self.rows.versions[question.pk])
                for question in self._sorted("question")
                if (question.module_id or self.first) == module.pk
                and question.pk in self.rows.versions
            ),
            stimuli=tuple(
                row_records.stimulus_record(each)
                for each in self._sorted("stimulus")
                if self.stimulus_homes.get(each.pk, self.first) == module.pk
            ),
            quizzes=self._quizzes(module),
            assets=tuple(
                row_records.asset_record(each)
                for each in self._sorted("asset")
                if each.module_id == module.pk
            ),
        )

    def _placed(self, kind: str, module: Module | None) -> Iterable[Any]:
        """Return the rows of the module in their order; archived ones are left out."""
        return in_order(
            row for row in self.rows.by_kind[kind].values() if row.module_id == _pk(module)
        )

    def _quizzes(self, module: Module | None) -> tuple[QuizFile, ...]:
        return tuple(
            row_records.quiz_record(quiz, items=self.rows.items[quiz.pk])
            for quiz in self._placed("quiz", module)
        )

    def _stimulus_homes(self) -> dict[int, int | None]:
        """Return stimulus → the first module with a question that uses it."""
        order = {module.pk: index for index, module in enumerate(self.modules)}
        homes: dict[int, int | None] = {}
        for question in self.rows.by_kind["question"].values():
            home = question.module_id or self.first
            if question.stimulus_id is None or home not in order:
                continue
            known = homes.get(question.stimulus_id)
            if known is None or order[home] < order[known]:
                homes[question.stimulus_id] = home
        return homes


def _pk(row: Any) -> int | None:
    return row.pk if row is not None else None
