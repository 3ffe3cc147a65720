"""The description of the API for machines, as JSON or YAML, and for people, as a page."""

import json
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiYamlRenderer

from courses.api import etags, illustrations, problems, try_it
from courses.api.openapi import placing
from courses.api.openapi.placing import Place, placed
from courses.api.schema import VERSION, document
from courses.api.tags import TAGS

_METHODS = ("get", "put", "post", "patch", "delete")
_CACHE_CONTROL = "public, max-age=300"
COMMITTED = Place()


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """Answer the OpenAPI 3.1 document; `?format=yaml` for YAML. It needs no credential."""
    form = request.GET.get("format") or "json"
    if form not in ("json", "yaml"):
        text = _("One of these is expected: %(known)s.") % {"known": "json, yaml"}
        errors = [{"pointer": "/format", "message": text}]
        return problems.respond(request, "invalid", errors=errors)
    place = placing.current()
    etag = etags.of(VERSION, as_yaml(place))
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    elif form == "yaml":
        response = HttpResponse(as_yaml(place), content_type="application/yaml")
    else:
        response = HttpResponse(_as_json(place), content_type="application/json")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = _CACHE_CONTROL
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters and answers; works without JavaScript."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document()["paths"].items():
        for method in _METHODS:
            if method in methods:
                one = {"method": method.upper(), "path": path, **_operation(methods[method])}
                groups.setdefault(one["tag"], []).append(one)
    problem_examples = illustrations.read(illustrations.PROBLEMS)
    context = {
        "groups": [(tag, text, groups[tag]) for tag, text in TAGS.items()],
        "problems": [
            (code, example["title"], _pretty(example)) for code, example in problem_examples.items()
        ],
        "version": VERSION,
        "may_be_tried": try_it.is_offered(),
    }
    return render(request, "cx_courses/api/reference.html", context)


@lru_cache(maxsize=4)
def as_yaml(place: Place = COMMITTED) -> str:
    """Return the document for a place; by default as committed to docs/api/openapi.yaml."""
    renderer: Any = OpenApiYamlRenderer()
    return str(renderer.render(placed(document(), place), renderer_context={}).decode())


@lru_cache(maxsize=4)
def _as_json(place: Place) -> str:
    # `default`, because limits of exact numbers are Decimals.
    return json.dumps(placed(document(), place), default=float)


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    body = _media(operation.get("requestBody", {}))
    return {
        "id": operation["operationId"],
        "tag": operation["tags"][0],
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": operation.get("parameters", []),
        "body": _fields(body.get("schema", {})),
        "example": _text(body),
        "answers": [_answer(code, one) for code, one in operation["responses"].items()],
    }


def _answer(code: str, response: dict[str, Any]) -> dict[str, Any]:
    """Return a status with its example, or with the codes of the problems that it stands for."""
    name = response.get("$ref", "").rpartition("/")[2]
    whole = document()["components"]["responses"][name] if name else response
    return {
        "code": code,
        "text": whole["description"],
        "example": _text(_media(response)),
        "problems": list(
            whole.get("content", {}).get(problems.CONTENT_TYPE, {}).get("examples", {})
        ),
    }


def _media(place: dict[str, Any]) -> dict[str, Any]:
    return next(iter(place.get("content", {}).values()), {})


def _text(media: dict[str, Any]) -> str:
    return _pretty(media["example"]) if "example" in media else ""


def _pretty(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a body, one level deep."""
    name = schema.get("$ref", "").rpartition("/")[2]
    component = document()["components"]["schemas"].get(name, {})
    required = component.get("required", [])
    return [
        {"name": key, "required": key in required, "description": one.get("description", "")}
        for key, one in component.get("properties", {}).items()
    ]
