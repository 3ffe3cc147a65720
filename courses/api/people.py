"""A platform's learners, by its own ids."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from courses import users
from courses.api import bulk, etags
from courses.api.base import ApiView
from courses.api.credentials import OWN, ApiRequest, course_of
from courses.api.filters import CohortFilter, FilterSet, SinceFilter
from courses.api.idempotent import idempotent
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.serializers_people import BulkReport, LearnerExportSerializer, LearnerSerializer
from courses.api.values import StrictSerializer
from courses.api.viewsets import ApiViewSet
from courses.domain import learners, locks, personal_data
from courses.errors import Invalid, Problem
from courses.models import Course, ExternalIdentity
from courses.models.client import LONGEST_SUBJECT

EXTERNAL_ID = rf"[^/\x00-\x1f\x7f]{{1,{LONGEST_SUBJECT}}}"
"""What may stand for a learner in an address."""


class LearnerValues(StrictSerializer):
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class LearnerItem(LearnerValues):
    external_id = serializers.RegexField(rf"^{EXTERNAL_ID}\Z", max_length=LONGEST_SUBJECT)


class BulkRequest(StrictSerializer):
    learners = bulk.rows_of("Each as for one learner, with its `external_id`.")


class PlatformView(ApiView):
    """A view for a platform: a person in the browser has no learners."""

    scopes: Mapping[str, str] | str = "learners:write"
    serializer_class: type[StrictSerializer]
    """How `answer` writes a row."""

    @property
    def client(self) -> Any:
        return self.request.auth.client

    @cached_property
    def identity(self) -> ExternalIdentity:
        """The learner whom the address names. Raises NotFound."""
        return learners.find(client=self.client, external_id=self.kwargs["external_id"])

    @cached_property
    def course(self) -> Course:
        """The course that the address names, where the credential reaches it. Raises NotFound."""
        return course_of(self.request, self.kwargs["course"])

    def named(self, rows: QuerySet[Any], user_path: str = "user") -> Any:
        """Return those of the rows that are of this platform's learners, with `external_id`."""
        return learners.named(rows=rows, client=self.client, user_path=user_path)

    def require_match(self, row: Any | None) -> None:
        """Raise `precondition_failed` when the row, or that there is none, is news to the writer.

        Must run under the row's lock.
        """
        etags.require_match(self.request, row and self.serializer_class.serialize(row))

    def answer(self, row: Any, *, is_new: bool = False) -> Response:
        """Answer with a row and its ETag, and with the address of a new one."""
        body = self.serializer_class.serialize(row)
        if not is_new:
            return etags.tagged(body)
        match: Any = self.request.resolver_match
        place = self.request.build_absolute_uri(reverse(match.view_name, kwargs=match.kwargs))
        if self.section_key:
            place += "?" + urlencode({"section": self.section_key})
        return etags.tagged(body, status=201, Location=place)


class PlatformViewSet(PlatformView, ApiViewSet):
    """One resource of a platform's own."""


class LearnerFilters(FilterSet):
    updated_since = SinceFilter(help_text="Only who changed from this time on.")
    cohort = CohortFilter()


class LearnerViewSet(PlatformViewSet):
    tag = "learners"
    queryset = ExternalIdentity.objects.none()
    filterset_class = LearnerFilters
    serializer_class = LearnerSerializer
    lookup_url_kwarg = "external_id"
    lookup_value_converter = "external_id"

    def get_queryset(self) -> QuerySet[ExternalIdentity]:
        return learners.known(client=self.client).filter(users.active("user"))

    @extend_schema("list_learners", responses=LearnerSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Return the learners this platform has named, in the order in which it did."""
        return self.page(self.get_queryset(), LearnerSerializer)

    @extend_schema("bulk_put_learners", request=BulkRequest, responses=BulkReport)
    @idempotent
    def create(self, request: ApiRequest) -> Response:
        """Create or update up to 200 learners; each row has its own report, none stops another."""

        def put(external_id: str, **values: str) -> dict[str, Any]:
            done = self._put(external_id, values)
            shown = LearnerSerializer.serialize(done.identity)
            return {"status": 201 if done.is_new else 200, "learner": shown}

        return bulk.reported(BulkRequest.validated(request.data), LearnerItem, put)

    @extend_schema("get_learner")
    def retrieve(self, request: ApiRequest, external_id: str) -> Response:
        """Return one learner."""
        return self.answer(self.identity)

    @extend_schema("put_learner", parameters=[IF_MATCH], request=LearnerValues, statuses=(200, 201))
    def update(self, request: ApiRequest, external_id: str) -> Response:
        """Create or update the learner. Safe to repeat."""
        values = LearnerValues.validated(request.data)
        with transaction.atomic():
            self._require_match(external_id)
            done = self._put(external_id, values)
        return self.answer(done.identity, is_new=done.is_new)

    @extend_schema("delete_learner", parameters=[IF_MATCH], responses={204: None})
    def destroy(self, request: ApiRequest, external_id: str) -> Response:
        """Erase the learner: their records and their account, for good.

        Where another platform knows the person too, or they use their account without you, you
        lose the learner and they keep what is theirs. Sent again it answers 404: there is no such
        learner any more.
        """
        with transaction.atomic():
            self._require_match(external_id)
            now = timezone.now()
            personal_data.erase_learner(client=self.client, external_id=external_id, now=now)
        return Response(status=204)

    @extend_schema("export_learner", responses=LearnerExportSerializer)
    @action(detail=True)
    def export(self, request: ApiRequest, external_id: str) -> Response:
        """Return all stored data about the learner, as far as this platform may see it.

        What a quiz hides from the learner is left out until it does not. Other platforms, courses
        that the credential does not reach and the learner's own sign-ins are not in it.
        """
        user, now = self.identity.user, timezone.now()
        asks = personal_data.RequestingPlatform(self.client, request.auth.courses())
        return Response(personal_data.export(user=user, now=now, platform=asks))

    @extend_schema("deactivate_learner")
    @action(detail=True, methods=["post"])
    def deactivate(self, request: ApiRequest, external_id: str) -> Response:
        """End the learner's launches and tokens at once, and let nobody learn under this id.

        Records and enrolments stay and can be read. Safe to repeat.
        """
        return self.answer(learners.deactivate(identity=self.identity, now=timezone.now()))

    @extend_schema("activate_learner")
    @action(detail=True, methods=["post"])
    def activate(self, request: ApiRequest, external_id: str) -> Response:
        """Let a deactivated learner learn again; ended launches stay ended. Safe to repeat."""
        return self.answer(learners.activate(identity=self.identity, now=timezone.now()))

    def _put(self, external_id: str, values: dict[str, str]) -> learners.Upserted:
        """Make or update a learner. Raises Invalid, NotAllowed."""
        if external_id == OWN:
            text = _("“me” stands for the signed-in learner; choose another id.")
            raise Invalid(problems=[Problem("external_id", text)])
        now = timezone.now()
        return learners.upsert(client=self.client, external_id=external_id, values=values, now=now)

    def _require_match(self, external_id: str) -> None:
        """Raise `precondition_failed` when the learner is not as the writer saw them.

        The client is locked first, as every writer of learners does: in another order two of them
        would wait for each other.
        """
        if {"If-Match", "If-None-Match"}.isdisjoint(self.request.headers):
            return
        locks.client(pk=self.client.pk)
        rows = learners.known(client=self.client).filter(subject=external_id)
        self.require_match(rows.select_for_update(no_key=True, of=("self",)).first())
