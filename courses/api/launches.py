"""A way into the learner pages from a platform's own page: an address that opens once."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.credentials import ApiRequest, course_of
from courses.api.idempotent import idempotent
from courses.api.people import PlatformView
from courses.api.problems import Refusal
from courses.api.schema import extend_schema
from courses.api.values import StrictSerializer, UtcTime
from courses.domain import launches, learners
from courses.models import Launch
from courses.models.client import LONGEST_SUBJECT

Text = serializers.CharField


class TargetSerializer(StrictSerializer):
    course = Text(max_length=80)
    lesson = Text(max_length=80, required=False, help_text="A lesson of the course.")
    quiz = Text(
        max_length=80, required=False, help_text="Instead of a lesson: a quiz of the course."
    )
    section = Text(
        max_length=80,
        required=False,
        help_text="The class, by its key; else the learner's only class or the default one.",
    )


class LaunchRequest(StrictSerializer):
    external_id = Text(max_length=LONGEST_SUBJECT)
    target = TargetSerializer(help_text="Where the learner arrives.")
    origin = Text(max_length=270, help_text="The only page that may frame it: https://host[:port].")
    return_url = Text(
        max_length=2000,
        required=False,
        allow_blank=True,
        help_text="Where “Back” leads; on the origin.",
    )
    locale = Text(
        max_length=20,
        required=False,
        allow_blank=True,
        help_text="The language of the pages; without it, the browser's.",
    )
    theme = serializers.ChoiceField(
        Launch.Theme.choices, required=False, help_text="The colours of the page."
    )


class LaunchSerializer(StrictSerializer):
    id = serializers.UUIDField(source="uuid")
    url = serializers.URLField(help_text="Opens once, within a minute.")
    expires_at = UtcTime()


class LaunchView(PlatformView):
    tag = "launches"
    scopes = "learning:write"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.client is None:
            # Who is in the browser already needs no way in.
            raise Refusal("missing_scope", _("Only a platform can create launches, with its key."))


class Launches(LaunchView):
    @extend_schema("create_launch", request=LaunchRequest, responses={201: LaunchSerializer})
    @idempotent
    def post(self, request: ApiRequest) -> Response:
        """Create an address that opens the course for this learner once, in a frame of this origin.

        A learner who is not enrolled is enrolled where the course is open for that.
        """
        values = LaunchRequest.validated(request.data)
        target, external_id = values.pop("target"), values.pop("external_id")
        made = launches.create(
            identity=learners.find(client=self.client, external_id=external_id),
            course=course_of(request, target.pop("course")),
            key=getattr(request.auth, "key", None),
            now=timezone.now(),
            **target,
            **values,
        )
        url = request.build_absolute_uri(reverse("cx_courses:launch", args=[made.code]))
        return Response(LaunchSerializer.serialize({**vars(made.row), "url": url}), status=201)


class OneLaunch(LaunchView):
    @extend_schema("end_launch", responses={204: None})
    def delete(self, request: ApiRequest, uuid: UUID) -> Response:
        """End the launch, as when the learner signs out of the platform. Safe to repeat."""
        launches.end(client=self.client, uuid=uuid, now=timezone.now())
        return Response(status=204)
