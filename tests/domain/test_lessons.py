"""A lesson is done by doing: its checks are a practice quiz of its own."""

import pytest

from courses.domain import lessons, progress
from courses.domain.outline import outline
from courses.errors import Invalid, NotAllowed, NotFound
from courses.models import Attempt, AttemptItem, Event, LessonProgress
from tests.factories import NOW, RIGHT, WRONG, UserFactory, make_learner, make_lesson, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def lesson():
    return make_lesson(checks=2)


@pytest.fixture
def ada(lesson):
    return make_learner(lesson.module.course)


def keys(lesson):
    return [piece["check"] for piece in lesson.rendered["segments"] if "check" in piece]


def respond(ada, lesson, key, raw, based_on=0):
    return lessons.respond(
        reader=reader_of(ada),
        lesson_key=lesson.key,
        question_key=key,
        raw=raw,
        based_on=based_on,
        by=ada.user,
        now=NOW,
    )


def test_opening_a_lesson_writes_nothing(ada, lesson):
    page = lessons.open_lesson(reader=reader_of(ada), lesson_key=lesson.key)

    assert [segment.kind for segment in page.segments] == ["html", "check", "html", "check"]
    assert (page.checks_answered, page.checks_total) == (0, 2)
    assert not Attempt.objects.exists()
    assert not LessonProgress.objects.exists()


def test_a_check_looks_the_same_before_and_after_its_attempt_begins(ada, lesson):
    first, second = keys(lesson)
    before = lessons.open_lesson(reader=reader_of(ada), lesson_key=lesson.key).checks[1]
    respond(ada, lesson, first, WRONG)
    after = lessons.open_lesson(reader=reader_of(ada), lesson_key=lesson.key).checks[1]

    assert before.question_key == after.question_key == second
    assert before.q == after.q


def test_response_is_explained_at_once_without_giving_the_key_away(ada, lesson):
    view = respond(ada, lesson, keys(lesson)[0], WRONG).view

    chosen = [option for option in view.q["options"] if option["is_chosen"]]
    assert chosen[0]["feedback"] == "That counts work."
    assert all("feedback" not in option for option in view.q["options"] if option != chosen[0])
    assert (view.is_correct, view.tries_left, view.is_closed) == (False, 1, False)


def test_last_try_shows_every_reason(ada, lesson):
    key = keys(lesson)[0]
    respond(ada, lesson, key, WRONG)
    view = respond(ada, lesson, key, {"choice": "c"}, based_on=1).view

    assert [bool(option["feedback"]) for option in view.q["options"]] == [True] * 3
    assert view.is_closed


def test_lesson_completes_with_its_last_check_and_stays_completed(ada, lesson):
    first, second = keys(lesson)

    assert respond(ada, lesson, first, WRONG).is_lesson_completed is False
    assert respond(ada, lesson, second, WRONG).is_lesson_completed is True
    lessons.practise_again(reader=reader_of(ada), lesson_key=lesson.key, by=ada.user, now=NOW)
    assert respond(ada, lesson, first, RIGHT).is_lesson_completed is False

    assert LessonProgress.objects.get().completed_at == NOW
    assert Event.objects.filter(type="lesson.completed").count() == 1


def test_a_check_sent_without_a_response_completes_nothing(ada, lesson):
    first, second = keys(lesson)
    with pytest.raises(Invalid):
        respond(ada, lesson, first, {})

    assert respond(ada, lesson, second, RIGHT).is_lesson_completed is False
    assert respond(ada, lesson, first, WRONG).is_lesson_completed is True


def test_a_check_whose_response_was_cleared_does_not_count(ada, lesson):
    first, second = keys(lesson)
    respond(ada, lesson, first, WRONG)
    AttemptItem.objects.update(value=None)

    assert respond(ada, lesson, second, RIGHT).is_lesson_completed is False


def test_course_is_completed_once_and_progress_is_a_whole_per_cent(ada, lesson):
    for key in keys(lesson):
        respond(ada, lesson, key, RIGHT)

    found = progress.course_progress(enrolment=ada, outline=outline(fresh_course(ada)), now=NOW)
    assert (found.percent, found.next_step) == (100, None)
    assert Event.objects.filter(type="course.completed").count() == 1


def test_practice_again_starts_with_a_clean_sheet(ada, lesson):
    first, _second = keys(lesson)
    respond(ada, lesson, first, WRONG)
    lessons.practise_again(reader=reader_of(ada), lesson_key=lesson.key, by=ada.user, now=NOW)

    page = lessons.open_lesson(reader=reader_of(ada), lesson_key=lesson.key)
    assert page.checks_answered == 0
    respond(ada, lesson, first, RIGHT)
    assert list(Attempt.objects.order_by("number").values_list("number", "state")) == [
        (1, "graded"),
        (2, "open"),
    ]


def test_visit_continues_where_one_was(ada, lesson):
    lessons.visit(reader=reader_of(ada), lesson_key=lesson.key, position="part-2", now=NOW)
    lessons.visit(reader=reader_of(ada), lesson_key=lesson.key, now=NOW)

    found = progress.course_progress(enrolment=ada, outline=outline(fresh_course(ada)), now=NOW)
    assert found.next_step.key == lesson.key
    assert found.lesson_state(found.next_step).position == "part-2"


def test_confirm_completes_only_lessons_without_checks(ada, lesson):
    bare = make_lesson(checks=0, module=lesson.module, completion="confirm")

    with pytest.raises(NotAllowed):
        lessons.confirm(reader=reader_of(ada), lesson_key=lesson.key, by=ada.user, now=NOW)
    assert lessons.confirm(reader=reader_of(ada), lesson_key=bare.key, by=ada.user, now=NOW)
    assert not lessons.confirm(reader=reader_of(ada), lesson_key=bare.key, by=ada.user, now=NOW)


def test_preview_of_an_administrator_can_store_nothing(lesson):
    from courses.domain import access

    root = UserFactory(is_superuser=True)
    reader = access.reader(course_key=lesson.module.course.key, by=root)
    page = lessons.open_lesson(reader=reader, lesson_key=lesson.key)

    assert page.is_preview
    assert [check.can_respond for check in page.checks] == [False, False]
    with pytest.raises(NotAllowed):
        lessons.visit(reader=reader, lesson_key=lesson.key, now=NOW)


def test_unknown_lesson_and_check_are_not_found(ada, lesson):
    with pytest.raises(NotFound):
        lessons.open_lesson(reader=reader_of(ada), lesson_key="nowhere")
    with pytest.raises(NotFound):
        respond(ada, lesson, "no-such-check", RIGHT)


def test_open_lesson_costs_two_queries_when_warm(ada, lesson, django_assert_num_queries):
    reader = reader_of(ada)
    lessons.open_lesson(reader=reader, lesson_key=lesson.key)
    respond(ada, lesson, keys(lesson)[0], RIGHT)

    with django_assert_num_queries(2):
        lessons.open_lesson(reader=reader, lesson_key=lesson.key)


def fresh_course(enrolment):
    enrolment.course.refresh_from_db()
    return enrolment.course
