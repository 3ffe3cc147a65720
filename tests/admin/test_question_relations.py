"""What the pages say of a question beside others: its enemies, near-duplicates, who answered it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.domain import enrolments, sections
from courses.domain.authoring import likeness
from courses.domain.authoring.edits import write_version
from courses.models import Question
from tests.admin.conftest import finish, signed_in, staff, teacher_of
from tests.admin.pages import SentFields
from tests.factories import (
    NOW,
    SINGLE_CHOICE,
    ModuleFactory,
    UserFactory,
    join,
    make_learner,
    make_question,
    make_quiz,
)

pytestmark = pytest.mark.django_db

STEM = "A letter waits nine days on a desk in the town hall. Whose time is lost?"


def asking(stem: str) -> dict[str, Any]:
    return {**SINGLE_CHOICE, "stem": stem}


def edit_url(question: Question) -> str:
    return reverse("admin:cx_courses_question_edit", args=[question.pk])


@pytest.fixture
def module() -> Any:
    return ModuleFactory()


@pytest.fixture
def client(module: Any) -> Any:
    return signed_in(teacher_of(module.course))


def test_enemy_is_found_by_words_added_and_removed_by_buttons(client: Any, module: Any) -> None:
    question = make_question(module, data=asking("Who waits?"), key="waits")
    other = make_question(module, data=asking("Name the *queue*."), key="queue")
    make_question(ModuleFactory(), data=asking("Name the queue of others."), key="foreign")
    address = edit_url(question)

    def sent(page: Any) -> Any:
        return SentFields(page.text, "question-form")

    found = sent(client.post(address, sent(client.get(address)).values | {
        "find_enemies": "QUEUE", "do": "find",
    }))  # fmt: skip
    assert [one for one in found.actions if one.startswith("pair:")] == ["pair:queue"]
    added = sent(client.post(address, found.values | {"do": "pair:queue"}))
    assert added.values["enemies"] == "queue"
    assert "unpair:queue" in added.actions
    assert Question.objects.get(pk=question.pk).enemies == []

    client.post(address, added.values | {"do": "publish"})
    assert Question.objects.get(pk=question.pk).enemies == ["queue"]
    other_page = client.get(edit_url(other)).text
    assert "Entered there" in other_page
    assert edit_url(question) in other_page

    again = sent(client.get(address))
    removed = sent(client.post(address, again.values | {"do": "unpair:queue"}))
    client.post(address, removed.values | {"do": "publish"})
    assert Question.objects.get(pk=question.pk).enemies == []


def test_enemy_that_a_quiz_asks_too_is_refused_beside_the_field(client: Any, module: Any) -> None:
    quiz = make_quiz(module=module, questions=2)
    one, two = (item.question for item in quiz.items.order_by("position"))
    values = SentFields(client.get(edit_url(one)).text, "question-form").values
    page = client.post(edit_url(one), values | {"enemies": two.key, "do": "publish"})
    assert page.status_code == 200
    assert f"The quiz “{quiz.title}” asks both questions." in page.text
    assert Question.objects.get(pk=one.pk).enemies == []


def test_near_duplicates_are_named_on_every_page_that_writes(client: Any, module: Any) -> None:
    make_question(module, data=asking(STEM), key="first")
    second = make_question(module, data=asking(STEM.replace("nine", "8")), key="second")
    make_question(module, data=asking("A wholly different thing, of other words?"), key="other")
    make_question(ModuleFactory(), data=asking(STEM), key="foreign")
    retired = make_question(module, data=asking(STEM), key="retired")
    Question.objects.filter(pk=retired.pk).update(is_retired=True)

    page = client.get(edit_url(second)).text
    assert "Nearly the same" in page
    assert "first</span>" in page
    assert not {"foreign", "retired"} & set(page.split())

    bank = reverse("admin:cx_courses_course_bank", args=[module.course_id])
    listed = client.get(bank, {"alike": "on"})
    assert {card.question.key for card in listed.context["cards"]} == {"first", "second"}
    assert "like first" in listed.text
    assert "alike=True" in listed.text
    changed = asking("A wholly different thing, of other words!")
    write_version(
        question=second, type="single_choice", data=changed, is_ready=True, by=None, origin=None
    )
    listed = client.get(bank, {"alike": "on"})
    assert {card.question.key for card in listed.context["cards"]} == {"other", "second"}

    quick = reverse("admin:cx_courses_question_quick")
    options = "\n".join(one["text"] for one in SINGLE_CHOICE["options"])
    text = f"{STEM}\n{options}"
    assert "100% like first" in client.post(quick, {"text": text, "do": "read"}).text


def test_questions_that_wait_to_be_compared_are_counted_and_compared_in_the_background(
    client: Any, module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness, "MOST", 1)
    for key in ("first", "second", "third"):
        make_question(module, data=asking(STEM), key=key)
    bank = reverse("admin:cx_courses_course_bank", args=[module.course_id])
    assert "2 questions are still to be compared." in client.get(bank, {"alike": "on"}).text
    assert [likeness.compare_some() for _run in range(3)] == [1, 1, 0]
    with CaptureQueriesContext(connection) as queries:
        assert likeness.compare_some() == 0
    assert len(queries) == 2
    listed = client.get(bank, {"alike": "on"})
    assert "still to be compared" not in listed.text
    assert len(listed.context["cards"]) == 3
    make_question(module, data=asking(STEM), key="fourth")
    assert likeness.compare_some() == 1


def test_history_counts_who_answered_which_version_as_far_as_one_may_know(module: Any) -> None:
    """Counts of all for staff of the whole course, of the own class for others; an author's
    page has no names."""
    quiz = make_quiz(module=module, questions=1)
    course, question = quiz.course, quiz.items.get().question
    for name in ("Ada", "Grace"):
        finish(make_learner(course, first_name=name, last_name="L"), quiz)
    write_version(
        question=question, type="single_choice", data=asking("Changed?"), is_ready=True, by=None,
        origin=None,
    )  # fmt: skip
    section = sections.create(course=course, key="b", title="B", now=NOW)
    finish(join(section, UserFactory(first_name="Zoe", last_name="L")), quiz)
    address = reverse("admin:cx_courses_question_editions", args=[question.pk])

    def seen(role: str, **more: Any) -> tuple[Any, str]:
        user = staff()
        enrolments.enrol(course=course, user=user, role=role, now=NOW, **more)
        page = signed_in(user).get(address)
        rows = page.context["answered"]
        return [(row.version.number, row.learners, row.answers) for row in rows], page.text

    counts, text = seen("instructor")
    assert counts == [(2, 1, 1), (1, 2, 2)]
    assert "Ada L, Grace L" in text
    assert "Zoe L" in text

    counts, text = seen("author")
    assert counts == [(2, 1, 1), (1, 2, 2)]
    assert not {"Ada", "Grace", "Zoe"} & set(text.replace(",", " ").split())

    counts, text = seen("marker", section=section)
    assert counts == [(2, 1, 1), (1, 0, 0)]
    assert "Zoe L" in text
    assert "Ada" not in text
