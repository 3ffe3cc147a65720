"""Questions of a file: compared with the bank, accepted in one transaction, undone."""

from typing import Any

import pytest
from django.utils import timezone

from courses.domain.authoring import edits, importing
from courses.domain.authoring.editions import Origin, state_of
from courses.errors import Conflict
from courses.interchange import formats
from courses.models import Course, Edition, Question, QuestionImport
from tests.factories import CourseFactory, ModuleFactory

pytestmark = pytest.mark.django_db
WHY = "Why."
BANK = "// [id:one]\nOne?{=a#y ~b#n}\n\n// [id:two]\nTwo?{T}\n\n// [id:three]\nWrite.{}\n\nA text."


@pytest.fixture
def course() -> Course:
    return CourseFactory()


def start(course: Course, text: str = BANK) -> QuestionImport:
    found = formats.read("gift", text.encode(), name="bank.gift")
    return importing.start(
        course=course, found=found, format_key="gift", file_name="bank.gift", now=timezone.now()
    )


def accept(batch: QuestionImport, **values: Any) -> importing.Acceptance:
    return importing.accept(batch=batch, by=None, now=timezone.now(), **values)


def statuses(batch: QuestionImport, reason: str = WHY) -> list[str]:
    return [row.status for row in importing.rows_of(batch=batch, reason=reason)]


def test_what_is_complete_is_accepted_and_the_rest_waits(course: Course) -> None:
    batch = start(course)
    assert statuses(batch) == ["new", "new", "new", "unsupported"]
    done = accept(batch, reason=WHY)
    assert (done.created, done.changed) == (["one", "two"], [])
    assert [row.title for row, _problem in done.waiting] == ["Write."]
    assert {one.status for one in course.questions.all()} == {"draft"}
    channels = Edition.objects.filter(course=course, kind="question").values_list("channel", "note")
    assert set(channels) == {("import", "bank.gift")}


def test_the_same_file_again_is_identical_and_a_changed_question_is_known(course: Course) -> None:
    accept(start(course), reason=WHY)
    again = start(course)
    assert statuses(again)[:2] == ["identical", "identical"]
    assert accept(again, reason=WHY).created == []
    changed = start(course, BANK.replace("One?", "Which one?"))
    assert statuses(changed)[:2] == ["changed", "identical"]
    done = accept(changed, reason=WHY, is_ready=True)
    assert (done.created, done.changed) == ([], ["one"])
    question = Question.objects.get(key="one")
    assert question.ready_version.data["stem"] == "Which one?"


def test_one_by_one_and_twice_is_once(course: Course) -> None:
    batch = start(course)
    assert accept(batch, places=[1], reason=WHY).created == ["two"]
    assert accept(batch, places=[1], reason=WHY).created == []
    assert [row.accepted for row in importing.rows_of(batch=batch)] == ["", "two", "", ""]


def test_undo_retires_restores_and_leaves_what_somebody_changed(course: Course) -> None:
    accept(start(course), reason=WHY, is_ready=True)
    before = state_of(Question.objects.get(key="one"))
    batch = start(course, BANK.replace("One?", "New?") + "\n\nSix?{T}\n\nSeven?{F}")
    done = accept(batch, reason=WHY, is_ready=True)
    assert (done.changed, done.created) == (["one"], ["six", "seven"])
    seven = Question.objects.get(key="seven")
    by_hand = Origin(Edition.Channel.STUDIO, None, timezone.now())
    edits.retire_question(question=seven, origin=by_hand)
    edits.restore_question(question=seven, origin=by_hand)
    undone = importing.undo(batch=batch, by=None, now=timezone.now())
    assert undone == importing.Undone(retired=["six"], restored=["one"], kept=["seven"])
    assert state_of(Question.objects.get(key="one")).values["data"] == before.values["data"]
    assert Question.objects.get(key="six").is_retired
    assert importing.undo(batch=batch, by=None, now=timezone.now()) == importing.Undone()
    with pytest.raises(Conflict):
        accept(batch, reason=WHY)


def test_pictures_go_to_the_module_and_wait_without_one(course: Course) -> None:
    text = (
        '[html]<img src\\="data\\:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAA'
        'DUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg\\=\\=" alt\\="Dot"> Is it?{T}'
    )
    batch = start(course, text)
    assert [problem for _row, problem in accept(batch, reason=WHY).waiting] == [
        "Choose a module: its pictures are kept there."
    ]
    module = ModuleFactory(course=course)
    accept(batch, reason=WHY, module=module)
    asset = module.assets.get()
    assert asset.name in course.questions.get().versions.get().data["stem"]


def test_a_failure_writes_nothing(course: Course) -> None:
    batch = start(course, "One?{T}\n\nTwo [[term:nothing]]?{F}")
    batch.rows[1]["value"]["stem"] = "[[term:nothing]]?"
    batch.save()
    with pytest.raises(Exception, match="nothing"):
        accept(batch, reason=WHY)
    assert course.questions.count() == 0
