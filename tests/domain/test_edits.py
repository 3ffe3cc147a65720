"""Edit one record of a course at a time, and sync it afterwards."""

from pathlib import Path

import pytest

import courses
from courses.coursefiles import course_files, read_course, read_files
from courses.coursefiles.schema import ObjectiveFile, QuestionFile, QuizFile, QuizItemFile
from courses.domain.authoring import course_to_records, edits, sync_course
from courses.domain.authoring.entries import take_apart
from courses.errors import Conflict, Invalid
from courses.models import Course, Question, QuestionVersion, Quiz
from tests.coursefiles.sample import edited, files
from tests.factories import NOW, SINGLE_CHOICE, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

SHIPPED = Path(courses.__file__).parent / "content" / "customer-experience"
BANK = "m1-first/questions/bank.yaml"
OTHER = {**SINGLE_CHOICE, "stem": "Who is it about?"}


def sync(changed=None, **options):
    return sync_course(course_file=read_files(changed or files()).course, now=NOW, **options)


@pytest.fixture
def course():
    sync()
    return Course.objects.get(key="sample")


def question_of(course):
    return Question.objects.get(course=course, key="q-two")


def new_question(course, **more):
    values = {"key": "q-new", "type": "single_choice", "data": SINGLE_CHOICE, **more}
    return edits.create_question(
        course=course, record=QuestionFile(**values), module="m1-first", by=None, origin=None
    )


class TestRecords:
    def test_writing_every_record_of_a_course_again_changes_nothing(self, course):
        """An edit gives the same row as the same values in a file."""
        before, revision = take_apart(course_to_records(course=course)), self._revision(course)
        for kind, change in (
            ("objective", self._objective),
            ("stimulus", self._stimulus),
            ("question", self._question),
            ("quiz", self._quiz),
        ):
            assert before[kind]
            for entry in before[kind].values():
                change(course, entry)

        assert self._revision(course) == revision
        assert take_apart(course_to_records(course=course)) == before
        assert sync().has_changes is False

    def _objective(self, course, entry):
        row = course.objectives.get(key=entry.key)
        edits.change_objective(objective=row, record=entry.record, module=entry.module, origin=None)

    def _stimulus(self, course, entry):
        edits.change_stimulus(
            stimulus=course.stimuli.get(key=entry.key), record=entry.record, origin=None
        )

    def _question(self, course, entry):
        row = course.questions.get(key=entry.key)
        edits.change_question(question=row, record=entry.record, module=entry.module, origin=None)

    def _quiz(self, course, entry):
        row = course.quizzes.get(key=entry.key)
        edits.change_quiz(quiz=row, record=entry.record, module=entry.module, origin=None)

    def _revision(self, course):
        return Course.objects.values_list("revision", flat=True).get(pk=course.pk)

    def test_created_content_is_exported_and_read_back(self, course):
        new_question(course, tags=("bank", "new-tag"), source=("dodkins", "A talk, 2020"))
        item = QuizItemFile(question="q-new")
        record = QuizFile(key="new-quiz", title="New", kind="exam", status="draft", items=(item,))
        edits.create_quiz(course=course, record=record, module="", origin=None)
        written = course_files(course_to_records(course=course))
        read = read_files(written).course

        assert take_apart(read) == take_apart(course_to_records(course=course))
        assert b"status: draft" in written["quizzes.yaml"]


class TestSync:
    def test_changed_row_is_kept_while_its_file_is_unchanged(self, course):
        self._harder(course)
        report = sync()

        assert (report.updated, report.conflicts) == ([], [])
        assert question_of(course).difficulty == "hard"

    def test_a_change_on_both_sides_is_a_conflict(self, course):
        self._harder(course)
        report = sync(edited(BANK, "Who waits?", "Who is waiting?"))

        (conflict,) = report.conflicts
        assert conflict.name == "question q-two"
        assert "difficulty" in conflict.fields

    def test_a_draft_counts_as_a_change_and_theirs_wins_over_it(self, course):
        edits.write_version(
            question=question_of(course),
            type="single_choice",
            data=OTHER,
            is_ready=False,
            by=None,
            origin=None,
        )
        changed = edited(BANK, "Who waits?", "Who is waiting?")

        assert [one.name for one in sync(changed).conflicts] == ["question q-two"]
        sync(changed, choose="theirs")
        ready = question_of(course).ready_version
        assert (ready.number, ready.data["stem"]) == (3, "Who is waiting?")

    def test_row_made_in_the_admin_is_left_alone(self, course):
        new_question(course)

        assert sync().has_changes is False
        assert Question.objects.filter(course=course, key="q-new", is_retired=False).exists()

    def test_a_draft_quiz_of_a_file_is_one(self, course):
        name, old = "quizzes.yaml", "kind: exam"
        sync(edited(name, old, f"{old}\n  status: draft"))
        quiz = Quiz.objects.get(course=course, key="final-exam")

        assert quiz.is_draft
        assert quiz not in Quiz.objects.offered()

    def _harder(self, course):
        record = QuestionFile(key="q-two", type="-", data={}, difficulty="hard", status="draft")
        edits.change_question(
            question=question_of(course),
            record=record,
            module="m1-first",
            is_confirmed=True,
            origin=None,
        )


class TestVersions:
    def test_author_of_a_version_is_stored(self, course):
        person = UserFactory()
        version = edits.write_version(
            question=question_of(course),
            type="single_choice",
            data=OTHER,
            note="clearer",
            is_ready=True,
            by=person,
            origin=None,
        )

        assert (version.created_by, version.note, version.number) == (person, "clearer", 2)
        assert question_of(course).ready_version == version

    def test_publishing_checks_again(self, course):
        draft = edits.write_version(
            question=question_of(course),
            type="single_choice",
            data=OTHER,
            is_ready=False,
            by=None,
            origin=None,
        )
        QuestionVersion.objects.filter(pk=draft.pk).update(data={"stem": ""})

        with pytest.raises(Invalid) as caught:
            edits.publish_draft(version=draft, origin=None)
        assert {problem.path.partition(".")[0] for problem in caught.value.problems} == {"data"}
        assert question_of(course).ready_version.number == 1

    def test_a_draft_that_became_ready_meanwhile_is_not_replaced(self, course):
        draft = edits.write_version(
            question=question_of(course),
            type="single_choice",
            data=OTHER,
            is_ready=False,
            by=None,
            origin=None,
        )
        edits.publish_draft(version=QuestionVersion.objects.get(pk=draft.pk), origin=None)

        with pytest.raises(Conflict):
            edits.replace_draft(
                version=draft, type="single_choice", data=SINGLE_CHOICE, origin=None
            )
        assert QuestionVersion.objects.get(pk=draft.pk).data["stem"] == OTHER["stem"]


def test_failed_edit_leaves_nothing_behind(course):
    record = ObjectiveFile(key="DEF-1", text="taken", bloom="apply")
    with pytest.raises(Conflict):
        edits.create_objective(course=course, record=record, module="m1-first", origin=None)
    with pytest.raises(Conflict):
        new_question(course, key="q-two", tags=("brand-new",))

    assert not course.tags.filter(key="brand-new").exists()
    assert question_of(course).versions.count() == 1


@pytest.mark.proofs
def test_every_quiz_of_the_shipped_course_can_be_written_again():
    """Its draws too: what its authors promise learners is surely there."""
    sync_course(course_file=read_course(SHIPPED).course, now=NOW)
    course = Course.objects.get()
    before = take_apart(course_to_records(course=course))
    for key, entry in before["quiz"].items():
        quiz = course.quizzes.get(key=key)
        edits.change_quiz(quiz=quiz, record=entry.record, module=entry.module, origin=None)
        assert edits.quiz_problems(quiz) == [], key

    assert take_apart(course_to_records(course=course)) == before
