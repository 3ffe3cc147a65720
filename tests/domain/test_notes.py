"""A learner's notes: one at a paragraph, theirs alone, kept when the text of a lesson changes."""

import datetime as dt

import pytest

from courses.domain import lessons, notes, personal_data, progress
from courses.domain.authoring import refresh_lessons
from courses.domain.outline import outline
from courses.errors import Invalid, NotAllowed, NotFound, TooMuch
from courses.markup import paragraphs
from courses.models import Enrolment, Event, LessonNote
from courses.models.note import LONGEST
from tests.factories import NOW, make_learner, make_lesson, reader_of

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=1)
BODY = "Ask those who left.\n\nThen ask **those who stay**.\n\n- Ask twice.\n"


def write_lesson(body=BODY, lesson=None):
    """A lesson with this text, rendered; the names of its paragraphs."""
    lesson = lesson or make_lesson(checks=0)
    lesson.body = body
    lesson.save()
    refresh_lessons(course=lesson.course)
    lesson.refresh_from_db()
    return lesson, paragraphs.named_paragraphs(lesson.html)


def save(learner, lesson, place, text="Mine.", *, based_on=0, now=NOW):
    return notes.save(
        reader=reader_of(learner), lesson_key=lesson.key, place=place, text=text,
        based_on=based_on, now=now,
    )  # fmt: skip


def state_of(learner, lesson):
    own = progress.course_progress(
        enrolment=learner, outline=outline(lesson.module.course), now=NOW
    )
    return own.lesson_state(outline(lesson.module.course).lesson(lesson.key))


def of(learner, lesson):
    learner.course.refresh_from_db()
    (found,) = notes.by_lesson(reader=reader_of(learner))
    return [(one.note.text, one.note.quote, one.is_found) for one in found.notes]


def test_note_is_saved_once_changed_and_deleted():
    lesson, (first, second, third) = write_lesson()
    learner = make_learner(lesson.module.course)
    assert not state_of(learner, lesson).has_notes
    events = Event.objects.count()
    made = save(learner, lesson, second, " Mine.\r\nMore. ")
    assert (made.is_new, made.note.text, made.note.revision) == (True, "Mine.\nMore.", 1)
    assert made.note.quote == "Then ask those who stay."
    assert state_of(learner, lesson).has_notes
    assert not save(learner, lesson, second, "Mine.\nMore.").is_new

    changed = save(learner, lesson, second, "Other.", based_on=1, now=LATER).note
    assert (changed.revision, changed.created_at, changed.changed_at) == (2, NOW, LATER)
    mark = save(learner, lesson, first, "").note
    assert mark.is_bookmark
    assert [text for text, _quote, _found in of(learner, lesson)] == ["", "Other."]
    for place, revision in ((first, 1), (second, 2), (second, 2), (third, 0)):
        notes.delete(
            reader=reader_of(learner), lesson_key=lesson.key, place=place, based_on=revision
        )
    assert not state_of(learner, lesson).has_notes
    assert not LessonNote.objects.exists()
    assert Event.objects.count() == events


def test_older_revision_is_refused_with_the_text_as_it_is():
    lesson, (place, *_rest) = write_lesson()
    learner = make_learner(lesson.module.course)
    save(learner, lesson, place, "One.")
    save(learner, lesson, place, "Two.", based_on=1)
    for based_on in (0, 1, 3):
        with pytest.raises(notes.StaleNote) as refused:
            save(learner, lesson, place, "Three.", based_on=based_on)
        assert refused.value.details == {"revision": 2, "text": "Two."}
    with pytest.raises(notes.StaleNote):
        notes.delete(reader=reader_of(learner), lesson_key=lesson.key, place=place, based_on=1)
    notes.delete(reader=reader_of(learner), lesson_key=lesson.key, place=place, based_on=2)
    with pytest.raises(notes.StaleNote) as refused:
        save(learner, lesson, place, "Three.", based_on=2)
    assert refused.value.details == {"revision": 0, "text": ""}
    assert save(learner, lesson, place, "Three.").is_new


def test_note_stays_when_its_lesson_is_edited():
    lesson, (first, second, _third) = write_lesson()
    learner = make_learner(lesson.module.course)
    save(learner, lesson, first, "On those who left.")
    save(learner, lesson, second, "On those who stay.")
    write_lesson("New.\n\n> Then ask those who stay.\n\nAsk those who have left.\n", lesson)
    assert of(learner, lesson) == [
        ("On those who stay.", "Then ask those who stay.", True),
        ("On those who left.", "Ask those who left.", False),
    ]
    assert save(learner, lesson, first, "Still.", based_on=1).note.revision == 2
    write_lesson(lesson=lesson)
    assert [found for _text, _quote, found in of(learner, lesson)] == [True, True]

    lesson.is_archived = True
    lesson.save()
    learner.course.refresh_from_db()
    (gone,) = notes.by_lesson(reader=reader_of(learner))
    assert (gone.row, gone.outline, len(gone.notes)) == (lesson, None, 2)


def test_what_cannot_be_noted(monkeypatch):
    lesson, (first, second, _third) = write_lesson()
    learner = make_learner(lesson.module.course)
    save(learner, lesson, first, "x" * LONGEST)
    for text in ("x" * (LONGEST + 1), "a\0b"):
        with pytest.raises(Invalid):
            save(learner, lesson, second, text)
    for place in ("p-00000000", "h-a", "", '"><b>'):
        with pytest.raises(NotFound):
            save(learner, lesson, place)
        with pytest.raises(NotFound):
            notes.find(reader=reader_of(learner), lesson_key=lesson.key, place=place)
    monkeypatch.setattr(notes, "MOST", 1)
    with pytest.raises(TooMuch):
        save(learner, lesson, second)
    assert save(learner, lesson, first, "Shorter.", based_on=1).note.revision == 2


def test_notes_are_their_learners_alone_and_go_with_them():
    lesson, (first, *_rest) = write_lesson()
    course = lesson.module.course
    learner, other = make_learner(course), make_learner(course)
    save(learner, lesson, first, "Only mine.")
    assert notes.by_lesson(reader=reader_of(other)) == []
    row, words = notes.find(reader=reader_of(other), lesson_key=lesson.key, place=first)
    assert (row, words) == (None, "Ask those who left.")
    page = lessons.open_lesson(reader=reader_of(other), lesson_key=lesson.key)
    assert not page.state.has_notes
    (exported,) = personal_data.export(user=learner.user, now=NOW)["enrolments"]
    assert exported["notes"][0]["text"] == "Only mine."
    personal_data.erase(user=learner.user, now=NOW)
    assert not LessonNote.objects.exists()


def test_trial_has_no_notes():
    lesson, (first, *_rest) = write_lesson()
    learner = make_learner(lesson.module.course)
    reader = reader_of(learner)
    reader.enrolment.role = Enrolment.TRIAL
    assert not notes.may_note(reader=reader)
    with pytest.raises(NotAllowed):
        notes.save(reader=reader, lesson_key=lesson.key, place=first, text="", based_on=0, now=NOW)


def test_a_long_paragraph_is_quoted_in_short():
    lesson, (place,) = write_lesson("word " * 100)
    learner = make_learner(lesson.module.course)
    assert len(save(learner, lesson, place).note.quote) == 200
