"""Proposals: what a program drafts, and of which a person decides in the admin."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.authoring.base import AuthoringViewSet, one
from courses.api.authoring.fields import Key, ReadOnly, Text, Whole, WordChoice
from courses.api.authoring.questions import QuestionValues
from courses.api.authoring.records import fields_of
from courses.api.authoring.versions import VersionValues
from courses.api.credentials import ApiRequest
from courses.api.filters import FilterSet, WordFilter
from courses.api.paging import KeyPagination
from courses.api.schema import extend_schema
from courses.api.values import StrictSerializer, UtcTime
from courses.coursefiles.records import record_of
from courses.coursefiles.rules import SMALL_LIMIT
from courses.coursefiles.schema import LessonFile, QuestionFile
from courses.domain.authoring import working_copies
from courses.domain.authoring.working_copies import Thing
from courses.models import Course, WorkingCopy

KINDS = ("question", "lesson")
STATES = ("waiting", "accepted", "refused", "withdrawn")
_TOOL = "What made it, for the history: the name and version of a program."


class ProposedQuestion(QuestionValues, VersionValues):
    key = ReadOnly()
    tool = Text(max_length=120, allow_blank=True, default="", help_text=_TOOL)


@fields_of(LessonFile, exclude=("key", "status"))
class ProposedLesson(StrictSerializer):
    key = ReadOnly()
    minutes = Whole(min_value=1, max_value=SMALL_LIMIT, default=15)
    body = Text(max_length=200_000, allow_blank=True, help_text="Markdown")
    module = Key(max_length=80, help_text="Of a lesson that exists it does not change.")
    tool = Text(max_length=120, allow_blank=True, default="", help_text=_TOOL)


class ProposalSerializer(StrictSerializer):
    id = serializers.UUIDField(source="uuid")
    kind = WordChoice(choices=KINDS)
    key = Text()
    is_new = serializers.BooleanField(help_text="Whether the course did not have it.")
    state = WordChoice(choices=STATES, help_text="`waiting` until a person has decided.")
    reason = Text(allow_blank=True, help_text="Why it was refused.")
    tool = Text(allow_blank=True, help_text=_TOOL)
    created_at = UtcTime()
    updated_at = UtcTime()
    decided_at = UtcTime(source="ended_at", allow_null=True, help_text="null: nobody has yet.")


class ProposalFilters(FilterSet):
    kind = WordFilter(KINDS, help_text="Only proposals of this kind.")
    state = WordFilter(STATES, method="in_state", help_text="Only proposals in this state.")

    def in_state(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(outcome="" if value == "waiting" else value)


class ProposalPagination(KeyPagination):
    ordering = "pk"


class _Proposals(AuthoringViewSet):
    tag = "authoring-proposals"
    scopes = "authoring:draft"
    queryset = WorkingCopy.objects.none()
    serializer = ProposalSerializer

    def rows(self, course: Course) -> QuerySet[WorkingCopy]:
        """Return what this client proposed in the course."""
        client = self.request.auth.client
        return WorkingCopy.objects.proposals().filter(client=client, course=course)

    def _propose(self, thing: Thing, record: Any, values: dict[str, Any]) -> Response:
        copy, is_new = working_copies.propose(
            client=self.request.auth.client,
            tool=values["tool"],
            thing=thing,
            record=record,
            module=values["module"] or "",
            now=timezone.now(),
        )
        return Response(ProposalSerializer.serialize(copy), status=201 if is_new else 200)


class ProposalViewSet(_Proposals):
    filterset_class = ProposalFilters
    pagination_class = ProposalPagination
    lookup_field = "uuid"
    lookup_url_kwarg = "proposal"
    lookup_value_converter = "uuid"

    @extend_schema("list_proposals", responses=ProposalSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return what you proposed in a course, in the order in which it came.

        Decided ones are kept for thirty days.
        """
        return self.page(self.get_queryset(), ProposalSerializer)

    @extend_schema("get_proposal", responses=ProposalSerializer)
    def retrieve(self, request: ApiRequest, **_names: str) -> Response:
        """Return one proposal, with what was decided."""
        return Response(ProposalSerializer.serialize(self._row()))

    @extend_schema("withdraw_proposal", responses={204: None})
    def destroy(self, request: ApiRequest, **_names: str) -> Response:
        """Take a proposal back. Safe to repeat; nothing happens to a decided one."""
        working_copies.withdraw(copy=self._row(), now=timezone.now())
        return Response(status=204)

    def _row(self) -> WorkingCopy:
        found: WorkingCopy = one(self.rows(self.course()), uuid=self.kwargs["proposal"])
        return found


class QuestionProposalViewSet(_Proposals):
    lookup_url_kwarg = "question"

    @extend_schema(
        "propose_question",
        request=ProposedQuestion,
        responses={200: ProposalSerializer, 201: ProposalSerializer},
    )
    def update(self, request: ApiRequest, **names: str) -> Response:
        """Propose a question, new or changed, in place of your earlier proposal for it.

        A person reads it, and publishes or refuses it: nothing is published by this. It may be
        unfinished; what is wrong with it is shown to the person.
        """
        course = self.course()
        values = self.values(ProposedQuestion, names["question"])
        record = record_of(QuestionFile, values, key=names["question"])
        thing = Thing(course, "question", names["question"], values["type"])
        return self._propose(thing, record, values)


class LessonProposalViewSet(_Proposals):
    lookup_url_kwarg = "lesson"

    @extend_schema(
        "propose_lesson",
        request=ProposedLesson,
        responses={200: ProposalSerializer, 201: ProposalSerializer},
    )
    def update(self, request: ApiRequest, **names: str) -> Response:
        """Propose a lesson, new or changed, in place of your earlier proposal for it.

        A person reads it, and publishes or refuses it: nothing is published by this.
        """
        course = self.course()
        values = self.values(ProposedLesson, names["lesson"])
        record = record_of(LessonFile, values, key=names["lesson"])
        return self._propose(Thing(course, "lesson", names["lesson"]), record, values)
