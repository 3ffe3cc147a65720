"""Drafts as they are typed: saved, published, scheduled, discarded, purged."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

import courses
from courses.domain import enrolments, personal_data, relay, retention, verifying
from courses.domain.authoring import edits, working_copies
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.row_records import lesson_record
from courses.domain.authoring.working_copies import Publication, Save, Thing
from courses.errors import Conflict, CoursesError, Invalid, NotFound, TooMuch
from courses.models import Edition, Lesson, WorkingCopy
from tests.factories import NOW, LessonFactory, UserFactory

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(hours=1)
MAY_NAME_THEM = ("admin/", "api/authoring/", "domain/", "management/", "migrations/", "models/")


@pytest.fixture
def lesson():
    return LessonFactory(body="Published.", minutes=10)


@pytest.fixture
def author(lesson):
    user = UserFactory()
    enrolments.enrol(course=lesson.module.course, user=user, role="author", now=NOW)
    return user


@pytest.fixture
def thing(lesson):
    return Thing(lesson.module.course, "lesson", lesson.key)


@pytest.fixture
def write(author, thing, lesson):
    def write(body: str, *, now: dt.datetime = NOW, **more: object) -> WorkingCopy:
        sent = {"based_on": edits.content_tag(row=lesson), **more}
        return working_copies.save(
            owner=author, thing=thing, sent=Save(fields=[["body", body]], **sent), now=now
        )

    return write


def publication(lesson: Lesson, body: str, **more: object) -> Publication:
    record = replace(lesson_record(Lesson.objects.get(pk=lesson.pk)), body=body)
    return Publication(record=record, module=lesson.module.key, **more)


def origin(by: object, now: dt.datetime = NOW) -> Origin:
    return Origin(Edition.Channel.STUDIO, by, now)


def test_drafts_are_saved_against_a_revision_and_the_slower_page_gets_what_is_stored(write):
    copy = write("One")
    assert (copy.revision, copy.base["body"]) == (1, "Published.")
    assert write("Two", revision=1).revision == 2
    assert write("Two", revision=1).revision == 2  # The same text again is no conflict.

    with pytest.raises(working_copies.Faster) as refused:
        write("Three", revision=1)

    assert refused.value.copy.value("body") == "Two"
    assert WorkingCopy.objects.get().value("body") == "Two"


def test_a_page_never_competes_with_itself(write):
    assert write("One", tab="a", turn=1).revision == 1
    assert write("Two", tab="a", turn=3).revision == 2  # The answer to the first was lost.
    late = write("Half", tab="a", turn=2)
    assert (late.value("body"), late.revision) == ("Two", 2)
    with pytest.raises(working_copies.Faster):
        write("Other", tab="b", turn=1)


def test_last_request_of_a_closed_page_does_not_hold_up_the_next_page(write):
    closed = write("One", tab="a", turn=1)
    assert write("One", tab="a", turn=4).revision == closed.revision  # It came late.
    assert write("Two", tab="b", turn=1, revision=closed.revision).revision == 2
    closed = write("Three", tab="a", turn=5, revision=2)
    write("Three", tab="a", turn=7)
    assert write("Half of it", tab="a", turn=6).value("body") == "Three"


def test_a_draft_that_ended_is_not_written_again(write):
    copy = write("One")
    working_copies.discard(copy=copy, now=NOW)

    with pytest.raises(working_copies.Ended):
        write("Two", revision=1)

    assert write("Anew").uuid != copy.uuid


def test_limits_of_size_and_number(write, author, thing, monkeypatch):
    with pytest.raises(Invalid):
        write("x" * working_copies.MOST_BYTES)
    monkeypatch.setattr("courses.domain.authoring.working_copies.copies.MOST_OPEN", 1)
    new = replace(thing, kind="question", key="", type="essay")
    working_copies.save(owner=author, thing=new, sent=Save(fields=[]), now=NOW)
    with pytest.raises(TooMuch):
        write("One")


def test_publishing_writes_the_record_and_ends_the_draft(write, lesson, thing, author):
    copy = write("Mine.")
    found = publication(lesson, "Mine.", based_on=copy.base_hash)
    working_copies.publish(
        thing=thing, publication=found, copy=copy, revision=1, origin=origin(author)
    )

    lesson.refresh_from_db()
    assert lesson.body == "Mine."
    assert not WorkingCopy.objects.exists()
    assert Edition.objects.filter(kind="lesson").latest("number").by == author


def test_a_conflict_has_three_states_and_nothing_is_written(write, lesson, thing, author):
    copy = write("Mine.")
    theirs = publication(lesson, "Theirs.", based_on=copy.base_hash)
    working_copies.publish(thing=thing, publication=theirs, copy=None, origin=origin(None))
    mine = publication(lesson, "Mine.", based_on=copy.base_hash)

    with pytest.raises(edits.Overtaken) as refused:
        working_copies.publish(
            thing=thing, publication=mine, copy=copy, revision=1, origin=origin(author)
        )

    found = working_copies.two_editors(
        thing=thing, publication=mine, copy=copy, theirs=refused.value.theirs
    )
    bodies = (found.base["body"], found.theirs["body"], found.mine["body"])
    assert bodies == ("Published.", "Theirs.", "Mine.")
    assert found.based_on == edits.content_tag(row=lesson)
    # Without a draft the base is looked for in the history.
    assert working_copies.two_editors(
        thing=thing, publication=mine, copy=None, theirs=refused.value.theirs
    ).base["body"] == ("Published.")
    lesson.refresh_from_db()
    assert lesson.body == "Theirs."
    assert WorkingCopy.objects.get().value("body") == "Mine."


def test_what_another_page_typed_stays_a_draft(write, lesson, thing, author):
    copy = write("One", tab="a", turn=1)
    write("Two", tab="b", turn=1, revision=1)
    found = publication(lesson, "One.", based_on=copy.base_hash)

    working_copies.publish(
        thing=thing, publication=found, copy=copy, revision=1, tab="a", origin=origin(author)
    )

    left = WorkingCopy.objects.get()
    assert (left.value("body"), left.base["body"]) == ("Two", "One.")
    assert left.base_hash == edits.content_tag(row=lesson)


def test_what_is_gone_is_said(thing, lesson, author):
    found = publication(lesson, "Mine.")
    gone = replace(thing, key="gone")
    with pytest.raises(Conflict):
        working_copies.publish(thing=gone, publication=found, copy=None, origin=origin(author))
    with pytest.raises(NotFound):
        working_copies.save(owner=author, thing=gone, sent=Save(fields=[]), now=NOW)


def schedule(copy: WorkingCopy, found: Publication, author: object) -> None:
    working_copies.schedule(copy=copy, publication=found, at=LATER, origin=origin(author))


def test_the_relay_publishes_what_is_due_and_later_text_stays_a_draft(write, lesson, author):
    copy = write("Mine.")
    schedule(copy, publication(lesson, "Mine.", based_on=copy.base_hash), author)
    write("Mine, and more.", revision=1)

    assert working_copies.publish_due(now=NOW) == 0
    assert relay.run_once(clock=lambda: LATER, jitter=None).published == 1

    lesson.refresh_from_db()
    left = WorkingCopy.objects.get()
    assert (lesson.body, left.value("body"), left.publish_at) == ("Mine.", "Mine, and more.", None)
    newest = Edition.objects.filter(kind="lesson").latest("number")
    assert (newest.channel, newest.by) == ("schedule", author)
    assert working_copies.publish_due(now=LATER) == 0


def test_what_the_relay_refuses_waits_with_its_reason(write, lesson, author):
    copy = write("Mine.")
    schedule(copy, publication(lesson, "Mine.", based_on=copy.base_hash), author)
    edits.save_lesson(
        lesson=lesson, record=publication(lesson, "Theirs.").record, based_on="", origin=None
    )

    assert working_copies.publish_due(now=LATER) == 0

    copy.refresh_from_db()
    lesson.refresh_from_db()
    assert (lesson.body, copy.publish_at) == ("Theirs.", None)
    assert copy.refusal == "Somebody else has saved this lesson since you opened it."


def test_only_what_could_be_published_now_is_scheduled(write, lesson, author):
    copy = write("Mine.")
    for found, at in (
        (publication(lesson, " ", based_on=copy.base_hash), LATER),
        (publication(lesson, "Mine.", based_on="another"), LATER),
        (publication(lesson, "Mine.", based_on=copy.base_hash), NOW),
    ):
        with pytest.raises(CoursesError):
            working_copies.schedule(copy=copy, publication=found, at=at, origin=origin(author))
    lesson.refresh_from_db()
    copy.refresh_from_db()
    assert (lesson.body, copy.publish_at) == ("Published.", None)


def test_who_may_not_edit_any_more_publishes_nothing(write, lesson, author):
    copy = write("Mine.")
    schedule(copy, publication(lesson, "Mine.", based_on=copy.base_hash), author)
    lesson.module.course.enrolments.update(state="withdrawn")

    working_copies.publish_due(now=LATER)

    copy.refresh_from_db()
    assert copy.refusal == "You may not edit this course any more."


def test_discarded_drafts_come_back_for_thirty_days(write, author, thing):
    copy = write("One")
    working_copies.discard(copy=copy, now=NOW)
    day = dt.timedelta(days=1)
    assert working_copies.find(owner=author, thing=thing) is None
    assert working_copies.discarded(owner=author, thing=thing, now=NOW + 31 * day) is None
    found = working_copies.discarded(owner=author, thing=thing, now=NOW + 29 * day)

    newer = write("Two")
    with pytest.raises(Conflict):
        working_copies.bring_back(copy=found, now=NOW)
    working_copies.discard(copy=newer, now=NOW)
    assert working_copies.bring_back(copy=found, now=NOW).value("body") == "One"


def test_untouched_drafts_are_purged_after_180_days(write):
    write("One")
    assert retention.purge(now=NOW + working_copies.KEPT - dt.timedelta(seconds=1)) == 0
    assert retention.purge(now=NOW + working_copies.KEPT) == 1
    copy = write("Two")
    working_copies.discard(copy=copy, now=NOW)
    assert retention.purge(now=NOW + working_copies.DISCARDED_KEPT) == 1


def test_drafts_are_exported_and_erased_with_their_author(write, author):
    write("Mine.")
    (found,) = personal_data.export(user=author, now=NOW)["working_copies"]
    assert found["fields"] == [["body", "Mine."]]

    personal_data.erase(user=author, now=NOW)

    assert not WorkingCopy.objects.exists()


def test_a_base_that_is_not_what_it_names_is_reported(write):
    copy = write("Mine.")
    assert not list(verifying.verify_working_copies())
    WorkingCopy.objects.update(base={**copy.base, "body": "Other."})
    (found,) = verifying.verify_working_copies()
    assert found.field == "base_hash"


def test_no_code_for_learners_names_working_copies():
    root = Path(courses.__file__).parent
    named = [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*.py"))
        if "WorkingCopy" in path.read_text() or "working_copies" in path.read_text()
    ]
    assert named
    assert [path for path in named if not path.startswith(MAY_NAME_THEM)] == []
    of_domain = {path.split("/")[1] for path in named if path.startswith("domain/")}
    allowed = {"authoring", "personal_data", "relay.py", "retention.py", "verifying.py"}
    assert of_domain <= allowed | {"waiting.py"}
