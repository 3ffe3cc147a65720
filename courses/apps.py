"""The app, as Django sees it."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    label = "cx_courses"
    verbose_name = _("Courses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models exist only now.
        from courses import background, checks, host_checks  # noqa: F401
        from courses.domain import outline, quiz_changes, staff
        from courses.web import recent, sessions

        background.connect()
        outline.connect()
        quiz_changes.connect()
        staff.connect()
        recent.connect()
        sessions.connect()
        post_migrate.connect(_index_texts, sender=self, dispatch_uid="courses.full_text")


def _index_texts(*, using: str, **_kwargs: Any) -> None:
    """Make the index of the searched texts where it is missing.

    SQLite drops triggers when Django changes a table; a database may have moved to a SQLite that
    can do what the one before could not.
    """
    from courses import full_text

    if full_text.TABLE in connections[using].introspection.table_names():
        full_text.install(connections[using])
