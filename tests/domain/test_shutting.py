"""While an attempt runs that shuts the course, nothing else of it is shown to that learner."""

import pytest
from django.urls import reverse

from courses.domain import (
    attempts,
    daily_review,
    enrolments,
    glossary,
    lessons,
    mistake_sets,
    review,
)
from courses.domain.shutting import CourseShut, attempt_that_shuts
from courses.models import Attempt, Course, Enrolment, Quiz, Section
from tests.api.platform import Platform, by_session, problem
from tests.factories import (
    NOW,
    RIGHT,
    UserFactory,
    join,
    make_learner,
    make_lesson,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db


class World:
    """A lesson, a practice quiz that is under way, a quiz that is over, and the exam."""

    def __init__(self, **settings):
        self.lesson = make_lesson(checks=1, review=1)
        module = self.lesson.module
        self.practice = make_quiz(module=module, kind="practice", feedback_mode="immediate")
        self.quiz = make_quiz(module=module, kind="graded")
        self.exam = make_quiz(module=module, kind="exam", **{"shuts_course": True, **settings})
        course = Course.objects.get(pk=module.course_id)
        self.learner = make_learner(course)
        self.by = self.learner.user
        self.practising, self.over = self.start(self.practice), self.start(self.quiz)
        attempts.submit(attempt=self.over, by=self.by, now=NOW)
        self.over = self.fresh(self.over)

    @property
    def reader(self):
        return reader_of(self.learner)

    def start(self, quiz):
        row = attempts.start(reader=self.reader, quiz_key=quiz.key, by=self.by, now=NOW)
        return self.fresh(row)

    def fresh(self, attempt):
        return Attempt.objects.select_related("enrolment__course", "quiz").get(pk=attempt.pk)

    def acts(self):
        """Everything that shows or judges something else of the course."""
        reader, by = self.reader, self.by
        key, check = self.lesson.key, self.lesson.checks.items.get().question.key
        sent = {"raw": RIGHT, "based_on": 0, "by": by, "now": NOW}
        yield lambda: lessons.open_lesson(reader=reader, lesson_key=key)
        yield lambda: lessons.respond(reader=reader, lesson_key=key, question_key=check, **sent)
        yield lambda: lessons.visit(reader=reader, lesson_key=key, now=NOW)
        yield lambda: lessons.practise_again(reader=reader, lesson_key=key, by=by, now=NOW)
        yield lambda: daily_review.open_review(reader=reader, now=NOW)
        yield lambda: daily_review.begin_next(reader=reader, by=by, now=NOW)
        yield lambda: mistake_sets.open_set(reader=reader, now=NOW)
        yield lambda: mistake_sets.begin_next(reader=reader, by=by, now=NOW)
        yield lambda: glossary.terms(reader=reader)
        yield lambda: review.review(attempt=self.over, by=by, now=NOW)
        yield lambda: attempts.attempt_page(attempt=self.practising, by=by, now=NOW)
        yield lambda: attempts.save(attempt=self.practising, position=1, **sent)
        yield lambda: attempts.start(reader=reader, quiz_key=self.quiz.key, by=by, now=NOW)


def refused(act):
    try:
        act()
    except CourseShut as error:
        return error.details["running_attempt"]
    return None


def test_everything_else_is_closed_until_the_attempt_ends():
    world = World()
    assert [refused(act) for act in world.acts()] == [None] * 13
    world = World()
    exam = world.start(world.exam)
    assert {refused(act) for act in world.acts()} == {str(exam.uuid)}
    assert attempts.attempt_page(attempt=exam, by=world.by, now=NOW).items
    attempts.save(attempt=exam, position=1, raw=RIGHT, based_on=0, by=world.by, now=NOW)
    assert world.start(world.exam) == exam

    attempts.submit(attempt=exam, by=world.by, now=NOW)
    assert [refused(act) for act in world.acts()] == [None] * 13
    assert review.review(attempt=world.fresh(exam), by=world.by, now=NOW)


def test_nothing_is_closed_unless_the_author_says_so():
    world = World(shuts_course=False)
    world.start(world.exam)
    assert [refused(act) for act in world.acts()] == [None] * 13


def test_it_holds_in_all_classes_of_the_learner_and_for_nobody_else():
    world = World()
    exam = world.start(world.exam)
    course = world.learner.course
    other = Section.objects.create(course=course, key="other", created_at=NOW)
    twin, neighbour = join(other, world.by), make_learner(course)
    teacher = UserFactory()
    enrolments.enrol(course=course, user=teacher, role="instructor", now=NOW)
    assert attempt_that_shuts(enrolment=twin) == exam
    assert attempt_that_shuts(enrolment=neighbour) is None
    staff = Enrolment.objects.get(user=teacher)
    attempts.start(reader=reader_of(staff), quiz_key=world.exam.key, by=teacher, now=NOW)
    assert attempt_that_shuts(enrolment=staff) is None
    # Staff go on reading what the learner did.
    assert review.review(attempt=world.over, by=teacher, now=NOW).is_author


def test_author_who_takes_it_back_opens_the_course_at_once():
    world = World()
    world.start(world.exam)
    quiz = Quiz.objects.get(pk=world.exam.pk)
    quiz.shuts_course = False
    quiz.save()
    world.learner.course.refresh_from_db()
    assert attempt_that_shuts(enrolment=Enrolment.objects.get(pk=world.learner.pk)) is None


def test_pages_name_the_attempt_and_lead_to_it(client):
    world = World()
    exam = world.start(world.exam)
    client.force_login(world.by)
    course = world.learner.course.key
    for name, args in (
        ("lesson", [course, world.lesson.key]),
        ("daily-review", [course]),
        ("mistakes", [course]),
        ("glossary", [course]),
        ("review", [world.over.uuid]),
        ("attempt", [world.practising.uuid]),
    ):
        page = client.get(reverse(f"cx_courses:{name}", args=args))
        assert page.status_code == 403, name
        assert "Closed while your attempt is running" in page.text
        assert reverse("cx_courses:attempt", args=[exam.uuid]) in page.text
    for name, args in (("course", [course]), ("quiz", [course, world.exam.key])):
        assert client.get(reverse(f"cx_courses:{name}", args=args)).status_code == 200


def test_api_answers_403_with_the_attempt():
    world = World()
    exam = world.start(world.exam)
    me, course = by_session(world.by), world.learner.course.key
    mine = f"/learners/me/courses/{course}"
    for path in (
        f"{mine}/lessons/{world.lesson.key}",
        f"{mine}/daily-review",
        f"{mine}/mistakes",
        f"/learners/me/attempts/{world.over.uuid}/review",
        f"/learners/me/attempts/{world.practising.uuid}",
        f"/courses/{course}/lessons/{world.lesson.key}",
        f"/courses/{course}/glossary",
    ):
        body = problem(me.get(path), 403, "course_shut")
        assert body["running_attempt"] == str(exam.uuid), path
    assert me.get(f"/learners/me/attempts/{exam.uuid}").status_code == 200
    # A platform shows nobody's pages: it reads on.
    platform = Platform("admin")
    assert platform.get(f"/courses/{course}/glossary").status_code == 200
