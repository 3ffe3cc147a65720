"""The catalogue: its contents, and that they are sent once."""

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client

from courses.api import catalogue
from courses.domain.authoring.edits import write_version
from courses.domain.outline import touch
from courses.errors import NotFound
from courses.lru_cache import LRUCache
from courses.models import (
    CertificateRule,
    Course,
    Lesson,
    Question,
    QuizItem,
    Reference,
    Stimulus,
    Term,
)
from tests.api.platform import Platform, problem
from tests.factories import (
    CourseFactory,
    ModuleFactory,
    ObjectiveFactory,
    add_version,
    make_asset,
    make_learner,
    make_lesson,
    make_quiz,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def platform():
    return Platform("catalogue:read")


@pytest.fixture
def course():
    quiz = make_quiz(questions=2, key="quiz", module=ModuleFactory(key="m"), points="2")
    ObjectiveFactory(module=quiz.module, key="OBJ")
    lesson = make_lesson(module=quiz.module, key="lesson", checks=1)
    lesson.rendered["segments"][0]["html"] = '<p><img src="cx:asset:a.svg"></p>'
    lesson.save()
    Term.objects.create(course=quiz.course, key="cx", term="CX", definition="Experience.")
    make_asset(module=quiz.module, name="a.svg", content=b"<svg/>")
    return quiz.course


PARTS = [
    "",
    "/modules",
    "/lessons",
    "/lessons/lesson",
    "/objectives",
    "/glossary",
    "/quizzes",
    "/quizzes/quiz",
    "/assets/m/a.svg",
]


@pytest.mark.parametrize("part", PARTS)
def test_known_etag_gets_304(platform, course, part):
    first = platform.get(f"/courses/{course.key}{part}")
    again = platform.get(f"/courses/{course.key}{part}", if_none_match=first.headers["ETag"])

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize("name", ["b.svg", "a%00.svg", "%0A"])
def test_there_is_no_such_asset(platform, course, name):
    """PostgreSQL refuses to look for a NUL."""
    problem(platform.get(f"/courses/{course.key}/assets/m/{name}"), 404, "not_found")


def test_a_change_of_content_changes_the_etag(platform, course):
    path = f"/courses/{course.key}/lessons/lesson"
    etag = platform.get(path).headers["ETag"]
    course.modules.get().lessons.get().save()

    assert platform.get(path, if_none_match=etag).status_code == 200


@pytest.mark.parametrize("part", [part for part in PARTS if part[:7] != "/assets"])
def test_cached_content_is_dropped_after_a_change(platform, course, part):
    path = f"/courses/{course.key}{part}"
    first = platform.get(path).json()
    assert platform.get(path).json() == first
    for rows in (course.modules, course.objectives, course.terms, course.quizzes):
        rows.update(updated_at=LONG_AGO)
    Lesson.objects.update(updated_at=LONG_AGO)
    course.save()

    assert platform.get(path).json() != first


def test_cache_holds_so_many_values_and_no_error():
    cache = LRUCache(catalogue.CACHE_SIZE, name="test")

    def refuse():
        raise NotFound

    with pytest.raises(NotFound):
        cache.get_or_create("x", refuse)
    assert cache.get_or_create("x", lambda: "made") == "made"
    assert cache.get_or_create("x", refuse) == "made"
    for number in range(cache.max_size):
        cache.get_or_create(f"x-{number}", lambda: None)
    assert cache.get_or_create("x", lambda: "anew") == "anew"
    assert len(cache) == cache.max_size


def test_contents(platform, course):
    def results(part):
        return platform.get(f"/courses/{course.key}/{part}").json()["results"]

    question = course.modules.get().lessons.get().checks.items.get().question.key
    lesson = platform.get(f"/courses/{course.key}/lessons/lesson").json()
    quiz = platform.get(f"/courses/{course.key}/quizzes/quiz").json()

    assert [one["key"] for one in results("modules")[0]["lessons"]] == ["lesson"]
    assert [one["check_count"] for one in results("lessons")] == [1]
    assert [one["key"] for one in results("objectives")] == ["OBJ"]
    assert [one["term"] for one in results("glossary?q=exper")] == ["CX"]
    assert results("lessons?module=other") == []
    assert (lesson["source"], lesson["segments"][1]) == (
        "Read this.",
        {"kind": "check", "question": question},
    )
    assert (quiz["item_count"], quiz["points_total"], quiz["pass_mark"]) == (2, 4.0, 80.0)


def test_a_lessons_figure_comes_from_where_it_says(platform, course):
    lesson = platform.get(f"/courses/{course.key}/lessons/lesson").json()
    address = lesson["segments"][0]["html"].split('src="')[1].partition('"')[0]

    file = platform.get(address)
    assert (file.content, file.headers["Content-Type"]) == (b"<svg/>", "image/svg+xml")


def test_drafts_and_foreign_courses_are_unknown(course):
    other = CourseFactory()
    platform = Platform("catalogue:read", courses=[course])
    hidden = CourseFactory(state=Course.State.DRAFT)
    found = [
        problem(platform.get(f"/courses/{key}"), 404, "not_found")
        for key in (other.key, hidden.key, "no-such-course")
    ]

    assert len({str(body | {"instance": ""}) for body in found}) == 1
    assert [one["key"] for one in platform.get("/courses").json()["results"]] == [course.key]


def test_courses_come_in_pages(platform):
    keys = [CourseFactory().key for _ in range(5)]
    found, address = [], "/courses?limit=2"
    while address:
        response = platform.get(address)
        found += [one["key"] for one in response.json()["results"]]
        address = response.json()["next"]
        assert response.headers.get("Link") == (f'<{address}>; rel="next"' if address else None)

    assert found == keys


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=²", "cursor=x", f"cursor={'0' * 32}"]
)
def test_wrong_pages_are_refused(platform, query):
    problem(platform.get(f"/courses?{query}"), 400, "invalid")


def test_updated_since_takes_in_the_time_itself(platform, course):
    def found(since):
        stamp = since.isoformat().replace("+00:00", "Z")
        return len(platform.get(f"/courses?updated_since={stamp}").json()["results"])

    for _ in range(2):
        course.refresh_from_db()
        assert found(course.updated_at) == 1
        assert found(course.updated_at + dt.timedelta(microseconds=1)) == 0
        course.modules.get().save()

    problem(platform.get("/courses?updated_since=yesterday"), 400, "invalid")


def test_a_person_in_the_browser_reads_texts_of_her_courses_only(course):
    enrolment = make_learner(course)
    outsider = make_learner(make_quiz().course)
    address = f"/api/v1/courses/{course.key}/lessons/lesson"
    browser = Client()
    assert browser.get(address).status_code == 401
    browser.force_login(outsider.user)
    problem(browser.get(address), 403, "not_enrolled")
    browser.force_login(enrolment.user)
    assert browser.get(address).status_code == 200


def test_queries_do_not_grow(platform, course, subtests, django_assert_max_num_queries):
    for _ in range(3):
        make_lesson(module=course.modules.get(), checks=2)
        make_quiz(module=course.modules.get(), questions=3)
        CourseFactory()
    for path in ("/courses", *(f"/courses/{course.key}{part}" for part in PARTS)):
        platform.get(path)
        with subtests.test(path=path), django_assert_max_num_queries(7):
            platform.get(path)


LISTS = ["modules", "lessons", "objectives", "glossary", "quizzes"]
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
SINCE = "updated_since=2020-01-02T00:00:00Z"


def age(course):
    """As if nothing in the course had been written for years."""
    for rows in (
        course.modules,
        course.objectives,
        course.terms,
        course.quizzes,
        course.questions,
        Lesson.objects.filter(module__course=course),
    ):
        rows.update(updated_at=LONG_AGO)
    touch(course_id=course.pk)


def changed(platform, course):
    """The lists that report a change since they were aged."""
    return [
        part
        for part in LISTS
        if platform.get(f"/courses/{course.key}/{part}?{SINCE}").json()["results"]
    ]


@pytest.mark.parametrize("part", LISTS)
def test_every_list_of_a_course_takes_a_time(platform, course, part):
    age(course)
    (row,) = platform.get(f"/courses/{course.key}/{part}").json()["results"]

    assert row["updated_at"] == "2020-01-01T00:00:00Z"
    assert changed(platform, course) == []
    path = f"/courses/{course.key}/{part}?updated_since="
    assert platform.get(f"{path}2019-12-31T23:59:59Z").json()["results"] == [row]
    wrong = problem(platform.get(f"{path}yesterday"), 400, "invalid")
    assert [one["pointer"] for one in wrong["errors"]] == ["/updated_since"]


def one_write_each(course):
    """What is written → how, and the lists that report it."""
    module, quiz = course.modules.get(), course.quizzes.get(key="quiz")
    lesson, check = module.lessons.get(), course.quizzes.get(lesson__isnull=False)
    objective, place, checked = course.objectives.get(), quiz.items.first(), check.items.get()
    stimulus = course.stimuli.get()
    return {
        "module": (module.save, ["modules"]),
        "objective": (objective.save, ["modules", "objectives"]),
        "objective, gone": (objective.delete, ["modules"]),
        "term": (course.terms.get().save, ["glossary"]),
        "lesson": (lambda: lesson.save(update_fields=["title"]), ["modules", "lessons"]),
        "lesson, new": (lambda: make_lesson(module=module), ["modules", "lessons"]),
        "lesson, its objectives": (lambda: lesson.objectives.add(objective), ["lessons"]),
        "lesson, from the other end": (lambda: objective.lessons.add(lesson), ["lessons"]),
        "lesson, a source": (course.references.get().save, ["lessons"]),
        "lesson, its checks": (checked.delete, ["lessons"]),
        "lesson, what a check asks": (lambda: add_version(checked.question), ["lessons"]),
        "quiz": (quiz.save, ["modules", "quizzes"]),
        "quiz, to another module": (lambda: move(quiz), ["modules", "quizzes"]),
        "quiz, an item": (place.save, ["quizzes"]),
        "quiz, an item less": (place.delete, ["quizzes"]),
        "quiz, what it requires": (lambda: quiz.requires_modules.add(module), ["quizzes"]),
        "quiz, what an item asks": (lambda: add_version(place.question), ["quizzes"]),
        "quiz, what an item shows": (stimulus.save, ["quizzes"]),
        "quiz, a draft": (lambda: draft(place.question), []),
        "quiz, a pinned item": (lambda: (pin(place), add_version(place.question)), []),
        "question, what nobody sees": (place.question.save, []),
        "many": (lambda: Term.objects.bulk_update(course.terms.all(), ["term"]), ["glossary"]),
        "only our own": (lambda: course.terms.update(source_hash="0"), []),
    }


def move(quiz):
    quiz.module = None
    quiz.save()


def pin(place):
    QuizItem.objects.filter(pk=place.pk).update(version=place.question.ready_version)


def draft(question):
    data = question.ready_version.data
    data = {**data, "stem": "Another?"}
    write_version(
        question=question,
        type=question.ready_version.type,
        data=data,
        is_ready=False,
        by=None,
        origin=None,
    )


def test_what_counts_as_an_update(platform, course):
    lesson = course.modules.get().lessons.get()
    lesson.sources.add(Reference.objects.create(course=course, key="s", citation="S."))
    shown = Stimulus.objects.create(course=course, key="s", body="Look.")
    Question.objects.filter(quiz_items__quiz__key="quiz").update(stimulus=shown)
    for name in one_write_each(course):
        age(course)
        with transaction.atomic():
            write, expected = one_write_each(course)[name]
            write()
            assert changed(platform, course) == expected, name
            transaction.set_rollback(True)


def test_course_says_whether_it_gives_certificates(platform, course):
    def said():
        (listed,) = platform.get("/courses").json()["results"]
        one = platform.get(f"/courses/{course.key}").json()
        return listed["gives_certificate"], one["gives_certificate"]

    assert said() == (False, False)
    rule = CertificateRule.objects.create(course=course)
    assert said() == (True, True)
    rule.is_active = False
    rule.save()
    assert said() == (False, False)
