"""The bank of a course in the admin: questions shown by their stem, searched, changed together."""

import re

import pytest
from django.urls import reverse

from courses.domain.authoring.edits import write_version
from courses.domain.authoring.wording import plain_text
from courses.models import Edition, Objective, Question
from tests.admin.conftest import signed_in, teacher_of
from tests.factories import (
    ESSAY,
    SINGLE_CHOICE,
    CourseFactory,
    ModuleFactory,
    ObjectiveFactory,
    make_lesson,
    make_question,
    make_quiz,
)
from tests.proofs.test_query_budgets import queries, within

pytestmark = pytest.mark.django_db


def url(course):
    return reverse("admin:cx_courses_course_bank", args=[course.pk])


def stems(page):
    """What the page lists, in its order."""
    assert page.status_code == 200
    return re.findall(r'id="stem-\d+">([^<]+)</a>', page.text)


def asking(stem, **more):
    return {**SINGLE_CHOICE, "stem": stem, **more}


@pytest.fixture
def module():
    return ModuleFactory(title="M1", position=1)


@pytest.fixture
def client(module):
    return signed_in(teacher_of(module.course))


def test_text_is_the_stem_and_the_options_without_markup():
    data = asking("Which **word**\n\nfits *best*?", explanation="Not this.")
    assert plain_text(data).splitlines() == [
        "Which word fits best?", "Our tickets", "Her solved need", "Our targets",
    ]  # fmt: skip
    assert plain_text(ESSAY).splitlines()[0] == "Say it in one sentence."
    assert plain_text([]) == ""


def test_every_writer_of_a_version_writes_its_text(module):
    question = make_question(module)
    about = {"question": question, "type": "single_choice", "by": None, "origin": None}
    version = write_version(data=asking("A *draft*?"), is_ready=False, **about)
    assert version.text.startswith("A draft?\nOur tickets")
    again = write_version(data=asking("Another?"), is_ready=True, **about)
    assert again.text.startswith("Another?")


def test_questions_are_found_by_words_and_filters(client, module):
    course, where = module.course, url(module.course)
    other = ModuleFactory(course=course, title="M2", position=2)
    aim = ObjectiveFactory(module=other, key="AIM-1")
    make_question(module, data=asking("What is *loyalty*?"), key="loyal", bloom="apply")
    second = make_question(other, data=asking("Name a cost."), tags=["money"], difficulty="hard")
    Question.objects.filter(pk=second.pk).update(objective=aim)
    make_question(other, kind="essay", data=ESSAY, is_retired=True)
    Question.objects.create(course=course, key="unwritten")
    lesson = make_lesson(module=module, checks=1)
    check = lesson.checks.items.get().question
    Question.objects.filter(pk=check.pk).update(difficulty="hard")
    quiz = make_quiz(module=module, questions=1, title="The quiz")
    draw = make_quiz(module=module, questions=1, title="The draw").items.get()
    draw.question.is_retired = True
    draw.question.save()
    draw.question, draw.draw_count, draw.draw_difficulty = None, 1, "hard"
    draw.save()

    def found(**query):
        return stems(client.get(where, query))

    same = SINGLE_CHOICE["stem"]
    assert sorted(found()) == sorted(["What is loyalty?", "Name a cost.", "unwritten", same, same])
    assert found(words="LOYALTY what") == ["What is loyalty?"]
    assert found(words="solved cost") == ["Name a cost."]
    assert found(words="loyal") == ["What is loyalty?"]
    assert found(words="no such word") == []
    assert found(module=other.key) == found(objective="AIM-1") == found(tag="money")
    assert found(module=other.key) == ["Name a cost."]
    assert found(bloom="apply") == ["What is loyalty?"]
    assert sorted(found(difficulty="hard")) == sorted(["Name a cost.", same])
    assert found(status="empty") == ["unwritten"]
    assert len(found(status="retired")) == 2
    assert found(type="essay", status="retired") == ["Say it in one sentence."]
    assert found(use="draw") == ["Name a cost."]
    assert found(use="lesson") == found(use="quiz") == [same]
    assert sorted(found(use="none")) == ["What is loyalty?", "unwritten"]
    assert len(found(module="none", type="x", page="99")) == 5

    text = client.get(where).text
    assert "The draw, draw" in text
    assert f"{quiz.items.get().question.key} · The quiz" in text
    assert f"{check.key} · Lesson {lesson.checks.title}" in text


def test_draft_is_listed_with_its_own_stem(client, module):
    question = make_question(module)
    content = {"question": question, "type": "single_choice", "data": asking("Drafted?")}
    write_version(is_ready=False, by=None, origin=None, **content)
    page = client.get(url(module.course), {"status": "draft"})
    assert stems(page) == ["Drafted?"]
    assert "Draft of version 2" in page.text
    assert stems(client.get(url(module.course), {"status": "ready"})) == []


def test_chosen_questions_are_tagged_and_moved_together(client, module):
    course, where = module.course, url(module.course)
    other, aim = ModuleFactory(course=course), ObjectiveFactory(module=module)
    chosen = [make_question(module) for _one in range(2)]
    left = make_question(module)
    ids = {"question": [one.pk for one in chosen], "searched": "module=x"}

    for sent in (
        {"do": "tag", "to_tag": "new"}, {"do": "tag", "to_tag": "new"},
        {"do": "module", "to_module": other.key}, {"do": "objective", "to_objective": aim.key},
    ):  # fmt: skip
        answer = client.post(where, sent | ids)
        assert answer.url == f"{where}?module=x"
    rows = Question.objects.filter(module=other, objective=aim, tags__key="new")
    assert set(rows) == set(chosen)
    editions = Edition.objects.filter(course=course, kind="question")
    assert set(editions.values_list("key", flat=True)) == {one.key for one in chosen}
    left.refresh_from_db()
    assert (left.module, left.objective, left.tags.count()) == (module, None, 0)

    client.post(where, {"do": "untag", "to_tag": "new"} | ids)
    assert not Question.objects.filter(tags__key="new").exists()


def test_what_cannot_be_done_is_said_and_changes_nothing(client, module):
    where, question = url(module.course), make_question(module)
    foreign = ObjectiveFactory()
    ids = {"question": question.pk}
    for sent, said in (
        ({"do": "tag", "to_tag": "new"}, "Choose questions first."),
        ({"do": "tag", "question": question.pk}, "Enter a tag first."),
        ({"do": "tag", "to_tag": "Not <a> key", **ids}, "A tag is made of"),
        ({"do": "objective", "to_objective": foreign.key, **ids}, "The course has nothing with"),
        ({"do": "module", "question": "²"}, "Choose a module first."),
    ):
        assert said in client.post(where, sent, follow=True).text
    assert client.post(where, {"do": "erase", **ids}).status_code == 404
    question.refresh_from_db()
    assert (question.tags.count(), question.objective) == (0, None)
    assert Objective.objects.count() == 1


def test_retiring_names_the_quiz_that_would_starve_and_asks_first(client, module):
    quiz = make_quiz(module=module, questions=1, title="Starving")
    place = quiz.items.get()
    question, where = place.question, url(module.course)
    place.question, place.draw_count = None, 1
    place.save()
    sent = {"do": "retire", "question": question.pk}

    asked = client.post(where, sent)
    assert asked.status_code == 409
    assert "Starving" in asked.text
    assert SINGLE_CHOICE["stem"] in asked.text
    question.refresh_from_db()
    assert not question.is_retired

    client.post(where, sent | {"confirmed": "on"})
    question.refresh_from_db()
    assert question.is_retired
    client.post(where, {"do": "restore", "question": question.pk})
    question.refresh_from_db()
    assert not question.is_retired

    tagged = make_question(module, tags=["drawn"])
    place.draw_tag = tagged.tags.get()
    place.save()
    asked = client.post(where, {"do": "untag", "to_tag": "drawn", "question": tagged.pk})
    assert "Starving" in asked.text
    assert tagged.tags.count() == 1


def test_only_those_who_may_edit_the_whole_course_change_anything(module):
    question, foreign = make_question(module), make_question(ModuleFactory())
    where, sent = url(module.course), {"do": "retire", "question": question.pk, "confirmed": "on"}
    looks = signed_in(teacher_of(module.course, "view_course", "view_question"))
    page = looks.get(where)
    assert stems(page)
    assert 'name="do"' not in page.text
    assert looks.post(where, sent).status_code == 403
    assert signed_in(teacher_of(module.course, "view_course")).get(where).status_code == 403
    assert signed_in(teacher_of(CourseFactory())).get(where).status_code == 404
    teacher = signed_in(teacher_of(module.course))
    teacher.post(where, sent | {"question": foreign.pk})
    assert not Question.objects.filter(is_retired=True).exists()


def test_as_many_queries_for_twenty_questions_as_for_one(client, module):
    measured = {}
    for size in (1, 3):
        for _one in range(size):
            make_quiz(module=module, questions=size)
            make_lesson(module=module, checks=size)
            make_question(module, tags=["t"])
        measured[size] = queries(lambda: client.get(url(module.course), {"words": "outside"}))
    within(22, measured)
