"""Pictures, files and marks are put into lessons and questions by forms alone."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses import file_store, markup
from courses.domain import enrolments, sections
from courses.domain.authoring.insertable import picture_mark
from courses.models import Asset, Edition, Enrolment, Lesson, Question, Reference, Term
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.admin.pages import SentFields
from tests.factories import NOW, LessonFactory, ModuleFactory, make_asset, make_question
from tests.payloads import PAYLOADS

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n picture"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>'


@pytest.fixture
def lesson():
    module = ModuleFactory(title="M1")
    make_question(module, key="why")
    Term.objects.create(course=module.course, key="cx", term="Experience", definition="What.")
    Reference.objects.create(course=module.course, key="book", citation="A *good* book")
    LessonFactory(module=module, key="next", title="Next [one]")
    return LessonFactory(module=module, key="before", title="Before", body="First.\n")


@pytest.fixture
def client(lesson):
    return signed_in(teacher_of(lesson.module.course))


def url(row) -> str:
    return reverse(f"admin:cx_courses_{row._meta.model_name}_edit", args=[row.pk])


def press(client, row, button, **fields):
    """Open the page, fill fields in and press a button; the answer."""
    name = f"{row._meta.model_name}-form"
    sent = SentFields(client.get(url(row)).content.decode(), name).values
    return client.post(url(row), sent | fields | {"do": button})


def text_of(page, name="body") -> str:
    form = "lesson-form" if name == "body" else "question-form"
    return SentFields(page.content.decode(), form).values[name].replace("\r", "").strip("\n")


def upload(name="photo.png", content=PNG):
    return SimpleUploadedFile(name, content, "application/x-anything")


def test_a_picture_is_stored_and_comes_to_the_end_of_the_text(client, lesson):
    page = press(
        client, lesson, "attach",
        insert_file=upload("My Photo (1).PNG"), insert_text="A [cow] on\n grass",
    )  # fmt: skip

    row = Asset.objects.get()
    assert (row.name, row.content_type, row.size) == ("my-photo-1.png", "image/png", len(PNG))
    assert (row.module, row.content) == (lesson.module, PNG)
    assert text_of(page) == "First.\n\n![A \\[cow\\] on grass](asset:my-photo-1.png)"
    lesson.refresh_from_db()
    assert lesson.body == "First.\n"
    edition = Edition.objects.get(kind="asset", channel=Edition.Channel.STUDIO)
    assert (edition.key, edition.values["sha256"]) == (
        f"{lesson.module.key}/my-photo-1.png",
        row.content_hash,
    )
    assert edition.by is not None


def test_without_a_text_or_a_word_that_it_is_decorative_a_picture_is_refused(client, lesson):
    before = set(file_store.stored_hashes())
    for fields in ({}, {"insert_text": "  \n "}):
        page = press(client, lesson, "attach", insert_file=upload(), **fields)
        assert "Say what the picture shows" in page.content.decode()
        assert not Asset.objects.exists()
        assert set(file_store.stored_hashes()) == before
        assert text_of(page) == "First."
    page = press(client, lesson, "attach", insert_file=upload(), insert_decorative="on")
    assert text_of(page) == 'First.\n\n![](asset:photo.png "decorative")'
    assert not markup.inspect(text_of(page)).oddities

    page = press(client, lesson, "attach", insert_file=upload("a.mp3", b"ID3"))
    assert "Say what is heard or seen" in page.content.decode()
    page = press(client, lesson, "attach", insert_file=upload("a.pdf", b"%PDF-1"))
    assert text_of(page).endswith("First. [a.pdf](asset:a.pdf)")


def test_the_same_content_is_stored_once_and_another_one_gets_another_name(client, lesson):
    for content in (PNG, PNG, PNG + b"2", PNG + b"2", PNG + b"3"):
        press(client, lesson, "attach", insert_file=upload(content=content), insert_text="A")
    names = Asset.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["photo.png", "photo-2.png", "photo-3.png"]


def test_files_of_other_kinds_sizes_and_names_are_refused_or_renamed(client, lesson, settings):
    settings.COURSES_FILE_LIMITS = {"picture": 0.001}
    for name, content, why in (
        ("a.exe", b"MZ", "Files of a course end in"),
        ("a.html", b"<p>", "Files of a course end in"),
        ("noending", PNG, "Files of a course end in"),
        ("a.png", b"<svg/>", "The content is not what the file name says."),
        ("a.png", PNG + b"x" * 2000, "Larger than 0.00"),
        ("a.svg", SVG.replace(b"<path", b"<script/><path"), "not allowed in a figure"),
        ("a.docx", b"PK\x03\x04", "The content is not what the file name says."),
        ("a.png", b"", "The file is empty."),
    ):
        page = press(client, lesson, "attach", insert_file=upload(name, content), insert_text="A")
        assert why in html.unescape(page.content.decode()), name
        assert text_of(page) == "First."
    assert not Asset.objects.exists()

    for name, stored in (
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\fakepath\\Ünï.png", "uni.png"),
        ("a.php.png", "a-php.png"),
        ('"><script>.png', "script.png"),
        ("%2e%2e%2f.png", "2e-2e-2f.png"),
        ("…….png", "file.png"),
        ("con\u202egnp.png", "congnp.png"),
        (f"{'x' * 300}.png", f"{'x' * 60}.png"),
    ):
        press(client, lesson, "attach", insert_file=upload(name), insert_text="A")
        assert Asset.objects.filter(name=stored).exists(), (name, stored)
    assert Asset.objects.count() == 8


def test_no_alternative_text_can_be_more_than_text():
    for text in [
        *PAYLOADS,
        "a](asset:x.png) ![b",
        '" onload="1',
        "[[term:cx]]",
        "$x$",
        "*a*_b_`c`",
    ]:
        mark = picture_mark(name="a.png", text=text[:300])
        found = markup.inspect(mark.mark, is_lesson=True)
        assert [(one.kind, one.key) for one in found.mentions] == [("asset", "a.png")], text
        shown = str(markup.markdown(mark.mark))
        alt = re.search(r'alt="([^"]*)"', shown)
        assert alt, text
        assert html.unescape(alt[1]).split() == text[:300].replace("\0", "\ufffd").split()
        assert shown.count("<img") == 1


def test_saving_adds_a_file_that_was_only_chosen_or_asks_for_its_text(client, lesson):
    page = press(client, lesson, "save", insert_file=upload(), title="New")
    assert page.status_code == 200
    assert "Say what the picture shows" in page.content.decode()
    lesson.refresh_from_db()
    assert lesson.title == "Before"

    saved = press(client, lesson, "save", insert_file=upload(), insert_text="Cow", title="New")
    assert saved.status_code == 302
    lesson.refresh_from_db()
    assert (lesson.title, lesson.body) == ("New", "First.\n\n![Cow](asset:photo.png)")


def test_everything_that_a_lesson_can_name_is_found_and_inserted(client, lesson):
    make_asset(module=lesson.module, name="data.csv")
    foreign = ModuleFactory()
    make_question(foreign, key="why-foreign")
    Term.objects.create(course=foreign.course, key="foreign", term="Experience", definition="")

    page = press(client, lesson, "seek", insert_words="").content.decode()
    found = set(re.findall(r'name="do" value="((?:insert|choose):[^"]+)"', page))
    assert {
        "insert:check:why", "insert:term:cx", "insert:source:book", "insert:lesson:next",
        "insert:lesson:before", "insert:figure:nps-scale", "choose:data.csv",
    } <= found  # fmt: skip
    assert "foreign" not in page
    one = press(client, lesson, "seek", insert_words="EXPER ce", insert_kind="term")
    assert re.findall(r'value="(insert:[^"]+)"', one.content.decode()) == ["insert:term:cx"]
    none = press(client, lesson, "seek", insert_words="nothing like it")
    assert "Nothing was found." in none.content.decode()

    for what, mark in (
        ("check:why", "First.\n\n[[check:why]]"),
        ("term:cx", "First. [[term:cx]]"),
        ("source:book", "First. [[source:book]]"),
        ("lesson:next", "First. [Next \\[one\\]](lesson:next)"),
        ("figure:nps-scale", "First.\n\n[[figure:nps-scale]]"),
        ("term:foreign", "First."),
        ("check:why-foreign", "First."),
        ("tag:x", "First."),
    ):
        page = press(client, lesson, f"insert:{what}")
        assert text_of(page) == mark, what
    chosen = press(client, lesson, "choose:data.csv")
    assert (
        SentFields(chosen.content.decode(), "lesson-form").values["insert_existing"] == "data.csv"
    )
    linked = press(client, lesson, "attach", insert_existing="data.csv", insert_text="The data")
    assert text_of(linked) == "First. [The data](asset:data.csv)"
    unknown = press(client, lesson, "attach", insert_existing="other.csv", insert_text="A")
    assert "Choose a file." in unknown.content.decode()


def test_a_picture_comes_into_an_option_of_a_question(client, lesson):
    question = Question.objects.get(key="why")
    option = "data.options.1.text"
    page = press(
        client, question, "attach",
        insert_file=upload(), insert_text="A queue", insert_into=option,
    )  # fmt: skip
    assert text_of(page, option).endswith("![A queue](asset:photo.png)")
    assert Asset.objects.get().module == question.module
    refused = press(client, question, "attach", insert_file=upload(), insert_into=option)
    assert "Say what the picture shows" in refused.content.decode()
    values = SentFields(page.content.decode(), "question-form").values
    saved = client.post(url(question), values | {"do": "publish"})
    assert saved.status_code == 302
    question.refresh_from_db()
    assert "asset:photo.png" in question.ready_version.data["options"][1]["text"]
    unknown = press(client, question, "insert:term:cx", insert_into="data.nothing")
    assert text_of(unknown, "data.stem").endswith("[[term:cx]]")


def test_only_who_may_edit_adds_files(lesson):
    course = lesson.module.course
    for role in (Enrolment.Role.INSTRUCTOR, Enrolment.Role.MARKER, Enrolment.Role.OBSERVER):
        person = staff()
        enrolments.enrol(
            course=course, user=person, role=role, now=NOW,
            section=sections.default_of(course=course, now=NOW),
        )  # fmt: skip
        answer = signed_in(person).post(
            url(lesson), {"do": "attach", "insert_file": upload(), "insert_text": "A"}
        )
        assert answer.status_code in (302, 403, 404), role
    other = signed_in(teacher_of(ModuleFactory().course))
    assert other.post(url(lesson), {"do": "attach", "insert_file": upload()}).status_code in (
        302,
        404,
    )
    assert not Asset.objects.exists()
    assert Lesson.objects.get(pk=lesson.pk).body == "First.\n"
