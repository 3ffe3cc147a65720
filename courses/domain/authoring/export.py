"""What the database holds of a course, as the records that its files would hold."""

from collections.abc import Iterable
from typing import Any

from courses.coursefiles.schema import (
    AssetFile,
    CourseFile,
    DrawFile,
    LessonFile,
    ModuleFile,
    ObjectiveFile,
    QuestionFile,
    QuizFile,
    QuizItemFile,
    ReferenceFile,
    StimulusFile,
    TermFile,
)
from courses.domain.authoring.columns import to_record
from courses.domain.authoring.rows import Rows
from courses.errors import CoursesError
from courses.models import Course, Lesson, Module, Question, QuestionVersion, Quiz, QuizItem


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
        self.objective_keys = rows.keys("objective")
        self.reference_keys = rows.keys("reference")
        self.stimulus_keys = rows.keys("stimulus")
        self.question_keys = rows.keys("question")
        self.tag_keys = {tag.pk: key for key, tag in rows.tags.items()}
        self.stimulus_homes = self._stimulus_homes()

    def course(self) -> CourseFile:
        return to_record(
            self.rows.course,
            kind=CourseFile,
            references=tuple(
                to_record(each, kind=ReferenceFile) for _key, each in self._sorted("reference")
            ),
            terms=tuple(
                to_record(each, kind=TermFile, source=self.reference_keys.get(each.source_id, ""))
                for _key, each in self._sorted("term")
            ),
            quizzes=self._quizzes(None),
            modules=tuple(self._module(module) for module in self.modules),
        )

    def _sorted(self, kind: str) -> list[tuple[str, Any]]:
        return sorted(self.rows.by_kind[kind].items())

    def _module(self, module: Module) -> ModuleFile:
        rows = self.rows.by_kind
        return to_record(
            module,
            kind=ModuleFile,
            optional=module.is_optional,
            objectives=tuple(
                to_record(each, kind=ObjectiveFile)
                for each in _in_order(rows["objective"].values())
                if each.module_id == module.pk
            ),
            lessons=tuple(
                self._lesson(lesson)
                for lesson in _in_order(rows["lesson"].values())
                if lesson.module_id == module.pk and not lesson.is_archived
            ),
            questions=tuple(
                self._question(question, self.rows.versions[question.pk])
                for _key, question in self._sorted("question")
                if (question.module_id or self.first) == module.pk
                and question.pk in self.rows.versions
            ),
            stimuli=tuple(
                to_record(each, kind=StimulusFile)
                for _key, each in self._sorted("stimulus")
                if self.stimulus_homes.get(each.pk, self.first) == module.pk
            ),
            quizzes=self._quizzes(module.pk),
            assets=tuple(
                AssetFile(name=each.name, content=bytes(each.content))
                for _key, each in self._sorted("asset")
                if each.module_id == module.pk
            ),
        )

    def _lesson(self, lesson: Lesson) -> LessonFile:
        return to_record(
            lesson,
            kind=LessonFile,
            objectives=tuple(sorted(each.key for each in lesson.objectives.all())),
            sources=tuple(sorted(each.key for each in lesson.sources.all())),
        )

    def _question(self, question: Question, version: QuestionVersion) -> QuestionFile:
        return to_record(
            question,
            kind=QuestionFile,
            type=version.type,
            objective=self.objective_keys.get(question.objective_id or 0, ""),
            tags=tuple(sorted(tag.key for tag in question.tags.all())),
            status="retired" if question.is_retired else version.status,
            stimulus=self.stimulus_keys.get(question.stimulus_id or 0, ""),
            data=_canonical(version),
        )

    def _quizzes(self, module: int | None) -> tuple[QuizFile, ...]:
        return tuple(
            self._quiz(quiz)
            for quiz in _in_order(self.rows.by_kind["quiz"].values())
            if quiz.module_id == module and not quiz.is_archived
        )

    def _quiz(self, quiz: Quiz) -> QuizFile:
        return to_record(
            quiz,
            kind=QuizFile,
            status="draft" if quiz.is_draft else "ready",
            requires_modules=tuple(sorted(each.key for each in quiz.requires_modules.all())),
            compares_with=quiz.compares_with.key if quiz.compares_with else "",
            items=tuple(self._item(item) for item in self.rows.items[quiz.pk]),
        )

    def _item(self, item: QuizItem) -> QuizItemFile:
        if item.draw_count is None:
            return to_record(
                item,
                kind=QuizItemFile,
                question=self.question_keys.get(item.question_id or 0, ""),
                version=item.version.number if item.version else None,
            )
        draw = DrawFile(
            count=item.draw_count,
            objective=self.objective_keys.get(item.draw_objective_id or 0, ""),
            tag=self.tag_keys.get(item.draw_tag_id or 0, ""),
            difficulty=item.draw_difficulty,
        )
        return to_record(item, kind=QuizItemFile, draw=draw)

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


def _in_order(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.position, row.pk))


def _canonical(version: QuestionVersion) -> dict[str, Any]:
    """Return the data in the shortest form of its type; as stored when the type is unknown."""
    try:
        dumped: dict[str, Any] = version.question_type.dump(version.parsed)
    except CoursesError:
        return dict(version.data)
    return dumped
