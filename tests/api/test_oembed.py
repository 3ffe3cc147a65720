"""oEmbed and the card of a course: for everybody, and nobody's session in it."""

import pytest
from django.urls import reverse

from courses.models import Course
from tests.api.platform import ROOT, problem
from tests.factories import CourseFactory, ModuleFactory, make_learner, make_lesson
from tests.proofs.dom import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    module = ModuleFactory(course=CourseFactory(title="Seals & whales", summary="In the sea."))
    return make_lesson(module=module).module.course


def page_of(course):
    return f"http://testserver{reverse('cx_courses:course', args=[course.key])}"


def ask(client, **query):
    return client.get(f"{ROOT}/oembed", query)


def test_a_published_course_has_a_card(client, course):
    answer = ask(client, url=page_of(course), format="json")
    body = answer.json()

    assert answer.status_code == 200
    assert (body["type"], body["version"]) == ("rich", "1.0")
    assert body["title"] == "Seals & whales"
    frame = Page(body["html"])
    assert {tag for tag, _name in frame.shape} == {"iframe"}
    assert ("iframe", "sandbox") in frame.shape
    assert "allow-same-origin" not in body["html"]
    assert "allow-scripts" not in body["html"]
    assert f"http://testserver/preview/{course.key}/" in body["html"]


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, (600, 400)),
        ({"maxwidth": "320", "maxheight": "200"}, (320, 200)),
        ({"maxwidth": "9999", "maxheight": "9999"}, (600, 400)),
        ({"maxwidth": "-1", "maxheight": "x"}, (600, 400)),
        ({"maxwidth": "0", "maxheight": "١٢"}, (1, 400)),
        ({"maxwidth": "9" * 400}, (600, 400)),
    ],
)
def test_never_larger_than_asked(client, course, asked, size):
    body = ask(client, url=page_of(course), **asked).json()
    assert (body["width"], body["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in body["html"]


@pytest.mark.parametrize("kind", ["xml", "XML", "html"])
def test_other_formats_are_not_made(client, course, kind):
    problem(ask(client, url=page_of(course), format=kind), 501, "not_implemented")


def test_everything_else_is_not_found(client, course):
    lesson = course.modules.get().lessons.get()
    draft = CourseFactory(state=Course.State.DRAFT)
    for url in (
        "http://[",
        "nonsense",
        page_of(draft),
        page_of(course).replace("testserver", "evil.example"),
        page_of(course).replace("http", "ftp"),
        f"http://testserver{reverse('cx_courses:lesson', args=[course.key, lesson.key])}",
        "http://testserver/account/",
        "http://testserver/courses/no-such-course/",
        f"http://testserver/preview/{course.key}/",
    ):
        problem(ask(client, url=url), 404, "not_found")


@pytest.mark.parametrize("asked", [{}, {"url": ""}])
def test_a_missing_address_is_refused(client, asked):
    body = problem(ask(client, **asked), 400, "invalid")
    assert body["errors"] == [{"pointer": "/url", "message": "This field is required."}]


def test_a_course_says_where_its_card_is(client, course):
    text = client.get(page_of(course)).text
    link = text.split('type="application/json+oembed" href="')[1].split('"')[0]
    assert client.get(link.replace("&amp;", "&")).json()["title"] == "Seals & whales"
    client.force_login(make_learner(CourseFactory(), is_superuser=True).user)
    draft = CourseFactory(state=Course.State.DRAFT)
    assert "oembed" not in client.get(page_of(draft)).text


def test_the_card_is_the_same_for_everybody(client, course):
    url = reverse("cx_courses:preview", args=[course.key])
    anonymous = client.get(url)
    client.force_login(make_learner(course, first_name="Ada").user)
    client.cookies["cx_theme"] = "dark"
    client.cookies["django_language"] = "de"
    known = client.get(url)

    assert known.content == anonymous.content
    assert "Cookie" not in known.headers.get("Vary", "")
    assert not known.cookies
    assert "frame-ancestors *" in known.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in known.headers
    assert "Seals &amp; whales" in known.text
    assert "Open the course" in known.text
    assert client.get(reverse("cx_courses:preview", args=["x"])).status_code == 404


def test_the_card_speaks_the_courses_language(client, course):
    Course.objects.update(language="de")
    text = client.get(reverse("cx_courses:preview", args=[course.key])).text
    assert '<html lang="de"' in text
    assert "Kurs öffnen" in text


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, course, django_assert_num_queries, count):
    for _ in range(count - 1):
        ModuleFactory(course=course)
    client.get(reverse("cx_courses:preview", args=[course.key]))
    with django_assert_num_queries(1):
        client.get(reverse("cx_courses:preview", args=[course.key]))
