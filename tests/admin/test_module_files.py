"""The files of a module on their page: where each is shown, replaced, deleted when unused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.domain.authoring.file_uses import file_uses
from courses.models import Asset, Edition, Stimulus
from tests.admin.conftest import signed_in, teacher_of
from tests.factories import (
    SINGLE_CHOICE,
    LessonFactory,
    ModuleFactory,
    add_version,
    make_asset,
    make_question,
)
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def module():
    module = ModuleFactory(title="First")
    for name in ("map.csv", "free.csv", "old.csv", "blueprint.svg"):
        content = b"<svg xmlns='http://www.w3.org/2000/svg'></svg>" if "svg" in name else b"a,b\n"
        make_asset(module=module, name=name, content=content)
    body = "See ![A map \\[1\\]](asset:map.csv) and [again](asset:map.csv).\n\n![](asset:map.csv)"
    LessonFactory(module=module, title="Lesson one", body=body)
    Stimulus.objects.create(course=module.course, key="case", title="Case", body="asset:map.csv")
    question = make_question(module, data={**SINGLE_CHOICE, "stem": "![Gone](asset:old.csv)?"})
    question.ready_version = add_version(question)
    question.save()
    make_question(module, kind="hotspot", data=EXAMPLES["hotspot"][0])
    return module


@pytest.fixture
def client(module):
    return signed_in(teacher_of(module.course))


def url(module):
    return reverse("admin:cx_courses_module_assets", args=[module.pk])


def press(client, module, button, asset=None, content=None, **more):
    data = {"do": f"{button}:{asset.pk}" if asset else button, **more}
    if asset is not None:
        data = {"seen": asset.content_hash, **data}
    if content is not None:
        data["file"] = SimpleUploadedFile(asset.name if asset else "New Table.csv", content)
    return client.post(url(module), data, follow=True)


def test_uses_are_named_with_their_words(module, django_assert_num_queries):
    with django_assert_num_queries(6):
        found = file_uses(module=module)
    shown = {
        name: [(str(one.row), one.words, one.is_current) for one in uses]
        for name, uses in found.items()
    }
    assert shown["map.csv"] == [("Lesson one", ("A map [1]", "again"), True), ("Case", (), True)]
    assert shown["free.csv"] == []
    ((name, words, is_current),) = shown["old.csv"]
    assert (words, is_current) == (("Gone",), False), name
    assert shown["blueprint.svg"][0][1] == (EXAMPLES["hotspot"][0]["alt"],)


def test_page_shows_each_file_and_leads_to_what_shows_it(client, module):
    page = client.get(url(module))
    assert page.status_code == 200
    lesson = module.lessons.get()
    assert reverse("admin:cx_courses_lesson_edit", args=[lesson.pk]) in page.text
    for text in ("“A map [1]”, “again”", "an earlier version", "Nothing shows it.", "<img src="):
        assert text in page.text
    outline = client.get(reverse("admin:cx_courses_course_outline", args=[module.course_id]))
    assert url(module) in outline.text


def test_file_is_replaced_under_its_name_unless_somebody_was_faster(client, module):
    asset = Asset.objects.get(name="map.csv")
    assert "is replaced wherever" in press(client, module, "replace", asset, b"c,d\n").text
    changed = Asset.objects.get(pk=asset.pk)
    assert (changed.content, changed.size) == (b"c,d\n", 4)
    edition = Edition.objects.filter(kind="asset").latest("number")
    assert (edition.channel, edition.by is not None) == ("studio", True)

    late = press(client, module, "replace", asset, b"e,f\n")
    assert late.status_code == 409
    assert "Somebody else has replaced this file" in late.text
    drawing = Asset.objects.get(name="blueprint.svg")
    wrong = press(client, module, "replace", drawing, b"no drawing")
    assert wrong.status_code == 409
    assert 'role="alert"' in wrong.text
    assert "Choose a file." in press(client, module, "replace", changed).text
    assert Asset.objects.get(pk=asset.pk).content == b"c,d\n"


def test_only_what_nothing_shows_is_deleted(client, module):
    used, free = Asset.objects.get(name="map.csv"), Asset.objects.get(name="free.csv")
    refused = press(client, module, "delete", used)
    assert refused.status_code == 409
    assert "“map.csv” is in use and would be missing from: lesson “Lesson one”" in refused.text
    assert "“free.csv” is deleted." in press(client, module, "delete", free).text
    assert not Asset.objects.filter(name="free.csv").exists()
    assert press(client, module, "delete", free).status_code == 404
    foreign = make_asset(module=ModuleFactory(), name="other.csv", content=b"x\n")
    assert press(client, module, "delete", foreign).status_code == 404


def test_file_is_added_by_those_who_may(client, module):
    assert "“new-table.csv” is added." in press(client, module, "add", content=b"1,2\n").text
    assert "Choose a file." in press(client, module, "add").text
    reader = signed_in(teacher_of(module.course, "view_module", "view_asset"))
    page = reader.get(url(module))
    assert page.status_code == 200
    assert "Replace or delete" not in page.text
    asset = Asset.objects.get(name="map.csv")
    for button, status in (("replace", 403), ("delete", 403), ("nonsense", 404)):
        assert press(reader, module, button, asset, b"1\n").status_code == status


def test_words_for_those_who_do_not_see_a_picture_are_changed_where_it_is_shown(client, module):
    drawing = Asset.objects.get(name="blueprint.svg")
    body = (
        "![Old \\[1\\]](asset:blueprint.svg) ![Other](asset:blueprint.svg) [x](asset:blueprint.svg)"
    )
    lesson = LessonFactory(module=module, title="Second", body=body)
    page = client.get(url(module))
    assert f'value="lesson/{lesson.pk}"' in page.text
    place = {"place": f"lesson/{lesson.pk}", "old": "Old [1]"}
    assert (
        "are changed there."
        in press(client, module, "describe", drawing, words="New [2]\n two", **place).text
    )
    lesson.refresh_from_db()
    assert lesson.body == body.replace("Old \\[1\\]", "New \\[2\\] two")
    late = press(client, module, "describe", drawing, words="Third", **place)
    assert (late.status_code, "any more" in late.text) == (409, True)
    long = press(client, module, "describe", drawing, words="x" * 301, **place)
    assert long.status_code == 409

    question = module.questions.get(versions__type="hotspot")
    old = EXAMPLES["hotspot"][0]["alt"]
    place = {"place": f"question/{question.pk}", "old": old, "words": "A plan"}
    press(client, module, "describe", drawing, **place)
    question.refresh_from_db()
    assert (question.ready_version.number, question.ready_version.data["alt"]) == (2, "A plan")

    foreign = LessonFactory(module=ModuleFactory(), body=body)
    for other in (f"lesson/{foreign.pk}", "quiz/1", "lesson/x", ""):
        answer = press(client, module, "describe", drawing, place=other, old="Old [1]", words="x")
        assert answer.status_code == 404
