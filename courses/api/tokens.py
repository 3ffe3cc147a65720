"""Tokens for a platform's learners: their program calls the API without the platform's key."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.people import PlatformViewSet
from courses.api.schema import extend_schema
from courses.api.values import StrictModelSerializer, StrictSerializer
from courses.domain import tokens
from courses.models import LearnerToken

HOUR_S = 3600


class TokenRequest(StrictSerializer):
    expires_in = serializers.IntegerField(
        min_value=60,
        max_value=int(tokens.LONGEST_ISSUED.total_seconds()),
        default=HOUR_S,
        help_text="Seconds; an hour if not given, a day at most.",
    )
    label: Any = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class TokenSerializer(StrictModelSerializer):
    scopes = serializers.ListField(
        child=serializers.CharField(), help_text="What it may be used for."
    )

    class Meta:
        model = LearnerToken
        fields = ("id", "label", "scopes", "created_at", "expires_at", "last_used_at")
        extra_kwargs = {
            "last_used_at": {"help_text": "When it was used last; null: never."},
        }


class TokenMade(TokenSerializer):
    token = serializers.CharField(help_text="`cxl_…`, shown now and never again.")


class LearnerTokenViewSet(PlatformViewSet):
    tag = "tokens"
    queryset = LearnerToken.objects.none()
    lookup_url_kwarg = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[LearnerToken]:
        """Return the valid tokens that this platform created for this learner."""
        return tokens.issued(client=self.client, user=self.identity.user, now=timezone.now())

    @extend_schema("list_learner_tokens", responses=TokenSerializer(many=True))
    def list(self, request: ApiRequest, external_id: str) -> Response:
        """Return the valid tokens that this platform asked for."""
        return self.page(self.get_queryset(), TokenSerializer)

    @extend_schema("create_learner_token", request=TokenRequest, responses={201: TokenMade})
    def create(self, request: ApiRequest, external_id: str) -> Response:
        """Create a token with which learners themselves may learn, under `/learners/me/…`.

        It can do what they can do in their browser, as far as this credential can do it for them,
        in the same courses; it ends with the key. A repeat makes another one: none is kept.
        """
        values = TokenRequest.validated(request.data)
        made = tokens.create_token(
            user=self.identity.user,
            issuer=request.auth.key,
            scopes=[scope for scope in tokens.SCOPES if request.auth.has(scope)],
            lifetime=timedelta(seconds=values["expires_in"]),
            label=values["label"],
            now=timezone.now(),
        )
        body = {**TokenSerializer.serialize(made.row), "token": made.text}
        return Response(body, status=201)

    @extend_schema("revoke_learner_token", responses={204: None})
    def destroy(self, request: ApiRequest, external_id: str, uuid: UUID) -> Response:
        """Revoke the token."""
        tokens.revoke_token(tokens=self.get_queryset(), uuid=uuid, now=timezone.now())
        return Response(status=204)
