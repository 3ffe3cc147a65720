"""What a platform may do with a learner as a whole: take their data along, deactivate, activate."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import etags
from courses.api.people import PlatformView
from courses.api.schema import extend_schema
from courses.api.serializers_people import LearnerSerializer
from courses.api.values import Facts, StrictSerializer
from courses.domain import learners, personal_data


def _many(text: str) -> serializers.ListField:
    return serializers.ListField(child=Facts(), help_text=text)


class LearnerExportSerializer(StrictSerializer):
    person = Facts(help_text="Names, e-mail address, time zone and language.")
    accommodations = _many("What the learner is granted in courses that the credential reaches.")
    platforms = _many("This platform's own name for the learner, and its cohorts.")
    tokens = _many("Tokens that this platform asked for; never their text.")
    enrolments = _many("Each with its lessons, attempts, responses, results, events and launches.")


class LearnerExport(PlatformView):
    tag = "learners"

    @extend_schema("export_learner", responses=LearnerExportSerializer)
    def get(self, request: Request, external_id: str) -> Response:
        """Everything that is stored about the learner, as far as this platform may see it.

        What a quiz hides from the learner is left out until it does not. Other platforms, courses
        that the credential does not reach and the learner's own sign-ins are not in it.
        """
        user = self.identity(external_id).user
        asks = personal_data.Platform(self.client, request.auth.courses())
        return Response(personal_data.export(user=user, now=timezone.now(), platform=asks))


class Deactivate(PlatformView):
    tag = "learners"

    @extend_schema("deactivate_learner", responses=LearnerSerializer)
    def post(self, request: Request, external_id: str) -> Response:
        """End the learner's launches and tokens at once, and let nobody learn under this id.

        Records and enrolments stay and can be read. Safe to repeat.
        """
        row = learners.deactivate(identity=self.identity(external_id), now=timezone.now())
        return etags.tagged(LearnerSerializer(row).data)


class Activate(PlatformView):
    tag = "learners"

    @extend_schema("activate_learner", responses=LearnerSerializer)
    def post(self, request: Request, external_id: str) -> Response:
        """Let a deactivated learner learn again; ended launches stay ended. Safe to repeat."""
        row = learners.activate(identity=self.identity(external_id), now=timezone.now())
        return etags.tagged(LearnerSerializer(row).data)
