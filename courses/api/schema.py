"""The OpenAPI 3.1 document, made from what each view declares of its methods."""

from collections.abc import Callable, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular import utils
from drf_spectacular.drainage import reset_generator_stats
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.fields import empty
from rest_framework.serializers import ListSerializer

from courses.api import pinned
from courses.api.illustrations import illustrated, refusals
from courses.api.openapi.completing import completed
from courses.api.openapi.problem import PROBLEM
from courses.api.openapi.responses import components as response_components
from courses.api.problems import CONTENT_TYPE
from courses.api.retiring import retiring_of
from courses.api.statuses import ALWAYS, PROBLEMS, REPLACING, SUCCESSES, WRITING
from courses.api.tags import TAGS
from courses.api.values import StrictModelSerializer, StrictSerializer
from courses.domain import tokens

VERSION = "1.0.0"
Handler = TypeVar("Handler", bound=Callable[..., Any])

SCOPE_USES = {
    "catalogue:read": "Courses and what is in them.",
    "learners:write": "Learners, their enrolments and their tokens.",
    "learning:write": "Lessons and attempts on behalf of learners.",
    "gradebook:read": "Results and progress.",
    "gradebook:write": "Gradings, accommodations and extensions.",
    "authoring:draft": "Proposing questions and lessons, of which a person decides.",
    "authoring:write": "Authoring.",
    "events:read": "The feed of events.",
    "webhooks:write": "Webhook endpoints and their deliveries.",
    "admin": "All of these, and naming instructors.",
    "platforms:write": "Export and erasure of every platform of the site; not part of `admin`.",
}


def _response_name(code: int) -> str:
    return HTTPStatus(code).phrase.replace(" ", "")


def _problem_responses() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        _response_name(code): {
            "description": text,
            "content": {CONTENT_TYPE: {"schema": schema, "examples": refusals(code)}},
        }
        for code, text in PROBLEMS.items()
    }


def extend_schema(
    operation_id: str,
    *,
    query: type[StrictSerializer] | None = None,
    parameters: Sequence[OpenApiParameter] = (),
    request: Any = None,
    responses: Any = None,
    statuses: Sequence[int] = (200,),
    is_list: bool = False,
) -> Callable[[Handler], Handler]:
    """Describe a handler with drf-spectacular's decorator, on top of `ApiSchema`.

    The library's own would build on whatever default a host has set. Without `responses` the
    operation answers in the view's `serializer_class`, with one of `statuses`. A status from 400
    on stands for a refusal that only this operation knows. A list, `XSerializer(many=True)`, takes
    the parameters of its view's filters and pages and is answered as its pagination does. The
    fields of `query` are its other query parameters; the view has their values as `self.query`.
    """
    answers = responses if isinstance(responses, dict) else {200: responses}

    def decorate(handler: Handler) -> Handler:
        noted: Any = handler
        noted.kwargs = {**getattr(handler, "kwargs", {}), "schema": ApiSchema}
        noted.query, noted.statuses = query, statuses
        noted.is_list = is_list or any(map(_is_many, answers.values()))
        named = [*([query] if query else ()), *parameters]
        described = empty if responses is None else answers
        describe = utils.extend_schema(operation_id, named, request, described)
        return describe(handler)

    return decorate


def _is_many(answer: Any) -> bool:
    return isinstance(answer, ListSerializer)


def handler_of(view: Any, method: str | None) -> Any:
    """Return the function of the view that answers this method; None where it has none."""
    name = str(method).lower()
    actions = getattr(view, "action_map", None) or {}
    return getattr(view, actions.get(name, name), None)


def _header(name: str, description: str, kind: Any = str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=description)


IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "Makes a repeat harmless for seven days.",
    {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[ -~]+$"},
)


IF_MATCH = _header("If-Match", "Only if it still has this ETag.")
IF_NONE_MATCH = _header("If-None-Match", "Answer 304 if it still has this ETag.")


SECTION = OpenApiParameter(
    "section",
    str,
    description="The class, by its key. Without it: the learner's only class, or the default one.",
)
"""A query parameter of operations about one learner in a course."""


class ApiSchema(AutoSchema):
    """Add to each operation what holds for all of them, beside its own `extend_schema`.

    Only `document` sees it: in a schema that a host makes of its own views, ours do not appear.
    """

    view: Any

    def __get__(self, instance: Any, owner: Any) -> Any:
        return super().__get__(instance, owner) if pinned.is_describing.get() else None

    @property
    def _handler(self) -> Any:
        return handler_of(self.view, self.method)

    def get_summary(self) -> str:
        return (self._handler.__doc__ or "").strip().partition("\n")[0]

    def get_description(self) -> str:  # type: ignore[override]
        text = " ".join((self._handler.__doc__ or "").split())
        scope = self.view.scope_for(self.method)
        return f"{text} Scope: `{scope}`." if scope else text

    def is_deprecated(self) -> bool:
        return retiring_of(self._handler) is not None

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self._handler.is_list if serializer is None else _is_many(serializer)

    def get_paginated_name(self, serializer_name: str) -> str:
        return str(self.view.paginator.schema_name.format(serializer_name))

    def _get_filter_parameters(self) -> list[Any]:
        """Return the filters as declared, without what the library infers of columns."""
        if self.view.filterset_class is None:
            return []
        found: list[Any] = super()._get_filter_parameters()  # type: ignore[no-untyped-call]
        for one in found:
            one["description"] = one["description"].partition("\n\n")[0]
            if "enum" in one["schema"]:
                one["schema"] = {"type": "string", "enum": one["schema"]["enum"]}
        return found

    def get_response_serializers(self) -> Any:
        """Return the answers of an operation for which `extend_schema` names none."""
        return dict.fromkeys(self._handler.statuses, self.view.serializer_class)

    def get_override_parameters(self) -> list[Any]:
        key = [IDEMPOTENCY_KEY] if self._is_idempotent else []
        section = [SECTION] if self.view.reads_section else []
        return [*self.view.header_parameters, *section, *key]

    @property
    def _is_idempotent(self) -> bool:
        return getattr(self._handler, "is_idempotent", False)

    def _get_format_parameters(self) -> list[dict[str, Any]]:
        formats = sorted(self.map_renderers("format"))
        schema = {"type": "string", "enum": formats}
        return [{"in": "query", "name": "format", "schema": schema}] if len(formats) > 1 else []

    def _get_request_body(self, direction: Any = "request") -> Any:
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        if body and self.method in REPLACING:
            body["required"] = True
        return body

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        codes = {*ALWAYS, *(int(code) for code in bodies if code >= "400")}
        for code in set(map(int, bodies)) - codes:
            bodies[str(code)]["description"] = SUCCESSES[code]
        parameters = self.get_override_parameters()
        if self.method != "GET":
            codes.update(WRITING)
        if IF_MATCH in parameters or IF_NONE_MATCH in parameters:
            codes.add(412)
        if self._is_idempotent:
            codes.add(422)
        if IF_NONE_MATCH in parameters:
            bodies["304"] = {"description": "Unchanged: it still has the ETag in `If-None-Match`."}
        for code in sorted(codes):
            bodies.pop(str(code), None)
            bodies[str(code)] = {"$ref": f"#/components/responses/{_response_name(code)}"}
        return bodies


class _BearerScheme(OpenApiAuthenticationExtension):
    target_class = "courses.api.authentication.BearerAuthentication"
    name = ["apiKey", "oauth2", "learnerToken"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        flow = {"tokenUrl": "/oauth/token", "scopes": dict(SCOPE_USES)}
        return [
            {"type": "http", "scheme": "bearer", "description": "An API key: `cxk_…`."},
            {
                "type": "oauth2",
                "flows": {"clientCredentials": flow},
                "description": "An access token, `cxo_…`, where the site offers OAuth.",
            },
            {
                "type": "http",
                "scheme": "bearer",
                "description": "A learner's token, `cxl_…`: learners find themselves under `me`.",
            },
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """Return the alternatives; a learner's token only where it can have the scope."""
        scope = auto_schema.view.scope_for(auto_schema.method)
        found: list[dict[str, list[str]]] = [{"apiKey": []}, {"oauth2": [scope] if scope else []}]
        return [*found, {"learnerToken": []}] if scope in tokens.SCOPES else found


class _SessionScheme(OpenApiAuthenticationExtension):
    target_class = "courses.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        text = "A person in their browser; what changes something carries `X-CSRFToken` too."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": text}


@cache
def document() -> dict[str, Any]:
    """Return the whole document. It depends on the code alone and is made once."""
    with pinned.describing(
        {
            "TITLE": "Courses",
            "DESCRIPTION": "Everything a platform needs to embed a course. See docs/api.",
            "VERSION": VERSION,
            "LICENSE": {"name": "MIT", "identifier": "MIT"},
            "SERVERS": [{"url": "/", "description": "The site that serves this document."}],
            "TAGS": [{"name": name, "description": text} for name, text in TAGS.items()],
            "OAS_VERSION": "3.1.0",
            "SCHEMA_PATH_PREFIX": "/api/v1",
            "SCHEMA_PATH_PREFIX_INSERT": "/api/v1",
            "APPEND_COMPONENTS": {
                "schemas": {"Problem": PROBLEM, **response_components()},
                "responses": _problem_responses(),
            },
            "GET_LIB_DOC_EXCLUDES": lambda: [StrictSerializer, StrictModelSerializer],
            "COMPONENT_SPLIT_PATCH": False,
            "ENUM_NAME_OVERRIDES": {},
            "PATH_CONVERTER_OVERRIDES": {
                "position": {"type": "integer", "minimum": 0, "maximum": 9999}
            },
            "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
            "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enum_id_removal"],
        }
    ):
        reset_generator_stats()
        generator: Any = SchemaGenerator(urlconf="courses.api.urls")
        found = generator.get_schema(request=None, public=True)
    return illustrated(completed(dict(found)))
