"""A learner who knows every answer fills in checks with mouse and keyboard, whatever their type."""

from typing import Any

from playwright.sync_api import Locator, expect

from courses.domain.lessons.checks import draws, field_prefix, version_of
from courses.models import AttemptItem, QuizItem
from courses.questions.base import flatten


def right_response(place: QuizItem, enrolment_id: int) -> dict[str, list[str]]:
    """Form fields of a response that earns everything; of any response where a person judges."""
    version = version_of(place)
    kind, data = version.question_type, version.parsed
    language = place.quiz.course.language
    params = draws(place, enrolment_id=enrolment_id, number=1, language=language)
    raw = kind.solution(data, params)
    if raw is None:
        raw = next(s.raw for s in kind.samples(data, params) if not s.is_unreadable)
    return flatten(raw)


def answer(check: Locator, place: QuizItem, enrolment_id: int) -> None:
    """Fill in the check, send it, and wait until the page has it back as answered."""
    prefix = field_prefix(version_of(place).question.key)
    for field, texts in right_response(place, enrolment_id).items():
        if field == "order" and check.locator("[data-order][data-enhanced]").count():
            _put_in_order(check, texts)
        elif field != "decimal":
            _fill(check.locator(f'[name="{prefix}{field}"]'), texts)
    check.locator("[data-check-button]").click()
    expect(check).to_have_attribute("data-answered", "true")


def fill_in(shown: Locator, item: AttemptItem) -> None:
    """Fill in a question of an attempt with what earns everything, or with any text."""
    kind, data = item.version.question_type, item.version.parsed
    raw = kind.solution(data, item.params)
    if raw is None:
        raw = next(s.raw for s in kind.samples(data, item.params) if not s.is_unreadable)
    for field, texts in flatten(raw).items():
        if field == "order" and shown.locator("[data-order][data-enhanced]").count():
            _put_in_order(shown, texts)
        elif field != "decimal":
            _fill(shown.locator(f'[name="i{item.position}-{field}"]'), texts)


def _fill(controls: Locator, texts: list[str]) -> None:
    control: Any = controls.first
    kind = control.evaluate("it => it.tagName === 'INPUT' ? it.type : it.tagName.toLowerCase()")
    if kind in {"radio", "checkbox"}:
        for text in texts:
            controls.and_(controls.page.locator(f'[value="{text}"]')).check()
    elif kind == "select":
        control.select_option(texts[0])
    else:
        control.fill(texts[0])


def _put_in_order(check: Locator, keys: list[str]) -> None:
    rows = check.locator("[data-order] > li[data-key]")
    for wanted, key in enumerate(keys):
        row = check.locator(f'[data-order] > li[data-key="{key}"]')
        now = rows.evaluate_all("(all, key) => all.findIndex(it => it.dataset.key === key)", key)
        for _step in range(now - wanted):
            row.locator(".order-button").first.click()
    confirm = check.locator(".order-confirm")
    if confirm.is_visible():
        confirm.click()
