"""Every kind of thing goes back to an earlier state, as a change that its editor could make."""

import datetime as dt

import pytest

from courses.coursefiles import read_files
from courses.domain.authoring import edits, sync_course
from courses.domain.authoring.editions import Origin, editions_of, name_of, recording, state_of
from courses.errors import Conflict, Invalid
from courses.models import (
    Asset,
    Course,
    Edition,
    Lesson,
    Module,
    Objective,
    Question,
    Quiz,
    Reference,
    Stimulus,
    Term,
)
from tests.coursefiles.sample import files
from tests.factories import NOW, UserFactory, make_asset

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CHANGES = {
    Course: {"title": "Other", "summary": "Other."},
    Reference: {"citation": "Other.", "note": "Why."},
    Term: {"term": "Other", "definition": "Other.", "source": None},
    Module: {"title": "Other", "is_optional": True, "instructor_notes": "Other."},
    Objective: {"text": "Other"},
    Stimulus: {"body": "Other."},
    Lesson: {"title": "Other", "body": "Other.", "minutes": 99},
    Quiz: {"title": "Other", "time_limit_s": 61, "shuffle_items": False},
}


@pytest.fixture
def course():
    sync_course(course_file=read_files(files()).course, now=NOW)
    return Course.objects.get()


def origin(minute=0):
    return Origin(Edition.Channel.STUDIO, UserFactory(), NOW + dt.timedelta(minutes=minute))


def restore(row, number=1, **more):
    kind, key = name_of(row)
    edition = editions_of(course=Course.objects.get(), kind=kind, key=key).get(number=number)
    given = {"based_on": edits.content_tag(row=row), "by": None, "origin": origin(2)}
    edits.restore_edition(row=row, edition=edition, **(given | more))
    return edition


def newest(row):
    kind, key = name_of(row)
    return editions_of(course=Course.objects.get(), kind=kind, key=key).first()


def test_every_kind_of_row_is_restored_to_what_it_was(course):
    for model, values in CHANGES.items():
        rows = Quiz.objects.standalone() if model is Quiz else model.objects.all()
        for row in list(rows)[:3]:
            before = state_of(row)
            with recording(row, origin=origin(1)):
                for name, value in values.items():
                    setattr(row, name, value)
                row.save()
            assert state_of(row).hash != before.hash, row

            edition = restore(model.objects.get(pk=row.pk))

            assert state_of(row).hash == before.hash == edition.hash, row
            last = newest(row)
            assert (last.action, last.number, last.hash) == ("restored", 3, before.hash), row
    assert Question.objects.exists()


def test_a_file_gets_its_earlier_content_back(course):
    row = Asset.objects.filter(module__course=course).first() or make_asset(
        module=course.modules.first(), name="a.csv"
    )
    before = row.content
    with recording(row, origin=origin(1)):
        make_asset(module=row.module, name=row.name, content=b"other,content\n")
    row.refresh_from_db()
    assert row.content == b"other,content\n"

    restore(row)

    row.refresh_from_db()
    assert (row.content, row.size) == (before, len(before))


def test_whether_it_is_published_and_where_it_stands_stay(course):
    lesson = Lesson.objects.order_by("position").first()
    with recording(lesson, origin=origin(1)):
        lesson.title, lesson.is_draft, lesson.position = "Other", True, 9
        lesson.save()
    restore(lesson)
    lesson.refresh_from_db()
    assert (lesson.title != "Other", lesson.is_draft, lesson.position) == (True, True, 9)


def test_what_is_unseen_or_names_what_is_gone_is_refused(course):
    lesson = Lesson.objects.exclude(objectives=None).first()
    objective = lesson.objectives.first()
    with recording(lesson, origin=origin(1)):
        lesson.objectives.clear()
        lesson.title = "Other"
        lesson.save()
    seen = edits.content_tag(row=lesson)
    Lesson.objects.filter(pk=lesson.pk).update(summary="By somebody else.")
    with pytest.raises(edits.Overtaken):
        restore(lesson, based_on=seen)
    Objective.objects.filter(pk=objective.pk).update(key="gone")
    with pytest.raises(Invalid) as refused:
        restore(lesson)
    assert any(one.path.startswith("objectives.") for one in refused.value.problems)
    lesson.refresh_from_db()
    assert (lesson.title, lesson.summary) == ("Other", "By somebody else.")


def test_an_edition_of_something_else_restores_nothing(course):
    lesson, other = Lesson.objects.all()[:2]
    for one in (lesson, other):
        with recording(one, origin=origin(1)):
            one.title = "Other"
            one.save()
    foreign = newest(other)
    with pytest.raises(Conflict):
        edits.restore_edition(
            row=lesson, edition=foreign, based_on=edits.content_tag(row=lesson), by=None,
            origin=origin(2),
        )  # fmt: skip
