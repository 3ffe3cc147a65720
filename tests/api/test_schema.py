"""The description of the API: valid, committed, and complete."""

import os
from pathlib import Path

import pytest
import yaml
from drf_spectacular.validation import validate_schema

from courses.api import problems
from courses.api.base import ApiView
from courses.api.describing import as_yaml
from courses.api.schema import document, handler_of
from courses.api.tags import TAGS
from tests.api.test_permissions import PUBLIC
from tests.proofs.routes import routes
from tests.races.operations import HARMLESS, RECIPES

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "docs/api/openapi.yaml"
METHODS = ("get", "put", "post", "patch", "delete")


def operations():
    return [
        (path, method, spec)
        for path, methods in document()["paths"].items()
        for method, spec in methods.items()
    ]


def views():
    """(name, view class) of every address that is a view of the API."""
    for name, route in routes():
        view = getattr(route.callback, "cls", None)
        if view is not None and issubclass(view, ApiView):
            yield name, view


def _view(callback):
    view = callback.cls()
    view.action_map = getattr(callback, "actions", None)
    return view


def test_it_is_valid_openapi_3_1():
    assert document()["openapi"].startswith("3.1")
    validate_schema(document())


def test_it_is_the_committed_one():
    """`make api-docs` writes it again."""
    if os.environ.get("COURSES_WRITE_SCHEMA"):
        COMMITTED.write_text(as_yaml(), encoding="utf-8")
    assert COMMITTED.read_text(encoding="utf-8") == as_yaml()


def test_every_method_of_every_route_is_in_it_and_no_other():
    described = {(path, method) for path, method, _said in operations()}
    routed = [
        (name, method)
        for name, route in routes()
        if issubclass(getattr(route.callback, "cls", object), ApiView)
        for method in METHODS
        if handler_of(_view(route.callback), method)
    ]
    assert len(routed) == len(described)
    assert len({spec["operationId"] for *_, spec in operations()}) == len(described)


def test_every_operation_says_what_it_does_and_how_it_fails():
    for path, method, spec in operations():
        where = f"{method} {path}"
        assert spec["summary"].endswith("."), where
        is_public = spec["operationId"] in PUBLIC
        assert ("Scope: `" in spec["description"]) != is_public, where
        assert {"400", "401", "403", "404", "406", "429", "500"} <= set(spec["responses"]), where
        for code, answer in spec["responses"].items():
            if code >= "400":
                name = answer["$ref"].rpartition("/")[2]
                (media,) = document()["components"]["responses"][name]["content"].items()
                assert media[0] == problems.CONTENT_TYPE, where
                assert media[1]["examples"], where


def test_every_view_chooses_a_documented_tag():
    """Import paths of generated clients depend on tags: declared beside the view, not inherited."""
    for name, view in views():
        owner = next((one for one in view.__mro__ if "tag" in vars(one)), ApiView)
        assert owner.__module__ == view.__module__, f"{name}: choose one of courses/api/tags.py"
        assert owner.tag in TAGS, name
    found = [(one["name"], one["description"]) for one in document()["tags"]]
    assert found == list(TAGS.items())
    used = {tag for *_, spec in operations() for tag in spec["tags"]}
    assert used == set(TAGS)


def test_the_tags_stay():
    """Removing or renaming one breaks programs that import it."""
    assert {
        "catalogue", "learners", "enrolments", "cohorts", "tokens", "launches", "lessons",
        "attempts", "daily-review", "progress", "gradebook", "grants", "events", "webhooks",
        "authoring-courses", "authoring-objectives", "authoring-stimuli", "authoring-questions",
        "authoring-quizzes",
    } <= set(TAGS)  # fmt: skip


def test_every_operation_has_examples():
    """tests/api/judges/test_story.py proves that they are true."""
    how = "has no example: add a line to tests/api/judges/story.py, then run `make api-docs`"
    for _path, _method, spec in operations():
        places = [spec["requestBody"]] if "requestBody" in spec else []
        has_example = ["example" in media for one in places for media in one["content"].values()]
        answers = [one for code, one in spec["responses"].items() if code < "300"]
        bodies = [media for one in answers for media in one.get("content", {}).values()]
        has_example.append(not bodies or any("example" in media for media in bodies))
        assert all(has_example), f"{spec['operationId']} {how}"


def test_every_post_is_safe_to_repeat_and_is_repeated_in_a_test():
    """A new operation needs its line in `tests/races/operations.py`: how it is granted."""
    takes_a_key = {
        spec["operationId"]
        for _path, _method, spec in operations()
        if any(one["name"] == "Idempotency-Key" for one in spec.get("parameters", ()))
    }
    posts = {spec["operationId"] for _path, method, spec in operations() if method == "post"}

    assert takes_a_key == set(RECIPES)
    assert posts - takes_a_key == HARMLESS


def test_it_is_served_to_everybody(client):
    found = client.get("/api/v1/schema")
    again = client.get("/api/v1/schema", headers={"if-none-match": found.headers["ETag"]})

    assert found.json()["info"]["version"] == document()["info"]["version"]
    assert again.status_code == 304
    text = client.get("/api/v1/schema?format=yaml").content.decode()
    assert yaml.load(text, Loader=yaml.CSafeLoader) == found.json()


@pytest.mark.django_db
def test_the_page_names_every_operation(client):
    page = client.get("/api/v1/docs").text
    assert [
        spec["operationId"] for *_, spec in operations() if spec["operationId"] not in page
    ] == []
    assert [code for code in problems.TITLES if f'id="problem-{code}"' not in page] == []
    assert "Her solved need" in page
    assert "<script>" not in page
    assert "Authorization: Bearer" in page


@pytest.mark.django_db
def test_the_page_leads_to_the_one_to_try_where_the_site_has_it(client, settings):
    assert 'href="/api/v1/docs/try"' in client.get("/api/v1/docs").text
    settings.COURSES_API_TRY_IT = None
    assert 'href="/api/v1/docs/try"' not in client.get("/api/v1/docs").text
