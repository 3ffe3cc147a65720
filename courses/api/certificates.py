"""A learner's certificates, and those of a platform's learners in a course."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.filters import CohortFilter, FilterSet, SectionFilter
from courses.api.people import PlatformView
from courses.api.progress import ProgressView
from courses.api.schema import extend_schema
from courses.api.values import StrictModelSerializer
from courses.certificate_links import VerificationLinks
from courses.domain import certificates
from courses.errors import NotFound
from courses.models import Certificate

Text = serializers.CharField
Url = serializers.URLField


class CertificateSerializer(StrictModelSerializer):
    # Of a certificate that `_noted` has given its state and addresses.
    state = serializers.ChoiceField(
        choices=[one for one in certificates.STATES if one != certificates.UNKNOWN],
        help_text="`valid`, `expired` or `revoked`; one that was replaced is revoked.",
    )
    replaced_by = serializers.UUIDField(
        source="superseded_by.uuid",
        allow_null=True,
        help_text="The certificate that a correction put in the place of this one.",
    )
    page_url = Url(help_text="For the holder, signed in.")
    pdf_url = Url(
        allow_null=True, help_text="For the holder, signed in. Null: the certificate is revoked."
    )
    verification_url = Url(
        allow_null=True, help_text="For everybody. Null: the holder switched the public page off."
    )
    credential_url = Url(
        allow_null=True,
        help_text="For everybody: Open Badges 3.0 with an embedded proof. Null as before.",
    )
    credential_jwt_url = Url(
        allow_null=True, help_text="For everybody: Open Badges 3.0 as a JWT. Null as before."
    )

    class Meta:
        model = Certificate
        fields: tuple[str, ...] = (
            "id", "number", "state", "course", "enrolment", "cycle", "name", "course_title",
            "exam_title", "percent", "issued_at", "valid_until", "revoked_at", "cause",
            "replaced_by", "is_public",
        )  # fmt: skip
        extra_kwargs = {
            "number": {"help_text": "What somebody types who verifies it."},
            "name": {"help_text": "As the holder wants it; may be empty."},
            "course_title": {"help_text": "As it was when the certificate was issued."},
            "issued_at": {"help_text": "When it was issued."},
            "revoked_at": {"help_text": "When it was revoked; null: it was not."},
            "exam_title": {"help_text": "Empty: it names no exam."},
            "percent": {"help_text": "The score of the exam; null: it shows none."},
            "valid_until": {"help_text": "Null: it does not run out."},
            "cause": {"help_text": "Why it was revoked: `result`, `staff`; empty: it was not."},
            "is_public": {"help_text": "Whether others can verify it; the holder decides."},
        }


class LearnerCertificate(CertificateSerializer):
    external_id = Text()


class CertificateView(ProgressView):
    """Certificates of the learner in the address, in the courses that the credential reaches."""

    tag = "certificates"
    reads_section = False
    queryset = Certificate.objects.none()

    def rows(self) -> QuerySet[Certificate]:
        person = self.request.auth.person(self.kwargs["external_id"])
        rows = _ROWS.filter(enrolment__user=person)
        return rows.filter(course__in=self.request.auth.courses())


class CertificateList(CertificateView):
    @extend_schema("list_certificates", responses=CertificateSerializer(many=True))
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return the learner's certificates, without replaced ones."""
        rows = self.rows().filter(superseded_by=None)
        return self.page(rows, CertificateSerializer, _noting(request))


class OneCertificate(CertificateView):
    @extend_schema("get_certificate", responses=CertificateSerializer)
    def get(self, request: ApiRequest, certificate: UUID, **_names: str) -> Response:
        """Return one certificate of the learner, also a replaced one."""
        found = self.rows().filter(uuid=certificate).first()
        if found is None:
            raise NotFound
        return Response(CertificateSerializer.serialize(_noting(request)([found])[0]))


class CertificateFilters(FilterSet):
    section = SectionFilter("enrolment__section")
    cohort = CohortFilter("enrolment__user")


class CourseCertificates(PlatformView):
    tag = "certificates"
    queryset = Certificate.objects.none()
    filterset_class = CertificateFilters
    scopes = "gradebook:read"

    @extend_schema("list_course_certificates", responses=LearnerCertificate(many=True))
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return the certificates of this platform's people in the course, without replaced ones.

        The events `certificate.issued` and `certificate.revoked` say what changed since.
        """
        rows = _ROWS.filter(course=self.course, superseded_by=None)
        return self.page(self.named(rows, "enrolment__user"), LearnerCertificate, _noting(request))


_ROWS = Certificate.objects.select_related("course", "enrolment", "superseded_by")


def _noting(request: ApiRequest) -> Callable[[list[Any]], list[Any]]:
    """Return what gives certificates their state and addresses, as the serializers read them."""
    links, now = VerificationLinks(request), timezone.now()

    def noted(rows: list[Any]) -> list[Any]:
        for row in rows:
            row.state = certificates.state(certificate=row, now=now)
            row.page_url = links.page(row.uuid)
            row.pdf_url = None if row.is_void else links.pdf(row.uuid)
            number = row.number if row.is_public else None
            row.verification_url = number and links.verification(number)
            row.credential_url = number and links.badge(number, is_jwt=False)
            row.credential_jwt_url = number and links.badge(number, is_jwt=True)
        return rows

    return noted
