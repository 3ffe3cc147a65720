"""The lesson page and its checks, with and without a script."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.coursefiles.schema import GUESS_TAG
from courses.domain import access, lessons
from courses.models import Lesson, LessonProgress, Response, Tag
from tests.factories import (
    ModuleFactory,
    UserFactory,
    add_version,
    make_learner,
    make_lesson,
    make_quiz,
)
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db


class Desk:
    """A learner in front of a lesson with two checks."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.lesson = make_lesson(
            key="pills", title="Which pill?", module=ModuleFactory(course__key="cx")
        )
        self.enrolment = make_learner(self.lesson.module.course)
        self.keys = [piece["check"] for piece in self.lesson.rendered["segments"][1::2]]
        client.force_login(self.enrolment.user)

    def url(self, name: str = "lesson", *more: str) -> str:
        return reverse(f"cx_courses:{name}", args=["cx", "pills", *more])

    def page(self) -> str:
        response = self.client.get(self.url())
        assert response.status_code == 200
        return response.content.decode()

    def check(self, key: str, choice: str = "", *, based_on: int = 0, **extra):
        data = {f"c-{key}-based_on": based_on} | ({f"c-{key}-choice": choice} if choice else {})
        return self.client.post(self.url("lesson-check", key), data, **extra)


@pytest.fixture
def desk(client: Client) -> Desk:
    return Desk(client)


def test_lesson_shows_text_and_checks_in_their_order(desk: Desk) -> None:
    html = desk.page()
    places = [html.index(text) for text in ("Part 1", "Check 1 of 2", "Part 2", "Check 2 of 2")]
    assert places == sorted(places)
    assert "0 of 2 checks answered" in html


def test_lesson_reveals_nothing_before_a_response(desk: Desk) -> None:
    html = desk.page()
    assert "It follows her goal." not in html
    assert "That counts work." not in html


def test_lesson_has_at_most_seven_queries_however_many_checks(
    desk: Desk, django_assert_max_num_queries
) -> None:
    desk.page()
    # Session, person, enrolment with course; the two of progress; what was answered.
    with django_assert_max_num_queries(7):
        desk.page()
    make_lesson(key="long", checks=9, module=desk.lesson.module)
    url = reverse("cx_courses:lesson", args=["cx", "long"])
    desk.client.get(url)
    with django_assert_max_num_queries(7):
        desk.client.get(url)


def test_check_without_a_script_returns_to_its_place_with_the_reason(desk: Desk) -> None:
    response = desk.check(desk.keys[0], "b")
    assert response.url == desk.url() + f"#check-{desk.keys[0]}"
    html = desk.page()
    assert "It follows her goal." in html
    assert "1 of 2 checks answered" in html


def test_check_with_a_script_returns_the_check_alone(desk: Desk) -> None:
    response = desk.check(desk.keys[1], "a", headers={"X-Fragment": "check"})
    html = response.content.decode()
    assert response.headers["X-Fragment"] == "check"
    assert "<html" not in html
    assert "Check 2 of 2" in html
    assert "That counts work." in html
    assert f'name="c-{desk.keys[1]}-based_on" value="1"' in html


def test_fragment_is_the_check_that_the_page_shows(desk: Desk) -> None:
    fragment = desk.check(desk.keys[0], "a", headers={"X-Fragment": "check"}).content.decode()
    shown = desk.page()
    start = shown.index(f'<section class="check" id="check-{desk.keys[0]}"')
    part = shown[start : shown.index("</section>", start)]
    assert _without_token(part) == _without_token(fragment.strip().removesuffix("</section>"))


def test_blank_response_is_asked_for_again(desk: Desk) -> None:
    response = desk.check(desk.keys[0], headers={"X-Fragment": "check"})
    assert response.status_code == 400
    assert response.headers["X-Fragment"] == "notice"
    assert "Choose or write something first." in response.content.decode()
    assert not Response.objects.exists()


def test_refusal_without_a_script_is_shown_in_its_check(desk: Desk) -> None:
    response = desk.check(desk.keys[1])
    html = response.content.decode()
    assert response.status_code == 400
    second = html[html.index(f'id="check-{desk.keys[1]}"') :]
    assert "Choose or write something first." in second
    assert html.count("Choose or write something first.") == 1


def test_refusal_without_a_script_gives_back_what_was_sent(desk: Desk) -> None:
    desk.check(desk.keys[0], "a")
    response = desk.check(desk.keys[0], "c")
    html = response.content.decode()
    assert response.status_code == 409
    assert re.search(r'value="c"[^>]* checked', html)
    assert "A newer response to this question was saved elsewhere" in html
    assert Response.objects.count() == 1


def test_stale_check_is_a_conflict_and_changes_nothing(desk: Desk) -> None:
    desk.check(desk.keys[0], "a")
    response = desk.check(desk.keys[0], "b", headers={"X-Fragment": "check"})
    assert response.status_code == 409
    assert Response.objects.count() == 1


@pytest.mark.parametrize("based_on", ["-1", "x", "9" * 30, "²"])
def test_unreadable_revision_is_refused(desk: Desk, based_on: str) -> None:
    response = desk.check(desk.keys[0], "b", based_on=based_on, headers={"X-Fragment": "check"})
    assert response.status_code == 400
    assert not Response.objects.exists()


def test_last_check_completes_the_lesson_and_says_so(desk: Desk) -> None:
    desk.check(desk.keys[0], "b")
    response = desk.check(desk.keys[1], "a", headers={"X-Fragment": "check"})
    assert "data-lesson-completed" in response.content.decode()
    html = desk.page()
    assert "It stays complete" in html
    assert "Practise the checks again" in html


def test_practising_again_keeps_the_lesson_complete(desk: Desk) -> None:
    for key in desk.keys:
        desk.check(key, "b")
    response = desk.client.post(desk.url("lesson-again"), follow=True)
    html = response.content.decode()
    assert "0 of 2 checks answered" in html
    assert "It stays complete" in html


def test_visit_remembers_the_heading(desk: Desk) -> None:
    assert desk.client.post(desk.url("lesson-visit"), {"position": "do"}).status_code == 204
    assert LessonProgress.objects.get().position == "do"
    assert 'href="#do"' in desk.page()


def test_visit_without_a_heading_keeps_the_one_that_was_reached(desk: Desk) -> None:
    desk.client.post(desk.url("lesson-visit"), {"position": "do"})
    desk.client.post(desk.url("lesson-visit"))
    assert LessonProgress.objects.get().position == "do"


def test_confirm_completes_a_lesson_without_checks(desk: Desk) -> None:
    make_lesson(
        key="walk", checks=0, module=desk.lesson.module, completion=Lesson.Completion.CONFIRM
    )
    url = reverse("cx_courses:lesson-confirm", args=["cx", "walk"])
    assert "This lesson is complete." in desk.client.post(url, follow=True).content.decode()


def test_confirm_does_not_stand_in_for_checks(desk: Desk) -> None:
    assert desk.client.post(desk.url("lesson-confirm")).status_code == 403
    assert not LessonProgress.objects.exclude(completed_at=None).exists()


def test_not_enrolled_person_is_sent_to_the_course(desk: Desk) -> None:
    desk.client.force_login(UserFactory())
    response = desk.client.get(desk.url(), follow=True)
    assert response.redirect_chain == [(reverse("cx_courses:course", args=["cx"]), 302)]
    assert "Enrol in this course to work in it." in response.content.decode()


@pytest.mark.parametrize("name", ["lesson-visit", "lesson-confirm", "lesson-again"])
def test_signed_out_person_comes_back_to_the_lesson(desk: Desk, name: str) -> None:
    desk.client.logout()
    response = desk.client.post(desk.url(name))
    assert response.url == f"{reverse('cx_courses:sign-in')}?next={desk.url()}"


def test_preview_of_an_administrator_has_no_form(desk: Desk) -> None:
    desk.client.force_login(UserFactory(is_superuser=True))
    html = desk.page()
    assert "This is a preview" in html
    assert "Check my response" not in html
    assert desk.check(desk.keys[0], "b").status_code == 403


def test_unknown_lesson_and_check_are_not_found(desk: Desk) -> None:
    assert desk.client.get(reverse("cx_courses:lesson", args=["cx", "no"])).status_code == 404
    assert desk.check("no-such-check", "b").status_code == 404


def test_sources_stand_in_the_order_of_their_numbers(desk: Desk) -> None:
    course = desk.lesson.module.course
    for key in ("alpha", "beta"):
        source = course.references.create(key=key, citation=f"{key.title()} (2020)")
        desk.lesson.sources.add(source)
    desk.lesson.rendered["sources"] = ["beta", "alpha"]
    desk.lesson.save()
    html = desk.page()
    assert html.index("Beta (2020)") < html.index("Alpha (2020)")


def test_addresses_in_the_text_are_those_of_this_site(desk: Desk) -> None:
    links = '<p><a href="cx:term:goal" class="term">goal</a> <img src="cx:asset:a.svg" alt="A"></p>'
    desk.lesson.rendered = {"segments": [{"html": links}]}
    desk.lesson.save()
    html = desk.page()
    assert f'href="{reverse("cx_courses:glossary", args=["cx"])}?from=pills#term-goal"' in html
    asset = reverse("cx_courses:asset", args=["cx", desk.lesson.module.key, "a.svg"])
    assert f'src="{asset}"' in html


def test_pager_leads_to_the_neighbours(desk: Desk) -> None:
    make_lesson(key="next", title="Four definitions", module=desk.lesson.module, position=9999)
    assert 'rel="next" href="/courses/cx/lessons/next/"' in desk.page()


def test_pager_passes_over_a_closed_quiz_and_its_page_leads_on(desk: Desk) -> None:
    module, past = desk.lesson.module, timezone.now() - timedelta(days=1)
    closed = make_quiz(module=module, key="closed", questions=1, closes_at=past)
    make_quiz(module=module, key="open", position=closed.position + 1, questions=1)
    to_open = '"next" href="/courses/cx/quizzes/open/"'
    assert to_open in desk.page()
    html = desk.client.get("/courses/cx/quizzes/closed/").content.decode()
    assert to_open in html
    assert "This quiz closed on" in html


def test_page_of_a_closed_quiz_leads_to_the_course_where_nothing_else_is_left(desk: Desk) -> None:
    desk.lesson.is_draft = True
    desk.lesson.save()
    past = timezone.now() - timedelta(days=1)
    make_quiz(module=desk.lesson.module, key="q", questions=1, closes_at=past)
    html = desk.client.get("/courses/cx/quizzes/q/").content.decode()
    assert re.search(r'button-primary" href="/courses/cx/">To the course', html)


def test_open_lesson_writes_nothing(desk: Desk) -> None:
    desk.page()
    reader = access.reader(course_key="cx", by=desk.enrolment.user)
    assert lessons.open_lesson(reader=reader, lesson_key="pills").state.state == "new"


def _without_token(html: str) -> list[str]:
    lines = (line.strip() for line in html.splitlines())
    return [line for line in lines if line and "csrfmiddlewaretoken" not in line]


def test_completed_lesson_names_its_daily_review(desk: Desk) -> None:
    desk.lesson.review = desk.keys
    desk.lesson.save()
    desk.lesson.module.course.save()

    def shown() -> list[str]:
        html = re.sub(r"\s+", " ", desk.page())
        lines = re.findall(r"<p data-when-\w+( hidden)?>(.*?)</p>", html)
        return [text for is_hidden, text in lines if "daily review" in text and not is_hidden]

    (before,) = shown()
    assert "once the lesson is complete" in before
    for key in desk.keys:
        desk.check(key, "b")
    (after,) = shown()
    assert "at growing intervals. " in after
    assert "once the lesson is complete" not in after


def test_a_figure_speaks_the_language_of_its_course(desk: Desk) -> None:
    desk.lesson.rendered["figures"] = ["nps-scale"]
    desk.lesson.save()
    desk.client.cookies["django_language"] = "de"
    html = desk.page()
    assert '<html lang="de"' in html
    assert '<template data-figure-words lang="en">' in html
    assert '<p data-word="promoters">Promoters</p>' in html
    course = desk.lesson.module.course
    course.language = "de"
    course.save()
    desk.client.cookies["django_language"] = "en"
    html = desk.page()
    assert '<template data-figure-words lang="de">' in html
    assert '<p data-word="promoters">Promotoren</p>' in html


def ask_for_guess(desk: Desk) -> str:
    """Make the first check one that asks for a guess."""
    course = desk.lesson.module.course
    question = course.questions.get(key=desk.keys[0])
    question.tags.add(Tag.objects.create(course=course, key=GUESS_TAG))
    return str(question.key)


def test_guess_is_kept_and_never_called_wrong(desk: Desk) -> None:
    key = ask_for_guess(desk)
    before = desk.page()
    assert "Your guess, 1 of 2" in before
    assert "Keep my guess" in before
    html = desk.check(key, "a", headers={"X-Fragment": "check"}).content.decode()
    assert "Your guess is kept: now read on." in html
    assert "That counts work." in html  # The reason of what was chosen is said …
    assert "Not right" not in html  # … and nothing is judged.
    assert "is-wrong" not in html
    assert "It follows her goal." not in html
    assert "Keep my guess" not in html
    assert "Not right" not in desk.page()


def test_guess_is_answered_once(desk: Desk) -> None:
    key = ask_for_guess(desk)
    assert desk.check(key, "a").status_code == 302
    assert desk.check(key, "b", based_on=1).status_code == 409
    assert Response.objects.get().value == {"choice": "a"}


def test_check_shows_no_points(desk: Desk) -> None:
    desk.check(desk.keys[0], "a")
    assert "Not right" in desk.page()
    assert not re.search(r"of 1 point", desk.page())


def test_incomplete_sort_is_asked_for_and_costs_no_try(desk: Desk) -> None:
    question = desk.lesson.module.course.questions.get(key=desk.keys[0])
    data = EXAMPLES["categorise"][0]
    version = add_version(question, kind="categorise", data=data)
    cards, categories = ([row["key"] for row in data[name]] for name in ("cards", "categories"))
    url = desk.url("lesson-check", desk.keys[0])
    sent = {f"c-{desk.keys[0]}-category.{card}": categories[0] for card in cards[1:]}
    sent |= {f"c-{desk.keys[0]}-based_on": 0}
    refused = desk.client.post(url, sent)
    assert refused.status_code == 400
    assert "1 part is still empty." in refused.content.decode()
    assert not Response.objects.exists()
    whole = sent | {f"c-{desk.keys[0]}-category.{cards[0]}": categories[0]}
    assert desk.client.post(url, whole).status_code == 302
    assert Response.objects.get().item.version == version


def test_response_is_stored_once_for_its_key(desk: Desk) -> None:
    key = desk.keys[0]
    sent = {f"c-{key}-based_on": 0, f"c-{key}-choice": "b", "key": "a-b-c"}
    for _time in range(2):
        response = desk.client.post(
            desk.url("lesson-check", key), sent, headers={"X-Fragment": "1"}
        )
        assert response.headers["X-Fragment"] == "check"
    assert Response.objects.get().idempotency_key == "a-b-c"
    other = {**sent, f"c-{key}-choice": "a"}
    refused = desk.client.post(desk.url("lesson-check", key), other, headers={"X-Fragment": "1"})
    assert refused.status_code == 400
    assert Response.objects.count() == 1


def test_response_from_the_page_of_another_person_is_not_stored(desk: Desk) -> None:
    key = desk.keys[0]
    sent = {f"c-{key}-based_on": 0, f"c-{key}-choice": "b", "enrolment": str(desk.enrolment.uuid)}
    other = make_learner(desk.lesson.module.course)
    desk.client.force_login(other.user)
    assert desk.client.post(desk.url("lesson-check", key), sent).status_code == 401
    assert not Response.objects.exists()
    desk.client.force_login(desk.enrolment.user)
    assert desk.client.post(desk.url("lesson-check", key), sent).status_code == 302
    assert Response.objects.get().by == desk.enrolment.user


@pytest.mark.parametrize("key", ["k" * 81, "a\nb"])
def test_unusable_key_of_a_response_is_refused(desk: Desk, key: str) -> None:
    check = desk.keys[0]
    sent = {f"c-{check}-choice": "b", "key": key}
    response = desk.client.post(desk.url("lesson-check", check), sent)
    assert response.status_code == 400
    assert not Response.objects.exists()
