"""Webhooks: the addresses to which a platform's events are sent, and its log of deliveries."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from courses.api import etags
from courses.api.credentials import ApiRequest, course_of
from courses.api.filters import FilterSet, SinceFilter, WordFilter
from courses.api.idempotent import idempotent
from courses.api.problems import Refusal
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.values import StrictModelSerializer, StrictSerializer, UtcTime
from courses.api.viewsets import ApiViewSet
from courses.domain import events, webhooks
from courses.errors import Invalid, NotFound, Problem
from courses.models import Course, Delivery, DeliveryTry, WebhookEndpoint

_MOST_COURSES = 100
_SETTINGS = ("url", "description", "event_types", "courses", "include_hidden_scores", "is_enabled")
"""What a platform sets; its ETag stands for these values."""


class EndpointValues(StrictSerializer):
    url = serializers.CharField(max_length=500, help_text="https, and public.")
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    event_types = serializers.ListField(
        child=serializers.ChoiceField(choices=events.TYPES),
        required=False,
        max_length=len(events.TYPES),
        help_text="Empty: every type.",
    )
    courses = serializers.ListField(
        child=serializers.CharField(max_length=80),
        required=False,
        max_length=_MOST_COURSES,
        help_text="Keys of courses. Empty: all that the key reaches.",
    )
    include_hidden_scores = serializers.BooleanField(
        required=False,
        help_text="Also of scores that the quiz hides from the learner. Needs `gradebook:read`.",
    )


class EndpointChanges(EndpointValues):
    url = serializers.CharField(max_length=500, required=False)
    is_enabled = serializers.BooleanField(required=False)


class EndpointSerializer(StrictModelSerializer):
    event_types = serializers.ListField(
        child=serializers.CharField(), help_text="Types of events that are sent; empty: every type."
    )
    courses = serializers.SerializerMethodField(
        help_text="Keys of courses; empty: all that the key reaches."
    )

    class Meta:
        model = WebhookEndpoint
        fields = (
            "id", *_SETTINGS, "disabled_at", "disabled_reason", "failures", "failing_since",
            "paused_until", "last_success_at", "created_at",
        )  # fmt: skip
        extra_kwargs = {
            "last_success_at": {"help_text": "When a call was accepted last; null: never."},
            "failing_since": {
                "help_text": "Since when every call failed; null: the last one did not."
            },
            "disabled_at": {"help_text": "When it was disabled; null: it is enabled."},
            "disabled_reason": {"help_text": "by_hand, failing, gone, or empty."},
            "failures": {"help_text": "Failed calls in a row."},
            "paused_until": {"help_text": "No call is made before this time."},
        }

    def get_courses(self, row: WebhookEndpoint) -> list[str]:
        return sorted(course.key for course in row.courses.all())


class EndpointMade(EndpointSerializer):
    secret = serializers.CharField(help_text="Shown now and never again.")


class NewSecret(StrictSerializer):
    secret = serializers.CharField(help_text="Shown now and never again.")


class DeliveryTrySerializer(StrictModelSerializer):
    class Meta:
        model = DeliveryTry
        fields = ("tried_at", "duration_ms", "status", "answer")
        extra_kwargs = {
            "tried_at": {"help_text": "When the call was made."},
            "duration_ms": {"help_text": "Milliseconds that the call took."},
            "status": {"help_text": "null: no answer came."},
            "answer": {"help_text": "How it began, or why none came."},
        }


class DeliverySerializer(StrictModelSerializer):
    type = serializers.CharField(source="event.type", help_text="What happened.")
    occurred_at = UtcTime(source="event.occurred_at", help_text="When it happened.")
    next_try_at = serializers.SerializerMethodField(help_text="When the next call is made.")
    log = DeliveryTrySerializer(many=True, help_text="The calls, the latest last.")

    class Meta:
        model = Delivery
        fields = (
            "event", "type", "occurred_at", "state", "tries", "next_try_at", "delivered_at", "log",
        )  # fmt: skip
        extra_kwargs = {
            "tries": {"help_text": "How many calls were made."},
            "event": {"help_text": "The id of the event."},
            "delivered_at": {"help_text": "When it was accepted; null: not yet."},
        }

    def get_next_try_at(self, row: Delivery) -> str | None:
        is_waiting = row.state == Delivery.State.PENDING
        return UtcTime().to_representation(row.next_try_at) if is_waiting else None


class RedeliverValues(StrictSerializer):
    event = serializers.UUIDField(required=False, help_text="Only the event with this id.")
    since = UtcTime(required=False, help_text="All that happened since.")
    until = UtcTime(required=False, help_text="And no later than this.")


class Redelivered(StrictSerializer):
    count = serializers.IntegerField(help_text="Events that are sent again.")


class DeliveryFilters(FilterSet):
    state = WordFilter(Delivery.State.values, help_text="`dead` is given up.")
    updated_since = SinceFilter(
        "event__occurred_at", help_text="Only events that happened from this time on."
    )


class WebhookViewSet(ApiViewSet):
    tag = "webhooks"
    scopes = "webhooks:write"
    queryset = WebhookEndpoint.objects.none()
    serializer_class = EndpointSerializer
    lookup_url_kwarg = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return webhooks.seen_by(**self.reach)

    @property
    def reach(self) -> dict[str, Any]:
        """Whose endpoints: a key sees none that receives more than the key itself may read."""
        key = self.request.auth.key
        limits = list(key.courses.values_list("pk", flat=True))
        sees_scores = self.request.auth.has("gradebook:read")
        return {"client": key.client, "limits": limits, "sees_scores": sees_scores}

    def endpoint(self, uuid: UUID, *, is_locked: bool = False) -> WebhookEndpoint:
        return webhooks.find(uuid=uuid, is_locked=is_locked, **self.reach)

    def values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Replace keys of courses by courses. Raises Refusal for more than the key may read."""
        if values.get("include_hidden_scores") and not self.request.auth.has("gradebook:read"):
            raise Refusal("missing_scope", scope="gradebook:read")
        if "courses" not in values:
            return values
        found = [self._course(index, key) for index, key in enumerate(values["courses"])]
        return {**values, "courses": found or list(self.request.auth.key.courses.all())}

    def _course(self, index: int, key: str) -> Course:
        try:
            return course_of(self.request, key)
        except NotFound as error:
            text = _("There is no such course.")
            raise Invalid(problems=[Problem(f"courses.{index}", text)]) from error

    @extend_schema("list_webhooks", responses=EndpointSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Return this platform's endpoints."""
        return self.page(self.get_queryset(), EndpointSerializer)

    @extend_schema("create_webhook", request=EndpointValues, responses={201: EndpointMade})
    @idempotent
    def create(self, request: ApiRequest) -> Response:
        """Create an endpoint, enabled at once. The answer holds its secret."""
        values = self.values({"courses": [], **EndpointValues.validated(request.data)})
        made = webhooks.register(client=request.auth.client, now=timezone.now(), **values)
        response = _tagged(made, status=201, secret=made.secrets[0]["secret"])
        response["Location"] = self.address("webhook-detail", made.uuid)
        return response

    @extend_schema("get_webhook")
    def retrieve(self, request: ApiRequest, uuid: UUID) -> Response:
        """Return one endpoint, with its state."""
        return _tagged(self.endpoint(uuid))

    @extend_schema("change_webhook", parameters=[IF_MATCH], request=EndpointChanges)
    def partial_update(self, request: ApiRequest, uuid: UUID) -> Response:
        """Change what is sent along, or switch it off and on. What is missing stays."""
        with transaction.atomic():
            row = self.endpoint(uuid, is_locked=True)
            values = self.values(EndpointChanges.validated(request.data))
            is_enabled = values.pop("is_enabled", None)
            etags.require_match(request, _settings(row))
            if values:
                webhooks.change(endpoint=row, values=values)
            if is_enabled is False:
                webhooks.disable(endpoint=row, now=timezone.now())
            elif is_enabled and not row.is_enabled:
                webhooks.enable(endpoint=row)
            # Read it again: its courses, and so who may see it, may have changed.
            return _tagged(self.endpoint(uuid))

    @extend_schema("delete_webhook", parameters=[IF_MATCH], responses={204: None})
    def destroy(self, request: ApiRequest, uuid: UUID) -> Response:
        """Remove the endpoint and its log."""
        with transaction.atomic():
            row = self.endpoint(uuid, is_locked=True)
            etags.require_match(request, _settings(row))
            webhooks.remove(endpoint=row)
        return Response(status=204)

    @extend_schema("rotate_webhook_secret", responses={201: NewSecret})
    @action(detail=True, methods=["post"])
    @idempotent
    def secret(self, request: ApiRequest, uuid: UUID) -> Response:
        """Create a new secret. For a day every call is signed with the old one too."""
        secret = webhooks.rotate_secret(endpoint=self.endpoint(uuid), now=timezone.now())
        return Response({"secret": secret}, status=201)

    @extend_schema("ping_webhook", responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def ping(self, request: ApiRequest, uuid: UUID) -> Response:
        """Send a test event, `webhook.ping`; the log shows the result."""
        sent = webhooks.ping(endpoint=self.endpoint(uuid), by=None, now=timezone.now())
        return Response(DeliverySerializer.serialize(sent), status=202)

    @extend_schema("redeliver", request=RedeliverValues, responses={202: Redelivered})
    @action(detail=True, methods=["post"])
    @idempotent
    def redeliver(self, request: ApiRequest, uuid: UUID) -> Response:
        """Send one event again, or all of a time, also what was missed while switched off."""
        endpoint = self.endpoint(uuid)
        values = RedeliverValues.validated(request.data)
        if ("event" in values) == ("since" in values):
            text = _("Give either an event or the time from which to send again.")
            raise Invalid(problems=[Problem("since", text)])
        now = timezone.now()
        values.setdefault("since", now)
        count = webhooks.redeliver(endpoint=endpoint, now=now, **values)
        return Response({"count": count}, status=202)

    @extend_schema("list_deliveries", responses=DeliverySerializer(many=True))
    @action(detail=True, filterset_class=DeliveryFilters, queryset=Delivery.objects.none())
    def deliveries(self, request: ApiRequest, uuid: UUID) -> Response:
        """Return the log: each delivery with its tries, in the order of events."""
        return self.page(webhooks.log_of(endpoint=self.endpoint(uuid)), DeliverySerializer)


def _settings(row: WebhookEndpoint) -> dict[str, Any]:
    values = EndpointSerializer.serialize(row)
    return {name: values[name] for name in _SETTINGS}


def _tagged(row: WebhookEndpoint, *, status: int = 200, **more: str) -> Response:
    body = {**EndpointSerializer.serialize(row), **more}
    return Response(body, status=status, headers={"ETag": etags.of_body(_settings(row))})
