"""Pages for those who make and run courses: Django's admin, one file per noun."""

from courses.admin import (
    assets,
    certificates,
    clients,
    courses,
    editions,
    events,
    grants,
    jobs,
    people,
    questions,
    quizzes,
    records,
    regrades,
    sections,
    sign_ins,
    webhooks,
)

__all__ = [
    "assets",
    "certificates",
    "clients",
    "courses",
    "editions",
    "events",
    "grants",
    "jobs",
    "people",
    "questions",
    "quizzes",
    "records",
    "regrades",
    "sections",
    "sign_ins",
    "webhooks",
]
