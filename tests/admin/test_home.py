"""The first page of those who teach: what waits, each with a link to the place."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain.authoring.edits import write_version
from courses.models import Course, Enrolment
from tests.admin.conftest import finish, signed_in, staff, teacher_of
from tests.factories import ESSAY, NOW, CourseFactory, add_version, make_learner, make_quiz
from tests.proofs.test_query_budgets import queries, within

pytestmark = pytest.mark.django_db

HOME = reverse("admin:cx_courses_course_home")


def with_everything(title="Seen"):
    """A course in which essays, a draw that cannot be filled and drafts wait."""
    quiz = make_quiz(questions=1, title=f"{title} quiz")
    course = quiz.course
    Course.objects.filter(pk=course.pk).update(title=title)
    place = quiz.items.get()
    add_version(place.question, kind="essay", data=ESSAY)
    finish(make_learner(course), quiz, raw={"text": "Long."})
    draw = make_quiz(questions=1, module=quiz.module, title=f"{title} draw").items.get()
    draw.question, draw.draw_count = None, 9
    draw.save()
    make_quiz(questions=1, module=quiz.module, is_draft=True)
    write_version(
        question=place.question,
        type="essay",
        data={**ESSAY, "stem": "Anew?"},
        is_ready=False,
        by=None,
        origin=None,
    )
    return course


def test_what_waits_is_counted_and_linked_and_every_link_works():
    course = with_everything()
    client = signed_in(teacher_of(course))
    page = client.get(HOME)

    tasks = [task for group in page.context["groups"] for task in group.tasks]
    assert [task.title for task in tasks] == [
        "1 response to mark",
        "Nobody can start this quiz",
        "2 drafts",
    ]
    assert "Seen draw, place 1: draws 9 questions, the bank has" in tasks[1].text
    assert "1 quiz, 1 question" in tasks[2].text
    assert [client.get(task.url).status_code for task in tasks] == [200] * 3
    assert tasks[0].url == reverse("admin:cx_courses_course_marking", args=[course.pk])
    card = page.context["cards"][0]
    assert card.counts == "0 lessons, 3 quizzes, 3 questions, 1 learner"
    assert [client.get(step.url).status_code for step in card.links] == [200] * len(card.links)
    assert HOME in client.get(reverse("admin:index")).text


def test_only_what_somebody_may_do_waits_for_them():
    course, other = with_everything("Seen"), with_everything("Foreign")
    quiz = course.quizzes.get(title="Seen quiz")
    finish(teacher := teacher_enrolment(course), quiz, raw={"text": "A try."})
    page = signed_in(teacher.user).get(HOME)
    assert page.context["groups"][0].tasks[0].title == "1 response to mark"
    assert "Foreign" not in page.text

    Course.objects.filter(pk=course.pk).update(state=Course.State.ARCHIVED)
    page = signed_in(teacher.user).get(HOME)
    assert "Nothing to do right now." in page.text
    assert "Archived" in page.text

    nobody = signed_in(staff()).get(HOME)
    assert "You do not teach a course yet." in nobody.text
    assert signed_in(staff("view_question")).get(HOME).status_code == 403
    assert other.title not in nobody.text


def test_learners_who_are_late_or_stuck_are_named_on_the_page_that_is_linked():
    now = timezone.now()
    quiz = make_quiz(questions=1, kind="graded", closes_at=now - dt.timedelta(days=1))
    late = make_learner(quiz.course, first_name="Lata")
    Enrolment.objects.filter(pk=late.pk).update(enrolled_at=now - dt.timedelta(days=20))
    other = make_learner(quiz.course, first_name="Otto")
    Enrolment.objects.filter(pk=other.pk).update(completed_at=now)
    client = signed_in(teacher_of(quiz.course))

    tasks = [task for group in client.get(HOME).context["groups"] for task in group.tasks]

    assert [task.title for task in tasks] == [
        "1 learner has not handed in a quiz",
        "1 learner is stuck",
    ]
    assert tasks[0].text == f"{quiz.title}: it has closed for 1."
    assert "1 without anything done for 14 days" in tasks[1].text
    for task in tasks:
        page = client.get(task.url.removesuffix("#needs"))
        assert [row.title for row in page.context["needs"].rows] == [late.user.get_full_name()]
    foreign = signed_in(teacher_of(CourseFactory()))
    assert "stuck" not in foreign.get(HOME).text


def teacher_enrolment(course):
    return Enrolment.objects.get(user=teacher_of(course), course=course)


def test_as_many_queries_for_three_courses_as_for_one():
    teacher = teacher_of(with_everything())
    client, measured = signed_in(teacher), {}
    for size in (1, 3):
        while teacher.course_enrolments.count() < size:
            Enrolment.objects.create(
                course=with_everything(),
                user=teacher,
                role="instructor",
                enrolled_at=NOW + dt.timedelta(days=1),
            )
        measured[size] = queries(lambda: client.get(HOME))
    within(26, measured)


def test_a_new_teacher_of_an_empty_course_reads_that_nothing_waits():
    page = signed_in(teacher_of(CourseFactory(title="Empty"))).get(HOME)
    assert "Nothing to do right now." in page.text
    assert page.context["cards"][0].counts.startswith("0 lessons")
