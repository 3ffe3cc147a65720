"""What is next on the path of a course, and what is locked: never what was opened last."""

import datetime as dt

import pytest

from courses.domain import attempts, grants, lessons, progress, trials
from courses.domain.outline import outline
from courses.errors import Conflict
from courses.models import Course, Quiz, Section, SectionQuiz
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    WRONG,
    ModuleFactory,
    UserFactory,
    add_item,
    join,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
    take_quiz,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def course():
    """Two modules with all that a module can have, an optional one, and an exam on both."""
    first = module_of("one", position=1)
    second = module_of("two", position=2, course=first.course)
    aside = ModuleFactory(course=first.course, key="aside", position=3, is_optional=True)
    make_lesson(module=aside, checks=0, completion="confirm", key="aside-1", position=1)
    exam = make_quiz(questions=1, module=None, course=first.course, kind="exam", key="exam")
    Quiz.objects.filter(pk=exam.pk).update(module=None)
    exam.requires_modules.set([first, second])
    return first.course


def module_of(key, **extra):
    module = ModuleFactory(key=key, **extra)
    plain = {"checks": 0, "completion": "confirm", "module": module}
    for number in (1, 2):
        make_lesson(key=f"{key}-{number}", position=number, **plain)
    practice = {"questions": 1, "module": module, "kind": "practice"}
    pre = make_quiz(key=f"{key}-pre", position=1, **practice)
    make_quiz(key=f"{key}-post", position=2, compares_with=pre, **practice)
    make_quiz(key=f"{key}-quiz", position=3, questions=1, module=module)
    return module


class Walker:
    """A learner on the path, at one moment after the other."""

    def __init__(self, course, **extra):
        self.ada = make_learner(course, **extra)

    @property
    def progress(self):
        course = Course.objects.get(pk=self.ada.course_id)
        return progress.course_progress(enrolment=self.ada, outline=outline(course), now=NOW)

    @property
    def next(self):
        step = self.progress.next_step
        return step and step.key

    def step(self, key):
        return next(one for one in self.progress.outline.steps if one.key == key)

    def lock(self, key):
        found = self.progress.lock(self.step(key))
        return found and [one.key for one in found.steps]

    def read(self, *keys):
        for key in keys:
            given = {"reader": reader_of(self.ada), "lesson_key": key, "now": NOW}
            lessons.confirm(by=self.ada.user, **given)

    def take(self, key, raw=RIGHT):
        return take_quiz(self.ada, Quiz.objects.get(key=key), raw)

    def do(self, key):
        self.read(key) if self.step(key).url_kind == "lesson" else self.take(key)


ORDER = [
    *("one-pre", "one-1", "one-2", "one-post", "one-quiz"),
    *("two-pre", "two-1", "two-2", "two-post", "two-quiz", "exam"),
]


def test_who_does_what_is_next_walks_through_everything_in_order(course):
    ada, walked = Walker(course), []
    while ada.next:
        walked.append(ada.next)
        ada.do(ada.next)
    assert walked == ORDER
    assert ada.progress.is_complete


def test_what_was_opened_last_changes_nothing(course):
    ada = Walker(course)
    ada.take("one-pre")
    for key in ("two-2", "aside-1"):
        lessons.visit(reader=reader_of(ada.ada), lesson_key=key, now=NOW)
    assert ada.next == "one-1"


def test_pre_test_is_not_asked_of_those_who_have_read(course):
    ada = Walker(course)
    ada.read("one-1")
    assert ada.next == "one-2"
    ada.read("one-2")
    ada.take("one-quiz")
    assert ada.next == "two-pre"


def test_open_attempt_at_practice_is_begun_and_still_next(course):
    ada = Walker(course)
    attempts.start(reader=reader_of(ada.ada), quiz_key="one-pre", by=ada.ada.user, now=NOW)
    assert ada.next == "one-pre"
    assert ada.progress.step_state(ada.step("one-pre")) == progress.STARTED


def test_void_attempt_at_practice_was_not_taken(course):
    ada = Walker(course)
    sitting = ada.take("one-pre")
    sitting.voided_at = NOW
    sitting.save(update_fields=["voided_at"])
    assert ada.next == "one-pre"


def test_quiz_that_was_not_passed_is_next_again(course):
    ada = Walker(course)
    ada.read("one-1", "one-2")
    ada.take("one-quiz", WRONG)
    assert ada.next == "one-post"
    ada.take("one-post")
    assert ada.next == "one-quiz"
    assert ada.progress.step_state(ada.step("one-quiz")) == progress.STARTED


def test_locks_say_what_comes_first_and_agree_with_the_start(course):
    ada = Walker(course)
    assert ada.lock("exam") == ["one-quiz", "two-quiz"]
    assert ada.lock("one-post") == ["one-1", "one-2"]
    assert ada.lock("one-pre") is ada.lock("one-quiz") is ada.lock("two-1") is None
    ada.take("one-quiz")
    ada.read("one-1")
    assert ada.lock("exam") == ["two-quiz"]
    assert ada.lock("one-post") == ["one-2"]
    for key in ("exam", "one-post"):
        with pytest.raises(Conflict):
            ada.take(key)
    ada.take("two-quiz")
    ada.read("one-2")
    assert ada.lock("exam") is ada.lock("one-post") is None
    ada.do("exam")


def test_nothing_is_locked_for_staff_or_after_it_is_done(course):
    assert Walker(course, role="instructor").lock("exam") is None
    ada = Walker(course)
    ada.take("one-quiz")
    ada.take("two-quiz")
    ada.take("exam")
    late = make_quiz(questions=1, module=ModuleFactory(course=course, key="three", position=9))
    Quiz.objects.get(key="exam").requires_modules.add(late.module)
    assert ada.lock("exam") is None


def test_optional_module_that_an_exam_asks_for_is_on_the_path(course):
    ada = Walker(course)
    aside = course.modules.get(key="aside")
    make_quiz(questions=1, module=aside, key="aside-quiz")
    before = [step.key for step in ada.progress.outline.path]
    Quiz.objects.get(key="exam").requires_modules.add(aside)
    course.refresh_from_db()
    after = [step.key for step in ada.progress.outline.path]
    assert before == ORDER
    assert after == [*ORDER[:-1], "aside-1", "aside-quiz", "exam"]


def test_next_from_a_step_goes_on_from_there_and_then_back_to_what_was_left(course):
    ada = Walker(course)

    def after(key):
        found = ada.progress.next_from(ada.step(key))
        return found and found.key

    assert [after("one-1"), after("two-1"), after("aside-1")] == ["one-2", "two-2", "one-pre"]
    assert after("two-2") == "two-quiz"
    ada.read("two-1")
    assert after("two-2") == "two-post"
    ada.do("two-quiz")
    assert after("two-quiz") == "one-pre"


def test_next_from_a_locked_step_is_what_comes_before_it(course):
    ada = Walker(course)

    def after(key):
        return ada.progress.next_from(ada.step(key)).key

    assert [after("one-post"), after("two-post"), after("exam")] == ["one-pre"] * 3
    ada.take("one-pre")
    ada.read("one-1")
    assert [after("one-post"), after("two-post")] == ["one-2", "one-2"]


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("one-pre", None, "one-1"),
        ("one-quiz", "one-post", "two-pre"),
        ("two-quiz", "two-post", "exam"),
        ("aside-1", "two-quiz", "exam"),
        ("exam", "two-quiz", None),
    ],
)
def test_neighbours_pass_over_what_is_optional(course, key, before, after):
    ada = Walker(course)
    found = ada.progress.outline.neighbours(ada.step(key))
    assert [one and one.key for one in found] == [before, after]


# --- quizzes that cannot be started now


@pytest.fixture
def two():
    """Two graded quizzes in a module, and a lesson after them."""
    module = ModuleFactory()
    plain = {"checks": 0, "completion": "confirm"}
    make_quiz(key="first", position=1, questions=1, module=module)
    make_quiz(key="second", position=2, questions=1, module=module)
    later = ModuleFactory(course=module.course, position=module.position + 1)
    make_lesson(key="last", module=later, **plain)
    return Walker(module.course)


def change(key, **values):
    quiz = Quiz.objects.get(key=key)
    for name, value in values.items():
        setattr(quiz, name, value)
    quiz.save()
    return quiz


def reasons(walker):
    return [(step.key, bar.reason) for step, bar in walker.progress.barred_steps]


def test_quiz_that_is_not_open_yet_is_named_and_passed_over(two):
    change("first", opens_at=NOW + DAY)
    assert two.next == "second"
    assert reasons(two) == [("first", "not_open")]


def test_closed_quiz_is_named_and_passed_over(two):
    change("first", closes_at=NOW - DAY)
    assert two.next == "second"
    assert reasons(two) == [("first", "closed")]


def test_extension_makes_a_closed_quiz_next_again(two):
    quiz = change("first", closes_at=NOW - DAY)
    grants.set_extension(enrolment=two.ada, quiz=quiz, closes_at=NOW + DAY)
    assert (two.next, reasons(two)) == ("first", [])


def test_quiz_without_attempts_left_is_named_and_passed_over(two):
    quiz = change("first", attempts_allowed=1)
    take_quiz(two.ada, quiz, WRONG)
    assert two.next == "second"
    assert reasons(two) == [("first", "used_up")]


def test_one_more_attempt_makes_it_next_again(two):
    quiz = change("first", attempts_allowed=1)
    take_quiz(two.ada, quiz, WRONG)
    grants.set_extension(enrolment=two.ada, quiz=quiz, extra_attempts=1)
    assert (two.next, reasons(two)) == ("first", [])


def test_void_attempt_leaves_the_quiz_next(two):
    quiz = change("first", attempts_allowed=1)
    attempt = take_quiz(two.ada, quiz, WRONG)
    type(attempt).objects.filter(pk=attempt.pk).update(voided_at=NOW)
    assert (two.next, reasons(two)) == ("first", [])


def test_failed_quiz_with_attempts_left_is_next(two):
    take_quiz(two.ada, change("first", attempts_allowed=2), WRONG)
    assert (two.next, reasons(two)) == ("first", [])


def test_attempt_under_way_is_next_even_if_it_is_the_last(two):
    quiz = change("first", attempts_allowed=1)
    attempts.start(reader=reader_of(two.ada), quiz_key=quiz.key, by=two.ada.user, now=NOW)
    assert (two.next, reasons(two)) == ("first", [])


def test_quiz_that_may_be_tried_again_tomorrow_is_passed_over_today(two):
    take_quiz(two.ada, change("first", attempt_delay_s=86_400), WRONG)
    assert two.next == "second"
    assert reasons(two) == [("first", "early")]


@pytest.mark.parametrize("choice", [RIGHT, WRONG])
def test_hidden_result_waits_whatever_it_is(two, choice):
    nothing = {"just_after": [], "later": [], "after_last_try": [], "after_close": []}
    take_quiz(two.ada, change("first", review=nothing), choice)
    assert two.next == "second"
    assert reasons(two) == [("first", "waiting")]


def test_essay_with_a_marker_waits(two):
    quiz = Quiz.objects.get(key="first")
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=2)
    take_quiz(two.ada, quiz, RIGHT, {"text": "An experience is what one lives through."})
    assert two.next == "second"
    assert reasons(two) == [("first", "waiting")]


def test_nothing_is_next_where_all_that_is_left_is_barred(two):
    two.read("last")
    change("second", closes_at=NOW - DAY)
    change("first", opens_at=NOW + DAY)
    assert two.next is None
    assert not two.progress.is_complete


def test_dates_of_the_class_decide(two):
    section = Section.objects.create(
        course=two.ada.course, key="evening", title="Evening", created_at=NOW
    )
    quiz = change("first", closes_at=NOW - DAY)
    ada = join(section, UserFactory())
    SectionQuiz.objects.create(section=section, quiz=quiz, closes_at=NOW + DAY)
    two.ada = ada
    assert (two.next, reasons(two)) == ("first", [])
    SectionQuiz.objects.update(opens_at=NOW + DAY / 2)
    assert reasons(two) == [("first", "not_open")]


def test_guest_is_offered_what_a_guest_can_do(two):
    account = UserFactory()
    two.ada = trials.begin_for_guest(course=two.ada.course, account=account, now=NOW)
    two.ada.user = account
    assert two.next == "last"
    assert reasons(two) == [("first", "unnamed"), ("second", "unnamed")]
    assert two.progress.next_from(two.step("first")).key == "last"
