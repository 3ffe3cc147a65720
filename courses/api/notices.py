"""Notices to a learner: what became of a result or of a report, and that they have read it."""

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.lessons import LearningView
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.api.values import StrictModelSerializer
from courses.domain import notices
from courses.models import Notice


class NoticeSerializer(StrictModelSerializer):
    facts = serializers.DictField(
        source="data", help_text="Of a corrected result: per cent before and after, for instance."
    )

    class Meta:
        model = Notice
        fields = ("id", "kind", "created_at", "read_at")
        extra_kwargs = {
            "kind": {"help_text": "`regraded` or `report_answered`"},
            "read_at": {"help_text": "Null: not read yet."},
        }


class NoticeView(LearningView):
    tag = "progress"
    queryset = Notice.objects.none()
    pagination_class = WholeList


class Notices(NoticeView):
    @extend_schema("list_notices", responses=NoticeSerializer(many=True))
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return the newest notices to the learner in the course, once they may be shown."""
        found = notices.of_learner(enrolments=[self.reader.enrolled()], now=timezone.now())
        return self.page(found, NoticeSerializer)


class NoticeRead(NoticeView):
    has_body = False

    @extend_schema("read_notice", responses=NoticeSerializer)
    def put(self, request: ApiRequest, notice: UUID, **_names: str) -> Response:
        """Mark a notice as read. Safe to repeat."""
        done = notices.mark_read(
            uuid=notice, enrolments=[self.reader.enrolled()], now=timezone.now()
        )
        return Response(NoticeSerializer.serialize(done))
