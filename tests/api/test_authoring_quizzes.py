"""Quizzes through the API: rules, items in order, draws that can be filled, draft to archive."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts
from courses.domain.authoring import course_to_records
from courses.errors import NotFound
from courses.models import Course, Quiz, QuizItem
from tests.api.authoring import Author, pointers
from tests.api.platform import Platform, problem
from tests.factories import NOW, SINGLE_CHOICE, ModuleFactory, make_learner, make_lesson, reader_of
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db

NEW = {"key": "quiz-a", "title": "Quiz A", "kind": "graded"}
PLACE = "/quizzes/quiz-a"


@pytest.fixture
def author():
    return Author()


def make(author, **more):
    made = author.post("/quizzes", {**NEW, **more})
    assert made.status_code == 201, made.content
    return made.json()


def refused(author, **more):
    return pointers(problem(author.post("/quizzes", {**NEW, **more}), 400, "invalid"))


def test_attempts_under_way_get_more_time_and_keep_what_they_have(author):
    author.question(key="q-1")
    made = make(author, status="ready", items=[{"question": "q-1"}], time_limit_s=1800)
    quiz = Quiz.objects.get(key="quiz-a")
    ada = make_learner(quiz.course)
    attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    def put(limit):
        answer = author.put(PLACE, {**made, "time_limit_s": limit})
        attempt.refresh_from_db()
        seconds = (attempt.deadline_at - NOW).total_seconds()
        return answer.status_code, seconds, answer.headers["Attempts-Kept"]

    assert put(3600) == (200, 3600, "0")
    assert put(60) == (200, 3600, "1")


class TestRules:
    def test_all_of_them_are_kept(self, author):
        other = ModuleFactory(course=author.course)
        make(author, key="pre-test")
        question = author.question(key="q-1")
        given = {
            "module": author.module.key,
            "position": 3,
            "title": " Final ",
            "intro": "Read this.",
            "kind": "practice",
            "feedback_mode": "interactive",
            "credit": ["1", "1/2", "0.25"],
            "review": {"during": ["response"], "later": []},
            "attempts_allowed": 2,
            "attempt_delay_s": 86401,
            "giving_up": "refused",
            "grade_method": "last",
            "time_limit_s": 90,
            "grace_s": 5,
            "opens_at": "2026-12-01T08:00:00Z",
            "closes_at": "2027-01-01T00:00:00Z",
            "pass_mark": 72.5,
            "shuffle_items": False,
            "one_item_per_page": True,
            "hides_last_try": True,
            "hides_running_total": True,
            "shuts_course": True,
            "holds_marks": False,
            "second_marker": True,
            "marker_tolerance": 12.5,
            "anonymous_marking": True,
            "requires_modules": [other.key],
            "compares_with": "pre-test",
            "items": [
                {"question": question.key, "version": 1, "draw": None, "points": 2.5},
                {"question": question.key, "version": None, "draw": None, "points": 1.0},
            ],
        }
        made = make(author, **given)

        assert {name: made[name] for name in given} == given
        assert author.get(PLACE).json() == made

    def test_a_learner_gets_them(self, author):
        make(author, time_limit_s=30, status="ready", items=[{"question": author.question().key}])
        quiz = Quiz.objects.get()

        assert (quiz.time_limit_s, quiz.review, str(quiz.pass_mark)) == (30, {}, "80.00")

    @pytest.mark.parametrize(
        ("field", "value", "pointer"),
        [
            ("kind", "game", "/kind"),
            ("marker_tolerance", 100.5, "/marker_tolerance"),
            ("title", " ", "/title"),
            ("title", "x" * 201, "/title"),
            ("module", "nowhere", "/module"),
            ("requires_modules", ["nowhere"], "/requires_modules/0"),
            ("credit", ["1"], "/credit"),
            ("credit", ["2/0"], "/credit/0"),
            ("credit", ["7"], "/credit/0"),
            ("review", {"never": []}, "/review/never"),
            ("review", {"later": ["keys"]}, "/review/later/0"),
            ("attempts_allowed", 0, "/attempts_allowed"),
            ("attempt_delay_s", -1, "/attempt_delay_s"),
            ("attempt_delay_s", 2**63, "/attempt_delay_s"),
            ("time_limit_s", 0, "/time_limit_s"),
            ("time_limit_s", 2**31, "/time_limit_s"),
            ("opens_at", "9999-12-31T23:59:59-12:00", "/opens_at"),
            ("opens_at", "0001-01-01T00:00:00+12:00", "/opens_at"),
            ("pass_mark", "100.01", "/pass_mark"),
            ("pass_mark", "1e999", "/pass_mark"),
            ("pass_mark", "80.005", "/pass_mark"),
            ("position", 2**15, "/position"),
            ("compares_with", "nothing", "/compares_with"),
            ("key", "checks-me", "/key"),
            ("items", [{}], "/items/0"),
            ("items", {"0": {}}, "/items"),
            ("items", [{"draw": {"count": 1}, "question": "q"}], "/items/0"),
            ("items", [{"question": "q"}], "/items/0/question"),
            ("items", [{"draw": {"count": 0}}], "/items/0/draw/count"),
            ("items", [{"draw": {"count": 1, "tag": "none"}}], "/items/0/draw/tag"),
            ("items", [{"draw": {"count": 1, "objective": "NO"}}], "/items/0/draw/objective"),
            ("items", [{"draw": {"count": 1}, "version": 1}], "/items/0/version"),
            ("items", [{"draw": {"count": 1}, "points": 0}], "/items/0/points"),
            ("items", [{"draw": {"count": 1}, "points": 10000}], "/items/0/points"),
            ("items", [{"draw": {"count": 1}}] * 501, "/items"),
        ],
    )
    def test_invalid_values_are_refused_with_a_pointer(self, author, field, value, pointer):
        assert pointer in refused(author, **{field: value})

    def test_it_closes_after_it_opens(self, author):
        moment = "2026-12-01T08:00:00Z"
        assert refused(author, opens_at=moment, closes_at=moment) == ["/closes_at"]

    def test_a_post_test_is_a_practice_quiz_of_a_module(self, author):
        make(author, key="pre-test")
        assert refused(author, compares_with="pre-test", kind="practice") == ["/compares_with"]
        assert refused(author, compares_with="pre-test", module=author.module.key) == [
            "/compares_with"
        ]

    def test_credit_never_rises(self, author):
        assert refused(author, feedback_mode="interactive", credit=["1/2", "1"]) == ["/credit"]

    def test_one_that_the_admin_made_can_be_changed(self, author):
        quiz = author.quiz(key="My_Quiz", attempts_allowed=None)
        found = author.get(f"/quizzes/{quiz.key}")
        revision = author.revision()
        same = author.put(f"/quizzes/{quiz.key}", found.json())

        assert (same.json(), author.revision()) == (found.json(), revision)
        assert (
            author.put(f"/quizzes/{quiz.key}", {**found.json(), "title": "New"}).status_code == 200
        )


class TestItems:
    def test_they_are_replaced_as_one_list(self, author):
        one, two = (author.question().key for _ in "ab")
        made = make(author, items=[{"question": one}, {"question": two}])
        changed = author.put(PLACE, {**made, "items": [{"question": two, "points": 3}]})

        assert [(item["question"], item["points"]) for item in changed.json()["items"]] == [
            (two, 3.0)
        ]
        assert QuizItem.objects.count() == 1

    def test_one_mistake_leaves_the_old_list(self, author):
        made = make(author, items=[{"question": author.question().key}])
        bad = {**made, "items": [*made["items"], {"question": "nothing"}]}
        refusal = problem(author.put(PLACE, bad), 400, "invalid")

        assert pointers(refusal) == ["/items/1/question"]
        assert author.get(PLACE).json() == made

    def test_a_pinned_version_must_be_there_and_ready(self, author):
        question = author.question().key
        draft = {"type": "single_choice", "data": {**SINGLE_CHOICE, "stem": "So?"}}
        assert author.post(f"/questions/{question}/versions", draft).json()["number"] == 2

        for version in (2, 9):
            items = [{"question": question}, {"question": question, "version": version}]
            assert refused(author, items=items) == ["/items/1/version"]

    def test_a_question_must_be_ready_when_the_quiz_is(self, author):
        question = author.question()
        question.versions.update(status="draft")
        question.ready_version = None
        question.save()
        items = [{"question": question.key}]

        assert refused(author, items=items, status="ready") == ["/items/0/question"]
        assert refused(author, items=[{"question": question.key, "version": 1}]) == [
            "/items/0/version"
        ]
        make(author, items=items)
        refusal = problem(author.post(f"{PLACE}/publish"), 400, "invalid")
        assert pointers(refusal) == ["/items/0/question"]

    def test_a_vote_stands_in_a_lesson(self, author):
        for data in EXAMPLES["vote"][:1]:
            author.question(key="q-vote", kind="vote", data=data)
        assert refused(author, items=[{"question": "q-vote"}]) == ["/items/0/question"]
        assert refused(author, items=[{"draw": {"count": 1}}]) == ["/items/0/draw/count"]

    def test_attempts_keep_what_they_began_with(self, author):
        made = make(author, status="ready", items=[{"question": author.question().key}])
        learner = make_learner(author.course)
        attempt = attempts.start(
            reader=reader_of(learner), quiz_key="quiz-a", by=learner.user, now=NOW
        )
        author.put(PLACE, {**made, "pass_mark": 10, "items": [{"question": author.question().key}]})
        attempt.refresh_from_db()

        assert attempt.policy["pass_mark"] == "80.00"
        assert attempt.items.get().version.question.key == made["items"][0]["question"]


class TestDraws:
    @pytest.fixture(autouse=True)
    def _bank(self, author):
        aim = author.objective(key="AIM-1")
        for index in range(4):
            author.question(
                key=f"q-{index}",
                objective=aim if index < 2 else None,
                tags=["bank"],
                difficulty="easy" if index == 3 else "hard",
            )

    @pytest.mark.parametrize(
        ("draws", "pointers"),
        [
            ([{"count": 4}], []),
            ([{"count": 5}], ["/items/0/draw/count"]),
            ([{"count": 2, "objective": "AIM-1"}], []),
            ([{"count": 2, "objective": "AIM-1", "difficulty": "easy"}], ["/items/0/draw/count"]),
            ([{"count": 2, "tag": "bank"}, {"count": 2, "tag": "bank"}], []),
            ([{"count": 3, "tag": "bank"}, {"count": 2, "tag": "bank"}], ["/items/1/draw/count"]),
            # Two of all may be the two that the second draw needs.
            ([{"count": 2}, {"count": 2, "objective": "AIM-1"}], ["/items/1/draw/count"]),
            ([{"count": 2, "objective": "AIM-1"}, {"count": 2}], []),
        ],
    )
    def test_the_bank_must_fill_them(self, author, draws, pointers):
        items = [{"draw": draw} for draw in draws]
        if pointers:
            assert refused(author, items=items) == pointers
        else:
            assert [item["draw"]["count"] for item in make(author, items=items)["items"]] == [
                draw["count"] for draw in draws
            ]

    def test_a_question_with_a_place_of_its_own_is_not_drawn(self, author):
        items = [{"draw": {"count": 4}}, {"question": "q-0"}]

        assert refused(author, items=items) == ["/items/0/draw/count"]

    def test_publishing_looks_again(self, author):
        make(author, items=[{"draw": {"count": 4}}])
        author.post("/questions/q-0/retire")
        refusal = problem(author.post(f"{PLACE}/publish"), 400, "invalid")

        assert pointers(refusal) == ["/items/0/draw/count"]

    def test_existing_problems_do_not_block_changes_beside_them(self, author):
        made = make(author, status="ready", items=[{"draw": {"count": 4}}])
        problem(author.post("/questions/q-0/retire"), 409, "conflict")
        author.post("/questions/q-0/retire?confirm=true")

        assert author.put(PLACE, made).json() == made
        assert author.put(PLACE, {**made, "title": "New"}).json()["title"] == "New"
        more = {**made, "items": [{"draw": {"count": 4}, "points": 2}]}
        assert pointers(problem(author.put(PLACE, more), 400, "invalid")) == ["/items/0/draw/count"]
        empty = {**made, "items": []}
        assert pointers(problem(author.put(PLACE, empty), 400, "invalid")) == ["/items"]


class TestStatus:
    @pytest.fixture
    def learner(self, author):
        Course.objects.update(state="published")
        return make_learner(author.course)

    def test_nobody_sees_a_draft(self, author, learner, client):
        make(author, items=[{"question": author.question().key}])
        platform = Platform("catalogue:read")
        client.force_login(learner.user)

        def seen():
            page = client.get(f"/courses/{author.course.key}/").text
            listed = platform.get(f"/courses/{author.course.key}/quizzes").json()["results"]
            return ["Quiz A" in page, [row["key"] for row in listed]]

        assert seen() == [False, []]
        with pytest.raises(NotFound):
            self._start(learner)
        assert author.post(f"{PLACE}/publish").json()["status"] == "ready"
        assert seen() == [True, ["quiz-a"]]
        assert self._start(learner).items.count() == 1
        assert author.post(f"{PLACE}/archive").json()["status"] == "archived"
        assert seen() == [False, []]
        assert author.post(f"{PLACE}/restore").json()["status"] == "ready"

    def _start(self, learner):
        return attempts.start(
            reader=reader_of(learner), quiz_key="quiz-a", by=learner.user, now=NOW
        )

    def test_an_empty_one_is_not_published(self, author):
        make(author)
        refusal = problem(author.post(f"{PLACE}/publish"), 400, "invalid")

        assert pointers(refusal) == ["/items"]
        assert refused(author, key="quiz-b", status="ready") == ["/items"]

    def test_a_draft_can_be_archived_and_comes_back_as_a_draft(self, author):
        make(author)
        author.post(f"{PLACE}/archive")
        changed = author.put(PLACE, {**author.get(PLACE).json(), "title": "B"}).json()

        assert (changed["status"], changed["title"]) == ("archived", "B")
        assert author.post(f"{PLACE}/restore").json()["status"] == "draft"

    def test_exported_file_has_the_draft_status(self, author):
        make(author, module=author.module.key)
        (quiz,) = course_to_records(course=author.course).modules[0].quizzes

        assert quiz.status == "draft"

    def test_they_are_listed_by_state_kind_and_module(self, author):
        make(author)
        author.quiz(key="quiz-b", kind="exam")
        make_lesson(module=author.module, checks=1)

        def keys(asked):
            return [row["key"] for row in author.get(f"/quizzes?{asked}").json()["results"]]

        assert keys("") == ["quiz-a", "quiz-b"]
        assert keys("status=draft") == ["quiz-a"]
        assert keys("status=ready") == keys("kind=exam") == ["quiz-b"]
        assert keys(f"module={author.module.key}") == ["quiz-b"]
        assert keys("status=archived") == []

    def test_the_checks_of_a_lesson_are_written_in_its_text(self, author):
        checks = make_lesson(module=author.module, checks=1).checks

        problem(author.get(f"/quizzes/{checks.key}"), 404, "not_found")


def test_a_quiz_costs_the_same_whatever_is_in_it(author):
    for index in range(6):
        author.question(key=f"q-{index}", tags=["bank"])

    def cost(count):
        """Queries of two writes and a read, with so many items of each kind."""
        made = make(author, key=f"quiz-{count}")
        place = f"/quizzes/quiz-{count}"
        pinned = [{"question": f"q-{index}", "version": 1} for index in range(count)]
        draws = [{"draw": {"count": 1, "tag": "bank"}}] * count
        required = [ModuleFactory(course=author.course).key for _ in range(count)]
        body = {**made, "title": f"{count}", "requires_modules": required}
        counts = []
        for items in ([*pinned, *draws], [*draws, *pinned]):
            with CaptureQueriesContext(connection) as writing:
                assert author.put(place, {**body, "items": items}).status_code == 200
            counts.append(len(writing))
        with CaptureQueriesContext(connection) as reading:
            assert len(author.get(place).json()["items"]) == 2 * count
        return [*counts, len(reading)]

    one, three = cost(1), cost(3)
    assert one == three
    assert one[-1] <= 6


def test_there_is_always_room_behind(author):
    quiz = author.quiz(key="quiz-a", questions=1)
    quiz.items.update(position=2**15 - 1)
    items = [{"question": author.question().key} for _ in range(2)]
    changed = author.put(PLACE, {**NEW, "items": items})

    assert [item["question"] for item in changed.json()["items"]] == [
        item["question"] for item in items
    ]
    assert [item.position for item in quiz.items.all()] == [1, 2]


def test_rows_that_are_left_over_go(author):
    keys = [author.question().key for _ in range(3)]
    make(author, items=[{"question": key} for key in keys])
    for wanted in ([keys[2], keys[0]], [], keys[::-1], [keys[1]]):
        changed = author.put(PLACE, {**NEW, "items": [{"question": key} for key in wanted]})
        assert [item["question"] for item in changed.json()["items"]] == wanted
        assert QuizItem.objects.count() == len(wanted)
