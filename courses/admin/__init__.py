"""Pages for those who make and run courses: Django's admin, one file per noun."""

from courses.admin import (
    clients,
    courses,
    editions,
    events,
    grants,
    people,
    questions,
    quizzes,
    records,
    sections,
    sign_ins,
    webhooks,
)

__all__ = [
    "clients",
    "courses",
    "editions",
    "events",
    "grants",
    "people",
    "questions",
    "quizzes",
    "records",
    "sections",
    "sign_ins",
    "webhooks",
]
