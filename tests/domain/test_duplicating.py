"""Copies of courses, modules, quizzes and questions: equal to the original up to their keys."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from courses.coursefiles import read_files
from courses.coursefiles.renaming import Renaming
from courses.domain import verifying
from courses.domain.authoring import course_to_records, edits, sync_course
from courses.domain.authoring.duplicating import (
    DateShift,
    duplicate_course,
    duplicate_module,
    duplicate_question,
    duplicate_quiz,
    without_pins,
)
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.quiz_transfer import duplicate_quiz_into
from courses.errors import Conflict
from courses.models import Course, Edition, Module, Question, Quiz
from tests.content.oracle import shipped
from tests.coursefiles.sample import files
from tests.factories import (
    NOW,
    SINGLE_CHOICE,
    CourseFactory,
    ModuleFactory,
    UserFactory,
    make_asset,
    make_question,
    make_quiz,
)
from tests.lengths import spread

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BERLIN = DateShift(140, ZoneInfo("Europe/Berlin"))


def origin():
    return Origin(Edition.Channel.COPY, UserFactory(), NOW)


def plain():
    return {"shift": DateShift(), "origin": origin()}


def found():
    """What is wrong with the records of all courses."""
    return list(verifying.verify(now=NOW))


def record_of(course):
    return course_to_records(course=Course.objects.get(pk=course.pk))


def suffixed(course, key):
    """The record of the module that was copied, under the keys of the copy, and the copy."""
    record = record_of(course)
    copied = next(one for one in record.modules if one.key == f"{key}-2")
    parts = {
        "module": [key], "lesson": [], "question": [], "quiz": [], "objective": [], "stimulus": [],
    }  # fmt: skip
    old = next(one for one in record.modules if one.key == key)
    for kind, rows in (
        ("lesson", old.lessons), ("question", old.questions), ("quiz", old.quizzes),
        ("objective", old.objectives), ("stimulus", old.stimuli),
    ):  # fmt: skip
        parts[kind] = [one.key for one in rows]
    names = Renaming({(kind, one): f"{one}-2" for kind, keys in parts.items() for one in keys})
    return names.record(old), copied


@pytest.mark.parametrize("name", spread(["sample", "shipped"], check=1))
def test_copies_of_a_course_and_of_its_modules_equal_the_original(name):
    course_file = shipped() if name == "shipped" else read_files(files()).course
    sync_course(course_file=course_file, now=NOW)
    course = Course.objects.get()
    original = record_of(course)

    copy = duplicate_course(course=course, key="again", title="Again", **plain())
    assert copy.state == Course.State.DRAFT
    expected = replace(without_pins(original), key="again", title="Again")
    assert record_of(copy) == expected
    assert not Question.objects.filter(course=copy).exclude(source_hash="").exists()
    made = Edition.objects.filter(course=copy)
    assert set(made.values_list("channel", "action")) == {("copy", "created")}

    for module in list(course.modules.order_by("position"))[::3]:
        new = duplicate_module(module=module, title="Copy", **plain())
        assert new.is_draft
        old, copied = suffixed(course, module.key)
        assert copied == replace(old, title="Copy", status="draft")
        assert [one.segments for one in new.lessons.order_by("position")]
    assert found() == []
    assert record_of(course).modules[: len(original.modules)] == original.modules


@pytest.fixture
def course():
    sync_course(course_file=read_files(files()).course, now=NOW)
    return Course.objects.get(key="sample")


def test_dates_go_together_and_keep_the_time_of_day(course):
    opens = dt.datetime(2026, 10, 1, 6, 0, tzinfo=dt.UTC)  # 8:00 in summer
    quiz = Quiz.objects.standalone().exclude(module=None).earliest("pk")
    Quiz.objects.filter(pk=quiz.pk).update(opens_at=opens, closes_at=opens + dt.timedelta(days=7))
    quiz.refresh_from_db()

    new = duplicate_quiz(quiz=quiz, title="Winter", shift=BERLIN, origin=origin())
    whole = duplicate_course(course=course, key="w", title="W", shift=BERLIN, origin=origin())
    module = duplicate_module(module=quiz.module, title="M", shift=BERLIN, origin=origin())
    for one in (new, whole.quizzes.get(key=quiz.key), module.quizzes.get(title=quiz.title)):
        assert one.opens_at == dt.datetime(2027, 2, 18, 7, 0, tzinfo=dt.UTC)  # 8:00 in winter
        assert one.closes_at - one.opens_at == dt.timedelta(days=7)
    assert (new.is_draft, new.title, new.module) == (True, "Winter", quiz.module)
    assert edits.quiz_as_stored(quiz=new).items == edits.quiz_as_stored(quiz=quiz).items


def test_question_is_copied_as_a_draft_of_its_latest_version():
    question = make_question(ModuleFactory(), tags=["t"], difficulty="hard")
    new = duplicate_question(question=question, origin=origin())
    version = new.versions.get()
    assert (version.status, version.text) == ("draft", question.ready_version.text)
    assert (new.key, new.ready_version, new.difficulty) == (f"{question.key}-2", None, "hard")
    assert [tag.key for tag in new.tags.all()] == ["t"]
    empty = Question.objects.create(course=question.course, module=question.module, key="none")
    with pytest.raises(Conflict):
        duplicate_question(question=empty, origin=origin())


def test_quiz_goes_into_another_course_with_all_that_it_needs(course):
    quiz = Quiz.objects.standalone().exclude(items__question=None).earliest("pk")
    module = ModuleFactory(course=CourseFactory(key="other"))
    clash = quiz.items.exclude(question=None).first().question
    make_question(module, key=clash.key)

    new = duplicate_quiz_into(quiz=quiz, module=module, title="Here", **plain())
    assert (new.course.key, new.is_draft, new.title) == ("other", True, "Here")
    theirs, ours = (edits.quiz_as_stored(quiz=one) for one in (quiz, new))
    assert len(ours.items) == len(theirs.items)
    for item, old in zip(
        new.items.order_by("position"), quiz.items.order_by("position"), strict=True
    ):
        if old.question:
            assert item.question.course == module.course
            assert item.question.ready_version.text == old.question.ready_version.text
            assert item.question.objective is None or item.question.objective.module == module
    assert new.items.filter(question__key=f"{clash.key}-2").exists()
    again = duplicate_quiz_into(quiz=quiz, module=module, title="Here", **plain())
    objectives = list(module.course.objectives.values_list("key", flat=True))
    assert (
        len(objectives)
        == len(set(objectives))
        == len({one.removesuffix("-2") for one in objectives})
    )
    assert again.key != new.key
    assert found() == []


def test_files_of_the_module_go_along(course):
    module = Module.objects.filter(course=course).earliest("position")
    make_asset(module=module, name="map.svg", content=b"<svg/>")
    question = make_question(module, data={**SINGLE_CHOICE, "stem": "![Map](asset:map.svg)"})
    quiz = make_quiz(module=module, questions=0)
    quiz.items.create(question=question, position=1)
    target = ModuleFactory()
    duplicate_quiz_into(quiz=quiz, module=target, title="Q", **plain())
    assert target.assets.get().content == b"<svg/>"
    assert (
        duplicate_module(module=module, title="M", **plain()).assets.filter(name="map.svg").exists()
    )
