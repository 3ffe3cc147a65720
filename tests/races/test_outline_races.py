"""Editors who move the rows of one outline at the same moment."""

import random

import pytest

from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin
from courses.models import Lesson
from tests.factories import NOW, CourseFactory, LessonFactory, ModuleFactory
from tests.races.clients import COUNT, acknowledged, clients, rounds

ORIGIN = Origin("studio", None, NOW)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


def test_moves_between_modules_lose_no_row_and_refuse_what_was_not_seen():
    """Each client moves what it has read; who read an older order is refused or changes nothing."""
    course = CourseFactory()
    modules = [ModuleFactory(course=course, position=number) for number in range(2)]
    for number in range(6):
        LessonFactory(module=modules[0], position=number)
    pks = sorted(Lesson.objects.values_list("pk", flat=True))
    with clients() as together:
        for _round in range(rounds()):

            def prepare(_client):
                lists = {one.pk: list(one.lessons.order_by("position", "pk")) for one in modules}
                lesson = random.choice([row for rows in lists.values() for row in rows])
                lesson = Lesson.objects.select_related("module__course").get(pk=lesson.pk)
                home, target = lesson.module_id, random.choice(modules)
                seen = (edits.list_tag(lists[home]), edits.list_tag(lists[target.pk]))
                return lambda: edits.move_to(
                    row=lesson, module=target, before=None, seen=seen, origin=ORIGIN
                )

            calls = together.race(prepare)

            assert acknowledged(calls)
            assert {type(one.refusal) for one in calls if one.refusal} <= {edits.OrderChanged}
            for module in modules:
                places = list(module.lessons.values_list("position", flat=True))
                assert len(set(places)) == len(places)
            assert sorted(Lesson.objects.values_list("pk", flat=True)) == pks


def test_moves_lose_no_row_and_leave_one_order():
    module = ModuleFactory()
    for _one in range(6):
        LessonFactory(module=module, position=1)
    pks = list(Lesson.objects.values_list("pk", flat=True))
    with clients() as together:
        for _round in range(rounds()):

            def prepare(_client):
                row, before = random.sample(pks, 2)
                lesson = Lesson.objects.select_related("module__course").get(pk=row)
                return lambda: edits.move(
                    row=lesson, before=random.choice([before, None]), origin=None
                )

            calls = together.race(prepare)

            assert len(acknowledged(calls)) == COUNT
            rows = Lesson.objects.filter(module=module)
            assert sorted(rows.values_list("pk", flat=True)) == pks
            assert len(set(rows.values_list("position", flat=True))) == len(pks)
