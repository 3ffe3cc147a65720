"""The check before publishing, and whom publishing touches."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.admin.studio.touched_texts import publish_verb, touched_texts
from courses.domain import attempts, enrolments, grants, jobs, lessons
from courses.domain.authoring import edits, publish_check, refresh_lessons
from courses.domain.authoring.row_records import quiz_record
from courses.errors import Invalid
from courses.models import Attempt, Course, Job, Lesson, Objective, Question
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import (
    NOW,
    SINGLE_CHOICE,
    CourseFactory,
    ModuleFactory,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db


def url(course):
    return reverse("admin:cx_courses_course_check", args=[course.pk])


def with_text(module, body, **extra):
    lesson = make_lesson(module=module, checks=0, completion="confirm", body=body, **extra)
    refresh_lessons(course=module.course)
    return lesson


def messages(found):
    return {(one.kind, one.key, one.path, one.message) for one in found}


def test_errors_stop_publishing_and_lead_to_the_field():
    course = CourseFactory(state="draft")
    module = ModuleFactory(course=course)
    lesson = with_text(module, "Fine.\n\nSee [[term:none]].")
    quiz = make_quiz(module=module, questions=1)
    question = quiz.items.get().question
    Question.objects.filter(pk=question.pk).update(enemies=["gone"])
    client = signed_in(teacher_of(course))

    page = client.get(url(course))

    shown = {(one.message, urlsplit(one.url).path, urlsplit(one.url).fragment)
             for one in page.context["errors"]}  # fmt: skip
    lesson_url = reverse("admin:cx_courses_lesson_edit", args=[lesson.pk])
    question_url = reverse("admin:cx_courses_question_edit", args=[question.pk])
    assert {(path, field) for _text, path, field in shown} == {
        (lesson_url, "id_body"),
        (question_url, "id_enemies"),
    }
    assert "Line 3 of the text" in page.text
    assert 'id="id_body"' in client.get(lesson_url).text
    assert 'id="id_enemies"' in client.get(question_url).text
    assert "Publish the course" not in page.text
    with pytest.raises(Invalid) as refused:
        edits.publish_course(course=course, origin=None)
    assert any("gone" in one.message for one in refused.value.problems)
    outline = reverse("admin:cx_courses_course_outline", args=[course.pk])
    assert "gone" in client.post(outline, {"do": "course::publish"}, follow=True).text

    Lesson.objects.filter(pk=lesson.pk).update(body="Fine.")
    Question.objects.filter(pk=question.pk).update(enemies=[])
    Course.objects.filter(pk=course.pk).touch()
    assert "No errors" in client.get(url(course)).text
    assert edits.publish_course(course=course, origin=None).state == "published"


def test_what_is_wrong_in_a_draft_is_advice():
    module = ModuleFactory()
    lesson = with_text(module, "See [[check:nowhere]].", is_draft=True)
    quiz = make_quiz(module=module, questions=0, is_draft=True)
    hidden = ModuleFactory(course=module.course, is_draft=True)
    other = with_text(hidden, "See [[term:none]].")
    found = publish_check.last_check(course=module.course).report
    assert found.errors == ()
    keys = {one.key for one in found.advice}
    assert {lesson.key, other.key} <= keys
    assert quiz.pk


def test_advice_follows_the_rules_of_the_course():
    module = ModuleFactory()
    course = module.course
    with_text(module, "Text.")
    Objective.objects.create(course=course, module=module, key="O-1", text="Do.", bloom="apply")
    stem = "Which of these four ways of asking customers gives an answer that is outside in?"
    data = {**SINGLE_CHOICE, "stem": stem}
    first, second = (make_question(module, data=data) for _ in range(2))
    client = signed_in(teacher_of(course))

    page = client.get(url(course))
    texts = [one.message for one in page.context["advice"]]
    assert page.context["errors"] == []
    assert (
        f"The stem is like that of “{first.key}”: they share 100 % of their word triples." in texts
    )
    assert "The objective O-1 has no lesson." in texts
    links = [one.url for one in page.context["advice"] if "stem" in one.message]
    editor = reverse("admin:cx_courses_question_edit", args=[second.pk])
    assert links == [f"{editor}#id_data.stem"]
    assert 'id="id_data.stem"' in client.get(editor).text

    saved = client.post(url(course), {"alike_percent": "", "are_links_followed": "on"}, follow=True)
    assert saved.context["advice"] == []
    assert publish_check.rules_of(course=Course.objects.get(pk=course.pk)).alike_percent is None
    wrong = client.post(url(course), {"alike_percent": "5"})
    assert wrong.status_code == 200
    assert "greater than or equal to 10" in wrong.text


def test_who_may_see_the_check_and_change_its_rules():
    course = make_quiz(questions=1).course
    reader = staff()
    enrolments.enrol(course=course, user=reader, role="marker", now=NOW)
    assert signed_in(reader).get(url(course)).status_code == 200
    assert signed_in(reader).post(url(course), {}).status_code == 403
    assert signed_in(teacher_of(make_quiz().course)).get(url(course)).status_code in (302, 404)


def test_what_is_found_in_a_small_course_is_kept_until_it_changes(django_assert_num_queries):
    module = ModuleFactory()
    with_text(module, "Text.")
    course = Course.objects.get(pk=module.course_id)
    before = publish_check.last_check(course=course)
    with django_assert_num_queries(1):
        assert publish_check.last_check(course=course).report is before.report
    make_question(module, enemies=["gone"])
    course.refresh_from_db()
    assert "gone" in publish_check.last_check(course=course).report.errors[0].message


def checked(client, course):
    """The page after the job that checks the course."""
    while Job.objects.unfinished().exists():
        jobs.work(clock=timezone.now, until=timezone.now() + dt.timedelta(milliseconds=1))
    return client.get(url(course))


def test_a_check_begins_again_when_the_course_changes_meanwhile(monkeypatch):
    monkeypatch.setattr(publish_check, "AT_ONCE", 0)
    module = ModuleFactory()
    question = make_question(module, enemies=["gone"])
    job = publish_check.queue_check(course=module.course, by=None, now=NOW)
    first = publish_check.prepare_step(job=job, now=NOW)
    Job.objects.update(cursor=first)
    assert (first["number"], len(first["reports"][0]["errors"])) == (1, 1)
    assert publish_check.prepare_step(job=job, now=NOW)["number"] == 2
    Question.objects.filter(pk=question.pk).update(enemies=[])
    again = publish_check.prepare_step(job=job, now=NOW)
    assert (again["number"], again["reports"][0]["errors"]) == (1, ())


def test_a_large_course_is_checked_when_asked_and_its_report_is_kept(monkeypatch):
    monkeypatch.setattr(publish_check, "AT_ONCE", 0)
    module = ModuleFactory()
    course = Course.objects.get(pk=module.course_id)
    question = make_question(module, enemies=["gone"])
    client = signed_in(teacher_of(course))

    assert "Not checked yet" in client.get(url(course)).text
    page = client.post(url(course), {"do": "check"}, follow=True)
    assert "The course is being checked" in page.text
    assert 'value="check"' not in page.text
    client.post(url(course), {"do": "check"})
    page = checked(client, course)
    assert Job.objects.get().result == {"errors": 1, "advice": 0}
    assert "Checked on" in page.text
    assert [one.url for one in page.context["errors"]]
    assert "have changed since" not in page.text

    Question.objects.filter(pk=question.pk).update(enemies=[])
    page = client.get(url(course))
    assert "have changed since" in page.text  # A draft, too, changes what is found.
    assert page.context["errors"]
    client.post(url(course), {"do": "check"})
    assert checked(client, course).context["errors"] == []
    client.post(url(course), {"alike_percent": "60"})
    assert "have changed since" in client.get(url(course)).text


def test_publishing_names_attempts_learners_and_places():
    quiz = make_quiz(questions=1, time_limit_s=600, title="Ways to ask")
    question = quiz.items.get().question
    assert "No attempt is open." in touched_texts(question)
    learners = [make_learner(quiz.course) for _ in range(2)]
    for one in learners:
        attempts.start(reader=reader_of(one), quiz_key=quiz.key, by=one.user, now=NOW)
    teacher = enrolments.enrol(course=quiz.course, user=staff(), role="instructor", now=NOW)
    attempts.start(reader=reader_of(teacher), quiz_key=quiz.key, by=teacher.user, now=NOW)

    texts = touched_texts(question)
    assert f"It is part of the course “{quiz.course}”." in texts
    assert "Asked in: “Ways to ask”." in texts
    assert "2 attempts are open, of 2 learners." in texts
    assert touched_texts(Question(course=quiz.course)) == []

    grants.set_extension(enrolment=learners[0], quiz=quiz, extra_time_s=600)
    for limit, expected in (
        (900, "2 open attempts get the longer time"),
        (300, "2 open attempts keep the longer time"),
        (600, "The time of open attempts stays as it is."),
        (None, "2 open attempts get the longer time"),
    ):
        items = quiz.items.select_related("question", "version", "draw_objective", "draw_tag")
        record = quiz_record(quiz, items=items)
        changed = type(record)(**{**vars(record), "time_limit_s": limit})
        assert any(expected in text for text in touched_texts(quiz, changed)), limit
    quiz.refresh_from_db()
    assert quiz.time_limit_s == 600

    assert not [text for text in touched_texts(quiz) if "finished" in text]
    submitted = Attempt.objects.get(enrolment=learners[1])
    attempts.submit(attempt=submitted, by=learners[1].user, now=NOW)
    assert any("1 learner has answered it" in text for text in touched_texts(question))
    assert "1 learner has finished an attempt. Its result stays." in touched_texts(quiz)


def test_publishing_a_lesson_names_who_is_in_it():
    lesson = make_lesson(checks=1)
    learner = make_learner(lesson.module.course)
    at = NOW + dt.timedelta(minutes=1)
    lessons.visit(reader=reader_of(learner), lesson_key=lesson.key, now=at)
    assert any("1 learner has begun it" in text for text in touched_texts(lesson))
    assert publish_verb(lesson, verb="publish") == "compare"
    assert publish_verb(make_lesson(checks=0), verb="publish") == "publish"
    client = signed_in(teacher_of(lesson.module.course))
    editor = reverse("admin:cx_courses_lesson_edit", args=[lesson.pk])
    seen = client.get(editor).context["page"].based_on
    sent = {"do": "compare", "title": "New", "body": "Text.", "minutes": "5", "based_on": seen}
    sent["completion"] = "confirm"
    shown = client.post(editor, sent)
    assert "Who and what is affected" in shown.text
    assert "1 learner has begun it" in shown.text
