"""What a program proposes over the API is read, edited, accepted or refused by a person."""

from typing import Any

import pytest
from django.urls import reverse

from courses.models import Edition, Lesson, Question, WorkingCopy
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import SentFields
from tests.api.platform import Platform, problem
from tests.factories import SINGLE_CHOICE, LessonFactory, ModuleFactory, make_question

pytestmark = pytest.mark.django_db

QUESTION = {"type": "single_choice", "data": SINGLE_CHOICE, "tool": "Drafter 2"}
LESSON = {"title": "Drafted", "body": "Read [[term:nothing]].", "tool": "Drafter 2"}


@pytest.fixture
def module():
    return ModuleFactory()


@pytest.fixture
def platform():
    return Platform("authoring:draft")


@pytest.fixture
def client(module):
    return signed_in(teacher_of(module.course))


def propose(platform: Any, module: Any, path: str, body: dict[str, Any]) -> Any:
    address = f"/authoring/courses/{module.course.key}/proposals/{path}"
    answer = platform.put(address, {"module": module.key, **body})
    assert answer.status_code in (200, 201), answer.content
    return answer


def state_of(platform: Any, module: Any, answer: Any) -> Any:
    found = platform.get(f"/authoring/courses/{module.course.key}/proposals/{answer.json()['id']}")
    return found.json()["state"], found.json()["reason"]


def page_of(answer: Any, module: Any) -> str:
    args = [module.course.pk, answer.json()["id"]]
    return reverse("admin:cx_courses_course_proposal", args=args)


def fields(page: Any, form: str = "question-form") -> dict[str, str]:
    assert page.status_code == 200, page.text
    return SentFields(page.text, form).values


def test_nothing_is_published_before_a_person_accepts_it(platform, client, module):
    alike = make_question(module, key="alike")
    answer = propose(platform, module, "questions/q-new", {**QUESTION, "difficulty": "hard"})
    assert answer.status_code == 201
    again = propose(platform, module, "questions/q-new", {**QUESTION, "difficulty": "easy"})
    assert (again.status_code, again.json()["id"]) == (200, answer.json()["id"])
    assert state_of(platform, module, answer) == ("waiting", "")
    assert list(Question.objects.all()) == [alike]
    home = client.get(reverse("admin:cx_courses_course_home")).text
    listed = reverse("admin:cx_courses_course_proposals", args=[module.course.pk])
    assert "1 proposal" in home
    assert f'href="{listed}"' in home
    assert page_of(answer, module) in client.get(listed).text

    page = client.get(page_of(answer, module))
    panel = page.text.partition('id="proposal-heading"')[2].partition("</section>")[0]
    assert "Drafter 2" in panel
    assert "its key earns full points in all 10 draws" in panel
    assert "Nearly the same" in panel
    sent = fields(page)
    assert (sent["difficulty"], sent["key"]) == ("easy", "q-new")

    kept = client.post(page_of(answer, module), sent | {"data.stem": "Edited?", "do": "keep"})
    assert kept.status_code == 302
    sent = fields(client.get(page_of(answer, module)))
    assert sent["data.stem"] == "Edited?"
    client.post(page_of(answer, module), sent | {"do": "publish"})

    question = Question.objects.get(key="q-new")
    assert question.ready_version.data["stem"] == "Edited?"
    edition = Edition.objects.get(kind="question", key="q-new", action="created")
    origin = (edition.channel, edition.client, edition.tool, edition.by)
    assert origin == ("api", platform.client, "Drafter 2", None)
    assert edition.reviewed_by is not None
    assert state_of(platform, module, answer) == ("accepted", "")
    assert client.get(page_of(answer, module)).status_code == 404
    history = client.get(reverse("admin:cx_courses_question_editions", args=[question.pk])).text
    assert "Drafter 2" in history
    assert str(edition.reviewed_by) in history


def test_an_unknown_module_is_refused_at_once(platform, module):
    for path, body in (("questions/q-new", QUESTION), ("lessons/l-new", LESSON)):
        address = f"/authoring/courses/{module.course.key}/proposals/{path}"
        answer = platform.put(address, {**body, "module": "nowhere"})
        assert answer.status_code == 400
        assert "module" in answer.text
    assert not WorkingCopy.objects.exists()


def test_a_refusal_is_read_by_the_program(platform, client, module):
    answer = propose(platform, module, "questions/q-new", QUESTION)
    sent = fields(client.get(page_of(answer, module)))
    page = client.post(page_of(answer, module), sent | {"do": "refuse", "refuse_reason": " "})
    assert "Say why" in page.text
    client.post(page_of(answer, module), sent | {"do": "refuse", "refuse_reason": "Too hard."})

    assert state_of(platform, module, answer) == ("refused", "Too hard.")
    assert not Question.objects.exists()
    assert propose(platform, module, "questions/q-new", QUESTION).status_code == 201


def test_unfinished_and_changed_things_are_proposed_too(platform, client, module):
    question = make_question(module, key="q-old")
    broken = {**SINGLE_CHOICE, "stem": "Changed?", "options": []}
    answer = propose(platform, module, "questions/q-old", {**QUESTION, "data": broken})
    assert answer.json()["is_new"] is False
    page = client.get(page_of(answer, module))
    assert "data.options" in page.text.partition('id="proposal-heading"')[2]
    question.refresh_from_db()
    assert question.ready_version.number == 1

    # Somebody changed it meanwhile: both are shown.
    data = {**SINGLE_CHOICE, "stem": "Proposed?"}
    answer = propose(platform, module, "questions/q-old", {**QUESTION, "data": data})
    sent = fields(client.get(page_of(answer, module)))
    edit = reverse("admin:cx_courses_question_edit", args=[question.pk])
    client.post(edit, fields(client.get(edit)) | {"data.stem": "Theirs?", "do": "publish"})
    met = client.post(page_of(answer, module), sent | {"do": "publish"})
    assert met.status_code == 409
    assert "Theirs" in met.text


def test_a_new_and_a_changed_lesson_are_accepted(platform, client, module):
    old = LessonFactory(module=module, key="old", body="Before.")
    for key, body in (("new", LESSON), ("old", {**LESSON, "title": "Changed"})):
        answer = propose(platform, module, f"lessons/{key}", body)
        page = client.get(page_of(answer, module))
        panel = page.text.partition('id="proposal-heading"')[2].partition("</section>")[0]
        assert "Line 1:" in panel
        sent = fields(page, "lesson-form")
        assert sent["body"] == LESSON["body"]
        client.post(page_of(answer, module), sent | {"body": "Read.", "do": "save"})
        assert state_of(platform, module, answer) == ("accepted", "")

    new = Lesson.objects.get(key="new")
    assert (new.title, new.body, new.is_draft, new.module) == ("Drafted", "Read.", True, module)
    old.refresh_from_db()
    assert (old.title, old.body) == ("Changed", "Read.")


def test_a_program_sees_and_withdraws_its_own_alone(platform, module):
    answer = propose(platform, module, "questions/q-new", QUESTION)
    root = f"/authoring/courses/{module.course.key}/proposals"
    own = f"{root}/{answer.json()['id']}"
    stranger = Platform("authoring:draft", name="Other")
    problem(stranger.get(own), 404, "not_found")
    problem(stranger.delete(own), 404, "not_found")
    assert stranger.get(root).json()["results"] == []
    problem(Platform("authoring:write").get(root), 403, "missing_scope")
    problem(platform.get(f"/authoring/courses/{module.course.key}/questions"), 403, "missing_scope")

    assert [row["key"] for row in platform.get(f"{root}?state=waiting").json()["results"]] == [
        "q-new"
    ]
    assert platform.delete(own).status_code == 204
    assert platform.delete(own).status_code == 204
    assert WorkingCopy.objects.get().outcome == "withdrawn"
    bad = platform.put(f"{root}/questions/q-new", {"type": "single_choice"})
    problem(bad, 400, "invalid")


def test_reviewing_is_for_those_who_may_edit_the_whole_course(platform, client, module):
    answer = propose(platform, module, "questions/q-new", QUESTION)
    listed = reverse("admin:cx_courses_course_proposals", args=[module.course.pk])
    elsewhere = signed_in(teacher_of(ModuleFactory().course))
    assert elsewhere.get(page_of(answer, module)).status_code == 404
    assert elsewhere.get(listed).status_code == 404
    reader = signed_in(teacher_of(module.course, "view_course"))
    assert reader.get(page_of(answer, module)).status_code == 403
