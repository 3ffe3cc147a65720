"""The values that a state, role or kind in an answer may have, by component and property."""

from courses.models import (
    Attempt,
    Enrolment,
    Lesson,
    Objective,
    Quiz,
    Reference,
    WebhookEndpoint,
)
from courses.questions import registry

_STEP = ("new", "started", "completed")
_SEGMENT = ("html", "check")


def enums() -> dict[str, list[str]]:
    """Return the values by `Component.property`, or by `*.property` for every component."""
    return {
        "*.role": list(Enrolment.Role.values),
        "CohortRow.state": list(Enrolment.State.values),
        "Line.state": list(Enrolment.State.values),
        "Progress.state": list(Enrolment.State.values),
        "ProgressDetail.state": list(Enrolment.State.values),
        "Attempt.state": list(Attempt.State.values),
        "Attempt.closed_by": ["", *Attempt.ClosedBy.values],
        "LessonState.state": list(_STEP),
        "StepState.state": list(_STEP),
        "StepState.kind": ["lesson", "quiz"],
        "Lesson.completion": list(Lesson.Completion.values),
        "LessonDetail.completion": list(Lesson.Completion.values),
        "LessonState.completion": list(Lesson.Completion.values),
        "Segment.kind": list(_SEGMENT),
        "Objective.bloom": ["", *Objective.Bloom.values],
        "Source.kind": ["", *Reference.Kind.values],
        "Quiz.kind": list(Quiz.Kind.values),
        "Quiz.feedback_mode": list(Quiz.FeedbackMode.values),
        "Quiz.grade_method": list(Quiz.GradeMethod.values),
        "Endpoint.disabled_reason": ["", *WebhookEndpoint.Because.values],
        "EndpointMade.disabled_reason": ["", *WebhookEndpoint.Because.values],
        "Review.moment": ["just_after", "later", "after_last_try", "after_close"],
        "Item.type": list(registry.all_types()),
    }
