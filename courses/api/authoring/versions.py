"""Versions of a question: written, looked at, published. What a learner may have met stays."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import etags
from courses.api.authoring import shapes
from courses.api.authoring.base import one
from courses.api.authoring.questions import QuestionView
from courses.api.filters import choice
from courses.api.idempotent import idempotent
from courses.api.paging import KeyPagination
from courses.api.schema import IF_MATCH, extend_schema, query
from courses.domain.authoring import edits
from courses.errors import Invalid, Problem
from courses.models import QuestionVersion

NUMBER = "[1-9][0-9]{0,8}"
_MOST_SEED = 2**31 - 1


class NumberPagination(KeyPagination):
    ordering = "number"


class Versions(QuestionView):
    tag = "authoring-questions"
    filterset_class = None
    pagination_class = NumberPagination

    @extend_schema("list_versions", responses=shapes.VersionPage)
    def get(self, request: Request, course: str, question: str) -> Response:
        """The versions of a question, the first one first, without what they ask."""
        rows = self.question(course, question).versions.defer("data")
        return self.page(rows, shapes.VersionRow)

    @extend_schema(
        "create_version",
        request=shapes.NewVersion,
        responses={200: shapes.VersionShape, 201: shapes.VersionShape},
    )
    @idempotent
    def post(self, request: Request, course: str, question: str) -> Response:
        """The next version, as a draft or ready at once. 200 when the latest says the same."""
        with transaction.atomic():
            row = self.question(course, question, is_locked=True)
            values = shapes.NewVersion.read(request.data)
            is_ready = values.pop("status") == "ready"
            latest = row.versions.order_by("-number").values_list("number", flat=True).first()
            made = edits.write_version(question=row, is_ready=is_ready, by=None, **values)
        place = reverse("cx_courses:api:version", args=[course, row.key, made.number])
        status = 201 if made.number != latest else 200
        return etags.tagged(told(made), status=status, Location=request.build_absolute_uri(place))


class VersionView(QuestionView):
    tag = "authoring-questions"

    def version(
        self, course: str, question: str, number: str, *, is_locked: bool = False
    ) -> QuestionVersion:
        row = self.question(course, question, is_locked=is_locked)
        found = one(row.versions.all(), number=int(number))
        found.question = row
        return found


class OneVersion(VersionView):
    @extend_schema("get_version", responses=shapes.VersionShape)
    def get(self, request: Request, course: str, question: str, number: str) -> Response:
        """One version with what it asks and its keys."""
        return etags.tagged(told(self.version(course, question, number)))

    @extend_schema(
        "put_version",
        parameters=[IF_MATCH],
        request=shapes.VersionChanges,
        responses=shapes.VersionShape,
    )
    def put(self, request: Request, course: str, question: str, number: str) -> Response:
        """Write a draft anew. 409 when it is ready or used: then write the next version."""
        with transaction.atomic():
            row = self.version(course, question, number, is_locked=True)
            values = shapes.VersionChanges.read(request.data)
            etags.require_match(request, told(row))
            row = edits.replace_draft(version=row, **values)
        return etags.tagged(told(row))


class Publish(VersionView):
    @extend_schema("publish_version", parameters=[IF_MATCH], responses=shapes.VersionShape)
    @idempotent
    def post(self, request: Request, course: str, question: str, number: str) -> Response:
        """Learners get this draft from their next attempt on. Safe to repeat."""
        with transaction.atomic():
            row = self.version(course, question, number, is_locked=True)
            etags.require_match(request, told(row))
            row = edits.publish_draft(version=row)
        return etags.tagged(told(row))


class Preview(VersionView):
    @extend_schema(
        "preview_version",
        parameters=[
            query(
                "seed",
                "The same seed gives the same order and the same drawn numbers; 0 if not given.",
                {"type": "integer", "minimum": 0, "maximum": _MOST_SEED},
            ),
            query("solution", "Show the solution too.", {"enum": ["true", "false"]}),
        ],
        responses=shapes.PreviewShape,
    )
    def get(self, request: Request, course: str, question: str, number: str) -> Response:
        """What a learner would be shown, and if wished the solution. Nothing is stored."""
        row, seed = self.version(course, question, number), _seed(request)
        wished = choice(request, "solution", ("true", "false")) == "true"
        found = edits.preview_version(version=row, seed=seed, has_solution=wished)
        values = {
            "seed": seed,
            "type": row.type,
            "content": found.content,
            "stimulus": row.question.stimulus,
            "solution": found.solution,
            "reviewed": found.reviewed,
            "hints": found.hints,
        }
        return Response(shapes.PreviewShape(values).data)


def told(row: QuestionVersion) -> Any:
    return shapes.VersionShape(row).data


def _seed(request: Request) -> int:
    text = request.query_params.get("seed") or "0"
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_SEED))
    if not is_number or int(text) > _MOST_SEED:
        message = _("A whole number from 0 to %(most)d is expected.") % {"most": _MOST_SEED}
        raise Invalid(problems=[Problem("seed", message)])
    return int(text)
