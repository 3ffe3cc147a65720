"""Marks and responses as files: right in a German Excel, harmless, of one's learners alone."""

import csv
import io
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import workbooks
from courses.domain import attempts, grading, jobs, sections
from courses.models import Enrolment, Job, LineItem
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    WRONG,
    UserFactory,
    add_item,
    join,
    make_learner,
    make_question,
    make_quiz,
    take_quiz,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def quiz():
    found = make_quiz(questions=3, title="=1+1")
    add_item(found, make_question(found.module, kind="essay", data=ESSAY), position=4)
    ada = make_learner(found.course, first_name="Zoë", last_name=FORMULA)
    attempt = take_quiz(ada, found, RIGHT, WRONG, WRONG, {"text": "-1+cmd|' /C calc'!A0"})
    item = attempt.items.get(position=4)
    grading.grade_by_person(item=item, scaled=Fraction(0), by=None, now=NOW)
    other = sections.add(course=found.course, title="Other", now=NOW)
    bea = join(other, UserFactory(first_name="Bea"))
    take_quiz(bea, found, RIGHT, RIGHT, RIGHT)
    void = take_quiz(make_learner(found.course, first_name="Void"), found, RIGHT)
    attempts.void(attempt=void, reason="x", by=None, now=NOW)
    LineItem.objects.update(weight="2.5")
    return found


def ask(client, quiz, query, language="en"):
    url = reverse("admin:cx_courses_course_gradefiles", args=[quiz.course_id])
    return client.get(url + query, headers={"Accept-Language": language})


def read(answer, separator=","):
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    assert text.count("\ufeff") == 1
    return list(csv.reader(io.StringIO(text[1:]), delimiter=separator))


def test_marks_as_csv_in_the_language_of_the_reader(quiz):
    client = signed_in(teacher_of(quiz.course))
    answer = ask(client, quiz, "?file=csv")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    head, weights, *rows = read(answer)
    assert head[-2:] == ["'=1+1", "Total"]
    assert weights[-2] == "2.5"
    assert {row[1]: row[-2] for row in rows} == {"Zoë": "25", "Bea": "75", "Void": ""}
    assert f"'{FORMULA}" in {row[2] for row in rows}

    LineItem.objects.update(weight="1.25")
    _head, weights, *rows = read(ask(client, quiz, "?file=csv&words=bea", "de"), ";")
    assert weights[-2] == "1,25"
    assert [row[1] for row in rows] == ["Bea"]


def test_marks_as_a_workbook_without_formulas(quiz):
    openpyxl = pytest.importorskip("openpyxl")
    answer = ask(signed_in(teacher_of(quiz.course)), quiz, "?file=xlsx")
    assert answer.headers["Content-Type"] == workbooks.CONTENT_TYPE
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert {"=1+1", FORMULA} <= {cell.value for cell in cells}
    assert 75 in {cell.value for cell in cells}


def test_without_the_extra_there_are_no_workbooks(quiz, monkeypatch):
    monkeypatch.setattr(workbooks, "can_write", lambda: False)
    client = signed_in(teacher_of(quiz.course))
    assert "XLSX" not in ask(client, quiz, "").text
    assert ask(client, quiz, "?file=xlsx").status_code == 404


def test_a_line_for_each_response_in_words(quiz):
    answer = ask(signed_in(teacher_of(quiz.course)), quiz, f"?file=responses&quiz={quiz.pk}")
    head, *rows = read(answer)
    assert len(rows) == 8
    first = dict(zip(head, rows[0], strict=True))
    assert (first["Response"], first["Share"], first["Points"]) == ("Her solved need", "1", "1")
    assert (first["Attempt"], first["Version"]) == ("1", "1")
    assert rows[3][8] == "'-1+cmd|' /C calc'!A0"
    assert rows[3][9] == "0"
    assert rows[7][8] == ""
    assert "Void" not in answer.getvalue().decode()


def test_staff_of_a_class_get_their_learners_alone(quiz):
    person = staff()
    join(sections.default_of(course=quiz.course, now=NOW), person, role="observer")
    client = signed_in(person)
    for query in ("?file=csv&state=all", f"?file=responses&quiz={quiz.pk}&state=all"):
        text = ask(client, quiz, query).getvalue().decode()
        assert "Zoë" in text
        assert "Bea" not in text
    other = make_quiz()
    assert ask(client, quiz, f"?file=responses&quiz={other.pk}").status_code == 404
    assert ask(client, quiz, "?file=responses&quiz=x").status_code == 404


def test_many_responses_are_a_file_of_a_job(quiz, monkeypatch):
    monkeypatch.setattr("courses.admin.studio.gradebook_files.IN_BACKGROUND", 3)
    monkeypatch.setattr("courses.domain.gradesheet.exporting.STEP", 1)
    person = staff()
    join(sections.default_of(course=quiz.course, now=NOW), person, role="observer")
    whole = teacher_of(quiz.course)
    texts = {}
    for by in (whole, person):
        client = signed_in(by)
        answer = ask(client, quiz, f"?file=responses&quiz={quiz.pk}")
        job = Job.objects.get(by=by)
        assert answer.headers["Location"].endswith(f"/jobs/{job.uuid}/")
        jobs.run(uuid=job.uuid, clock=timezone.now)
        url = reverse("admin:cx_courses_course_jobfile", args=[quiz.course_id, job.uuid])
        texts[by] = read(client.get(url))
    direct = read_directly(whole, quiz, monkeypatch)
    assert texts[whole] == direct
    assert {row[1] for row in texts[person][1:]} == {f"Zoë {FORMULA}"}

    url = reverse("admin:cx_courses_course_jobfile", args=[quiz.course_id, job.uuid])
    other = sections.add(course=quiz.course, title="Third", now=NOW)
    Enrolment.objects.filter(user=person).update(section=other)
    assert signed_in(person).get(url).status_code == 403


def read_directly(by, quiz, monkeypatch):
    monkeypatch.setattr("courses.admin.studio.gradebook_files.IN_BACKGROUND", 999)
    return read(ask(signed_in(by), quiz, f"?file=responses&quiz={quiz.pk}&state=all"))
