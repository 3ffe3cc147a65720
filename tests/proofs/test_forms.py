"""Every form of every route with hostile values: accepted or refused, never a 5xx.

The routes come from the resolver, the fields from the forms on the site's own pages and from the
names that only scripts send. On PostgreSQL too: it stores less than SQLite.
"""

import re
from collections import defaultdict
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction

from tests.api.judges.nasty import WORDS
from tests.lengths import length
from tests.proofs.test_permissions import ROUTES, address, by_route, is_of_every_model
from tests.proofs.world import built

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

LONG = 3000
"""Words that are longer only cost time here: the size of a form is limited elsewhere."""
NASTY = [word for word in WORDS if len(word) <= LONG]
ACTORS = ("learner", "administrator")
SCRIPTED = {
    "cx_courses:lesson-visit": ["position"],
    "cx_courses:attempt-save": ["key", "i1-based_on", "i1-choice", "clear", "i1-decimal"],
    "cx_courses:attempt-flag": ["flagged"],
    "cx_courses:attempt": ["i1-based_on", "i1-choice", "i2-based_on", "i2-choice", "go", "flag"],
    "cx_courses:embed-display": ["theme", "locale"],
    "cx_courses:embed-window": ["token"],
    "cx_courses:language": ["language", "next"],
    "cx_courses:theme": ["theme", "next"],
}
WORDS_IN_ADDRESSES = ("a%00b", "9223372036854775808", "%F0%9F%98%80")
QUERIES = "q={0}&p={0}&o={0}&e={0}&next={0}&term={0}&theme={0}&at={0}&first={0}&id__in={0}"


class Forms(HTMLParser):
    """Address of each form that is sent by POST → the names of its fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.action = page, ""
        self.found: dict[str, set[str]] = defaultdict(set)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        values = dict(attrs)
        if tag == "form":
            is_post = (values.get("method") or "").lower() == "post"
            target = urlsplit(urljoin(self.page, values.get("action") or self.page)).path
            self.action = target if is_post else ""
        elif self.action and values.get("name"):
            self.found[self.action].add(values["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.action = ""


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Any:
    with built(django_db_blocker) as made:
        yield made


class Fields:
    """The forms on the pages, as the people who see most of them see them."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.read: set[str] = set()
        self.found: dict[str, set[str]] = defaultdict(set)
        # Forms on a page that every model has lead to that page: it is read when it is needed.
        for name in sorted(ROUTES):
            if not is_of_every_model(name) or name.endswith("_add"):
                self._read(address(world, name))

    def of(self, url: str) -> set[str]:
        """The names of the fields that are sent to this address."""
        if url not in self.read and url.startswith("/admin/"):
            self._read(url)
        return self.found.get(url, set())

    def _read(self, url: str) -> None:
        self.read.add(url)
        # In the admin others see no form but the one of signing in, which has a route of its own.
        who = ("administrator",) if url.startswith("/admin/") else ("anonymous", *ACTORS)
        for actor in who:
            response = self.world.client(actor).get(url)
            if response.status_code == 200 and "text/html" in response.headers["Content-Type"]:
                page = Forms(url)
                page.feed(response.getvalue().decode())
                for action, names in page.found.items():
                    self.found[action] |= names


@pytest.fixture(scope="module")
def fields(world: Any) -> Fields:
    return Fields(world)


def spoilt(names: list[str], turn: int) -> dict[str, str]:
    """Something nasty in every field; NUL in all of them at first, then always something else."""
    if turn == 0:
        return dict.fromkeys(names, "a\0b")
    # The numbers of rows are what lets a form of rows be read at all.
    return {
        name: "1" if name.endswith("_FORMS") else NASTY[(turn * 17 + at * 7) % len(NASTY)]
        for at, name in enumerate(names)
    }


def test_the_forms_are_found(world: Any, fields: Fields) -> None:
    assert "username" in fields.of("/account/sign-in/")
    assert "user_name" in fields.of("/account/erase/")
    assert "title" in fields.of(address(world, "admin:cx_courses_course_change"))
    assert "action" in fields.of(address(world, "admin:cx_courses_course_changelist"))
    assert "post" in fields.of(address(world, "admin:auth_group_delete"))
    assert len([action for action in fields.found if action.startswith("/admin/")]) > 20
    assert any(re.fullmatch(r"i1-.+", name) for names in fields.found.values() for name in names)


@pytest.mark.two_lengths
@pytest.mark.parametrize("name", by_route(sorted(ROUTES), alike=16))
def test_no_form_breaks_the_site(world: Any, fields: Fields, name: str) -> None:
    url = address(world, name)
    names = sorted({*fields.of(url), *SCRIPTED.get(name, ()), "next"} - {"csrfmiddlewaretoken"})
    broken = []
    for actor in ACTORS if name.startswith("cx_courses:") else ("administrator",):
        for turn in range(length(short=2, long=6, variable="FORM_ROUNDS")):
            data = spoilt(names, turn)
            with transaction.atomic():
                status = world.client(actor).post(url, data).status_code
                transaction.set_rollback(True)
            if status >= 500:
                broken.append((actor, turn, status, data))
        for word in WORDS_IN_ADDRESSES[: length(short=1, long=3)]:
            with transaction.atomic():
                status = world.client(actor).get(f"{url}?{QUERIES.format(word)}").status_code
                transaction.set_rollback(True)
            if status >= 500:
                broken.append((actor, word, status, {}))
    assert broken == []


@pytest.mark.parametrize("path", ["/launch/a%00b/", "/courses/x/assets/m/a%00b", "/admin/a%00b/"])
def test_no_address_breaks_the_site(world: Any, path: str) -> None:
    assert world.client("administrator").get(path).status_code in (302, 400, 404)


def test_a_frame_refuses_it_too(world: Any) -> None:
    base = f"/embed/{world.launch.uuid}/"
    frame = world.frame()
    for path in (f"{base}?at=a%00b", f"{base}standing/?x=a%00b"):
        assert frame.get(path).status_code < 500
    lesson = f"{base}courses/{world.course.key}/lessons/{world.ids()['lesson']}/visit/"
    assert frame.post(lesson, {"position": "a\0b"}).status_code < 500
