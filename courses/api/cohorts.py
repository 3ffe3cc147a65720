"""A platform's groups of learners, by its own keys: for lists of progress and of grades."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from courses import users
from courses.api import bulk
from courses.api.credentials import ApiRequest
from courses.api.idempotent import idempotent
from courses.api.people import EXTERNAL_ID, PlatformViewSet
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.serializers_people import BulkReport, LearnerSerializer
from courses.api.values import StrictModelSerializer, StrictSerializer
from courses.domain import cohorts, learners
from courses.models import Cohort, ExternalIdentity
from courses.models.client import LONGEST_SUBJECT


class CohortValues(StrictSerializer):
    name = serializers.CharField(max_length=200, allow_blank=True, default="")


class CohortSerializer(StrictModelSerializer):
    class Meta:
        model = Cohort
        fields = ("id", "key", "name", "created_at")


class MemberItem(StrictSerializer):
    external_id = serializers.RegexField(rf"^{EXTERNAL_ID}\Z", max_length=LONGEST_SUBJECT)


class MembersRequest(StrictSerializer):
    learners = bulk.rows_of("Each with its `external_id`.")


class CohortViewSet(PlatformViewSet):
    tag = "cohorts"
    queryset = Cohort.objects.none()
    serializer_class = CohortSerializer
    lookup_url_kwarg = "cohort"
    lookup_value_converter = "slug"

    def get_queryset(self) -> Any:
        return cohorts.known(client=self.client)

    def cohort(self, key: str) -> Cohort:
        return cohorts.find(client=self.client, key=key)

    @extend_schema("list_cohorts", responses=CohortSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Return this platform's cohorts."""
        return self.page(self.get_queryset(), CohortSerializer)

    @extend_schema("get_cohort")
    def retrieve(self, request: ApiRequest, cohort: str) -> Response:
        """Return one cohort."""
        return self.answer(self.cohort(cohort))

    @extend_schema("put_cohort", parameters=[IF_MATCH], request=CohortValues, statuses=(200, 201))
    def update(self, request: ApiRequest, cohort: str) -> Response:
        """Create the cohort or rename it. Safe to repeat."""
        values = CohortValues.validated(request.data)
        with transaction.atomic():
            self._require_match(cohort)
            done = cohorts.put(client=self.client, key=cohort, now=timezone.now(), **values)
        return self.answer(done.cohort, is_new=done.is_new)

    @extend_schema("delete_cohort", parameters=[IF_MATCH], responses={204: None})
    def destroy(self, request: ApiRequest, cohort: str) -> Response:
        """Delete the cohort; its learners and their records stay."""
        with transaction.atomic():
            row = self.cohort(cohort)
            self._require_match(cohort)
            cohorts.remove(cohort=row)
        return Response(status=204)

    def _require_match(self, key: str) -> None:
        """Lock the cohort, if there is one, and raise `precondition_failed` when it has changed."""
        rows = self.get_queryset().filter(key=key)
        self.require_match(rows.select_for_update(no_key=True).first())

    @extend_schema("list_cohort_learners", responses=LearnerSerializer(many=True))
    @action(detail=True, queryset=ExternalIdentity.objects.none())
    def learners(self, request: ApiRequest, cohort: str) -> Response:
        """Return the learners of the cohort, in the order in which this platform named them."""
        members = self.cohort(cohort).learners.values("pk")
        rows = learners.known(client=self.client).filter(users.active("user"), pk__in=members)
        return self.page(rows, LearnerSerializer)

    @extend_schema("bulk_put_cohort_learners", request=MembersRequest, responses=BulkReport)
    @learners.mapping.post
    @idempotent
    def add_learners(self, request: ApiRequest, cohort: str) -> Response:
        """Add up to 200 learners; each row has its own report, none stops another."""
        row = self.cohort(cohort)

        def add(external_id: str) -> dict[str, Any]:
            is_new = cohorts.add(cohort=row, external_id=external_id)
            return {"status": 201 if is_new else 200}

        return bulk.reported(MembersRequest.validated(request.data), MemberItem, add)

    @extend_schema("put_cohort_learner", responses={204: None})
    @action(
        detail=True,
        methods=["put"],
        url_path="learners/<external_id:external_id>",
        has_body=False,
    )
    def learner(self, request: ApiRequest, cohort: str, external_id: str) -> Response:
        """Add a learner. Safe to repeat."""
        cohorts.add(cohort=self.cohort(cohort), external_id=external_id)
        return Response(status=204)

    @extend_schema("delete_cohort_learner", responses={204: None})
    @learner.mapping.delete
    def take_learner_out(self, request: ApiRequest, cohort: str, external_id: str) -> Response:
        """Remove a learner from the cohort. Safe to repeat."""
        cohorts.take_out(cohort=self.cohort(cohort), external_id=external_id)
        return Response(status=204)
