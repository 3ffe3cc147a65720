"""Each type of question written on its page, previewed in every state, published and taken."""

import pytest
from playwright.sync_api import expect

from courses.domain.authoring.wording import plain_text
from courses.models import AttemptItem, Question
from courses.questions import registry
from courses.questions.contract.editor import posted
from courses.questions.forms import controls, fill
from tests.admin.conftest import made_instructor
from tests.admin.test_guide import enter
from tests.browser.answering import fill_in
from tests.browser.room import PICTURE, awake
from tests.factories import ModuleFactory, QuizFactory, add_item, make_asset, make_learner
from tests.lengths import spread
from tests.questions.cases import EXAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def write(page, root):
    """Enter what the tree of controls holds, adding the rows that are missing."""
    choices = {
        control.name: [value for value, _label in control.choices] for control in root.walk()
    }
    for control in root.walk():
        for row in [row.name for row in control.children if row.number]:
            if not page.locator(f'[data-row="{row}"]').count():
                unfold(page)
                page.locator(f'[name="do"][value="add:{control.name}"]').click()
                page.locator(f'[data-row="{row}"]').wait_for(state="attached")
    unfold(page)
    for name, value in posted(root).items():
        field = page.locator(f'#question-form [name="{name}"]')
        kind = field.first.evaluate("one => one.type")
        if kind == "radio":
            field.and_(page.locator(f'[value="{value}"]')).set_checked(True)
        elif kind == "checkbox":
            field.set_checked(True)
        elif kind.startswith("select"):  # Keys are given out by the form: the place is what counts.
            known = choices[name]
            field.select_option(**({"index": known.index(value)} if known else {"value": value}))
        elif kind != "hidden":
            field.fill(value)


def unfold(page):
    page.locator("#question-form details").evaluate_all(
        "all => all.forEach(one => { one.open = true; })"
    )


@pytest.mark.parametrize("key", spread(EXAMPLES, check=1))
def test_type_is_written_previewed_published_and_taken(key, page, live_server):
    kind, value = registry.get(key), EXAMPLES[key][0]
    value = kind.dump(kind.load(value))
    module = ModuleFactory()
    for name in {data["image"] for data in EXAMPLES["hotspot"]}:
        make_asset(module=module, name=name, content=PICTURE)
    enter(page, live_server, made_instructor(module.course))
    page.set_default_timeout(15_000)
    page.goto(f"{live_server.url}/admin/cx_courses/question/write/?type={key}&module={module.key}")
    write(page, controls(kind, fill(kind, value)))

    preview = page.get_by_role("complementary", name="As a learner")
    states = preview.locator(".studio-states button")
    expect(states.nth(1)).to_be_visible()
    for place in range(states.count()):
        states.nth(place).click()
        expect(states.nth(place)).to_have_attribute("aria-pressed", "true")
        expect(preview.locator(".studio-sheet")).to_contain_text(
            value["stem"].split()[0].strip("*")
        )
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is in use")).to_be_visible()
    question = Question.objects.get()
    assert plain_text(question.ready_version.data) == plain_text(value)

    if kind.is_scored:  # A vote has its place in lessons alone.
        take(page, live_server, question)


def take(page, live_server, question):
    """A learner answers it in a quiz, rightly where a rule judges."""
    quiz = QuizFactory(module=question.module, kind="practice")
    add_item(quiz, question, position=1)
    enrolment = make_learner(question.course)
    enter(page, live_server, enrolment.user)
    page.goto(f"{live_server.url}/courses/{question.course.key}/quizzes/{quiz.key}/")
    page.get_by_role("button", name="Start").click()
    awake(page)
    item = AttemptItem.objects.get(attempt__enrolment=enrolment)
    fill_in(page.locator("#item-1"), item)
    page.get_by_role("button", name="Finish and submit").click()
    page.get_by_role("button", name="Submit now").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    item.refresh_from_db()
    assert item.value is not None
    assert item.scaled == (1 if question.ready_version.question_type.is_judged_by_rule else None)
