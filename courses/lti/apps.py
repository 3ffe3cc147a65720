"""The optional app, as Django sees it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LtiConfig(AppConfig):
    name = "courses.lti"
    label = "cx_courses_lti"
    verbose_name = _("LTI")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models exist only now.
        from courses.domain import jobs, personal_data, platform_gradebooks, retention, webhooks
        from courses.lti import (
            rosters,
            system_checks,  # noqa: F401
        )
        from courses.lti.notices import JOB as NOTICES_JOB
        from courses.lti.notices import NOTICES_KIND
        from courses.lti.people_data import LtiAnnex
        from courses.lti.purging import purge
        from courses.lti.roster_reading import ROSTER_KIND
        from courses.lti.score_sending import SENDER, ScoreSender
        from courses.lti.sent_scores import SentScores

        jobs.register(name=rosters.JOB, kind=ROSTER_KIND)
        jobs.register(name=NOTICES_JOB, kind=NOTICES_KIND)
        personal_data.register(LtiAnnex())
        retention.register(purge)
        webhooks.register_sender(name=SENDER, sender=ScoreSender())
        platform_gradebooks.register(SentScores())
