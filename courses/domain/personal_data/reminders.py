"""What reminds a person: their choices, and the mails about learning that they got."""

from typing import Any

from courses.domain.plain import values
from courses.models import CalendarFeed, LearningMail, Preferences


def serialize_choices(*, preferred: Preferences) -> dict[str, Any]:
    """Return which mails the person gets."""
    names = ["gets_notice_mails", "gets_marked_mails", "cards_mail_day", "cards_mail_at"]
    names += ["weekly_goal", "counts_days"]
    return values(preferred, *names)


def serialize_calendar(*, user: Any) -> list[dict[str, Any]]:
    """Return the person's calendar, without the secret of its address."""
    rows = CalendarFeed.objects.filter(user=user)
    return [values(row, "uuid", "prefix", "created_at", "last_used_at") for row in rows]


def serialize_mails(*, user: Any) -> list[dict[str, Any]]:
    """Return the mails about learning that went out: one that waits may be about a hidden score."""
    rows = LearningMail.objects.filter(user=user).exclude(sent_at=None)
    rows = rows.select_related("enrolment__course")
    return [
        {"course": row.enrolment.course.key if row.enrolment else None}
        | values(row, "uuid", "kind", "about", "state", "tries", "created_at", "due_at", "sent_at")
        for row in rows.order_by("pk")
    ]
