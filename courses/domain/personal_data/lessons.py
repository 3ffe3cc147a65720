"""What a learner's export holds of the lessons: progress, notes, and cards of the daily review."""

from typing import Any

from courses.domain.plain import values
from courses.models import Enrolment, LessonNote, LessonProgress, ReviewCard


def serialize_lessons(*, enrolment: Enrolment) -> dict[str, Any]:
    """Return progress, notes and cards of one enrolment. Three queries."""
    visited = LessonProgress.objects.filter(enrolment=enrolment).select_related("lesson")
    notes = LessonNote.objects.filter(enrolment=enrolment).select_related("lesson")
    cards = ReviewCard.objects.filter(enrolment=enrolment).select_related("question")
    return {
        "lessons": [
            {"lesson": row.lesson.key}
            | values(row, "started_at", "visited_at", "position", "completed_at")
            for row in visited
        ],
        "notes": [
            {"lesson": row.lesson.key, "is_bookmark": row.is_bookmark}
            | values(row, "uuid", "place", "quote", "text", "revision", "created_at", "changed_at")
            for row in notes
        ],
        "cards": [
            {"question": row.question.key, "reviews": row.review_count, "lapses": row.lapse_count}
            | values(row, "due_on", "reviewed_at", "stability", "difficulty")
            for row in cards
        ],
    }
