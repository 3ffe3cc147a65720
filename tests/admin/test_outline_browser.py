"""The outline and the quiz page in Chromium: dragged rows, and what the usual tasks cost."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from courses.domain.outline import outline
from courses.models import Course, Lesson, Quiz
from tests.admin.conftest import made_instructor, signed_in, teacher_of
from tests.factories import (
    CourseFactory,
    LessonFactory,
    ModuleFactory,
    QuizFactory,
    make_learner,
    make_question,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def sign_in(page, live_server, user):
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])


def open_outline(page, live_server, course):
    address = reverse("admin:cx_courses_course_outline", args=[course.pk])
    page.goto(live_server.url + address)


def posts_of(page):
    posts = []
    page.on("request", lambda one: posts.append(one.url) if one.method == "POST" else None)
    return posts


def row(page, lesson):
    return page.locator(f'[data-row="lesson:{lesson.pk}"]')


def test_rows_are_dragged_and_moved_by_keys_one_request_a_move(page, live_server):
    first = ModuleFactory(title="First")
    second = ModuleFactory(title="Second", course=first.course)
    a, b, c = (LessonFactory(module=first, title=title) for title in "ABC")
    d = LessonFactory(module=second, title="D")
    sign_in(page, live_server, teacher_of(first.course))
    open_outline(page, live_server, first.course)
    posts = posts_of(page)

    def titles():
        course = Course.objects.get(pk=first.course.pk)
        return ["".join(one.title for one in each.lessons) for each in outline(course).modules]

    grip = row(page, c).locator("[data-grip]")
    grip.drag_to(row(page, a), target_position={"x": 60, "y": 4})
    expect(page.get_by_text("“C” is moved.")).to_be_visible()
    assert titles() == ["CAB", "D"]
    row(page, b).locator("[data-grip]").drag_to(row(page, d), target_position={"x": 60, "y": 4})
    expect(page.get_by_text("“B” is moved.")).to_be_visible()
    assert titles() == ["CA", "BD"]

    row(page, c).get_by_role("link", name="C", exact=True).focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_text("“C” is moved.")).to_be_visible()
    assert titles() == ["AC", "BD"]
    assert len(posts) == 3
    expect(page.get_by_role("button", name="Move “C” up")).to_be_focused()


def test_empty_course_comes_to_its_first_check_in_eight_pages(page, live_server):
    course = CourseFactory(state=Course.State.DRAFT)
    sign_in(page, live_server, made_instructor(course))
    loads = []
    page.on("load", lambda: loads.append(page.url))

    open_outline(page, live_server, course)
    page.get_by_label("Title").fill("Unit")
    page.get_by_role("button", name="Add a module").click()
    expect(page.get_by_text("“Unit” is added.")).to_be_visible()
    module = course.modules.get()

    page.goto(live_server.url + reverse("admin:cx_courses_question_write"))
    page.get_by_role("link", name="Single choice").click()
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    page.keyboard.type("Which is outside-in?")
    page.get_by_label("Option 1: Text").fill("Her solved need")
    page.get_by_label("Option 1: Right").check()
    page.get_by_label("Option 1: Reason for the learner").fill("It follows her goal.")
    page.get_by_label("Option 2: Text").fill("Our tickets")
    page.get_by_label("Option 2: Reason for the learner").fill("That counts work.")
    page.get_by_label("Module").select_option("unit")
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is in use")).to_be_visible()
    check = module.questions.get()

    open_outline(page, live_server, course)
    page.get_by_text("Add to “Unit”").click()
    page.locator(f"#add-module-{module.pk}").fill("Lesson")
    page.get_by_role("button", name="Add a lesson").click()
    page.locator("[name=body]").fill(f"Read this.\n\n[[check:{check.key}]]")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published").first).to_be_visible()
    open_outline(page, live_server, course)
    page.get_by_role("button", name="Publish the course").click()
    expect(page.get_by_role("button", name="Publish the course")).to_have_count(0)
    assert len(loads) <= 8, loads

    learner = make_learner(Course.objects.get(pk=course.pk))
    sign_in(page, live_server, learner.user)
    page.goto(live_server.url + Lesson.objects.get().get_absolute_url())
    expect(page.get_by_text("Which is outside-in?")).to_be_visible()


def test_quiz_of_twenty_questions_takes_thirty_clicks_on_one_page(page, live_server):
    module = ModuleFactory()
    for _number in range(24):
        make_question(module)
    quiz = QuizFactory(module=module, title="Twenty", is_draft=True)
    sign_in(page, live_server, made_instructor(module.course))
    loads, clicks = [], []
    page.goto(live_server.url + reverse("admin:cx_courses_quiz_build", args=[quiz.pk]))
    page.on("framenavigated", lambda frame: loads.append(frame.url))

    def click(one):
        clicks.append(one.click())

    click(page.get_by_role("button", name="Choose questions"))
    for number in range(20):
        click(page.locator("[name=pick]").nth(number))
    click(page.get_by_role("button", name="Add what is ticked"))
    expect(page.get_by_role("heading", name="20 questions in 20 places")).to_be_visible()
    click(page.get_by_role("button", name="Exam", exact=True))
    expect(page.get_by_text("90 for learners with time")).to_be_visible()
    click(page.get_by_role("button", name="Publish", exact=True))
    expect(page.get_by_text("“Twenty” is published.")).to_be_visible()

    quiz = Quiz.objects.get(title="Twenty")
    assert (quiz.items.count(), quiz.kind, quiz.is_draft) == (20, "exam", False)
    assert len(clicks) <= 30
    assert {one.split("?")[0] for one in loads} == {page.url.split("?")[0]}
