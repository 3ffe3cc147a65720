"""Usual settings for three kinds of quizzes, to begin with and to change."""

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.translation import gettext_lazy

LABELS = {
    "practice": gettext_lazy("Practice"),
    "graded": gettext_lazy("Graded quiz"),
    "exam": gettext_lazy("Exam"),
}
_ALWAYS = {
    "attempt_delay_s": "",
    "credit": "",
    "giving_up": "by_kind",
    "grade_method": "best",
    "pass_mark": "80",
    "shuffle_items": "on",
    "one_item_per_page": "",
    "hides_last_try": "",
    "hides_running_total": "",
    "shuts_course": "",
    "holds_marks": "",
    "second_marker": "",
    "marker_tolerance": "10",
    "anonymous_marking": "",
    "usual": "on",
}
PRESETS: Mapping[str, Mapping[str, str]] = {
    "practice": {
        **_ALWAYS,
        "kind": "practice",
        "feedback_mode": "immediate",
        "attempts_allowed": "",
        "time_limit_s": "",
    },
    "graded": {
        **_ALWAYS,
        "kind": "graded",
        "feedback_mode": "deferred",
        "attempts_allowed": "3",
        "time_limit_s": "",
    },
    "exam": {
        **_ALWAYS,
        "kind": "exam",
        "feedback_mode": "deferred",
        "attempts_allowed": "1",
        "time_limit_s": "60",
    },
}
"""What the form holds after a preset was chosen; dates, places and texts stay."""


def with_preset(data: QueryDict, name: str) -> QueryDict:
    """Return what was sent with the settings of a preset; as it was for an unknown one."""
    changed = data.copy()
    for field, value in PRESETS.get(name, {}).items():
        if value:
            changed[field] = value
        else:
            changed.pop(field, None)
    return changed
