"""Invitations into a class: a link for people who sign in here."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.schema import extend_schema
from courses.api.sections import OfClass
from courses.api.values import StrictModelSerializer, StrictSerializer
from courses.domain import invitations
from courses.errors import NotFound
from courses.models import Invitation

FORTNIGHT_S = 14 * 24 * 3600


class InvitationRequest(StrictSerializer):
    expires_in = serializers.IntegerField(
        min_value=60,
        max_value=int(invitations.LONGEST.total_seconds()),
        default=FORTNIGHT_S,
        help_text="Seconds; a fortnight if not given, 366 days at most.",
    )
    uses = serializers.IntegerField(
        min_value=1,
        max_value=invitations.MOST_USES,
        default=1,
        help_text="How many people may join with it.",
    )


class InvitationSerializer(StrictModelSerializer):
    class Meta:
        model = Invitation
        fields = ("id", "uses", "uses_left", "created_at", "expires_at", "revoked_at")
        extra_kwargs = {
            "uses": {"help_text": "How many people it was made for."},
            "uses_left": {"help_text": "How many people may still join."},
            "revoked_at": {"help_text": "When it was revoked; null: never."},
        }


class InvitationMade(InvitationSerializer):
    url = serializers.CharField(help_text="The link, shown now and never again.")


class InvitationViewSet(OfClass):
    """The invitations into one class; without the scope `admin` those that the platform made."""

    tag = "enrolments"
    scopes = "learners:write"
    queryset = Invitation.objects.none()
    lookup_url_kwarg = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Invitation]:
        rows = invitations.of_class(section=self.section())
        return rows if self.request.auth.has("admin") else rows.filter(client=self.client)

    @extend_schema("list_invitations", responses=InvitationSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the invitations into the class, also those that have ended; never their links."""
        return self.page(self.get_queryset(), InvitationSerializer)

    @extend_schema("create_invitation", request=InvitationRequest, responses={201: InvitationMade})
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Create a link with which people who sign in join the class as learners.

        Each person uses it once. A repeat makes another one: none is kept.
        """
        values = InvitationRequest.validated(request.data)
        section = self.section()
        self.require_own(section)
        made = invitations.create(
            section=section,
            lifetime=timedelta(seconds=values["expires_in"]),
            uses=values["uses"],
            client=self.client,
            now=timezone.now(),
        )
        url = request.build_absolute_uri(reverse("cx_courses:join", args=[made.text]))
        return Response({**InvitationSerializer.serialize(made.row), "url": url}, status=201)

    @extend_schema("revoke_invitation", responses={204: None})
    def destroy(self, request: ApiRequest, uuid: UUID, **_names: str) -> Response:
        """Let nobody join with it any more; who has joined stays. Safe to repeat."""
        row = self.get_queryset().filter(uuid=uuid).first()
        if row is None:
            raise NotFound
        invitations.revoke(invitation=row, now=timezone.now())
        return Response(status=204)
