"""A platform's learners, by its own ids."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses import users
from courses.api import etags
from courses.api.base import ApiView
from courses.api.bulk import reported, rows_of
from courses.api.credentials import OWN
from courses.api.filters import CohortFilter, FilterSet, SinceFilter
from courses.api.idempotent import idempotent
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.serializers_people import BulkReport, LearnerSerializer
from courses.api.values import StrictSerializer
from courses.api.viewsets import ApiViewSet
from courses.domain import learners, locks, personal_data
from courses.errors import Invalid, Problem
from courses.models import ExternalIdentity

EXTERNAL_ID = r"[^/\x00-\x1f\x7f]{1,200}"
"""What may stand for a learner in an address."""


class LearnerValues(StrictSerializer):
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class LearnerItem(LearnerValues):
    external_id = serializers.RegexField(rf"^{EXTERNAL_ID}\Z", max_length=200)


class BulkRequest(StrictSerializer):
    learners = rows_of("Each as for one learner, with its `external_id`.")


class OfPlatform:
    """What views for a platform share: a person in the browser has no learners."""

    request: Request
    scopes = "learners:write"

    @property
    def client(self) -> Any:
        return self.request.auth.client

    def identity(self, external_id: str) -> ExternalIdentity:
        return learners.find(client=self.client, external_id=external_id)


class PlatformView(OfPlatform, ApiView):
    """One address of a platform's own."""


class PlatformViewSet(OfPlatform, ApiViewSet):
    """One resource of a platform's own."""


class LearnerFilters(FilterSet):
    updated_since = SinceFilter(help_text="Only who changed from this time on.")
    cohort = CohortFilter()


class Learners(PlatformView):
    tag = "learners"
    queryset = ExternalIdentity.objects.none()
    filterset_class = LearnerFilters

    @extend_schema(
        "list_learners",
        responses=LearnerSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The learners this platform has named, in the order in which it did."""
        rows = learners.known(client=self.client).filter(users.active("user"))
        return self.page(rows, LearnerSerializer)

    @extend_schema("bulk_put_learners", request=BulkRequest, responses=BulkReport)
    @idempotent
    def post(self, request: Request) -> Response:
        """Make or update up to 200 learners; each row has its own report, none stops another."""
        rows = BulkRequest.validated(request.data)["learners"]
        return Response(reported("learners", rows, self._row))

    def _row(self, row: Any) -> dict[str, Any]:
        values = LearnerItem.validated(row)
        external_id = values.pop("external_id")
        _refuse_own(external_id)
        done = learners.upsert(
            client=self.client, external_id=external_id, values=values, now=timezone.now()
        )
        shown = LearnerSerializer(done.identity).data
        return {"status": 201 if done.is_new else 200, "learner": shown}


class OneLearner(PlatformView):
    tag = "learners"

    @extend_schema("get_learner", responses=LearnerSerializer)
    def get(self, request: Request, external_id: str) -> Response:
        """One learner."""
        return etags.tagged(LearnerSerializer(self.identity(external_id)).data)

    @extend_schema(
        "put_learner",
        parameters=[IF_MATCH],
        request=LearnerValues,
        responses={200: LearnerSerializer, 201: LearnerSerializer},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Make the learner or bring what is known of them up to date. Safe to repeat."""
        values = LearnerValues.validated(request.data)
        _refuse_own(external_id)
        with transaction.atomic():
            if "If-Match" in request.headers or "If-None-Match" in request.headers:
                etags.require_match(request, self._now(external_id))
            done = learners.upsert(
                client=self.client, external_id=external_id, values=values, now=timezone.now()
            )
        place = reverse("cx_courses:api:learner", args=[external_id])
        headers = {"Location": request.build_absolute_uri(place)} if done.is_new else {}
        status = 201 if done.is_new else 200
        return etags.tagged(LearnerSerializer(done.identity).data, status=status, **headers)

    @extend_schema("delete_learner", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: Request, external_id: str) -> Response:
        """Erase the learner: their records and their account, for good.

        Where another platform knows the person too, or they use their account without you, you
        lose the learner and they keep what is theirs. Sent again it answers 404: there is no such
        learner any more.
        """
        with transaction.atomic():
            if "If-Match" in request.headers:
                etags.require_match(request, self._now(external_id))
            personal_data.erase_learner(
                client=self.client, external_id=external_id, now=timezone.now()
            )
        return Response(status=204)

    def _now(self, external_id: str) -> Any:
        """The learner's state under a lock, None when there is no such learner yet.

        The client is locked first, as every writer of learners does: in another order two of them
        would wait for each other.
        """
        locks.client(pk=self.client.pk)
        rows = learners.known(client=self.client).filter(subject=external_id)
        row = rows.select_for_update(no_key=True, of=("self",)).first()
        return row and LearnerSerializer(row).data


def _refuse_own(external_id: str) -> None:
    if external_id == OWN:
        text = _("“me” stands for the signed-in learner; choose another id.")
        raise Invalid(problems=[Problem("external_id", text)])
