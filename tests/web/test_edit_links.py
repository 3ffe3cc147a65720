"""From a learner page to its editor, and back."""

import re
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from courses.domain import attempts, enrolments, sections
from courses.models import Enrolment
from tests.admin.conftest import finish, signed_in, staff, teacher_of
from tests.factories import NOW, UserFactory, join, make_learner, make_lesson, make_quiz, reader_of
from tests.proofs.test_query_budgets import queries

pytestmark = pytest.mark.django_db


def links(page):
    """The addresses of the editors that the page leads to, with what they name."""
    found = re.findall(r'class="edit-link[^"]*" href="([^"]*)"', page.text)
    return [url.replace("&amp;", "&") for url in found]


def test_an_instructor_goes_from_each_page_to_its_editor_and_back():
    lesson = make_lesson(checks=1)
    course = lesson.module.course
    question = lesson.checks.items.get().question
    quiz = make_quiz(module=lesson.module, questions=1, feedback_mode="immediate")
    asked = quiz.items.get().question
    teacher = teacher_of(course)
    client = signed_in(teacher)
    own = Enrolment.objects.get(user=teacher)
    closed = finish(own, quiz)
    opened = attempts.start(reader=reader_of(own), quiz_key=quiz.key, by=teacher, now=NOW)
    by_lesson, by_quiz, by_question, by_asked = (
        reverse(f"admin:cx_courses_{name}", args=[row.pk])
        for name, row in (
            ("lesson_edit", lesson),
            ("quiz_build", quiz),
            ("question_edit", question),
            ("question_edit", asked),
        )
    )
    for url, editors, anchor in (
        (lesson.get_absolute_url(), [by_lesson, by_question], f"#check-{question.key}"),
        (quiz.get_absolute_url(), [by_quiz], ""),
        (reverse("cx_courses:attempt", args=[opened.uuid]), [by_quiz, by_asked], "#item-1"),
        (reverse("cx_courses:review", args=[closed.uuid]), [by_quiz, by_asked], "#item-1"),
    ):
        found = links(client.get(url))
        assert len(found) == len(editors), url
        for link, editor in zip(found, editors, strict=True):
            arrived = client.get(link)
            assert urlsplit(arrived["Location"]).path == editor
        page = client.get(arrived["Location"])
        assert f'href="{url}{anchor}"' in page.text
    # Saving keeps the way back.
    link = client.get(links(client.get(lesson.get_absolute_url()))[0])["Location"]
    form = client.get(link)
    based_on = re.search(r'name="based_on" value="([^"]*)"', form.text)[1]
    sent = {"do": "save", "based_on": based_on, "title": "New", "body": "New.", "minutes": "5",
            "completion": "checks", "confirmed": "on"}  # fmt: skip
    saved = client.post(link, sent)
    assert saved.status_code == 302, saved.text
    back = parse_qs(urlsplit(saved["Location"]).query)["next"]
    assert back == [lesson.get_absolute_url()]


def test_a_check_that_a_script_swaps_leads_back_to_its_lesson():
    lesson = make_lesson(checks=1)
    key = lesson.checks.items.get().question.key
    client = signed_in(teacher_of(lesson.module.course))
    url = reverse("cx_courses:lesson-check", args=[lesson.module.course.key, lesson.key, key])
    prefix, page = f"c-{key}-", lesson.get_absolute_url()
    answered = client.post(
        url,
        {f"{prefix}based_on": "0", f"{prefix}choice": "b"},
        headers={"X-Fragment": "1", "Referer": f"http://testserver{page}"},
    )
    (link,) = links(answered)
    assert parse_qs(urlsplit(link).query)["next"] == [f"{page}#check-{key}"]


def test_nobody_else_sees_a_link_and_learners_cost_no_query():
    lesson = make_lesson(checks=1)
    course = lesson.module.course
    evening = sections.create(course=course, key="evening", title="Evening", now=NOW)
    learner, of_class, no_staff = make_learner(course).user, staff(), UserFactory()
    join(evening, of_class, role="instructor")
    enrolments.enrol(course=course, user=no_staff, role="instructor", now=NOW)
    url = lesson.get_absolute_url()
    for person in (learner, of_class, no_staff):
        assert links(signed_in(person).get(url)) == []
    counts = []
    for person in (learner, teacher_of(course)):
        client = signed_in(person)
        client.get(url)
        counts.append(queries(partial(client.get, url))[0])
    assert counts[1] == counts[0] + 1


def test_only_a_page_of_this_site_is_gone_back_to():
    quiz = make_quiz(questions=1)
    client = signed_in(teacher_of(quiz.course))
    part = reverse("admin:cx_courses_course_part", args=[quiz.course.pk])
    for bad in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/" * 500):
        arrived = client.get(part, {"quiz": quiz.key, "next": bad})
        assert "next" not in arrived["Location"], bad
        editor = reverse("admin:cx_courses_quiz_build", args=[quiz.pk])
        assert "Back to the learner" not in client.get(editor, {"next": bad}).text
    foreign = make_quiz(questions=1)
    assert client.get(part, {"quiz": foreign.key}).status_code == 404
    assert client.get(part).status_code == 404
