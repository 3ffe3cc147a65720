"""The whole gradebook, overrides of results, and what is granted, in lists."""

import csv
import io
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts, gradebook, gradesheet, overrides, verifying
from courses.domain.gradesheet import csv_files
from courses.models import Enrolment, Event, LineItem, Result, ResultOverride
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.api.platform import Platform, problem
from tests.factories import NOW, RIGHT, WRONG, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def quiz():
    return make_quiz(questions=2, title="=1+1")


@pytest.fixture
def acme(quiz):
    platform = Platform("gradebook:write", "learning:write")
    platform.learner("a-1", course=quiz.course)
    return platform


def finish(enrolment, quiz, answers=(RIGHT, WRONG)):
    by = enrolment.user
    reader = reader_of(enrolment)
    attempt = attempts.start(reader=reader, quiz_key=quiz.key, by=by, now=NOW)
    for position, raw in enumerate(answers, start=1):
        attempts.save(attempt=attempt, position=position, raw=raw, based_on=0, by=by, now=NOW)
    return attempts.submit(attempt=attempt, by=by, now=NOW)


def sheet(platform, quiz, query=""):
    return platform.get(f"/courses/{quiz.course.key}/gradebook{query}").json()


def read(answer):
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


# --- the whole gradebook


def test_a_line_for_each_learner_and_a_cell_for_each_column(acme, quiz):
    finish(acme.enrolment(), quiz)
    acme.learner("b-2", course=quiz.course)
    make_learner(quiz.course)
    Platform(name="Other").learner("o-1", course=quiz.course)
    found = sheet(acme, quiz)

    (column,) = found["line_items"]
    assert [one["external_id"] for one in found["results"]] == ["a-1", "b-2"]
    (cell,) = found["results"][0]["cells"]
    assert (cell["line_item"], cell["percent"]) == (column["id"], 50.0)
    assert found["results"][1]["cells"] == []
    first = sheet(acme, quiz, "?limit=1")
    assert [one["external_id"] for one in acme.get(first["next"]).json()["results"]] == ["b-2"]


def test_as_a_file(acme, quiz):
    finish(acme.enrolment(), quiz)
    Platform(name="Other").learner("o-1", course=quiz.course)
    answer = acme.get(f"/courses/{quiz.course.key}/gradebook.csv", accept="text/csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    head, line = read(answer)
    assert (head[0], head[-1]) == ("id", "'=1+1")
    assert (line[0], line[-1]) == ("a-1", "50")


@pytest.mark.full_accounts
def test_names_of_all_scripts_survive_a_spreadsheet(acme, quiz):
    user = acme.enrolment().user
    user.first_name, user.last_name = "Zoë", "Nguyễn 阮"
    user.save()
    answer = acme.get(f"/courses/{quiz.course.key}/gradebook.csv", accept="text/csv")
    content = answer.getvalue()

    assert content.startswith("\ufeffid,".encode())
    assert content.count("\ufeff".encode()) == 1
    assert "Zoë,Nguyễn 阮" in content.decode()


@pytest.mark.parametrize(
    ("query", "language", "cell", "separator"),
    [
        ("", "en", "33.33", ","),
        ("", "de", "33,33", ";"),
        ("?decimal=comma", "en", "33,33", ";"),
        ("?decimal=point", "de", "33.33", ","),
    ],
)
def test_numbers_are_written_as_the_readers_spreadsheet_reads_them(
    acme, query, language, cell, separator
):
    three = make_quiz(questions=3)
    acme.learner("t-1", course=three.course)
    finish(acme.enrolment("t-1"), three, (RIGHT, WRONG, WRONG))
    path = f"/courses/{three.course.key}/gradebook.csv{query}"
    answer = acme.get(path, accept="text/csv", accept_language=language)
    text = answer.getvalue().decode("utf-8-sig")
    _head, line = csv.reader(io.StringIO(text), delimiter=separator)

    assert line[-1] == cell


@pytest.mark.parametrize("accept", ["text/csv", "*/*", "application/json"])
def test_a_refusal_of_the_file_is_a_problem_as_everywhere(acme, accept):
    problem(acme.get("/courses/no-such-course/gradebook.csv", accept=accept), 404, "not_found")


@pytest.mark.full_accounts
@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "＝1+1",
        "＠SUM(A1)",
        "\u200b=1",
        "\u00a0＋1",
        '=HYPERLINK("x")',
    ],
)
def test_csv_formulas_are_quoted(acme, quiz, name):
    user = acme.enrolment().user
    user.first_name = name
    user.save()
    _head, line = read(acme.get(f"/courses/{quiz.course.key}/gradebook.csv"))

    assert line[1] == f"'{name}"


def test_a_file_is_written_in_chunks_at_two_queries_each(acme, quiz, monkeypatch):
    monkeypatch.setattr(csv_files, "CHUNK", 2)
    for _number in range(4):
        finish(make_learner(quiz.course), quiz)
    rows = Enrolment.objects.filter(course=quiz.course).select_related("user")
    with CaptureQueriesContext(connection) as asked:
        found = list(gradesheet.as_csv(course=quiz.course, rows=rows, name="pk"))

    assert len(found) == 4
    assert len(asked) == 1 + 3 * 2 + 1


@pytest.mark.parametrize("kind", ["gradebook", "gradebook.csv"])
def test_as_many_queries_for_three_as_for_one(acme, quiz, kind):
    acme.get("/courses")  # the key's use is noted once a minute
    counts = []
    for name in ("a-1", "b-2", "c-3"):
        acme.learner(name, course=quiz.course)
        finish(acme.enrolment(name), quiz)
        with CaptureQueriesContext(connection) as asked:
            acme.get(f"/courses/{quiz.course.key}/{kind}").getvalue()
        counts.append(len(asked))

    assert counts[0] == counts[1] == counts[2]


def test_an_instructor_downloads_it_in_the_admin(quiz):
    finish(make_learner(quiz.course), quiz)
    address = "/admin/cx_courses/course/"
    data = {"action": "download_gradebook", "_selected_action": [quiz.course.pk]}
    answer = signed_in(teacher_of(quiz.course)).post(address, data)
    assert len(read(answer)) == 2  # The titles and the learner; nobody teaches into it.

    for person in (teacher_of(make_quiz().course), staff("view_course", "change_course")):
        refused = signed_in(person).post(address, data)
        assert "attachment" not in refused.headers.get("Content-Disposition", "")


# --- overrides


def path(quiz, name="a-1"):
    return f"/learners/{name}/line-items/{gradebook.line_item(quiz).uuid}/overrides"


def test_an_override_counts_until_it_is_taken_back(acme, quiz):
    finish(acme.enrolment(), quiz)
    made = acme.post(path(quiz), {"scaled": 0.9, "reason": "Appeal"})
    assert made.status_code == 201
    (cell,) = acme.get(f"/learners/a-1/courses/{quiz.course.key}/results").json()["results"]
    assert (cell["percent"], cell["has_passed"], cell["is_overridden"]) == (90.0, True, True)
    event = Event.objects.filter(type="result.changed").latest("pk")
    assert event.data["percent"] == 90.0

    acme.post(path(quiz), {"scaled": None})
    row = Result.objects.get()
    assert (row.score_given, row.has_passed, row.is_overridden) == (Fraction(50), False, False)
    rows = acme.get(path(quiz)).json()["results"]
    assert [(one["sequence"], one["scaled"], one["reason"]) for one in rows] == [
        (1, 0.9, "Appeal"),
        (2, None, ""),
    ]


def test_an_override_stands_against_a_later_attempt_and_the_log_agrees(acme, quiz):
    finish(acme.enrolment(), quiz)
    acme.post(path(quiz), {"scaled": 0.25})
    finish(acme.enrolment(), quiz, (RIGHT, RIGHT))

    assert Result.objects.get().percent == 25
    assert list(verifying.verify(now=NOW)) == []


def test_an_override_without_any_attempt_completes_what_it_passes(acme, quiz):
    acme.post(path(quiz), {"scaled": 1})
    row = Result.objects.get()
    assert (row.attempt, row.percent, row.grading_progress) == (None, 100, "FullyGraded")
    enrolment = acme.enrolment()
    assert enrolment.completed_at

    acme.post(path(quiz), {"scaled": None})
    row.refresh_from_db()
    assert (row.percent, row.has_passed, row.activity_progress) == (None, None, "Initialized")


@pytest.mark.parametrize("body", [{}, {"scaled": 1.01}, {"scaled": -1}, {"scaled": "x"}])
def test_an_override_is_between_nothing_and_everything(acme, quiz, body):
    problem(acme.post(path(quiz), body), 400, "invalid")
    assert not ResultOverride.objects.exists()


def test_another_platform_overrides_nothing(acme, quiz):
    place = path(quiz)
    problem(Platform(name="Other").post(place, {"scaled": 1}), 404, "not_found")
    elsewhere = LineItem.objects.create(course=make_quiz().course, label="x")
    limited = Platform("gradebook:write", courses=[quiz.course])
    there = f"/learners/a-1/line-items/{elsewhere.uuid}/overrides"
    problem(limited.post(there, {"scaled": 1}), 404, "not_found")


def test_overrides_are_never_rewritten(acme, quiz):
    enrolment = acme.enrolment()
    values = {"line_item": gradebook.line_item(quiz), "enrolment": enrolment, "by": None}
    overrides.override(scaled=Fraction(1, 3), now=NOW, **values)

    with pytest.raises(TypeError):
        ResultOverride.objects.update(scaled=1)
    assert Result.objects.get().score_given == Fraction(100, 3)


# --- grants


def test_grants_are_listed_and_withdrawn(acme, quiz):
    course = f"/courses/{quiz.course.key}"
    mine = f"/learners/a-1{course}"
    acme.learner("b-2", course=quiz.course)
    assert acme.get(f"{course}/grants").json()["results"] == []
    acme.put("/learners/a-1/accommodation", {"time_factor": 1.25})
    acme.put(f"{mine}/accommodation", {"extra_attempts": 1})
    acme.put(f"{mine}/quizzes/{quiz.key}/extension", {"extra_time_s": 60})
    acme.put(f"/learners/b-2{course}/accommodation", {})

    (row,) = acme.get(f"{course}/grants").json()["results"]
    assert row["external_id"] == "a-1"
    assert row["accommodation"]["time_factor"] == 1.25
    assert row["course_accommodation"]["extra_attempts"] == 1
    assert [(one["quiz"], one["extra_time_s"]) for one in row["extensions"]] == [(quiz.key, 60)]
    for place in ("/learners/a-1/accommodation", f"{mine}/accommodation"):
        assert acme.delete(place).json()["time_factor"] == 1.0
    gone = acme.delete(f"{mine}/quizzes/{quiz.key}/extension")
    assert gone.json() == {"extra_time_s": 0, "extra_attempts": 0, "closes_at": None}
    assert acme.get(f"{course}/grants").json()["results"] == []


def test_a_grant_that_was_changed_meanwhile_is_not_withdrawn(acme, quiz):
    place = "/learners/a-1/accommodation"
    etag = acme.get(place).headers["ETag"]
    acme.put(place, {"time_factor": 1.5})

    problem(acme.delete(place, if_match=etag), 412, "precondition_failed")
    assert acme.get(place).json()["time_factor"] == 1.5


def test_time_that_was_given_is_not_taken_back_by_withdrawing(acme):
    quiz = make_quiz(time_limit_s=600)
    acme.learner("t-1", course=quiz.course)
    acme.put("/learners/t-1/accommodation", {"time_factor": 2})
    enrolment = acme.enrolment("t-1")
    attempt = attempts.start(
        reader=reader_of(enrolment), quiz_key=quiz.key, by=enrolment.user, now=NOW
    )
    acme.delete("/learners/t-1/accommodation")

    attempt.refresh_from_db()
    assert attempt.deadline_at == NOW + timedelta(seconds=1200)
