"""What the database holds of a course, as the records that its files would hold."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
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
from courses.domain.authoring.rows import Rows
from courses.errors import CoursesError
from courses.models import Course, Lesson, Module, Question, QuestionVersion, Quiz, QuizItem
from courses.questions.data import Expression

_MINUTE = 60


def course_to_records(*, course: Course) -> CourseFile:
    """The course as records, in canonical order; archived parts are left out.

    Whether it is published is left out too: what is made of the records begins as a draft.
    """
    return records(Rows(course))


def records(rows: Rows) -> CourseFile:
    """The same from rows that were read before."""
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
        row = self.rows.course
        return CourseFile(
            key=row.key,
            title=row.title,
            summary=row.summary,
            description=row.description,
            language=row.language,
            authors=tuple(row.authors),
            licence=row.licence,
            reviewed_on=_date(row.reviewed_on),
            references=tuple(
                ReferenceFile(
                    key=key,
                    citation=each.citation,
                    url=each.url,
                    note=each.note,
                    kind=each.kind,
                    as_of=_date(each.as_of),
                    recheck_by=_date(each.recheck_by),
                )
                for key, each in self._sorted("reference")
            ),
            terms=tuple(
                TermFile(
                    key=key,
                    term=each.term,
                    definition=each.definition,
                    source=self.reference_keys.get(each.source_id, ""),
                )
                for key, each in self._sorted("term")
            ),
            quizzes=self._quizzes(None),
            modules=tuple(self._module(module) for module in self.modules),
        )

    def _sorted(self, kind: str) -> list[tuple[str, Any]]:
        return sorted(self.rows.by_kind[kind].items())

    def _module(self, module: Module) -> ModuleFile:
        rows = self.rows.by_kind
        return ModuleFile(
            key=module.key,
            title=module.title,
            summary=module.summary,
            optional=module.is_optional,
            objectives=tuple(
                ObjectiveFile(key=each.key, text=each.text, bloom=each.bloom)
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
                StimulusFile(key=key, title=each.title, body=each.body)
                for key, each in self._sorted("stimulus")
                if self.stimulus_homes.get(each.pk, self.first) == module.pk
            ),
            quizzes=self._quizzes(module.pk),
            assets=tuple(
                AssetFile(name=each.name, content=bytes(each.content))
                for _key, each in self._sorted("asset")
                if each.module_id == module.pk
            ),
            instructor_notes=module.instructor_notes,
        )

    def _lesson(self, lesson: Lesson) -> LessonFile:
        return LessonFile(
            key=lesson.key,
            title=lesson.title,
            summary=lesson.summary,
            minutes=lesson.minutes,
            objectives=tuple(sorted(each.key for each in lesson.objectives.all())),
            completion=lesson.completion,
            review=tuple(lesson.review),
            reviewed_on=_date(lesson.reviewed_on),
            sources=tuple(sorted(each.key for each in lesson.sources.all())),
            body=lesson.body,
        )

    def _question(self, question: Question, version: QuestionVersion) -> QuestionFile:
        return QuestionFile(
            key=question.key,
            type=version.type,
            objective=self.objective_keys.get(question.objective_id or 0, ""),
            bloom=question.bloom,
            difficulty=question.difficulty,
            tags=tuple(sorted(tag.key for tag in question.tags.all())),
            source=tuple(question.source),
            reviewed_on=_date(question.reviewed_on),
            status="retired" if question.is_retired else version.status,
            stimulus=self.stimulus_keys.get(question.stimulus_id or 0, ""),
            enemies=tuple(question.enemies),
            data=_canonical(version),
        )

    def _quizzes(self, module: int | None) -> tuple[QuizFile, ...]:
        return tuple(
            self._quiz(quiz)
            for quiz in _in_order(self.rows.by_kind["quiz"].values())
            if quiz.module_id == module and not quiz.is_archived
        )

    def _quiz(self, quiz: Quiz) -> QuizFile:
        limit_minutes, limit_seconds = divmod(quiz.time_limit_s or 0, _MINUTE)
        delay_minutes, delay_seconds = divmod(quiz.attempt_delay_s, _MINUTE)
        review = {moment: tuple(shown) for moment, shown in quiz.review.items()}
        return QuizFile(
            key=quiz.key,
            title=quiz.title,
            intro=quiz.intro,
            kind=quiz.kind,
            status="draft" if quiz.is_draft else "ready",
            feedback_mode=quiz.feedback_mode,
            credit=tuple(Expression(share) for share in quiz.credit),
            review=review or None,
            attempts_allowed=quiz.attempts_allowed,
            attempt_delay_minutes=delay_minutes,
            attempt_delay_seconds=delay_seconds,
            grade_method=quiz.grade_method,
            time_limit_minutes=limit_minutes or None,
            time_limit_seconds=limit_seconds,
            grace_seconds=quiz.grace_s,
            opens_at=_moment(quiz.opens_at),
            closes_at=_moment(quiz.closes_at),
            pass_mark=_number(quiz.pass_mark),
            shuffle_items=quiz.shuffle_items,
            one_item_per_page=quiz.one_item_per_page,
            requires_modules=tuple(sorted(each.key for each in quiz.requires_modules.all())),
            compares_with=quiz.compares_with.key if quiz.compares_with else "",
            items=tuple(self._item(item) for item in self.rows.items[quiz.pk]),
        )

    def _item(self, item: QuizItem) -> QuizItemFile:
        points = _number(item.points)
        if item.draw_count is None:
            return QuizItemFile(
                question=self.question_keys.get(item.question_id or 0, ""),
                version=item.version.number if item.version else None,
                points=points,
            )
        draw = DrawFile(
            count=item.draw_count,
            objective=self.objective_keys.get(item.draw_objective_id or 0, ""),
            tag=self.tag_keys.get(item.draw_tag_id or 0, ""),
            difficulty=item.draw_difficulty,
        )
        return QuizItemFile(draw=draw, points=points)

    def _stimulus_homes(self) -> dict[int, int | None]:
        """Stimulus → the first module with a question that uses it: there its text is written."""
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
    """The data in the shortest form that its type writes; as stored when the type is unknown."""
    try:
        dumped: dict[str, Any] = version.question_type.dump(version.parsed)
    except CoursesError:
        return dict(version.data)
    return dumped


def _date(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat() if value else None


def _number(value: Decimal) -> Expression:
    return Expression(f"{value.normalize():f}")
