"""A platform's learners, by its own ids, and the courses they are in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import etags, paging, problems
from courses.api.base import ApiView
from courses.api.credentials import OWN, course_of
from courses.api.idempotent import idempotent
from courses.api.problems import Refusal
from courses.api.schema import operation, query
from courses.api.values import Moment, Shape
from courses.domain import enrolments, learners
from courses.errors import CoursesError, Invalid, NotAllowed, NotFound, Problem
from courses.models import Enrolment, ExternalIdentity

MOST_AT_ONCE = 200
EXTERNAL_ID = r"[^/\x00-\x1f\x7f]{1,200}"
"""What may stand for a learner in an address."""


class LearnerValues(Shape):
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class LearnerItem(LearnerValues):
    external_id = serializers.RegexField(rf"^{EXTERNAL_ID}\Z", max_length=200)


class LearnerShape(Shape):
    id = serializers.UUIDField(source="uuid")
    external_id = serializers.CharField(source="subject")
    first_name = serializers.CharField(source="user.first_name")
    last_name = serializers.CharField(source="user.last_name")
    email = serializers.CharField(source="user.email")
    created_at = Moment()
    updated_at = Moment()


class BulkRequest(Shape):
    learners = serializers.ListField(
        child=serializers.JSONField(),
        min_length=1,
        max_length=MOST_AT_ONCE,
        help_text="Each as for one learner, with its `external_id`.",
    )


class BulkRow(Shape):
    index = serializers.IntegerField()
    status = serializers.IntegerField(help_text="201 made, 200 there already, else refused.")
    learner = LearnerShape(required=False)
    errors = serializers.ListField(child=serializers.DictField(), required=False)


class BulkReport(Shape):
    results = BulkRow(many=True)


class EnrolmentValues(Shape):
    role = serializers.ChoiceField(Enrolment.Role.choices, default=Enrolment.Role.LEARNER)


class EnrolmentShape(Shape):
    id = serializers.UUIDField(source="uuid")
    course = serializers.CharField(source="course.key")
    role = serializers.CharField()
    state = serializers.CharField()
    cycle = serializers.IntegerField()
    enrolled_at = Moment()
    completed_at = Moment(allow_null=True)


LearnerPage = paging.page_of(LearnerShape, "Learner")
EnrolmentPage = paging.page_of(EnrolmentShape, "Enrolment")


class PlatformView(ApiView):
    """For a platform: a person in the browser has no learners."""

    scopes = "learners:write"

    @property
    def client(self) -> Any:
        return self.request.auth.client

    def identity(self, external_id: str) -> ExternalIdentity:
        return learners.find(client=self.client, external_id=external_id)


class Learners(PlatformView):
    @operation(
        "list_learners",
        response=LearnerPage,
        query=[
            *paging.PARAMETERS,
            query("updated_after", "Only who changed since this time.", datetime),
        ],
    )
    def get(self, request: Request) -> Response:
        """The learners this platform has named, in the order in which it did."""
        rows = learners.known(client=self.client).filter(user__is_active=True)
        since = paging.moment(request, "updated_after")
        if since is not None:
            rows = rows.filter(updated_at__gt=since)
        return paging.page(request, rows, lambda found: LearnerShape(found, many=True).data)


class OneLearner(PlatformView):
    @operation("get_learner", response=LearnerShape)
    def get(self, request: Request, external_id: str) -> Response:
        """One learner."""
        return etags.tagged(LearnerShape(self.identity(external_id)).data)

    @operation(
        "put_learner",
        request=LearnerValues,
        response=LearnerShape,
        status=(200, 201),
        has_if_match=True,
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Make the learner or bring what is known of her up to date. Safe to repeat."""
        values = LearnerValues.read(request.data)
        _refuse_own(external_id)
        with transaction.atomic():
            if "If-Match" in request.headers or "If-None-Match" in request.headers:
                etags.require_match(request, self._now(external_id))
            done = learners.upsert(
                client=self.client, external_id=external_id, values=values, now=timezone.now()
            )
        place = reverse("courses:api:learner", args=[external_id])
        headers = {"Location": request.build_absolute_uri(place)} if done.is_new else {}
        status = 201 if done.is_new else 200
        return etags.tagged(LearnerShape(done.identity).data, status=status, **headers)

    def _now(self, external_id: str) -> Any:
        """The learner's state under a lock, None when there is no such learner yet."""
        rows = learners.known(client=self.client).filter(subject=external_id)
        row = rows.select_for_update(no_key=True, of=("self",)).first()
        return row and LearnerShape(row).data


class LearnersBulk(PlatformView):
    @operation("put_learners", request=BulkRequest, response=BulkReport)
    @idempotent
    def post(self, request: Request) -> Response:
        """Make or update up to 200 learners; each row has its own report, none stops another."""
        rows = BulkRequest.read(request.data)["learners"]
        return Response({"results": [self._row(index, row) for index, row in enumerate(rows)]})

    def _row(self, index: int, row: Any) -> dict[str, Any]:
        try:
            values = LearnerItem.read(row)
            external_id = values.pop("external_id")
            _refuse_own(external_id)
            done = learners.upsert(
                client=self.client, external_id=external_id, values=values, now=timezone.now()
            )
        except serializers.ValidationError as error:
            found = problems.pointed(error.detail, "learners", str(index))
            return {"index": index, "status": 400, "errors": list(found)}
        except CoursesError as error:
            status = problems.TITLES[problems.code_of(error)][0].value
            place = problems.pointer("learners", str(index))
            told = [{"pointer": place, "message": str(error.message)}]
            return {"index": index, "status": status, "errors": told}
        shown = LearnerShape(done.identity).data
        return {"index": index, "status": 201 if done.is_new else 200, "learner": shown}


class Enrolments(PlatformView):
    @operation("list_enrolments", response=EnrolmentPage, query=paging.PARAMETERS)
    def get(self, request: Request, external_id: str) -> Response:
        """The courses a learner is or was in, every cycle."""
        user = self.identity(external_id).user
        rows = Enrolment.objects.filter(user=user, course__in=request.auth.courses())
        return paging.page(request, rows.select_related("course"), _say)


class OneEnrolment(PlatformView):
    @operation("get_enrolment", response=EnrolmentShape)
    def get(self, request: Request, external_id: str, course: str) -> Response:
        """The learner's latest enrolment in the course."""
        row = self._latest(external_id, course)
        if row is None:
            raise NotFound
        return etags.tagged(EnrolmentShape(row).data)

    @operation(
        "put_enrolment",
        request=EnrolmentValues,
        response=EnrolmentShape,
        status=(200, 201),
        has_if_match=True,
    )
    def put(self, request: Request, external_id: str, course: str) -> Response:
        """Enrol the learner, or bring her back, in this role. Safe to repeat.

        An instructor sees everybody in the course: that needs the scope `admin`.
        """
        role = EnrolmentValues.read(request.data)["role"]
        with transaction.atomic():
            before = self._latest(external_id, course, is_locked=True)
            etags.require_match(request, before and EnrolmentShape(before).data)
            is_instructor = Enrolment.Role.INSTRUCTOR in (role, before and before.role)
            if is_instructor and not request.auth.has("admin"):
                raise Refusal("missing_scope", _("Instructors are named with the scope admin."))
            row = enrolments.enrol(
                course=course_of(request, course),
                user=self.identity(external_id).user,
                role=role,
                now=timezone.now(),
            )
        shown = EnrolmentShape(row).data
        if before is not None:
            return etags.tagged(shown)
        return etags.tagged(shown, status=201, Location=request.build_absolute_uri(request.path))

    @operation("delete_enrolment", response=EnrolmentShape, has_if_match=True)
    def delete(self, request: Request, external_id: str, course: str) -> Response:
        """Take the learner out of the course; everything she did is kept. Safe to repeat."""
        with transaction.atomic():
            before = self._latest(external_id, course, is_locked=True)
            if before is None:
                raise NotFound
            etags.require_match(request, EnrolmentShape(before).data)
            if before.is_instructor and not request.auth.has("admin"):
                raise NotAllowed
            row = enrolments.withdraw(enrolment=before, by=before.user, now=timezone.now())
        return etags.tagged(EnrolmentShape(row).data)

    def _latest(self, external_id: str, key: str, *, is_locked: bool = False) -> Enrolment | None:
        user, course = self.identity(external_id).user, course_of(self.request, key)
        rows = Enrolment.objects.filter(user=user, course=course).order_by("-cycle")
        if is_locked:
            rows = rows.select_for_update(no_key=True, of=("self",))
        return rows.select_related("course", "user").first()


def _say(rows: Sequence[Enrolment]) -> list[Any]:
    return list(EnrolmentShape(rows, many=True).data)


def _refuse_own(external_id: str) -> None:
    if external_id == OWN:
        text = _("“me” stands for the signed-in learner; choose another id.")
        raise Invalid(problems=[Problem("external_id", text)])
