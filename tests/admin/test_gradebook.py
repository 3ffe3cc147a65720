"""The gradebook page: who and what is in it, filtered and sorted; cells are decided on in place."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from courses.domain import enrolments, gradebook, overrides, sections, trials
from courses.models import LineItem, Result, ResultOverride
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    WRONG,
    CourseFactory,
    ModuleFactory,
    UserFactory,
    add_item,
    join,
    make_learner,
    make_question,
    make_quiz,
    take_quiz,
)
from tests.proofs.test_query_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Book:
    """A course with two quizzes and three learners in two classes."""

    def __init__(self):
        module = ModuleFactory()
        self.course = module.course
        self.first = make_quiz(module=module, questions=4, title="First <b>", pass_mark=60)
        self.second = make_quiz(module=module, questions=1, title="Second", pass_mark=60)
        add_item(
            self.second, make_question(module, kind="essay", data=ESSAY), position=2, points="1"
        )
        self.winter = sections.add(course=self.course, title="Winter", now=NOW)
        self.ada = make_learner(self.course, first_name="Ada", last_name="Ångström")
        self.bea = make_learner(self.course, first_name="Bea", last_name="Bell")
        self.cem = join(self.winter, UserFactory(first_name="Cem", last_name="Cox"))
        take_quiz(self.ada, self.first, RIGHT, RIGHT, RIGHT, WRONG)
        take_quiz(self.ada, self.second, RIGHT, {"text": "A long text."})
        take_quiz(self.bea, self.first, RIGHT, WRONG, WRONG, WRONG)
        self.teacher = teacher_of(self.course)
        self.client = signed_in(self.teacher)
        self.columns = list(LineItem.objects.order_by("pk"))

    @property
    def url(self):
        return reverse("admin:cx_courses_course_gradebook", args=[self.course.pk])

    def cell(self, learner, place=0):
        return f"{self.url}{learner.pk}/{self.columns[place].pk}/"

    def page(self, query="", client=None):
        answer = (client or self.client).get(self.url + query)
        assert answer.status_code == 200
        return b"".join(answer.streaming_content).decode()

    def whole(self):
        answer = self.client.get(f"{self.url}?all=1")
        assert len(list(answer.streaming_content)) > 2
        return answer

    def names(self, query="", client=None):
        rows = re.findall(r'<tr id="e(\d+)"', self.page(query, client))
        known = {str(one.pk): one.user.first_name for one in (self.ada, self.bea, self.cem)}
        return [known[pk] for pk in rows]


@pytest.fixture
def book():
    return Book()


def row_of(page, learner):
    return page.split(f'<tr id="e{learner.pk}"')[1].split("</tr>")[0]


def test_marks_weights_totals_and_statistics(book):
    page = book.page()
    ada = row_of(page, book.ada)
    assert "75%" in ada
    assert "to mark" in ada
    assert "so far" in ada
    assert "below the pass mark" in row_of(page, book.bea)
    assert row_of(page, book.cem).count("–") == 3
    assert "First &lt;b&gt;" in page
    foot = re.sub(r"<[^>]+>|\s+", " ", page.split("<tfoot>")[1].split("</tfoot>")[0])
    assert re.search(r"Learners with a mark +2 +1 +2", foot)
    assert re.search(r"Mean +50% +50% +44%", foot)
    assert re.search(r"Passed +50% +– +0%", foot)

    LineItem.objects.filter(pk=book.columns[1].pk).update(weight=0)
    page = book.page()
    assert "not counted" in page
    assert "so far" not in row_of(page, book.ada)


def test_filters_and_order(book):
    assert book.names() == ["Ada", "Bea", "Cem"]
    assert book.names("?sort=-name") == ["Cem", "Bea", "Ada"]
    first = book.columns[0].pk
    assert book.names(f"?sort={first}") == ["Bea", "Ada", "Cem"]
    assert book.names(f"?sort=-{first}") == ["Ada", "Bea", "Cem"]
    assert book.names("?sort=total") == ["Bea", "Ada", "Cem"]
    assert book.names("?show=below") == ["Bea"]
    assert book.names("?show=waiting") == ["Ada"]
    assert book.names("?words=bell") == ["Bea"]
    assert book.names(f"?class={book.winter.pk}") == ["Cem"]
    enrolments.withdraw(enrolment=book.cem, by=None, now=NOW)
    assert book.names() == ["Ada", "Bea"]
    assert book.names("?state=former") == ["Cem"]
    assert book.names("?state=all&sort=nonsense&page=x&class=x") == ["Ada", "Bea", "Cem"]


def test_instructors_and_trials_never_appear(book):
    ivy = make_learner(book.course, role="instructor", first_name="Ivy")
    take_quiz(ivy, book.first, RIGHT)
    trials.begin(course=book.course, by=book.teacher, acts_as=book.ada, now=NOW, place="", back="")
    assert book.names("?state=all") == ["Ada", "Bea", "Cem"]
    assert "Ivy" not in book.page("?state=all")


def test_staff_of_a_class_see_their_learners_alone(book):
    of_winter = staff()
    join(book.winter, of_winter, role="instructor")
    client = signed_in(of_winter)
    assert book.names("?state=all", client) == ["Cem"]
    assert "Ada" not in book.page("", client)
    assert client.get(book.cell(book.ada)).status_code == 404
    assert client.post(book.cell(book.ada), {"do": "excuse", "reason": "x"}).status_code == 404
    assert client.get(book.cell(book.cem)).status_code == 200
    weights = reverse("admin:cx_courses_course_weights", args=[book.course.pk])
    assert client.get(weights).status_code == 403
    foreign = gradebook.line_item(make_quiz())
    assert client.get(f"{book.url}{book.cem.pk}/{foreign.pk}/").status_code == 404
    assert not ResultOverride.objects.exists()


def test_all_rows_are_sent_at_a_constant_number_of_queries(book, monkeypatch):
    monkeypatch.setattr("courses.admin.studio.gradebook.PER_PAGE", 2)
    monkeypatch.setattr("courses.admin.studio.gradebook.AT_ONCE", 2)
    assert book.names() == ["Ada", "Bea"]
    assert book.names("?page=2") == ["Cem"]
    assert book.names("?all=1") == ["Ada", "Bea", "Cem"]
    few, _text = queries(book.whole)
    for _more in range(4):
        take_quiz(make_learner(book.course), book.first, RIGHT)
    many, text = queries(book.whole)
    assert many == few, text


def test_a_cell_is_set_excused_and_taken_back(book):
    url = book.cell(book.bea)
    page = book.client.get(url).text
    based_on = re.search(r'name="based_on" value="([^"]+)"', page)[1]
    assert "25%" in page

    def act(do, **fields):
        return book.client.post(url, {"do": do, "based_on": based_on, **fields})

    assert act("save", percent="80").status_code == 422
    assert act("save", percent="180", reason="x").status_code == 422
    assert act("excuse").status_code == 422
    assert act("other", reason="x").status_code == 404
    answer = act("save", percent="62.5", reason="=Oral <exam>")
    assert answer.headers["Location"] == f"{book.url}#e{book.bea.pk}"
    result = Result.objects.get(enrolment=book.bea)
    assert (result.percent, result.has_passed) == (Decimal("62.5"), True)
    row = ResultOverride.objects.get()
    assert (row.scaled, row.by, row.reason) == (Fraction(5, 8), book.teacher, "=Oral <exam>")
    assert "set by hand" in row_of(book.page("?show=by_hand"), book.bea)

    answer = act("excuse", reason="Ill")
    assert answer.status_code == 409
    assert "changed in the meantime" in answer.text
    assert "=Oral &lt;exam&gt;" in answer.text
    based_on = re.search(r'name="based_on" value="([^"]+)"', answer.text)[1]
    assert act("excuse", reason="Ill", then="cell").headers["Location"] == url
    assert "excused" in row_of(book.page(), book.bea)
    assert "excused" in row_of(book.page(), book.bea)

    based_on = overrides.state_of(line_item=book.columns[0], enrolment=book.bea)
    assert act("take_back").status_code == 302
    assert Result.objects.get(enrolment=book.bea).percent == 25


def test_numbers_are_read_in_the_language_of_the_page(book):
    url = book.cell(book.bea)
    based_on = overrides.state_of(line_item=book.columns[0], enrolment=book.bea)
    sent = {"do": "save", "based_on": based_on, "percent": "62,5", "reason": "Mündlich"}
    assert book.client.post(url, sent, headers={"Accept-Language": "de"}).status_code == 302
    assert Result.objects.get(enrolment=book.bea).percent == Decimal("62.5")


@pytest.mark.parametrize("role", ["marker", "observer"])
def test_who_may_not_grant_reads_alone(book, role):
    person = staff()
    join(book.winter, person, role=role)
    client = signed_in(person)
    page = client.get(book.cell(book.cem))
    assert page.status_code == 200
    assert "data-cell-form" not in page.text
    assert client.post(book.cell(book.cem), {"do": "excuse", "reason": "x"}).status_code == 403


def test_weights_are_stored_for_quizzes_begun_or_not(book):
    third = make_quiz(module=book.first.module, title="Third")
    url = reverse("admin:cx_courses_course_weights", args=[book.course.pk])
    page = book.client.get(url).text
    assert "Third" in page
    sent = {f"quiz-{quiz.pk}": "1" for quiz in (book.first, book.second, third)}
    assert book.client.post(url, sent | {f"quiz-{third.pk}": "-1"}).status_code == 422
    assert book.client.post(url, sent | {f"quiz-{third.pk}": "2.5"}).status_code == 302
    assert {row.quiz_id: row.weight for row in LineItem.objects.all()} == {
        book.first.pk: 1, book.second.pk: 1, third.pk: Decimal("2.5"),
    }  # fmt: skip


def test_a_quiz_that_nobody_has_begun_has_a_column(book):
    make_quiz(module=book.first.module, title="Third")
    make_quiz(module=book.first.module, title="For practice", kind="practice")
    page = book.page()
    assert "Third" in page
    assert "For practice" not in page
    assert row_of(page, book.ada).count("–") == 1
    book.page()
    assert LineItem.objects.count() == 3


def test_an_empty_gradebook_says_so():
    course = CourseFactory()
    url = reverse("admin:cx_courses_course_gradebook", args=[course.pk])
    answer = signed_in(teacher_of(course)).get(url)
    assert b"There are no results yet" in b"".join(answer.streaming_content)
