"""The page on which a quiz is put together, by forms alone."""

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse

from courses.admin.studio.quiz_settings import LABELS, NAMES
from courses.coursefiles.rules import rules_of
from courses.coursefiles.schema import QuizFile
from courses.domain import attempts
from courses.domain.authoring import edits
from courses.models import Edition, Enrolment, Quiz
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.admin.pages import SentFields
from tests.factories import (
    NOW,
    CourseFactory,
    ModuleFactory,
    ObjectiveFactory,
    QuizFactory,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)
from tests.proofs.test_query_budgets import queries, within

pytestmark = pytest.mark.django_db


def url(quiz: Any) -> str:
    return reverse("admin:cx_courses_quiz_build", args=[quiz.pk])


def sent(page: Any) -> dict[str, Any]:
    """What a browser sends of the page, the boxes of the table included."""
    assert page.status_code == 200
    fields: dict[str, Any] = SentFields(page.text, "quiz-form").values
    for name in {*re.findall(r'name="(review\.\w+)"', page.text), "requires_modules"}:
        boxes = re.findall(rf'<input type="checkbox" name="{re.escape(name)}"([^>]*)>', page.text)
        ticked = [re.search(r'value="([^"]+)"', one)[1] for one in boxes if " checked" in one]
        fields[name] = ticked
    return fields


def press(client: Any, quiz: Any, fields: dict[str, Any], do: str, **more: Any) -> Any:
    return client.post(url(quiz), {**fields, **more, "do": do})


def keys(quiz: Any) -> list[Any]:
    return [item.question.key if item.question else None for item in places(quiz)]


def places(quiz: Any) -> Any:
    return quiz.items.select_related("question", "draw_objective").order_by("position")


def text_of(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


@pytest.fixture
def quiz():
    module = ModuleFactory()
    ObjectiveFactory(module=module, key="OBJ-1")
    return make_quiz(module=module, questions=3, title="Test", intro="Read.", time_limit_s=100)


@pytest.fixture
def client(quiz):
    return signed_in(teacher_of(quiz.course))


def test_page_saved_untouched_changes_nothing(client, quiz):
    Quiz.objects.filter(pk=quiz.pk).update(
        opens_at=NOW.replace(second=7, microsecond=11),
        review={"later": ["response", "overall"]},
        feedback_mode="interactive",
        credit=["1", "1/2", "1/2"],
        attempt_delay_s=90,
    )
    quiz.requires_modules.add(ModuleFactory(course=quiz.course))
    version = quiz.items.first().question.ready_version
    quiz.items.filter(question=version.question).update(version=version)
    quiz.items.filter(position=2).update(question=None, draw_count=1, draw_difficulty="medium")
    make_question(quiz.module)
    quiz.refresh_from_db()
    before = edits.quiz_as_stored(quiz=quiz)

    saved = press(client, quiz, sent(client.get(url(quiz))), "save")

    assert saved.status_code == 302
    assert edits.quiz_as_stored(quiz=Quiz.objects.get(pk=quiz.pk)) == before


def test_places_are_moved_removed_and_drawn_and_stored_when_saved(client, quiz):
    one, two, three = keys(quiz)
    fields = sent(client.get(url(quiz)))
    moved = press(client, quiz, fields, "down:0")
    assert keys(quiz) == [one, two, three]
    dropped = press(client, quiz, sent(moved), "drop:2")
    drawn = press(client, quiz, sent(dropped), "draw")
    make_question(quiz.module, objective=quiz.course.objectives.get())
    fields = sent(drawn) | {
        "place.2.objective": "OBJ-1",
        "place.2.count": "2",
        "place.0.points": "3",
    }
    short = press(client, quiz, fields, "show")
    assert "1 question qualifies" in text_of(short)
    assert "The bank has 1 questions left for this draw, not 2." in text_of(short)
    refused = press(client, quiz, fields, "save")
    assert refused.status_code == 200
    assert "Not saved yet." in refused.text
    assert 'href="#place-2"' in refused.text

    fields["place.2.count"] = "1"
    assert press(client, quiz, fields, "save").status_code == 302
    assert keys(quiz) == [two, one, None]
    stored = list(places(quiz))
    assert (stored[0].points, stored[2].draw_count, stored[2].draw_objective.key) == (3, 1, "OBJ-1")


def test_questions_are_found_by_their_text_and_added_once(client, quiz):
    module = ModuleFactory(course=quiz.course)
    new = make_question(module)
    data = {**new.ready_version.data, "stem": "Who <b>waits</b> longest?"}
    edits.write_version(
        question=new, type="single_choice", data=data, is_ready=True, by=None, origin=None
    )
    fields = sent(client.get(url(quiz))) | {"find-text": "WAITS"}
    found = press(client, quiz, fields, "find")
    assert re.findall(r'name="pick" value="([^"]+)"', found.text) == [new.key]
    assert "Who &lt;b&gt;waits&lt;/b&gt; longest?" in found.text
    assert (
        re.findall(
            r'name="pick" value',
            press(client, quiz, fields, "find", **{"find-module": quiz.module.key}).text,
        )
        == []
    )

    picked = press(client, quiz, fields, "pick", pick=[new.key, keys(quiz)[0]])
    assert 'name="pick"' not in picked.text
    assert press(client, quiz, sent(picked), "save").status_code == 302
    assert keys(quiz)[3:] == [new.key]


def test_settings_are_entered_in_words_minutes_and_boxes(client, quiz):
    fields = sent(client.get(url(quiz)))
    assert fields["time_limit_s"] == "1.67"
    fields |= {
        "time_limit_s": "30", "attempt_delay_s": "1.5", "attempts_allowed": "2",
        "pass_mark": "60", "opens_at": "2027-01-01T08:00", "closes_at": "2027-01-02T08:00",
        "review.later": ["response", "points"], "title": "<i>New",
    }  # fmt: skip
    saved = client.post(url(quiz), fields | {"do": "save"}, follow=True)
    quiz.refresh_from_db()
    assert (quiz.time_limit_s, quiz.attempt_delay_s, quiz.attempts_allowed, quiz.pass_mark) == (
        1800,
        90,
        2,
        60,
    )
    assert quiz.closes_at - quiz.opens_at == dt.timedelta(days=1)
    assert quiz.review == {"later": ["response", "points"]}
    edition = Edition.objects.latest("pk")
    assert (edition.kind, edition.key, edition.channel) == ("quiz", quiz.key, "studio")
    assert "&lt;i&gt;New" in saved.text
    assert "<i>New" not in saved.text

    fields = sent(client.get(url(quiz))) | {"usual": "on"}
    assert press(client, quiz, fields, "save").status_code == 302
    quiz.refresh_from_db()
    assert quiz.review == {}

    refused = press(client, quiz, fields, "save", closes_at="2026-01-01T08:00", based_on="")
    assert "A quiz must close after it opens." in refused.text
    for name, value in {
        "pass_mark": "x",
        "time_limit_s": "-1",
        "kind": "none",
        "compares_with": "no",
        "title": "",
    }.items():
        assert press(client, quiz, fields, "save", based_on="", **{name: value}).status_code == 200


def test_every_setting_of_a_quiz_is_on_the_page(client, quiz):
    names = {name for name, rule in rules_of(QuizFile).items() if rule.group}
    assert set(NAMES) == names | {"title", "intro"}
    page = client.get(url(quiz))
    shown = set(page.context["draft"].settings.fields) | {"review"}
    assert shown == set(NAMES)
    units = {name for name, rule in rules_of(QuizFile).items() if len(rule.file_names) > 1}
    assert units == set(LABELS)


def test_publishing_an_empty_draft_is_refused_and_open_attempts_are_counted(client, quiz):
    learner = make_learner(quiz.course)
    attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=NOW)
    assert "1 attempt is open." in text_of(client.get(url(quiz)))
    empty = QuizFactory(course=quiz.course, module=quiz.module, is_draft=True)
    page = client.get(url(empty))
    assert "A quiz needs at least one item." in text_of(page)
    fields = sent(page)
    assert press(client, empty, fields, "save").status_code == 302
    assert press(client, empty, fields, "publish").status_code == 200
    picked = press(client, empty, fields, "pick", pick=keys(quiz)[:1])
    assert press(client, empty, sent(picked), "publish").status_code == 302
    empty.refresh_from_db()
    assert not empty.is_draft


def test_only_those_who_may_edit_the_whole_course_get_the_page(client, quiz):
    fields = sent(client.get(url(quiz))) | {"do": "save"}
    looks = teacher_of(quiz.course, "view_quiz", "change_quiz")
    former = teacher_of(quiz.course)
    Enrolment.objects.filter(user=former).update(state="withdrawn")
    people = {
        "looks": looks,
        "foreign": teacher_of(CourseFactory()),
        "former": former,
        "no": staff(),
    }
    found = {}
    for name, user in people.items():
        other = signed_in(user)
        found[name] = (other.get(url(quiz)).status_code, other.post(url(quiz), fields).status_code)
    lost = (404, 404)
    assert found == {"looks": (302, 403), "foreign": lost, "former": lost, "no": lost}


def test_checks_of_a_lesson_lead_to_their_record(client, quiz):
    lesson = make_lesson(module=quiz.module, checks=1)
    assert client.get(url(lesson.checks)).status_code == 302
    assert client.post(url(lesson.checks), {"do": "save"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("place.0.question", "no-such"),        ("place.0.question", "<script>"),
        ("place.0.version", "99"), ("place.0.version", "x"), ("place.0.points", "1e9"),
        ("place.0.points", ""), ("place.0.points", "-1"), ("find-module", "no-such"),
    ],
)  # fmt: skip
def test_values_that_no_page_sends_are_refused_in_words(client, quiz, name, value):
    fields = sent(client.get(url(quiz)))
    before = keys(quiz)
    for do in ("show", "find", "up:99", "drop:x", "save"):
        page = press(client, quiz, fields, do, **{name: value})
        assert page.status_code == (302 if do == "save" and name == "find-module" else 200)
        assert "<script>" not in page.text.replace("<script src", "")
    assert keys(quiz) == before


def test_draw_with_values_that_do_not_exist_is_refused(client, quiz):
    fields = sent(press(client, quiz, sent(client.get(url(quiz))), "draw"))
    for name, value in (
        ("count", "0"),
        ("count", "x"),
        ("tag", "no"),
        ("objective", "no"),
        ("difficulty", "no"),
    ):
        page = press(client, quiz, fields, "save", **{f"place.3.{name}": value})
        assert page.status_code == 200
        assert 'href="#place-3"' in page.text
    assert quiz.items.count() == 3


def test_as_many_queries_for_many_places_as_for_few(client, quiz):
    measured = {}
    for size in (2, 12):
        one = make_quiz(module=quiz.module, questions=size)
        one.items.filter(position=1).update(question=None, draw_count=1)
        measured[size] = queries(lambda one=one: client.get(url(one)))
    within(32, measured)


def test_outline_leads_to_the_page(client, quiz):
    outline = client.get(reverse("admin:cx_courses_course_outline", args=[quiz.course_id]))
    assert f'href="{url(quiz)}"' in outline.text


def test_preset_fills_in_the_settings_and_saves_nothing(client, quiz):
    fields = sent(client.get(url(quiz)))
    page = press(client, quiz, fields, "preset:exam", opens_at="2026-10-01T08:00")
    shown = sent(page)
    assert (shown["kind"], shown["attempts_allowed"], shown["time_limit_s"]) == ("exam", "1", "60")
    assert (shown["opens_at"], shown["place.0.question"]) == ("2026-10-01T08:00", keys(quiz)[0])
    assert "60 min; 90 for learners with time × 1.5" in page.text
    assert "usual" in shown
    quiz.refresh_from_db()
    assert quiz.kind == "graded"
    press(client, quiz, shown, "save")
    quiz.refresh_from_db()
    assert (quiz.kind, quiz.time_limit_s, quiz.review) == ("exam", 3600, {})
    assert press(client, quiz, fields, "preset:none").status_code == 200


def test_figures_say_points_by_objective_and_the_time(client, quiz):
    objective = quiz.module.objectives.get()
    first = quiz.items.order_by("position").first()
    first.question.objective = objective
    first.question.save()
    first.points = 2
    first.save()
    fields = sent(client.get(url(quiz)))
    text = text_of(press(client, quiz, fields, "draw", time_limit_s="3"))
    assert "Points together: 5" in text
    assert "About 6 min" in text
    assert "more than the time limit" in text
    assert re.search(r"OBJ-1 do thing \d+ 2 2 no objective, or any 3 3", text)


def test_checks_of_lessons_are_offered_when_asked_for(client, quiz):
    lesson = make_lesson(module=quiz.module, checks=1)
    check = lesson.checks.items.get().question.key
    fields = sent(client.get(url(quiz)))
    assert f'value="{check}"' not in press(client, quiz, fields, "find").text
    more = {"find-checks": "on"}
    assert f'value="{check}"' in press(client, quiz, fields, "find", **more).text
