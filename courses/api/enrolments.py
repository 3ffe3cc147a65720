"""The courses a platform's learners are in: one or many at once, left, started again."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from courses.api import bulk
from courses.api.credentials import ApiRequest
from courses.api.idempotent import idempotent
from courses.api.parameters import refused
from courses.api.people import EXTERNAL_ID, PlatformViewSet
from courses.api.problems import Refusal
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.serializers_people import BulkReport, EnrolmentSerializer
from courses.api.values import StrictSerializer, UtcTime
from courses.domain import enrolments, learners
from courses.errors import Conflict, NotAllowed, NotFound
from courses.models import Course, Enrolment, Section
from courses.models.client import LONGEST_SUBJECT
from courses.models.limits import DATES


class EnrolmentValues(StrictSerializer):
    role = serializers.ChoiceField(Enrolment.Role.choices, default=Enrolment.Role.LEARNER)


class ClassValues(StrictSerializer):
    section = serializers.CharField(max_length=80, help_text="The class to go to, by its key.")


class EndValues(StrictSerializer):
    ends_at = UtcTime(
        allow_null=True, validators=DATES, help_text="When the enrolment ends; null: never."
    )


class EnrolmentItem(EnrolmentValues):
    section = serializers.CharField(
        max_length=80, required=False, help_text="The class, by its key; else the default one."
    )
    external_id = serializers.RegexField(rf"^{EXTERNAL_ID}\Z", max_length=LONGEST_SUBJECT)


class BulkEnrolments(StrictSerializer):
    enrolments = bulk.rows_of("Each with the `external_id` of a learner and perhaps a `role`.")


class OfCourse(PlatformViewSet):
    """Shared by the views of one learner's enrolments and of many."""

    tag = "enrolments"
    queryset = Enrolment.objects.none()
    serializer_class = EnrolmentSerializer

    def section(self, course: Course, key: str) -> Section | None:
        """Return the class with this key, None for "". Raises Invalid."""
        if not key:
            return None
        row = Section.objects.filter(course=course, key=key, is_archived=False).first()
        if row is None:
            raise refused("section", _("There is no such class."))
        return row

    def enrol(self, known: dict[str, Any], role: str, before: Enrolment | None) -> Enrolment:
        """Enrol a learner. Raises Refusal for another role without the scope `admin`.

        Staff see the people in the course.
        """
        is_staff = {role, before and before.role} - {Enrolment.Role.LEARNER, None}
        if is_staff and not self.request.auth.has("admin"):
            raise Refusal("missing_scope", _("The scope admin is needed to enrol instructors."))
        return enrolments.enrol(**known, role=role, by=self.client, now=timezone.now())


class EnrolmentViewSet(OfCourse):
    """The enrolments of one learner, each by its course."""

    lookup_url_kwarg = "course"
    lookup_value_converter = "slug"
    reads_section = True

    def get_queryset(self) -> QuerySet[Enrolment]:
        rows = Enrolment.objects.filter(user=self.identity.user)
        rows = rows.filter(course__in=self.request.auth.courses())
        return rows.select_related("course", "section")

    def known(self) -> dict[str, Any]:
        """Return course, class and learner that the address names. Raises NotFound, Invalid."""
        section = self.section(self.course, self.section_key)
        return {"course": self.course, "section": section, "user": self.identity.user}

    def enrolment(self, *, is_locked: bool = False) -> Enrolment:
        """Return the latest one in the class. Raises NotFound, Invalid."""
        row = enrolments.latest(**self.known(), is_locked=is_locked)
        if row is None:
            raise NotFound
        return row

    @extend_schema("list_enrolments", responses=EnrolmentSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the courses and classes a learner is or was in, every cycle."""
        rows = self.get_queryset()
        if self.section_key:
            rows = rows.filter(section__key=self.section_key)
        return self.page(rows, EnrolmentSerializer)

    @extend_schema("get_enrolment")
    def retrieve(self, request: ApiRequest, **_names: str) -> Response:
        """Return the learner's latest enrolment in the course."""
        return self.answer(self.enrolment())

    @extend_schema(
        "put_enrolment", parameters=[IF_MATCH], request=EnrolmentValues, statuses=(200, 201)
    )
    def update(self, request: ApiRequest, **_names: str) -> Response:
        """Enrol the learner, or bring them back, in this role. Safe to repeat.

        An instructor sees everybody in the course: that needs the scope `admin`.
        """
        role = EnrolmentValues.validated(request.data)["role"]
        known = self.known()
        with transaction.atomic():
            before = enrolments.latest(**known, role=role, is_locked=True)
            self.require_match(before)
            return self.answer(self.enrol(known, role, before), is_new=before is None)

    @extend_schema("delete_enrolment", parameters=[IF_MATCH])
    def destroy(self, request: ApiRequest, **_names: str) -> Response:
        """Remove the learner from the course; their records are kept. Safe to repeat."""
        with transaction.atomic():
            row = self.enrolment(is_locked=True)
            self.require_match(row)
            self._require_may_move(row)
            row = enrolments.withdraw(enrolment=row, by=self.client, now=timezone.now())
        return self.answer(row)

    @extend_schema("move_enrolment", request=ClassValues)
    @action(detail=True, methods=["put"], url_path="section")
    def move(self, request: ApiRequest, **_names: str) -> Response:
        """Put the learner into another class of the course, with all they did. Safe to repeat.

        `section` in the address names the class that they are in now. 409 when they are or were in
        the other class already.
        """
        section = self.section(self.course, ClassValues.validated(request.data)["section"])
        with transaction.atomic():
            row = self.enrolment(is_locked=True)
            self._require_may_move(row)
            assert section is not None  # noqa: S101 (a class is named)
            row = enrolments.move(
                enrolment=row, section=section, by=self.client, now=timezone.now()
            )
        return self.answer(row)

    @extend_schema("put_enrolment_end", request=EndValues)
    @action(detail=True, methods=["put"], url_path="end")
    def end(self, request: ApiRequest, **_names: str) -> Response:
        """Let the enrolment end at a time, or never. Safe to repeat.

        A learner whose enrolment has ended can learn again. 409 for one who was removed.
        """
        ends_at = EndValues.validated(request.data)["ends_at"]
        with transaction.atomic():
            row = self.enrolment(is_locked=True)
            self._require_may_move(row)
            row = enrolments.set_end(
                enrolment=row, ends_at=ends_at, by=self.client, now=timezone.now()
            )
        return self.answer(row)

    @extend_schema("get_cycle")
    @action(detail=True, url_path="cycles/<position:cycle>", has_body=False)
    def cycle(self, request: ApiRequest, cycle: int, **_names: str) -> Response:
        """Return one of the learner's enrolments in the course, by the number of its cycle."""
        latest = self.enrolment()
        rows = self.get_queryset().filter(course=self.course, section=latest.section)
        row = rows.filter(cycle=cycle).first()
        if row is None:
            raise NotFound
        return self.answer(row)

    @extend_schema("put_cycle", statuses=(200, 201))
    @cycle.mapping.put
    def start_cycle(self, request: ApiRequest, cycle: int, **_names: str) -> Response:
        """Start the course again, as this cycle; earlier records are kept. Safe to repeat.

        409 when it is not the next one, when the latest is not active, or while an attempt is open.
        """
        with transaction.atomic():
            latest = self.enrolment(is_locked=True)
            if latest.cycle == cycle:
                return self.answer(latest)
            self._require_may_move(latest)
            if latest.cycle + 1 != cycle:
                raise Conflict(_("The next cycle is %(next)d.") % {"next": latest.cycle + 1})
            row = enrolments.start_cycle(enrolment=latest, by=self.client, now=timezone.now())
            return self.answer(row, is_new=True)

    def _require_may_move(self, row: Enrolment) -> None:
        """Raise NotAllowed for an instructor, unless the credential may do everything."""
        if not row.is_learner and not self.request.auth.has("admin"):
            raise NotAllowed


class CourseEnrolmentViewSet(OfCourse):
    """The enrolments of many learners in one course."""

    def get_queryset(self) -> QuerySet[Enrolment]:
        return Enrolment.objects.filter(course=self.course)

    @extend_schema("bulk_put_enrolments", request=BulkEnrolments, responses=BulkReport)
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Enrol up to 200 learners; each row has its own report, none stops another."""
        rows, course = BulkEnrolments.validated(request.data), self.course

        def put(external_id: str, role: str, section: str = "") -> dict[str, Any]:
            user = learners.find(client=self.client, external_id=external_id).user
            known: dict[str, Any] = {"course": course, "user": user}
            known["section"] = self.section(course, section)
            before = enrolments.latest(**known, role=role, is_locked=True)
            row = self.enrol(known, role, before)
            shown = EnrolmentSerializer.serialize(row)
            return {"status": 200 if before else 201, "enrolment": shown}

        return bulk.reported(rows, EnrolmentItem, put)
