"""Search: what of the courses one person finds, in which order, and never what is not theirs."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.domain import lessons, search
from courses.domain.authoring import refresh_lessons
from courses.domain.search import engines, verify
from courses.markup.paragraphs import words_of
from courses.models import Course, Lesson, Quiz, SearchText, Term
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = f.NOW
BODY = """
Intro about nothing.

## Where journeys begin

A customer begins a journey with a need. [Read](lesson:other) more.

## Complaints

Complaints are gifts & <b>more</b>: satisfaction follows when they are answered.
"""


def make_course(body: str = BODY, title: str = "The path", **extra):
    """(course, lesson): a course with one lesson of this text, indexed."""
    module = f.ModuleFactory(course=f.CourseFactory(**extra))
    lesson = f.LessonFactory(module=module, title=title, body=body, rendered={})
    refresh_lessons(course=module.course)
    module.course.refresh_from_db()
    return module.course, lesson


def find(by, query, **more):
    return search.search(by=by, query=query, now=NOW, **more)


def found(by, query, **more):
    """What was found: (kind, key) of each group."""
    return [(one.kind, one.key) for one in find(by, query, **more).groups]


def plain(pieces):
    return "".join(piece.text for piece in pieces)


def matches(pieces):
    return [piece.text for piece in pieces if piece.is_match]


def test_word_of_a_section_is_found_with_the_place_of_its_section():
    course, lesson = make_course()
    by = f.make_learner(course).user
    [group] = find(by, "gifts").groups
    assert (group.kind, group.key, plain(group.title)) == ("lesson", lesson.key, "The path")
    [passage] = group.passages
    assert passage.anchor == "h-complaints"
    assert plain(passage.heading) == "Complaints"
    assert matches(passage.excerpt) == ["gifts"]
    lesson.refresh_from_db()
    assert words_of(lesson.html, passage.place).startswith("Complaints are gifts")


PARAGRAPHS = """
## Where it stands

Nothing is said here.

- a first line
- a line about elephants<br>and tigers

| Animal | Feet |
|---|---|
| zebra | four |

The last one is about lions.
"""


@pytest.mark.parametrize(
    ("query", "beginning"),
    [
        ("elephants", "a line about"),
        ("tigers", "a line about"),
        ("lions", "The last one"),
        ("zebra", None),
        ("stands", None),
    ],
)
def test_passage_leads_to_the_paragraph_of_the_match_if_it_has_a_name(query, beginning):
    course, lesson = make_course(PARAGRAPHS)
    lesson.refresh_from_db()
    [group] = find(f.make_learner(course).user, query).groups
    [passage] = group.passages
    assert passage.anchor == "h-where-it-stands"
    if beginning is None:
        assert passage.place == ""
    else:
        assert words_of(lesson.html, passage.place).startswith(beginning)


@pytest.mark.parametrize("query", ["line", "animal", "zebra", "four"])
def test_last_word_of_a_paragraph_is_not_joined_with_the_first_of_the_next(query):
    course, lesson = make_course(PARAGRAPHS)
    assert found(f.make_learner(course).user, query) == [("lesson", lesson.key)]


def test_markup_of_a_text_is_text_in_an_excerpt():
    course, _lesson = make_course("Say `<script>alert(1)</script>` & go.")
    by = f.make_learner(course).user
    [group] = find(by, "alert").groups
    assert "<script>alert(1)</script> & go" in plain(group.passages[0].excerpt)


@pytest.mark.parametrize("query", ["complaint", "COMPLAINTS", "answer", "satisfacti", "gi"])
def test_other_forms_and_beginnings_are_found(query):
    course, lesson = make_course()
    by = f.make_learner(course).user
    assert found(by, query) == [("lesson", lesson.key)]
    assert matches(find(by, query).groups[0].passages[0].excerpt) or query == "complaint"


@pytest.mark.parametrize("query", ["arger", "ÄRGER", "strasse", "Häuser"])
def test_german_is_found_without_accents_and_by_its_stems(query):
    course, lesson = make_course("Der Ärger in der Straße vor den Häusern.", language="de")
    by = f.make_learner(course).user
    assert found(by, query) == [("lesson", lesson.key)]


@pytest.mark.parametrize(
    "query",
    ['"', "a OR", "* AND -", "NEAR(x)", "words:gifts", "%", "'; --", "\\", "gifts') OR 1", "\0"],
)
def test_signs_of_query_languages_mean_nothing(query):
    course, _lesson = make_course()
    by = f.make_learner(course).user
    find(by, query)


def test_all_words_must_stand_in_one_passage_else_some_do():
    course, _lesson = make_course()
    by = f.make_learner(course).user
    assert find(by, "complaints satisfaction").has_all_words
    page = find(by, "complaints elephant")
    assert (page.count, page.has_all_words) == (1, False)


def test_title_comes_before_text():
    course, _lesson = make_course("All about budgets and budgets and budgets.")
    named = f.LessonFactory(module=course.modules.get(), title="Budgets", body="x", rendered={})
    refresh_lessons(course=course)
    by = f.make_learner(course).user
    assert found(by, "budgets")[0] == ("lesson", named.key)


def test_of_a_word_that_stands_often_titles_still_come_first(monkeypatch):
    monkeypatch.setattr(search.finding, "MOST", 3)
    course, _lesson = make_course("Some complaints.")
    module = course.modules.get()
    for number in range(4):
        f.LessonFactory(module=module, title=f"T{number}", body="Some complaints.", rendered={})
    named = f.LessonFactory(module=module, title="Complaints", body="x", rendered={})
    refresh_lessons(course=course)
    by = f.make_learner(course).user
    page = find(by, "complaints")
    assert page.is_cut
    assert (page.groups[0].kind, page.groups[0].key) == ("lesson", named.key)
    assert found(by, "complain")[0] == ("lesson", named.key)


def test_term_is_found_by_its_definition():
    course, _lesson = make_course()
    Term.objects.create(course=course, key="nps", term="NPS", definition="A *score* of loyalty.")
    refresh_lessons(course=course)
    by = f.make_learner(course).user
    assert found(by, "loyalty") == [("term", "nps")]
    assert found(by, "nps") == [("term", "nps")]


def test_who_is_not_in_the_course_finds_its_entry_and_its_sample_alone():
    course, lesson = make_course(title="Gifts", summary="On journeys")
    assert found(AnonymousUser(), "gifts") == []
    assert found(f.UserFactory(), "journeys") == [("course", course.key)]
    course.sample = lesson.key
    course.save()
    refresh_lessons(course=course)
    assert found(AnonymousUser(), "gifts") == [("lesson", lesson.key)]
    assert found(AnonymousUser(), "gifts", course=course) == [("lesson", lesson.key)]
    other, _lesson = make_course()
    assert found(AnonymousUser(), "gifts", course=other) == []


def test_sample_of_before_is_not_found_though_the_index_is_old():
    course, lesson = make_course()
    course.sample = lesson.key
    course.save()
    refresh_lessons(course=course)
    Course.objects.filter(pk=course.pk).update(sample="")
    assert found(AnonymousUser(), "gifts") == []


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_courses_that_nobody_may_see_are_not_found(state):
    course, _lesson = make_course(summary="journeys")
    learner = f.make_learner(course)
    Course.objects.filter(pk=course.pk).update(state=state)
    assert found(AnonymousUser(), "journeys") == []
    assert bool(found(learner.user, "journeys")) == (state == "draft")


def test_withdrawn_learner_finds_nothing_of_the_course():
    course, _lesson = make_course()
    learner = f.make_learner(course)
    learner.state = "withdrawn"
    learner.save()
    assert found(learner.user, "gifts") == []


@pytest.mark.parametrize("change", [{"is_draft": True}, {"is_archived": True}])
def test_lesson_that_learners_do_not_see_is_not_found_though_the_index_has_it(change):
    course, lesson = make_course()
    by = f.make_learner(course).user
    Lesson.objects.filter(pk=lesson.pk).update(**change)
    assert SearchText.objects.filter(lesson=lesson).exists()
    assert found(by, "gifts") == []
    Lesson.objects.filter(pk=lesson.pk).update(is_draft=False, is_archived=False)
    assert found(by, "gifts")
    type(lesson.module).objects.filter(pk=lesson.module_id).update(is_draft=True)
    assert found(by, "gifts") == []


def test_question_is_found_once_its_review_may_be_shown():
    course, _lesson = make_course()
    quiz = f.make_quiz(module=course.modules.get(), questions=1)
    refresh_lessons(course=course)
    ada, carl = f.make_learner(course), f.make_learner(course)
    assert found(ada.user, "outside") == []
    attempt = f.take_quiz(ada, quiz, f.RIGHT)
    [group] = find(ada.user, "outside").groups
    assert (group.kind, group.met.attempt, group.met.position) == ("question", str(attempt.uuid), 1)
    assert found(carl.user, "outside") == []


def test_options_and_feedback_of_a_question_are_never_found():
    course, _lesson = make_course()
    quiz = f.make_quiz(module=course.modules.get(), questions=1)
    refresh_lessons(course=course)
    ada = f.make_learner(course)
    f.take_quiz(ada, quiz, f.RIGHT)
    for word in ("tickets", "solved", "counts", "targets"):
        assert found(ada.user, word) == []


def test_question_of_an_open_attempt_is_not_found():
    course, _lesson = make_course()
    quiz = f.make_quiz(module=course.modules.get(), questions=1)
    refresh_lessons(course=course)
    ada = f.make_learner(course)
    f.attempts.start(reader=f.reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    assert found(ada.user, "outside") == []


def test_question_whose_review_shows_nothing_is_not_found():
    course, _lesson = make_course()
    moments = ("just_after", "later", "after_last_try", "after_close")
    hidden = {moment: [] for moment in moments}
    quiz = f.make_quiz(module=course.modules.get(), questions=1, kind=Quiz.Kind.EXAM, review=hidden)
    refresh_lessons(course=course)
    ada = f.make_learner(course)
    f.take_quiz(ada, quiz, f.RIGHT)
    assert found(ada.user, "outside") == []
    later = NOW + dt.timedelta(days=2)
    assert not search.search(by=ada.user, query="outside", now=later).groups


def test_answered_check_is_found_in_its_lesson():
    course, _lesson = make_course()
    lesson = f.make_lesson(checks=1, module=course.modules.get())
    search.refresh(course=course)
    ada = f.make_learner(course)
    assert found(ada.user, "outside") == []
    key = lesson.checks.items.get().question.key
    lessons.respond(
        reader=f.reader_of(ada), lesson_key=lesson.key, question_key=key, raw=f.RIGHT,
        based_on=0, by=ada.user, now=NOW,
    )  # fmt: skip
    [group] = find(ada.user, "outside").groups
    assert (group.met.lesson, group.key) == (lesson.key, key)


def test_course_that_an_attempt_shuts_is_not_searched():
    course, _lesson = make_course()
    quiz = f.make_quiz(
        module=course.modules.get(), questions=1, kind=Quiz.Kind.EXAM, shuts_course=True
    )
    ada = f.make_learner(course)
    other, _lesson = make_course()
    f.enrolments.enrol(course=other, user=ada.user, now=NOW)
    sitting = f.attempts.start(reader=f.reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    page = find(ada.user, "gifts")
    assert [one.course for one in page.groups] == [other]
    assert page.shut == (course,)
    assert find(ada.user, "gifts", reader=f.reader_of(ada)).groups == ()
    f.attempts.submit(attempt=sitting, by=ada.user, now=NOW)
    assert find(ada.user, "gifts").count == 2


def test_two_courses_in_two_languages_are_searched_together():
    english, one = make_course("Complaints are answered.")
    german, two = make_course("Complaints sind Beschwerden.", language="de")
    by = f.make_learner(english).user
    f.enrolments.enrol(course=german, user=by, now=NOW)
    assert set(found(by, "complaints")) == {("lesson", one.key), ("lesson", two.key)}


def test_pages_hold_ten_lessons_each_and_end():
    course, _lesson = make_course()
    for _ in range(11):
        f.LessonFactory(module=course.modules.get(), body="Zebra crossing.", rendered={})
    refresh_lessons(course=course)
    by = f.make_learner(course).user
    first, second = find(by, "zebra"), find(by, "zebra", page=2)
    assert (first.count, first.pages, len(first.groups), first.next_number) == (11, 2, 10, 2)
    assert (len(second.groups), second.next_number) == (1, None)
    assert find(by, "zebra", page=99).number == 2
    assert not {one.key for one in first.groups} & {one.key for one in second.groups}


def test_nothing_found_suggests_words_of_titles():
    course, _lesson = make_course()
    by = f.make_learner(course).user
    page = find(by, "complants")
    assert (page.count, page.suggestion) == (0, "complaints")
    assert find(by, "xyzzy").suggestion == ""


def test_long_query_is_cut():
    course, _lesson = make_course()
    by = f.make_learner(course).user
    page = find(by, "gifts " * 1000)
    assert (page.words, page.count) == (("gifts",), 1)
    assert len(page.query) <= search.LONGEST_QUERY


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_queries_does_not_grow(count, django_assert_max_num_queries):
    course, _lesson = make_course()
    ada = f.make_learner(course)
    for _ in range(count):
        f.LessonFactory(module=course.modules.get(), body="Outside zebra.", rendered={})
        quiz = f.make_quiz(module=course.modules.get(), questions=2)
        f.take_quiz(ada, quiz, f.RIGHT, f.RIGHT)
    refresh_lessons(course=course)
    find(ada.user, "outside")
    with django_assert_max_num_queries(15):
        assert find(ada.user, "outside").count == 3 * count


def test_every_engine_finds_the_same_without_its_index(monkeypatch):
    course, _lesson = make_course()
    by = f.make_learner(course).user
    Term.objects.create(course=course, key="nps", term="NPS", definition="A score of gifts.")
    refresh_lessons(course=course)
    indexed = set(found(by, "gifts"))
    monkeypatch.setattr(engines, "_is_installed", lambda _alias: False)
    assert set(found(by, "gifts")) == indexed
    assert found(by, "satisfacti")


def test_index_of_a_changed_course_is_as_written_anew():
    course, lesson = make_course()
    lesson.refresh_from_db()
    lesson.title, lesson.body = "Another", "## New\n\nOnly zebras."
    lesson.save()
    Term.objects.create(course=course, key="t", term="Word", definition="x")
    f.make_quiz(module=course.modules.get(), questions=1)
    refresh_lessons(course=course)
    search.refresh_due()
    assert list(verify(course=Course.objects.get(pk=course.pk))) == []
    by = f.make_learner(course).user
    assert found(by, "gifts") == []
    assert found(by, "zebras") == [("lesson", lesson.key)]
