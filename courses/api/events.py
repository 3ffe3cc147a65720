"""The feed of events of a platform's learners, in order."""

import base64
import binascii
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.response import Response

from courses.api import paging
from courses.api.base import ApiView
from courses.api.credentials import ApiRequest
from courses.api.schema import extend_schema
from courses.api.values import StrictSerializer, UtcTime
from courses.domain import events, feed, learners, webhooks
from courses.models import Event

_MARK = "e"
_LONGEST_CURSOR = 40
_MOST_NUMBERED = 20


class EventSerializer(StrictSerializer):
    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=events.TYPES, help_text="What happened.")
    timestamp = UtcTime(help_text="When it happened.")
    data: Any = serializers.DictField(
        help_text="As in a webhook; docs/api/webhooks.md lists each type."
    )


class EventFeed(StrictSerializer):
    results = EventSerializer(many=True)
    cursor = serializers.CharField(
        help_text="Your place in the feed. Store it and send it with the next request."
    )
    has_more = serializers.BooleanField(help_text="Ask again at once.")
    next = serializers.URLField(
        allow_null=True, help_text="The address of the next page; null: this is the last."
    )


class CursorField(serializers.CharField):
    """A place in the feed, written as a cursor."""

    default_error_messages = {"invalid": gettext_lazy("This cursor does not belong to this list.")}

    def to_internal_value(self, data: Any) -> Any:
        try:
            padded = data + "=" * (-len(data) % 4)
            text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        except (ValueError, binascii.Error):
            text = ""
        number = text.removeprefix(_MARK)
        is_ours = text.startswith(_MARK) and number.isdigit() and len(number) < 19  # noqa: PLR2004
        if not is_ours or len(data) > _LONGEST_CURSOR:
            self.fail("invalid")
        return int(number)


class EventQuery(StrictSerializer):
    cursor = CursorField(
        required=False,
        help_text="The `cursor` of the last answer; from the beginning if not given.",
    )
    type = serializers.ChoiceField(
        choices=events.TYPES, required=False, help_text="Only events of this type."
    )
    updated_since = UtcTime(required=False, help_text="Only what happened from this time on.")
    limit = paging.Limit(default=paging.DEFAULT)


class Events(ApiView):
    tag = "events"
    scopes = "events:read"

    @extend_schema("list_events", query=EventQuery, responses=EventFeed)
    def get(self, request: ApiRequest) -> Response:
        """Return what happened to this platform's learners, and to its own webhooks, in order.

        The same event may also arrive at a webhook, with the same `id`. Scores that the quiz hid
        from the learner are null unless the credential has `gradebook:read`.
        """
        limit, start = self.query["limit"], self.query.get("cursor", 0)
        _bring_up_to_date()
        end = max(feed.last_position(), start)
        rows = feed.events_for(
            client=request.auth.client, courses=request.auth.courses(), after=start
        )
        if "type" in self.query:
            rows = rows.filter(type=self.query["type"])
        if "updated_since" in self.query:
            rows = rows.filter(occurred_at__gte=self.query["updated_since"])
        found = list(rows.filter(position__lte=end)[: limit + 1])
        more, found = len(found) > limit, found[:limit]
        after = _cursor(found[-1].position if more else end)
        given = {**request.query_params.dict(), "cursor": after}
        link = request.build_absolute_uri(f"{request.path}?{urlencode(given)}") if more else None
        body = {
            "results": list(_serialized(request, found)),
            "cursor": after,
            "has_more": more,
            "next": link,
        }
        return Response(body, headers={"Link": f'<{link}>; rel="next"'} if link else {})


def _serialized(request: ApiRequest, found: list[Event]) -> Iterator[dict[str, Any]]:
    """Serialize the events as webhooks do, as far as this credential may read them."""
    users = [row.enrolment.user_id for row in found if row.enrolment]
    known = learners.known(client=request.auth.client).filter(user__in=users)
    names = {one.user_id: one for one in known}
    sees_scores = request.auth.has("gradebook:read")
    for row in found:
        identity = names.get(row.enrolment.user_id) if row.enrolment else None
        yield webhooks.serialize_event(row, identity=identity, sees_scores=sees_scores)


def _bring_up_to_date() -> None:
    """Give numbers to new events, so that the feed is current even where no relay runs."""
    for _run in range(_MOST_NUMBERED):
        if not feed.number(now=timezone.now()):
            return


def _cursor(position: int | None) -> str:
    return base64.urlsafe_b64encode(f"{_MARK}{position}".encode()).decode().rstrip("=")
