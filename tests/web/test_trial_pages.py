"""The learner's pages inside of a trial: its bar, its clock, its limits, its end."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from courses.domain import grants, sections
from courses.models import Attempt, Enrolment, Trial
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import NOW, UserFactory, join, make_learner, make_lesson, make_quiz

pytestmark = pytest.mark.django_db


def try_url(course, query=""):
    return reverse("admin:cx_courses_course_try", args=[course.pk]) + query


def begin(client, course, query="", **sent):
    """Begin on the page of the admin; return the trial and the learner's page it leads to."""
    response = client.post(try_url(course, query), sent)
    assert response.status_code == 302, response.text
    trial = Trial.objects.latest("pk")
    return trial, client.get(response["Location"], follow=True)


def form_of(page, name):
    """Return where a form of the page posts to."""
    return re.search(rf'action="([^"]*{name}[^"]*)"', page.text)[1]


def test_a_quiz_is_taken_from_the_studio_to_its_review_and_back():
    quiz = make_quiz(questions=1, is_draft=True, title="Unseen", kind="graded", time_limit_s=600)
    client = signed_in(teacher_of(quiz.course))
    build = reverse("admin:cx_courses_quiz_build", args=[quiz.pk])
    shown = client.get(build)
    link = re.search(r'href="([^"]*/try/[^"]*)"', shown.text)[1].replace("&amp;", "&")
    chooser = client.get(link)
    assert "Try “Unseen”" in chooser.text
    back = re.search(r'name="back" value="([^"]*)"', chooser.text)[1]
    assert back == build

    trial, page = begin(client, quiz.course, f"?quiz={quiz.key}", back=back)

    base = reverse("cx_courses:trial", args=[trial.uuid])
    assert page.request["PATH_INFO"].startswith(base)
    assert "You try this as a learner." in page.text
    assert "Real time" in page.text
    assert page.text.count("button-primary") == 1  # that of the quiz, not of the trial's bar
    assert reverse("cx_courses:progress") not in page.text
    page = client.post(form_of(page, "/start/"), follow=True)
    attempt = Attempt.objects.get()
    assert page.request["PATH_INFO"] == f"{base}attempts/{attempt.uuid}/"
    page = client.post(
        page.request["PATH_INFO"],
        {"i1-based_on": "0", "i1-choice": "b", "submit": "1"},
        follow=True,
    )
    page = client.post(page.request["PATH_INFO"], follow=True)
    assert page.request["PATH_INFO"] == f"{base}attempts/{attempt.uuid}/review/"
    assert page.status_code == 200
    assert "100" in page.text
    # Outside of the trial nobody finds it.
    assert client.get(reverse("cx_courses:review", args=[attempt.uuid])).status_code == 404

    ended = client.post(form_of(page, "/end/"))
    assert ended["Location"] == build
    assert "Nothing of it is kept." in client.get(build).text
    assert not Attempt.objects.exists()
    assert client.get(base).status_code == 404


def test_the_clock_is_set_in_the_reader_s_zone_and_decides():
    opens = dt.datetime(2031, 5, 4, 10, 0, tzinfo=dt.UTC)
    quiz = make_quiz(questions=1, opens_at=opens)
    client = signed_in(teacher_of(quiz.course))
    trial, page = begin(client, quiz.course, f"?quiz={quiz.key}", at="2031-05-04T09:59")
    here = page.request["PATH_INFO"]
    assert "The clock shows" in page.text
    assert "4 May 2031, 09:59 UTC" in page.text
    assert "This quiz opens on" in page.text
    clock = form_of(page, "/clock/")

    instant = re.search(r'name="instant" value="(2031-05-04T10:00[^"]*)"', page.text)[1]
    page = client.post(clock, {"instant": instant, "here": here}, follow=True)
    assert page.request["PATH_INFO"] == here
    assert "This quiz opens on" not in page.text
    for sent, expected in (
        ({"later": "1d"}, "5 May 2031, 10:0"),
        ({"at": "2031-05-04T08:30"}, "4 May 2031, 08:30 UTC"),
        ({"real": "1"}, "Real time"),
        ({"at": "never"}, "Enter a date and a time"),
        ({"at": "0001-01-01T00:00"}, "Enter a date and a time"),
    ):
        assert expected in client.post(clock, {**sent, "here": here}, follow=True).text, sent
    trial.refresh_from_db()
    assert trial.clock_s == 0
    away = client.post(clock, {"real": "1", "here": "//evil.example/"})
    assert away["Location"] == reverse("cx_courses:trial", args=[trial.uuid]) + trial.place


def test_a_chosen_learner_is_named_and_found_by_name():
    quiz = make_quiz(questions=1, time_limit_s=600)
    learner = make_learner(quiz.course, first_name="Mei", last_name="Lin")
    grants.set_accommodation(user=learner.user, course=quiz.course, time_factor=2)
    for _number in range(3):
        make_learner(quiz.course)
    client = signed_in(teacher_of(quiz.course))
    listed = client.get(try_url(quiz.course))
    assert listed.context["candidates"][0].enrolment == learner
    assert "time × 2" in listed.text
    found = client.get(try_url(quiz.course, "?words=mei"))
    assert [one.enrolment for one in found.context["candidates"]] == [learner]

    _trial, page = begin(client, quiz.course, f"?quiz={quiz.key}", learner=learner.pk)

    assert "You try this as Mei Lin." in page.text
    assert "20 min" in page.text


def test_a_lesson_is_tried_and_started_over():
    lesson = make_lesson(checks=1)
    key = lesson.checks.items.get().question.key
    client = signed_in(teacher_of(lesson.module.course))
    trial, page = begin(client, lesson.module.course, f"?question={key}")
    assert trial.lesson == lesson
    assert trial.place.endswith(f"#check-{key}")
    prefix = f"c-{key}-"
    page = client.post(
        form_of(page, f"/checks/{key}/"),
        {f"{prefix}based_on": "0", f"{prefix}choice": "b"},
        follow=True,
    )
    assert "Completed" in page.text
    assert 'href="/courses/"' not in page.text
    page = client.post(form_of(page, "/end/"), {"again": "1"}, follow=True)
    assert "Completed" not in page.text
    assert not Attempt.objects.exists()
    assert Trial.objects.get() == trial


def test_a_trial_holds_the_pages_of_its_own_course_alone():
    quiz, other = make_quiz(questions=1), make_quiz(questions=1)
    teacher = teacher_of(quiz.course)
    Enrolment.objects.create(course=other.course, user=teacher, role="instructor", enrolled_at=NOW)
    learner = make_learner(quiz.course)
    client = signed_in(teacher)
    trial, _page = begin(client, quiz.course)
    base = reverse("cx_courses:trial", args=[trial.uuid])
    for path in (
        f"courses/{other.course.key}/",
        f"courses/{other.course.key}/quizzes/{other.key}/",
        f"courses/{quiz.course.key}/daily-review/",
        f"courses/{quiz.course.key}/my-data/",
        "account/",
        f"trials/{trial.uuid}/end/",
        "admin/",
        "nothing/",
    ):
        missing = client.get(base + path)
        assert missing.status_code == 404, path
        assert "You try this as a learner." in missing.text, path
    for path in (f"courses/{quiz.course.key}/", f"courses/{quiz.course.key}/glossary/"):
        assert client.get(base + path).status_code == 200, path
    for person in (learner.user, teacher_of(quiz.course), UserFactory(is_superuser=True)):
        assert signed_in(person).get(base).status_code == 404


def test_who_may_open_the_page_and_choose_whom():
    quiz = make_quiz(questions=1)
    course = quiz.course
    evening = sections.create(course=course, key="evening", title="Evening", now=NOW)
    inside, outside = join(evening, UserFactory()), make_learner(course)
    of_class, author, observer = staff(), staff(), staff()
    join(evening, of_class, role="instructor")
    for person, role in ((author, "author"), (observer, "observer")):
        Enrolment.objects.create(course=course, user=person, role=role, enrolled_at=NOW)
    url = try_url(course, f"?quiz={quiz.key}")
    assert signed_in(observer).get(url).status_code in (302, 403, 404)
    assert signed_in(author).get(url).context["candidates"] == []
    shown = signed_in(of_class).get(url).context["candidates"]
    assert [one.enrolment for one in shown] == [inside]
    for person, learner, status in (
        (of_class, inside.pk, 302),
        (of_class, outside.pk, 404),
        (author, inside.pk, 404),
        (author, "x", 404),
        (author, "", 302),
    ):
        assert signed_in(person).post(url, {"learner": learner}).status_code == status
    foreign = make_quiz(questions=1)
    for query in (f"?quiz={foreign.key}", "?lesson=none", "?question=none"):
        assert signed_in(author).get(try_url(course, query)).status_code == 404
    assert signed_in(author).get(try_url(foreign.course)).status_code in (302, 404)
    safe = signed_in(author).get(try_url(course, "?back=https://evil.example/"))
    assert "evil.example" not in safe.text
