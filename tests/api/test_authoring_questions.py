"""The bank through the API: what may be written when, and what learners get."""

import datetime as dt
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator

from courses.domain import attempts
from courses.domain.authoring.entries import hash_of
from courses.models import AttemptItem, Question, QuestionVersion
from courses.questions import registry
from tests.api.authoring import BROKEN, Author, pointers
from tests.api.platform import Platform, problem
from tests.factories import (
    NOW,
    SINGLE_CHOICE,
    CourseFactory,
    add_item,
    make_learner,
    make_lesson,
    reader_of,
)
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db

VERSION = {"type": "single_choice", "data": SINGLE_CHOICE}
OTHER = {"type": "single_choice", "data": {**SINGLE_CHOICE, "stem": "Which one?"}}
NEW = {"key": "q-1", **VERSION}
PLACE = "/questions/q-1"


@pytest.fixture
def author():
    return Author()


def make(author, **more):
    made = author.post("/questions", {**NEW, **more})
    assert made.status_code == 201, made.content
    return made.json()


class TestTypes:
    def test_every_type_says_what_its_data_is(self):
        rows = Platform("catalogue:read").get("/question-types").json()["results"]

        assert [row["key"] for row in rows] == list(registry.all_types())
        assert all(row["label"] and row["description"] for row in rows)
        assert [row["response"]["properties"] for row in rows] == [
            kind.response_schema["properties"] for kind in registry.all_types().values()
        ]

    @pytest.mark.parametrize("key", EXAMPLES)
    def test_the_schema_takes_what_the_type_takes(self, key):
        rows = Platform("catalogue:read").get("/question-types").json()["results"]
        schema = next(row["data"] for row in rows if row["key"] == key)
        Draft202012Validator.check_schema(schema)
        judge = Draft202012Validator(schema)
        for example in EXAMPLES[key]:
            assert list(judge.iter_errors(example)) == []
            assert list(judge.iter_errors({**example, "colour": "red"}))
            assert list(judge.iter_errors({**example, "stem": 3}))
        for name in schema["required"]:
            assert list(judge.iter_errors({k: v for k, v in example.items() if k != name}))

    @pytest.mark.parametrize("key", EXAMPLES)
    def test_every_type_can_be_written_and_previewed(self, author, key):
        for index, data in enumerate(EXAMPLES[key]):
            made = make(author, key=f"q-{index}", type=key, data=data)
            stored = QuestionVersion.objects.get(question__key=f"q-{index}")
            kind = registry.get(key)
            assert made["draft"]["data"] == stored.data == kind.dump(kind.load(data))
            shown = author.get(f"/questions/q-{index}/versions/1/preview?seed=3&solution=true")
            assert shown.status_code == 200, shown.content
            assert shown.json()["reviewed"]["type"] == shown.json()["content"]["type"] == key


class TestAttributes:
    def test_all_of_them_are_kept(self, author):
        objective = author.objective()
        author.post("/stimuli", {"key": "table", "body": "A table"})
        given = {
            "module": author.module.key,
            "objective": objective.key,
            "bloom": "apply",
            "difficulty": "hard",
            "tags": ["bank", "exam"],
            "source": ["A talk, 2019"],
            "reviewed_on": "2026-11-22",
            "stimulus": "table",
            "enemies": ["q-other"],
        }
        make(author, key="q-other")
        made = make(author, **given)
        assert {name: made[name] for name in given} == given
        empty = author.put(PLACE, {}).json()

        assert {name: empty[name] for name in given} == {
            **dict.fromkeys(given),
            "difficulty": "medium",
            "tags": [],
            "source": [],
            "enemies": [],
        }

    @pytest.mark.parametrize(
        ("field", "value", "pointer"),
        [
            ("module", "nowhere", "/module"),
            ("objective", "NO-1", "/objective"),
            ("stimulus", "none", "/stimulus"),
            ("tags", ["fine", "Not Fine"], "/tags/1"),
            ("tags", [""], "/tags/0"),
            ("source", ["free text", "no-such-reference"], "/source/1"),
            ("source", ["x" * 301], "/source/0"),
            ("enemies", ["nobody"], "/enemies/0"),
            ("enemies", [NEW["key"]], "/enemies/0"),
            ("bloom", "guess", "/bloom"),
            ("difficulty", None, "/difficulty"),
            ("reviewed_on", "yesterday", "/reviewed_on"),
        ],
    )
    def test_invalid_values_are_refused_with_a_pointer(self, author, field, value, pointer):
        refusal = problem(author.post("/questions", {**NEW, field: value}), 400, "invalid")

        assert pointers(refusal) == [pointer]

    def test_all_problems_are_reported_at_once(self, author):
        bad = {**NEW, "key": "q-2", "objective": "NO-1", "tags": ["A B"], "data": BROKEN}
        refusal = problem(author.post("/questions", bad), 400, "invalid")

        assert pointers(refusal) == [
            "/tags/0",
            "/objective",
            "/data/options/0/feedback",
            "/data/options/1/feedback",
            "/data/options/2/feedback",
        ]

    def test_key_of_another_course_is_unknown(self, author):
        other = Author(name="Other", course=CourseFactory())
        objective = other.objective()

        refusal = problem(
            author.post("/questions", {**NEW, "objective": objective.key}), 400, "invalid"
        )
        assert pointers(refusal) == ["/objective"]

    def test_one_that_the_admin_named_freely_can_be_changed(self, author):
        question = author.question(key="My_Question", tags=["My_Tag"])
        found = author.get(f"/questions/{question.key}").json()

        changed = author.put(f"/questions/{question.key}", {**found, "difficulty": "easy"})
        assert (changed.status_code, changed.json()["tags"]) == (200, ["My_Tag"])


class TestFilters:
    @pytest.fixture(autouse=True)
    def _bank(self, author):
        objective = author.objective(key="AIM-1")
        author.question(key="q-a", objective=objective, tags=["bank"], difficulty="hard")
        make(author, key="q-b", type="essay", data=EXAMPLES["essay"][0])
        author.question(key="q-c", is_retired=True)
        author.module_key = author.module.key

    @pytest.mark.parametrize(
        ("asked", "keys"),
        [
            ("", ["q-a", "q-b", "q-c"]),
            ("objective=AIM-1", ["q-a"]),
            ("tag=bank", ["q-a"]),
            ("tag=none", []),
            ("type=essay", ["q-b"]),
            ("type=single_choice", ["q-a", "q-c"]),
            ("difficulty=hard", ["q-a"]),
            ("status=draft", ["q-b"]),
            ("status=ready", ["q-a"]),
            ("status=retired", ["q-c"]),
            ("difficulty=hard&status=draft", []),
        ],
    )
    def test_each_one_filters(self, author, asked, keys):
        assert self._keys(author, asked) == keys

    def test_by_module(self, author):
        assert self._keys(author, f"module={author.module.key}") == ["q-a", "q-c"]

    def test_questions_are_filtered_by_time_of_change(self, author):
        last = Question.objects.order_by("updated_at").last().updated_at
        later = last + dt.timedelta(microseconds=1)
        asked = f"updated_since={quote(later.isoformat())}"
        assert self._keys(author, asked) == []
        author.post("/questions/q-a/versions", OTHER)
        author.post("/questions/q-c/restore")

        assert self._keys(author, asked) == ["q-a", "q-c"]

    @pytest.mark.parametrize(
        "asked",
        ["status=new", "difficulty=1", "updated_since=now", "type=a%00", "tag=%C4%B0", "limit=0"],
    )
    def test_a_strange_value_is_refused_by_name(self, author, asked):
        refusal = problem(author.get(f"/questions?{asked}"), 400, "invalid")

        assert pointers(refusal) == [f"/{asked.partition('=')[0]}"]

    def _keys(self, author, asked):
        return [row["key"] for row in author.get(f"/questions?{asked}").json()["results"]]


class TestVersions:
    def test_a_draft_is_for_authors_alone(self, author):
        question = author.question(key="q-1")
        revision = author.revision()
        made = author.post(f"{PLACE}/versions", OTHER)

        assert (made.status_code, made.json()["number"], made.json()["status"]) == (201, 2, "draft")
        question.refresh_from_db()
        assert question.ready_version.number == 1
        assert author.revision() == revision
        body = author.get(PLACE).json()
        assert (body["ready_number"], body["draft_number"], body["status"]) == (1, 2, "ready")
        assert body["draft"]["data"] == made.json()["data"]

    def test_the_same_content_is_no_new_version(self, author):
        make(author)
        again = author.post(f"{PLACE}/versions", VERSION)

        assert (again.status_code, again.json()["number"]) == (200, 1)

    def test_draft_can_be_replaced(self, author):
        make(author)
        found = author.get(f"{PLACE}/versions/1")
        body = {**found.json(), "data": OTHER["data"], "note": "clearer"}
        changed = author.put(f"{PLACE}/versions/1", body, if_match=found.headers["ETag"])

        assert changed.json()["note"] == "clearer"
        version = QuestionVersion.objects.get()
        assert version.data["stem"] == "Which one?"
        content = {"type": version.type, "data": version.data}
        assert version.content_hash == hash_of(content)
        problem(
            author.put(f"{PLACE}/versions/1", body, if_match=found.headers["ETag"]),
            412,
            "precondition_failed",
        )

    def test_putting_what_was_got_changes_nothing(self, author):
        make(author)
        before = Question.objects.values().get()
        found = author.get(f"{PLACE}/versions/1")
        again = author.put(f"{PLACE}/versions/1", found.json(), if_match=found.headers["ETag"])

        assert again.json() == found.json()
        assert again.headers["ETag"] == found.headers["ETag"]
        assert Question.objects.values().get() == before

    def test_ready_version_cannot_be_changed(self, author):
        author.question(key="q-1")

        problem(author.put(f"{PLACE}/versions/1", OTHER), 409, "conflict")

    def test_a_draft_that_a_quiz_pins_stays_as_it_is(self, author):
        quiz = author.quiz(questions=0)
        make(author)
        question = Question.objects.get()
        item = add_item(quiz, question, position=1)
        item.version = question.versions.get()
        item.save()

        problem(author.put(f"{PLACE}/versions/1", OTHER), 409, "conflict")

    def test_publishing_gives_it_to_the_next_attempt(self, author):
        quiz = author.quiz(questions=0)
        question = author.question(key="q-1")
        add_item(quiz, question, position=1)
        learner = make_learner(author.course)
        author.post(f"{PLACE}/versions", OTHER)
        first = self._start(quiz, learner)
        revision = author.revision()
        done = author.post(f"{PLACE}/versions/2/publish")
        attempts.submit(attempt=first, by=learner.user, now=NOW)
        second = self._start(quiz, learner)

        assert (done.status_code, done.json()["status"]) == (200, "ready")
        assert author.revision() != revision
        numbers = [AttemptItem.objects.get(attempt=one).version.number for one in (first, second)]
        assert numbers == [1, 2]
        assert author.post(f"{PLACE}/versions/2/publish").json() == done.json()
        assert author.post(f"{PLACE}/versions/1/publish").status_code == 200
        assert author.get(PLACE).json()["ready_number"] == 2

    def _start(self, quiz, learner):
        return attempts.start(
            reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=NOW
        )

    def test_an_older_draft_does_not_come_back(self, author):
        make(author)
        author.post(f"{PLACE}/versions", {**OTHER, "status": "ready"})

        problem(author.post(f"{PLACE}/versions/1/publish"), 409, "conflict")
        body = author.get(PLACE).json()
        assert (body["ready_number"], body["draft_number"], body["draft"]) == (2, None, None)

    def test_ready_at_once(self, author):
        made = make(author, status="ready")

        assert (made["status"], made["ready_number"], made["draft"]) == ("ready", 1, None)

    @pytest.mark.parametrize("status", ["draft", "ready"])
    def test_its_type_judges_it_with_pointers(self, author, status):
        make(author)
        body = {"type": "single_choice", "data": BROKEN, "status": status}
        refusal = problem(author.post(f"{PLACE}/versions", body), 400, "invalid")

        assert "/data/options/2/feedback" in pointers(refusal)
        assert QuestionVersion.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"type": "riddle"}, "/type"),
            ({"type": ""}, "/type"),
            ({"type": 3}, "/type"),
            ({"data": []}, "/data"),
            ({"data": {}}, "/data/stem"),
            ({"data": {**SINGLE_CHOICE, "stem": 2**63}}, "/data/stem"),
            ({"data": {**SINGLE_CHOICE, "colour": 1}}, "/data/colour"),
            ({"note": "x" * 301}, "/note"),
            ({"status": "retired"}, "/status"),
        ],
    )
    def test_invalid_values_are_refused_with_a_pointer(self, author, change, pointer):
        make(author)
        refusal = problem(author.post(f"{PLACE}/versions", {**VERSION, **change}), 400, "invalid")

        assert pointer in pointers(refusal)

    def test_they_are_listed_in_order(self, author):
        make(author)
        for index in range(2):
            data = {**SINGLE_CHOICE, "stem": f"{index}?"}
            author.post(f"{PLACE}/versions", {**VERSION, "data": data})
        first = author.get(f"{PLACE}/versions?limit=2").json()
        rest = author.get(first["next"]).json()["results"]

        assert [row["number"] for row in [*first["results"], *rest]] == [1, 2, 3]
        assert "data" not in rest[0]

    @pytest.mark.parametrize("number", ["0", "9", "01", "-1", "9" * 9, "9" * 30, "x"])
    def test_another_number_is_not_found(self, author, number):
        make(author)

        problem(author.get(f"{PLACE}/versions/{number}"), 404, "not_found")

    @pytest.mark.parametrize("cursor", ["x", "0", "9" * 12, "%00"])
    def test_a_strange_cursor_is_refused(self, author, cursor):
        make(author)

        problem(author.get(f"{PLACE}/versions?cursor={cursor}"), 400, "invalid")


class TestPreview:
    PREVIEW = f"{PLACE}/versions/1/preview"

    def test_preview_equals_the_learner_page(self, author):
        make(author)
        shown = author.get(self.PREVIEW).json()

        assert {option["key"] for option in shown["content"]["options"]} == {"a", "b", "c"}
        assert "correct" not in str(shown["content"])
        assert "goal" not in str(shown["content"])
        assert (shown["solution"], shown["reviewed"], shown["hints"]) == (None, None, [])

    def test_a_seed_decides_the_order(self, author):
        make(author)
        orders = {
            tuple(
                option["key"]
                for option in author.get(f"{self.PREVIEW}?seed={seed}").json()["content"]["options"]
            )
            for seed in [*range(8), *range(8)]
        }
        once = author.get(f"{self.PREVIEW}?seed=5").json()

        assert len(orders) > 1
        assert author.get(f"{self.PREVIEW}?seed=5").json() == once

    def test_the_solution_comes_if_asked_for(self, author):
        make(author)
        shown = author.get(f"{self.PREVIEW}?solution=true").json()

        assert shown["solution"] == {"choice": "b"}
        (right,) = [one for one in shown["reviewed"]["options"] if one.get("is_chosen")]
        assert (right["key"], right["feedback"]) == ("b", "It follows her goal.")

    def test_a_shared_text_comes_along(self, author):
        author.post("/stimuli", {"key": "table", "body": "A table"})
        make(author, stimulus="table")

        assert author.get(self.PREVIEW).json()["stimulus"]["body"] == "A table"

    @pytest.mark.parametrize(
        "asked", ["seed=-1", "seed=x", "seed=2147483648", "seed=%D9%A1", "solution=1"]
    )
    def test_strange_wishes_are_refused(self, author, asked):
        make(author)
        refusal = problem(author.get(f"{self.PREVIEW}?{asked}"), 400, "invalid")

        assert pointers(refusal) == [f"/{asked.partition('=')[0]}"]

    def test_missing_question_type_is_reported(self, author, settings):
        make(author)
        settings.COURSES_QUESTION_TYPES = ["courses.questions.essay.Essay"]

        problem(author.get(self.PREVIEW), 409, "conflict")
        assert author.get(PLACE).json()["draft"]["data"]["stem"]
        problem(author.post(f"{PLACE}/versions/1/publish"), 400, "invalid")


class TestRetiring:
    @pytest.mark.parametrize("change", ["retire", "put"])
    def test_change_that_would_close_a_quiz_needs_confirmation(self, author, change):
        question = author.question(key="q-only", difficulty="hard")
        quiz = author.quiz(questions=0, title="Exam")
        quiz.items.create(position=1, draw_count=1, draw_difficulty="hard")

        def send(more=""):
            if change == "retire":
                return author.post(f"/questions/q-only/retire{more}")
            return author.put(f"/questions/q-only{more}", {"difficulty": "easy"})

        answer = send()
        question.refresh_from_db()
        assert answer.status_code == 409
        assert "Nobody could start the quiz “Exam” any more" in answer.json()["detail"]
        assert (question.is_retired, question.difficulty) == (False, "hard")

        assert send("?confirm=true").status_code == 200
        question.refresh_from_db()
        assert (question.is_retired, question.difficulty) != (False, "hard")

    def test_a_retired_question_is_not_drawn_and_comes_back(self, author):
        author.question(key="q-1")
        retired = author.post(f"{PLACE}/retire")
        again = author.post(f"{PLACE}/retire")

        assert (retired.json()["status"], again.json()) == ("retired", retired.json())
        assert not Question.objects.drawable().exists()
        assert author.post(f"{PLACE}/restore").json()["status"] == "ready"
        assert Question.objects.drawable().exists()

    def test_changing_it_does_not_bring_it_back(self, author):
        author.question(key="q-1")
        author.post(f"{PLACE}/retire")

        assert author.put(PLACE, {"difficulty": "hard"}).json()["status"] == "retired"


def test_a_lesson_shows_a_check_that_comes_later(author):
    lesson = make_lesson(module=author.module, checks=0)
    lesson.body = "## Look\n\n[[check:q-1]]\n"
    lesson.save()
    make(author, status="ready")

    assert [item.question.key for item in lesson.checks.items.all()] == ["q-1"]


def test_a_question_that_has_no_version_yet_can_be_read_and_changed(author):
    question = author.question(key="q-1")
    Question.objects.update(ready_version=None)
    question.versions.all().delete()
    body = author.get(PLACE).json()

    assert (body["type"], body["ready"], body["draft"], body["status"]) == (
        None,
        None,
        None,
        "draft",
    )
    assert author.put(PLACE, {**body, "difficulty": "hard"}).json()["difficulty"] == "hard"


def test_its_time_follows_every_kind_of_write(author):
    question = author.question(key="q-1")
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

    def goes_on(write):
        Question.objects.update(updated_at=long_ago)
        write()
        return Question.objects.get().updated_at > long_ago

    assert goes_on(lambda: Question.objects.update(difficulty="hard"))
    assert goes_on(lambda: Question.objects.bulk_update([question], ["difficulty"]))
    assert goes_on(lambda: question.save(update_fields=["difficulty"]))
    assert goes_on(question.save)
    assert not goes_on(lambda: None)
