"""The history of a tag: which questions had it, and an earlier state for all of them at once."""

import pytest

from courses.domain import verifying
from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin, editions_of, state_of
from courses.domain.authoring.edits import BulkChange
from courses.errors import Conflict
from courses.models import Edition, Question, QuizItem, Tag
from tests.factories import NOW, ModuleFactory, make_question, make_quiz

pytestmark = pytest.mark.django_db

ORIGIN = Origin("studio", None, NOW)


@pytest.fixture
def module():
    module = ModuleFactory()
    for key in ("one", "two", "three"):
        make_question(module, key=key)
    return module


def change(module, *keys, **what):
    rows = Question.objects.filter(course=module.course)
    ids = rows.filter(key__in=keys) if keys else rows
    ids = list(ids.values_list("pk", flat=True))
    edits.change_questions(
        course=module.course, ids=ids, change=BulkChange(**what), is_confirmed=True, origin=ORIGIN
    )


def history(module):
    rows = editions_of(course=module.course, kind="tag", key="new").order_by("number")
    return [(row.action, row.values["questions"]) for row in rows]


def test_bulk_change_is_recorded_for_the_tag_and_undone_at_once(module):
    change(module, "one", "two", add_tag="new")
    change(module, add_tag="new")
    change(module, remove_tag="new")
    assert history(module) == [
        ("created", ["one", "two"]),
        ("changed", ["one", "three", "two"]),
        ("changed", []),
    ]

    tag = Tag.objects.get()
    first = editions_of(course=module.course, kind="tag", key="new").get(number=1)
    seen = state_of(tag).content_hash
    edits.restore_edition(row=tag, edition=first, based_on=seen, by=None, origin=ORIGIN)
    assert sorted(tag.questions.values_list("key", flat=True)) == ["one", "two"]
    assert history(module)[-1] == ("restored", ["one", "two"])
    newest = editions_of(course=module.course, kind="question", key="one")[0]
    assert (newest.values["tags"], newest.action) == (["new"], "changed")
    with pytest.raises(edits.Overtaken):
        edits.restore_edition(row=tag, edition=first, based_on=seen, by=None, origin=ORIGIN)
    assert not verifying.verify_editions(course=module.course, now=NOW, is_fixing=True)


def test_what_its_questions_changed_is_told_apart(module):
    change(module, "one", add_tag="new")
    Question.objects.get(key="two").tags.add(Tag.objects.get())
    change(module, "three", add_tag="new")
    assert history(module) == [
        ("created", ["one"]),
        ("questions", ["one", "two"]),
        ("changed", ["one", "three", "two"]),
    ]
    differences = verifying.verify_editions(course=module.course, now=NOW, is_fixing=False)
    assert not [one for one in differences if "edition tag" in str(one)]


def test_restoring_asks_before_a_quiz_would_lack_questions(module):
    change(module, "one", add_tag="new")
    change(module, add_tag="new")
    tag = Tag.objects.get()
    quiz = make_quiz(module=module, questions=0)
    QuizItem.objects.create(quiz=quiz, position=1, draw_count=2, draw_tag=tag)
    first = editions_of(course=module.course, kind="tag", key="new").get(number=1)
    wanted = {"row": tag, "edition": first, "by": None, "origin": ORIGIN}
    with pytest.raises(Conflict):
        edits.restore_edition(based_on=state_of(tag).content_hash, **wanted)
    assert tag.questions.count() == 3
    edits.restore_edition(based_on=state_of(tag).content_hash, is_confirmed=True, **wanted)
    assert tag.questions.count() == 1
    assert Edition.objects.filter(kind="tag").count() == 3
