"""Questions of a file: compared with the bank, accepted in one transaction, undone."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from courses.domain import jobs
from courses.domain.authoring import edits, importing
from courses.domain.authoring.editions import Origin, state_of
from courses.domain.authoring.importing import steps
from courses.errors import Conflict
from courses.interchange import formats
from courses.models import Course, Edition, Job, Question, QuestionImport
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
    assert statuses(batch) == ["new", "new", "new", "new"]
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


def many(count: int, text: str = "") -> str:
    return "\n\n".join(
        f"// [id:q{one}]\nIs {one} even{text}?{{T#Yes.#No.}}" for one in range(count)
    )


SECONDS = itertools.count()


def later() -> datetime:
    """Return a moment after every other that was returned."""
    return timezone.now() + timedelta(hours=1, seconds=next(SECONDS))


def work(*, steps: int = 1000) -> None:
    """Work as many steps, or until no job is left."""
    for _step in range(steps):
        if not Job.objects.unfinished().exists():
            return
        jobs.work(clock=later, until=later() + timedelta(seconds=2))


@pytest.fixture
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "IN_A_STEP", 3)


@pytest.mark.usefixtures("_small_steps")
def test_many_questions_are_accepted_by_a_job_and_undone_by_another(course: Course) -> None:
    batch = start(course, f"{many(8)}\n\nWrite.{{}}\n\nA text.")
    job = importing.queue_accept(
        batch=batch, reason=WHY, is_ready=True, has_texts=True, by=None, now=timezone.now()
    )
    with pytest.raises(Conflict):
        importing.queue_accept(batch=batch, by=None, now=timezone.now())
    with pytest.raises(Conflict):
        accept(batch)
    with pytest.raises(Conflict):
        importing.undo(batch=batch, by=None, now=timezone.now())
    work()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 9, 9)
    assert job.result == {"created": 8, "changed": 0, "texts": 1, "waiting": 1}
    batch.refresh_from_db()
    rows = importing.rows_of(batch=batch)
    keys = set(course.questions.exclude(ready_version=None).values_list("key", flat=True))
    assert {row.accepted for row in rows[:8]} == keys
    assert course.stimuli.get().key == rows[9].accepted
    importing.queue_undo(batch=batch, by=None, now=timezone.now())
    work()
    assert not course.questions.filter(is_retired=False).exists()
    batch.refresh_from_db()
    assert (batch.undone_at is not None, course.stimuli.count()) == (True, 0)


@pytest.mark.usefixtures("_small_steps")
def test_an_import_that_stops_is_taken_back_and_can_be_accepted_again(course: Course) -> None:
    accept(start(course, many(5)), is_ready=True)
    before = {one.key: state_of(one).hash for one in course.questions.all()}
    batch = start(course, many(8, " or odd"))
    for stop in ("refused", "cancelled"):
        batch.rows[7]["value"]["stem"] = "[[term:nothing]]?" if stop == "refused" else "Is it?"
        batch.rows[7]["hash"] = ""
        batch.save()
        job = importing.queue_accept(batch=batch, is_ready=True, by=None, now=timezone.now())
        if stop == "cancelled":
            work(steps=2)
            assert course.questions.filter(is_retired=False, key__startswith="is-").count() == 5
            assert Edition.objects.filter(tool=f"import {batch.uuid}").exists()
            assert jobs.cancel(job=job, now=timezone.now())
        work()
        job.refresh_from_db()
        taken_back = importing.job_of(batch=batch)
        assert taken_back is not None
        assert (taken_back.kind, taken_back.state) == ("question_import_undo", "done")
        assert (job.state, bool(job.errors)) == (
            ("failed", True) if stop == "refused" else ("cancelled", False)
        )
        left = course.questions.filter(is_retired=False)
        assert {one.key: state_of(one).hash for one in left} == before
        batch.refresh_from_db()
    importing.queue_accept(batch=batch, is_ready=True, by=None, now=timezone.now())
    work()
    assert course.questions.filter(is_retired=False).count() == 8


def test_a_file_whose_import_was_undone_can_be_imported_again(course: Course) -> None:
    accept(start(course), reason=WHY)
    batch = QuestionImport.objects.get()
    importing.undo(batch=batch, by=None, now=timezone.now())
    accept(start(course), reason=WHY)
    assert sorted(course.questions.filter(is_retired=False).values_list("key", flat=True)) == [
        "one",
        "two",
    ]
