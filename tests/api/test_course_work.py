"""Results, attempts and responses across a course's learners: in pages, as NDJSON and as CSV."""

import csv
import io
import json
from datetime import timedelta
from fractions import Fraction
from itertools import product

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts, cohorts, course_work, grading
from courses.models import Enrolment
from tests.api.platform import Platform, by_token, problem
from tests.api.test_hidden_scores import AFTER_CLOSE, CLOSES, HOUR
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    WRONG,
    add_item,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

KINDS = ("results", "attempts", "responses")
NDJSON = "application/x-ndjson"
FORMATS = ("application/json", NDJSON, "text/csv")


@pytest.fixture
def quiz():
    return make_quiz(questions=2)


@pytest.fixture
def acme(quiz):
    platform = Platform("gradebook:read")
    platform.learner("a-1", course=quiz.course)
    return platform


def sit(enrolment, quiz, answers=(RIGHT, WRONG), *, submits=True, now=NOW):
    by = enrolment.user
    attempt = attempts.start(reader=reader_of(enrolment), quiz_key=quiz.key, by=by, now=now)
    for position, raw in enumerate(answers, start=1):
        attempts.save(attempt=attempt, position=position, raw=raw, based_on=0, by=by, now=now)
    return attempts.submit(attempt=attempt, by=by, now=now) if submits else attempt


def address(quiz, kind, query=""):
    return f"/courses/{quiz.course.key}/{kind}{query}"


def rows(platform, quiz, kind, query=""):
    answer = platform.get(address(quiz, kind, query))
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def lines(answer):
    return [json.loads(line) for line in answer.getvalue().decode().splitlines()]


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


# --- what the rows contain


def test_a_result_names_its_quiz(acme, quiz):
    attempt = sit(acme.enrolment(), quiz)
    (row,) = rows(acme, quiz, "results")

    assert (row["external_id"], row["quiz"]) == ("a-1", quiz.key)
    assert (row["attempt"], row["percent"], row["is_shown"]) == (str(attempt.uuid), 50.0, True)


def test_an_attempt_with_its_score(acme, quiz):
    attempt = sit(acme.enrolment(), quiz)
    open_one = sit(acme.enrolment(), quiz, (), submits=False)
    first, second = rows(acme, quiz, "attempts")

    assert (first["id"], first["number"], first["state"]) == (str(attempt.uuid), 1, "graded")
    assert (first["score"], first["score_maximum"], first["percent"]) == (1.0, 2.0, 50.0)
    assert (second["id"], second["state"]) == (str(open_one.uuid), "open")
    assert (second["score"], second["percent"], second["is_shown"]) == (None, None, False)


def test_every_revision_of_a_response_with_what_it_earned(acme, quiz):
    attempt = sit(acme.enrolment(), quiz, (WRONG,), submits=False)
    by = attempt.enrolment.user
    attempts.save(attempt=attempt, position=1, raw=RIGHT, based_on=1, by=by, now=NOW)
    attempts.submit(attempt=attempt, by=by, now=NOW)
    first, second = rows(acme, quiz, "responses")

    item = attempt.items.get(position=1)
    for row in (first, second):
        assert (row["attempt"], row["quiz"], row["position"]) == (
            str(attempt.uuid),
            quiz.key,
            1,
        )
        assert (row["question"], row["version"]) == (item.version.question.key, 1)
        assert row["type"] == "single_choice"
    assert (first["revision"], first["is_current"], first["score"]) == (1, False, None)
    assert (second["revision"], second["is_current"]) == (2, True)
    assert (second["value"], second["score"], second["scaled"]) == (RIGHT, 1.0, 1.0)
    assert second["graded_at"] == "2026-03-02T09:00:00Z"


def test_the_latest_grading_counts(acme):
    quiz = make_quiz(questions=1)
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=2)
    acme.learner("b-1", course=quiz.course)
    attempt = sit(acme.enrolment("b-1"), quiz, (RIGHT, {"text": "She lived through it."}))
    assert rows(acme, quiz, "responses")[1]["score"] is None
    for scaled in (Fraction(1), Fraction(1, 4)):
        item = attempt.items.get(position=2)
        grading.grade_by_person(item=item, scaled=scaled, by=None, now=NOW + HOUR)

    (row,) = rows(acme, quiz, "responses", "?updated_since=2026-03-02T10:00:00Z")
    assert (row["position"], row["scaled"]) == (2, 0.25)
    (one,) = rows(acme, quiz, "attempts", "?updated_since=2026-03-02T10:00:00Z")
    assert one["id"] == str(attempt.uuid)


def test_hidden_score_is_marked_as_hidden():
    """As in the gradebook: the scope reads it, and the row marks that the learner does not yet."""
    quiz = make_quiz(questions=1, review=AFTER_CLOSE, closes_at=CLOSES)
    acme = Platform("gradebook:read")
    acme.learner("a-1", course=quiz.course)
    sit(acme.enrolment(), quiz, (RIGHT,))
    for moment, is_shown in ((NOW, False), (CLOSES, True)):
        for kind in KINDS:
            with time_machine.travel(moment, tick=False):
                (row,) = rows(acme, quiz, kind)
            assert row.get("percent", 100.0) == 100.0, kind
            assert row.get("scaled", 1.0) == 1.0, kind
            assert row["is_shown"] is is_shown, kind


# --- whose rows


def test_only_ones_own_learners(acme, quiz):
    other = Platform("gradebook:read", name="Other")
    other.learner("a-1", course=quiz.course)
    for enrolment in (other.enrolment(), make_learner(quiz.course), acme.enrolment()):
        sit(enrolment, quiz, (RIGHT,))
    read = {"application/json": lambda one: one.json()["results"], NDJSON: lines, "text/csv": table}
    wanted = str(acme.enrolment().uuid)

    for kind, accept in product(KINDS, FORMATS):
        found = read[accept](acme.get(address(quiz, kind), accept=accept))
        assert [row["enrolment"] for row in found] == [wanted], (kind, accept)


def test_only_courses_that_the_key_reaches_and_never_a_learner(acme, quiz):
    sit(acme.enrolment(), quiz)
    limited = Platform("gradebook:read", courses=[make_quiz().course])
    learner, other = by_token(acme.enrolment().user), Platform("learning:write")
    for kind, accept in product(KINDS, FORMATS):
        foreign = limited.get(address(quiz, kind), accept=accept)
        problem(foreign, 404, "not_found")
        unknown = limited.get(f"/courses/no-such/{kind}", accept=accept)
        assert foreign.json()["detail"] == unknown.json()["detail"], (kind, accept)
        problem(other.get(address(quiz, kind), accept=accept), 403, "missing_scope")
        problem(learner.get(address(quiz, kind), accept=accept), 403, "missing_scope")


def test_neither_trials_nor_checks_in_lessons(acme, quiz):
    teacher = Enrolment.objects.get(course=quiz.course)
    Enrolment.objects.filter(pk=teacher.pk).update(role="instructor")
    teacher.refresh_from_db()
    sit(teacher, quiz)
    Enrolment.objects.filter(pk=teacher.pk).update(role="learner")
    teacher.refresh_from_db()
    lesson = make_lesson(module=quiz.module, checks=1)
    check = lesson.checks.items.get().question.key
    saved = Platform().post(
        f"/learners/a-1/courses/{quiz.course.key}/lessons/{lesson.key}/checks/{check}/responses",
        {"response": RIGHT, "based_on": 0},
    )
    assert saved.status_code == 201, saved.content

    assert {kind: rows(acme, quiz, kind) for kind in KINDS} == {kind: [] for kind in KINDS}


# --- filters


@pytest.mark.parametrize("kind", KINDS)
def test_filters(acme, quiz, kind):
    other = make_quiz(module=quiz.module, questions=1)
    acme.learner("b-2", course=quiz.course)
    sit(acme.enrolment("a-1"), quiz, (RIGHT,))
    sit(acme.enrolment("b-2"), other, (RIGHT,), now=NOW + HOUR)
    cohorts.put(client=acme.client, key="spring", name="", now=NOW)
    Platform("learners:write").put("/cohorts/spring/learners/b-2")
    state = "active" if kind == "results" else "graded"
    empty = "withdrawn" if kind == "results" else "open"

    def found(query):
        both = rows(acme, quiz, kind, query)
        assert both == lines(acme.get(address(quiz, kind, query), accept=NDJSON))
        return [one["external_id"] for one in both]

    assert found("") == found(f"?state={state}") == ["a-1", "b-2"]
    assert found(f"?quiz={other.key}") == found("?cohort=spring") == ["b-2"]
    assert found(f"?state={empty}") == found("?quiz=no-such-quiz") == []
    since = (NOW + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found(f"?updated_since={since}") == ["b-2"]


@pytest.mark.parametrize(
    "query", ["state=done", "cohort=none", "updated_since=soon", "quiz=a/b", "learner=a-1"]
)
def test_unknown_filter_is_refused_in_every_format(acme, quiz, query):
    for kind, accept in product(KINDS, FORMATS):
        answer = acme.get(address(quiz, kind, f"?{query}"), accept=accept)
        assert answer.status_code == 400, (kind, accept)
        problem(answer, 400, "invalid")


# --- pages and files


def test_pages_lead_to_the_end(acme, quiz):
    for name in ("a-1", "b-2", "c-3"):
        acme.learner(name, course=quiz.course)
        sit(acme.enrolment(name), quiz, (RIGHT,))
    for kind in KINDS:
        following, seen = address(quiz, kind, "?limit=2"), []
        while following:
            page = acme.get(following).json()
            seen += [row["external_id"] for row in page["results"]]
            following = page["next"]

        assert seen == ["a-1", "b-2", "c-3"], kind


def test_a_file_is_asked_for_by_header_or_by_parameter(acme, quiz):
    sit(acme.enrolment(), quiz)
    for kind in KINDS:
        is_a_file_by_header_and_by_parameter(acme, quiz, kind)


def is_a_file_by_header_and_by_parameter(acme, quiz, kind):
    whole = rows(acme, quiz, kind)
    for name, media in (("ndjson", NDJSON), ("csv", "text/csv")):
        by_header = acme.get(address(quiz, kind), accept=media)
        by_name = acme.get(address(quiz, kind, f"?format={name}"))
        assert by_header.headers["Content-Type"] == f"{media}; charset=utf-8"
        assert f"{quiz.course.key}-{kind}.{name}" in by_header.headers["Content-Disposition"]
        assert "Accept" in by_header.headers["Vary"]
        assert by_header.streaming
        content = by_name.getvalue()
        assert by_header.getvalue() == content
    answer = acme.get(address(quiz, kind), accept=NDJSON)
    assert lines(answer) == whole
    first = table(acme.get(address(quiz, kind, "?format=csv")))[0]
    assert list(first) == list(whole[0])


def test_a_file_has_no_pages(acme, quiz):
    for kind in KINDS:
        for query in ("limit=2", "order=-created", "cursor=x"):
            problem(acme.get(address(quiz, kind, f"?{query}"), accept=NDJSON), 400, "invalid")
        problem(acme.get(address(quiz, kind), accept="application/xml"), 406, "not_acceptable")


def test_cells_of_csv(acme, quiz):
    platform, formula = Platform("gradebook:read"), '=HYPERLINK("x")'
    platform.learner(formula, course=quiz.course)
    essay = make_quiz(module=quiz.module, questions=0)
    add_item(essay, make_question(quiz.module, kind="essay", data=ESSAY), position=1)
    text = "Zoë said: “=1+1”,\nand \u2028 left"
    sit(platform.enrolment(formula), essay, ({"text": text},))
    answer = platform.get(address(quiz, "responses"), accept="text/csv")
    content = answer.getvalue()
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))

    assert content.startswith("\ufeffexternal_id,".encode())
    assert row["external_id"] == f"'{formula}"
    assert json.loads(row["value"])["text"] == text
    assert (row["score"], row["is_current"]) == ("", "true")
    assert "Zoë".encode() in content
    (line,) = lines(platform.get(address(quiz, "responses"), accept=NDJSON))
    assert line["value"]["text"] == text


def test_an_empty_list(acme, quiz):
    assert acme.get(address(quiz, "attempts"), accept=NDJSON).getvalue() == b""
    content = acme.get(address(quiz, "attempts"), accept="text/csv").getvalue().decode()
    assert content.startswith("\ufeffid,external_id,")
    assert content.count("\r\n") == 1


# --- what it costs


def counted(platform, path):
    """How many queries the request and the whole of its file take."""
    with CaptureQueriesContext(connection) as asked:
        answer = platform.get(path, accept=NDJSON)
        before = len(asked)
        count = len(answer.getvalue().splitlines())
    return before, len(asked) - before, count


@pytest.mark.parametrize("review", [{}, AFTER_CLOSE])
def test_each_chunk_takes_the_same_number_of_queries(monkeypatch, review):
    quiz = make_quiz(questions=1, review=review, attempts_allowed=2, closes_at=CLOSES)
    acme = Platform("gradebook:read")
    for number in range(6):
        acme.learner(f"l-{number}", course=quiz.course)
        sit(acme.enrolment(f"l-{number}"), quiz, (RIGHT,))
    acme.get("/courses")  # the key's use is noted once a minute
    for kind in KINDS:
        chunks_take_the_same_number_of_queries(monkeypatch, acme, quiz, kind)


def chunks_take_the_same_number_of_queries(monkeypatch, acme, quiz, kind):
    found = {}
    for size in (1, 2, 3, 100):
        monkeypatch.setattr(course_work, "CHUNK", size)
        before, streamed, count = counted(acme, address(quiz, kind))
        assert count == 6
        found[size] = (before, streamed)
    before, once = found[100]
    own = {before for before, _streamed in found.values()}

    assert own == {before}, kind
    assert before <= 3, kind
    assert once <= 10, kind
    for size in (1, 2, 3):
        assert found[size][1] == once * (6 // size) + 1, kind  # the last chunk is empty


def test_as_many_queries_for_a_page_of_three_as_of_one(acme, quiz):
    counts = {kind: [] for kind in KINDS}
    for name in ("a-1", "b-2", "c-3"):
        acme.learner(name, course=quiz.course)
        sit(acme.enrolment(name), quiz)
        acme.get("/courses")
        for kind in KINDS:
            with CaptureQueriesContext(connection) as asked:
                acme.get(address(quiz, kind))
            counts[kind].append(len(asked))

    for kind, (one, two, three) in counts.items():
        assert one == two == three <= 6, kind
