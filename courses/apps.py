"""The app, as Django sees it."""

from django.apps import AppConfig
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
