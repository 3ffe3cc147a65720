"""Authors replace a file or restore a tag at the same moment."""

import pytest

from courses.domain import verifying
from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin, editions_of, state_of
from courses.domain.authoring.edits import BulkChange
from courses.models import Asset, Edition, Question, Tag
from tests.factories import NOW, ModuleFactory, make_question
from tests.races.clients import acknowledged, clients, refusals, rounds

CLIENTS = 6
ORIGIN = Origin("studio", None, NOW)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


def picture(number):
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number} 1"></svg>'.encode()


def test_one_of_several_who_replace_a_file_wins_and_the_others_are_told():
    module = ModuleFactory()
    made = edits.add_file(module=module, name="map.svg", content=picture(0), origin=ORIGIN)
    with clients(CLIENTS) as together:
        for round_number in range(1, rounds() + 1):

            def prepare(client, start=10 * round_number):
                asset = Asset.objects.select_related("module__course").get(pk=made.pk)
                content = picture(start + client)
                return lambda: edits.replace_file(
                    asset=asset, content=content, seen=asset.content_hash, origin=ORIGIN
                )

            calls = together.race(prepare)

            (won,) = acknowledged(calls)
            assert refusals(calls) == {"Conflict"}
            row = Asset.objects.get(pk=made.pk)
            assert row.content_hash == won.content_hash
            assert bytes(row.content) == picture(10 * round_number + winner(calls))


def winner(calls):
    (client,) = [call.client for call in calls if call.is_acknowledged]
    return client


def test_a_tag_that_is_restored_while_others_change_it_has_one_history():
    module = ModuleFactory()
    ids = [make_question(module, key=f"q{number}").pk for number in range(4)]
    change(module, ids[:2], add_tag="new")
    first = editions_of(course=module.course, kind="tag", key="new").get(number=1)
    with clients(CLIENTS) as together:
        for _round in range(rounds()):

            def prepare(client):
                tag = Tag.objects.select_related("course").get(key="new")
                if client % 3:
                    what = {"add_tag": "new"} if client % 3 == 1 else {"remove_tag": "new"}
                    return lambda: change(module, ids[client % 4 :], **what)
                seen = state_of(tag).content_hash
                return lambda: edits.restore_edition(
                    row=tag, edition=first, based_on=seen, by=None, origin=ORIGIN
                )

            calls = together.race(prepare)

            assert refusals(calls) <= {"Overtaken"}
            newest = editions_of(course=module.course, kind="tag", key="new")[0]
            held = Question.objects.filter(tags__key="new").order_by("key")
            assert newest.values["questions"] == list(held.values_list("key", flat=True))
            numbers = Edition.objects.filter(kind="tag", key="new").order_by("number")
            assert list(numbers.values_list("number", flat=True)) == list(
                range(1, numbers.count() + 1)
            )
    found = verifying.verify_editions(course=module.course, now=NOW, is_fixing=False)
    assert not [one for one in found if "edition tag" in str(one)]


def change(module, ids, **what):
    edits.change_questions(
        course=module.course, ids=ids, change=BulkChange(**what), is_confirmed=True, origin=ORIGIN
    )
