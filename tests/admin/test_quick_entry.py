"""The page on which pasted lines become drafts."""

import pytest
from django.urls import reverse

from courses.domain.authoring.working_copies import copies
from courses.models import Question, WorkingCopy
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import SentFields
from tests.factories import CourseFactory, ModuleFactory

pytestmark = pytest.mark.django_db

QUICK = reverse("admin:cx_courses_question_quick")
TEXT = (
    "Which is outside-in?\r\n* Her need\r\n# It is hers.\r\nOur tickets <b>\r\n# Ours.\r\n\r\n"
    "Which is complete?\r\n* Not this"
)


@pytest.fixture
def module():
    return ModuleFactory()


@pytest.fixture
def client(module):
    return signed_in(teacher_of(module.course))


def sent(page):
    assert page.status_code == 200
    return SentFields(page.text, "quick-form").values


def test_lines_become_cards_and_nothing_is_stored(client):
    page = client.post(QUICK, sent(client.get(QUICK)) | {"text": TEXT, "do": "read"})

    assert "2 questions found" in page.text
    assert "1 complete" in page.text
    assert "Our tickets &lt;b&gt;" in page.text
    assert "Options: At least 2 entries are needed here." in page.text
    assert sent(page)["text"] == TEXT
    assert Question.objects.count() == 0


def test_complete_ones_are_kept_as_drafts_and_leave_the_text(client, module):
    values = sent(client.get(QUICK)) | {"text": TEXT, "module": module.key, "tags": "new"}
    page = client.post(QUICK, values | {"do": "accept:all"})

    question = Question.objects.get()
    version = question.versions.get()
    assert (question.key, question.ready_version) == ("which-is-outside-in", None)
    assert (question.module, question.tags.get().key) == (module, "new")
    assert (version.status, version.type) == ("draft", "single_choice")
    assert version.created_by is not None
    assert sent(page)["text"] == "Which is complete?\r\n* Not this"

    client.post(QUICK, sent(page) | {"do": "accept:1"})
    assert Question.objects.count() == 1


def test_unfinished_one_is_opened_in_the_editor_and_leaves_the_text(client, module):
    values = sent(client.get(QUICK)) | {"text": TEXT, "module": module.key}
    opened = client.post(QUICK, values | {"do": "finish:2"}, follow=True)

    assert opened.redirect_chain[0][0].startswith(reverse("admin:cx_courses_question_write"))
    fields = SentFields(opened.text, "question-form").values
    assert (fields["data.stem"], fields["module"]) == ("Which is complete?", module.key)
    assert Question.objects.count() == 0
    rest = client.get(QUICK, follow=True)
    assert sent(rest)["text"] == TEXT.partition("\r\n\r\n")[0]


def test_text_and_unfinished_cards_outlive_the_browser(client, module):
    """Nothing is shared, and all of it is found again from the first page."""
    three = f"{TEXT}\r\n\r\nWho waits?\r\n* Nobody"
    page = client.post(QUICK, sent(client.get(QUICK)) | {"text": three, "do": "read"})
    assert sent(client.get(QUICK, follow=True))["text"] == three

    page = client.post(QUICK, sent(page) | {"do": "finish:all"})
    assert "2 questions are kept. Only you see them" in page.text
    assert sent(page)["text"] == TEXT.partition("\r\n\r\n")[0]
    assert WorkingCopy.objects.open().count() == 3
    home = client.get(reverse("admin:cx_courses_course_home")).text
    for name in ("Quick entry", "Which is complete? (Single choice)", "Who waits? (Single choice)"):
        assert f"You are writing: {name}" in home
    assert Question.objects.count() == 0

    page = client.post(QUICK, sent(page) | {"do": "accept:all"})
    assert sent(page)["text"] == ""
    assert not WorkingCopy.objects.open().filter(kind="quick").exists()
    assert sent(client.get(QUICK))["text"] == ""
    other = signed_in(teacher_of(module.course))
    assert sent(other.get(QUICK))["text"] == ""


def test_script_keeps_the_text_and_a_refusal_stores_nothing(client, monkeypatch):
    values = sent(client.get(QUICK)) | {"text": "Half a que", "do": "keep", "tab": "a", "turn": "1"}
    answer = client.post(QUICK, values, headers={"Accept": "application/json"})
    assert answer.json()["revision"] == 1
    monkeypatch.setattr(copies, "MOST_OPEN", 1)
    page = client.get(QUICK, follow=True)
    assert sent(page)["text"] == "Half a que"
    refused = client.post(QUICK, sent(page) | {"text": TEXT, "do": "finish:2"})
    assert "You have 1 texts that are not published." in refused.text
    assert sent(refused)["text"] == TEXT


GIFT = "::Grave:: Who? {=Grant ~Lee}\r\n\r\n// mine\r\nWhen?{#=1822:5 =%50%1823}\r\n\r\nOpen? {"


def test_gift_is_accepted_with_one_reason_and_a_report_of_what_is_lost(client):
    values = sent(client.get(QUICK)) | {"text": GIFT}
    page = client.post(QUICK, values | {"do": "read"})
    assert "0 complete" in page.text
    assert "Not kept: // mine" in page.text
    assert "The answers have no closing }." in page.text

    page = client.post(QUICK, values | {"reason": "Read again.", "do": "accept:all"})
    assert {row.key for row in Question.objects.all()} == {"grave", "when"}
    version = Question.objects.get(key="grave").versions.get()
    assert {one["feedback"] for one in version.data["options"]} == {"Read again."}
    assert sent(page)["text"] == "Open? {"


def test_course_of_others_is_not_found(client):
    assert client.get(f"{QUICK}?course={CourseFactory().key}").status_code == 404
