"""What holds for everything that authors write: read back, repeated, held, in whose course."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain.authoring import course_to_records
from courses.domain.authoring.entries import take_apart
from courses.models import Course, Objective, Question, QuestionVersion, Quiz, Stimulus
from tests.api.authoring import Author, pointers
from tests.api.platform import Platform, problem
from tests.factories import SINGLE_CHOICE, CourseFactory, make_learner, make_lesson

pytestmark = pytest.mark.django_db

NEW = {
    "/objectives": {"key": "AIM-1", "text": "tell one from the other", "bloom": "analyse"},
    "/stimuli": {"key": "table", "title": "A table", "body": " | a | b |\n"},
    "/questions": {"key": "q-1", "type": "single_choice", "data": SINGLE_CHOICE},
    "/quizzes": {"key": "quiz-a", "title": "Quiz A", "kind": "graded"},
}
"""Collection → a body that makes something in it; objectives need a module too."""
COLLECTIONS = list(NEW)


@pytest.fixture
def author():
    return Author()


def body_for(author, path, **more):
    module = {"module": author.module.key} if path == "/objectives" else {}
    return {**NEW[path], **module, **more}


def make(author, path, **more):
    made = author.post(path, body_for(author, path, **more))
    assert made.status_code == 201, made.content
    return made


@pytest.mark.parametrize("path", COLLECTIONS)
def test_created_row_is_found_at_its_location(author, path):
    made = make(author, path)
    found = author.platform.get(made.headers["Location"])

    assert found.json() == made.json()
    assert found.headers["ETag"] == made.headers["ETag"]
    assert [row["key"] for row in author.get(path).json()["results"]] == [NEW[path]["key"]]


@pytest.mark.parametrize("path", COLLECTIONS)
def test_putting_what_was_got_changes_nothing(author, path):
    made = make(author, path)
    before, revision = take_apart(course_to_records(course=author.course)), author.revision()
    place = f"{path}/{made.json()['key']}"
    again = author.put(place, author.get(place).json(), if_match=made.headers["ETag"])

    assert (again.status_code, again.json()) == (200, made.json())
    assert again.headers["ETag"] == made.headers["ETag"]
    assert author.revision() == revision
    assert take_apart(course_to_records(course=author.course)) == before


@pytest.mark.parametrize("path", COLLECTIONS)
def test_the_same_idempotency_key_makes_one(author, path):
    first, again = (author.post(path, body_for(author, path), idempotency_key="k") for _ in "ab")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_key_is_taken_once(author, path):
    make(author, path)

    assert "taken" in problem(author.post(path, body_for(author, path)), 409, "conflict")["detail"]


@pytest.mark.parametrize("path", COLLECTIONS)
@pytest.mark.parametrize("key", ["", "no key", "İ", "a" * 61, "-a", "a/b", 2**63])
def test_a_key_has_the_form_that_files_know(author, path, key):
    refusal = problem(author.post(path, body_for(author, path, key=key)), 400, "invalid")

    assert "/key" in pointers(refusal)


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_key_never_changes(author, path):
    made = make(author, path).json()
    refusal = problem(author.put(f"{path}/{made['key']}", {**made, "key": "other"}), 400, "invalid")

    assert pointers(refusal) == ["/key"]


@pytest.mark.parametrize("path", COLLECTIONS)
def test_outdated_etag_changes_nothing(author, path):
    made = make(author, path).json()
    place = f"{path}/{made['key']}"

    problem(author.put(place, made, if_match='"0"'), 412, "precondition_failed")
    if path in {"/objectives", "/stimuli"}:
        problem(author.delete(place, if_match='"0"'), 412, "precondition_failed")
    assert author.get(place).json() == made


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_change_is_seen_by_those_who_cache_and_by_synchronisation(author, path):
    made = make(author, path).json()
    before, revision = course_to_records(course=author.course), author.revision()
    change = {
        "/objectives": {"text": "something else"},
        "/stimuli": {"body": "something else"},
        "/questions": {"difficulty": "hard"},
        "/quizzes": {"title": "something else"},
    }[path]
    changed = author.put(f"{path}/{made['key']}", {**made, **change})

    assert changed.json() == {**made, **change, **_moved(changed.json())}
    assert author.revision() != revision
    assert take_apart(course_to_records(course=author.course)) != take_apart(before)


def _moved(body):
    return {name: body[name] for name in ("updated_at",) if name in body}


@pytest.mark.parametrize("path", COLLECTIONS)
def test_unknown_key_is_not_found(author, path):
    problem(author.get(f"{path}/nothing"), 404, "not_found")
    problem(author.put(f"{path}/nothing", {}), 404, "not_found")
    problem(author.get(f"{path}/nothing/versions"), 404, "not_found")


@pytest.mark.parametrize("path", COLLECTIONS)
def test_something_of_another_course_is_not_found(author, path):
    made = make(author, path).json()
    other = CourseFactory()

    problem(
        author.platform.get(f"/authoring/courses/{other.key}{path}/{made['key']}"),
        404,
        "not_found",
    )


@pytest.mark.parametrize("path", COLLECTIONS)
def test_unknown_fields_are_refused_by_name(author, path):
    refusal = problem(author.post(path, body_for(author, path, colour="red")), 400, "invalid")

    assert pointers(refusal) == ["/colour"]


@pytest.mark.parametrize("path", ["", *COLLECTIONS])
@pytest.mark.parametrize("cursor", ["%00", "a%20b", "%C4%B0", "x" * 200, "%2F"])
def test_a_strange_cursor_is_refused(author, path, cursor):
    place = f"{path}?cursor={cursor}"
    answer = author.get(place) if path else author.platform.get(f"/authoring/courses{place}")
    assert pointers(problem(answer, 400, "invalid")) == ["/cursor"]


@pytest.mark.parametrize("path", COLLECTIONS)
def test_lists_cost_the_same_for_one_row_and_three(author, path):
    def cost(*keys):
        for key in keys:
            make(author, path, key=f"{NEW[path]['key']}{key}")
        with CaptureQueriesContext(connection) as seen:
            author.get(path)
        return len(seen)

    cost()
    assert cost("a") == cost("b", "c") <= 5


@pytest.mark.parametrize("path", COLLECTIONS)
def test_lists_come_in_pages(author, path):
    keys = [make(author, path, key=f"{NEW[path]['key']}{index}").json()["key"] for index in "321"]
    first = author.get(f"{path}?limit=2")
    second = author.get(first.json()["next"])
    found = [row["key"] for page in (first, second) for row in page.json()["results"]]

    assert found == sorted(keys)
    assert first.headers["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert second.json()["next"] is None


class TestDrafts:
    def test_a_draft_course_is_there_for_its_authors_alone(self, author):
        everything = Platform("admin")

        assert author.get("").json()["state"] == "draft"
        for path in ("", "/modules", "/objectives", "/quizzes"):
            problem(everything.get(f"/courses/{author.course.key}{path}"), 404, "not_found")
        everything.learner("a-1")
        put = everything.put(f"/learners/a-1/enrolments/{author.course.key}")
        problem(put, 404, "not_found")

    def test_a_limited_key_writes_in_its_courses_alone(self):
        mine, others = CourseFactory(state="draft"), CourseFactory()
        author = Author(course=mine, courses=[mine])
        listed = author.platform.get("/authoring/courses").json()["results"]

        assert [row["key"] for row in listed] == [mine.key]
        problem(author.platform.get(f"/authoring/courses/{others.key}"), 404, "not_found")

    def test_courses_come_in_every_state_with_their_modules(self, author):
        CourseFactory(state=Course.State.ARCHIVED)
        CourseFactory()
        listed = author.platform.get("/authoring/courses").json()["results"]
        drafts = author.platform.get("/authoring/courses?state=draft").json()["results"]

        assert {row["state"] for row in listed} == {"draft", "published", "archived"}
        assert [row["key"] for row in drafts] == [author.course.key]
        assert [row["key"] for row in author.get("").json()["modules"]] == [author.module.key]


class TestObjectives:
    def test_one_that_is_used_stays(self, author):
        objective = author.objective()
        question = author.question(objective=objective)
        place = f"/objectives/{objective.key}"

        refusal = problem(author.delete(place), 409, "conflict")
        assert "question" in refusal["detail"]
        question.objective = None
        question.save()
        assert author.delete(place).status_code == 204
        assert not Objective.objects.exists()

    def test_a_lesson_uses_it_too(self, author):
        objective = author.objective()
        make_lesson(module=author.module, checks=0).objectives.add(objective)

        problem(author.delete(f"/objectives/{objective.key}"), 409, "conflict")

    def test_a_new_one_goes_behind_the_others(self, author):
        author.objective(position=7)
        made = make(author, "/objectives").json()

        assert made["position"] == 8
        moved = author.put("/objectives/AIM-1", {**made, "position": 2}).json()
        del moved["position"]
        assert author.put("/objectives/AIM-1", moved).json()["position"] == 2

    def test_its_module_must_be_there(self, author):
        refusal = problem(
            author.post("/objectives", {**NEW["/objectives"], "module": "x"}), 400, "invalid"
        )

        assert pointers(refusal) == ["/module"]

    def test_one_that_the_admin_named_freely_can_be_changed(self, author):
        objective = author.objective(key="Aim № 1")
        found = author.get(f"/objectives/{objective.key}")

        assert author.put(f"/objectives/{objective.key}", found.json()).status_code == 200


class TestStimuli:
    def test_one_that_is_shown_stays(self, author):
        make(author, "/stimuli")
        make(author, "/questions", stimulus="table")

        problem(author.delete("/stimuli/table"), 409, "conflict")
        question = author.get("/questions/q-1").json()
        author.put("/questions/q-1", {**question, "stimulus": None})
        assert author.delete("/stimuli/table").status_code == 204
        assert not Stimulus.objects.exists()

    def test_its_blanks_are_kept(self, author):
        assert make(author, "/stimuli").json()["body"] == " | a | b |\n"


def test_a_person_in_the_browser_writes_in_the_admin(author, client):
    client.force_login(make_learner(author.course, is_superuser=True).user)

    problem(client.get(f"/api/v1{author.root}"), 403, "missing_scope")


def test_refused_request_stores_nothing(author):
    bad = body_for(author, "/questions", tags=["new"], data={})
    problem(author.post("/questions", bad, idempotency_key="k"), 400, "invalid")

    assert not Question.objects.exists()
    assert not QuestionVersion.objects.exists()
    assert not author.course.tags.exists()
    assert not Quiz.objects.exists()
    assert make(author, "/questions").status_code == 201
