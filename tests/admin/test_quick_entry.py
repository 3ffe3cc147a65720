"""The page on which pasted lines become drafts."""

import html

import pytest
from django.urls import reverse

from courses.models import Question
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


def test_unfinished_one_is_opened_in_the_editor(client):
    page = client.post(QUICK, sent(client.get(QUICK)) | {"text": TEXT, "do": "read"}).text
    start = page.rindex('<form method="post" action="')
    form = page[start : page.index("</form>", start)].replace("<form ", '<form id="card" ', 1)
    address = html.unescape(form.split('action="')[1].split('"')[0])
    opened = client.post(address, SentFields(form, "card").values | {"do": "show:open"})

    assert SentFields(opened.text, "question-form").values["data.stem"] == "Which is complete?"
    assert Question.objects.count() == 0


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
