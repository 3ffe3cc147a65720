"""The feed: everything that happened to a platform's learners, in order, read on from a cursor."""

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import paging
from courses.api.base import ApiView
from courses.api.schema import extend_schema
from courses.api.values import Moment, StrictSerializer
from courses.domain import events, feed, learners, webhooks

_MARK = "e"
_LONGEST_CURSOR = 40
_MOST_NUMBERED = 20


class EventSerializer(StrictSerializer):
    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=events.TYPES)
    timestamp = Moment()
    data = serializers.DictField(help_text="As in a webhook; docs/api/webhooks.md lists each type.")


class EventFeed(StrictSerializer):
    results = EventSerializer(many=True)
    cursor = serializers.CharField(help_text="Where you are now. Keep it and ask with it again.")
    has_more = serializers.BooleanField(help_text="Ask again at once.")
    next = serializers.URLField(allow_null=True)


class Position(serializers.CharField):
    """A place in the feed, written as a cursor."""

    default_error_messages = {"invalid": gettext_lazy("This cursor does not belong to this list.")}

    def to_internal_value(self, data: Any) -> int:
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
    cursor = Position(
        required=False,
        help_text="The `cursor` of the last answer; from the beginning if not given.",
    )
    type = serializers.ChoiceField(
        choices=events.TYPES, required=False, help_text="Only events of this type."
    )
    updated_since = Moment(required=False, help_text="Only what happened from this time on.")
    limit = paging.Limit(default=paging.DEFAULT)


class Events(ApiView):
    tag = "events"
    scopes = "events:read"

    @extend_schema("list_events", query=EventQuery, responses=EventFeed)
    def get(self, request: Request) -> Response:
        """What happened to this platform's learners, and to its own webhooks, in order.

        An event may be told again in a webhook; its `id` is the same. Scores that the quiz hid from
        the learner are null unless the credential has `gradebook:read`.
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
        return _say(request, found, after, more)


def _say(request: Request, found: list[Any], after: str, more: bool) -> Response:
    users = [row.enrolment.user_id for row in found if row.enrolment is not None]
    known = learners.known(client=request.auth.client).filter(user__in=users)
    names = {one.user_id: one for one in known}
    sees_scores = request.auth.has("gradebook:read")
    told = [
        webhooks.serialize_event(
            row,
            identity=names.get(row.enrolment.user_id) if row.enrolment else None,
            sees_scores=sees_scores,
        )
        for row in found
    ]
    given = {**request.query_params.dict(), "cursor": after}
    address = request.build_absolute_uri(f"{request.path}?{urlencode(given)}") if more else None
    body = {"results": told, "cursor": after, "has_more": more, "next": address}
    return Response(body, headers={"Link": f'<{address}>; rel="next"'} if more else {})


def _bring_up_to_date() -> None:
    """Number what is there, so that the feed is current also where no relay runs."""
    for _round in range(_MOST_NUMBERED):
        if not feed.number(now=timezone.now()):
            return


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"{_MARK}{position}".encode()).decode().rstrip("=")
