"""The courses a platform's learners are in: one or many at once, left, begun anew."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import etags
from courses.api.bulk import reported, rows_of
from courses.api.credentials import course_of
from courses.api.idempotent import idempotent
from courses.api.people import EXTERNAL_ID, PlatformView
from courses.api.problems import Refusal
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.serializers_people import BulkReport, EnrolmentSerializer
from courses.api.values import StrictSerializer
from courses.domain import enrolments
from courses.errors import Conflict, NotAllowed, NotFound
from courses.models import Course, Enrolment


class EnrolmentValues(StrictSerializer):
    role = serializers.ChoiceField(Enrolment.Role.choices, default=Enrolment.Role.LEARNER)


class EnrolmentItem(EnrolmentValues):
    external_id = serializers.RegexField(rf"^{EXTERNAL_ID}\Z", max_length=200)


class BulkEnrolments(StrictSerializer):
    enrolments = rows_of("Each with the `external_id` of a learner and perhaps a `role`.")


class EnrolmentView(PlatformView):
    tag = "enrolments"

    def latest(self, external_id: str, key: str, *, is_locked: bool = False) -> Enrolment | None:
        user, course = self.identity(external_id).user, course_of(self.request, key)
        rows = Enrolment.objects.filter(user=user, course=course).order_by("-cycle")
        if is_locked:
            rows = rows.select_for_update(no_key=True, of=("self",))
        return rows.select_related("course", "user").first()

    def enrol(
        self, external_id: str, course: Course, role: str, before: Enrolment | None
    ) -> Enrolment:
        """An instructor sees everybody in the course: only the scope `admin` names or moves one."""
        is_instructor = Enrolment.Role.INSTRUCTOR in (role, before and before.role)
        if is_instructor and not self.request.auth.has("admin"):
            raise Refusal("missing_scope", _("Instructors are named with the scope admin."))
        user = self.identity(external_id).user
        return enrolments.enrol(
            course=course, user=user, role=role, by=self.client, now=timezone.now()
        )


class Enrolments(PlatformView):
    tag = "enrolments"

    @extend_schema("list_enrolments", responses=EnrolmentSerializer(many=True))
    def get(self, request: Request, external_id: str) -> Response:
        """The courses a learner is or was in, every cycle."""
        user = self.identity(external_id).user
        rows = Enrolment.objects.filter(user=user, course__in=request.auth.courses())
        return self.page(rows.select_related("course"), EnrolmentSerializer)


class OneEnrolment(EnrolmentView):
    @extend_schema("get_enrolment", responses=EnrolmentSerializer)
    def get(self, request: Request, external_id: str, course: str) -> Response:
        """The learner's latest enrolment in the course."""
        row = self.latest(external_id, course)
        if row is None:
            raise NotFound
        return etags.tagged(EnrolmentSerializer(row).data)

    @extend_schema(
        "put_enrolment",
        parameters=[IF_MATCH],
        request=EnrolmentValues,
        responses={200: EnrolmentSerializer, 201: EnrolmentSerializer},
    )
    def put(self, request: Request, external_id: str, course: str) -> Response:
        """Enrol the learner, or bring them back, in this role. Safe to repeat.

        An instructor sees everybody in the course: that needs the scope `admin`.
        """
        role = EnrolmentValues.validated(request.data)["role"]
        with transaction.atomic():
            before = self.latest(external_id, course, is_locked=True)
            etags.require_match(request, before and EnrolmentSerializer(before).data)
            row = self.enrol(external_id, course_of(request, course), role, before)
        shown = EnrolmentSerializer(row).data
        if before is not None:
            return etags.tagged(shown)
        return etags.tagged(shown, status=201, Location=request.build_absolute_uri(request.path))

    @extend_schema("delete_enrolment", parameters=[IF_MATCH], responses=EnrolmentSerializer)
    def delete(self, request: Request, external_id: str, course: str) -> Response:
        """Take the learner out of the course; everything they did is kept. Safe to repeat."""
        with transaction.atomic():
            before = self.latest(external_id, course, is_locked=True)
            if before is None:
                raise NotFound
            etags.require_match(request, EnrolmentSerializer(before).data)
            if before.is_instructor and not request.auth.has("admin"):
                raise NotAllowed
            row = enrolments.withdraw(enrolment=before, by=self.client, now=timezone.now())
        return etags.tagged(EnrolmentSerializer(row).data)


class EnrolmentsBulk(EnrolmentView):
    @extend_schema("bulk_put_enrolments", request=BulkEnrolments, responses=BulkReport)
    @idempotent
    def post(self, request: Request, course: str) -> Response:
        """Enrol up to 200 learners; each row has its own report, none stops another."""
        rows = BulkEnrolments.validated(request.data)["enrolments"]
        place = course_of(request, course)

        def act(row: Any) -> dict[str, Any]:
            values = EnrolmentItem.validated(row)
            before = self.latest(values["external_id"], course, is_locked=True)
            done = self.enrol(values["external_id"], place, values["role"], before)
            shown = EnrolmentSerializer(done).data
            return {"status": 200 if before else 201, "enrolment": shown}

        return Response(reported("enrolments", rows, act))


class Cycle(EnrolmentView):
    has_body = False

    @extend_schema("get_cycle", responses=EnrolmentSerializer)
    def get(self, request: Request, external_id: str, course: str, cycle: int) -> Response:
        """One of the learner's enrolments in the course, by its number."""
        user, place = self.identity(external_id).user, course_of(request, course)
        rows = Enrolment.objects.filter(user=user, course=place, cycle=cycle)
        row = rows.select_related("course").first()
        if row is None:
            raise NotFound
        return etags.tagged(EnrolmentSerializer(row).data)

    @extend_schema("put_cycle", responses={200: EnrolmentSerializer, 201: EnrolmentSerializer})
    def put(self, request: Request, external_id: str, course: str, cycle: int) -> Response:
        """Begin the course anew, as this cycle; what was done before is kept. Safe to repeat.

        409 when it is not the next one, when the latest is not active, or while an attempt is open.
        """
        with transaction.atomic():
            latest = self.latest(external_id, course, is_locked=True)
            if latest is None:
                raise NotFound
            if latest.cycle == cycle:
                return etags.tagged(EnrolmentSerializer(latest).data)
            if latest.is_instructor and not request.auth.has("admin"):
                raise NotAllowed
            if latest.cycle + 1 != cycle:
                raise Conflict(_("The next cycle is %(next)d.") % {"next": latest.cycle + 1})
            row = enrolments.start_cycle(enrolment=latest, by=self.client, now=timezone.now())
        place = request.build_absolute_uri(request.path)
        return etags.tagged(EnrolmentSerializer(row).data, status=201, Location=place)
