"""Editions: what is recorded with each change, by whom, and that nothing is missed."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.coursefiles import read_files
from courses.coursefiles.schema import ObjectiveFile, QuestionFile, StimulusFile
from courses.domain import personal_data, verifying
from courses.domain.authoring import edits, sync_course
from courses.domain.authoring.editions import Origin, recording, states_of
from courses.errors import Conflict
from courses.models import Course, Edition, Objective, Question, Quiz, Stimulus
from tests.coursefiles.sample import edited, files
from tests.factories import NOW, SINGLE_CHOICE, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = NOW + dt.timedelta(hours=1)
BANK = "m1-first/questions/bank.yaml"


def sync(changed: Any = None, **more: Any) -> Any:
    return sync_course(course_file=read_files(changed or files()).course, now=NOW, **more)


@pytest.fixture
def course() -> Course:
    sync()
    return Course.objects.get(key="sample")


@pytest.fixture
def origin() -> Origin:
    return Origin("api", UserFactory(), LATER)


def newest(kind: str, key: str) -> Edition:
    return Edition.objects.filter(kind=kind, key=key).latest("number")


def numbered(kind: str, key: str) -> list[tuple[int, str]]:
    rows = Edition.objects.filter(kind=kind, key=key).order_by("number")
    return list(rows.values_list("number", "action"))


def unrecorded(course: Course) -> list[str]:
    found = verifying.verify_editions(course=course, now=LATER, is_fixing=False)
    return [one.row for one in found]


class TestSync:
    def test_first_sync_records_every_row_and_order_as_created(self, course: Course) -> None:
        made = Edition.objects.exclude(kind="order")

        assert set(Edition.objects.values_list("number", "action", "channel")) == {
            (1, "created", "files")
        }
        assert made.count() == 23
        assert (
            newest("question", "q-two").version == Question.objects.get(key="q-two").versions.get()
        )
        assert newest("order", "").values["modules"] == ["m1-first", "m2-second"]
        assert unrecorded(course) == []

    def test_second_sync_records_what_changed_and_no_more(self, course: Course) -> None:
        before = Edition.objects.count()
        sync()
        assert Edition.objects.count() == before

        sync(edited(BANK, "Who waits?", "Who is waiting?"))

        assert Edition.objects.count() == before + 1
        assert numbered("question", "q-two") == [(1, "created"), (2, "changed")]
        row = Question.objects.get(key="q-two")
        assert newest("question", "q-two").file_hash == row.source_hash
        assert unrecorded(course) == []

    def test_check_of_files_records_nothing(self, course: Course) -> None:
        before = Edition.objects.count()

        sync(edited(BANK, "Who waits?", "Who is waiting?"), is_check=True)

        assert Edition.objects.count() == before


class TestEdits:
    def test_change_is_recorded_with_who_when_and_which_way(
        self, course: Course, origin: Origin
    ) -> None:
        row = Stimulus.objects.first()
        assert row is not None
        record = StimulusFile(key=row.key, title="Another title", body=row.body)
        edits.change_stimulus(stimulus=row, record=record, origin=replace(origin, note="Clearer"))
        edits.change_stimulus(stimulus=row, record=record, origin=origin)

        found = newest("stimulus", row.key)
        assert (found.number, found.action, found.channel) == (2, "changed", "api")
        assert (found.by, found.created_at, found.note) == (origin.by, LATER, "Clearer")
        assert found.values["title"] == "Another title"
        assert found.file_hash == row.source_hash

    def test_created_and_deleted_row_keeps_its_history(
        self, course: Course, origin: Origin
    ) -> None:
        record = ObjectiveFile(key="m1-o9", text="Leave.", bloom="apply")
        row = edits.create_objective(course=course, record=record, module="m1-first", origin=origin)
        assert "m1-o9" in newest("order", "m1-first").values["objectives"]
        edits.delete_objective(objective=row, origin=origin)
        edits.create_objective(course=course, record=record, module="m1-first", origin=origin)

        assert [action for _number, action in numbered("objective", "m1-o9")] == [
            "created",
            "deleted",
            "created",
        ]
        assert unrecorded(course) == []

    def test_one_save_of_a_question_is_one_edition(self, course: Course, origin: Origin) -> None:
        row = Question.objects.get(key="q-two")
        record = QuestionFile(
            key="q-two", type="single_choice", data=SINGLE_CHOICE, tags=("new-tag",)
        )
        version = edits.save_question(
            question=row,
            record=record,
            module="m1-first",
            is_ready=True,
            based_on=edits.content_tag(row=row),
            is_confirmed=True,
            by=origin.by,
            origin=origin,
        )

        assert numbered("question", "q-two") == [(1, "created"), (2, "changed")]
        assert newest("question", "q-two").version == version
        assert newest("question", "q-two").values["tags"] == ["new-tag"]

    def test_archived_and_brought_back_have_names_of_their_own(
        self, course: Course, origin: Origin
    ) -> None:
        quiz = Quiz.objects.standalone().first()
        assert quiz is not None
        edits.archive_quiz(quiz=quiz, origin=origin)
        edits.restore_quiz(quiz=quiz, origin=origin)
        question = Question.objects.get(key="q-two")
        edits.retire_question(question=question, is_confirmed=True, origin=origin)

        assert [action for _n, action in numbered("quiz", quiz.key)][1:] == [
            "archived",
            "brought back",
        ]
        assert newest("question", "q-two").action == "archived"
        assert unrecorded(course) == []

    def test_change_by_nobody_known_is_recorded_before_the_next_one(
        self, course: Course, origin: Origin
    ) -> None:
        Question.objects.filter(key="q-two").update(difficulty="hard")
        assert unrecorded(course) == ["edition question q-two of sample"]

        question = Question.objects.get(key="q-two")
        edits.retire_question(question=question, is_confirmed=True, origin=origin)

        assert [action for _n, action in numbered("question", "q-two")] == [
            "created",
            "unrecorded",
            "archived",
        ]
        before = Edition.objects.get(key="q-two", action="unrecorded")
        assert (before.by, before.values["difficulty"]) == (None, "hard")

    def test_row_from_before_the_history_gets_its_baseline_first(self, origin: Origin) -> None:
        course = Course.objects.create(key="older", title="Older")
        row = Stimulus.objects.create(course=course, key="text", body="Old.")
        record = StimulusFile(key="text", body="New.")
        edits.change_stimulus(stimulus=row, record=record, origin=origin)

        assert numbered("stimulus", "text") == [(1, "baseline"), (2, "changed")]

    def test_refused_change_leaves_no_edition(self, course: Course, origin: Origin) -> None:
        before = Edition.objects.count()
        row = Objective.objects.first()
        assert row is not None

        with pytest.raises(Conflict):
            edits.delete_objective(objective=row, origin=origin)

        assert Edition.objects.count() == before

    def test_moving_an_objective_records_the_order_and_not_the_neighbours(
        self, course: Course, origin: Origin
    ) -> None:
        before = Edition.objects.count()
        row = Objective.objects.filter(module__key="m1-first").first()
        assert row is not None
        record = ObjectiveFile(key=row.key, text=row.text, bloom=row.bloom)
        edits.change_objective(
            objective=row, record=record, module="m1-first", position=90, origin=origin
        )

        assert Edition.objects.count() == before + 1
        assert newest("order", "m1-first").values["objectives"][-1] == row.key
        assert newest("objective", row.key).number == 1

    def test_recording_takes_a_constant_number_of_queries(
        self, course: Course, origin: Origin
    ) -> None:
        question = Question.objects.get(key="q-two")
        question.tags.set(question.course.tags.all())

        with CaptureQueriesContext(connection) as plain:
            edits.retire_question(question=question, is_confirmed=True, origin=None)
        with CaptureQueriesContext(connection) as recorded:
            edits.restore_question(question=question, origin=origin)

        assert len(recorded) - len(plain) <= 14

    def test_many_rows_are_recorded_in_a_constant_number_of_queries(
        self, course: Course, origin: Origin
    ) -> None:
        counts = []
        for added in (4, 20):
            rows = [
                Question.objects.create(course=course, key=f"more-{added}-{number}")
                for number in range(added)
            ]
            with CaptureQueriesContext(connection) as queries, recording(*rows, origin=origin):
                Question.objects.filter(pk__in=[row.pk for row in rows]).update(difficulty="hard")
            counts.append(len(queries))
            assert newest("question", rows[0].key).action == "changed"

        assert counts[0] == counts[1]


class TestVerifying:
    def test_fixing_records_what_was_not(self, course: Course) -> None:
        Question.objects.filter(key="q-two").update(difficulty="hard")

        found = verifying.verify_editions(course=course, now=LATER, is_fixing=True)

        assert len(found) == 1
        assert newest("question", "q-two").action == "unrecorded"
        assert unrecorded(course) == []


class TestRows:
    def test_editions_are_never_changed_or_deleted(self, course: Course) -> None:
        with pytest.raises(TypeError):
            Edition.objects.update(note="x")
        with pytest.raises(TypeError):
            Edition.objects.all().delete()

    def test_generated_quizzes_have_no_state(self, course: Course) -> None:
        checks = Quiz.objects.exclude(lesson=None).first()

        assert ("quiz", checks.key) not in states_of([checks])  # type: ignore[union-attr]

    def test_erased_person_is_no_longer_named(self, course: Course, origin: Origin) -> None:
        row = Stimulus.objects.first()
        assert row is not None
        record = StimulusFile(key=row.key, body="Changed.")
        edits.change_stimulus(
            stimulus=row, record=record, origin=replace(origin, reviewed_by=origin.by)
        )
        (told,) = personal_data.export(user=origin.by, now=LATER)["editions"]
        assert (told["kind"], told["key"], told["action"]) == ("stimulus", row.key, "changed")

        personal_data.erase(user=origin.by, now=LATER)

        found = newest("stimulus", row.key)
        assert (found.by, found.reviewed_by, found.values["body"]) == (None, None, "Changed.")
