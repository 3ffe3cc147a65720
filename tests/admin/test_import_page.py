"""The page on which a file of another system becomes cards, and cards become questions."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from courses import spreadsheet
from courses.admin.studio.import_questions import ImportCard
from courses.domain import jobs
from courses.domain.authoring.importing import ImportRow
from courses.models import Edition, Job, Question, QuestionImport
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import SentFields
from tests.factories import ModuleFactory, make_question
from tests.payloads import PAYLOADS
from tests.proofs.dom import Page
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db
BANK = "::First::One <b>bold</b> &amp;?{=a ~b}\n\n::Two::True?{T}\n\nA text.\n\nWrite.{}"


@pytest.fixture
def module():
    return ModuleFactory()


@pytest.fixture
def client(module):
    return signed_in(teacher_of(module.course))


@pytest.fixture
def page_url(module):
    return reverse("admin:cx_courses_course_import", args=[module.course.pk])


def upload(client, url, content=BANK, name="bank.gift", **values):
    return client.post(
        url, {"file": SimpleUploadedFile(name, content.encode("latin-1")), "do": "read", **values}
    )


def sent(page):
    return SentFields(page.text, "import-form").values


def test_a_file_becomes_cards_and_nothing_is_in_the_bank(client, page_url):
    answer = upload(client, page_url)
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert "4 New" in page.text
    assert "This text asks nothing" in page.text
    assert "One **bold** &amp;amp;?" not in page.text
    assert "Line 5" in page.text
    assert Question.objects.count() == 0


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_cards_of_every_type_show_its_answers(kind, module):
    for value in EXAMPLES[kind]:
        row = ImportRow(0, 1, kind, "Title", type=kind, value=value)
        card = ImportCard(row, (), value)
        assert card.answers or kind in ("essay", "hotspot", "vote")
        assert card.fields


def test_accept_one_then_all_then_undo(client, page_url, module):
    address = upload(client, page_url).url
    values = sent(client.get(address)) | {"reason": "Why.", "module": module.key}
    page = client.post(address, values | {"do": "accept:1"})
    assert "1 question is in the bank now." in page.text
    assert Question.objects.get().key == "two"
    page = client.post(address, sent(page) | {"do": "accept:all"})
    assert {one.key for one in Question.objects.all()} == {"first", "two"}
    assert "1 question is not complete and waits here." in page.text
    assert {one.module for one in Question.objects.all()} == {module}
    page = client.post(address, sent(page) | {"do": "undo"})
    assert "The import is undone: 2 retired, 0 restored." in page.text
    assert set(Question.objects.values_list("is_retired", flat=True)) == {True}
    assert set(Edition.objects.filter(kind="question").values_list("channel", flat=True)) == {
        "import"
    }
    assert 'value="accept:' not in page.text


def test_a_text_that_asks_nothing_becomes_a_shared_text_or_is_skipped(client, page_url, module):
    address = upload(client, page_url).url
    page = client.post(address, sent(client.get(address)) | {"do": "accept:all", "reason": "Why."})
    assert module.course.stimuli.count() == 0
    assert "Keep as a shared text" in page.text
    page = client.post(address, sent(page) | {"do": "accept:2"})
    assert "1 shared text is kept." in page.text
    assert [one.body for one in module.course.stimuli.all()] == ["A text."]
    again = upload(client, page_url).url
    wish = {"do": "accept:all", "has_texts": "on", "reason": "Why."}
    page = client.post(again, sent(client.get(again)) | wish)
    assert "3 Identical" in page.text
    client.post(address, sent(page) | {"do": "undo"})
    assert module.course.stimuli.count() == 0


def test_many_questions_are_accepted_and_undone_in_the_background(client, page_url, module):
    bank = "\n\n".join(f"[id:q{number}]\nIs {number} even?{{T#Yes.#No.}}" for number in range(60))
    address = upload(client, page_url, bank.replace("[id", "// [id")).url
    page = client.get(address)
    assert "Page 1 of 2" in page.text
    page = client.post(address, sent(page) | {"page": "2"})
    assert "Page 2 of 2" in page.text
    assert client.post(address, sent(page) | {"do": "accept:all"}).status_code == 302
    page = client.get(address)
    assert "The work begins in a moment." in page.text
    assert 'value="accept:all"' not in page.text
    page = client.post(address, sent(page) | {"do": "undo"})
    assert "This import is being worked on." in page.text
    job = reverse("admin:cx_courses_course_job", args=[module.course.pk, Job.objects.get().uuid])
    page = client.post(job, {"do": "stop"}, follow=True)
    assert "What was done so far is taken back." in page.text
    client.post(address, sent(client.get(address)) | {"do": "accept:all"})
    work()
    assert module.course.questions.count() == 60
    page = client.get(address)
    assert "New questions: 60" in page.text
    client.post(address, sent(page) | {"do": "undo"})
    work()
    assert "Retired: 60" in client.get(address).text
    assert not module.course.questions.filter(is_retired=False).exists()


def work():
    jobs.work(clock=timezone.now, until=timezone.now() + timedelta(seconds=60))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bank.gift", "\xff", "bank.gift:1: The file is not UTF-8 here."),
        ("bank.xml", "<quiz>", "bank.xml:1: This is not XML"),
        ("bank.txt", "// nothing", "No question was found in bank.txt."),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_and_line(client, page_url, name, content, said):
    page = upload(client, page_url, content, name)
    assert page.status_code == 422
    assert said in page.text
    assert QuestionImport.objects.count() == 0


def test_pasted_text_is_read_too_and_an_empty_form_is_refused(client, page_url):
    assert client.post(page_url, {"text": "Is it?{T}", "format": "gift"}).status_code == 302
    assert client.post(page_url, {}).status_code == 422


def test_a_question_that_cannot_be_read_has_a_card_beside_the_others(client, page_url):
    page = client.get(upload(client, page_url, f"{BANK}\n\nNever ended {{\n").url)
    assert page.status_code == 200
    assert "4 New" in page.text
    assert "1 Not supported" in page.text
    assert "Never ended" in page.text
    assert '<span class="badge"></span>' not in page.text


def test_another_course_sees_nothing_of_an_import(client, page_url):
    address = upload(client, page_url).url
    other = signed_in(teacher_of(ModuleFactory().course))
    assert other.get(address).status_code == 404
    assert other.post(address, {"do": "accept:all"}).status_code == 404


def test_the_bank_goes_out_and_what_is_lost_is_named(client, module):
    make_question(module, key="one")
    make_question(module, key="two", kind="ordering", data=EXAMPLES["ordering"][0])
    url = reverse("admin:cx_courses_course_export", args=[module.course.pk])
    page = client.get(url, {"format": "gift"})
    assert "<strong>two</strong>: Questions of the type “ordering” cannot be said" in page.text
    answer = client.get(url, {"format": "gift", "download": "1"})
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert b"[id:one]" in answer.content
    other = signed_in(teacher_of(ModuleFactory().course))
    assert other.get(url, {"format": "gift", "download": "1"}).status_code == 404


def test_texts_of_a_file_stay_texts_on_the_page(client, page_url):
    def shown(words):
        lines = [["type", "question", "right", "answer 1", "feedback 1", "answer 2", "category"]]
        lines += [["single_choice", word, "A", word, word, word, word] for word in words]
        lines += [[word, word] for word in words] + [["text", word] for word in words]
        answer = upload(client, page_url, spreadsheet.text(lines), "bank.csv")
        assert answer.status_code == 302
        return Page(client.get(answer.url).text)

    payloads = [one for one in PAYLOADS if "\x00" not in one and one.isascii()]
    page = shown(payloads)
    assert page.wrong == []
    assert page.shape <= shown(["word", "other"] * len(payloads)).shape
