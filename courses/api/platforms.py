"""Every platform of the site: all data of its people as one document, and their erasure.

For keys with a scope of its own, which `admin` does not include: they reach all platforms.
"""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.idempotent import idempotent
from courses.api.schema import extend_schema
from courses.api.serializers_people import LearnerExportSerializer
from courses.api.values import Facts, StrictModelSerializer, StrictSerializer, UtcTime
from courses.api.viewsets import ApiViewSet
from courses.domain.personal_data import whole_platform
from courses.errors import Conflict, Invalid, NotFound, Problem
from courses.models import ApiClient, Job
from courses.streaming import StreamedList, json_parts, streamed


class PlatformSerializer(StrictModelSerializer):
    learners = serializers.IntegerField(help_text="How many people it has named.")

    class Meta:
        model = ApiClient
        fields = ("id", "name", "is_active", "learners", "created_at")
        extra_kwargs = {"is_active": {"help_text": "False: its keys and launches are refused."}}


class PlatformExport(StrictSerializer):
    platform = serializers.CharField(help_text="Its name.")
    people = LearnerExportSerializer(many=True, help_text="Each as one learner is exported.")
    issuer = serializers.CharField(required=False, help_text="Of a platform by LTI.")
    registrations = serializers.ListField(
        child=Facts(), required=False, help_text="Of a platform by LTI, without keys."
    )
    links = serializers.ListField(
        child=Facts(), required=False, help_text="Links that a platform by LTI has opened."
    )


class ErasureRequest(StrictSerializer):
    name = serializers.CharField(max_length=120, help_text="The platform's name, to confirm it.")


class ErasureSerializer(StrictSerializer):
    state = serializers.ChoiceField(
        Job.State.values, help_text="`queued`, `running`, `done`, `failed` or `cancelled`."
    )
    done = serializers.IntegerField(help_text="People who have been looked at.")
    total = serializers.IntegerField(help_text="Of so many; 0 before it begins.")
    erased = serializers.IntegerField(allow_null=True, help_text="Null: not over yet.")
    kept = serializers.IntegerField(
        allow_null=True, help_text="People whom records of the host's other tables keep."
    )
    asked_at = UtcTime(help_text="When it was asked for.")
    finished_at = UtcTime(allow_null=True, help_text="When it was over; null: not yet.")


class AllPlatformsViewSet(ApiViewSet):
    tag = "platforms"
    scopes = "platforms:write"
    queryset = ApiClient.objects.none()
    serializer_class = PlatformSerializer
    lookup_url_kwarg = "platform"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[ApiClient]:
        """Return all platforms; none for a key that is limited to courses."""
        if self.request.auth.is_limited:
            return ApiClient.objects.none()
        return ApiClient.objects.annotate(learners=Count("identities")).order_by("pk")

    @cached_property
    def client(self) -> ApiClient:
        """The platform that the address names. Raises NotFound."""
        found = self.get_queryset().filter(uuid=self.kwargs["platform"]).first()
        if found is None:
            raise NotFound
        return found

    @extend_schema("list_platforms", responses=PlatformSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Return the platforms of the site, the oldest first."""
        return self.page(self.get_queryset(), PlatformSerializer)

    @extend_schema("get_platform")
    def retrieve(self, request: ApiRequest, platform: UUID) -> Response:
        """Return one platform."""
        return Response(PlatformSerializer.serialize(self.client))

    @extend_schema("export_platform", responses=PlatformExport)
    @action(detail=True)
    def export(self, request: ApiRequest, platform: UUID) -> Any:
        """Return all stored data about the platform and its people, as far as it is its own.

        It is written while it is read, and may be long.
        """
        found = whole_platform.export_platform(
            client=self.client,
            by=None,
            key=request.auth.key.prefix,
            now=timezone.now(),
            collect=StreamedList,
        )
        parts = json_parts(found)
        return streamed(request._request, parts, content_type="application/json")

    @extend_schema("get_platform_erasure", responses=ErasureSerializer)
    @action(detail=True)
    def erasure(self, request: ApiRequest, platform: UUID) -> Response:
        """Return how far the last erasure of the platform's people is; 404 without any."""
        return Response(_written(whole_platform.find_erasure(client=self.client)))

    @extend_schema("erase_platform", request=ErasureRequest, responses={202: ErasureSerializer})
    @erasure.mapping.post
    @idempotent
    def erase(self, request: ApiRequest, platform: UUID) -> Response:
        """Switch the platform off and erase all of its people, in the background.

        Whom another platform knows too, or who uses their account without it, keeps what is theirs.
        Safe to repeat: while one is under way, that one is answered. Cannot be undone.
        """
        name = ErasureRequest.validated(request.data)["name"]
        if name != self.client.name:
            text = _("This is not the name of the platform.")
            raise Invalid(problems=[Problem("name", text)])
        if self.client == request.auth.client:
            raise Conflict(_("A key cannot erase the platform to which it belongs."))
        job = whole_platform.ask_erasure(
            client=self.client, by=None, key=request.auth.key.prefix, now=timezone.now()
        )
        return Response(_written(job), status=202)


def _written(job: Job) -> dict[str, Any]:
    result = job.result or {}
    values = {
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "erased": result.get("people"),
        "kept": result.get("refused"),
        "asked_at": job.created_at,
        "finished_at": job.finished_at,
    }
    return ErasureSerializer.serialize(values)
