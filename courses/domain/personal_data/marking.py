"""What a person keeps for marking: comments to use again, and what they are at work on."""

from typing import Any

from courses.domain.plain import values
from courses.models import MarkingClaim, MarkingComment


def serialize_marking(*, user: Any) -> dict[str, Any]:
    """Return the person's claims with what they noted, and their own comments."""
    claims = MarkingClaim.objects.filter(by=user).select_related("item").order_by("pk")
    comments = MarkingComment.objects.filter(owner=user).select_related("course").order_by("pk")
    return {
        "claims": [{"item": str(row.item.uuid)} | values(row, "until", "draft") for row in claims],
        "comments": [
            {"course": row.course.key} | values(row, "uuid", "text", "created_at")
            for row in comments
        ],
    }
