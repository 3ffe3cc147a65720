"""Places of a quiz are put into any order on its page."""

from itertools import permutations

import pytest
from django.contrib import admin
from django.db.models import UniqueConstraint

from courses.admin.places import OrderedFormSet
from courses.models import QuizItem
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.test_every_admin import NAMES, admin_of
from tests.admin.test_quizzes import change, form
from tests.factories import make_question, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    return make_quiz(questions=3)


@pytest.fixture
def client(quiz):
    return signed_in(teacher_of(quiz.course))


def order(quiz):
    return list(quiz.items.order_by("position").values_list("question__key", flat=True))


def rearranged(client, quiz, positions, *, new=(), gone=()):
    """Save the quiz's page with these positions for the rows that are there."""
    rows = list(quiz.items.order_by("position"))
    items = [
        {"id": row.pk, "position": position, "points": "1", "question": row.question_id}
        for row, position in zip(rows, positions, strict=True)
    ]
    for index in gone:
        items[index]["DELETE"] = "on"
    items += [{"position": position, "points": "1", "question": key} for position, key in new]
    data = form(quiz, items) | {"items-INITIAL_FORMS": len(rows)}
    return client.post(change(quiz), data)


@pytest.mark.parametrize("positions", list(permutations((1, 2, 3))))
def test_places_change_their_order(positions, client, quiz):
    before = order(quiz)

    assert rearranged(client, quiz, positions).status_code == 302
    assert order(quiz) == [key for _position, key in sorted(zip(positions, before, strict=True))]


def test_a_question_comes_between_two_others(client, quiz):
    before, new = order(quiz), make_question(quiz.module)

    assert rearranged(client, quiz, (1, 3, 4), new=[(2, new.pk)]).status_code == 302
    assert order(quiz) == [before[0], new.key, *before[1:]]


def test_a_new_question_takes_the_place_of_one_that_goes(client, quiz):
    before, new = order(quiz), make_question(quiz.module)

    assert rearranged(client, quiz, (1, 2, 3), new=[(2, new.pk)], gone=[1]).status_code == 302
    assert order(quiz) == [before[0], new.key, before[2]]


def test_the_others_close_up_behind_one_that_goes(client, quiz):
    before = order(quiz)

    assert rearranged(client, quiz, (9, 1, 2), gone=[0]).status_code == 302
    assert order(quiz) == before[1:]
    assert list(quiz.items.values_list("position", flat=True)) == [1, 2]


def test_the_highest_numbers_may_be_swapped(client, quiz):
    for number, row in enumerate(quiz.items.order_by("-position")):
        QuizItem.objects.filter(pk=row.pk).update(position=32767 - number)
    before = order(quiz)

    assert rearranged(client, quiz, (32767, 32766, 32765)).status_code == 302
    assert order(quiz) == before[::-1]


def test_two_places_with_one_number_are_refused_in_words(client, quiz):
    before = order(quiz)
    answer = rearranged(client, quiz, (1, 2, 2))

    assert answer.status_code == 200
    assert "duplicate" in str(answer.context["errors"])
    assert order(quiz) == before


def test_every_formset_of_rows_in_an_order_is_written_in_two_steps():
    ordered = []
    for name in NAMES:
        for inline in admin_of(name).inlines:
            editable = {field.name for field in inline.model._meta.fields if field.editable}
            for constraint in inline.model._meta.constraints:
                is_unique = isinstance(constraint, UniqueConstraint)
                if is_unique and "position" in editable & set(constraint.fields):
                    assert issubclass(inline.formset, OrderedFormSet), inline
                    ordered.append(inline)
    assert ordered
    assert all(issubclass(inline, admin.StackedInline) for inline in ordered)
